"""A decision table says whether departments review together, which of them, and how long they have."""

from decimal import Decimal
from typing import Any

import pytest

from tests.catalogue.small import WHY, content, element, item, need, text
from tongban.casework.domain.joint import holding, terms
from tongban.catalogue.check import check
from tongban.catalogue.domain import Catalogue, JointRule, from_content
from tongban.catalogue.domain.deciding import rules_that_hold

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="联审" namespace="urn:risk">
<inputData id="i" name="欠费"><variable name="欠费" typeRef="number"/></inputData>
<decision id="d" name="要不要联审"><variable name="要不要联审"/>
<informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
<decisionTable id="t" hitPolicy="{hit}"><input id="c"><inputExpression id="e" typeRef="number">
<text>欠费</text></inputExpression></input>"""
TAIL = "</decisionTable></decision></definitions>"


def table(outputs: list[str], rows: list[tuple[str, list[str]]], hit: str = "UNIQUE") -> str:
    """A decision table over one number."""
    made = HEAD.format(hit=hit)
    for place, name in enumerate(outputs):
        made += f'<output id="o{place}" name="{name}"/>'
    for place, (test, results) in enumerate(rows):
        cells = "".join(
            f'<outputEntry id="x{place}-{n}"><text>{one}</text></outputEntry>'
            for n, one in enumerate(results)
        )
        made += (
            f'<rule id="w{place}"><inputEntry id="y{place}"><text>{test}</text></inputEntry>{cells}</rule>'
        )
    return made + TAIL


def catalogue(model: str, **more: Any) -> Catalogue:
    """An item with one joint review that asks the table."""
    rule = {
        "rule": "risk",
        "decision": "risk",
        "inputs": {"欠费": "mother.a"},
        "departments": ["tax", "customs"],
        "reason": WHY,
        "limit": 3,
        **more,
    }
    raw = content(item("closing", [need("mother.a")], joint_review=[rule]), elements=("b",))
    raw["elements"]["a"] = element("a", type="integer")
    for code in ("tax", "customs"):
        raw["departments"][code] = {**raw["departments"]["bureau"], "department": code, "name": text(code)}
    raw["decisions"] = {"risk": {"code": "risk", "model": model}}
    return from_content(raw)


def called(model: str, owed: int | None, **more: Any) -> list[JointRule]:
    """The rules that hold where so much is owed."""
    found = catalogue(model, **more)
    bound = found.bound("all").items[0]
    value = None if owed is None else Decimal(owed)
    return holding(bound.item.reviews, {"mother": {"a": value}})


YES_NO = table(["要"], [("&lt;= 100", ["false"]), ("&gt; 100", ["true"])])
WHOM = table(
    ["needed", "departments", "days"],
    [
        ("0", ["false", "null", "null"]),
        ("[1..100]", ["true", '["customs"]', "1"]),
        ("&gt; 100", ["true", '"tax customs"', "5"]),
    ],
)
EACH = table(
    ["departments", "days"],
    [("0", ['""', "null"]), ("&gt; 0", ['"tax"', "2"]), ("&gt; 100", ['"customs"', "4"])],
    "COLLECT",
)


@pytest.mark.parametrize(
    ("model", "owed", "expected"),
    [
        (YES_NO, 100, None),
        (YES_NO, 101, (["tax", "customs"], 3)),
        (WHOM, 0, None),
        (WHOM, 7, (["customs"], 1)),
        (WHOM, 700, (["tax", "customs"], 5)),
        (EACH, 0, None),
        (EACH, 7, (["tax"], 2)),
        (EACH, 700, (["tax", "customs"], 4)),
    ],
)
def test_the_table_says_whom_and_until_when(
    model: str, owed: int, expected: tuple[list[str], int] | None
) -> None:
    """Yes or no, or a row with departments and days; where it says nothing of those the rule's own hold."""
    found = called(model, owed)
    assert [([one.department for one in terms([rule])], terms([rule])[0].limit) for rule in found] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("model", "owed"),
    [
        (YES_NO, None),  # no rule fits what is not known
        (WHOM, -5),  # no rule fits
        (table(["departments"], [("-", ['"police"'])]), 5),  # somebody whom the rule does not name
        (table(["needed"], [("-", ["1 / 0"])]), 5),
        (table(["days"], [("-", ['"soon"'])]), 5),
    ],
)
def test_a_risk_that_cannot_be_told_calls_everybody(model: str, owed: int | None) -> None:
    """Neither a value that is not known nor a table that fails assumes a risk away."""
    [rule] = called(model, owed)
    assert rule.departments == ("tax", "customs")
    assert rule.limit == 3


def test_a_condition_may_read_what_the_table_gives() -> None:
    """With `when` the table's result is judged by a condition, like in a rule of an item."""
    points = table(["分"], [("&lt;= 100", ["2"]), ("&gt; 100", ["8"])])
    assert called(points, 7, when="result > 5") == []
    assert len(called(points, 700, when="result > 5")) == 1


def test_the_rules_that_hold_can_be_named() -> None:
    """The record says which rules of the table called for the review."""
    found = catalogue(EACH)
    assert rules_that_hold(found.decisions, "risk", "", {"欠费": Decimal(700)}) == (2, 3)
    assert rules_that_hold(found.decisions, "risk", "", {"欠费": Decimal(7)}) == (2,)
    assert rules_that_hold(found.decisions, "risk", "no such decision", {}) == ()


def test_the_check_knows_what_a_review_asks() -> None:
    """A value that the rule does not give its table is found, and a department that is not its own."""
    codes = [one.code for one in check(catalogue(YES_NO))]
    assert "decision.never_used" not in codes
    assert not [one for one in codes if one.startswith(("decision.input", "catalogue.unknown"))]
    lacking = check(catalogue(YES_NO, inputs={}))
    assert "decision.input_missing" in [one.code for one in lacking]
    stranger = check(catalogue(table(["departments"], [("-", ['"police tax"'])])))
    [said] = [one for one in stranger if one.code == "catalogue.joint_chosen"]
    assert "police" in said.message
    unknown = check(catalogue(YES_NO, decision="no_such"))
    assert "catalogue.unknown_code" in [one.code for one in unknown]


def test_what_a_review_reads_is_what_co_signers_see() -> None:
    """Without `shows` they see the values that the table was asked with; the rule does not hold always."""
    [rule] = catalogue(YES_NO).items["closing"].joint_review
    assert rule.shown == ("mother.a",)
    assert not rule.always
