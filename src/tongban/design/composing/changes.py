"""What differs between two outlooks of a life event: against the version that applies now, or by one edit."""

from dataclasses import dataclass
from datetime import date

from tongban.design.composing.outlook import Outlook
from tongban.intake.domain import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What came and what went. Addresses of questions, keys of documents, codes of items."""

    items_added: tuple[str, ...] = ()
    items_removed: tuple[str, ...] = ()
    asked_added: tuple[str, ...] = ()
    """Questions that the typical applicant is asked and was not before."""
    asked_removed: tuple[str, ...] = ()
    papers_added: tuple[str, ...] = ()
    papers_removed: tuple[str, ...] = ()
    days: tuple[int, int] | None = None
    """Working days of the longest case, before and after the change."""
    promised: tuple[date, date] | None = None
    after: tuple[Figures, Figures] | None = None
    """What the typical application costs, before and after the change."""
    errors: int = 0
    """How many more errors there are; negative: fewer."""

    def __bool__(self) -> bool:
        """Whether anything that a person would notice changed."""
        lists = (self.items_added, self.items_removed, self.asked_added, self.asked_removed)
        papers = (self.papers_added, self.papers_removed)
        return any((*lists, *papers)) or bool(self.errors) or bool(self.moved)

    @property
    def moved(self) -> int:
        """Working days that the longest case takes more; negative: fewer."""
        return self.days[1] - self.days[0] if self.days else 0


def changes(old: Outlook | None, new: Outlook) -> Changes:
    """What changed from `old` to `new`; without `old` everything is new."""
    if not new.readable:
        return Changes(errors=_errors(new) - (_errors(old) if old else 0))
    had = old if old and old.readable else None
    items = _items(had), _items(new)
    asked = _asked(had), _asked(new)
    papers = _papers(had), _papers(new)
    days = promised = after = None
    if had and had.plan and new.plan:
        days = had.plan.parallel_days, new.plan.parallel_days
        promised = had.plan.promised_on, new.plan.promised_on
    if had and had.after and new.after:
        after = had.after, new.after
    return Changes(
        items_added=_without(items[1], items[0]),
        items_removed=_without(items[0], items[1]),
        asked_added=_without(asked[1], asked[0]),
        asked_removed=_without(asked[0], asked[1]),
        papers_added=_without(papers[1], papers[0]),
        papers_removed=_without(papers[0], papers[1]),
        days=days,
        promised=promised,
        after=after,
        errors=_errors(new) - (_errors(had) if had else 0),
    )


def _without(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in these if one not in those)


def _items(one: Outlook | None) -> tuple[str, ...]:
    return tuple(item.code for item in one.bound.items) if one and one.bound else ()


def _asked(one: Outlook | None) -> tuple[str, ...]:
    return tuple(line.address for line in one.asked(typical=True)) if one else ()


def _papers(one: Outlook | None) -> tuple[str, ...]:
    return tuple(line.key for line in one.papers if line.state == "needed") if one else ()


def _errors(one: Outlook | None) -> int:
    return sum(finding.is_error for finding in one.findings) if one else 0
