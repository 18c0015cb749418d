"""A draft and the catalogue version that applies now: what is new for this person, and taking it over.

A draft stays on the version with which it was begun, and a case on the one with which it was submitted.
Nobody is moved; whoever wants the new rules says so.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction

from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.difference import Change, Difference, difference
from tongban.intake import prefill
from tongban.intake.domain import members
from tongban.intake.drafts import Draft, open_draft
from tongban.intake.events import TakenOver
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """The version that applies now, seen from a draft that was begun with another."""

    version: str
    applies_from: date
    changes: tuple[Change, ...]
    """What it changes about this life event and the items of this application; may be empty."""


def newer(held: Draft) -> Newer | None:
    """What a draft could be taken over to; None when its version still applies or its life event is gone."""
    current = catalogue_queries.current()
    if held.row.submitted_at is not None or current.version == held.row.catalogue_version:
        return None
    if held.row.event_code not in current.life_events:
        return None
    found = _between(held.row.catalogue_version, current.version)
    mine = {item.code for item in held.derivation.items if item.applies is not False}
    return Newer(
        version=current.version,
        applies_from=next(
            one.applies_from
            for one in catalogue_queries.releases()
            if one.version == current.version and one.state == "current"
        ),
        changes=tuple(
            one
            for one in found.about(held.row.event_code)
            if not one.items or mine.intersection(one.items) or one.effect == "added"
        ),
    )


@lru_cache(maxsize=32)
def _between(old: str, new: str) -> Difference:
    return difference(catalogue_queries.version(old), catalogue_queries.version(new))


def take_over(application_id: UUID, person_id: UUID) -> None:
    """Go on with the version that applies now. What was answered and uploaded stays where it is still asked.

    Registries that the new version may ask and the old one did not are asked only after a new consent. Raises
    Conflict when there is no newer version, or when the applicant's role is no longer one that may apply.
    """
    with transaction.atomic():
        row = open_draft(application_id, person_id)
        held = Draft.of(row)
        if newer(held) is None:
            raise Conflict("application.no_newer", "There is no newer version.", hint="Go on with the form.")
        current = catalogue_queries.current()
        bound = current.bound(row.event_code)
        if row.applicant_role not in bound.event.applicant:
            raise Conflict(
                "application.role_gone",
                "In the newer version this role cannot apply.",
                hint="Begin a new application.",
            )
        before = {source.code for source in held.bound.sources}
        previous, row.catalogue_version = row.catalogue_version, current.version
        choosable = {item.code for item in bound.items if item.use.chosen_by == "applicant"}
        row.left_out = sorted(choosable.intersection(row.left_out))
        fresh = members.first(members.many_of(bound))
        row.members = {role: row.members.get(role, one) for role, one in fresh.items()}
        if {source.code for source in bound.sources} - before:
            row.consented_at = None
        row.reviewed_at = None
        row.touched_at = datetime.now(UTC)
        row.save()
        prefill.forget_strays(row)
        record(
            row.pk,
            TakenOver(previous=previous, catalogue_version=current.version),
            actor=Actor("person", str(person_id)),
        )
    prefill.prefill(application_id, person_id)
