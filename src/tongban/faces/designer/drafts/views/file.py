"""A file that has no editor of its own (an item, a material, a law …), as the text of its keys."""

from typing import Any
from uuid import UUID

import yaml
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tongban.catalogue.domain import text_to_content
from tongban.design import actions, queries, reviewing
from tongban.faces.common import problems, words
from tongban.faces.common.numbers import whole
from tongban.faces.designer.drafts import pages, present
from tongban.faces.designer.drafts.views.lists import readers
from tongban.identity import queries as identity
from tongban.kernel.errors import Conflict, InvalidInput, TooLarge


@readers
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, draft_id: UUID, kind: str, code: str) -> HttpResponse:
    """Read it, change it, see what the check says about it."""
    post = pages.post_of(request)
    content, revision = queries.file(post, draft_id, kind, code)
    text = _text(content)
    error, exact = "", ""
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        seen = whole(request.POST.get("seen", ""))
        try:
            given = text_to_content(kind, code, text)
            actions.save(post, draft_id, kind, code, given, -1 if seen is None else seen)
        except (InvalidInput, Conflict, TooLarge) as refused:
            by = refused.params.get("by")
            error, exact = problems.sentence(refused), str(refused)
            if refused.code == "draft.changed" and by:
                error = words.say("designer.file.changed", who=identity.display_name(by))
            revision = revision if seen is None else seen
        else:
            messages.success(request, words.say("designer.told.saved"))
            return redirect("drafts:file", draft_id, kind, code)
    view = queries.draft(post, draft_id)
    found, merged = reviewing.review_of(draft_id)
    base = queries.base(draft_id)
    context: dict[str, Any] = {
        "kind": words.say(f"designer.kind.{kind}"),
        "code": code,
        "name": pages.name_of(merged, kind, code, base),
        "text": text,
        "revision": revision,
        "removed": content is None,
        "error": error,
        "exact": "" if words.language() == "en" and error else exact,
        "findings": [
            present.finding(one, merged, base, draft_id)
            for one in found.findings
            if (one.kind, one.file) == (kind, code)
        ],
    }
    return pages.page(
        request, "designer/file.html", context, draft=view, tab="draft", status=422 if error else 200
    )


def _text(content: Any) -> str:
    """The file as its author would write it."""
    if content is None:
        return ""
    return str(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=100))
