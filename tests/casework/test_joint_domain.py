"""Who is asked in a joint review, on what terms, and what the words add up to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.casework.domain.joint import Part, Word, holding, standing, terms
from tongban.catalogue.domain import Feel, JointRule, Text

WHY = Text.same("why")


def rule(code: str, *departments: str, **more: Any) -> JointRule:
    """A rule of a test."""
    return JointRule(code=code, departments=departments, reason=WHY, **more)


def part(department: str = "tax", **more: Any) -> Part:
    """A part of a test: asked, within its limit, nothing said."""
    return Part(**{"department": department, "agrees": None, "silence": "agrees", "over": "never"} | more)


def test_a_rule_without_condition_always_holds_and_an_undecidable_one_too() -> None:
    """A risk that cannot be judged because a value is missing is not assumed away."""
    always = rule("always", "tax")
    many = rule("many", "tax", when=Feel("company.open_branches > 2"))
    owes = rule("owes", "tax", when=Feel("company.insurance_arrears = true"))
    found = holding([always, many, owes], {"company": {"open_branches": None, "insurance_arrears": False}})
    assert [one.code for one in found] == ["always", "many"]


def test_the_most_cautious_terms_hold_where_two_rules_ask_one_department() -> None:
    """The longest time, no presumption of agreement, nobody over an objection, and what both may show."""
    quick = rule(
        "quick",
        "tax",
        "customs",
        when=Feel("company.a = 1"),
        limit=1,
        silence="agrees",
        over_objection="clerk",
        papers=("letter",),
    )
    slow = rule(
        "slow", "tax", when=Feel("company.b = 1"), limit=4, silence="escalates", over_objection="never"
    )
    tax, customs = terms([quick, slow])
    assert (tax.department, tax.rules, tax.limit, tax.silence, tax.over) == (
        "tax",
        ("quick", "slow"),
        4,
        "escalates",
        "never",
    )
    assert (tax.shows, tax.papers) == (("company.a", "company.b"), ("letter",))
    assert (customs.rules, customs.limit, customs.silence, customs.over) == (("quick",), 1, "agrees", "clerk")


def test_one_rule_without_limit_takes_the_limit_away() -> None:
    """Who is asked without a limit by one rule is not hurried by another."""
    [found] = terms([rule("a", "tax", limit=3, silence="agrees"), rule("b", "tax")])
    assert (found.limit, found.silence) == (None, "waits")
    assert (found.shows, found.papers) == (None, None)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, Word.OPEN),
        ({"agrees": True}, Word.AGREES),
        ({"agrees": False, "lapsed": True}, Word.OBJECTS),
        ({"agrees": False, "released": True}, Word.OBJECTS),
        ({"released": True}, Word.RELEASED),
        ({"lapsed": True}, Word.SILENT),
        ({"lapsed": True, "silence": "escalates"}, Word.ESCALATED),
        ({"staffed": False}, Word.OPEN),
        ({"staffed": False, "limited": False}, Word.ESCALATED),
    ],
)
def test_where_a_department_stands(facts: dict[str, Any], word: Word) -> None:
    """A word counts for more than silence; an empty office without a limit holds up nobody."""
    assert part(**facts).word is word


parts = st.lists(
    st.builds(
        Part,
        department=st.sampled_from(["tax", "customs", "court"]),
        agrees=st.sampled_from([None, True, False]),
        silence=st.sampled_from(["waits", "agrees", "escalates"]),
        over=st.sampled_from(["never", "clerk", "supervisor"]),
        lapsed=st.booleans(),
        released=st.booleans(),
        staffed=st.booleans(),
        limited=st.booleans(),
    ),
    max_size=6,
)


@given(parts)
def test_nobody_is_counted_twice_and_no_objection_is_lost(found: list[Part]) -> None:
    """Every objection stands against; one rule that forbids it forbids it for all."""
    where = standing(found)
    assert len(where.against) == sum(one.agrees is False for one in found)
    assert len(where.missing) == sum(one.word is Word.OPEN for one in found)
    against = [one.over for one in found if one.agrees is False]
    assert (where.over == "never") == ("never" in against)
    assert where.settled_by_reason == bool(where.against or where.without)
