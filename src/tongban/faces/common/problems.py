"""Pages and documents that say what went wrong, what is safe and what to do.

A `TongbanError` is told by its code: message ``error.<code>`` when there is one, else the sentence of its
status. Under ``/api/`` the answer is RFC 9457 ``application/problem+json``.
"""

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from tongban.faces.common import words
from tongban.kernel.errors import FieldFault, Internal, InvalidInput, NotAllowed, NotFound, TongbanError

_KNOWN: Final = frozenset({400, 401, 403, 404, 409, 413, 422, 500, 503})


def status_words(status: int) -> int:
    """The status whose sentences fit: itself, or the general one of its class."""
    if status in _KNOWN:
        return status
    return 500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400


def sentence(error: TongbanError) -> str:
    """What happened, for a person."""
    message = f"error.{error.code}"
    if words.has(message):
        return words.say(message, **error.params)
    return words.say(f"problem.{status_words(error.status)}.what")


def fault_sentence(fault: FieldFault, **places: Any) -> str:
    """What is wrong with one field, for a person; English falls back to the fault's own words.

    Args:
        fault: what the room below found.
        places: values for the places of its message, such as the field's limits.
    """
    message = f"error.{fault.code}"
    if words.has(message):
        return words.say(message, **places)
    if words.language() == "en" and fault.detail:
        return f"{fault.detail} {fault.hint}".strip()
    return words.say("error.field")


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks."""
    return request.path.startswith("/api/")


def answer(request: HttpRequest, error: TongbanError) -> HttpResponse:
    """The response to a named error, with its status."""
    if wants_json(request):
        body = error.to_problem(instance=request.path)
        return JsonResponse(body, status=error.status, content_type="application/problem+json")
    return _page(request, status=int(error.status), what=sentence(error))


def access_failure(request: HttpRequest, error: TongbanError) -> HttpResponse:
    """The response to a refused access rule (named by `ACCESS_FAILURE_VIEW`)."""
    return answer(request, error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """Django's 400."""
    return answer(request, InvalidInput("request.malformed", "The request cannot be read.", status=400))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """Django's 403."""
    return answer(request, NotAllowed("access.refused", "This is not allowed."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """Django's 404; the page of a stranger's case and of one that never was is this one, byte for byte."""
    return answer(request, NotFound("page.missing", "There is nothing at this address."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature; the reason is for developers
    """A form without the proof that it came from our own page (named by `CSRF_FAILURE_VIEW`)."""
    return answer(request, NotAllowed("request.csrf", "The form's safety token is missing or has expired."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500; needs neither database nor session, since one of them may be the fault."""
    if wants_json(request):
        return answer(request, Internal("internal", "Something failed in this system."))
    html = render_to_string("common/fault.html", _context(500, words.say("problem.500.what")))
    return HttpResponse(html, status=500)


def _page(request: HttpRequest, *, status: int, what: str) -> HttpResponse:
    if status == HTTPStatus.NOT_FOUND:
        # Nothing in the page may tell a stranger's case from one that does not exist.
        what = words.say("problem.404.what")
    return render(request, "common/problem.html", _context(status, what), status=status)


def _context(status: int, what: str) -> dict[str, Any]:
    kind = status_words(status)
    code = words.language()
    return {
        "status": status,
        "title": words.say(f"problem.{kind}.title"),
        "what": what,
        "safe": words.say(f"problem.{kind}.safe"),
        "todo": words.say(f"problem.{kind}.todo"),
        "lang_tag": words.TAGS[code],
    }
