"""Can two conditions hold together? Decided by trying every case that could matter.

A condition over code lists and booleans has finitely many cases; one that compares a number or a day with
constants has as many as there are gaps between the constants. So a few representatives of each address are
enough: every constant it could meet, a neighbour on each side, some codes that no constant names (as many as
there are addresses of that list, so that all of them can differ), and null. Conditions with arithmetic or
functions are outside that argument: for them finding no case proves nothing, and the answer is None.
"""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tongban import rules
from tongban.catalogue.domain import Catalogue, Feel
from tongban.catalogue.domain.values import split

MAX_CASES = 40_000
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DATE = re.compile(r'date\(\s*"(\d{4}-\d{2}-\d{2})"\s*\)')
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_CALL = re.compile(r"\b(?!(?:not|date|and|or|in|if|then|else|between)\b)[a-z_][a-z_ ]*\(")
_ARITHMETIC = re.compile(r"[-+*/](?!\d)|\*\*|\d\s*-\s*\d|[a-z_]\s*-\s*[\w(]")


def together(catalogue: Catalogue, conditions: Sequence[Feel]) -> bool | None:
    """Whether some case makes all `conditions` true; None when that cannot be decided."""
    names = sorted({name for condition in conditions for name in condition.names})
    texts = [condition.text for condition in conditions]
    bare = [_STRING.sub('""', _DATE.sub("0", text)) for text in texts]
    decided = not any(_CALL.search(text) or _ARITHMETIC.search(text) for text in bare)
    domains = []
    for name in names:
        domain, complete = _domain(catalogue, name, names, texts)
        decided &= complete
        domains.append(domain)
    total = 1
    for domain in domains:
        total *= len(domain)
    if total > MAX_CASES:
        return None
    types = {name: _type(catalogue, name) for name in names}
    lists = {role: ones for condition in conditions for role, ones in condition.members.items()}
    for case in itertools.product(*domains):
        context = rules.context(dict(zip(names, case, strict=True)), types)
        for role, ones in lists.items():
            context[role] = [context.get(one, {}) for one in ones]
        if all(condition.evaluate(context) is True for condition in conditions):
            return True
    return False if decided else None


def relevant(conditions: Iterable[Feel], to: Feel) -> list[Feel]:
    """The conditions that speak of the same addresses as `to`, directly or through one another."""
    rest, found, names = list(conditions), [to], set(to.names)
    changed = True
    while changed:
        changed = False
        for condition in list(rest):
            if names & condition.names:
                rest.remove(condition)
                found.append(condition)
                names |= condition.names
                changed = True
    return found


def _type(catalogue: Catalogue, name: str) -> str:
    element = catalogue.elements.get(split(name)[1])
    return element.type if element else "string"


def _domain(  # noqa: PLR0911 - one answer for each type
    catalogue: Catalogue, name: str, names: Sequence[str], texts: Sequence[str]
) -> tuple[list[Any], bool]:
    """Representatives of an address and whether they stand for all its values."""
    element = catalogue.elements.get(split(name)[1])
    if element is None:
        return [None], False
    strings = {literal for text in texts for literal in _STRING.findall(_DATE.sub("", text))}
    match element.type:
        case "boolean":
            return [True, False, None], True
        case "code":
            code_list = catalogue.lists.get(element.code_list or "")
            codes = [entry.code for entry in code_list.codes] if code_list else []
            twins = sum(_list(catalogue, other) == element.code_list for other in names)
            others = [code for code in codes if code not in strings][:twins]
            return [*(code for code in codes if code in strings), *others, None], bool(codes)
        case "integer" | "decimal" | "money":
            found = sorted(
                {Decimal(number) for text in texts for number in _NUMBER.findall(_STRING.sub("", text))}
            )
            return [*_numbers(found, element.type, element.min, element.max), None], _alone(
                name, names, catalogue
            )
        case "date":
            days = sorted({dt.date.fromisoformat(day) for text in texts for day in _DATE.findall(text)})
            near = {day + dt.timedelta(days=step) for day in days for step in (-1, 0, 1)}
            near |= {dt.date(2020, 1, 1)} if not near else set()
            return [*(day.isoformat() for day in sorted(near)), None], _alone(name, names, catalogue)
        case "string" | "text" | "phone" | "address":
            twins = sum(_type(catalogue, other) == element.type for other in names)
            return [*sorted(strings), *(f"another-{index}" for index in range(twins)), "", None], True
        case _:
            return [None], False


def _list(catalogue: Catalogue, name: str) -> str | None:
    element = catalogue.elements.get(split(name)[1])
    return element.code_list if element else None


def _alone(name: str, names: Sequence[str], catalogue: Catalogue) -> bool:
    """Whether no other address has this type: two numbers compared with each other need more cases."""
    return not any(other != name and _type(catalogue, other) == _type(catalogue, name) for other in names)


def _numbers(found: list[Decimal], type_: str, low: Decimal | None, high: Decimal | None) -> list[Any]:
    step = Decimal(1) if type_ == "integer" else Decimal("0.01")
    near = {number + step * sign for number in found for sign in (-1, 0, 1)}
    near |= {(a + b) / 2 for a, b in itertools.pairwise(found)} if type_ != "integer" else set()
    near = near or {Decimal(0), Decimal(1)}
    allowed = [n for n in sorted(near) if (low is None or n >= low) and (high is None or n <= high)]
    return [int(number) if type_ == "integer" else str(number) for number in allowed]
