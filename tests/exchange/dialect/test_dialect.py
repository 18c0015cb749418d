import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tongban.exchange.dialect import (
    Attachment,
    Certificate,
    Dialect,
    DialectError,
    ElementFacts,
    Fault,
    NotFound,
    Reason,
)

ELEMENTS = {
    "id_number": ElementFacts("string"),
    "name": ElementFacts("string"),
    "sex": ElementFacts("code", frozenset({"0", "1", "2", "9"})),
    "birth_date": ElementFacts("date"),
    "born_at": ElementFacts("datetime"),
    "birth_weight": ElementFacts("decimal"),
    "birth_order": ElementFacts("integer"),
    "amount": ElementFacts("money"),
    "mortgaged": ElementFacts("boolean"),
}
MAPPING: dict[str, Any] = {
    "system": "health",
    "department": "health",
    "format": "json",
    "encoding": {
        "dates": "%Y%m%d",
        "datetimes": "%Y-%m-%d %H:%M:%S",
        "booleans": {True: "是", False: "否"},
        "decimals": "number",
        "absent": "null",
    },
    "roles": {"child": "xse", "mother": "mq"},
    "fields": {
        "id_number": "{role}.zjhm",
        "name": {"path": "{role}.xm", "required": True},
        "sex": {"path": "{role}.xb", "codes": {"1": "男", "2": "女"}},
        "birth_date": {"path": "{role}.csrq", "date": "%Y年%m月%d日"},
        "mortgaged": "{role}.sfdy",
        "child.birth_weight": {"path": "csyxxx.cstz", "scale": "1000"},
        "child.birth_order": "csyxxx.tc.0.xh",
        "child.born_at": "csyxxx.sj",
    },
    "operations": {
        "lookup_birth": {
            "method": "POST",
            "path": "/api/csyx/{mother.id_number}",
            "query": {"xb": "mother.sex"},
            "request": {"tjxx.mqzjhm": "mother.id_number"},
            "const": {"head.v": 2},
            "envelope": {"item": "head.sxbm"},
            "record": "data.rows.0",
            "not_found": {"status": [404], "path": "code", "values": [1001]},
            "success": {"path": "code", "values": [0]},
        },
        "submit": {
            "method": "POST",
            "path": "/api/ywsl",
            "envelope": {"message_id": "head.msgid", "item": "head.sxbm", "sent_at": "head.fssj"},
            "values": "body",
            "materials": {"list": "clxx", "name": "clmc"},
            "material_codes": {"birth_form": "CL01"},
            "items": {"birth_certificate": "CSYXZM-01"},
            "answer": {"receipt": "data.slh"},
        },
    },
    "replies": {
        "envelope": {
            "reply_id": "hzid",
            "dispatch_id": "ywlsh",
            "kind": "hzlx",
            "at": "hzsj",
            "receipt": "slh",
        },
        "kinds": {"accepted": "SL", "correction": "BZ", "approved": "BJ", "rejected": "BYTH"},
        "values": "jg",
        "certificates": {
            "list": "zzxx",
            "code": "zzlx",
            "number": "zzbh",
            "issued_on": "fzrq",
            "codes": {"birth_certificate": "01"},
        },
        "faults": {"list": "bzxx", "names": "zd", "what": "wt", "why": "yy", "how": "fs", "law": "fg"},
        "reasons": {"list": "thyy", "code": "dm", "text": "sm", "law": "fg"},
    },
}
ENVELOPE = {
    "message_id": "m1",
    "item": "birth_certificate",
    "sent_at": datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
    "case_number": "not of this department's interest",
}
SECRET = "430102199001011234"


def dialect(change: Callable[[dict[str, Any]], object] = lambda _: None) -> Dialect:
    """The department's dialect, after a change to its mapping."""
    mapping = deepcopy(MAPPING)
    change(mapping)
    return Dialect.of(mapping, ELEMENTS)


def refused(code: str, call: Callable[[], object]) -> DialectError:
    """The call is refused for this cause, and the error names the department and no value."""
    with pytest.raises(DialectError) as caught:
        call()
    assert caught.value.code == f"dialect.{code}"
    assert caught.value.params["department"] == "health"
    assert SECRET not in str(caught.value)
    return caught.value


def answer(data: Any, code: int = 0) -> bytes:
    """What the department says."""
    return json.dumps({"code": code, "data": data}, ensure_ascii=False).encode()


def lookup(body: bytes, wanted: list[str], status: int = 200, kind: str = "application/json") -> Any:
    """What the platform understands."""
    return dialect().decode_lookup("lookup_birth", status, kind, body, wanted)


