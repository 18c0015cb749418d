"""What a designer does in the composer, through a client."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from django.test import Client

from tests.faces.designer.conftest import post_of
from tongban.design import queries

EVENT = "newborn"


def at(draft: UUID, tail: str = "") -> str:
    """An address of the composer."""
    return f"/designer/drafts/{draft}/event/{EVENT}{tail}"


def edit(
    client: Client, draft: UUID, act: str, *, htmx: bool = True, seen: int | None = None, **data: Any
) -> Any:
    """One edit, as a button or a field sends it."""
    if seen is None:
        seen = queries.file(post_of("designer-a"), draft, "life_events", EVENT)[1]
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(at(draft), {"act": act, "seen": seen, **data}, headers=headers)


def file_of(draft: UUID, code: str = EVENT, kind: str = "life_events") -> dict[str, Any]:
    """A file as the draft has it."""
    content = queries.file(post_of("designer-a"), draft, kind, code)[0]
    assert content is not None
    return dict(content)


def text(answer: Any) -> str:
    """What a page says, without tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))
