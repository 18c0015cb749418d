"""Access rules: who may open a route at all."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tests.identity.test_sign_in import enrol, staff
from tongban.identity import access
from tongban.identity.access import AccessMiddleware, Rule, check, rule_of
from tongban.identity.domain import Role
from tongban.identity.models import Account, StaffPost
from tongban.kernel.errors import NotAllowed, NotSignedIn

pytestmark = pytest.mark.django_db
CLERK, AUDITOR = access.role(Role.CLERK), access.role(Role.AUDITOR)
EITHER = access.role(Role.AUDITOR, Role.CLERK)


def view(_: HttpRequest) -> HttpResponse:
    """A page."""
    return HttpResponse("inside")


def asked(rule: Rule | None, user: Any, path: str = "/page/?a=1") -> HttpResponse:
    """What a caller gets who opens a view with this rule."""
    ruled: Callable[..., HttpResponse] = rule(view) if rule else view
    request = RequestFactory().get(path)
    request.user = user
    middleware = AccessMiddleware(lambda one: middleware.process_view(one, ruled, [], {}) or ruled(one))
    return middleware(request)


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """Nobody, a person, a clerk, and one whose post has ended."""
    del db
    enrol()
    staff()
    staff("former")
    StaffPost.objects.filter(account__username="former").update(ended_on="2026-11-01")
    return {
        "nobody": AnonymousUser(),
        "person": Account.objects.get(username="mama"),
        "clerk": Account.objects.get(username="clerk"),
        "former": Account.objects.get(username="former"),
    }


@pytest.mark.parametrize(
    ("rule", "inside"),
    [
        (access.public, {"nobody", "person", "clerk", "former"}),
        (access.department_signature, {"nobody", "person", "clerk", "former"}),
        (access.signed_in, {"person", "clerk", "former"}),
        (access.person, {"person"}),
        (CLERK, {"clerk"}),
        (EITHER, {"clerk"}),
        (AUDITOR, set()),
    ],
)
@pytest.mark.parametrize("who", ["nobody", "person", "clerk", "former"])
def test_each_rule_lets_in_whom_it_names(
    rule: Rule, inside: set[str], who: str, people: dict[str, Any]
) -> None:
    """Inside, or sent to sign in when nobody is signed in, or refused."""
    response = asked(rule, people[who])
    if who in inside:
        assert response.content == b"inside"
    elif who == "nobody":
        assert (response.status_code, response["Location"]) == (302, "/login?next=/page/%3Fa%3D1")
    else:
        assert response.status_code == 403
        assert b"inside" not in response.content


@pytest.mark.parametrize(
    ("rule", "who", "status", "code"),
    [
        (access.signed_in, "nobody", 401, "access.sign_in"),
        (access.person, "clerk", 403, "access.person"),
        (CLERK, "person", 403, "access.role"),
        (None, "clerk", 403, "access.no_rule"),
    ],
)
def test_a_program_gets_a_problem_not_a_page(
    rule: Rule | None, who: str, status: int, code: str, people: dict[str, Any]
) -> None:
    """Below /api/ a refusal is problem+json, never a redirect to a form."""
    response = asked(rule, people[who], "/api/thing")
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(response.content)["code"] == code


@pytest.mark.parametrize("who", ["nobody", "person", "clerk"])
def test_a_view_without_a_rule_is_closed_for_everybody(who: str, people: dict[str, Any]) -> None:
    """A forgotten rule closes a page; it never opens one."""
    response = asked(None, people[who])
    assert response.status_code == 403
    assert b"inside" not in response.content


def test_a_rule_keeps_what_it_wraps() -> None:
    """The view under a rule keeps its name and gives its own answer; two rules are refused."""
    ruled = access.public(view)
    assert rule_of(ruled) is access.public
    assert rule_of(view) is None
    assert ruled.__name__ == "view"
    with pytest.raises(ValueError, match="already carries"):
        access.signed_in(ruled)


def test_the_checks_name_what_is_missing(people: dict[str, Any]) -> None:
    """Each refusal has its own code, for its own sentence."""
    request = RequestFactory().get("/")
    request.user = people["nobody"]
    with pytest.raises(NotSignedIn):
        check(access.person, request)
    request.user = people["clerk"]
    with pytest.raises(NotAllowed) as refused:
        check(access.person, request)
    assert refused.value.code == "access.person"


def test_posts_are_read_once_and_only_when_asked(
    people: dict[str, Any], django_assert_num_queries: Any
) -> None:
    """A public page costs no query for posts; a clerk's page costs one."""
    with django_assert_num_queries(0):
        asked(access.public, people["clerk"])
    with django_assert_num_queries(1):
        asked(CLERK, people["clerk"])
