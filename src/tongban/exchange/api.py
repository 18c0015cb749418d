"""What departments' systems call: replies and messages. Thin; the signature is the access."""

from urllib.parse import unquote

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Router, Status

from tongban.catalogue import queries as catalogue_queries
from tongban.exchange import inbox, letters
from tongban.identity import access

router = Router(tags=["departments"])


def signed_parts(request: HttpRequest) -> tuple[str, str, list[tuple[str, str]]]:
    """Method, request target and headers, for the signature check.

    The target is the path that was routed, in its one plain spelling, and the query as sent: so the signature
    covers what is done. Some servers (granian) hand the path over decoded only, and a path that was sent with
    other escapes is then checked as its plain spelling; what decodes to a dot or empty segment is refused by
    the check. A server that also tells the raw target is held to it: when it is not the way to the routed
    path, the target is left empty, which no signature fits.
    """
    routed = request.get_full_path()
    raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or routed
    if raw != routed and unquote(raw.partition("?")[0]) != request.path:
        raw = ""
    return request.method or "", raw, list(request.headers.items())


def body_of(request: HttpRequest, department: str) -> bytes:
    """The body; what is too large to be read at all is refused and recorded like the rest."""
    try:
        return request.body
    except RequestDataTooBig:
        error = inbox.too_large()
        inbox.refuse(department, error.code)
        raise error from None


@router.post("/{department}/replies", response={202: dict, 200: dict}, summary="A department's reply")
@access.department_signature
def take_reply(request: HttpRequest, department: str) -> Status[dict[str, str]]:
    """Take one reply in the department's own dialect.

    202 when it was taken, 200 when the same reply had been taken before. Signed by RFC 9421 with the
    department's key; problem+json otherwise.
    """
    body = body_of(request, department)
    method, target, headers = signed_parts(request)
    inbox.verify(department, method, target, headers, body)
    taken = inbox.take(catalogue_queries.current(), department, request.headers.get("content-type", ""), body)
    return Status(202, {"state": "taken"}) if taken else Status(200, {"state": "known"})


@router.post(
    "/{department}/messages",
    response={202: dict, 200: dict},
    summary="A department's own message about a case",
)
@access.department_signature
def take_message(request: HttpRequest, department: str) -> Status[dict[str, str]]:
    """Take one message for the process of a case, in the department's own dialect.

    202 `taken` when the process waited for it, 202 `kept` when it came early, 200 `known` when the same
    message had been taken before. problem+json otherwise: 404 for a case that is not known or a message that
    its process never waits for, 409 for a case that has ended; such a message is kept for an operator.
    """
    body = body_of(request, department)
    method, target, headers = signed_parts(request)
    inbox.verify(department, method, target, headers, body)
    state = letters.take(
        catalogue_queries.current(), department, request.headers.get("content-type", ""), body
    )
    return Status(200 if state == "known" else 202, {"state": state})
