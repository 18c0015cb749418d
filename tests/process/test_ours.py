"""Our own words in a model: what is skipped, what a decision says."""

# ruff: noqa: E501 - a model is read best on one line

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.process.drawing import boundary, end, flows, graph, model, play, refused, start, task, timer
from tongban.kernel.errors import InvalidInput
from tongban.process import engine
from tongban.process.bpmn import read
from tongban.process.decisions import of_model
from tongban.process.order import reads
from tongban.process.projecting import open_work
from tongban.rules import dmn
from tongban.runtime.commands.process import app

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
STEPS = start() + end() + flows("s>a a>b b>e")
TABLE = """
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Fee" namespace="urn:test">
 <inputData id="i" name="days"><variable name="days" typeRef="number"/></inputData>
 <decision id="fee" name="Fee"><variable name="Fee"/>
  <informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
  <decisionTable id="t" hitPolicy="UNIQUE">
   <input id="c"><inputExpression typeRef="number"><text>days</text></inputExpression></input>
   <output id="o"/>
   <rule id="x"><inputEntry><text>&lt; 5</text></inputEntry><outputEntry><text>"small"</text></outputEntry></rule>
   <rule id="y"><inputEntry><text>&gt;= 5</text></inputEntry><outputEntry><text>"great"</text></outputEntry></rule>
  </decisionTable>
 </decision>
</definitions>
"""
ASKS = start() + end() + flows("s>r r>e") + task(
    "r", what="businessRuleTask", more='tongban:decision="fee" tongban:result="fee"'
)  # fmt: skip


def test_what_we_say_of_an_element_is_kept_by_name() -> None:
    """The prefix does not matter, and the file is written again as it was."""
    data = model(STEPS + task("a", more='tongban:role="window" tongban:joint="tax labour"') + task("b"))
    data = data.replace(b"tongban:role", b"us:role").replace(
        b"xmlns:tongban", b'xmlns:us="urn:tongban:bpmn" xmlns:tongban'
    )
    assert graph(data).nodes["a"].ours == {"role": "window", "joint": "tax labour"}
    assert graph(data).nodes["b"].ours == {}
    assert graph(read(data).document.to_bytes()).nodes == graph(data).nodes


def test_a_known_step_is_skipped_with_its_reason() -> None:
    """Nobody is asked, its timer is not set, and the record says why."""
    known = 'tongban:skip-when="known = true" tongban:skip-reason="The result is on file."'
    drawn = graph(
        model(
            STEPS
            + task("a", more=known)
            + boundary("t", "a", timer("P1D"))
            + task("b")
            + end("x")
            + flows("t>x")
        )
    )
    state, effects = engine.step(drawn, engine.new(drawn, "p"), engine.Start({"known": True}), NOW)
    told = [(each["type"], each["element"]) for each in effects]
    assert told == [("completed", "s"), ("skipped", "a"), ("completed", "a"), ("work", "b")]
    assert effects[1]["reason"] == "The result is on file."
    assert state["timers"] == []


def test_a_step_whose_result_is_not_known_is_done() -> None:
    """Null is not true."""
    body = STEPS + task("a", more='tongban:skip-when="known = true"') + task("b")
    outcome = play(model(body), answers={"a": [{"set": {"x": 1}}]})
    assert (outcome.trace, outcome.variables) == (("s", "a", "b", "e"), {"x": 1})
    assert play(model(body), variables={"known": True}, answers={"a": [{"set": {"x": 1}}]}).variables == {
        "known": True
    }


def test_a_review_is_asked_only_where_there_is_a_risk() -> None:
    """No risk: nobody is asked and nobody objected. A risk, or one that cannot be told: the review is open."""
    risky = 'tongban:joint="tax labour" tongban:joint-when="debt &gt; 0" tongban:joint-days="3"'
    drawn = graph(model(STEPS + task("a", more=risky) + task("b")))
    for values, waits in (({"debt": 0}, "b"), ({"debt": 5}, "a"), ({}, "a")):
        state, effects = engine.step(drawn, engine.new(drawn, "p"), engine.Start(values), NOW)
        assert [each["element"] for each in effects if each["type"] == "work"] == [waits]
        assert state["frames"]["0"]["vars"].get("a_agreed", False) is (waits == "b")
    assert refused(model(STEPS + task("a", more='tongban:joint-days="3"') + task("b")))


