"""Timers of events: a date, a duration or a cycle, as it stands, as an expression, or as cron has it."""

import re
from datetime import UTC, datetime

from tongban.kernel.calendar import official
from tongban.process import constants, timing
from tongban.process.bpmn.vocabulary import OURS, Context, is_bpmn
from tongban.process.cron import parse_cron
from tongban.process.expressions import Expression, constant, with_holes
from tongban.process.graph import Definition, Trigger
from tongban.process.xml import Element

_KINDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_MEANT = re.compile(r"[+-]?P(?:T?[-\d]|T?\Z)|R-?\d*(?:/|\Z)|\w*/[RP]\d?|\d")
"""What can only be meant as a date, duration or cycle."""
_WORD = re.compile(r"[^\W\d]\w*\Z")
_WORDS = re.compile(r"[^\W\d]\w*(?:[ ]\w+)+\Z")
_HYPHENS = re.compile(r"[^\W\d]\w*(?:-[^\W\d]\w*)+\Z")
_CRON = re.compile(r"[\d*/?,\-LW#A-Z]+(?:\s+[\d*/?,\-LW#A-Z]+){4,6}\Z")
_CRON_SIGN = re.compile(r"[\d*?]")
_CRON_MORE = re.compile(r"\dL|L-|\bL\b|\dW|#")
"""What cron has and we do not read: last days, nearest working days, the nth weekday."""
_CLOCK = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?(?:(\d{1,9})ms)?")
"""A time as one family of engines writes it: `1d2h3m4s500ms`."""
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def timer(context: Context, event: Element, holder: Element, *, strict: bool) -> Definition:
    """The definition of a timer; a finding when it says no time, several, or one that cannot be meant."""
    identity = event.get("id")
    given = [inner for inner in holder if is_bpmn(inner) and inner.local in _KINDS]
    if len(given) > 1:
        context.findings.error(identity, "The timer has more than one of date, duration and cycle.")
    if not given:
        if identity in context.replaced:
            value = context.text(identity, "")
            return Definition(trigger=Trigger.TIMER, timer="duration", value=value)
        context.findings.lack(identity, "The timer does not say when.", strict=strict)
        return Definition(trigger=Trigger.TIMER)
    element = given[0]
    kind = _KINDS[element.local]
    workdays = element.of(OURS).get("workdays") == "true"
    if not element.text and identity not in context.replaced:
        context.findings.lack(identity, "The timer does not say when.", strict=strict)
    value = _when(context, identity, element, kind, workdays=workdays, strict=strict)
    return Definition(trigger=Trigger.TIMER, timer=kind, workdays=workdays, value=value)


def _when(
    context: Context, identity: str, element: Element, kind: str, *, workdays: bool, strict: bool
) -> Expression | None:
    text = element.text
    if identity in context.replaced or not text:
        return context.expression(identity, element)
    if context.writes_clocks and (clock := _clock(text, kind)):
        context.findings.warn(identity, f"“{text}” is taken as {clock} of ISO 8601.")
        text = clock
    if is_time(text, kind, workdays=workdays):
        if never := why_never(text, kind):
            context.findings.lack(identity, f"The timer “{text}” {never}.", strict=strict)
        return constant(text)
    if "{" in text and not text.startswith(("${", "#{", "=")):
        return with_holes(text)
    if kind == "cycle" and _CRON.match(text.upper()) and _CRON_SIGN.search(text):
        return _other_cron(context, identity, text)
    whole = " in whole days" if workdays else ""
    if text not in context.names and (_MEANT.match(text) or _WORDS.match(text)):
        context.findings.error(identity, f"“{text}” is no {kind} of ISO 8601{whole}.")
        return None
    return _computed(context, identity, element, kind, workdays=workdays, strict=strict)


def _clock(text: str, kind: str) -> str:
    """A duration or cycle (`first###then`) that is written in short; empty when it is none."""
    said = text.lower().rpartition("###")[2].strip() if kind == "cycle" else text.lower()
    found = _CLOCK.fullmatch(said)
    if kind == "date" or found is None or not any(found.groups()):
        return ""
    days, hours, minutes, seconds, rest = (int(each or 0) for each in found.groups())
    span = f"P{days}DT{hours}H{minutes}M{seconds + rest / 1000:.3f}S"
    return f"R/{span}" if kind == "cycle" else span


def _other_cron(context: Context, identity: str, text: str) -> Expression | None:
    """Cron that we do not read, or that nobody can."""
    if _CRON_MORE.search(text.upper()):
        said = "The timer is a cron expression that is run only when it is replaced."
        context.findings.warn(identity, said)
        return Expression(text, None, "cron")
    context.findings.error(identity, f"“{text}” is no cron expression: a field is out of its range.")
    return None


def _computed(
    context: Context, identity: str, element: Element, kind: str, *, workdays: bool, strict: bool
) -> Expression | None:
    """A time that an expression says. One that reads no data is looked at now."""
    text = element.text
    declared = "feel" in (element.get("language") + context.language).lower()
    if _HYPHENS.match(text) and not declared:
        context.findings.error(identity, f"“{text}” is no {kind} of ISO 8601.")
        return None
    if _WORD.match(text) and not declared and not context.spoken(text) and text not in context.names:
        said = f"“{text}” is no {kind} of ISO 8601, and nothing in the model has that name."
        context.findings.lack(identity, said, strict=strict)
    made = context.expression(identity, element)
    value = constants.value_of(made) if made is not None else constants.UNKNOWN
    if value is not constants.UNKNOWN:
        timely = isinstance(value, str) and is_time(value, kind, workdays=workdays)
        never = why_never(str(value), kind) if timely else f"is no {kind} of ISO 8601"
        if never:
            context.findings.lack(identity, f"The timer “{text}” {never}.", strict=strict)
    return made


def is_time(text: str, kind: str, *, workdays: bool = False) -> bool:
    """Whether a text is a date, duration or cycle as it stands."""
    if kind == "duration":
        return timing.parse_span(text, workdays=workdays) is not None
    if kind == "date":
        return timing.parse_moment(text, official()) is not None
    return timing.parse_cycle(text, official()) is not None or parse_cron(text) is not None


def why_never(text: str, kind: str) -> str:
    """Why a time cannot be meant though it is written as one; empty when it can."""
    if kind == "date":
        return ""
    if kind == "duration":
        span = timing.parse_span(text)
        return "is negative" if span is not None and span.is_negative else ""
    cycle = timing.parse_cycle(text, official())
    if cycle is None:
        cron = parse_cron(text)
        gone = cron is not None and cron.years is None and cron.after(_ANY_DAY, official().zone) is None
        return "is a cron expression that no day fits" if gone else ""
    if cycle.times == 0:
        return "repeats zero times, so it never happens"
    if cycle.start and cycle.end and cycle.end < cycle.start:
        return "ends before it begins"
    still = cycle.times is None and cycle.every == timing.Span()
    return "repeats without time going on" if still or cycle.every.is_negative else ""
