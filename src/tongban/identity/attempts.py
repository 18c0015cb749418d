"""How often a sign-in may fail: per user name and per address, counted in the database.

An attempt that is refused because of the limit is not counted, so nobody can keep another's account shut for
longer than `WINDOW` after the failures that shut it. Names and addresses are kept only as keyed digests, and
only for the window.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from tongban.identity.models import SignInFailure

WINDOW: Final = timedelta(minutes=15)
MOST_BY_NAME: Final = 10
MOST_BY_ADDRESS: Final = 100
"""More than by name: a service hall or a company stands behind one address."""

Limit = Literal["name", "address"]
_MOST: Final[dict[Limit, int]] = {"name": MOST_BY_NAME, "address": MOST_BY_ADDRESS}


def keys_of(username: str, request: HttpRequest | None) -> dict[Limit, str]:
    """What an attempt is counted under.

    Addresses of the own network are not counted: behind a proxy everybody would share one.
    """
    keys: dict[Limit, str] = {"name": _digest("name", username)}
    raw = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    try:
        address = ipaddress.ip_address(raw)
    except ValueError:
        return keys
    if address.is_global:
        # One household has a whole network of IPv6 addresses.
        net = ipaddress.ip_network(f"{address}/64", strict=False) if address.version == 6 else address  # noqa: PLR2004
        keys["address"] = _digest("address", str(net))
    return keys


def held_until(keys: dict[Limit, str], now: datetime | None = None) -> datetime | None:
    """Until when attempts under these keys are refused; None: they may be made."""
    now = now or datetime.now(UTC)
    ends = [end for limit, key in keys.items() if (end := _end(limit, key, now)) is not None]
    return max(ends, default=None)


def failed(keys: dict[Limit, str], now: datetime | None = None) -> tuple[Limit, ...]:
    """Count a failed attempt; the limits that it reached."""
    now = now or datetime.now(UTC)
    SignInFailure.objects.bulk_create(SignInFailure(key=key, at=now) for key in keys.values())
    return tuple(limit for limit, key in keys.items() if _end(limit, key, now) is not None)


def succeeded(keys: dict[Limit, str]) -> None:
    """The right password was given: the failures under the name are forgotten."""
    SignInFailure.objects.filter(key=keys["name"]).delete()


def forget(now: datetime) -> int:
    """Drop failures that no longer count."""
    return SignInFailure.objects.filter(at__lte=now - WINDOW).delete()[0]


def _end(limit: Limit, key: str, now: datetime) -> datetime | None:
    """When the limit lets attempts through again: as soon as one failure fewer lies in the window."""
    most = _MOST[limit]
    latest = SignInFailure.objects.filter(key=key, at__gt=now - WINDOW).order_by("-at", "-pk")
    deciding = latest.values_list("at", flat=True)[most - 1 : most].first()
    return None if deciding is None else deciding + WINDOW


def _digest(kind: Limit, text: str) -> str:
    return salted_hmac("tongban.sign-in", f"{kind}:{text}", algorithm="sha256").hexdigest()
