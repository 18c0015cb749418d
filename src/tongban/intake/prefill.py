"""Fetching what government already knows for a draft, in waves, because one record leads to the next."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.exchange.domain import Answer, Purpose
from tongban.exchange.reads import Failed, Read, read_all
from tongban.intake.domain import Lookup, derive
from tongban.intake.drafts import Draft, open_draft
from tongban.intake.events import Prefilled
from tongban.intake.models import Application, Source, Value
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel import canonical

MAX_WAVES = 6
"""Longest chain of records that lead to each other; a longer one is a fault of the catalogue."""
FRESH_DAYS = 1
"""How long an answer may be used when its resource does not say."""
SPARE_DOWN = timedelta(seconds=20)
"""A registry that did not answer is not asked again for the same draft sooner than this."""


def prefill(application_id: UUID, person_id: UUID, *, refresh: bool = False) -> None:
    """Ask every registry that is allowed, can be asked and would answer something that is wanted.

    Departments that do not answer are marked down: their questions come back, self-declared, and a later
    call asks them again. With `refresh`, what is older than its resource's freshness is asked anew; the old
    value stays when the department does not answer. Values are kept here and never travel through the
    browser as truth.
    """
    asked: set[tuple[str, str]] = set()
    for _ in range(MAX_WAVES):
        with transaction.atomic():
            draft = Draft.of(open_draft(application_id, person_id))
        if draft.row.consented_at is None:
            return
        lookups = [
            one for one in _lookups(draft, refresh=refresh) if (one.source.code, _print(one)) not in asked
        ]
        if not lookups:
            return
        asked |= {(one.source.code, _print(one)) for one in lookups}
        actor = Actor("person", str(person_id))
        reads = [
            Read(
                purpose=Purpose(application_id=application_id, items=one.items, elements=one.wanted),
                source=one.source,
                key=one.key,
            )
            for one in lookups
        ]
        outcomes = read_all(reads, draft.bound, draft.catalogue, actor=actor)
        with transaction.atomic():
            row = open_draft(application_id, person_id)
            got = [
                address
                for lookup, outcome in zip(lookups, outcomes, strict=True)
                for address in _keep(row, lookup, outcome)
            ]
            down = {outcome.resource for outcome in outcomes if isinstance(outcome, Failed)}
            record(row.pk, Prefilled(addresses=sorted(got), down=sorted(down)), actor=actor)


def _lookups(draft: Draft, *, refresh: bool) -> list[Lookup]:
    """The questions to put now: not those answered for the same key, unless they have gone stale."""
    now = datetime.now(UTC)
    situation = draft.situation
    rows = {source.resource: source for source in draft.sources}
    spared = {
        code
        for code, row in rows.items()
        if row.state == "down" and row.at is not None and now - row.at < SPARE_DOWN and not refresh
    }
    stale = {
        source.code
        for source in draft.bound.sources
        if refresh and _is_stale(rows.get(source.code), source, now)
    }
    known = {
        address: one
        for address, one in situation.known.items()
        if one.provenance.resource not in stale or address in _keys(draft)
    }
    derivation = derive(draft.bound, draft.catalogue, replace(situation, down=frozenset(spared), known=known))
    return [
        one
        for one in derivation.lookups
        if one.source.code in stale
        or (row := rows.get(one.source.code)) is None
        or row.state == "down"
        or _print(one) not in row.asked
    ]


def _keys(draft: Draft) -> set[str]:
    return {key for source in draft.bound.sources for key in source.key}


def _is_stale(row: Source | None, source: Any, now: datetime) -> bool:
    days = source.resource.freshness_days or FRESH_DAYS
    return (
        row is not None and row.at is not None and row.state != "down" and now - row.at > timedelta(days=days)
    )


def _keep(row: Application, lookup: Lookup, outcome: Answer | Failed) -> list[str]:
    source, _ = Source.objects.get_or_create(application=row, resource=outcome.resource)
    source.at = datetime.now(UTC)
    if isinstance(outcome, Failed):
        source.state = "down"
        source.save()
        return []
    # One resource may be asked for two people; a record found for one outlasts none found for the other.
    source.state = "got" if outcome.found or (source.state == "got" and source.asked) else "none"
    source.asked = sorted({*source.asked, _print(lookup)})
    source.save()
    for address, value in outcome.values.items():
        Value.objects.update_or_create(
            application=row,
            address=address,
            answered=False,
            defaults={
                "value": value,
                "kind": "registry",
                "department": outcome.department,
                "resource": outcome.resource,
                "query_id": outcome.query_id,
                "at": outcome.at,
            },
        )
    return list(outcome.values)


def _print(lookup: Lookup) -> str:
    """A fingerprint of the key and of what is wanted, so that a further question is still put."""
    key: Mapping[str, Any] = {address: str(value) for address, value in lookup.key.items()}
    return hashlib.sha256(canonical.dumps({"key": dict(key), "wanted": list(lookup.wanted)})).hexdigest()[:32]
