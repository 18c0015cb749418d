"""What a decision says of a joint review: whether, by whom, in how many working days. Pure.

The same for the review of an item (`catalogue.domain.joint`) and for one that is drawn into a process.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

NEEDED: Final = ("needed", "需要")
"""What a table may call the output that says whether departments are asked: true or false."""
DEPARTMENTS: Final = ("departments", "部门", "部門")
"""… which of the rule's departments: a code, several in a list, or several with spaces between them."""
DAYS: Final = ("days", "工作日")
"""… and within how many working days."""
MOST_DAYS: Final = 999
"""Working days that a joint review may have."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a decision says of a review."""

    calls: bool = True
    departments: tuple[str, ...] = ()
    """Codes; none: it does not choose."""
    days: int | None = None

    @classmethod
    def of(cls, result: Any) -> "Said":
        """What a FEEL result means; what means nothing calls everybody."""
        if isinstance(result, str):
            named = codes(result)
            return cls(bool(named), named)
        if isinstance(result, bool):
            return cls(result)
        if isinstance(result, list):
            parts = [cls.of(one) for one in result]
            return cls(
                any(part.calls for part in parts),
                tuple(dict.fromkeys(one for part in parts if part.calls for one in part.departments)),
                max((part.days for part in parts if part.calls and part.days), default=None),
            )
        if isinstance(result, Mapping):
            return cls._context(result)
        return cls()

    @classmethod
    def _context(cls, result: Mapping[str, Any]) -> "Said":
        needed, departments, days = (_first(result, names) for names in (NEEDED, DEPARTMENTS, DAYS))
        whom = cls.of(departments) if departments is not None else cls()
        calls = needed is not False and (whom.calls or needed is True)
        whole = isinstance(days, Decimal) and days == days.to_integral_value() and 0 < days <= MOST_DAYS
        return cls(calls, whom.departments if whom.calls else (), int(days) if whole else None)

    def among(self, departments: Iterable[str]) -> tuple[str, ...]:
        """Those of `departments` that it chooses, in their order; all where it chooses none, or a stranger.

        Who may see what is decided with the list: nobody else is ever asked.
        """
        there = tuple(departments)
        known = set(self.departments) <= set(there)
        return tuple(one for one in there if one in self.departments) or there if known else there


def codes(text: str) -> tuple[str, ...]:
    """The codes in one text, divided by spaces or commas."""
    return tuple(text.replace("、", " ").replace(",", " ").split())


def _first(result: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((result[name] for name in names if result.get(name) is not None), None)