@pytest.mark.parametrize(("said", "waits"), [(False, "b"), (True, "a"), (None, "a"), ("fails", "a")])
def test_a_decision_says_whether_a_review_is_needed(said: object, waits: str) -> None:
    """No: nobody is asked. Yes, nothing at all, or a decision that fails: the review is open."""

    def decide(name: str, values: Mapping[str, object], /) -> object:
        if said == "fails":
            raise InvalidInput("process.decision", "The table cannot be read.")
        asked.append((name, values["debt"]))
        return said

    asked: list[tuple[str, object]] = []

    asks = 'tongban:joint="tax labour" tongban:joint-decision="risk" tongban:joint-decision-name="要不要联审"'
    drawn = graph(model(STEPS + task("a", more=asks) + task("b")))
    _, effects = engine.step(
        drawn, engine.new(drawn, "p"), engine.Start({"debt": 5}), NOW, decisions={"risk": decide}
    )
    assert [each["element"] for each in effects if each["type"] == "work"] == [waits]
    assert asked == [] if said == "fails" else [("要不要联审", 5)]
    assert refused(model(STEPS + task("a", more='tongban:joint-decision="risk"') + task("b")))


@pytest.mark.parametrize(
    ("said", "whom", "days"),
    [
        ({"部门": "labour", "工作日": Decimal(3)}, "labour", "3"),
        ("labour tax", "tax labour", "5"),
        ({"needed": True, "days": Decimal(9)}, "tax labour", "9"),
        ([{"departments": "tax", "days": Decimal(2)}, {"departments": "", "days": None}], "tax", "2"),
        ("police", "tax labour", "5"),  # nobody who is not listed is ever asked
        ("", None, None),
        ({"needed": False, "departments": "tax"}, None, None),
    ],
)
def test_a_decision_chooses_who_reviews_and_how_long(
    said: object, whom: str | None, days: str | None
) -> None:
    """A row names departments of the list and working days; what it leaves out the drawing says."""
    asks = 'tongban:joint="tax labour" tongban:joint-days="5" tongban:joint-decision="risk"'
    drawn = graph(model(STEPS + task("a", more=asks) + task("b")))
    decisions = {"risk": lambda _name, _values, /: said}
    state, _ = engine.step(drawn, engine.new(drawn, "p"), engine.Start({}), NOW, decisions=decisions)
    [work] = open_work(state, drawn, "bpmn")
    if whom is None:
        assert work.element == "b"
        return
    assert (work.element, work.ours["joint"], work.ours["joint-days"]) == ("a", whom, days)
    assert work.department == whom.split()[0]
    after, _ = engine.step(drawn, state, engine.Complete(work.token, {}), NOW, decisions=decisions)
    assert "asked" not in json.dumps(after)


@pytest.mark.parametrize(
    ("inputs", "asked"),
    [
        ("{面积: company.area, &quot;what kind&quot;: a_kind}", {"面积": 120, "what kind": "hot"}),
        ("{kind: a_kind}", {"面积": 7, "kind": "hot"}),  # what is not given keeps its own name
        ("{面积: company.rent}", {"面积": None}),  # not known, and not taken from elsewhere
        ("{面积: company.area + 1}", {"面积": 121}),
    ],
)
def test_a_review_says_what_its_table_is_asked_with(inputs: str, asked: dict[str, object]) -> None:
    """Each input is taken from where the drawing says, whatever it is called in the table."""
    seen: list[Mapping[str, object]] = []

    def decide(_name: str, values: Mapping[str, object], /) -> object:
        seen.append(values)
        return "tax"

    asks = f'tongban:joint="tax labour" tongban:joint-decision="risk" tongban:joint-inputs="{inputs}"'
    drawn = graph(model(STEPS + task("a", more=asks) + task("b")))
    given = {"面积": 7, "a_kind": "hot", "company": {"area": 120}}
    decisions = {"risk": decide}
    state, _ = engine.step(drawn, engine.new(drawn, "p"), engine.Start(given), NOW, decisions=decisions)
    assert all({name: values[name] for name in asked} == asked for values in seen)
    assert seen
    [work] = open_work(state, drawn, "bpmn")
    assert work.ours["joint"] == "tax"
    assert "面积" not in state["tokens"][work.token].get("vars", {})
    assert {"company.area", "company.rent", "a_kind"} & reads(drawn)


