"""Checks a catalogue: its form, its references, and whether it keeps the law it quotes (the *law lint*)."""

from dataclasses import replace
from pathlib import Path

from tongban.catalogue.checks.content import check_placeholders, check_unused
from tongban.catalogue.checks.decisions import check_asking, check_decisions
from tongban.catalogue.checks.declared import check_declared
from tongban.catalogue.checks.elements import check_elements, check_literals, check_systems
from tongban.catalogue.checks.events import check_events
from tongban.catalogue.checks.items import check_items
from tongban.catalogue.checks.overlays import check_overlays
from tongban.catalogue.checks.references import check_references
from tongban.catalogue.checks.report import Report
from tongban.catalogue.checks.themes import check_theme, check_theme_text
from tongban.catalogue.domain import Catalogue, Finding, read
from tongban.catalogue.domain.findings import order

__all__ = ["check", "check_event", "check_folder", "check_item", "check_path", "check_theme"]


def check(catalogue: Catalogue) -> list[Finding]:
    """Everything that is wrong with a catalogue whose files could be read, in the order of the files."""
    report = Report(catalogue)
    for step in (
        check_references,
        check_elements,
        check_literals,
        check_systems,
        check_items,
        check_overlays,
        check_events,
        check_declared,
        check_decisions,
        check_asking,
        check_placeholders,
        check_unused,
    ):
        step(report)
    return sorted(set(report.findings), key=order)


def check_event(catalogue: Catalogue, code: str) -> list[Finding]:
    """What `check` finds about one life event, in a small part of its time: for editors, after each edit."""
    if code not in catalogue.life_events:
        return []
    narrow = replace(_only(catalogue, "life_events", code), life_events={code: catalogue.life_events[code]})
    report = Report(narrow)
    for step in (check_references, check_literals, check_events, check_declared, check_placeholders):
        step(report)
    return sorted(set(report.findings), key=order)


def check_item(catalogue: Catalogue, code: str) -> list[Finding]:
    """What `check` finds about one service item by itself, without the life events that use it."""
    if code not in catalogue.items:
        return []
    whole = Report(_only(catalogue, "items", code))
    for step in (check_references, check_literals, check_placeholders):
        step(whole)
    narrow = Report(replace(whole.catalogue, items={code: catalogue.items[code]}))
    check_items(narrow)
    check_asking(narrow)
    return sorted({*whole.findings, *narrow.findings}, key=order)


def _only(catalogue: Catalogue, kind: str, code: str) -> Catalogue:
    """`catalogue` with the references and the content of one file alone: what is looked at, not where."""
    return replace(
        catalogue,
        version=f"{catalogue.version}:{kind}/{code}",
        references=tuple(one for one in catalogue.references if one.path[:2] == (kind, code)),
        content={kind: {code: catalogue.content.get(kind, {}).get(code, {})}},
    )


def check_folder(path: Path | str) -> tuple[Catalogue, list[Finding]]:
    """Reads and checks a folder; files that cannot be read are findings, the rest is checked all the same."""
    catalogue, findings = read(path)
    return catalogue, sorted([*findings, *check(catalogue)], key=order)


def check_path(path: Path | str) -> list[Finding]:
    """Findings about a catalogue folder or about an official guide (a JSON file)."""
    where = Path(path)
    if where.is_dir():
        return check_folder(where)[1]
    try:
        data = where.read_bytes()
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        return [Finding(code="catalogue.unreadable", message=message, file=where.name)]
    return check_theme_text(where.name, data)
