"""What an operator does: retry, stop and go, cancel, move a token; all of it on the record."""

# ruff: noqa: E501 - a model is read best on one line

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from tests.process.drawing import catch, end, flows, gate, model, start, sub, task, timer
from tests.process.durable.test_worker import places
from tests.process.test_plans import planned
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict, InvalidInput, NotFound
from tongban.process import actions, owners, queries
from tongban.process.domain import Facts, Outcome
from tongban.runtime.commands import process as commands

pytestmark = pytest.mark.django_db
RUN = CliRunner()
LINE = model(start() + task("a") + task("b") + end() + flows("s>a a>b b>e"))
CHOICE = model(
    start() + gate("exclusive", "g") + task("a") + end()
    + flows("s>g g>a[amount_>_10] a>e g>e[amount_<_10]")
)  # fmt: skip


def test_a_retry_says_solved_only_when_it_is() -> None:
    """A choice that nothing decides stays an incident until the variables decide it."""
    actions.deploy("p", CHOICE)
    instance = actions.start("p", variables={"amount": 10}).instance.id
    [held] = queries.incidents()
    assert (held.element, held.code) == ("g", "no_flow")

    assert not actions.retry(instance, held.number).solved
    [again] = queries.incidents(instance=instance)
    assert actions.retry(instance, again.number, {"amount": 11}).solved
    assert queries.incidents() == []
    assert places(instance) == {"a"}
    with pytest.raises(NotFound):
        actions.retry(instance, held.number)
    kinds = [each.type.rpartition(".")[2] for each in journal.stream(instance)]
    assert kinds.count("incident_opened") == 2
    assert kinds.count("incident_solved") == 1


def test_a_token_is_moved_with_a_reason() -> None:
    """The work where it was is given up; the reason is kept apart from the event, which anybody may read."""
    actions.deploy("p", LINE)
    begun = actions.start("p")
    instance = begun.instance.id

    with pytest.raises(InvalidInput):
        actions.move(instance, "a", "b", " ")
    moved = actions.move(instance, "a", "b", "材料已在线下核验")

    assert [work.element for work in moved.opened] == ["b"]
    assert moved.closed == (begun.opened[0].token,)
    [told] = journal.stream(instance, types=["tongban.process.token_moved"])
    assert (told.data["source"], told.data["target"]) == ("a", "b")
    assert "材料" not in json.dumps(dict(told.data), ensure_ascii=False)
    assert journal.payload(told.id) == {"reason": "材料已在线下核验"}
    assert not actions.complete(instance, begun.opened[0].token).changed
    assert journal.verify(instance) == []


@pytest.mark.parametrize("target", ["inner", "s", "j", "nowhere"])
def test_a_token_goes_only_where_it_could_be(target: str) -> None:
    """Not into another scope, not to a start, not into a join, not to what does not exist; nothing changes."""
    actions.deploy("p", model(
        start() + task("a") + gate("parallel", "f") + gate("parallel", "j") + task("b") + task("c")
        + sub("u", start("s2") + task("inner") + end("e2") + flows("s2>inner inner>e2")) + end()
        + flows("s>a a>f f>b f>c b>j c>j j>u u>e")))  # fmt: skip
    instance = actions.start("p").instance.id
    with pytest.raises(Conflict):
        actions.move(instance, "a", target, "试试")
    assert places(instance) == {"a"}
    assert queries.instance(instance).version == 1


def test_a_cancelled_instance_is_over() -> None:
    """Its work is gone and nothing more happens to it."""
    actions.deploy("p", LINE)
    begun = actions.start("p")
    actions.cancel(begun.instance.id, "申请人撤回")
    assert queries.instance(begun.instance.id).status == "cancelled"
    assert queries.open_work(instance=begun.instance.id) == []
    assert not actions.complete(begun.instance.id, begun.opened[0].token).changed
    assert [each.type for each in journal.stream(begun.instance.id)][-2:] == [
        "tongban.process.ended",
        "tongban.process.cancelled",
    ]


def test_variables_change_and_only_their_names_are_told() -> None:
    """The journal says that `name` was set, not to what."""
    actions.deploy("p", LINE)
    instance = actions.start("p").instance.id
    actions.set_variables(instance, {"name": "李明月"})
    assert queries.variables(instance) == {"name": "李明月"}
    [told] = journal.stream(instance, types=["tongban.process.variables_set"])
    assert told.data == {"instance": str(instance), "names": ["name"]}
    assert all(
        "李明月" not in json.dumps(dict(each.data), ensure_ascii=False) for each in journal.stream(instance)
    )


def test_work_is_given_to_one_at_a_time() -> None:
    """Who wants work that another has taken meanwhile is told so."""
    actions.deploy("p", LINE)
    begun = actions.start("p")
    instance, token = begun.instance.id, begun.opened[0].token
    actions.assign(instance, token, "17")
    with pytest.raises(Conflict):
        actions.assign(instance, token, "18")
    actions.assign(instance, token, "18", seen="17")
    assert [row.assignee for row in queries.open_work(assignee="18")] == ["18"]


def test_a_value_that_cannot_be_stored_is_refused() -> None:
    """The character U+0000 has no place in the database; nothing is half-written."""
    actions.deploy("p", LINE)
    instance = actions.start("p").instance.id
    with pytest.raises(InvalidInput):
        actions.set_variables(instance, {"a": "x\x00"})
    assert queries.instance(instance).version == 1
    actions.set_variables(instance, {"a": "\\u0000"})
    assert queries.variables(instance) == {"a": "\\u0000"}


