"""Members of one role as a list in a department's messages."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.exchange.dialect.test_dialect import ELEMENTS, ENVELOPE, MAPPING
from tongban.exchange.dialect import Dialect, DialectError


def dialect(**changes: Any) -> Dialect:
    """The health department's dialect, with staff in a list."""
    mapping = deepcopy(MAPPING)
    mapping["roles"]["employee"] = "yg"
    mapping["lists"] = {"employee": {"path": "ryqd", "number": "xh"}}
    return Dialect.of(mapping | changes, ELEMENTS, ["photo"])


def reply(**parts: Any) -> bytes:
    """A callback of the department."""
    base = {"hzid": "r1", "ywlsh": "d1", "hzlx": "BJ", "hzsj": "2026-11-23 09:31:00", "slh": "S1"}
    return json.dumps(base | parts, ensure_ascii=False).encode()


def test_members_stand_in_a_list_in_the_order_of_their_numbers() -> None:
    """Each is an object of its own with the member's number; everybody else's value stays where it was."""
    values = {
        "employee-10.name": "丙",
        "employee-2.name": "乙",
        "employee-2.sex": "1",
        "employee-2.birth_date": None,
        "mother.name": "李",
    }
    body = json.loads(dialect().encode("submit", ENVELOPE, values).body)["body"]
    assert body == {
        "mq": {"xm": "李"},
        "ryqd": [
            {"xh": 2, "yg": {"xm": "乙", "xb": "男", "csrq": None}},
            {"xh": 10, "yg": {"xm": "丙"}},
        ],
    }


def test_one_member_alone_is_written_as_ever() -> None:
    """An item done for each sends plain values: the list is only for items of all."""
    body = json.loads(dialect().encode("submit", ENVELOPE, {"employee.name": "乙"}).body)["body"]
    assert body == {"yg": {"xm": "乙"}}


def test_what_a_reply_gives_members_comes_back_to_them() -> None:
    """By the number that was sent, whatever the order of the list."""
    found = dialect().decode_reply(
        "application/json",
        reply(jg={"ryqd": [{"xh": 10, "yg": {"zjhm": "B"}}, {"xh": "2", "yg": {"zjhm": "A"}}]}),
    )
    assert found.values == {"employee-2.id_number": "A", "employee-10.id_number": "B"}
    narrow = dialect().decode_reply(
        "application/json", reply(jg={"ryqd": [{"xh": 2, "yg": {"zjhm": "A"}}]}), ["employee-2.id_number"]
    )
    assert narrow.values == {"employee-2.id_number": "A"}


def test_a_correction_names_the_member() -> None:
    """`ryqd[2].yg.xm` is the second one's name, `photo[2]` their photo; other lists are nobody's."""
    spoken = dialect()
    assert spoken.field_name("employee-2.name") == "ryqd[2].yg.xm"
    body = reply(
        hzlx="BZ",
        bzxx=[{"zd": "ryqd[2].yg.xm", "wt": "a"}, {"zd": "photo[2]", "wt": "b"}, {"zd": "mq.xm", "wt": "c"}],
    )
    faults = spoken.decode_reply("application/json", body).faults
    assert [(one.address, one.material) for one in faults] == [
        ("employee-2.name", ""),
        ("", "photo-2"),
        ("mother.name", ""),
    ]
    with pytest.raises(DialectError):
        spoken.decode_reply("application/json", reply(hzlx="BZ", bzxx=[{"zd": "ryqd[2].mq.xm", "wt": "a"}]))


def test_members_without_a_list_are_not_sent() -> None:
    """A department that knows one employee only is not handed two."""
    plain = dialect(lists={})
    assert not plain.has_place("employee-2.name")
    assert dialect().has_place("employee-2.name")
    with pytest.raises(DialectError):
        plain.encode("submit", ENVELOPE, {"employee-2.name": "乙"})


def test_a_reply_whose_members_have_no_number_is_refused() -> None:
    """Guessing by order would hand one person's number to another."""
    with pytest.raises(DialectError):
        dialect().decode_reply("application/json", reply(jg={"ryqd": [{"yg": {"zjhm": "A"}}]}))


@pytest.mark.parametrize(
    "lists",
    [
        {"cousin": {"path": "ryqd", "number": "xh"}},
        {"employee": {"path": "ryqd"}},
        {"employee": {"path": "ryqd", "number": "xh", "sort": "up"}},
        {"employee": {"path": "l", "number": "n"}, "mother": {"path": "l", "number": "n"}},
    ],
)
def test_the_mapping_of_lists_is_read_strictly(lists: dict[str, Any]) -> None:
    """A role that `roles` names, a path and a number, and a list of its own."""
    with pytest.raises(DialectError):
        dialect(lists=lists)
