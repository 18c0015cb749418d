"""What an edit of a service item does to the life events of the draft that hold it."""

from collections.abc import Mapping
from typing import Any, Final

from tongban.catalogue.domain import Catalogue, with_changes
from tongban.design.composing.changes import changes
from tongban.design.queries import DraftView
from tongban.faces.common import words
from tongban.faces.designer.composer import shown
from tongban.faces.designer.composer.desk import KIND, Desk, around, text_of
from tongban.identity.domain import Post

_EVENTS: Final = 6
"""An item of more events than these is shown with the first of them."""


def desks(post: Post, draft: DraftView, code: str, content: Mapping[str, Any]) -> list[Desk]:
    """The life events that hold an item, each as it is with `content` as the item's file."""
    merged = with_changes(around(draft.id, "items", code), {"items": {code: dict(content)}})[0]
    holding = [each for each, one in merged.life_events.items() if any(use.item == code for use in one.items)]
    return [_desk(post, draft, each, merged) for each in holding[:_EVENTS]]


def _desk(post: Post, draft: DraftView, event: str, merged: Catalogue) -> Desk:
    return Desk(post, draft, event, merged.content[KIND][event], 0, merged)


def told(
    post: Post, draft: DraftView, code: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[str]:
    """What an edit changes for applicants, event by event; empty when nobody notices anything."""
    lines = []
    was = {desk.code: desk.outlook for desk in desks(post, draft, code, before)}
    for desk in desks(post, draft, code, after):
        if desk.code not in was:
            continue
        found = shown.told(changes(was[desk.code], desk.outlook), desk, was[desk.code])
        name = text_of(desk.content.get("name")) or desk.code
        lines += [words.say("composer.effect", event=name, what=one) for one in found]
    return lines


def figures(desks_of_item: list[Desk]) -> list[dict[str, Any]]:
    """What each event asks and promises with the item as it is."""
    return [
        {
            "code": desk.code,
            "name": text_of(desk.content.get("name")) or desk.code,
            "promised": words.day(desk.outlook.plan.promised_on) if desk.outlook.plan else "",
            "asked": len(desk.outlook.asked(typical=True)),
            "papers": sum(one.state == "needed" for one in desk.outlook.papers),
            "errors": sum(one.is_error for one in desk.outlook.findings),
        }
        for desk in desks_of_item
    ]
