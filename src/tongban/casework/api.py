"""What departments' systems fetch: the documents of their own dispatches.

Thin; the signature is the access.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tongban.casework import queries
from tongban.exchange import inbox
from tongban.exchange.api import signed_parts
from tongban.identity import access

router = Router(tags=["departments"])


@router.get("/{department}/files/{file_id}", summary="A document of a dispatch")
@access.department_signature
def file(request: HttpRequest, department: str, file_id: UUID) -> HttpResponse:
    """The bytes of a document, only for a department one of whose dispatches asks for it."""
    method, target, headers = signed_parts(request)
    inbox.verify(department, method, target, headers, request.body)
    found = queries.file_for_department(department, file_id)
    return HttpResponse(
        bytes(found.content), content_type=found.media_type, headers={"Cache-Control": "no-store"}
    )
