"""What the composer's pages work on: a life event of a draft as it is now, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue, DataElement, Finding, Text, with_changes
from tongban.design import actions, queries
from tongban.design.composing.changes import Changes, changes
from tongban.design.composing.conditions import COUNT
from tongban.design.composing.outlook import Outlook, outlook
from tongban.design.queries import DraftView, FileView
from tongban.faces.common import words
from tongban.faces.designer.drafts import pages
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import NotFound

KIND = "life_events"
HOW_MANY = DataElement(
    code="count",
    name=Text("人数", "人數", "number"),
    of=(),
    type="integer",
    grade="public",
)
"""How many play a role, as something that conditions may compare."""


@dataclass(frozen=True)
class Desk:
    """One life event of one draft."""

    post: Post
    draft: DraftView
    code: str
    content: Mapping[str, Any]
    revision: int
    around: Catalogue
    """The draft's catalogue without this event's own file."""

    @cached_property
    def merged(self) -> tuple[Catalogue, tuple[Finding, ...]]:
        """The catalogue with the event as it is now, and what is wrong with the form of its file."""
        return with_changes(self.around, {KIND: {self.code: dict(self.content)}})

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue with the event as it is now."""
        return self.merged[0]

    @cached_property
    def outlook(self) -> Outlook:
        """What follows for an application made today."""
        catalogue, findings = self.merged
        return outlook(catalogue, self.code, calendars.current(), words.today(), findings)

    @cached_property
    def applying(self) -> Outlook | None:
        """What applies now; None when the event is new."""
        current = catalogue_queries.current()
        if self.code not in current.life_events:
            return None
        return outlook(current, self.code, calendars.current(), words.today())

    @cached_property
    def difference(self) -> Changes:
        """The event as it is now against what applies."""
        return changes(self.applying, self.outlook)

    @property
    def file(self) -> FileView | None:
        """The draft's entry about the file; None while nobody has touched it."""
        return self.draft.file(KIND, self.code)

    @property
    def editable(self) -> bool:
        """Whether the person may change it now."""
        return self.draft.state == "drafting" and Role.DESIGNER in self.post.roles

    @cached_property
    def elements(self) -> dict[str, DataElement]:
        """Address → element, of every address that conditions of this event can read."""
        bound = self.outlook.bound
        names = set(bound.addresses) if bound else set()
        names |= set(self.content.get("situation", ()))
        roles = self.content.get("roles", {})
        return {
            name: self.catalogue.elements[name.partition(".")[2]]
            for name in sorted(names)
            if name.partition(".")[0] in roles and name.partition(".")[2] in self.catalogue.elements
        }

    @cached_property
    def every_element(self) -> dict[str, DataElement]:
        """Address → element of every role and every element that may describe it."""
        return {
            f"{role}.{code}": element
            for role, facts in self.content.get("roles", {}).items()
            for code, element in self.catalogue.elements.items()
            if facts.get("kind") in element.of
        } | {f"{COUNT}.{role}": HOW_MANY for role in self.many}

    @property
    def many(self) -> frozenset[str]:
        """Roles that several may play."""
        return frozenset(role for role, facts in self.content.get("roles", {}).items() if facts.get("many"))

    def role_name(self, role: str) -> str:
        """What people call a role of the event."""
        return text_of(self.content.get("roles", {}).get(role, {}).get("name")) or role

    def with_content(self, content: Mapping[str, Any], revision: int) -> "Desk":
        """The desk after an edit; what was saved is read again for undo and redo."""
        again = queries.draft(self.post, self.draft.id)
        return replace(self, content=content, revision=revision, draft=again)

    def with_draft_content(self, content: Mapping[str, Any]) -> "Desk":
        """The desk as it would be with another content, nothing saved."""
        return replace(self, content=content)

    def save(self, content: Mapping[str, Any], seen: int) -> "Desk":
        """Keep an edit as a step of its own. Raises Conflict `draft.changed`."""
        revision = actions.save(self.post, self.draft.id, KIND, self.code, dict(content), seen, apart=True)
        return self.with_content(content, revision)


def text_of(text: Any) -> str:
    """A text of a file (three languages, as JSON) in the person's language."""
    if isinstance(text, str):
        return text
    if not isinstance(text, dict):
        return ""
    return str(text.get(words.language()) or text.get("zh-hans") or "")


def around(draft_id: UUID, kind: str, code: str) -> Catalogue:
    """A draft's catalogue without its own version of one file: what does not change while one edits it."""
    held: dict[str, dict[str, Any]] = {}
    for (each, name), content in queries.changes(draft_id).items():
        if (each, name) != (kind, code):
            held.setdefault(each, {})[name] = content
    base = queries.base(draft_id)
    return with_changes(base, held)[0] if held else base


def open_desk(request: HttpRequest, draft_id: UUID, code: str) -> Desk:
    """The desk of a life event. NotFound when neither the draft nor its base has it."""
    post = pages.post_of(request)
    draft = queries.draft(post, draft_id)
    content, revision = queries.file(post, draft_id, KIND, code)
    if content is None:
        raise NotFound("draft.no_file", "The draft takes this life event out.", hint="Undo that first.")
    return Desk(post, draft, code, content, revision, around(draft_id, KIND, code))
