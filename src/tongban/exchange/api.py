"""What departments' systems call: replies. Thin; the signature is the access."""

from django.http import HttpRequest
from ninja import Router

from tongban.catalogue import queries as catalogue_queries
from tongban.exchange import inbox
from tongban.identity import access

router = Router(tags=["departments"])


def signed_parts(request: HttpRequest) -> tuple[str, str, list[tuple[str, str]]]:
    """Method, raw request target and headers as they came, for the signature check.

    The target is rebuilt from what the server received undecoded, so that an encoded path is checked as sent.
    """
    raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or request.get_full_path()
    headers = [(name, value) for name, value in request.headers.items()]
    return request.method or "", raw, headers


@router.post("/{department}/replies", response={202: dict, 200: dict}, summary="A department's reply")
@access.department_signature
def take_reply(request: HttpRequest, department: str) -> tuple[int, dict[str, str]]:
    """Take one reply in the department's own dialect.

    202 when it was taken, 200 when the same reply had been taken before. Signed by RFC 9421 with the
    department's key; problem+json otherwise.
    """
    method, target, headers = signed_parts(request)
    inbox.verify(department, method, target, headers, request.body)
    taken = inbox.take(
        catalogue_queries.current(), department, request.headers.get("content-type", ""), request.body
    )
    return (202, {"state": "taken"}) if taken else (200, {"state": "known"})
