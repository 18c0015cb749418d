"""What the templates of the editor show."""

import json
from typing import Any

from tongban.faces.common import words
from tongban.faces.common.sentences import told, why
from tongban.faces.designer.decisions import cells, work
from tongban.faces.designer.decisions.work import Work
from tongban.kernel.errors import TongbanError
from tongban.rules.dmn.examples import examples, tried
from tongban.rules.dmn.trial import Trial
from tongban.rules.dmn.values import to_json
from tongban.rules.functions.strings import text_of


def context(found: Work, *, first: int = 0, cell: str = "") -> dict[str, Any]:
    """The whole editor: the table's window from rule `first`, its findings, the examples."""
    table = found.table
    said = work.findings(found)
    by_row: dict[int, list[str]] = {}
    for one in said:
        if one.row is not None:
            by_row.setdefault(one.row, []).append(one.text)
    shown: dict[str, Any] = {
        "work": found,
        "code": found.code,
        "model_name": _name(found),
        "findings": said,
        "errors": sum(one.severity == "error" for one in said),
        "cell": None,
        "holding": (),
    }
    if table is None:
        return shown
    size = found.rows_per_page
    first = max(0, min(first, max(0, len(table.rows) - 1))) // size * size
    types = work.kinds(found)
    now = work.policy(table)
    shown |= {
        "first": first,
        "inputs": [
            {"n": n, "column": one, "kind": types[n], "head": one.label or one.expression}
            for n, one in enumerate(table.inputs)
        ],
        "outputs": [
            {"n": n, "column": one, "head": one.name or words.say("designer.decision.result")}
            for n, one in enumerate(table.outputs)
        ],
        "notes": [
            {"n": n, "column": one, "head": one.name or words.say("designer.decision.note")}
            for n, one in enumerate(table.notes)
        ],
        "rows": [_row(found, number, by_row) for number in range(first, min(first + size, len(table.rows)))],
        "total": len(table.rows),
        "pages": [
            {"first": at, "from": at + 1, "to": min(at + size, len(table.rows)), "here": at == first}
            for at in range(0, len(table.rows), size)
        ]
        if len(table.rows) > size
        else [],
        "policies": [
            {"value": one, "name": words.say(f"designer.decision.hit.{_word(one)}"), "chosen": one == now}
            for one in work.POLICIES
        ],
        "policy_why": words.say(f"designer.decision.hit.{_word(now)}.why") if now in work.POLICIES else now,
        "types": [
            {"value": one, "name": words.say(f"designer.decision.type.{_word(one)}")} for one in work.TYPES
        ],
        "elements": sorted(work.choosable(found), key=lambda one: one[1]),
        "known": _readable(found),
    }
    if cell:
        shown["cell"] = cell_panel(found, cell)
    return shown | {"test": trial_fields(found), "examples": _examples(found)}


def _name(found: Work) -> str:
    try:
        return found.model().name
    except TongbanError:
        return found.code


def _word(policy: str) -> str:
    return policy.lower().replace(" ", "_")


def _row(found: Work, number: int, by_row: dict[int, list[str]]) -> dict[str, Any]:
    table = found.table
    assert table is not None  # noqa: S101 - asked only then
    row = table.rows[number]
    heads = {
        "i": [one.label or one.expression for one in table.inputs],
        "o": [one.name or words.say("designer.decision.result") for one in table.outputs],
        "n": [one.name or words.say("designer.decision.note") for one in table.notes],
    }
    texts = {"i": row.tests, "o": row.results, "n": row.notes}
    return {
        "at": number,
        "number": number + 1,
        "first": number == 0,
        "last": number == len(table.rows) - 1,
        "said": by_row.get(number + 1, []),
        "cells": [
            {
                "id": f"c-r{number}-{part}{n}",
                "name": f"r{number}.{part}{n}",
                "text": text,
                "part": part,
                "label": words.say("designer.decision.cell", rule=number + 1, column=heads[part][n]),
            }
            for part in ("i", "o", "n")
            for n, text in enumerate(texts[part])
        ],
    }


