"""Functions on lists (OMG DMN 1.5, 10.3.4.4)."""

from collections.abc import Callable as CallableType
from datetime import datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal, DecimalException
from functools import cmp_to_key, reduce
from typing import Any

from tongban.rules import temporal
from tongban.rules.errors import Fault
from tongban.rules.functions.registry import builtin
from tongban.rules.functions.strings import whole
from tongban.rules.operators import invoke
from tongban.rules.run import Run
from tongban.rules.sentences import said
from tongban.rules.values import ARITHMETIC, Callable, Months, equal, kind, less

_NUMBERS = {Decimal}


def same(left: Any, right: Any) -> bool:
    """Whether two items are equal, in lists where types may differ."""
    return equal(left, right) is True


def _numeric(items: list[Any]) -> bool:
    return set(map(type, items)) == _NUMBERS


def numbers(items: list[Any]) -> list[Decimal]:
    """The items, if all are numbers. Raises: Fault."""
    if items and not _numeric(items):
        raise Fault("argument", said("argument.no_number_inside"))
    return items


@builtin("list contains", "list: list", "element: any")
def _contains(run: Run, items: list[Any], element: Any) -> bool:
    run.visit(items)
    return any(same(item, element) for item in items)


@builtin("count", "list: list*")
def _count(_run: Run, items: list[Any]) -> Decimal:
    return Decimal(len(items))


def _extreme(items: list[Any], better: CallableType[[Any, Any], bool | None]) -> Any:
    if not items:
        return None
    best = items[0]
    for item in items:
        verdict = better(item, best)
        if verdict is None:
            raise Fault("argument", said("argument.no_order"))
        best = item if verdict else best
    return best


@builtin("min", "list: list*")
def _min(run: Run, items: list[Any]) -> Any:
    run.spend(len(items))
    return min(items) if _numeric(items) else _extreme(items, less)


@builtin("max", "list: list*")
def _max(run: Run, items: list[Any]) -> Any:
    run.spend(len(items))
    return max(items) if _numeric(items) else _extreme(items, lambda item, best: less(best, item))


@builtin("sum", "list: list*")
def _sum(run: Run, items: list[Any]) -> Any:
    run.spend(len(items))
    if not items:
        return None
    if type(items[0]) in (timedelta, Months):
        total = items[0]
        for item in items[1:]:
            total = temporal.add(total, item)
        return total
    return _fold(numbers(items), ARITHMETIC.add)


def _fold(items: list[Decimal], operation: CallableType[[Decimal, Decimal], Decimal]) -> Decimal:
    try:
        return reduce(operation, items)
    except DecimalException as error:
        raise Fault("argument", said("argument.result_too_large")) from error


@builtin("product", "list: list*")
def _product(run: Run, items: list[Any]) -> Decimal | None:
    run.spend(len(items))
    return _fold(numbers(items), ARITHMETIC.multiply) if items else None


@builtin("mean", "list: list*")
def _mean(run: Run, items: list[Any]) -> Any:
    total = _sum(run, items)
    if isinstance(total, Decimal):
        return ARITHMETIC.divide(total, Decimal(len(items)))
    return None if total is None else temporal.divide(total, Decimal(len(items)))


@builtin("median", "list: list*")
def _median(run: Run, items: list[Any]) -> Decimal | None:
    ordered = sorted(numbers(run.sized(items)))
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return ARITHMETIC.divide(ARITHMETIC.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@builtin("mode", "list: list*")
def _mode(run: Run, items: list[Any]) -> list[Decimal]:
    counts: dict[Decimal, int] = {}
    for item in numbers(run.sized(items)):
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)


@builtin("stddev", "list: list*")
def _stddev(run: Run, items: list[Any]) -> Decimal | None:
    if len(numbers(run.sized(items))) < 2:  # noqa: PLR2004 - one value has no deviation
        raise Fault("argument", said("argument.two_items"))
    mean = _mean(run, items)
    squares = [ARITHMETIC.power(ARITHMETIC.subtract(item, mean), Decimal(2)) for item in items]
    return ARITHMETIC.sqrt(ARITHMETIC.divide(_fold(squares, ARITHMETIC.add), Decimal(len(items) - 1)))


def _logic(items: list[Any], decisive: bool) -> bool | None:  # noqa: FBT001
    if any(item is not None and not isinstance(item, bool) for item in items):
        raise Fault("argument", said("argument.no_boolean_inside"))
    if decisive in items:
        return decisive
    return None if None in items else not decisive


@builtin("all", "list: list*")
def _all(run: Run, items: list[Any]) -> bool | None:
    return _logic(run.sized(items), decisive=False)


@builtin("any", "list: list*")
def _any(run: Run, items: list[Any]) -> bool | None:
    return _logic(run.sized(items), decisive=True)


