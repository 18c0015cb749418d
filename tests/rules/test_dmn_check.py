"""What the check of a decision table finds: gaps, overlaps, rules that never decide."""

import itertools
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.models import data, decision, feel, item, model, of_table, part, table
from tongban.rules import dmn
from tongban.rules.dmn.boxes import Search
from tongban.rules.dmn.check import check_text
from tongban.rules.dmn.cut import columns_of


def _found(text: str) -> list[tuple[str, str, str]]:
    return [(one.element, one.severity, one.message) for one in check_text(text, lambda _: None)]


def test_a_complete_table_has_nothing_to_say() -> None:
    """Rules that cover all ages once are fine."""
    assert _found(of_table(["Age: number"], [["< 18", "1"], [">= 18", "2"]])) == []


def test_a_gap_is_shown_with_an_example() -> None:
    """The value that nobody thought of is named."""
    text = of_table(
        ["Age: number", "Local: boolean"], [["< 18", "-", "1"], ["> 18", "-", "2"], ["18", "true", "3"]]
    )
    assert _found(text) == [
        ("table", "warning", "Gap: no rule holds when `Age` is = 18 and `Local` is false.")
    ]


def test_a_gap_between_whole_numbers_is_only_worth_knowing() -> None:
    """[0..17] and [18..120] leave 17.5 out, which matters only where parts count."""
    text = of_table(["Age: number"], [["<= 17", "1"], [">= 18", "2"]])
    assert _found(text) == [
        ("table", "info", "Gap: no rule holds when `Age` is no whole number, in (17..18).")
    ]


def test_days_have_no_gap_between_them() -> None:
    """The day after the last of June is the first of July."""
    rows = [['<= date("2026-06-30")', "1"], ['>= date("2026-07-01")', "2"]]
    assert _found(of_table(["Day: date"], rows)) == []


def test_allowed_values_close_the_gap() -> None:
    """With a type that lists its values, covering these is complete."""
    kind = item("tKind", "string", allowed='"a", "b"')
    rows = [['"a"', "1"], ['"b"', "2"]]
    logic = table(["K: tKind"], rows)
    typed = model(kind, data("K", "tKind"), decision("D", logic, needs=["K"]))
    assert _found(typed) == []
    assert _found(of_table(["K"], rows))[0][2] == "Gap: no rule holds when `K` is anything else."
    assert _found(of_table(["K"], rows, allowed=['"a", "b"'])) == []


def test_a_default_closes_every_gap() -> None:
    """A default result answers where no rule does."""
    assert _found(of_table(["N: number"], [["1", "1"]], defaults=["0"])) == []


def test_overlapping_rules_do_not_fit_unique() -> None:
    """Two rules that hold together are an error under UNIQUE, with the place and a way out."""
    rows = [["< 20", '"a"'], [">= 18", '"b"']]
    assert _found(of_table(["N: number"], rows)) == [
        (
            "r2",
            "error",
            (
                "Overlap: rules 1 and 2 both hold when `N` is = 18, but the hit policy is UNIQUE; "
                "FIRST or PRIORITY would choose."
            ),
        )
    ]
    same = [["< 20", '"a"'], [">= 18", '"a"']]
    assert "ANY allows that" in _found(of_table(["N: number"], same))[0][2]
    assert _found(of_table(["N: number"], same, hit="ANY")) == []
    assert "different results" in _found(of_table(["N: number"], rows, hit="ANY"))[0][2]
    assert _found(of_table(["N: number"], rows, hit="FIRST")) == []


def test_a_rule_in_the_shadow_of_earlier_ones_is_never_reached() -> None:
    """Under FIRST, a rule that two earlier ones cover together is dead."""
    rows = [["< 10", "1"], [">= 10", "2"], ["[5..15]", "3"]]
    assert _found(of_table(["N: number"], rows, hit="FIRST")) == [
        ("r3", "warning", "Rule 3 is never reached: earlier rules hold wherever it does.")
    ]


def test_a_rule_that_contradicts_the_allowed_values_never_holds() -> None:
    """A test outside of what the input may be is a typing error more often than not."""
    rows = [['"a"', "1"], ['"B"', "2"], ['"b"', "3"]]
    found = _found(of_table(["K"], rows, allowed=['"a", "b"']))
    assert found == [
        ("r2", "warning", "Rule 2 can never hold: its test of `K` lets no allowed value through.")
    ]


def test_first_without_overlaps_could_be_unique() -> None:
    """A stricter hit policy that fits tells readers more."""
    found = _found(of_table(["N: number"], [["< 1", "1"], [">= 1", "2"]], hit="FIRST"))
    assert [(one[1], "UNIQUE" in one[2]) for one in found] == [("info", True)]


