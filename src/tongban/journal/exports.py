"""The journal in three standard forms. Nothing personal is in an event, so nothing personal is exported.

CloudEvents 1.0 (CNCF), JSON format, one event a line; OCEL 2.0 (object-centric event log), JSON; XES
(IEEE 1849-2016), XML. All are streamed: a journal need not fit in memory.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO
from xml.sax import saxutils

from tongban.journal.events import Recorded

SOURCE = "urn:tongban"
_OBJECTS = {
    "dispatch_id": "dispatch",
    "department": "department",
    "item": "item",
    "correction_id": "correction",
}
"""Data field → type of the object that an event relates to, besides its case."""

_OCEL_TYPES: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "float"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped (§2.2)."""


def cloudevent(event: Recorded) -> dict[str, Any]:
    """One event as a CloudEvents 1.0 JSON object; `sequence`, `prevhash` and `eventhash` are extensions."""
    found = {
        "specversion": "1.0",
        "id": str(event.id),
        "source": SOURCE,
        "type": event.type,
        "subject": event.stream,
        "time": event.at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "sequence": str(event.seq),
        "actorkind": event.actor.kind,
        "actorid": event.actor.id,
        "prevhash": event.prev,
        "eventhash": event.hash,
        "data": dict(event.data),
    }
    return found | ({"commitment": event.commitment} if event.commitment else {})


def write_cloudevents(events: Iterable[Recorded], out: TextIO) -> None:
    """One JSON object a line."""
    out.writelines(json.dumps(cloudevent(event), ensure_ascii=False) + "\n" for event in events)


def write_ocel(events: Iterable[Recorded], out: TextIO) -> None:
    """OCEL 2.0 JSON: event types, object types, objects, events with their relations."""
    objects: dict[str, str] = {}
    types: dict[str, dict[str, str]] = {}
    out.write('{"events":[')
    first = True
    for event in events:
        relations = [{"objectId": event.stream, "qualifier": "stream"}]
        objects[event.stream] = _stream_type(event.stream)
        for name, kind in _OBJECTS.items():
            value = event.data.get(name)
            if isinstance(value, str) and value:
                identity = value if kind in {"dispatch", "correction"} else f"{kind}:{value}"
                objects[identity] = kind
                relations.append({"objectId": identity, "qualifier": kind})
        attributes = {
            name: value for name, value in event.data.items() if isinstance(value, str | int | float | bool)
        }
        known = types.setdefault(event.type, {})
        for name, value in attributes.items():
            kind = _OCEL_TYPES[type(value)]
            known[name] = kind if known.get(name, kind) == kind else "string"
        out.write("" if first else ",")
        first = False
        out.write(
            json.dumps(
                {
                    "id": str(event.id),
                    "type": event.type,
                    "time": event.at.isoformat().replace("+00:00", "Z"),
                    "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
                    "relationships": relations,
                },
                ensure_ascii=False,
            )
        )
    out.write('],"eventTypes":')
    out.write(
        json.dumps(
            [
                {
                    "name": name,
                    "attributes": [{"name": one, "type": kind} for one, kind in sorted(found.items())],
                }
                for name, found in sorted(types.items())
            ]
        )
    )
    out.write(',"objectTypes":')
    out.write(json.dumps([{"name": kind, "attributes": []} for kind in sorted(set(objects.values()))]))
    out.write(',"objects":')
    out.write(
        json.dumps(
            [
                {"id": one, "type": kind, "attributes": [], "relationships": []}
                for one, kind in objects.items()
            ],
            ensure_ascii=False,
        )
    )
    out.write("}\n")


def write_xes(events: Iterable[Recorded], out: TextIO) -> None:
    """XES: one trace per stream of a case. Events are grouped, so this one keeps the events in memory."""
    traces: dict[str, list[Recorded]] = {}
    for event in events:
        if _stream_type(event.stream) == "case":
            traces.setdefault(event.stream, []).append(event)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write('<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">\n')
    for name, prefix in (("Concept", "concept"), ("Time", "time"), ("Organizational", "org")):
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        out.write(f"  <extension name={_quoted(name)} prefix={_quoted(prefix)} uri={_quoted(uri)}/>\n")
    for stream, many in traces.items():
        out.write(f'  <trace>\n    <string key="concept:name" value={_quoted(stream)}/>\n')
        for event in many:
            out.write("    <event>\n")
            out.write(f'      <string key="concept:name" value={_quoted(event.type)}/>\n')
            out.write(f'      <date key="time:timestamp" value={_quoted(event.at.isoformat())}/>\n')
            resource = f"{event.actor.kind}:{event.actor.id}"
            out.write(f'      <string key="org:resource" value={_quoted(resource)}/>\n')
            for name, value in event.data.items():
                if value is not None:
                    out.write(_xes_attribute(name, value))
            out.write("    </event>\n")
        out.write("  </trace>\n")
    out.write("</log>\n")


def _quoted(text: str) -> str:
    """An attribute's value in quotes; a character that XML cannot hold becomes U+FFFD."""
    return saxutils.quoteattr(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def _xes_attribute(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"      <boolean key={_quoted(name)} value={_quoted(str(value).lower())}/>\n"
    if isinstance(value, int):
        return f"      <int key={_quoted(name)} value={_quoted(str(value))}/>\n"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"      <string key={_quoted(name)} value={_quoted(text)}/>\n"


def _stream_type(stream: str) -> str:
    kind, colon, _ = stream.partition(":")
    if colon:
        return kind
    return "case" if len(stream) == 36 else stream  # noqa: PLR2004  # the length of a UUID


WRITERS: Mapping[str, Callable[[Iterable[Recorded], TextIO], None]] = {
    "cloudevents": write_cloudevents,
    "ocel": write_ocel,
    "xes": write_xes,
}