def test_a_submission_is_written_in_the_departments_words() -> None:
    """Names, nesting, codes, dates, grams and absent values are the department's."""
    sent = dialect().encode(
        "submit",
        ENVELOPE,
        {
            "child.name": "李安",
            "child.sex": "2",
            "child.birth_date": "2026-11-20",
            "child.birth_weight": "3.250",
            "child.birth_order": 1,
            "child.born_at": "2026-11-20T00:35:00+00:00",
            "mother.id_number": None,
            "mother.mortgaged": False,
        },
        [Attachment(code="birth_form", name="表", content_type="application/pdf", sha256="ab", url="/f/1")],
    )
    assert (sent.method, sent.target, sent.content_type) == ("POST", "/api/ywsl", "application/json")
    assert json.loads(sent.body) == {
        "head": {"msgid": "m1", "sxbm": "CSYXZM-01", "fssj": "2026-11-23 09:30:00"},
        "body": {
            "xse": {"xm": "李安", "xb": "女", "csrq": "2026年11月20日"},
            "csyxxx": {"cstz": 3250, "tc": [{"xh": 1}], "sj": "2026-11-20 08:35:00"},
            "mq": {"zjhm": None, "sfdy": "否"},
        },
        "clxx": [{"code": "CL01", "clmc": "表", "type": "application/pdf", "sha256": "ab", "url": "/f/1"}],
    }


def test_a_lookup_puts_its_keys_into_path_query_and_body() -> None:
    """A key may stand in three places, each escaped as that place needs."""
    asked = dialect().encode_lookup(
        "lookup_birth", {"mother.id_number": "4301 02?X", "mother.sex": "2"}, {"item": "birth_certificate"}
    )
    assert asked.target == "/api/csyx/4301%2002%3FX?xb=%E5%A5%B3"
    assert json.loads(asked.body) == {
        "head": {"v": 2, "sxbm": "CSYXZM-01"},
        "tjxx": {"mqzjhm": "4301 02?X"},
    }


def test_only_what_was_asked_for_is_read() -> None:
    """A department that sends more than was asked has that more unread."""
    record = {"xse": {"xm": "李安", "xb": "男"}, "mq": {"xm": "王", "zjhm": ""}, "csyxxx": {"cstz": 3250}}
    wanted = ["child.name", "child.birth_weight", "mother.id_number"]
    assert lookup(answer({"rows": [record]}), wanted) == {"child.name": "李安", "child.birth_weight": "3.25"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"whatever"),
        (200, answer(None, 1001)),
        (200, answer({"rows": []})),
        (200, answer({"rows": [{}]})),
        (200, answer({})),
    ],
)
def test_each_way_to_say_no_such_record(status: int, body: bytes) -> None:
    """404, an own code, an empty list and nothing at all are the same answer."""
    assert lookup(body, ["child.name"], status) == NotFound()


