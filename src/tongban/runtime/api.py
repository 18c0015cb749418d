"""The published JSON API: one OpenAPI 3.1 document, errors as problem+json (RFC 9457). Thin."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from tongban.casework.api import router as files
from tongban.catalogue import answers, calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.design.api import router as designer
from tongban.exchange.api import router as replies
from tongban.identity import access
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.kernel.errors import FieldFault, InvalidInput, NotAllowed, NotFound, TongbanError, TooLarge
from tongban.runtime.answers import bound_for, form_json, known_of

api = NinjaAPI(
    title="Tongban 通办",
    version="1",
    description="One application, many departments. Errors are application/problem+json (RFC 9457).",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("/departments", replies)
api.add_router("/departments", files)
api.add_router("/designer", designer)


class FormRequest(Schema):
    """What is known of the applicant and what was answered, by address."""

    applicant: str | None = None
    known: dict[str, Any] = Field(default_factory=dict)
    answers: dict[str, Any] = Field(default_factory=dict)


@api.get("/health", summary="Whether the web works", tags=["operations"])
@access.public
def health(request: HttpRequest) -> dict[str, str]:
    """Answers from the process itself, without the database: a probe must not queue behind people."""
    del request
    return {"state": "ok"}


@api.get("/life-events", summary="All life events", tags=["catalogue"])
@access.public
def life_events(request: HttpRequest) -> list[dict[str, Any]]:
    """Code, names, stage of life, items."""
    del request
    catalogue = catalogue_queries.current()
    return [
        {
            "code": event.code,
            "name": event.name.to_json(),
            "summary": event.summary.to_json(),
            "stage": event.stage,
            "audience": event.audience,
            "items": [use.item for use in event.items],
        }
        for event in catalogue.life_events.values()
    ]


@api.post("/life-events/{code}/form", summary="Derive the one form", tags=["catalogue"])
@access.public
def form(request: HttpRequest, code: str, given: FormRequest) -> dict[str, Any]:
    """The form for someone of whom these values are known; nothing is stored and no registry is asked."""
    del request
    calendar = calendars.current()
    return form_json(_derive(code, given), calendar, datetime.now(calendar.zone).date())


@api.post("/life-events/{code}/plan", summary="Compute the plan", tags=["catalogue"])
@access.public
def plan(request: HttpRequest, code: str, given: FormRequest) -> dict[str, Any]:
    """The plan of the items that apply, for an application made today."""
    del request
    calendar = calendars.current()
    return _derive(code, given).plan(calendar, datetime.now(calendar.zone).date()).to_json()


def _derive(code: str, given: FormRequest) -> Derivation:
    catalogue = catalogue_queries.current()
    bound = bound_for(catalogue, code, given.known, given.answers)
    today = datetime.now(calendars.current().zone).date()
    known = known_of(catalogue, bound, given.known, today=today)
    typed: Mapping[str, Any] = given.answers
    elements = {address: catalogue.element(address) for address in bound.addresses}
    read = answers.check_known(typed, elements, catalogue.lists, today=today)
    applicant = given.applicant or bound.event.applicant[0]
    if applicant not in bound.event.applicant:
        raise InvalidInput(
            "application.role", "This role cannot apply.", hint="Choose one of the event's applicants."
        )
    return derive(
        bound,
        catalogue,
        Situation(
            applicant=applicant,
            known={address: Known(value, Provenance(kind="known")) for address, value in known.items()},
            answers=read,
        ),
    )


@api.exception_handler(TongbanError)
def problem(request: HttpRequest, error: TongbanError) -> HttpResponse:
    """An error of our own tree as problem+json."""
    return JsonResponse(
        error.to_problem(request.path), status=int(error.status), content_type="application/problem+json"
    )


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What pydantic found, as one problem with a fault per field; never with the value itself."""
    faults = [
        FieldFault(".".join(str(part) for part in one["loc"][2:] or one["loc"]), "api.field", one["msg"])
        for one in error.errors
    ]
    return problem(
        request,
        InvalidInput(
            "api.request", "The request does not fit.", hint="See the OpenAPI document.", faults=faults
        ),
    )


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework could not read, as a problem; a body over the limit is told as one."""
    if isinstance(error.__cause__, RequestDataTooBig):
        return _too_large(request)
    if error.status_code == HTTPStatus.FORBIDDEN:
        return problem(
            request,
            NotAllowed(
                "request.csrf", "The safety token is missing or has expired.", hint="Load the page anew."
            ),
        )
    return problem(
        request,
        InvalidInput(
            "api.malformed",
            "The body of the request is not one JSON object.",
            hint="See the OpenAPI document.",
            status=error.status_code,
        ),
    )


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """A body over the limit."""
    return _too_large(request)


def _too_large(request: HttpRequest) -> HttpResponse:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return problem(
        request, TooLarge("api.too_large", f"A body may have {limit} bytes.", hint="Send less at once.")
    )


@api.exception_handler(Http404)
def missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    """What the framework did not find."""
    return problem(request, NotFound("page.missing", "There is nothing at this address."))


class _Parser(Parser):
    """JSON as RFC 8259 has it: no NaN, no infinity, no half of a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain values."""
        found = json.loads(request.body, parse_constant=_refuse_constant)
        json.dumps(found, ensure_ascii=False).encode()
        if not isinstance(found, dict):  # the framework would read it as an object without members
            raise TypeError("not an object")
        return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


api.parser = _Parser()


def ruled_urls() -> Any:
    """The API's routes, each view carrying the access rule of its operations.

    django-ninja resolves a path to one view for all methods; every method of a path has the same rule.
    """
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        rules = {access.rule_of(operation.view_func) for operation in _operations(pattern.callback)}
        if not rules and getattr(pattern, "name", None) in {"openapi-json", "api-root"}:
            rules = {access.public}
        if len(rules) != 1 or None in rules:
            raise ValueError(f"{pattern.pattern}: every operation of a path needs the same access rule")
        pattern.callback = _told(pattern.callback)
        setattr(pattern.callback, access.ATTRIBUTE, rules.pop())
    return patterns, app_name, namespace


def _told(callback: Any) -> Any:
    """The view, with the framework's bare answer to a wrong method told as a problem."""

    @wraps(callback)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = callback(request, *args, **kwargs)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allowed = response.headers["Allow"]
        told = problem(
            request,
            InvalidInput(
                "api.method",
                "This address does not know the method.",
                hint=f"Use {allowed}.",
                status=HTTPStatus.METHOD_NOT_ALLOWED,
            ),
        )
        told.headers["Allow"] = allowed
        return told

    return view


def _operations(callback: Any) -> list[Any]:
    """The operations of the path view that a ninja callback closes over."""
    for cell in getattr(callback, "__closure__", None) or ():
        if hasattr(cell.cell_contents, "operations"):
            return list(cell.cell_contents.operations)
    return []