@builtin("sublist", "list: list", "start position: number", "length: number?")
def _sublist(run: Run, items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    first = _place(items, start)
    if length is None:
        return run.sized(items[first:])
    count = whole(length, "length")
    if count < 1:
        raise Fault("argument", said("argument.length"))
    return run.sized(items[first : first + count])


def _place(items: list[Any], position: Decimal, extra: int = 0) -> int:
    place = whole(position, "position")
    if place == 0 or abs(place) > len(items) + extra:
        raise Fault("argument", said("argument.no_position"))
    return place - 1 if place > 0 else len(items) + place


@builtin("append", "list: list", "item: any*")
def _append(run: Run, items: list[Any], added: list[Any]) -> list[Any]:
    return run.sized([*items, *added])


@builtin("concatenate", "list: list*")
def _concatenate(run: Run, lists: list[Any]) -> list[Any]:
    return run.sized([item for part in lists for item in (part if isinstance(part, list) else [part])])


@builtin("union", "list: list*")
def _union(run: Run, lists: list[Any]) -> list[Any]:
    return _distinct(run, _concatenate(run, lists))


@builtin("insert before", "list: list", "position: number", "newItem: any")
def _insert(run: Run, items: list[Any], position: Decimal, item: Any) -> list[Any]:
    place = _place(items, position)
    return run.sized([*items[:place], item, *items[place:]])


@builtin("remove", "list: list", "position: number")
def _remove(run: Run, items: list[Any], position: Decimal) -> list[Any]:
    place = _place(items, position)
    return run.sized([*items[:place], *items[place + 1 :]])


@builtin("list replace", "list: list", "position: number", "newItem: any")
def _replace(run: Run, items: list[Any], position: Decimal, item: Any) -> list[Any]:
    place = _place(items, position.to_integral_value(rounding=ROUND_DOWN))
    return run.sized([*items[:place], item, *items[place + 1 :]])


@builtin("list replace", "list: list", "match: function", "newItem: any")
def _replace_matching(run: Run, items: list[Any], match: Callable, item: Any) -> list[Any]:
    made = []
    for old in run.sized(items):
        verdict = invoke(match, [old, item], (), run, 0)
        if not isinstance(verdict, bool):
            raise Fault("argument", said("argument.match"))
        made.append(item if verdict else old)
    return made


@builtin("reverse", "list: list")
def _reverse(run: Run, items: list[Any]) -> list[Any]:
    return run.sized(items[::-1])


@builtin("index of", "list: list", "match: any")
def _index(run: Run, items: list[Any], match: Any) -> list[Decimal]:
    run.visit(items)
    return [Decimal(place) for place, item in enumerate(items, 1) if same(item, match)]


@builtin("distinct values", "list: list")
def _distinct(run: Run, items: list[Any]) -> list[Any]:
    made: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        if isinstance(item, (str, Decimal)):  # by far the usual case, and cheap
            run.spend(1)
            if item not in seen:
                seen.add(item)
                made.append(item)
        else:
            run.spend(len(made) + 1)
            run.visit(item)
            if not any(same(item, known) for known in made):
                made.append(item)
    return made


@builtin("flatten", "list: list")
def _flatten(run: Run, items: list[Any]) -> list[Any]:
    made: list[Any] = []
    waiting = items[::-1]
    while waiting:
        run.spend(1)
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item[::-1])
        else:
            made.append(item)
    return run.sized(made)


@builtin("sort", "list: list", "precedes: function?")
def _sort(run: Run, items: list[Any], precedes: Callable | None = None) -> list[Any]:
    def order(left: Any, right: Any) -> int:
        run.spend(1)
        first = less(left, right) if precedes is None else invoke(precedes, [left, right], (), run, 0)
        if not isinstance(first, bool):
            raise Fault("argument", said("argument.no_sorting"))
        if first:
            return -1
        if precedes is None:
            return 0 if same(left, right) else 1
        return 1 if invoke(precedes, [right, left], (), run, 0) is True else 0

    return sorted(run.sized(items), key=cmp_to_key(order))


@builtin("is", "value1: any?", "value2: any?")
def _is(run: Run, left: Any = None, right: Any = None) -> bool:
    run.visit(left)
    if kind(left) != kind(right):
        return False
    if isinstance(left, Months):
        return bool(left == right)
    if isinstance(left, (time, datetime)) and str(left.tzinfo) != str(right.tzinfo):
        return False  # the same moment told in another zone is equal, but not the same value
    return same(left, right)


@builtin("not", "negand: any")
def _not(_run: Run, value: Any) -> bool | None:
    if value is None or not isinstance(value, bool):
        return None
    return not value