@pytest.mark.parametrize(
    ("record", "code", "path"),
    [
        ({"xse": {"xm": "李", "xb": "不明"}}, "code", "xse.xb"),
        ({"xse": {"xm": "李", "csrq": "2026-11-20"}}, "value", "xse.csrq"),
        ({"xse": {"xm": "李", "csrq": "2026年02月30日"}}, "value", "xse.csrq"),
        ({"xse": {"xm": "李", "csrq": "2026年2月3日"}}, "value", "xse.csrq"),
        ({"xse": {"xm": "李", "csrq": 20261120}}, "value", "xse.csrq"),
        ({"xse": {"xm": ""}}, "missing", "xse.xm"),
        ({"mq": {}}, "missing", "xse.xm"),
        ({"xse": {"xm": {"first": SECRET}}}, "value", "xse.xm"),
        ({"xse": {"xm": 7}}, "value", "xse.xm"),
        ({"xse": {"xm": "李"}, "csyxxx": {"cstz": SECRET + "x"}}, "value", "csyxxx.cstz"),
        ({"xse": {"xm": "李"}, "csyxxx": {"cstz": True}}, "value", "csyxxx.cstz"),
        ({"xse": {"xm": "李"}, "csyxxx": {"tc": [{"xh": "1.5"}]}}, "value", "csyxxx.tc.0.xh"),
        ({"xse": {"xm": "李", "sfdy": True}}, "value", "xse.sfdy"),
    ],
)
def test_what_does_not_fit_is_an_error_with_its_place(record: Any, code: str, path: str) -> None:
    """An unknown code, a malformed date, a missing name: which path and what was expected."""
    wanted = [
        "child.name",
        "child.sex",
        "child.birth_date",
        "child.birth_weight",
        "child.birth_order",
        "child.mortgaged",
    ]
    error = refused(code, lambda: lookup(answer({"rows": [record]}), wanted))
    assert path in error.detail


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (answer({}), "text/html", 200, "content_type"),
        (answer({}), "", 200, "content_type"),
        (answer({}), "application/json; charset=gbk", 200, "content_type"),
        (b'{"code": 0, "code": 0}', "application/json", 200, "document"),
        (b'{"code": NaN}', "application/json", 200, "document"),
        (b"[" * 100_000, "application/json", 200, "document"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "application/json", 200, "document"),
        (b"[]", "application/json", 200, "document"),
        (b"\xff", "application/json", 200, "document"),
        (b" " * (1 << 21), "application/json", 200, "too_large"),
        (answer({}, 7), "application/json", 200, "refused"),
        (answer({}), "application/json", 400, "refused"),
        (answer({}), "application/json", 502, "unavailable"),
    ],
)
def test_a_broken_answer_says_how_it_is_broken(body: bytes, kind: str, status: int, code: str) -> None:
    """Wrong type, doubled keys, nesting bombs, refusals and failures are told apart."""
    refused(code, lambda: lookup(body, ["child.name"], status, kind))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"child.sex": "0"}, "code"),
        ({"child.sex": "7"}, "code"),
        ({"child.birth_date": "2026-02-30"}, "value"),
        ({"child.birth_order": True}, "value"),
        ({"child.birth_order": "1"}, "value"),
        ({"child.birth_weight": "3,2"}, "value"),
        ({"child.birth_weight": "1e9"}, "value"),
        ({"child.born_at": "2026-11-20T08:35:00"}, "value"),
        ({"child.mortgaged": "true"}, "value"),
        ({"child.name": ""}, "value"),
        ({"child.name": "\ud800"}, "value"),
        ({"father.name": "王"}, "unmapped"),
        ({"child.amount": "1"}, "unmapped"),
    ],
)
def test_a_value_of_another_type_is_not_sent(values: dict[str, Any], code: str) -> None:
    """What would be misunderstood over there is stopped here."""
    refused(code, lambda: dialect().encode("submit", ENVELOPE, values))


def test_an_unknown_item_or_a_missing_envelope_is_not_sent() -> None:
    """The department must know the item, and every part of the envelope it asks for is there."""
    refused("unmapped", lambda: dialect().encode("submit", {**ENVELOPE, "item": "passport"}, {}))
    refused("missing", lambda: dialect().encode("submit", {**ENVELOPE, "message_id": ""}, {}))
    refused("missing", lambda: dialect().encode_lookup("lookup_birth", {"mother.sex": "2"}))
    refused("unmapped", lambda: dialect().encode_lookup("lookup_death", {}))


def test_the_receipt_of_a_submission_is_read() -> None:
    """The department's own number comes back at once; a refusal is not a receipt."""
    assert dialect().decode_answer("submit", 200, "application/json", answer({"slh": 17})).receipt == "17"
    refused("missing", lambda: dialect().decode_answer("submit", 200, "application/json", answer({})))
    refused("refused", lambda: dialect().decode_answer("submit", 422, "application/json", answer({})))


def reply(**parts: Any) -> bytes:
    """A callback of the department."""
    base = {"hzid": "r1", "ywlsh": "d1", "hzlx": "BJ", "hzsj": "2026-11-23 09:31:00", "slh": "S1"}
    return json.dumps({**base, **parts}, ensure_ascii=False).encode()


def read(body: bytes) -> Any:
    """The callback, understood."""
    return dialect().decode_reply("application/json; charset=utf-8", body)


def test_an_approval_brings_values_and_certificates() -> None:
    """What the department produced comes back under our addresses."""
    got = read(
        reply(
            jg={"xse": {"zjhm": "X1", "xm": "李安"}, "unknown": 1},
            zzxx=[{"zzlx": "01", "zzbh": "Y1", "fzrq": "20261123"}],
        )
    )
    assert (got.reply_id, got.dispatch_id, got.kind, got.receipt) == ("r1", "d1", "approved", "S1")
    assert got.at.astimezone(UTC) == datetime(2026, 11, 23, 1, 31, tzinfo=UTC)
    assert got.values == {"child.id_number": "X1", "child.name": "李安"}
    assert got.certificates == (
        Certificate(code="birth_certificate", number="Y1", issued_on=date(2026, 11, 23)),
    )


