"""What every template of every face may read."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from tongban.faces.common import desks, words

MODES: Final = ("standard", "elder", "contrast", "tv")
"""Ways to show the same page; `tv` is chosen by the page's address, the others by the person."""
CHOICES: Final = ("standard", "elder", "contrast")
MODE_COOKIE: Final = "tongban_mode"
HELP_LINE: Final = "12345"
"""The government service line, the same on every page (WCAG 2.2, 3.2.6)."""


def mode_of(request: HttpRequest) -> str:
    """The mode that the person chose; standard when none or an unknown one is set."""
    chosen = request.COOKIES.get(MODE_COOKIE, "")
    return chosen if chosen in CHOICES else "standard"


def face(request: HttpRequest) -> dict[str, Any]:
    """Language, mode, help line, the faces one works in, and where progress is heard."""
    code = words.language()
    return {
        "language": code,
        "lang_tag": words.TAGS[code],
        "languages": [(each, name, words.TAGS[each]) for each, name in settings.LANGUAGES],
        "mode": mode_of(request),
        "modes": CHOICES,
        "help_line": HELP_LINE,
        "desks": desks.of(getattr(request, "posts", ())),
        "live_url": settings.CONFIG.live_url or "",
        "here": request.get_full_path() if request.method == "GET" else request.path,
    }
