"""Fetching what government already knows for a draft, in waves, because one record leads to the next."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.catalogue.domain import BoundEvent
from tongban.exchange.domain import Answer, Purpose
from tongban.exchange.reads import Failed, Read, read_all
from tongban.intake.domain import Known, Lookup
from tongban.intake.drafts import Draft, derived, open_draft
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

    A registry is asked once for one value with one key, whether it had one or not. Departments that do not
    answer are marked down: their questions come back, self-declared, and a later call asks them again. With
    `refresh`, what is older than its resource's freshness is asked anew: the new value takes the old one's
    place, or the old one goes when the registry has none any more; it stays when the department does not
    answer. Values are kept here and never travel through the browser as truth.
    """
    began = datetime.now(UTC)
    tried: set[str] = set()
    for _ in range(MAX_WAVES):
        with transaction.atomic():
            row = open_draft(application_id, person_id)
            if row.consented_at is None:
                return
            forget_strays(row)
            draft = Draft.of(row)
        lookups = _lookups(draft, began, tried, refresh=refresh)
        if not lookups:
            return
        tried |= {one.source.code + entry for one in lookups for entry in _entries(one)}
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


def forget_strays(row: Application) -> None:
    """Drop what was fetched with a key that is not the key any more; call it with the row locked.

    Someone who mistyped the father's identity number and mends it must not keep the other man's name: the
    record of a number stays only as long as the number does. What hung on the dropped values goes with them.
    """
    for _ in range(MAX_WAVES):
        draft = Draft.of(row)
        values = draft.derivation.values
        asked = {source.resource: set(source.asked) for source in draft.sources}
        strays = [
            one
            for one in draft.values
            if not one.answered
            and one.kind == "registry"
            and not any(
                _entry(one.address, {key: values.get(key) for key in source.key})
                in asked.get(one.resource, ())
                for source in draft.bound.sources
                if source.code == one.resource and one.address in source.answers
            )
        ]
        if not strays:
            return
        Value.objects.filter(pk__in=[one.pk for one in strays]).delete()
        for source in draft.sources:
            gone = {f"{one.address}|" for one in strays if one.resource == source.resource}
            if gone:
                source.asked = [entry for entry in source.asked if not entry.startswith(tuple(gone))]
                source.save()


def _lookups(draft: Draft, began: datetime, tried: set[str], *, refresh: bool) -> list[Lookup]:
    """The questions to put now, each narrowed to what its registry was not yet asked with this key."""
    situation = draft.situation
    rows = {source.resource: source for source in draft.sources}
    spared = frozenset(
        code
        for code, row in rows.items()
        if row.state == "down" and row.at is not None and began - row.at < SPARE_DOWN and not refresh
    )
    stale = {
        address
        for address, one in situation.known.items()
        if refresh and address not in situation.disputed and _is_stale(one, draft.bound, began)
    }
    # What is stale counts as neither known nor answered, so that it is wanted, and found anew before it leads
    # to another record.
    shown = replace(
        situation,
        down=spared,
        known={address: one for address, one in situation.known.items() if address not in stale},
        answers={address: one for address, one in situation.answers.items() if address not in stale},
    )
    found = []
    for one in derived(draft.bound, draft.catalogue, shown).lookups:
        code = one.source.code
        before = set(rows[code].asked) if code in rows else set()
        wanted = tuple(
            address
            for address in one.wanted
            if (address in stale or _entry(address, one.key) not in before)
            and code + _entry(address, one.key) not in tried
        )
        if wanted:
            found.append(replace(one, wanted=wanted))
    return found


def _is_stale(known: Known, bound: BoundEvent, began: datetime) -> bool:
    """Whether a registry's answer is older than it may be; what this call fetched itself is not."""
    at = known.provenance.at
    days = next(
        (
            source.resource.freshness_days
            for source in bound.sources
            if source.code == known.provenance.resource
        ),
        None,
    )
    limit = timedelta(days=FRESH_DAYS if days is None else days)
    return known.provenance.kind == "registry" and at is not None and at < began and began - at > limit


def _keep(row: Application, lookup: Lookup, outcome: Answer | Failed) -> list[str]:
    source, _ = Source.objects.get_or_create(application=row, resource=outcome.resource)
    source.at = datetime.now(UTC)
    if isinstance(outcome, Failed):
        source.state = "down"
        source.save()
        return []
    # One resource may be asked for two people; a record found for one outlasts none found for the other.
    source.state = "got" if outcome.found or (source.state == "got" and source.asked) else "none"
    source.asked = sorted({*source.asked, *_entries(lookup)})
    source.save()
    Value.objects.filter(
        application=row, answered=False, resource=outcome.resource, address__in=lookup.wanted
    ).exclude(address__in=list(outcome.values)).delete()
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


def _entries(lookup: Lookup) -> list[str]:
    return [_entry(address, lookup.key) for address in lookup.wanted]


def _entry(address: str, key: Mapping[str, Any]) -> str:
    """One value asked with one key, as a source's row remembers it: the address and the key's fingerprint."""
    plain = {name: str(value) for name, value in key.items()}
    return f"{address}|{hashlib.sha256(canonical.dumps(plain)).hexdigest()[:32]}"