@pytest.mark.parametrize(
    "asks",
    [
        'tongban:joint-decision="risk" tongban:joint-inputs=""',
        'tongban:joint-decision="risk" tongban:joint-inputs="{}"',
        'tongban:joint-decision="risk" tongban:joint-inputs="company.area"',
        'tongban:joint-decision="risk" tongban:joint-inputs="{a: b"',
        'tongban:joint-decision="risk" tongban:joint-inputs="{a: b, a: c}"',
        'tongban:joint-inputs="{a: b}"',
    ],
)
def test_inputs_that_are_no_list_of_values_are_refused(asks: str) -> None:
    """So are those of no table; the element is named."""
    assert "a" in refused(model(STEPS + task("a", more=f'tongban:joint="tax labour" {asks}') + task("b")))


@pytest.mark.parametrize(
    ("debts", "asked", "follows"),
    [([0, 5, 0], [5], False), ([0, 0], [], True), ([5, 7], [5, 7], False)],
)
def test_a_review_of_many_runs_is_called_for_by_each_value(
    debts: list[int], asked: list[int], *, follows: bool
) -> None:
    """Whose value calls nobody is passed over, the others are reviewed; with none left it goes on."""

    def decide(_name: str, values: Mapping[str, object], /) -> object:
        return "tax" if values.get("debt") else ""

    several = (
        '<multiInstanceLoopCharacteristics camunda:collection="debts" camunda:elementVariable="debt" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" />'
    )
    asks = 'tongban:joint="tax labour" tongban:joint-decision="risk"'
    drawn = graph(model(STEPS + task("a", inner=several, more=asks) + task("b")))
    begin = engine.Start({"debts": debts})
    state, effects = engine.step(drawn, engine.new(drawn, "p"), begin, NOW, decisions={"risk": decide})
    held = [state["tokens"][each.token] for each in open_work(state, drawn, "bpmn") if each.element == "a"]
    assert asked == [each["vars"]["debt"] for each in held]
    assert all(each.ours["joint"] == "tax" for each in open_work(state, drawn, "bpmn") if each.element == "a")
    assert sum(each["type"] == "skipped" for each in effects) == debts.count(0)
    assert ("b" in {each.element for each in open_work(state, drawn, "bpmn")}) is follows


@pytest.mark.parametrize(
    ("debts", "before", "agreed"),
    [([5, 0], None, False), ([0, 0], False, True), ([], False, True)],
)
def test_a_run_without_risk_does_not_undo_an_objection(
    debts: list[int], *, before: bool | None, agreed: bool
) -> None:
    """What another run objected to stays; what an earlier round did does not."""
    several = (
        '<multiInstanceLoopCharacteristics isSequential="true" camunda:collection="debts" '
        'camunda:elementVariable="debt" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" />'
    )
    asks = 'tongban:joint="tax labour" tongban:joint-when="debt &gt; 0"'
    drawn = graph(model(STEPS + task("a", inner=several, more=asks) + task("b")))
    begin = engine.Start({"debts": debts} | ({} if before is None else {"a_agreed": before}))
    state, _ = engine.step(drawn, engine.new(drawn, "p"), begin, NOW)
    for work in [each for each in open_work(state, drawn, "bpmn") if each.element == "a"]:
        state, _ = engine.step(drawn, state, engine.Complete(work.token, {"a_agreed": False}), NOW)
    assert [each.element for each in open_work(state, drawn, "bpmn")] == ["b"]
    assert state["frames"]["0"]["vars"]["a_agreed"] is agreed


