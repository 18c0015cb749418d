"""At which post a clerk works now: chosen once, kept in the session, shown on every page."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.catalogue import queries as catalogue_queries
from tongban.faces.common import words
from tongban.faces.common.naming import department_name
from tongban.identity import queries as identity
from tongban.identity.domain import Post, Role
from tongban.kernel import regions
from tongban.kernel.errors import NotFound

_KEY: Final = "workbench_post"


@dataclass(frozen=True, slots=True)
class Choice:
    """A post that one may choose."""

    id: int
    name: str
    chosen: bool


def clerks_posts(request: HttpRequest) -> tuple[Post, ...]:
    """The posts at which the signed-in account works as a clerk."""
    return tuple(post for post in request.posts if Role.CLERK in post.roles)  # type: ignore[attr-defined]


def current(request: HttpRequest) -> Post:
    """The post that was chosen, or the first one; the access rule made sure that there is one."""
    held = clerks_posts(request)
    chosen = request.session.get(_KEY)
    return next((post for post in held if post.id == chosen), held[0])


def choose(request: HttpRequest, raw: str) -> None:
    """Work at another of one's posts; NotFound for a post that is not one's own."""
    for post in clerks_posts(request):
        if str(post.id) == raw:
            request.session[_KEY] = post.id
            return
    raise NotFound("post.not_found", "This account holds no such post.")


def name_of(post: Post) -> str:
    """The post in words: 芙蓉区 · 市监."""
    try:
        region = regions.region(post.region).name
    except NotFound:
        region = post.region
    return words.say("workbench.post.name", region=region, department=department(post.department))


def department(code: str) -> str:
    """The name people use for a department, its code when it is unknown."""
    return department_name(catalogue_queries.current(), code)


def decision(code: str) -> str:
    """The name of a decision table, its code when it is unknown."""
    found = catalogue_queries.current().decisions.get(code)
    return found.name if found else code


def colleague(account_id: int | None) -> str:
    """A staff member's name; empty for nobody."""
    return identity.display_name(account_id) if account_id is not None else ""


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the workbench, with the post in its head."""
    at = current(request)
    held = clerks_posts(request)
    desk = {
        "name": name_of(at),
        "clerk": posted_name(request),
        "choices": [Choice(post.id, name_of(post), post.id == at.id) for post in held]
        if len(held) > 1
        else [],
    }
    return render(request, template, {"desk": desk, **(context or {})}, status=status)


def posted_name(request: HttpRequest) -> str:
    """How the signed-in clerk is shown to colleagues."""
    return colleague(current(request).account_id)
