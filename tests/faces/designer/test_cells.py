"""What people choose for a cell, and the FEEL that comes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.faces.designer.decisions.cells import Choice, choice_of, feel_of
from tongban.kernel.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "kind", "choice"),
    [
        ("-", "string", Choice(kind="any")),
        ('"1"', "string", Choice(kind="equal", values=("1",))),
        ('"1", "2"', "string", Choice(kind="one_of", values=("1", "2"))),
        ('not("1", "2")', "string", Choice(kind="none_of", values=("1", "2"))),
        ('"a\\"b"', "string", Choice(kind="equal", values=('a"b',))),
        ("< 10", "number", Choice(kind="less", values=("10",))),
        ("<= 10.5", "number", Choice(kind="at_most", values=("10.5",))),
        ("> -3", "number", Choice(kind="more", values=("-3",))),
        ('>= date("2026-11-23")', "date", Choice(kind="at_least", values=("2026-11-23",))),
        ("[18..60)", "number", Choice(kind="between", values=("18", "60"), high_in=False)),
        ("true", "boolean", Choice(kind="equal", values=("true",))),
        ("? > 出生日期", "date", Choice(kind="feel", feel="? > 出生日期")),
    ],
)
def test_a_cell_is_a_choice_and_back(text: str, kind: str, choice: Choice) -> None:
    """Opening the choices of a cell and taking them over changes nothing."""
    if kind == "boolean":
        assert feel_of(choice, kind) == text
        return
    assert choice_of(text) == choice
    assert feel_of(choice, kind) == text


def test_results_are_values_or_formulas() -> None:
    """A result may be empty, a value, or anything in FEEL; a comparison is no value."""
    assert choice_of("", result=True) == Choice(kind="empty")
    assert choice_of("30", result=True) == Choice(kind="equal", values=("30",))
    assert choice_of("days * 2", result=True) == Choice(kind="feel", feel="days * 2")
    assert feel_of(Choice(kind="equal", values=("一次付",)), "string", result=True) == '"一次付"'
    assert feel_of(Choice(kind="empty"), "", result=True) == ""


@pytest.mark.parametrize(
    ("choice", "kind", "code"),
    [
        (Choice(kind="equal", values=("ten",)), "number", "decisions.value"),
        (Choice(kind="equal", values=("2026-02-30",)), "date", "decisions.value"),
        (Choice(kind="equal", values=("maybe",)), "boolean", "decisions.value"),
        (Choice(kind="between", values=("1", "")), "number", "decisions.value"),
        (Choice(kind="feel", feel="[1.."), "number", "decisions.feel"),
        (Choice(kind="feel", feel="1, " * 5000 + "1"), "number", "decisions.feel"),
    ],
)
def test_what_is_no_value_is_refused(choice: Choice, kind: str, code: str) -> None:
    """Before it reaches the table."""
    with pytest.raises(InvalidInput) as refused:
        feel_of(choice, kind)
    assert refused.value.code == code


@given(st.lists(st.text(min_size=1, max_size=12).map(str.strip).filter(bool), min_size=1, max_size=4))
def test_any_text_comes_back(values: list[str]) -> None:
    """Quotes, backslashes, line ends and every script."""
    values = ["".join(sign for sign in one if sign.isprintable()) or "x" for one in values]
    kept = tuple(one.strip() or "x" for one in values)
    found = choice_of(feel_of(Choice(kind="one_of", values=kept), "string"))

    assert found.kind in {"equal", "one_of"}
    assert found.values == kept
