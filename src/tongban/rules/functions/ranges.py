"""`range`, and how two ranges or points lie to one another (OMG DMN 1.5, 10.3.4.8 and 10.3.4.10)."""

from typing import Any

from tongban.rules import tree
from tongban.rules.constants import constant
from tongban.rules.errors import Fault, FeelSyntaxError
from tongban.rules.functions.registry import builtin
from tongban.rules.parser import parse
from tongban.rules.run import Run
from tongban.rules.sentences import said
from tongban.rules.values import Range, at_most, both, equal, less, within

_POINT = "number | string | date | time | date and time | days and time duration | years and months duration"


@builtin("range", "from: string")
def _range(_run: Run, text: str) -> Range:
    try:
        node = parse(text)
    except FeelSyntaxError as error:
        raise Fault("argument", said("argument.no_range")) from error
    made = constant(node) if isinstance(node, tree.Interval) and node.low and node.high else None
    if made is None or not isinstance(made[0], Range):
        raise Fault("argument", said("argument.no_constants"))
    if less(made[0].high, made[0].low):
        raise Fault("argument", said("argument.backwards"))
    return made[0]


def _ends(value: Any) -> Range:
    """A range as it is, a point as the range that holds only it."""
    return value if isinstance(value, Range) else Range(value, value)


def _before(left: Any, right: Any) -> bool | None:
    first, second = _ends(left), _ends(right)
    if first.high is None or second.low is None:
        return None
    if first.high_included and second.low_included:
        return less(first.high, second.low)
    later = less(second.low, first.high)
    return None if later is None else not later


@builtin("before", f"point1: range | {_POINT}", f"point2: range | {_POINT}")
def _is_before(_run: Run, left: Any, right: Any) -> bool | None:
    return _before(left, right)


@builtin("after", f"point1: range | {_POINT}", f"point2: range | {_POINT}")
def _is_after(_run: Run, left: Any, right: Any) -> bool | None:
    return _before(right, left)


@builtin("meets", "range1: range", "range2: range")
def _meets(_run: Run, left: Range, right: Range) -> bool | None:
    return left.high_included and right.low_included and equal(left.high, right.low)


@builtin("met by", "range1: range", "range2: range")
def _met_by(run: Run, left: Range, right: Range) -> bool | None:
    return _meets(run, right, left)


@builtin("overlaps", "range1: range", "range2: range")
def _overlaps(_run: Run, left: Range, right: Range) -> bool | None:
    apart = (_before(left, right), _before(right, left))
    return None if None in apart else True not in apart


def _includes(outer: Range, inner: Any) -> bool | None:
    if not isinstance(inner, Range):
        return within(inner, outer)
    low = within(inner.low, outer) if inner.low_included else _touches(inner.low, outer)
    high = within(inner.high, outer) if inner.high_included else _touches(inner.high, outer)
    return both(low, high)


def _touches(end: Any, outer: Range) -> bool | None:
    """Whether an end that is itself excluded lies in `outer` or on its edge."""
    return within(end, Range(outer.low, outer.high))


@builtin("includes", "range: range", f"point: range | {_POINT}")
def _range_includes(_run: Run, outer: Range, inner: Any) -> bool | None:
    return _includes(outer, inner)


@builtin("during", f"point: range | {_POINT}", "range: range")
def _during(_run: Run, inner: Any, outer: Range) -> bool | None:
    return _includes(outer, inner)


@builtin("coincides", f"point1: range | {_POINT}", f"point2: range | {_POINT}")
def _coincides(_run: Run, left: Any, right: Any) -> bool | None:
    return equal(left, right)


def _starts(inner: Any, outer: Range) -> bool | None:
    if outer.low is None:
        return False
    if not isinstance(inner, Range):
        return equal(inner, outer.low) if outer.low_included else False
    if inner.low_included is not outer.low_included or inner.low is None:
        return False
    return both(equal(inner.low, outer.low), _ends_within(inner, outer))


def _finishes(inner: Any, outer: Range) -> bool | None:
    if outer.high is None:
        return False
    if not isinstance(inner, Range):
        return equal(inner, outer.high) if outer.high_included else False
    if inner.high_included is not outer.high_included or inner.high is None:
        return False
    return both(equal(inner.high, outer.high), _begins_within(inner, outer))


def _ends_within(inner: Range, outer: Range) -> bool | None:
    """Whether the first range ends no later than the second."""
    if outer.high is None or inner.high is None:
        return outer.high is None
    if inner.high_included and not outer.high_included:
        return less(inner.high, outer.high)
    return at_most(inner.high, outer.high)


def _begins_within(inner: Range, outer: Range) -> bool | None:
    """Whether the first range begins no earlier than the second."""
    if outer.low is None or inner.low is None:
        return outer.low is None
    if inner.low_included and not outer.low_included:
        return less(outer.low, inner.low)
    return at_most(outer.low, inner.low)


def _overlaps_before(left: Range, right: Range) -> bool | None:
    """Begins earlier, reaches into the other, and ends no later."""
    begins = _begins_within(left, right)
    apart = _before(left, right)
    if begins is None or apart is None:
        return None
    return both(not begins and not apart, _ends_within(left, right))


@builtin("starts", f"point1: range | {_POINT}", "range2: range")
def _is_start(_run: Run, inner: Any, outer: Range) -> bool | None:
    return _starts(inner, outer)


@builtin("started by", "range1: range", f"point2: range | {_POINT}")
def _is_started(_run: Run, outer: Range, inner: Any) -> bool | None:
    return _starts(inner, outer)


@builtin("finishes", f"point1: range | {_POINT}", "range2: range")
def _is_finish(_run: Run, inner: Any, outer: Range) -> bool | None:
    return _finishes(inner, outer)


@builtin("finished by", "range1: range", f"point2: range | {_POINT}")
def _is_finished(_run: Run, outer: Range, inner: Any) -> bool | None:
    return _finishes(inner, outer)


@builtin("overlaps before", "range1: range", "range2: range")
def _is_overlapping_before(_run: Run, left: Range, right: Range) -> bool | None:
    return _overlaps_before(left, right)


@builtin("overlaps after", "range1: range", "range2: range")
def _is_overlapping_after(_run: Run, left: Range, right: Range) -> bool | None:
    return _overlaps_before(right, left)
