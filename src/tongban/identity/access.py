"""Access rules: every route carries exactly one, and a route without a rule is refused.

    @access.public                 anyone
    @access.person                 a signed-in natural person (applicants)
    @access.role(Role.CLERK)       a staff member whose post has one of the roles
    @access.department_signature   a department's system; the view verifies the message signature

A rule answers "may this kind of caller use this route at all"; which rows they may see is decided by the
scoped query that the view calls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from tongban.identity import queries
from tongban.identity.domain import Role
from tongban.kernel.errors import NotAllowed, NotSignedIn, TongbanError

ViewT = TypeVar("ViewT", bound=Callable[..., Any])
ATTRIBUTE = "tongban_access"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call a route."""

    kind: Literal["public", "signed_in", "person", "role", "department_signature"]
    roles: frozenset[Role] = frozenset()

    def __call__(self, view: ViewT) -> ViewT:
        """Put the rule on a view; a second rule on the same view is refused."""
        if hasattr(view, ATTRIBUTE):
            raise ValueError(f"{view!r} already carries an access rule")

        @wraps(view)
        def ruled(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        setattr(ruled, ATTRIBUTE, self)
        return cast("ViewT", ruled)  # wraps keeps the signature


public = Rule("public")
signed_in = Rule("signed_in")
person = Rule("person")
department_signature = Rule("department_signature")


def role(*roles: Role) -> Rule:
    """The route needs a staff post with one of `roles`."""
    return Rule("role", frozenset(roles))


def rule_of(view: Any) -> Rule | None:
    """The rule that a view carries, if any."""
    found = getattr(view, ATTRIBUTE, None)
    return found if isinstance(found, Rule) else None


def check(rule: Rule, request: HttpRequest) -> None:
    """Raise NotSignedIn or NotAllowed when the request's account does not satisfy the rule."""
    if rule.kind in {"public", "department_signature"}:
        return
    account = request.user
    if not account.is_authenticated:
        raise NotSignedIn("access.sign_in", "This page needs a sign-in.", hint="Sign in and open it again.")
    if rule.kind == "person" and getattr(account, "person_id", None) is None:
        raise NotAllowed(
            "access.person", "This page is for applicants.", hint="Sign in with a personal account."
        )
    if rule.kind == "role" and not any(post.roles & rule.roles for post in request.posts):  # type: ignore[attr-defined]
        raise NotAllowed(
            "access.role", "Your posts do not include this work.", hint="Ask your department's administrator."
        )


class AccessMiddleware:
    """Enforces the rule of the resolved view; adds `request.posts`, read once when asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the posts and go on."""
        user = request.user
        request.posts = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: queries.posts(user) if user.is_authenticated else ()
        )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: list[Any], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse a view without a rule; send people who are not signed in to the sign-in page.

        A refusal is answered by the view that `settings.ACCESS_FAILURE_VIEW` names: an exception raised here
        would pass every middleware and count as a fault of the house.
        """
        rule = rule_of(view)
        if rule is None:
            return _refused(
                request, NotAllowed("access.no_rule", "This route has no access rule and is closed.")
            )
        try:
            check(rule, request)
        except NotSignedIn as error:
            if request.path.startswith("/api/"):
                return _refused(request, error)
            return redirect_to_login(request.get_full_path())
        except NotAllowed as error:
            return _refused(request, error)
        return None


def _refused(request: HttpRequest, error: NotSignedIn | NotAllowed) -> HttpResponse:
    answer: Callable[[HttpRequest, TongbanError], HttpResponse] = import_string(settings.ACCESS_FAILURE_VIEW)
    return answer(request, error)