def test_a_correction_names_our_fields_and_materials() -> None:
    """The department names its own fields; the applicant hears of ours."""
    fault = {"zd": "xse.xm", "wt": "字不清", "yy": "无法录入", "fs": "重填", "fg": "第七条"}
    got = read(reply(hzlx="BZ", bzxx=[fault, {"zd": "CL01", "wt": "缺页"}]))
    assert got.faults == (
        Fault(address="child.name", what="字不清", why="无法录入", how="重填", law="第七条"),
        Fault(material="birth_form", what="缺页"),
    )
    rejected = read(reply(hzlx="BYTH", thyy=[{"dm": "R1", "sm": "不符合条件"}]))
    assert rejected.reasons == (Reason(code="R1", text="不符合条件"),)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"hzlx": "??"}, "code"),
        ({"hzid": None}, "missing"),
        ({"ywlsh": {"a": SECRET}}, "value"),
        ({"hzsj": "2026-11-23"}, "value"),
        ({"hzsj": None}, "missing"),
        ({"zzxx": [{"zzlx": "99", "zzbh": "1"}]}, "code"),
        ({"zzxx": [{"zzlx": "01", "zzbh": ""}]}, "missing"),
        ({"zzxx": [{"zzlx": "01", "zzbh": "1", "fzrq": "23.11.2026"}]}, "value"),
        ({"bzxx": [{"zd": "nowhere"}]}, "code"),
        ({"bzxx": [{"wt": "?"}]}, "missing"),
    ],
)
def test_a_broken_reply_is_an_error_with_its_place(parts: dict[str, Any], code: str) -> None:
    """A reply that cannot be understood is refused, never guessed."""
    refused(code, lambda: read(reply(**parts)))


def xml_dialect() -> Dialect:
    """A department that speaks XML with a namespace and an attribute."""

    def change(mapping: dict[str, Any]) -> None:
        mapping["format"] = "xml"
        mapping["xml"] = {"root": "Req", "answer_root": "Resp", "namespace": "urn:x"}
        mapping["encoding"]["absent"] = "omit"
        mapping["fields"]["name"] = "{role}.@name"

    return dialect(change)


def test_xml_is_written_and_read_with_its_namespace() -> None:
    """Elements, attributes and a list of one survive the way there and back."""
    sent = xml_dialect().encode("submit", ENVELOPE, {"child.name": "A&<B>\"'", "child.sex": "1"})
    assert sent.content_type == "application/xml"
    assert b'<Req xmlns="urn:x">' in sent.body
    assert b'<xse name="A&amp;&lt;B&gt;' in sent.body
    body = (
        '<Resp xmlns="urn:x"><code>0</code><data><rows><xse name="李"><xb>男</xb></xse>'
        "<csyxxx><cstz>3250</cstz></csyxxx></rows></data></Resp>"
    ).encode()
    got = xml_dialect().decode_lookup(
        "lookup_birth", 200, "text/xml", body, ["child.name", "child.sex", "child.birth_weight"]
    )
    assert got == {"child.name": "李", "child.sex": "1", "child.birth_weight": "3.25"}


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE r [<!ENTITY a "b">]><Resp xmlns="urn:x"><code>&a;</code></Resp>',
        b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><Resp xmlns="urn:x"/>',
        b'<Resp xmlns="urn:y"><code>0</code></Resp>',
        b"<Resp><code>0</code></Resp>",
        b'<Other xmlns="urn:x"/>',
        b'<Resp xmlns="urn:x">',
        b'<Resp xmlns="urn:x">' + b"<a>" * 60 + b"</a>" * 60 + b"</Resp>",
        b"",
    ],
)
def test_hostile_xml_is_refused(body: bytes) -> None:
    """Entities, external files, foreign namespaces and broken documents are not read."""
    refused(
        "document",
        lambda: xml_dialect().decode_lookup("lookup_birth", 200, "text/xml", body, ["child.name"]),
    )


def test_what_xml_cannot_carry_is_not_sent() -> None:
    """A control character is an error, not a document that nobody can read."""
    refused(
        "value", lambda: xml_dialect().encode("submit", ENVELOPE, {"child.sex": "1", "child.name": "a\0"})
    )