def test_running_instances_stay_on_their_version() -> None:
    """A new version is for new instances; both run side by side."""
    old = actions.deploy("p", LINE)
    first = actions.start("p").instance
    new = actions.deploy("p", model(start() + task("z") + end() + flows("s>z z>e")))
    second = actions.start("p").instance
    assert (first.definition, second.definition) == (old, new)
    assert places(first.id) == {"a"}
    assert places(second.id) == {"z"}
    assert actions.deploy("p", LINE) == old  # taken back: the old one is for new instances again
    assert actions.start("p").instance.definition == old


def test_an_owner_moves_with_its_instance() -> None:
    """Its rows are locked before and told after every step; what it refuses, the instance has not done either."""
    seen: list[str] = []

    def lock(facts: Facts) -> None:
        seen.append(f"lock {facts.key}")

    def stepped(outcome: Outcome) -> None:
        seen.append(f"{outcome.cause} {','.join(work.element for work in outcome.opened)}")
        if "refuse" in seen:
            raise InvalidInput("test.refused", "No.")

    owners.register(owners.Owner("test", lock, stepped))
    try:
        actions.deploy("p", LINE)
        begun = actions.start("p", key="K", owner="test", stream=uuid4())
        assert seen == ["lock K", "start a"]
        seen.append("refuse")
        with pytest.raises(InvalidInput):
            actions.complete(begun.instance.id, begun.opened[0].token)
        assert places(begun.instance.id) == {"a"}
        assert queries.instance(begun.instance.id).version == 1
    finally:
        owners.forget("test")


def test_a_plan_runs_as_drawn_processes_do() -> None:
    """Every item of a plan is work for its owner; what waits for two comes up when both are done."""
    computed = planned(birth=("", "birth"), register=("birth", "register"), card=("register birth", ""))
    version = actions.deploy_plan("newborn", computed)
    begun = actions.start("newborn", version=version)
    assert {work.kind for work in begun.opened} == {"item"}
    waiting = [work.token for work in begun.opened]
    done = []
    while waiting:
        outcome = actions.complete(begun.instance.id, waiting.pop())
        done += [each for each in outcome.completed if not each.startswith("@")]
        waiting += [work.token for work in outcome.opened]
    assert sorted(done) == sorted(node.code for node in computed.nodes)
    assert queries.instance(begun.instance.id).status == "completed"


def test_the_command_line_tells_and_acts() -> None:
    """Incidents are listed, retried with an honest sum, instances moved to another version after a dry run."""
    old = actions.deploy("p", CHOICE, now=datetime(2026, 11, 1, tzinfo=UTC))
    held = actions.start("p", variables={"amount": 10}).instance.id
    fine = actions.start("p", variables={"amount": 11}).instance.id

    [told] = json.loads(RUN.invoke(commands.app, ["incidents", "--json"]).stdout)
    assert (told["instance"], told["element"]) == (str(held), "g")
    tried = RUN.invoke(commands.app, ["retry", "--code", "p", "--json"])
    assert tried.exit_code == 1
    assert json.loads(tried.stdout)["failed"] == 1
    assert RUN.invoke(commands.app, ["suspend", str(fine), "--reason", "核查"]).exit_code == 0
    assert json.loads(RUN.invoke(commands.app, ["instances", "--status", "suspended", "--json"]).stdout)[0][
        "at"
    ] == ["a"]
    assert RUN.invoke(commands.app, ["resume", str(fine), "--reason", "核查完毕"]).exit_code == 0

    new = actions.deploy("p", CHOICE.replace(b'id="a"', b'id="x"').replace(b'"a"', b'"x"'))
    dry = RUN.invoke(commands.app, ["migrate", "p", "--from", old, "--dry-run", "--json"])
    assert dry.exit_code == 1
    assert [each["instance"] for each in json.loads(dry.stdout)["refused"]] == [str(fine)]
    done = RUN.invoke(
        commands.app, ["migrate", "p", "--from", old, "--map", "a=x", "--reason", "更名", "--json"]
    )
    assert done.exit_code == 0, done.output
    assert queries.instance(fine).definition == new
    back = RUN.invoke(
        commands.app,
        ["migrate", "p", "--revert", json.loads(done.stdout)["transfer"], "--reason", "改回", "--json"],
    )
    assert json.loads(back.stdout)["reverted"] == 2
    assert RUN.invoke(commands.app, ["move", str(fine), "a", "e", "--reason", "线下办结"]).exit_code == 0
    assert queries.instance(fine).status == "completed"


def test_a_wait_is_ended_early_with_a_reason() -> None:
    """Five working days of objections are waived: as if the time had come; what else runs keeps its time."""
    actions.deploy("p", model(
        start() + gate("parallel", "f") + catch("objections", timer("P5WD")) + catch("other", timer("P9WD"))
        + task("a") + task("b") + gate("parallel", "j") + end()
        + flows("s>f f>objections f>other objections>a other>b a>j b>j j>e")))  # fmt: skip
    instance = actions.start("p").instance.id
    (first, due), (second, later) = queries.timers(instance)
    assert (first, second, due < later) == ("objections", "other", True)

    with pytest.raises(InvalidInput):
        actions.hasten(instance, "objections", " ")
    with pytest.raises(Conflict):
        actions.hasten(instance, "a", "不等了")
    gone_on = actions.hasten(instance, "objections", "当事人均书面放弃异议")

    assert [work.element for work in gone_on.opened] == ["a"]
    assert queries.timers(instance) == [(second, later)]
    [told] = journal.stream(instance, types=["tongban.process.timer_hastened"])
    assert told.data["element"] == "objections"
    assert journal.payload(told.id) == {"reason": "当事人均书面放弃异议"}
    with pytest.raises(Conflict):
        actions.hasten(instance, "objections", "再来一次")
    assert journal.verify(instance) == []
