"""Decision tables: hit policies, tests, defaults, types; and that the index decides as the rules say."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.models import decide, of_table
from tongban import rules
from tongban.rules import dmn

AGES = [["< 18", '"child"'], ["[18..60)", '"adult"'], [">= 60", '"elder"']]


@pytest.mark.parametrize(("age", "group"), [(3, "child"), (18, "adult"), (59.5, "adult"), (60, "elder")])
def test_one_rule_holds_and_gives_its_result(age: float, group: str) -> None:
    """A person of 18 is an adult, of 60 an elder."""
    assert decide(of_table(["Age"], AGES), Age=age).value == group


def test_no_rule_gives_null() -> None:
    """An age that nobody thought of has no group, and that is no error."""
    verdict = decide(of_table(["Age"], AGES), Age=None)
    assert verdict.value is None
    assert not verdict.failed


def test_a_default_fills_the_gap() -> None:
    """A default result is given when no rule holds."""
    text = of_table(["Kind"], [['"a"', "1"]], defaults=["0"])
    assert decide(text, Kind="a").value == 1
    assert decide(text, Kind="b").value == 0


BOTH = [["> 0", '"low"'], ["> 10", '"high"']]


def test_unique_refuses_two_rules() -> None:
    """Two rules that hold under UNIQUE are an error that names both."""
    verdict = decide(of_table(["N"], BOTH), N=11)
    assert verdict.value is None
    assert [(one.element, one.severity) for one in verdict.messages] == [("table", "error")]
    assert "2 rules hold: 1 (r1), 2 (r2)" in verdict.messages[0].message


@pytest.mark.parametrize(
    ("hit", "value"),
    [
        ("FIRST", "low"),
        ("RULE ORDER", ["low", "high"]),
        ("COLLECT", ["low", "high"]),
        ("PRIORITY", "high"),
        ("OUTPUT ORDER", ["high", "low"]),
    ],
)
def test_each_hit_policy_chooses_in_its_way(hit: str, value: Any) -> None:
    """First by place, priority by the order of the output values, collect all."""
    assert decide(of_table(["N"], BOTH, hit=hit, values=['"high", "low"']), N=11).value == value


@pytest.mark.parametrize(("aggregation", "value"), [("SUM", 7), ("MIN", 2), ("MAX", 5), ("COUNT", 2)])
def test_collect_adds_up(aggregation: str, value: int) -> None:
    """Surcharges that apply together are summed, counted, or the least or greatest is taken."""
    text = of_table(["N"], [["> 0", "2"], ["> 10", "5"]], hit="COLLECT", aggregation=aggregation)
    assert decide(text, N=11).value == value


def test_any_wants_the_same_result() -> None:
    """ANY gives the result all agree on, and refuses when they do not."""
    same = [["> 0", '"x"'], ["> 10", '"x"']]
    assert decide(of_table(["N"], same, hit="ANY"), N=11).value == "x"
    verdict = decide(of_table(["N"], BOTH, hit="ANY"), N=11)
    assert verdict.value is None
    assert verdict.failed


def test_several_outputs_are_a_context_ordered_by_the_first() -> None:
    """Priority goes by the outputs from left to right."""
    text = of_table(
        ["N"],
        [["> 0", '"B"', "1"], ["> 0", '"A"', "2"], ["> 0", '"A"', "1"]],
        hit="PRIORITY",
        outputs=["grade", "level"],
        values=['"A", "B"', "1, 2"],
    )
    assert decide(text, N=1).value == {"grade": "A", "level": 1}


def test_a_value_outside_of_the_allowed_ones_is_refused() -> None:
    """An input that the column does not allow has no result, even if a rule would hold."""
    text = of_table(["Kind"], [["-", "1"]], allowed=['"a", "b"'])
    assert decide(text, Kind="a").value == 1
    verdict = decide(text, Kind="c")
    assert verdict.value is None
    assert "does not allow" in verdict.messages[0].message
    assert '"c"' not in str(verdict.messages)


def test_a_test_may_read_other_names_and_be_a_condition() -> None:
    """Cells compare with other inputs, call functions, and may be conditions by themselves."""
    text = of_table(
        ["A", "B"],
        [["> B", "-", '"more"'], ["B", "-", '"same"'], ["-", "A < B and A > 0", '"less"']],
        hit="FIRST",
    )
    assert [decide(text, A=a, B=2).value for a in (3, 2, 1, -1)] == ["more", "same", "less", None]


def test_not_lists_and_dates_are_tested() -> None:
    """`not(…)`, lists of values and dates work as cells."""
    text = of_table(
        ["Kind", "Day: date"],
        [
            ['not("a", "b")', "-", "1"],
            ['"a", "b"', '< date("2026-07-01")', "2"],
            ["-", "-", "3"],
        ],
        hit="FIRST",
    )
    day = date(2026, 6, 30)
    assert [decide(text, Kind=kind, Day=day).value for kind in ("c", "a")] == [1, 2]
    assert decide(text, Kind="b", Day=date(2026, 7, 1)).value == 3


def test_results_are_formulas() -> None:
    """A result may be computed from the inputs."""
    assert decide(of_table(["Days"], [["> 30", "Days * 1.5"], ["<= 30", "Days"]]), Days=40).value == 60


def test_a_broken_cell_spoils_only_its_rule() -> None:
    """A rule that cannot be read is reported with its id; other rules decide."""
    model = dmn.load(of_table(["N"], [["1", '"one"'], ["2 2", '"two"']], hit="FIRST"))
    assert [(one.element, one.severity) for one in model.findings] == [("r2", "error")]
    assert model.decide("D", {"N": 1}).value == "one"


def test_a_thousand_rules_decide_like_one_by_one() -> None:
    """A long table gives what reading it from top to bottom gives."""
    rows = [[f"[{n * 10}..{n * 10 + 10})", f'"{"ab"[n % 2]}"', str(n)] for n in range(1000)]
    model = dmn.load(of_table(["N", "K"], rows))
    assert model.decide("D", {"N": 5555, "K": "b"}).value == 555
    assert model.decide("D", {"N": 5555, "K": "a"}).value is None


# ---- the index decides as the rules say

_NUMBER = st.integers(-3, 6)
_CELLS = st.one_of(
    st.just("-"),
    _NUMBER.map(str),
    st.builds(lambda op, n: f"{op} {n}", st.sampled_from(["<", "<=", ">", ">=", "="]), _NUMBER),
    st.builds(
        lambda low, n, size, high: f"{low}{n}..{n + size}{high}",
        st.sampled_from("[("),
        _NUMBER,
        st.integers(0, 3),
        st.sampled_from("])"),
    ),
    st.builds(lambda a, b: f"not({a}, {b})", _NUMBER, _NUMBER),
    st.builds(lambda a, b: f"< {a}, {b}", _NUMBER, _NUMBER),
    st.builds(lambda a: f"{a}, null", _NUMBER),
    st.just("? * 2 > 3"),
    st.just("B + 1"),
)
_WORDS = st.sampled_from(["-", '"x"', '"x", "y"', 'not("x")', "null", 'starts with(?, "x")'])


@given(
    st.lists(st.tuples(_CELLS, _CELLS, _WORDS), min_size=1, max_size=6),
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.decimals(-4, 7, places=1), st.just("text")),
            st.one_of(st.none(), st.integers(-4, 7)),
            st.sampled_from(["x", "y", "xyz", None, True]),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_the_index_holds_the_same_rules_as_the_tests_themselves(
    cells: list[tuple[str, str, str]], points: list[tuple[Any, Any, Any]]
) -> None:
    """Which rules hold never depends on how they are looked up."""
    rows = [[*row, str(number)] for number, row in enumerate(cells)]
    model = dmn.load(of_table(["A", "B", "C"], rows, hit="COLLECT"))
    for point in points:
        names = dict(zip("ABC", point, strict=True))
        expected = [number for number, row in enumerate(cells) if _holds(row, names)]
        assert (model.decide("D", names).value or []) == expected


def _holds(row: tuple[str, str, str], names: dict[str, Any]) -> bool:
    for cell, name in zip(row, names, strict=True):
        test = rules.compile_tests(cell)
        if test.evaluate({**names, "?": names[name]}) is not True:
            return False
    return True


def test_numbers_are_exact() -> None:
    """A tenth and two tenths are three tenths."""
    text = of_table(["A"], [["0.3", '"yes"']])
    assert decide(text, A=Decimal("0.1") + Decimal("0.2")).value == "yes"
