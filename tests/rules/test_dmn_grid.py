"""Decision tables edited within their XML: everything else stays byte for byte."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel import markup
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.rules import dmn
from tongban.rules.dmn import grid as g
from tongban.rules.dmn import grid_edits as e
from tongban.rules.dmn import grid_writing as w
from tongban.rules.dmn import model_edits as m
from tongban.rules.dmn.examples import Example, examples, tried, with_examples
from tongban.rules.dmn.grid import Grid, InputColumn, NoteColumn, OutputColumn

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "catalogue" / "decisions").glob("*.dmn"))
TCK = Path(os.environ.get("DMN_TCK", ROOT.parent / "shared" / "data" / "dmn-tck"))

FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn elsewhere -->
<dmn:definitions xmlns:dmn="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:x="urn:x" id="d" name="Fees"
    namespace="urn:test">
  <dmn:inputData id="i" name="Days"><dmn:variable name="Days" typeRef="number"/></dmn:inputData>
  <dmn:decision id="fee" name="Fee">
    <dmn:variable name="Fee" typeRef="number"/>
    <dmn:informationRequirement><dmn:requiredInput href="#i"/></dmn:informationRequirement>
    <dmn:decisionTable id="t" hitPolicy='UNIQUE' x:colour="a > b" preferredOrientation="Rule-as-Row">
      <dmn:extensionElements><x:width>20</x:width></dmn:extensionElements>
      <dmn:input id="in" label="Days &amp; nights"><dmn:inputExpression typeRef="number">
        <dmn:text>Days</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output id="out" x:kept="yes"/>
      <!-- the first one -->
      <dmn:rule id="r1"><dmn:inputEntry id="a"><dmn:text><![CDATA[< 10]]></dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="b" x:kept="yes"><dmn:text>1</dmn:text></dmn:outputEntry></dmn:rule>
      <dmn:rule id="r2"><dmn:inputEntry id="c"><dmn:text>&gt;= 10</dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="e"><dmn:text/></dmn:outputEntry></dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
  <dmn:decision id="note" name="Note">
    <dmn:literalExpression><dmn:text>"x"</dmn:text></dmn:literalExpression></dmn:decision>
  <x:diagram><x:shape of="r1"/></x:diagram>
</dmn:definitions>
"""


def cells(table: Grid) -> tuple[object, ...]:
    """What a table says, wherever it came from."""
    return (
        table.hit,
        table.aggregation,
        [replace(one, source=None) for one in table.inputs],
        [replace(one, source=None) for one in table.outputs],
        [replace(one, source=None) for one in table.notes],
        [replace(one, source=None) for one in table.rows],
    )


def test_a_table_is_read_as_it_is_written() -> None:
    """Entities, CDATA and blanks are resolved; each part knows where it came from."""
    table = g.grid(FOREIGN, "fee")

    assert (table.hit, table.inputs[0].label, table.inputs[0].expression) == (
        "UNIQUE",
        "Days & nights",
        "Days",
    )
    assert [(row.tests, row.results, row.source) for row in table.rows] == [
        (("< 10",), ("1",), 0),
        ((">= 10",), ("",), 1),
    ]


def test_one_cell_changes_nothing_else() -> None:
    """The rest of the file is the same, with its comments, quotes, prefixes and foreign attributes."""
    table = g.grid(FOREIGN, "Fee")
    rows = (table.rows[0], replace(table.rows[1], results=("2 < 3",)))
    changed = w.write(FOREIGN, "Fee", replace(table, rows=rows))

    assert changed == FOREIGN.replace("<dmn:text/>", "<dmn:text>2 &lt; 3</dmn:text>")


def test_the_hit_policy_is_one_attribute() -> None:
    """Whatever quotes it stood in; an aggregation comes and goes."""
    table = g.grid(FOREIGN, "fee")
    counted = w.write(FOREIGN, "fee", replace(table, hit="COLLECT", aggregation="SUM"))

    assert 'hitPolicy="COLLECT"' in counted
    assert g.grid(counted, "fee").aggregation == "SUM"
    back = w.write(counted, "fee", replace(g.grid(counted, "fee"), hit="UNIQUE", aggregation=None))
    assert back == FOREIGN.replace("hitPolicy='UNIQUE'", 'hitPolicy="UNIQUE"')