def _readable(found: Work) -> list[str]:
    """Inputs and decisions of the model that a column may read."""
    try:
        model = found.model()
    except TongbanError:
        return []
    mine = found.sheet.name if found.sheet else ""
    return [*model.inputs, *(one for one in model.decisions if one != mine)]


def cell_panel(found: Work, name: str) -> dict[str, Any]:
    """The choices for one cell. Raises: InvalidInput when there is no such cell."""
    from tongban.faces.designer.decisions.editing import cell_at

    table = found.table
    assert table is not None  # noqa: S101 - the caller has looked
    row, part, n = cell_at(name, table)
    result = part == "o"
    if result:
        head, kind, element = table.outputs[n].name, table.outputs[n].type, None
        text = table.rows[row].results[n]
    else:
        column = table.inputs[n]
        head, kind = column.label or column.expression, work.kinds(found)[n]
        element = work.elements(found).get(column.expression)
        text = table.rows[row].tests[n]
    choice = cells.choice_of(text, result=result)
    values = work.values_of(element, found)
    low, high = (*choice.values, "", "")[:2] if choice.kind == "between" else ("", "")
    return {
        "name": name,
        "title": words.say(
            "designer.decision.cell", rule=row + 1, column=head or words.say("designer.decision.result")
        ),
        "kinds": [
            {"value": one, "name": words.say(f"designer.decision.kind.{one}"), "chosen": one == choice.kind}
            for one in (cells.RESULTS if result else cells.TESTS)
        ],
        "options": [(code, label, code in choice.values) for code, label in values],
        "several": choice.kind in {"one_of", "none_of"},
        "value": ", ".join(choice.values) if choice.kind != "between" else "",
        "low": low,
        "high": high,
        "low_in": choice.low_in,
        "high_in": choice.high_in,
        "feel": text if text != "-" else "",
        "type": kind,
        "hint": words.say(f"designer.decision.type.{_word(kind)}.hint") if kind in work.TYPES else "",
        "back": f"c-r{row}-{part}{n}",
    }


def trial_fields(found: Work, given: dict[str, Any] | None = None) -> dict[str, Any]:
    """The fields of the test panel."""
    try:
        model = found.model()
        names = model.inputs_of(found.name)
        types = model.input_types
    except TongbanError as error:
        return {"fields": [], "fault": why(error)}
    known = work.elements(found)
    fields = []
    for place, name in enumerate(names):
        value = (given or {}).get(name)
        raw = "" if value is None else str(value).lower() if isinstance(value, bool) else value
        raw = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
        fields.append(
            {
                "id": f"t-{place}",
                "name": f"t{place}",
                "label": name,
                "kind": types.get(name, ""),
                "value": raw,
                "options": [
                    (code, label, code == raw) for code, label in work.values_of(known.get(name), found)
                ],
            }
        )
    return {"fields": fields, "fault": ""}


def outcome(found: Work, tried_: Trial) -> dict[str, Any]:
    """What a test came to."""
    verdict = tried_.verdict
    value = verdict.value
    if isinstance(value, dict):
        lines = [(name, text_of(one)) for name, one in value.items()]
    else:
        lines = [("", text_of(value))] if value is not None else []
    return {
        "lines": lines,
        "holding": tried_.holding,
        "rules": words.say("designer.decision.find.and").join(str(one) for one in tried_.holding),
        "failed": verdict.failed,
        "messages": [told(one.message) for one in verdict.messages],
        "json": json.dumps(to_json(value), ensure_ascii=False),
        "decision": found.sheet.name if found.sheet else "",
    }


def _examples(found: Work) -> list[dict[str, Any]]:
    ones = examples(found.text).get(found.name, ())
    if not ones:
        return []
    try:
        results = tried(found.model(), found.name, ones)
    except TongbanError:
        return []
    join = words.say("designer.decision.find.and")
    return [
        {
            "at": place,
            "name": one.example.name,
            "inputs": join.join(f"{name} = {_plain(value)}" for name, value in one.example.inputs.items()),
            "expected": _plain(one.example.expected),
            "held": one.held,
            "found": _plain(to_json(one.verdict.value)),
        }
        for place, one in enumerate(results)
    ]


def _plain(value: Any) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
