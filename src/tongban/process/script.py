"""The outside world of a try-out, as its file says it.

====================  ==============================================================================
key                   value
====================  ==============================================================================
`variables`           what the process begins with
`answers`             element id → list, one entry per execution: `{"set": {…}}`, `{"error": code}`,
                      `{"escalation": code}`, null; with `"after": "PT2H"` it takes that long, with
                      `"never": true` it never comes. Without an entry the element just completes
`messages`            list of `{"name", "at", "key", "set", "id"}`; also as `{name: at}`
`signals`             list of `{"name", "at", "set"}`; also as `{name: at}`
`conditions`          id of a sequence flow (or event) → FEEL, instead of its expression
`now`                 when it begins; Monday 2026-01-05, 09:00 in Shanghai, if it is not said
`process`             the process to begin with, when the model has several
`decisions`           code → path of a DMN file, seen from the folder of the model
====================  ==============================================================================

A time is a moment or a duration from the beginning (ISO 8601), or a number of seconds; absent, it is at
once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tongban.kernel.calendar import Calendar
from tongban.kernel.errors import InvalidInput
from tongban.process import timing

BEGIN = "2026-01-05T09:00:00+08:00"
_TIMES = ("at", "time", "when", "after", "delay", "arrives", "arrives_at")
_NAMES = (
    "name",
    "message",
    "signal",
    "messageName",
    "signalName",
    "ref",
    "messageRef",
    "signalRef",
    "element",
)
_VALUES = ("set", "variables", "payload", "data", "values")
_KEYS = ("key", "correlation", "correlationKey", "correlation_key")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message or signal that comes from outside."""

    name: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    key: Any = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one execution of an element gives."""

    values: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    escalation: str | None = None
    after: timing.Span | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """The whole file."""

    now: datetime
    variables: Mapping[str, Any]
    answers: Mapping[str, tuple[Answer, ...]]
    messages: tuple[Arrival, ...]
    signals: tuple[Arrival, ...]
    conditions: Mapping[str, str]
    process: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)
    """Code → path of its model."""


def read_script(data: Any, calendar: Calendar) -> Script:
    """The script in a JSON value. Raises: InvalidInput naming what is wrong."""
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise _wrong("The input", "an object")
    begin = data.get("now") or data.get("start") or BEGIN
    now = timing.parse_moment(begin, calendar) if isinstance(begin, str) else None
    if now is None:
        raise _wrong("now", "a moment of ISO 8601")
    answers = _object(data, "answers")
    conditions = _object(data, "conditions")
    for flow, text in conditions.items():
        if isinstance(text, bool):
            conditions[flow] = "true" if text else "false"
        elif not isinstance(text, str):
            raise _wrong(f"conditions.{flow}", "a text in FEEL")
    decisions = _object(data, "decisions")
    for code, path in decisions.items():
        if not isinstance(path, str) or not path:
            raise _wrong(f"decisions.{code}", "the path of a DMN file")
    return Script(
        now=now,
        variables=_object(data, "variables"),
        answers={
            element: tuple(_answer(element, each) for each in (given if isinstance(given, list) else [given]))
            for element, given in answers.items()
        },
        messages=_arrivals(data, "messages", now, calendar),
        signals=_arrivals(data, "signals", now, calendar),
        conditions=conditions,
        process=str(data.get("process") or ""),
        decisions=decisions,
    )


def _object(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(key, "an object")
    return dict(value)


def _answer(element: str, given: Any) -> Answer:
    if given is None:
        return Answer()
    if not isinstance(given, dict):
        raise _wrong(f"answers.{element}", "a list of objects")
    values = given.get("set")
    if values is not None and not isinstance(values, dict):
        raise _wrong(f"answers.{element}.set", "an object")
    after = given.get("after")
    span = _span(after)
    if after is not None and (span is None or span.is_negative):
        raise _wrong(f"answers.{element}.after", "a duration of ISO 8601 that is not negative")
    error, escalation = given.get("error"), given.get("escalation")
    return Answer(
        values=values or {},
        error=None if error is None else str(error),
        escalation=None if escalation is None else str(escalation),
        after=span,
        never=bool(given.get("never")),
    )


def _span(value: Any) -> timing.Span | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return timing.Span(rest=timedelta(seconds=value))
        except (OverflowError, ValueError):  # more than anybody waits, or no number
            return None
    return timing.parse_span(value) if isinstance(value, str) else None


def _arrivals(data: Mapping[str, Any], key: str, now: datetime, calendar: Calendar) -> tuple[Arrival, ...]:
    given = data.get(key)
    if given is None:
        return ()
    entries: list[Any] = []
    if isinstance(given, dict):
        entries = [
            {**each, "name": name} if isinstance(each, dict) else {"name": name, "at": each}
            for name, times in given.items()
            for each in (times if isinstance(times, list) else [times])
        ]
    elif isinstance(given, list):
        entries = given
    else:
        raise _wrong(key, "a list")
    made = [_arrival(key, each, now, calendar) for each in entries]
    return tuple(sorted(made, key=lambda each: each.at))


def _arrival(key: str, entry: Any, now: datetime, calendar: Calendar) -> Arrival:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, dict):
        raise _wrong(key, "a list of objects")
    name = _first(entry, _NAMES)
    if not isinstance(name, str) or not name:
        raise _wrong(f"{key}.name", "a text")
    when = _first(entry, _TIMES)
    at: datetime | None = now
    if when is not None:
        span = _span(when)
        if span is not None and span.is_negative:
            raise _wrong(f"{key}.at", "a time after the beginning")
        at = span.after(now, calendar) if span is not None else timing.parse_moment(str(when), calendar)
    if at is None:
        raise _wrong(f"{key}.at", "a moment or duration of ISO 8601, or a number of seconds")
    values = _first(entry, _VALUES)
    if values is not None and not isinstance(values, dict):
        raise _wrong(f"{key}.set", "an object")
    return Arrival(name, max(at, now), values or {}, _first(entry, _KEYS), str(entry.get("id") or ""))


def _first(entry: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)


def _wrong(what: str, wanted: str) -> InvalidInput:
    return InvalidInput("process.script", f"{what} has to be {wanted}.", hint="See docs/process.md.")