def test_rules_move_with_their_comments_and_their_ids() -> None:
    """A moved rule is the same rule; a copy gets ids of its own."""
    table = g.grid(FOREIGN, "fee")
    swapped = w.write(FOREIGN, "fee", e.moved(table, 0, 1))
    copied = w.write(FOREIGN, "fee", e.duplicated(table, 0))

    assert swapped.index('id="r2"') < swapped.index("<!-- the first one -->") < swapped.index('id="r1"')
    assert [row.tests for row in g.grid(copied, "fee").rows] == [("< 10",), ("< 10",), (">= 10",)]
    ids = [one.get("id") for one in _all(copied) if one.get("id")]
    assert len(ids) == len(set(ids))
    assert w.write(FOREIGN, "fee", e.removed(e.duplicated(table, 0), 1)) == FOREIGN


def test_columns_come_and_go() -> None:
    """A new column has a cell in every rule; taken out again, all is as it was."""
    table = g.grid(FOREIGN, "fee")
    more = e.with_column(
        e.with_column(table, InputColumn(label="Kind", expression="Kind", type="string", values='"a","b"')),
        NoteColumn(name="Why"),
    )
    written = w.write(FOREIGN, "fee", more)
    again = g.grid(written, "fee")

    assert cells(again) == cells(more)
    assert 'x:kept="yes"' in written
    assert "<x:width>20</x:width>" in written
    back = w.write(written, "fee", e.without_column(e.without_column(again, "input", 1), "note", 0))
    assert cells(g.grid(back, "fee")) == cells(table)


def test_an_input_from_outside_is_added_once() -> None:
    """With its requirement, so that the decision may read it; other decisions can be read too."""
    once = m.with_input(FOREIGN, "fee", "Kind", "string")
    model = dmn.load(once)

    assert model.inputs_of("Fee") == ("Days", "Kind")
    assert model.input_types["Kind"] == "string"
    assert m.with_input(once, "fee", "Kind", "string") == once
    assert "requiredDecision" in m.with_input(FOREIGN, "fee", "Note", "")


def test_a_new_model_is_a_good_model() -> None:
    """It has one table without rules, ready to be filled."""
    text = m.fresh("loan", "贷款 & 额度", "额度")
    text = m.with_input(text, "额度", "年龄", "number")
    table = e.with_column(g.grid(text, "额度"), InputColumn(label="年龄", expression="年龄", type="number"))
    row = replace(e.added(table, 0).rows[0], tests=("< 30",), results=("5",))
    text = w.write(text, "额度", replace(table, rows=(row,)))

    model = dmn.load(text)
    assert model.findings == ()
    assert model.decide("额度", {"年龄": 20}).value == 5
    assert model.name == "贷款 & 额度"


def test_what_is_no_table_is_left_to_other_editors() -> None:
    """It is listed, and says why it cannot be edited here."""
    assert [(one.name, one.table) for one in g.sheets(FOREIGN)] == [("Fee", True), ("Note", False)]
    with pytest.raises(InvalidInput, match="no decision table"):
        g.grid(FOREIGN, "Note")
    with pytest.raises(NotFound):
        g.grid(FOREIGN, "Nothing")
    with pytest.raises(InvalidInput, match="another number of cells"):
        w.write(FOREIGN, "fee", replace(g.grid(FOREIGN, "fee"), inputs=()))


def test_examples_travel_with_the_model() -> None:
    """They are kept in the decision, tried against it, and taken out again without a trace."""
    ones = (
        Example(name="短期 <10", inputs={"Days": 3}, expected=1),
        Example(name="wrong", inputs={"Days": 3}, expected=2),
    )
    text = with_examples(FOREIGN, "fee", ones)

    assert examples(text) == {"fee": ones}
    assert [one.held for one in tried(dmn.load(text), "fee", ones)] == [True, False]
    assert with_examples(text, "fee", ones) == text
    assert g.grid(text, "fee") == g.grid(FOREIGN, "fee")
    assert examples(with_examples(text, "fee", ones[:1])) == {"fee": ones[:1]}
    assert examples(with_examples(text, "fee", ())) == {}