def test_an_activity_of_many_runs_is_skipped_as_a_whole() -> None:
    """It is asked once, before the first run."""
    several = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    body = STEPS + task("a", inner=several, more='tongban:skip-when="true"') + task("b")
    assert play(model(body)).trace == ("s", "a", "b", "e")


def test_a_condition_for_skipping_that_is_not_feel_is_refused() -> None:
    """The element is named."""
    assert "a" in refused(model(STEPS + task("a", more='tongban:skip-when="known ="') + task("b")))


def test_a_business_rule_task_asks_its_decision() -> None:
    """The result goes into its variable."""
    drawn = graph(model(ASKS))
    decisions = {"fee": of_model(dmn.load(TABLE))}
    begin = engine.Start({"days": 7})
    state, effects = engine.step(drawn, engine.new(drawn, "p"), begin, NOW, decisions=decisions)
    assert state["frames"]["0"]["vars"] == {"days": 7, "fee": "great"}
    assert effects[-1] == {"type": "ended", "status": "completed"}


def test_a_decision_that_is_not_there_is_work() -> None:
    """Somebody answers it."""
    assert play(model(ASKS), answers={"r": [{"set": {"fee": "none"}}]}).variables == {"fee": "none"}


def test_a_decision_that_fails_is_an_incident_until_it_works() -> None:
    """A table without a fitting type of input says so; with better data it is tried again."""
    drawn = graph(model(ASKS))
    decisions = {"fee": of_model(dmn.load(TABLE))}
    begin = engine.Start({"days": "soon"})
    state, effects = engine.step(drawn, engine.new(drawn, "p"), begin, NOW, decisions=decisions)
    assert [(each["element"], each["code"]) for each in effects if each["type"] == "incident"] == [
        ("r", "decision")
    ]
    retry = engine.Retry(state["incidents"][0]["id"])
    same, _ = engine.step(drawn, state, retry, NOW, decisions=decisions)
    assert [each["code"] for each in same["incidents"]] == ["decision"]
    again = engine.Retry(same["incidents"][0]["id"], {"days": 3})
    good, effects = engine.step(drawn, same, again, NOW, decisions=decisions)
    assert (good["status"], good["incidents"], good["frames"]["0"]["vars"]["fee"]) == (
        "completed",
        [],
        "small",
    )
    assert "solved" in [each["type"] for each in effects]


def test_a_model_of_several_decisions_needs_a_name() -> None:
    """Unless the others only serve one."""
    two = TABLE.replace(
        "</definitions>",
        '<decision id="o" name="Other"><literalExpression><text>1</text></literalExpression></decision></definitions>',
    )
    drawn = graph(model(ASKS))
    named = graph(model(ASKS.replace('result="fee"', 'result="fee" tongban:decision-name="Other"')))
    decisions = {"fee": of_model(dmn.load(two))}
    state, _ = engine.step(drawn, engine.new(drawn, "p"), engine.Start(), NOW, decisions=decisions)
    assert "2 decisions" in state["incidents"][0]["message"]
    state, _ = engine.step(named, engine.new(named, "p"), engine.Start(), NOW, decisions=decisions)
    assert state["frames"]["0"]["vars"]["fee"] == 1


def test_the_command_takes_decisions_from_files_beside_the_model(tmp_path: Path) -> None:
    """Their paths are seen from the folder of the model."""
    (tmp_path / "p.bpmn").write_bytes(model(ASKS))
    (tmp_path / "fee.dmn").write_text(TABLE, encoding="utf-8")
    (tmp_path / "in.json").write_text(
        '{"variables": {"days": 2}, "decisions": {"fee": "fee.dmn"}}', encoding="utf-8"
    )
    done = CliRunner().invoke(
        app, ["run", str(tmp_path / "p.bpmn"), "--input", str(tmp_path / "in.json"), "--json"]
    )
    assert json.loads(done.output)["variables"] == {"days": 2, "fee": "small"}
