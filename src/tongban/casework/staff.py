"""Who of a department could work a dispatch: its clerks at the office's region or above it."""

from datetime import datetime

from tongban.casework import store
from tongban.catalogue import calendars
from tongban.identity import queries as identity
from tongban.identity.domain import Clerk


def clerks_at(department: str, region: str) -> list[Clerk]:
    """One post of each clerk whose post reaches `region`, the nearest office's first; by account."""
    found: dict[int, Clerk] = {}
    for clerk in sorted(identity.clerks(department), key=lambda one: (-_depth(one.region), one.post_id)):
        if store.is_inside(region, clerk.region):
            found.setdefault(clerk.account_id, clerk)
    return [found[account] for account in sorted(found)]


def is_staffed(department: str, region: str) -> bool:
    """Whether a department has any clerk who could answer for this region, absent today or not."""
    return bool(clerks_at(department, region))


def present(department: str, region: str) -> list[Clerk]:
    """`clerks_at` without those who are away today."""
    today = datetime.now(calendars.current().zone).date()
    return [clerk for clerk in clerks_at(department, region) if not clerk.is_away(today)]


def _depth(region: str) -> int:
    return len(region.rstrip("0"))
