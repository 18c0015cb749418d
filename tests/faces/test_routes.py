"""Every address of the platform has exactly one access rule."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tongban.identity.access import Rule, rule_of

PUBLIC = {
    "",
    "search",
    "events/<slug:code>/",
    "catalogue/",
    "catalogue/items/<slug:code>/",
    "catalogue/departments/<slug:code>/",
    "catalogue/changes",
    "language",
    "mode",
    "login",
    "logout",
    "help",
}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every pattern with its view, included ones too."""
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, here)
        elif isinstance(pattern, URLPattern):
            yield here, pattern.callback


ROUTES = dict(routes(get_resolver()))


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_every_route_carries_one_access_rule(route: str) -> None:
    """No page is open because somebody forgot to close it."""
    assert isinstance(rule_of(ROUTES[route]), Rule)


def test_only_what_is_meant_to_be_public_is_public() -> None:
    """The pages that anyone may see are on a list that somebody has read."""
    public = {
        route
        for route, view in ROUTES.items()
        if (rule := rule_of(view)) is not None and rule.kind == "public" and not route.startswith("api/")
    }
    assert public == PUBLIC


def test_a_rule_cannot_be_put_on_twice() -> None:
    """Two rules on one view would hide which of them counts."""
    from tongban.identity import access

    view = access.public(lambda request: request)
    with pytest.raises(ValueError, match="already carries"):
        access.signed_in(view)


@pytest.mark.parametrize(
    "route",
    sorted(each for each, view in ROUTES.items() if (found := rule_of(view)) and found.kind == "person"),
)
def test_personal_pages_send_strangers_to_the_sign_in(route: str, db: None) -> None:
    """Whoever is not signed in sees the sign-in page and comes back afterwards."""
    del db
    zero = "00000000-0000-7000-8000-000000000000"
    path = re.sub(r"<uuid:\w+>", zero, route)
    path = "/" + re.sub(r"<(slug|str):\w+>", "newborn", path)
    response = Client().get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login?next=/")