def test_a_form_carries_dot_paths() -> None:
    """A form's keys are the paths; lists count from zero."""
    spoken = dialect(lambda mapping: mapping.update(format="form"))
    sent = spoken.encode("submit", ENVELOPE, {"child.name": "李 安", "child.birth_order": 1})
    assert sent.content_type == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(sent.body.decode())) == {
        "head.msgid": "m1",
        "head.sxbm": "CSYXZM-01",
        "head.fssj": "2026-11-23 09:30:00",
        "body.xse.xm": "李 安",
        "body.csyxxx.tc.0.xh": "1",
    }
    back = dialect(lambda mapping: mapping["encoding"].update(callbacks="form"))
    form = "hzid=r1&ywlsh=d1&hzlx=BZ&hzsj=2026-11-23+09%3A31%3A00&bzxx.0.zd=xse.xm&bzxx.0.wt=x&bzxx.1.zd=CL01"
    got = back.decode_reply("application/x-www-form-urlencoded", form.encode())
    assert [fault.address or fault.material for fault in got.faults] == ["child.name", "birth_form"]
    kind = "application/x-www-form-urlencoded"
    refused("document", lambda: back.decode_reply(kind, b"hzid=1&hzid=2"))
    refused("document", lambda: back.decode_reply(kind, b"a=1&a.b=2"))
    refused("document", lambda: back.decode_reply(kind, b"hzid=%ff"))


def test_objects_may_be_lists_of_pairs() -> None:
    """A department that writes every object as key-value pairs is understood both ways."""
    spoken = dialect(lambda mapping: mapping["encoding"].update(pairs={"key": "k", "value": "v"}))
    sent = spoken.encode("submit", ENVELOPE, {"child.name": "李"})
    assert json.loads(sent.body)[1] == {"k": "body", "v": [{"k": "xse", "v": [{"k": "xm", "v": "李"}]}]}
    body = json.dumps(
        [
            {"k": "code", "v": 0},
            {"k": "data", "v": [{"k": "rows", "v": [[{"k": "xse", "v": [{"k": "xm", "v": "李"}]}]]}]},
        ]
    ).encode()
    got = spoken.decode_lookup("lookup_birth", 200, "application/json", body, ["child.name"])
    assert got == {"child.name": "李"}


def test_epoch_milliseconds_are_days_in_china() -> None:
    """Midnight in China, counted from 1970 in milliseconds, is that day."""
    spoken = dialect(
        lambda mapping: mapping["fields"].update(birth_date={"path": "{role}.d", "date": "epoch_ms"})
    )
    sent = spoken.encode("submit", ENVELOPE, {"child.birth_date": "2026-11-20"})
    assert json.loads(sent.body)["body"]["xse"]["d"] == 1795104000000
    body = answer({"rows": [{"xse": {"xm": "李", "d": 1795104000000}}]})
    got = spoken.decode_lookup("lookup_birth", 200, "application/json", body, ["child.birth_date"])
    assert got == {"child.birth_date": "2026-11-20"}
    noon = answer({"rows": [{"xse": {"d": 1795104000001}}]})
    refused(
        "value",
        lambda: spoken.decode_lookup("lookup_birth", 200, "application/json", noon, ["child.birth_date"]),
    )


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda m: m.update(colour="red"), "colour"),
        (lambda m: m.update(format="yaml"), "format"),
        (lambda m: m["encoding"].update(dates="%Y-%j"), "dates"),
        (lambda m: m["encoding"].update(dates="%Y-%m"), "dates"),
        (lambda m: m["encoding"].update(booleans={True: 1, False: 1}), "booleans"),
        (lambda m: m["roles"].update(father="mq"), "roles"),
        (lambda m: m["fields"].update(amount="je"), "amount"),
        (lambda m: m["fields"].update(amount="{role}.xm"), "fields"),
        (lambda m: m["fields"]["sex"].update(codes={"1": "男", "2": "男"}), "codes"),
        (lambda m: m["fields"]["sex"].update(colour="red"), "colour"),
        (lambda m: m["fields"]["child.birth_weight"].update(scale="0"), "scale"),
        (lambda m: m["operations"]["submit"].update(path="api"), "path"),
        (lambda m: m["operations"]["submit"].update(method="STEAL"), "method"),
        (lambda m: m["operations"]["submit"].update(items={"a": "1", "b": "1"}), "codes"),
        (lambda m: m["replies"]["kinds"].pop("rejected"), "rejected"),
        (lambda m: m["replies"]["envelope"].pop("reply_id"), "reply_id"),
    ],
)
def test_a_broken_mapping_is_refused_with_its_place(change: Callable[[Any], object], where: str) -> None:
    """The author of a mapping learns which line is wrong before anything is sent."""
    assert where in refused("mapping", lambda: dialect(change)).detail
