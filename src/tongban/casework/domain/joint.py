"""Joint review (联合审核): who is asked, on what terms, and where the review stands. Pure.

Several rules may ask the same department. Then the most cautious of each term holds: the longest time, no
presumption from silence if one rule has none, and nobody decides over its objection if one rule forbids it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tongban.catalogue.domain.joint import JointRule, OverObjection, Silence

_SILENCE: Final[tuple[Silence, ...]] = ("agrees", "escalates", "waits")
_OVER: Final[tuple[OverObjection, ...]] = ("clerk", "supervisor", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms one department co-signs."""

    department: str
    rules: tuple[str, ...]
    """Codes of the rules that ask it, sorted."""
    limit: int | None
    """Working days to answer; None: no limit."""
    silence: Silence
    over: OverObjection
    shows: tuple[str, ...] | None
    """Addresses it may see; None: everything the item needs."""
    papers: tuple[str, ...] | None
    """Documents it may see, as `material` or `material.role`; None: all of the item's."""


def holding(rules: Iterable[JointRule], context: Mapping[str, Any]) -> list[JointRule]:
    """The rules that call for a review over these values, each with whom it asks there, and until when.

    A rule that cannot be decided, because a value is not known, holds: a risk is not assumed away.
    """
    return [found for rule in rules if (found := rule.called(context)) is not None]


def terms(fired: Sequence[JointRule]) -> tuple[Terms, ...]:
    """What each department is asked, in the order in which rules name them."""
    asked: dict[str, list[JointRule]] = {}
    for rule in fired:
        for department in rule.departments:
            asked.setdefault(department, []).append(rule)
    return tuple(_terms(department, rules) for department, rules in asked.items())


def _terms(department: str, rules: Sequence[JointRule]) -> Terms:
    limits = [rule.limit for rule in rules if rule.limit is not None]
    shows = [rule.shown for rule in rules]
    papers = [None if rule.always and not rule.papers else rule.papers for rule in rules]
    return Terms(
        department=department,
        rules=tuple(sorted(rule.code for rule in rules)),
        limit=max(limits) if len(limits) == len(rules) else None,
        silence=max((rule.silence for rule in rules), key=_SILENCE.index),
        over=max((rule.over_objection for rule in rules), key=_OVER.index),
        shows=_joined(shows),
        papers=_joined(papers),
    )


def _joined(parts: Sequence[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    known = [part for part in parts if part is not None]
    return tuple(sorted({name for part in known for name in part})) if len(known) == len(parts) else None


class Word(StrEnum):
    """Where one department stands."""

    OPEN = "open"
    """It has not answered."""
    AGREES = "agrees"
    OBJECTS = "objects"
    SILENT = "silent"
    """It let the limit pass, and that counts as agreement."""
    ESCALATED = "escalated"
    """It let the limit pass, and the leading department decides without it."""
    RELEASED = "released"
    """The risk has gone before it answered: it is asked no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One department's part in the review of one dispatch."""

    department: str
    agrees: bool | None
    silence: Silence
    over: OverObjection
    lapsed: bool = False
    """The limit passed without a word."""
    released: bool = False
    staffed: bool = True
    """Whether anybody could answer: False, no clerk of it works in the region or above."""
    limited: bool = True
    """Whether a limit runs."""

    @property
    def word(self) -> Word:
        """Where it stands. A word that was given counts for more than silence or release."""
        if self.agrees is not None:
            return Word.AGREES if self.agrees else Word.OBJECTS
        if self.released:
            return Word.RELEASED
        if self.lapsed:
            return Word.SILENT if self.silence == "agrees" else Word.ESCALATED
        # Without a limit an empty office would hold the case for ever.
        return Word.OPEN if self.staffed or self.limited else Word.ESCALATED


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a joint review stands as a whole."""

    missing: tuple[str, ...]
    """Departments that have to answer before the item is approved."""
    against: tuple[str, ...]
    """Departments that object."""
    without: tuple[str, ...]
    """Departments without whose word the leading department decides."""
    over: OverObjection
    """Who may approve over the objections; `never` when one of the rules forbids it."""

    @property
    def settled_by_reason(self) -> bool:
        """Whether an approval needs a written reason of who decides."""
        return bool(self.against or self.without)


def standing(parts: Iterable[Part]) -> Standing:
    """What the parts add up to."""
    found = list(parts)
    against = [part for part in found if part.word is Word.OBJECTS]
    return Standing(
        missing=tuple(part.department for part in found if part.word is Word.OPEN),
        against=tuple(part.department for part in against),
        without=tuple(part.department for part in found if part.word is Word.ESCALATED),
        over=max((part.over for part in against), key=_OVER.index, default="clerk"),
    )
