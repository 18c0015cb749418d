"""Departments as partners: keys, dialects, and whether they answer."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from tongban.catalogue.domain import Catalogue
from tongban.exchange.adapters.departments import DepartmentClient
from tongban.exchange.dialect import Dialect, ElementFacts
from tongban.exchange.domain import FAILURES_UNTIL_DOWN, retry_after
from tongban.exchange.events import DepartmentDown, DepartmentUp
from tongban.exchange.models import Partner
from tongban.journal.actions import record
from tongban.journal.events import SYSTEM
from tongban.kernel.crypto import ED25519


def enrol(department: str, public_key: bytes) -> None:
    """Make a department's public key known; a new key replaces the old one."""
    ED25519.check_public(public_key)
    Partner.objects.update_or_create(department=department, defaults={"public_key": public_key})


def public_key_of(department: str) -> bytes | None:
    """The enrolled public key, None when there is none."""
    row = Partner.objects.filter(department=department).values_list("public_key", flat=True).first()
    return bytes(row) if row is not None else None


def is_partner(department: str) -> bool:
    """Whether a key is enrolled under this name; any text may be asked for."""
    return department in set(Partner.objects.exclude(public_key=None).values_list("department", flat=True))


@lru_cache(maxsize=4)
def _dialects(catalogue: Catalogue) -> dict[str, Dialect]:
    facts = ElementFacts.of(catalogue.elements, catalogue.code_lists)
    return {
        system.department: Dialect.of(system, facts, catalogue.materials)
        for system in catalogue.systems.values()
    }


def dialect(catalogue: Catalogue, department: str) -> Dialect | None:
    """The dialect of a department's system, None when it has no system."""
    return _dialects(catalogue).get(department)


def client() -> DepartmentClient:
    """A client with the keys as they are enrolled now; keep it for a batch, not for ever."""
    keys = {
        row.department: bytes(row.public_key) for row in Partner.objects.all() if row.public_key is not None
    }
    return DepartmentClient(settings.CONFIG.department_urls, platform_key(settings.CONFIG.home), keys.get)


def platform_key(home: Path) -> bytes:
    """The platform's own private key, made at first use, as a PEM file readable by its owner only."""
    return _platform_key(home / "secrets" / "platform.pem")


@lru_cache(maxsize=4)
def _platform_key(path: Path) -> bytes:
    from tongban.exchange.keys import load_or_make

    return load_or_make(path)


def is_down(department: str, now: datetime) -> bool:
    """Whether calls should be spared: the department is down and its next try is not due."""
    row = Partner.objects.filter(department=department).first()
    return bool(row and row.down_since and row.try_at and row.try_at > now)


def down_since() -> dict[str, datetime]:
    """Departments that do not answer now, with the moment it began."""
    return dict(
        Partner.objects.exclude(down_since=None).values_list("department", "down_since")  # type: ignore[arg-type]
    )


@transaction.atomic
def note_failure(department: str, reason: str) -> None:
    """Count a failed call; the third in a row (or a refused connection) makes the department down."""
    now = datetime.now(UTC)
    Partner.objects.get_or_create(department=department)
    row = Partner.objects.select_for_update().get(department=department)
    row.failures += FAILURES_UNTIL_DOWN if reason == "NewConnectionError" else 1
    if row.failures >= FAILURES_UNTIL_DOWN:
        row.try_at = now + retry_after(row.failures - FAILURES_UNTIL_DOWN + 1)
        if row.down_since is None:
            row.down_since = now
            record(
                f"department:{department}", DepartmentDown(department=department, reason=reason), actor=SYSTEM
            )
    row.save()


@transaction.atomic
def note_success(department: str) -> None:
    """A call succeeded: the department is up."""
    changed = Partner.objects.filter(department=department).exclude(failures=0, down_since=None)
    row = changed.select_for_update().first()
    if row is None:
        return
    since = row.down_since
    row.failures, row.down_since, row.try_at = 0, None, None
    row.save()
    if since is not None:
        record(
            f"department:{department}",
            DepartmentUp(department=department, down_since=since.astimezone(UTC).isoformat()),
            actor=SYSTEM,
        )


def held_down_since(department: str) -> datetime | None:
    """Since when a department does not answer, held still until the caller's transaction ends.

    Whoever acts on an outage must not overlap its end: a pause that is written while the department comes
    back would be found by nobody who resumes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT down_since FROM exchange_partner WHERE department = %s FOR SHARE", [department]
        )
        row = cursor.fetchone()
    return row[0] if row else None


def due_for_probe(now: datetime) -> list[str]:
    """Departments that are down and whose next try is due."""
    rows = Partner.objects.exclude(down_since=None).filter(try_at__lte=now).order_by(F("try_at"))
    return [row.department for row in rows]