_TEXT = st.text("aä<>&\"'岁 =.[]", max_size=8).map(str.strip)


@st.composite
def edited(draw: st.DrawFn) -> Grid:
    """The table after some edits of all kinds."""
    table = g.grid(FOREIGN, "fee")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(table.rows) - 1)))
        act = draw(st.integers(0, 7))
        if act == 0 or not table.rows:
            table = e.added(table, at)
        elif act == 1:
            table = e.duplicated(table, at)
        elif act == 2:
            table = e.moved(table, at, draw(st.integers(0, len(table.rows) - 1)))
        elif act == 3:
            table = e.removed(table, at)
        elif act == 4:
            table = e.with_column(
                table, InputColumn(label=draw(_TEXT), expression=draw(_TEXT), values=draw(_TEXT))
            )
        elif act == 5:
            table = e.with_column(table, OutputColumn(name=draw(_TEXT), default=draw(_TEXT)))
        elif act == 6:
            table = e.with_column(table, NoteColumn(name=draw(_TEXT)))
        else:
            row = table.rows[at]
            tests = tuple(draw(_TEXT) for _ in row.tests)
            rows = (*table.rows[:at], replace(row, tests=tests, results=(draw(_TEXT), *row.results[1:])))
            table = replace(table, rows=(*rows, *table.rows[at + 1 :]))
    return table


@settings(max_examples=80)
@given(edited())
def test_whatever_is_written_is_read_again(table: Grid) -> None:
    """Any edits: the table reads back as it was meant, ids stay unique, nothing outside changes."""
    text = w.write(FOREIGN, "fee", table)
    again = g.grid(text, "fee")

    assert [replace(row, source=None) for row in again.rows] == [
        replace(row, source=None, tests=tuple(one or "" for one in row.tests)) for row in table.rows
    ]
    assert [one.expression for one in again.inputs] == [one.expression for one in table.inputs]
    assert [one.values for one in again.inputs] == [one.values for one in table.inputs]
    assert w.write(text, "fee", again) == text
    ids = [one.get("id") for one in _all(text) if one.get("id")]
    assert len(ids) == len(set(ids))
    assert text.endswith(FOREIGN[FOREIGN.index("  </dmn:decision>") :])
    assert text.startswith(FOREIGN[: FOREIGN.index("<dmn:input id=")].rstrip())


def _all(text: str) -> list[markup.Element]:
    found = [markup.read(text)]
    for one in found:
        found.extend(one.children)
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_our_own_models_survive_an_edit(path: Path) -> None:
    """Written unchanged they are the same bytes."""
    _survives(path.read_text(encoding="utf-8"))


@pytest.mark.skipif(not (TCK / "TestCases").exists(), reason="the DMN TCK is not here: set DMN_TCK")
def test_the_models_of_the_conformance_kit_survive_an_edit() -> None:
    """Every table of the kit, of many editors: unchanged it is the same text; a rule more is a rule more."""
    count = 0
    for path in sorted((TCK / "TestCases").rglob("*.dmn")):
        text = path.read_bytes().decode("utf-8-sig")
        if "decisionTable" in text:
            count += _survives(text)
    assert count >= 38


def _survives(text: str) -> int:
    tables = [one for one in g.sheets(text) if one.table]
    for sheet in tables:
        table = g.grid(text, sheet.id or sheet.name)
        assert w.write(text, sheet.id or sheet.name, table) == text
        longer = e.added(table, len(table.rows))
        after = w.write(text, sheet.id or sheet.name, longer)
        assert cells(g.grid(after, sheet.id or sheet.name)) == cells(longer)
        assert (
            w.write(
                after,
                sheet.id or sheet.name,
                e.removed(g.grid(after, sheet.id or sheet.name), len(table.rows)),
            )
            == text
        )
        wider = e.with_column(table, InputColumn(label="x", expression="x"))
        assert cells(g.grid(w.write(text, sheet.id or sheet.name, wider), sheet.id or sheet.name)) == cells(
            wider
        )
    return len(tables)
