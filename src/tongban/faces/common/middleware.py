"""Headers and refusals of every page."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect

from tongban.faces.common import problems
from tongban.kernel.errors import TongbanError


class FaceMiddleware:
    """Adds the content security policy, keeps personal pages out of every cache, turns errors into pages.

    It stands last, so that every response of a view, of a refused view and of a failed CSRF check passes it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then set the headers."""
        response = self.get_response(request)
        if getattr(request, "htmx", False) and isinstance(response, HttpResponseRedirect):
            response = _client_redirect(response)
        response.headers.setdefault("Content-Security-Policy", policy(settings.CONFIG.live_url))
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A named error becomes its page or its problem document; anything else is a fault of the house."""
        return problems.answer(request, exception) if isinstance(exception, TongbanError) else None


def policy(live_url: str | None) -> str:
    """The content security policy; pages load nothing from elsewhere, and no inline script or style.

    Args:
        live_url: where progress is heard; its origin is the only other one that a page may connect to.
    """
    live = ""
    if live_url:
        parts = urlsplit(live_url)
        live = f" {parts.scheme}://{parts.netloc}"
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self'{live}",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


def _client_redirect(response: HttpResponseRedirect) -> HttpResponse:
    """A redirect that htmx follows as a navigation, instead of putting the whole page into a part."""
    moved = HttpResponseClientRedirect(response.url)
    moved.cookies = response.cookies
    return moved
