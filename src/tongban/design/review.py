"""What a change would do, against what applies now. Pure: two catalogues in, a `Review` out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from tongban.catalogue.check import check
from tongban.catalogue.difference import Difference, difference
from tongban.catalogue.domain import Catalogue
from tongban.catalogue.domain import Finding as Said
from tongban.design import drawn, work
from tongban.design.rights import Right, closed, opened
from tongban.intake.domain import Figures
from tongban.intake.queries import guide_of
from tongban.kernel.calendar import Calendar
from tongban.kernel.errors import TongbanError
from tongban.process.findings import ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong or worth a look, and where."""

    severity: Literal["error", "warning"]
    code: str
    """Dotted code of the rule."""
    message: str
    """One plain English sentence."""
    hint: str = ""
    kind: str = ""
    """The file: its kind and code; empty when it is about the whole."""
    file: str = ""
    element: str = ""
    """Within the file: a BPMN or DMN element's id, or the keys, such as ``items.birth_certificate``."""

    @property
    def is_error(self) -> bool:
        """Whether it keeps the draft from being submitted."""
        return self.severity == "error"

    def to_json(self) -> dict[str, str]:
        """As a JSON object, every member always present."""
        return {
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "kind": self.kind,
            "file": self.file,
            "element": self.element,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one life event asks of a typical applicant, before and after; None: there is or was none."""

    event: str
    before: Figures | None
    after: Figures | None

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "event": self.event,
            "before": self.before.to_json() if self.before else None,
            "after": self.after.to_json() if self.after else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything that somebody has to know before a change applies."""

    findings: tuple[Finding, ...]
    """Errors first."""
    opened: tuple[Right, ...]
    """Access that the change opens, the most secret first."""
    closed: tuple[Right, ...]
    difference: Difference
    effects: tuple[Effect, ...] = field(default=())
    """The life events that it touches."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps it from being submitted."""
        return tuple(one for one in self.findings if one.is_error)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be said: the two are the same."""
        return not (self.findings or self.opened or self.closed or self.difference.changes or self.effects)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "findings": [one.to_json() for one in self.findings],
            "opened": [one.to_json() for one in self.opened],
            "closed": [one.to_json() for one in self.closed],
            "difference": self.difference.to_json(),
            "effects": [one.to_json() for one in self.effects],
        }


def review(
    before: Catalogue,
    after: Catalogue,
    calendar: Calendar,
    today: date,
    *,
    said: Iterable[Said] | None = None,
) -> Review:
    """Look at `after` against `before`.

    Of warnings only those count that `before` does not have as well; errors always count.

    Args:
        before: what applies.
        after: what would apply.
        calendar: for the days that people are promised.
        today: the day on which a typical applicant would apply.
        said: what reading and the catalogue's check find in `after`, when it is known already.
    """
    changed = difference(before, after)
    known = _known(before)
    found = [one for one in findings_of(after, said) if one.is_error or one not in known]
    if before.version == after.version:
        found = [one for one in found if one not in known]
    events = dict.fromkeys(event for one in changed.changes for event in one.life_events)
    effects = (
        Effect(
            event=code,
            before=figures_of(before, code, calendar, today),
            after=figures_of(after, code, calendar, today),
        )
        for code in events
    )
    return Review(
        findings=tuple(sorted(found, key=lambda one: (not one.is_error, one.kind, one.file))),
        opened=opened(before, after),
        closed=closed(before, after),
        difference=changed,
        effects=tuple(effects),
    )


@lru_cache(maxsize=4)
def _known(catalogue: Catalogue) -> frozenset[Finding]:
    return frozenset(findings_of(catalogue))


def findings_of(catalogue: Catalogue, said: Iterable[Said] | None = None) -> list[Finding]:
    """Everything that is found in a catalogue: by its own check, and in its drawn processes."""
    found = [_finding(one) for one in (check(catalogue) if said is None else said)]
    found += [one for code in catalogue.processes for one in process_findings(catalogue, code)]
    found += [one for code in catalogue.life_events for one in _event_findings(catalogue, code)]
    return list(dict.fromkeys(found))


def process_findings(catalogue: Catalogue, code: str) -> Iterator[Finding]:
    """Whether a drawn process can mean what it says, and names only what the catalogue knows."""
    reading = drawn.reading_of(catalogue.processes[code].model)
    if isinstance(reading, str):
        yield Finding(severity="error", code=drawn.UNREADABLE, message=reading, kind="processes", file=code)
        return
    for one in reading.findings:
        yield Finding(
            severity="error" if one.severity == ERROR else "warning",
            code="process.unsound" if one.severity == ERROR else "process.remark",
            message=one.message,
            kind="processes",
            file=code,
            element=one.element,
        )
    if reading.graph is None:
        return
    for each in drawn.unknown(reading.graph, catalogue):
        yield Finding(
            severity="error",
            code=f"process.unknown_{each.what}",
            message=f"The catalogue knows no {each.what} `{each.code}`.",
            hint=f"Choose a {each.what} that exists, or add it to the draft first.",
            kind="processes",
            file=code,
            element=each.element,
        )
    for flaw in work.flaws(reading.graph, catalogue, code):
        yield Finding(
            severity=flaw.severity,
            code=flaw.code,
            message=flaw.message,
            hint=flaw.hint,
            kind="processes",
            file=code,
            element=flaw.element,
        )


def figures_of(catalogue: Catalogue, event: str, calendar: Calendar, today: date) -> Figures | None:
    """What a life event asks of a typical applicant; None when there is none, or it cannot be derived."""
    if event not in catalogue.life_events:
        return None
    try:
        return guide_of(catalogue, event, calendar, today).after
    except (TongbanError, KeyError, ValueError):
        return None  # the findings say what is wrong with it


def _event_findings(catalogue: Catalogue, code: str) -> Iterator[Finding]:
    """A life event with a drawn process: whether every item of it is drawn, and no other."""
    event = catalogue.life_events[code]
    graph = drawn.graph_of(catalogue, event.process) if event.process else None
    if graph is None:
        return
    items, drawn_items = {use.item for use in event.items}, drawn.items_of(graph)
    for item in sorted(items - drawn_items.keys()):
        yield Finding(
            severity="warning",
            code="process.item_not_drawn",
            message=f"The item `{item}` of the life event `{code}` has no element in its process.",
            hint="It begins by itself, beside the drawing. Draw a step for it if it has to wait for others.",
            kind="processes",
            file=event.process or "",
        )
    for item in sorted(drawn_items.keys() - items):
        yield Finding(
            severity="error",
            code="process.item_not_in_event",
            message=f"The process starts the item `{item}`, which the life event `{code}` does not hold.",
            hint="Add the item to the life event, or take the step out.",
            kind="processes",
            file=event.process or "",
            element=drawn_items[item],
        )


def _finding(one: Said) -> Finding:
    kind, _, file = one.subject.partition("/")
    return Finding(
        severity="error" if one.is_error else "warning",
        code=one.code,
        message=one.message,
        hint=one.hint,
        kind=kind,
        file=file,
        element=one.element,
    )
