"""What a worker does from time to time: small, idempotent, safe in several workers at once."""

import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import urllib3
from django.conf import settings
from django.db import close_old_connections

from tongban.casework import actions as casework
from tongban.casework import queries as cases
from tongban.casework import store
from tongban.catalogue import calendars
from tongban.exchange import inbox, letters, partners
from tongban.exchange.domain import Purpose
from tongban.exchange.reads import Failed, Read, read_all
from tongban.identity import attempts
from tongban.kernel.errors import TongbanError
from tongban.kernel.log import get_logger
from tongban.process import worker as processes
from tongban.runtime import wiring

log = get_logger(__name__)

_PROBE_SECONDS = 2.0
_SERVER_FAULT = 500
_LOOK_AGAIN_SECONDS = 30.0
"""When a case in which nobody could be asked is looked at again, if nothing that is known of it changed."""
_nobody_to_ask: dict[UUID, tuple[float, tuple[tuple[str, ...], tuple[str, ...]]]] = {}
"""Case → when it was found that nobody can be asked about it, and what was known then."""


def upkeep() -> None:
    """Everything, each part on its own: one that fails stops no other."""
    for part in (wiring.retry, probe_departments, verify_declared, recompute_dates, lapse_reviews, forget):
        try:
            part()
        except Exception:  # the next round tries again
            log.exception("worker.upkeep_failed", part=part.__name__)
            close_old_connections()  # a connection that broke with the database would fail every later round


def forget() -> None:
    """Drop what has expired."""
    inbox.forget_nonces(datetime.now(UTC))
    letters.forget(datetime.now(UTC))
    attempts.forget(datetime.now(UTC))
    processes.forget_expired(datetime.now(UTC))


def probe_departments() -> None:
    """Ask departments that are down whether they are back, so that clocks resume without traffic."""
    pool = urllib3.PoolManager(retries=False, timeout=_PROBE_SECONDS)
    for department in partners.due_for_probe(datetime.now(UTC)):
        base = settings.CONFIG.department_urls.get(department)
        if not base:
            continue
        try:
            well = pool.request("GET", base.rstrip("/") + "/health", redirect=False).status < _SERVER_FAULT
        except urllib3.exceptions.HTTPError:
            well = False
        if well:
            partners.note_success(department)
        else:
            partners.note_failure(department, "probe")


def verify_declared() -> None:
    """Compare self-declared values with their owners' records, once these can be asked.

    A value is self-declared where a registry could have answered but was down, refused or disputed. A refusal
    of the person is respected: only what was down is asked later.
    """
    down = partners.down_since()  # not asked, so that the journal does not note every round of an outage
    now = time.monotonic()
    for old in [one for one, (since, _) in _nobody_to_ask.items() if now - since > _LOOK_AGAIN_SECONDS]:
        del _nobody_to_ask[old]

    silent = tuple(sorted(down))

    def facts(addresses: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(sorted(addresses)), silent

    def known(case: UUID, addresses: Sequence[str]) -> bool:
        """Most declared values have no owner; their cases would be read in every round."""
        return case in _nobody_to_ask and _nobody_to_ask[case][1] == facts(addresses)

    for case, addresses in cases.to_verify(known=known):
        if not _verify(case, addresses, down):
            _nobody_to_ask[case.pk] = (now, facts(addresses))


def _verify(case: Any, addresses: Sequence[str], down: Collection[str]) -> bool:
    """Compare what can be compared of one case; whether anybody was asked."""
    catalogue = store.catalogue_of(case)
    bound = store.bound_of(case)
    held = store.values_of(case)
    asked = False
    for source in bound.sources:
        wanted = tuple(address for address in addresses if address in source.answers)
        if not wanted or any(held.get(key) in {None, ""} for key in source.key):
            continue
        if source.resource.department in down:
            continue
        items = tuple(item.code for item in bound.items if set(wanted) & item.reads())
        if not items or not cases.may_verify(case.pk, source.code):
            continue
        read = Read(
            purpose=Purpose(application_id=case.pk, items=items, elements=wanted, kind="verify"),
            source=source,
            key={key: held[key] for key in source.key},
            number=case.number,
        )
        asked = True
        try:
            [outcome] = read_all([read], bound, catalogue)
        except TongbanError as error:
            log.warning("worker.verify_refused", resource=source.code, code=error.code)
            continue
        if isinstance(outcome, Failed):
            continue
        for address in wanted:
            casework.verified(case.pk, address, outcome.department, outcome.values.get(address))
    return asked


def recompute_dates() -> None:
    """Provisional dates of open cases follow the calendar as soon as a notice is loaded."""
    for application_id in cases.with_old_calendar(calendars.current().version):
        casework.recompute_dates(application_id)


def lapse_reviews() -> None:
    """Joint reviews whose limit has passed without a word: silence takes its effect."""
    casework.lapse_reviews()
