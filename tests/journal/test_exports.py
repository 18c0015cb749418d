"""The journal in three standard forms."""

import datetime as dt
import io
import json
import re
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.journal import exports, queries
from tongban.journal.events import Actor, Recorded

CASE = "0198f000-0000-7000-8000-000000000001"
AT = dt.datetime(2026, 11, 23, 1, 2, 3, 400, tzinfo=dt.UTC)
XES = "{http://www.xes-standard.org/}"


def event(stream: str = CASE, seq: int = 1, type_: str = "tongban.casework.opened", **data: Any) -> Recorded:
    """A recorded event."""
    return Recorded(
        position=seq,
        id=uuid4(),
        stream=stream,
        seq=seq,
        type=type_,
        at=AT + dt.timedelta(seconds=seq),
        actor=Actor("department", "health"),
        data=data,
        commitment=None,
        prev="0" * 64,
        hash="a" * 64,
    )


def written(form: str, *events: Recorded) -> str:
    """The export of some events."""
    out = io.StringIO()
    exports.WRITERS[form](iter(events), out)
    return out.getvalue()


SOME = (
    event(item="birth_certificate", dispatch_id="d1", department="health", attempts=2),
    event(seq=2, type_="tongban.casework.ended", item="household", approved=True, reasons=["a", "b"]),
    event("department:health", 1, "tongban.exchange.department_down", department="health", reason="x"),
    event("catalogue", 1, "tongban.catalogue.published", version="v", note=None),
)


def check_cloudevent(one: dict[str, Any]) -> None:
    """CloudEvents 1.0, sections 2 to 4 and the JSON format: what every consumer may rely on."""
    for name in ("specversion", "id", "source", "type"):
        assert isinstance(one[name], str)
        assert one[name], name
    assert one["specversion"] == "1.0"
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", one["source"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", one["time"])
    assert one["datacontenttype"] == "application/json"
    assert one["subject"]
    for name, value in one.items():
        assert re.fullmatch(r"[a-z0-9]{1,20}", name), name
        if name != "data":  # context attributes are simple
            assert isinstance(value, str | int | bool), name
    assert "data_base64" not in one


def test_each_line_is_a_cloudevent() -> None:
    """Any CloudEvents reader takes the export line by line."""
    lines = written("cloudevents", *SOME).splitlines()
    assert len(lines) == len(SOME)
    for line, source in zip(lines, SOME, strict=True):
        one = json.loads(line)
        check_cloudevent(one)
        assert (one["id"], one["type"], one["subject"]) == (str(source.id), source.type, source.stream)
        assert one["data"] == dict(source.data)
        assert (one["sequence"], one["prevhash"], one["eventhash"]) == (
            str(source.seq),
            source.prev,
            source.hash,
        )
    assert len({(json.loads(line)["source"], json.loads(line)["id"]) for line in lines}) == len(lines)


def test_every_reference_of_the_object_centric_log_resolves() -> None:
    """OCEL 2.0: types are declared with their attributes, events point at objects that are there."""
    log = json.loads(written("ocel", *SOME))
    assert set(log) == {"eventTypes", "objectTypes", "events", "objects"}
    objects = {one["id"]: one for one in log["objects"]}
    assert len(objects) == len(log["objects"])
    object_types = {one["name"] for one in log["objectTypes"]}
    types = {
        one["name"]: {each["name"]: each["type"] for each in one["attributes"]} for one in log["eventTypes"]
    }
    assert {one["type"] for one in objects.values()} == object_types
    assert {one["id"] for one in log["events"]} == {str(one.id) for one in SOME}
    for one in log["events"]:
        assert one["relationships"], one
        for relation in one["relationships"]:
            assert relation["objectId"] in objects
            assert relation["qualifier"]
        for attribute in one["attributes"]:
            declared = types[one["type"]][attribute["name"]]
            fits = {"string": str, "integer": int, "boolean": bool, "float": float}[declared]
            assert type(attribute["value"]) is fits
        dt.datetime.fromisoformat(one["time"])
    assert objects[CASE]["type"] == "case"
    assert objects["d1"]["type"] == "dispatch"
    assert objects["item:household"]["type"] == "item"
    assert objects["department:health"]["type"] == "department"


def test_a_trace_is_a_case_with_the_standard_extensions() -> None:
    """XES (IEEE 1849): concept, time and organizational, one trace per case, events in their order."""
    log = ET.fromstring(written("xes", *SOME))  # noqa: S314  # our own text
    assert log.tag == f"{XES}log"
    assert log.attrib["xes.version"] == "1849-2016"
    assert {(one.attrib["prefix"], one.attrib["uri"]) for one in log.findall(f"{XES}extension")} == {
        (name, f"http://www.xes-standard.org/{name}.xesext") for name in ("concept", "time", "org")
    }
    [trace] = log.findall(f"{XES}trace")
    names = [one for one in trace.findall(f"{XES}string") if one.attrib["key"] == "concept:name"]
    assert [one.attrib["value"] for one in names] == [CASE]
    found = trace.findall(f"{XES}event")
    for one, source in zip(found, SOME[:2], strict=True):
        values = {each.attrib["key"]: (each.tag.removeprefix(XES), each.attrib["value"]) for each in one}
        assert values["concept:name"] == ("string", source.type)
        assert values["time:timestamp"][0] == "date"
        assert dt.datetime.fromisoformat(values["time:timestamp"][1]) == source.at
        assert values["org:resource"] == ("string", "department:health")
    second = {each.attrib["key"]: (each.tag.removeprefix(XES), each.attrib["value"]) for each in found[1]}
    assert second["approved"] == ("boolean", "true")
    assert json.loads(second["reasons"][1]) == ["a", "b"]


@given(st.text(), st.text(min_size=1))
def test_any_text_of_a_department_survives_as_xml(reason: str, receipt: str) -> None:
    """A department's receipt number with a control character in it does not break the export."""
    text = written("xes", event(reason=reason, receipt=receipt))
    values = {
        one.attrib["key"]: one.attrib["value"]
        for one in ET.fromstring(text.encode("utf-8", "surrogatepass")).iter(f"{XES}string")  # noqa: S314
    }
    allowed = re.sub(
        "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", reason
    )
    assert values["reason"] == allowed


@pytest.mark.parametrize("form", sorted(exports.WRITERS))
def test_an_empty_journal_exports_as_an_empty_log(form: str) -> None:
    """The first day of an installation has an export too."""
    text = written(form)
    if form == "cloudevents":
        assert text == ""
    elif form == "ocel":
        assert json.loads(text) == {"events": [], "eventTypes": [], "objectTypes": [], "objects": []}
    else:
        assert list(ET.fromstring(text).iter(f"{XES}trace")) == []  # noqa: S314  # our own text


@pytest.mark.django_db
def test_nothing_personal_leaves_with_an_export() -> None:
    """Payloads stay behind: an export holds what the events hold."""
    from django.db import transaction

    from tests.journal.conftest import Counted
    from tongban.journal.actions import record
    from tongban.journal.events import SYSTEM

    with transaction.atomic():
        record(
            CASE,
            Counted(number=1),
            actor=SYSTEM,
            payload={"mother.name": "李明月", "id": "430102199405200246"},
        )
    found = queries.stream(CASE)
    for form in exports.WRITERS:
        text = written(form, *found)
        assert "李明月" not in text
        assert "430102199405200246" not in text
        assert "tests.counted" in text