def test_results_outside_of_the_output_values_are_noticed() -> None:
    """A result that the output does not list cannot be ranked."""
    rows = [["< 1", '"hi"'], ["< 9", '"high"'], ["-", '"low"']]
    found = _found(of_table(["N: number"], rows, hit="PRIORITY", values=['"high", "low"']))
    assert [(one[0], one[1]) for one in found] == [("r1", "warning")]


def test_a_rule_of_lower_priority_may_never_be_chosen() -> None:
    """Where rules of higher priority hold as well, a rule is dead whatever its place."""
    rows = [["[1..3]", '"low"'], ["< 5", '"high"'], [">= 2", '"high"'], ["> 9", '"low"']]
    found = _found(of_table(["N: number"], rows, hit="PRIORITY", values=['"high", "low"']))
    assert [one[0] for one in found if "never reached" in one[2]] == ["r1", "r4"]


def test_a_test_of_another_type_is_noticed() -> None:
    """A number in quotes never equals a number."""
    found = _found(of_table(["N: number"], [['"18"', "1"], ["-", "2"]], hit="FIRST"))
    assert ("r1", "warning", "Rule 1 tests `N`, a number, with a string.") in found
    found = _found(of_table(["N: number"], [["-", '"1"']], hit="COLLECT", aggregation="SUM"))
    assert found == [("r1", "error", "SUM adds numbers, but rule 1 gives a string.")]


def test_a_component_that_the_type_lacks_is_noticed() -> None:
    """A slip in the name of a component is found before anything is null."""
    kind = item("tApplicant", parts=part("Age", "number")) + item("tAll", "tApplicant", many=True)
    text = model(
        kind,
        data("A", "tApplicant"),
        data("All", "tAll"),
        decision("D", feel("A.Agee + sum(All.Age) + All[Agee = 1].Age[1]"), needs=["A", "All"]),
    )
    message = "`A` has no component `Agee` here (tApplicant). Do you mean `Age`?"
    assert _found(text) == [("D", "warning", message)]


def test_what_is_not_used_is_said() -> None:
    """An input that nobody needs and a requirement that nobody reads are worth knowing."""
    text = model(data("A"), data("B"), decision("D", feel("1 + 1"), needs=["A"]))
    assert sorted(_found(text)) == [
        ("B", "info", "No decision needs `B`."),
        ("D", "info", "`A` is required but not read."),
    ]


def test_a_file_that_is_no_model_is_a_finding() -> None:
    """The check of any file ends in findings, never in a trace."""
    assert _found("<a")[0][:2] == ("definitions", "error")
    assert "document type" in _found("<!DOCTYPE a><a/>")[0][2]


def test_tables_with_other_languages_of_cells_are_not_judged() -> None:
    """Where cells are formulas, no gap and no overlap is claimed."""
    rows = [["> B", "-", "1"], ["? * 2 < 7", "-", "2"]]
    assert _found(of_table(["A: number", "B: number"], rows)) == []


_TESTS = st.sampled_from(["-", "1", "2", "< 1", "> 2", "[1..2]", "(1..2)", "not(1)", ">= 2", "1, 2", "<= 0"])


@given(st.lists(st.tuples(_TESTS, _TESTS), min_size=1, max_size=5))
def test_gaps_and_overlaps_are_those_that_trying_finds(rows: list[tuple[str, str]]) -> None:
    """There is a gap where some pair of values has no rule, and an overlap where one has two."""
    text = of_table(["A: number", "B: number"], [[*row, str(n)] for n, row in enumerate(rows)], hit="COLLECT")
    made = dmn.load(text)
    (examined,) = made.linked.tables
    search = Search(columns_of(examined), len(rows))
    values = [Decimal(n) / 2 for n in range(-2, 8)]
    held = [made.decide("D", {"A": a, "B": b}).value or [] for a, b in itertools.product(values, repeat=2)]
    assert bool(search.uncovered(search.full, 1)) == any(not rules for rules in held)
    pairs = {pair for rules in held for pair in itertools.combinations(map(int, rules), 2)}
    assert set(search.overlaps(1000)) == pairs


def test_a_table_of_many_combinations_is_given_up_in_time() -> None:
    """Ten columns with values all over the place end in a sentence, not in an hour."""
    names = [f"C{n}: number" for n in range(10)]
    rows = [
        [f"[{(r * 7 + c * 3) % 50}..{(r * 11 + c) % 50 + 50}]" for c in range(10)] + ["1"] for r in range(60)
    ]
    found = _found(of_table(names, rows, hit="ANY"))
    assert found
