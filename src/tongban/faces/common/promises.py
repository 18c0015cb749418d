"""What a promised date counts besides items: the waits of a drawn process, in words."""

from tongban.faces.common import words
from tongban.kernel.tally import Unit
from tongban.process.planner import Plan, Waiting
from tongban.process.timing import Span, parse_span

_UNITS = {Unit.WORKING_DAY: "workdays", Unit.NATURAL_DAY: "days", Unit.HOUR: "hours"}


def waits(plan: Plan | None) -> str:
    """One sentence about the timers, tasks and reviews that the date waits for; empty without any."""
    named = [_wait(each) for each in plan.waits if each.takes_time and each.critical] if plan else []
    if not named:
        return ""
    return words.say("promise.waits", waits=words.say("picture.join").join(dict.fromkeys(named)))


def _wait(each: Waiting) -> str:
    name = each.name or words.say("promise.wait")
    return words.say("promise.wait.long", name=name, span=_span(each))


def _span(each: Waiting) -> str:
    unit, amount = _measured(each)
    return words.say(f"promise.{unit}", count=amount)


def _measured(each: Waiting) -> tuple[str, int]:
    """Unit and number, the largest unit that says something."""
    if each.limit is not None:
        return _UNITS[each.limit.unit], each.limit.amount
    span = parse_span(each.timer) or Span()
    if span.workdays is not None:
        return "workdays", span.workdays
    if span.months:
        return "months", span.months
    if span.rest.days:
        return "days", span.rest.days
    return "hours", max(1, round(span.rest.total_seconds() / 3600))
