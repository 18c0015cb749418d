"""Days as people's papers write them."""

from datetime import date
from typing import Any


def day_of(text: Any, separator: str = "-") -> date | None:
    """The day that a text names, year first; None when it names none."""
    try:
        return date.fromisoformat(str(text).replace(separator, "-"))
    except ValueError:
        return None
