"""The catalogue's mutations: publish a version, let an earlier one apply again, take in a list."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tongban.catalogue import queries
from tongban.catalogue.check import check, check_folder
from tongban.catalogue.domain import (
    Catalogue,
    CatalogueError,
    from_content,
    version_of,
    with_changes,
)
from tongban.catalogue.events import STREAM, ListImported, VersionPublished
from tongban.catalogue.folders import product_folder
from tongban.catalogue.importer import ItemList, Row, parse
from tongban.catalogue.models import CatalogueRelease, CatalogueVersion, ImportedItem, ImportedList
from tongban.journal import actions as journal
from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict, InvalidInput

BATCH = 500
MAX_NAME = 200
MAX_NOTE = 1000
_LOCK = 0x7462_6361  # "tbca": one publication or import at a time
Progress = Callable[[int, int], None]
"""Called with rows done and rows in all."""


def publish(
    path: Path | str | None = None,
    *,
    applies_from: date | None = None,
    note: str = "",
    actor: Actor = SYSTEM,
    at_start: bool = False,
) -> Catalogue:
    """Checks the folder (the product's own when None) and makes it the version that applies from a day on.

    What is published is never changed again; a version that was published before gets another day.
    Publishing what applies on that day already changes nothing and records nothing. So does the start of the
    platform (`at_start`) while its own content is what it was at the last start; new content of its own never
    takes back what somebody published meanwhile (see `_start_with`). It takes neither day, note nor actor.

    Args:
        path: the folder.
        applies_from: the first day on which new applications are made with it; today when None.
        note: what its publisher says about it, for the list of versions.
        actor: who publishes.
        at_start: whether the platform does it by itself as it starts.

    Raises `CatalogueError` with all findings when the check finds an error, InvalidInput for a day that has
    passed: what applied then cannot become something else.
    """
    catalogue, findings = check_folder(path or product_folder())
    if any(finding.is_error for finding in findings):
        raise CatalogueError(tuple(findings))
    if at_start:
        return _start_with(catalogue)
    return _release(catalogue, applies_from=applies_from, note=note, actor=actor)


def _start_with(own: Catalogue) -> Catalogue:
    """The start of the platform with its own content; what applies then.

    Content that is new with this release of the platform applies at once, but not over what people published
    since the last start: files that they changed stay theirs, and when the two do not fit together everything
    stays theirs. The same holds for what is to apply from a later day. The platform's own content is on
    record either way.
    """
    with transaction.atomic():
        _serialise()
        last = CatalogueRelease.objects.filter(at_start=True).order_by("-published_at", "-id").first()
        code = queries.applying(queries.today())
        if last is None or code is None or last.version.version == own.version:
            return _release(own, applies_from=None, note="", actor=SYSTEM, at_start=True)
        before = queries.version(last.version.version)
        theirs = queries.version(code)
        found = _release(own, applies_from=None, note="", actor=SYSTEM, at_start=True)
        if code != before.version:
            found = _release(_both(before, own, theirs), applies_from=None, note="", actor=SYSTEM)
        _carry_over(before, own)
        return found


def _carry_over(before: Catalogue, own: Catalogue) -> None:
    """What is to apply on a later day gets what is new with this release of the platform, too.

    It was approved on top of the content `before`; without this its day would silently take the release's
    news back. Its day and its note stay. Where the two do not fit together it stays as it was approved.
    """
    coming = CatalogueRelease.objects.filter(applies_from__gt=queries.today()).order_by("published_at", "id")
    for day, note in dict(coming.values_list("applies_from", "note")).items():
        code = queries.applying(day)
        if code is not None:
            merged = _both(before, own, queries.version(code))
            _release(merged, applies_from=day, note=note, actor=SYSTEM)


def _both(before: Catalogue, own: Catalogue, theirs: Catalogue) -> Catalogue:
    """`theirs` with what changed from `before` to `own` in files that are still as before; or `theirs`."""
    changes: dict[str, dict[str, Any]] = {}
    for kind in {*before.content, *own.content}:
        was, now, held = (one.content.get(kind, {}) for one in (before, own, theirs))
        for code in {*was, *now}:
            if was.get(code) != now.get(code) and held.get(code) == was.get(code):
                changes.setdefault(kind, {})[code] = now.get(code)
    merged, findings = with_changes(theirs, changes)
    merged = replace(merged, version=version_of(merged.content))
    if any(finding.is_error for finding in (*findings, *check(merged))):
        return theirs
    return merged


def publish_content(
    content: Mapping[str, Mapping[str, Any]],
    *,
    applies_from: date | None = None,
    note: str = "",
    actor: Actor = SYSTEM,
    based_on: str | None = None,
) -> Catalogue:
    """Checks content that does not come from a folder and makes it the version that applies from a day on.

    Args:
        content: kind → code → the file, as in `Catalogue.content`.
        applies_from: the first day on which new applications are made with it; today when None.
        note: what its publisher says about it.
        actor: who publishes.
        based_on: the newest version that the publisher knows; with another one by now nothing is published.

    Raises `CatalogueError` when the check finds an error, Conflict `publish.moved_on`, InvalidInput for a day
    that has passed or before that of a release that is still to come (which would undo this one).
    """
    catalogue = from_content(content)
    findings = check(catalogue)
    if any(finding.is_error for finding in findings):
        raise CatalogueError(tuple(findings))
    return _release(catalogue, applies_from=applies_from, note=note, actor=actor, based_on=based_on)


def apply_again(version: str, *, applies_from: date | None = None, note: str, actor: Actor) -> Catalogue:
    """Makes a version that was published before apply again from a day on, also instead of what is to come.

    It is not checked again: what could once be applied must be at hand when something newer turns out wrong.
    NotFound for a version that was never published.
    """
    catalogue = queries.version(version)
    with transaction.atomic():
        _serialise()
        day = applies_from or queries.today()
        coming = CatalogueRelease.objects.filter(applies_from__gt=day).values_list("applies_from", flat=True)
        for each in (day, *sorted(set(coming))):
            _release(catalogue, applies_from=each, note=note, actor=actor)
    return catalogue


def _release(
    catalogue: Catalogue,
    *,
    applies_from: date | None,
    note: str,
    actor: Actor,
    at_start: bool = False,
    based_on: str | None = None,
) -> Catalogue:
    """Stores a checked catalogue and from which day it applies."""
    summary = {kind: len(things) for kind, things in catalogue.content.items()}
    day = applies_from or queries.today()
    _check_not_past(day)
    if len(note) > MAX_NOTE:
        raise InvalidInput("publish.note", f"A note has at most {MAX_NOTE} characters.", hint="Shorten it.")
    with transaction.atomic():
        _serialise()
        before = queries.applying(day)
        if based_on is not None:
            _check_base(based_on)
            check_day(day)
        last = CatalogueRelease.objects.filter(at_start=True).order_by("-published_at", "-id").first()
        released = CatalogueRelease.objects.filter(version__version=catalogue.version)
        known = released.exists() if last is None else last.version.version == catalogue.version
        if (at_start and known) or before == catalogue.version:
            return catalogue
        digest = hashlib.sha256(catalogue.canonical).hexdigest()
        kept, _ = CatalogueVersion.objects.get_or_create(
            version=catalogue.version,
            defaults={"digest": digest, "content": catalogue.canonical.decode(), "summary": summary},
        )
        CatalogueRelease.objects.create(
            version=kept, applies_from=day, published_at=timezone.now(), note=note.strip(), at_start=at_start
        )
        journal.record(
            STREAM,
            VersionPublished(
                version=catalogue.version,
                digest=digest,
                previous=before or "",
                life_events=summary["life_events"],
                items=summary["items"],
                applies_from=day.isoformat(),
            ),
            actor=actor,
        )
        transaction.on_commit(queries.forget)
    return catalogue


def check_day(day: date) -> None:
    """InvalidInput unless something can apply from `day` on without being undone by what is still to come."""
    _check_not_past(day)
    coming = CatalogueRelease.objects.filter(applies_from__gt=day).order_by("applies_from").last()
    if coming is not None:
        raise InvalidInput(
            "publish.before_coming",
            f"A version is to apply from {coming.applies_from}; this one would end on that day.",
            hint="Name that day or a later one.",
            day=coming.applies_from.isoformat(),
        )


def _check_not_past(day: date) -> None:
    if day < queries.today():
        raise InvalidInput(
            "publish.past",
            f"{day} has passed; a version applies from today on or later.",
            hint="Name a later day.",
        )


def _check_base(based_on: str) -> None:
    """Refuses what would silently undo another's publication."""
    if queries.newest() != based_on:
        raise Conflict(
            "publish.moved_on",
            "Another version has been published since this one was reviewed.",
            hint="Bring it up to date and review it again.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did."""

    name: str
    rows: int
    departments: int
    new: int
    changed: int
    unchanged: int
    gone: int
    """Rows of an earlier file that this one no longer holds; they are kept and marked."""
    findings: dict[str, int]
    """Finding code → rows that have it."""
    malformed_codes: int
    invalid_credit_codes: int
    facts: dict[str, int]
    """What rows say besides their codes (limits, fees, documents …) → rows that say it."""
    problems: tuple[dict[str, Any], ...]
    """One for each finding: row number, department, name, item code, and the finding."""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def import_list(
    data: bytes, *, name: str, actor: Actor = SYSTEM, progress: Progress = lambda _done, _total: None
) -> Imported:
    """Takes in a list (see `importer`), keeping every row. The same file again: nothing new, nothing changed.

    `name` names the list: a newer file under the same name updates its rows. Raises InvalidInput when the
    file is not such a list, and leaves everything as it was.
    """
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidInput("import.name", "The name of a list has 1 to 200 characters.")
    items = parse(data)
    with transaction.atomic():
        _serialise()
        record, created = ImportedList.objects.get_or_create(name=name, defaults=_head(items))
        new, changed, gone = _store(record, items, progress)
        if created or new or changed or gone or record.digest != items.digest:
            for column, value in _head(items).items():
                setattr(record, column, value)
            record.save()
            journal.record(
                STREAM,
                ListImported(
                    name=name,
                    digest=items.digest,
                    rows=len(items.rows),
                    new=new,
                    changed=changed,
                    gone=gone,
                    findings=sum(len(row.findings) for row in items.rows) + len(items.findings),
                ),
                actor=actor,
            )
    counts = items.counts()
    return Imported(
        name=name,
        rows=len(items.rows),
        departments=items.departments,
        new=new,
        changed=changed,
        unchanged=len(items.rows) - new - changed,
        gone=gone,
        findings=counts,
        malformed_codes=counts.get("item_code.malformed", 0),
        invalid_credit_codes=counts.get("credit_code.invalid", 0),
        facts=items.facts(),
        problems=tuple(
            {"row": row.position, "department": row.department, "name": row.name, "item_code": row.code}
            | {"finding": finding.to_json()}
            for row in items.rows
            for finding in row.findings
        ),
    )


def _store(record: ImportedList, items: ItemList, progress: Progress) -> tuple[int, int, int]:
    """Writes what differs; how many rows are new, changed, and gone."""
    stored = {
        key: (number, digest, present)
        for key, number, digest, present in record.items.values_list("key", "id", "digest", "present")
    }
    counts = {"new": 0, "changed": 0}
    for start in range(0, len(items.rows), BATCH):
        batch = items.rows[start : start + BATCH]
        new = [
            ImportedItem(imported_list=record, key=row.key, **_columns(row))
            for row in batch
            if row.key not in stored
        ]
        changed = [
            ImportedItem(id=stored[row.key][0], imported_list=record, key=row.key, **_columns(row))
            for row in batch
            if row.key in stored and stored[row.key][1:] != (row.digest, True)
        ]
        ImportedItem.objects.bulk_create(new)
        if changed:
            ImportedItem.objects.bulk_update(changed, [*_columns(batch[0])])
        counts["new"] += len(new)
        counts["changed"] += len(changed)
        progress(start + len(batch), len(items.rows))
    keys = {row.key for row in items.rows}
    gone = [number for key, (number, _, present) in stored.items() if present and key not in keys]
    record.items.filter(id__in=gone).update(present=False)
    return counts["new"], counts["changed"], len(gone)


def _head(items: ItemList) -> dict[str, Any]:
    return {
        "digest": items.digest,
        "imported_at": timezone.now(),
        "rows": len(items.rows),
        "departments": items.departments,
        "findings": [finding.to_json() for finding in items.findings],
    }


def _columns(row: Row) -> dict[str, Any]:
    return {
        "position": row.position,
        "department": row.department,
        "main_item": row.main_item,
        "name": row.name,
        "code": row.code,
        "catalogue_part": row.parts.catalogue,
        "area": row.parts.area,
        "sequence": row.parts.sequence,
        "department_code": row.parts.department,
        "code_version": row.parts.version,
        "suffix": row.parts.suffix,
        "task_type": row.task_type,
        "raw": row.raw,
        "digest": row.digest,
        "findings": [finding.to_json() for finding in row.findings],
        "present": True,
    }


def _serialise() -> None:
    """Waits for another publication or import; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
