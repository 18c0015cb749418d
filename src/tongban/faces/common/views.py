"""Pages that belong to no face: language, mode, sign-in, help."""

from datetime import UTC, datetime
from math import ceil
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.faces.common import desks, forms, words
from tongban.faces.common.context import CHOICES, MODE_COOKIE
from tongban.identity import access
from tongban.identity import queries as identity
from tongban.kernel.errors import NotAllowed

_YEAR: Final = 365 * 24 * 3600
_LANGUAGES: Final = frozenset(code for code, _ in settings.LANGUAGES)


def next_of(request: HttpRequest, default: str = "/") -> str:
    """The address on this site that the form or the link wants to go to; `default` for any other."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else default


def _keep(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


@access.public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language; an unknown one changes nothing."""
    wanted = request.POST.get("language", "")
    response = redirect(next_of(request))
    return _keep(response, settings.LANGUAGE_COOKIE_NAME, wanted) if wanted in _LANGUAGES else response


@access.public
@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Choose how pages look; an unknown mode changes nothing."""
    wanted = request.POST.get("mode", "")
    response = redirect(next_of(request))
    return _keep(response, MODE_COOKIE, wanted) if wanted in CHOICES else response


@access.public
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a local account and go on to where one wanted to be."""
    target = next_of(request, "")
    name = request.POST.get("username", "").strip()
    faults: list[forms.Fault] = []
    if request.method == "POST":
        try:
            account = authenticate(request, username=name, password=request.POST.get("password", ""))
        except NotAllowed as error:
            return _held(request, datetime.fromisoformat(error.params["until"]), target, name)
        if account is not None:
            login(request, account)
            return redirect(target or _home_of(account))
        faults = [forms.Fault("f-username", "", words.say("login.wrong"))]
    elif request.user.is_authenticated:
        return redirect(target or "/")
    context = {"next": target, "username": name, "faults": faults, "needed": bool(urlsplit(target).path)}
    return render(request, "common/login.html", context, status=422 if faults else 200)


def _held(request: HttpRequest, until: datetime, target: str, name: str) -> HttpResponse:
    """The sign-in after too many failures: when to try again."""
    seconds = max(1, ceil((until - datetime.now(UTC)).total_seconds()))
    held = words.say("login.held", minutes=ceil(seconds / 60))
    context = {"next": target, "username": name, "held": held, "needed": bool(urlsplit(target).path)}
    response = render(request, "common/login.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _home_of(account: Any) -> str:
    """Where somebody begins who asked for nothing: their matters, or the first face they work in."""
    if getattr(account, "person_id", None) is not None:
        return "/my/"
    return next((desk.href for desk in desks.of(identity.posts(account))), "/")


@access.public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. Nothing personal stays in the browser: pages were sent with no-store."""
    logout(request)
    response = redirect("/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@access.public
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Where to get help, the same on every page."""
    return render(request, "common/help.html")
