"""Joint reviews of a service item, one edit each, and the decision tables that can call for one. Pure.

Raises InvalidInput `compose.*` for an edit that cannot be made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tongban.catalogue.domain import Catalogue
from tongban.design.composing import alternatives
from tongban.design.composing.editing import Plain, edited, part_of, refused
from tongban.kernel.errors import TongbanError
from tongban.rules.dmn.grid import Grid, grid
from tongban.rules.reviewing import DAYS, DEPARTMENTS, NEEDED

KEY: Final = "joint_review"
SILENCES: Final = ("waits", "agrees", "escalates")
OVERS: Final = ("never", "clerk", "supervisor")
_TRUTHS: Final = frozenset(("true", "false", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision table that can say whether departments review together."""

    decision: str
    """Code of the model."""
    of: str
    """Name of the decision in it."""
    inputs: tuple[str, ...]
    whom: bool
    """It says which departments."""
    days: bool
    """It says in how many working days."""


def tables(catalogue: Catalogue) -> list[Table]:
    """Every table that says yes or no, or names departments; those that cannot be read are left out."""
    found = []
    for code, one in catalogue.decisions.items():
        try:
            model = catalogue.decided(code)
            names = model.decisions
        except TongbanError:
            continue
        for name in names:
            try:
                table, inputs = grid(one.model, name), model.inputs_of(name)
            except TongbanError:
                continue
            if _fits(table):
                columns = {column.name for column in table.outputs}
                found.append(
                    Table(
                        decision=code,
                        of=name,
                        inputs=inputs,
                        whom=bool(columns & {*DEPARTMENTS}),
                        days=bool(columns & {*DAYS}),
                    )
                )
    return found


def _fits(table: Grid) -> bool:
    if len(table.outputs) > 1:
        return any(one.name in {*NEEDED, *DEPARTMENTS} for one in table.outputs)
    said = {row.results[0].strip() for row in table.rows}
    return table.outputs[0].type == "boolean" or (bool(said - {""}) and said <= _TRUTHS)


def guessed(catalogue: Catalogue, table: Table, addresses: Iterable[str]) -> dict[str, str]:
    """Input of a table → the address that is called like it; of those that an item has at hand."""
    known = list(addresses)
    found = {}
    for name in table.inputs:
        for address in known:
            code = address.partition(".")[2]
            element = catalogue.elements.get(code)
            if element and name in {address, code, *element.name.to_json().values()}:
                found[name] = address
                break
    return found


def at_hand(content: Mapping[str, Any]) -> list[str]:
    """The addresses that an item needs, in its order."""
    names = (
        name for need in content.get("needs", ()) for way in alternatives.ways("needs", need) for name in way
    )
    return list(dict.fromkeys(names))


# ---- edits


def add(content: Mapping[str, Any], departments: Sequence[str], reason: Mapping[str, str]) -> Plain:
    """One more joint review, which holds always until somebody says when."""
    _check(content, departments, None, "waits")
    taken = {one.get("rule") for one in content.get(KEY, ())} | {"joint"}
    code = next(name for name in _names() if name not in taken)
    rule = {"rule": code, "departments": list(departments), "reason": dict(reason)}
    return edited(content, lambda made: made.setdefault(KEY, []).append(rule))


def _names() -> Iterable[str]:
    yield "review"
    number = 2
    while True:
        yield f"review_{number}"
        number += 1


def set_terms(
    content: Mapping[str, Any],
    place: int,
    *,
    departments: Sequence[str],
    limit: int | None,
    silence: str,
    over: str,
    reason: Mapping[str, str],
) -> Plain:
    """Who reviews, in how many working days, and what silence and an objection mean."""
    _check(content, departments, limit, silence)

    def change(made: Plain) -> None:
        rule = part_of(made, KEY, place)
        rule["departments"] = list(departments)
        rule["reason"] = {**rule.get("reason", {}), **{code: one for code, one in reason.items() if one}}
        for name, value, usual in (
            ("limit", limit, None),
            ("silence", silence, SILENCES[0]),
            ("over_objection", over, OVERS[0]),
        ):
            if value == usual:
                rule.pop(name, None)
            else:
                rule[name] = value

    return edited(content, change)


def _check(content: Mapping[str, Any], departments: Sequence[str], limit: int | None, silence: str) -> None:
    if not departments:
        raise refused("review_nobody", "A joint review asks at least one department.")
    if content.get("department") in departments:
        raise refused("review_self", "The deciding department does not review with itself.")
    if silence != SILENCES[0] and limit is None:
        raise refused("review_limit", "What silence means needs a limit in working days.")


def by_decision(content: Mapping[str, Any], place: int, table: Table, inputs: Mapping[str, str]) -> Plain:
    """Let a decision table say whether it is needed.

    Args:
        content: the item's file.
        place: of the review.
        table: the table.
        inputs: each of its inputs → an address of the item; all of them, and what the item does not need
            yet is refused (`compose.review_input`), since nobody would know it.
    """
    lacking = [name for name in table.inputs if inputs.get(name) not in at_hand(content)]
    if lacking:
        raise refused(
            "review_input", "Say where every input of the table comes from.", item="、".join(lacking)
        )

    def change(made: Plain) -> None:
        rule = part_of(made, KEY, place)
        rule.pop("when", None)
        rule["decision"] = table.decision
        rule["of"] = table.of
        rule["inputs"] = {name: inputs[name] for name in table.inputs}

    return edited(content, change)


def by_condition(content: Mapping[str, Any], place: int) -> Plain:
    """No table any more: it holds always, until a condition is chosen."""

    def change(made: Plain) -> None:
        rule = part_of(made, KEY, place)
        for name in ("decision", "of", "inputs", "when"):
            rule.pop(name, None)

    return edited(content, change)


def remove(content: Mapping[str, Any], place: int) -> Plain:
    """No such review."""

    def change(made: Plain) -> None:
        part_of(made, KEY, place)
        made[KEY].pop(place)
        if not made[KEY]:
            del made[KEY]

    return edited(content, change)
