"""A file of guides → drafts, findings and the texts of the files to write. Pure; `folder` writes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from tongban.catalogue.checks.themes import line_table, theme_findings
from tongban.catalogue.domain import Catalogue, Severity
from tongban.catalogue.guides import files, guide, twins
from tongban.catalogue.guides.desk import Draft
from tongban.catalogue.guides.drafts import draft
from tongban.catalogue.guides.matching import Index
from tongban.catalogue.guides.parts import Gathering, Guide, GuideFinding, Path, spelled
from tongban.catalogue.guides.sheets import faults

MOST_LINES = 600_000
"""Characters of a file above which findings name the field and not the line: finding lines reads it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One finding of an import, as it is shown."""

    code: str
    severity: Severity
    where: str
    """File, line when it is known, and field: ``newborn.json:131: linked_items[2].days``."""
    message: str
    hint: str

    def to_json(self) -> dict[str, str]:
        """As a JSON object."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "where": self.where,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedGuide:
    """One guide of a file and its draft."""

    guide: Guide
    draft: Draft
    findings: tuple[Said, ...]
    texts: Mapping[str, str]
    """Path within the draft's folder → the text of the file."""

    @property
    def documents(self) -> int:
        """How many documents the guide names, of its own and of its items."""
        return len(self.guide.materials) + sum(len(one.materials) for one in self.guide.items)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object, without the texts of the files."""
        event = next((one.content for one in self.draft.sheets if one.kind == "life_events"), None)
        return {
            "code": self.draft.code,
            "name": self.guide.name,
            "life_event": event,
            "files": sorted(self.texts),
            "items": len(self.guide.items),
            "materials": self.documents,
            "matches": self.draft.matches,
            "conditions": self.draft.conditions,
            "special_procedures": [
                {"where": spelled(one.path), "item": one.name, **procedure.to_json()}
                for one in self.guide.items
                for procedure in one.procedures
            ],
            "findings": [one.to_json() for one in self.findings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """Every guide of a file, and what is to be said of the file itself."""

    name: str
    guides: tuple[ImportedGuide, ...]
    notes: tuple[Said, ...]

    @property
    def findings(self) -> tuple[Said, ...]:
        """Everything that was found, the file's own first."""
        return (*self.notes, *(one for guide in self.guides for one in guide.findings))


def import_guides(data: bytes, name: str, catalogue: Catalogue) -> ImportedFile:
    """The drafts of a file's guides over a catalogue. The same bytes and catalogue give the same result.

    Raises InvalidInput or TooLarge, with a hint, when the file holds no guide at all.
    """
    source = files.read(data, name)
    index = Index(catalogue)
    lines = line_table(source.text) if source.text and len(source.text) <= MOST_LINES else {}
    notes = tuple(
        Said(code=one.code, severity=Severity.WARNING, where=name, message=one.message, hint=one.hint)
        for one in source.notes
    )
    imported: list[ImportedGuide] = []
    for position, value in enumerate(source.guides):
        place = name if len(source.guides) == 1 else f"{name}[{position}]"
        imported.append(_one(value, place, lines, index, {one.draft.code for one in imported}))
    return ImportedFile(name=name, guides=tuple(imported), notes=notes)


def _one(
    value: Mapping[str, Any],
    file: str,
    lines: Mapping[Path, tuple[int, int]],
    index: Index,
    taken: set[str],
) -> ImportedGuide:
    read = guide.read(value)
    found = Gathering()
    twins.find(read.items, "item", found)
    twins.find(read.materials, "material", found)
    for item in read.items:
        twins.find(item.materials, "material", found)
    made = draft(read, index, taken, PurePath(file).stem)
    linted = [
        GuideFinding(code=one.code, severity=one.severity, path=path, message=one.message, hint=one.hint)
        for path, one in theme_findings(value)
    ]
    told = {(one.path, one.code) for one in linted}
    placeholders = {one.path for one in linted if one.code == "catalogue.placeholder"}
    rest = [
        one
        for one in (*read.findings, *found.findings, *made.found.findings)
        if (one.path, one.code) not in told
        and not (one.code == "guide.placeholder" and one.path in placeholders)
    ]
    source = read.name or read.code or file
    texts = {one.path: one.text(source) for one in made.sheets}
    strict = faults(made.sheets, texts, index.catalogue)
    findings = [_said(one, file, lines) for one in dict.fromkeys((*linted, *rest))]
    findings += [
        Said(code=one.code, severity=one.severity, where=one.file, message=one.message, hint=one.hint)
        for one in strict
    ]
    texts[f"{made.code}.import.json"] = _record(read, made, findings)
    return ImportedGuide(guide=read, draft=made, findings=tuple(findings), texts=texts)


def _said(one: GuideFinding, file: str, lines: Mapping[Path, tuple[int, int]]) -> Said:
    path = one.path
    while path and path not in lines:
        path = path[:-1]
    line = f":{lines[path][0]}" if path in lines and path else ""
    field = f": {spelled(one.path)}" if one.path else ""
    return Said(
        code=one.code, severity=one.severity, where=f"{file}{line}{field}", message=one.message, hint=one.hint
    )


def _record(read: Guide, made: Draft, findings: list[Said]) -> str:
    """The editor's list beside the draft: matches, conditions in prose, findings."""
    record = {
        "theme_code": read.code,
        "theme_name": read.name,
        "life_event": made.code,
        "matches": made.matches,
        "conditions": made.conditions,
        "findings": [one.to_json() for one in findings],
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
