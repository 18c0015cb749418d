"""What a process may name: items, departments and decisions of a draft's base, with the draft's own changes.

The merged catalogue would say the same, but it is read and checked as a whole, which takes seconds; an
editor asks after each change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from tongban.catalogue.domain import Catalogue, with_changes
from tongban.catalogue.domain.drawn import DecisionModel
from tongban.design import queries
from tongban.faces.common import words
from tongban.kernel.errors import TongbanError
from tongban.process.xml import parse


@dataclass(frozen=True, slots=True)
class Item:
    """A service item that can be chosen."""

    name: str
    department: str
    """Code of the department that decides it."""


@dataclass(frozen=True, slots=True)
class Known:
    """Names by code."""

    items: Mapping[str, Item]
    departments: Mapping[str, str]
    decisions: Mapping[str, str]
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Decision model → the decisions in it, where there are several."""
    tables: Mapping[str, DecisionModel] = field(default_factory=dict)
    """Decision models by code: whom they call to a joint review stands in them."""
    messages: tuple[str, ...] = ()
    """Names of messages that its processes use."""
    roles: frozenset[str] = frozenset()
    """Roles of any life event: what stands before the dot of a value."""
    elements: frozenset[str] = frozenset()
    """Codes of data elements: what stands behind it."""


def of(draft_id: UUID) -> Known:
    """What there is in a draft."""
    return known(queries.base(draft_id), queries.changes(draft_id))


def catalogue_of(draft_id: UUID) -> Catalogue:
    """The content as the draft would make it, with what is wrong in it left out; for what can be chosen."""
    held: dict[str, dict[str, Any]] = {}
    for (kind, code), content in queries.changes(draft_id).items():
        held.setdefault(kind, {})[code] = content
    base = queries.base(draft_id)
    return with_changes(base, held)[0] if held else base


def known(base: Catalogue, changes: Mapping[tuple[str, str], Mapping[str, Any] | None]) -> Known:
    """The names in `base`, but for what `changes` (kind and code → content, None: removed) make of them."""
    items = {each.code: Item(words.text(each.name), each.department) for each in base.items.values()}
    departments = {each.code: words.text(each.short) for each in base.departments.values()}
    decisions = {each.code: each.name for each in base.decisions.values()}
    tables = dict(base.decisions)
    processes = {each.code: each.model for each in base.processes.values()}
    roles = {role for event in base.life_events.values() for role in event.roles}
    elements = dict.fromkeys(base.elements, True)
    for (kind, code), content in changes.items():
        if kind == "elements":
            _put(elements, code, content and True)
        elif kind == "life_events" and content:
            roles |= {*content.get("roles", ())}
        elif kind == "items":
            _put(items, code, content and Item(_text(content, "name"), str(content.get("department", ""))))
        elif kind == "departments":
            _put(departments, code, content and _text(content, "short"))
        elif kind == "decisions":
            _put(decisions, code, content and decisions.get(code, code))
            _put(tables, code, content and DecisionModel(code=code, model=str(content.get("model", ""))))
        elif kind == "processes":
            _put(processes, code, content and str(content.get("model", "")))
    within = {code: names for code, one in tables.items() if len(names := named(one.model, "decision")) > 1}
    messages = {name for model in processes.values() for name in named(model, "message")}
    return Known(
        items,
        departments,
        decisions,
        within,
        tables,
        tuple(sorted(messages)),
        frozenset(roles),
        frozenset(elements),
    )


@lru_cache(maxsize=256)
def named(model: str, what: str) -> tuple[str, ...]:
    """The names of a model's elements of one kind, such as `decision`; none in a text that is no model."""
    try:
        root = parse(model.encode()).root
    except TongbanError:
        return ()
    return tuple(
        dict.fromkeys(each.get("name") for each in root.walk() if each.local == what and each.get("name"))
    )


def events(
    base: Catalogue, changes: Mapping[tuple[str, str], Mapping[str, Any] | None], process: str
) -> dict[str, str]:
    """The life events that run a process: code → name."""
    found = {code: words.text(one.name) for code, one in base.life_events.items() if one.process == process}
    for (kind, code), content in changes.items():
        if kind == "life_events":
            uses = content is not None and content.get("process") == process
            _put(found, code, _text(content, "name") if uses and content is not None else None)
    return found


def _put(names: dict[str, Any], code: str, name: Any) -> None:
    if name is None:
        names.pop(code, None)
    else:
        names[code] = name


def _text(content: Mapping[str, Any], key: str) -> str:
    """A text of a file, in the person's language as far as the file has it."""
    found = content.get(key)
    if isinstance(found, Mapping):
        return str(found.get(words.language()) or found.get("zh-hans") or next(iter(found.values()), ""))
    return str(found or "")
