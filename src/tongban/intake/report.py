"""What a catalogue comes to for people: a table of its life events, all computed, nothing typed in. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tongban.catalogue.domain import Catalogue, Finding, Text
from tongban.intake.domain import Figures
from tongban.intake.queries import guide_of
from tongban.kernel.calendar import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One life event in figures, for its typical application."""

    code: str
    name: Text
    audience: str
    stage: str
    items: int
    """Items that it holds; `typical_items` of them are part of the typical application."""
    typical_items: int
    departments: int
    elements: int
    """Different data elements that its items need."""
    laws: int
    """Different laws that its items cite."""
    before: Figures
    """One item after the other, each at its counter."""
    after: Figures
    """With the one application."""
    errors: int
    warnings: int
    """Findings of the check about the event and its items."""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; days are working days, serial before and parallel after."""
        return {
            "code": self.code,
            "name": self.name.to_json(),
            "audience": self.audience,
            "stage": self.stage,
            "items": self.items,
            "typical_items": self.typical_items,
            "departments": self.departments,
            "elements": self.elements,
            "laws": self.laws,
            "fields": {"before": self.before.fields, "after": self.after.fields},
            "materials": {"before": self.before.materials, "after": self.after.materials},
            "visits": {"before": self.before.visits, "after": self.after.visits},
            "days": {"serial": self.before.days, "parallel": self.after.days},
            "findings": {"errors": self.errors, "warnings": self.warnings},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How much the whole catalogue holds."""

    life_events: int
    items: int
    elements: int
    departments: int
    laws: int
    laws_verified: int
    materials: int
    resources: int
    code_lists: int
    processes: int
    decisions: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A catalogue in figures."""

    version: str
    day: date
    calendar_version: str
    life_events: tuple[EventLine, ...]
    totals: Totals

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "version": self.version,
            "day": self.day.isoformat(),
            "calendar_version": self.calendar_version,
            "life_events": [line.to_json() for line in self.life_events],
            "totals": asdict(self.totals),
        }


def report(catalogue: Catalogue, findings: Iterable[Finding], calendar: Calendar, today: date) -> Report:
    """The report of a catalogue that has no errors, for applications made on `today`."""
    found = tuple(findings)
    lines = tuple(_line(catalogue, code, found, calendar, today) for code in catalogue.life_events)
    return Report(
        version=catalogue.version,
        day=today,
        calendar_version=calendar.version,
        life_events=lines,
        totals=Totals(
            life_events=len(catalogue.life_events),
            items=len(catalogue.items),
            elements=len(catalogue.elements),
            departments=len(catalogue.departments),
            laws=len(catalogue.laws),
            laws_verified=sum(law.verified for law in catalogue.laws.values()),
            materials=len(catalogue.materials),
            resources=len(catalogue.resources),
            code_lists=len(catalogue.code_lists),
            processes=len(catalogue.processes),
            decisions=len(catalogue.decisions),
            errors=sum(one.is_error for one in found),
            warnings=sum(not one.is_error for one in found),
        ),
    )


def _line(
    catalogue: Catalogue, code: str, findings: tuple[Finding, ...], calendar: Calendar, today: date
) -> EventLine:
    guide = guide_of(catalogue, code, calendar, today)
    event = catalogue.event(code)
    codes = dict.fromkeys(use.item for use in event.items)
    items = [catalogue.item(item) for item in codes]
    files = {f"life_events/{code}.yaml", *(f"items/{item}.yaml" for item in codes)}
    mine = [one for one in findings if one.file in files]
    laws = {ref.law for item in items for ref in item.legal_basis}
    for item in items:
        laws |= {ref.law for need in item.needs for ref in need.law}
        laws |= {ref.law for need in item.materials for ref in need.law}
    return EventLine(
        code=code,
        name=event.name,
        audience=event.audience,
        stage=event.stage,
        items=len(items),
        typical_items=len(guide.plan.nodes),
        departments=len({item.department for item in items}),
        elements=len(
            {name.rpartition(".")[2] for item in items for need in item.needs for name in need.addresses}
        ),
        laws=len(laws),
        before=guide.before,
        after=guide.after,
        errors=sum(one.is_error for one in mine),
        warnings=sum(not one.is_error for one in mine),
    )
