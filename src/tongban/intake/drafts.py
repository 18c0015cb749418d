"""A draft as it stands: rows of one application turned into a situation. Shared by actions and queries."""

import threading
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import BoundEvent, Catalogue, Shape
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive, members
from tongban.intake.models import Application, Source, Value
from tongban.kernel.errors import Conflict, NotFound


class _Memory(threading.local):
    """The last derivations of a thread, newest last."""

    def __init__(self) -> None:
        self.kept: deque[tuple[BoundEvent, Catalogue, Situation, Derivation]] = deque(maxlen=2)


_memory = _Memory()


def derived(bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> Derivation:
    """`derive`, which is pure, done once for the same three in a row.

    One request reads its draft several times (before and after registries are asked, for the page), mostly
    without a change between. Only the last two are kept, by thread: values of people do not pile up.
    """
    for known in _memory.kept:
        if known[0] is bound and known[1] is catalogue and known[2] == situation:
            return known[3]
    found = derive(bound, catalogue, situation)
    _memory.kept.append((bound, catalogue, situation, found))
    return found


def application_of(application_id: UUID, person_id: UUID, *, lock: bool = False) -> Application:
    """The person's own application. NotFound alike for a stranger's id and for one that does not exist."""
    rows = Application.objects.select_for_update() if lock else Application.objects
    row = rows.filter(pk=application_id, person_id=person_id, discarded_at=None).first()
    if row is None:
        raise NotFound(
            "application.not_found",
            "There is no such application.",
            hint="Open it from the list of your matters.",
        )
    return row


def open_draft(application_id: UUID, person_id: UUID) -> Application:
    """The person's own draft, locked for this transaction; Conflict once it was submitted."""
    row = application_of(application_id, person_id, lock=True)
    if row.submitted_at is not None:
        raise Conflict(
            "application.submitted",
            "This application has been submitted and cannot be changed.",
            hint="Open its progress.",
        )
    return row


@dataclass(frozen=True)
class Draft:
    """One application with its values read once."""

    row: Application
    every_value: tuple[Value, ...]
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, row: Application) -> "Draft":
        """Read the rows of an application."""
        return cls(row, tuple(row.values_held.all()), tuple(row.sources.all()))

    @cached_property
    def catalogue(self) -> Catalogue:
        """The version of the catalogue that this application is pinned to."""
        return catalogue_queries.version(self.row.catalogue_version)

    @cached_property
    def bound(self) -> BoundEvent:
        """Its life event."""
        return self.catalogue.shaped(self.row.event_code, Shape.of(members.present(self.row.members)))

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Its values; those of members who were taken out wait for being taken in again."""
        gone = members.removed(self.row.members)
        return tuple(one for one in self.every_value if one.address.rpartition(".")[0] not in gone)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """Address → the person's answer."""
        return {value.address: value.value for value in self.values if value.answered}

    @cached_property
    def known(self) -> dict[str, Known]:
        """Address → what government knows."""
        return {
            value.address: Known(
                value.value,
                Provenance(
                    kind=value.kind,  # type: ignore[arg-type]  # the column holds the literal kinds
                    department=value.department or None,
                    resource=value.resource or None,
                    query_id=value.query_id,
                    at=value.at,
                ),
            )
            for value in self.values
            if not value.answered
        }

    @cached_property
    def situation(self) -> Situation:
        """What the derivation depends on."""
        return Situation(
            applicant=self.row.applicant_role,
            region=self.row.region,
            known=self.known,
            answers=self.answers,
            down=frozenset(source.resource for source in self.sources if source.state == "down"),
            refused=frozenset(source.resource for source in self.sources if not source.allowed),
            disputed=frozenset(value.address for value in self.values if value.disputed),
            left_out=frozenset(self.row.left_out),
        )

    @cached_property
    def derivation(self) -> Derivation:
        """The one form as it stands."""
        return derived(self.bound, self.catalogue, self.situation)
