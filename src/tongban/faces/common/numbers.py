"""Whole numbers that come with an address or a form: whatever somebody writes there is taken calmly."""

from typing import Final

_LONGEST: Final = 9
"""Digits that fit an integer column."""


def whole(raw: str, *, digits: int = _LONGEST) -> int | None:
    """The number that `raw` writes in at most so many ASCII digits; None for anything else.

    `str.isdigit` alone takes ``²`` and ``９``, and thousands of digits, which `int` refuses or is slow with.
    """
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= digits else None
