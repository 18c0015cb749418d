"""All event types of the platform, looked at together."""

from dataclasses import fields
from typing import Any

import pytest

import tongban.casework.events
import tongban.catalogue.events
import tongban.design.events
import tongban.exchange.events
import tongban.identity.events
import tongban.intake.events
import tongban.process.events  # noqa: F401  # registered by import
from tongban.journal import events
from tongban.runtime.logs import PERSONAL

TYPES = {name: cls for name, cls in events.registered().items() if not name.startswith("tongban.tests.")}
DENIED = PERSONAL | {
    "value",
    "content",
    "text",
    "remark",
    "comment",
    "message",
    "title",
    "filename",
    "file_name",
    "person",
    "applicant",
    "mother",
    "father",
    "child",
    "user",
    "username",
    "key",
    "record",
    "data",
    "faults",
    "reasons",
    "detail",
    "note",
}
"""Names of fields that hold, or could be used for, what somebody said or is."""
PLAIN = {"str", "int", "bool", "list[str]", "str | None", "int | None", "dict[str, int]"}
TABLES = {
    ("tongban.process.stepped", "list[dict[str, str]]"),  # tokens with their elements
    ("tongban.casework.joint_review_asked", "dict[str, str]"),  # department → last day
    ("tongban.casework.task_assigned", "list[dict[str, typing.Any]]"),  # account ids and numbers
}
"""Small objects, of ids, codes and numbers alone: each was looked at."""


def test_the_rooms_have_registered_their_events() -> None:
    """The list that the next test walks is the real one."""
    rooms = {name.split(".")[1] for name in TYPES}
    assert rooms >= {"catalogue", "casework", "exchange", "identity", "intake"}
    assert len(TYPES) > 30


CODES = {
    ("tongban.casework.dispatch_rejected", "reasons"),  # codes; their words are in the payload
    ("tongban.casework.joint_signed", "reasons"),  # codes; what was written is in the payload
    ("tongban.casework.value_verified", "address"),  # role.element
    ("tongban.intake.disputed", "address"),
    ("tongban.catalogue.list.imported", "name"),  # of a file of content
    ("tongban.design.comment.made", "comment"),  # its id; the words are in the payload
    ("tongban.design.comment.resolved", "comment"),  # its id
    ("tongban.casework.errand_done", "token"),  # a place in a process, no secret
    ("tongban.casework.errand_reported", "token"),
    ("tongban.casework.errand_word", "token"),
    ("tongban.process.token_moved", "token"),
    ("tongban.process.work_assigned", "token"),
}
"""Fields that share a name with something personal and are codes all the same: each was looked at."""


@pytest.mark.parametrize("name", sorted(TYPES))
def test_no_event_has_a_place_for_personal_data(name: str) -> None:
    """Events are for ever, so nothing personal may stand in one: not even a field that invites it."""
    cls: Any = TYPES[name]
    assert cls.__dataclass_params__.frozen
    assert cls.__doc__
    denied = {field.name for field in fields(cls)} & DENIED
    assert {(name, field) for field in denied} <= CODES


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_field_of_an_event_is_plain(name: str) -> None:
    """Ids, codes, times as text, counts and lists of codes: what every reader of every release can take."""
    kinds = {
        str(getattr(field.type, "__name__", field.type))
        if not hasattr(field.type, "__args__")
        else str(field.type)
        for field in fields(TYPES[name])
    }
    assert kinds <= PLAIN | {kind for owner, kind in TABLES if owner == name}
