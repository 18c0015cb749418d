"""Running instances go over to another version: what would move is what moves, and the rest says why not."""

# ruff: noqa: E501 - a model is read best on one line

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.process.drawing import boundary, catch, end, flows, gate, graph, model, start, sub, task, timer
from tests.process.durable.test_worker import places, run_down
from tests.process.shapes import SHAPES, drawn
from tests.process.test_properties import NOW
from tongban.journal import queries as journal
from tongban.kernel.calendar import official
from tongban.kernel.errors import InvalidInput
from tongban.process import actions, engine, queries
from tongban.process.transfer import Route, transferred

HOUR = dt.timedelta(hours=1)
OLD = model(start() + task("a") + task("b") + end() + flows("s>a a>b b>e"))
NEW = model(start() + task("a") + task("x") + end() + flows("s>a a>x x>e"))


def open_tokens(instance: UUID) -> list[str]:
    """Tokens whose work is open."""
    return [row.work.token for row in queries.open_work(instance=instance)]


@pytest.fixture
def many(db: None) -> list[UUID]:
    """Six instances of the old version: the even ones at `a`, the odd ones at `b`, which the new one lacks."""
    del db
    actions.deploy("p", OLD, now=NOW)
    made = []
    for place in range(6):
        begun = actions.start("p", now=NOW)
        made.append(begun.instance.id)
        if place % 2:
            actions.complete(begun.instance.id, begun.opened[0].token, now=NOW)
    return made


def test_what_would_move_is_what_moves(many: list[UUID]) -> None:
    """The dry run names the instances that cannot move and why; the transfer then does exactly that."""
    old = queries.versions("p")[0].version
    new = actions.deploy("p", NEW, now=NOW)

    seen = actions.preview("p", old, new)
    assert (seen.total, seen.moves) == (6, 3)
    assert set(seen.refused) == set(many[1::2])
    assert {fault.code for faults in seen.refused.values() for fault in faults} == {"gone"}
    assert [queries.instance(each).definition for each in many] == [old] * 6

    transfer = actions.begin_transfer("p", old, new, reason="新版流程")
    first = actions.run_transfer(transfer, limit=2)
    assert first.open == 4
    while (done := actions.run_transfer(transfer, limit=2)).open:
        pass

    assert (done.moved, done.refused) == (3, 3)
    assert set(done.faults) == set(seen.refused)
    assert [queries.instance(each).definition for each in many] == [new, old] * 3
    one = many[0]
    assert actions.complete(one, open_tokens(one)[0]).opened[0].element == "x"
    assert journal.verify(one) == []
    assert [each.data["target"] for each in journal.stream(one, types=["tongban.process.migrated"])] == [new]
    assert queries.instance(one).version == 3 == len(journal.stream(one, types=["tongban.process.stepped"]))


def test_a_mapping_says_where_to_go(many: list[UUID]) -> None:
    """With `b` named as `x`, all move, and work that is open is the new element's."""
    old = queries.versions("p")[0].version
    new = actions.deploy("p", NEW, now=NOW)
    assert actions.preview("p", old, new, {"b": "x"}).refused == {}

    transfer = actions.begin_transfer("p", old, new, {"b": "x"}, reason="合并环节")
    assert actions.run_transfer(transfer).moved == 6
    assert [row.work.element for row in queries.open_work(instance=many[1])] == ["x"]
    with pytest.raises(InvalidInput):
        actions.preview("p", old, new, {"b": "nowhere"})


def test_a_transfer_can_be_taken_back(many: list[UUID]) -> None:
    """Who has not gone on becomes exactly what it was; who has goes back where there is a way, else stays."""
    old = queries.versions("p")[0].version
    new = actions.deploy("p", NEW, now=NOW)
    transfer = actions.begin_transfer("p", old, new, reason="试行")
    actions.run_transfer(transfer)
    actions.complete(many[2], open_tokens(many[2])[0])  # now at x, which the old version lacks

    done = actions.revert_transfer(transfer, reason="试行结束")

    assert (done.reverted, done.kept, done.moved) == (2, 1, 0)
    assert queries.instance(many[0]).definition == old
    assert places(many[0]) == {"a"}
    assert queries.instance(many[2]).definition == new
    assert journal.verify(many[0]) == []


def pair(old: bytes, new: bytes, mapping: dict[str, str] | None = None) -> Route:
    """From one model to another."""
    return Route(graph(old), graph(new), mapping or {})


def faults_of(route: Route, *events: engine.Event) -> list[tuple[str, str]]:
    """Begin an instance of the old model, let something happen, and see why it cannot move."""
    state, _ = engine.step(route.source, engine.new(route.source, "p"), engine.Start(), NOW)
    for event in events:
        state, _ = engine.step(route.source, state, event, NOW)
    made, faults = transferred(state, route, NOW, official())
    assert (made is None) == bool(faults)
    return [(fault.element, fault.code) for fault in faults]


def test_a_join_with_other_flows_is_refused() -> None:
    """Tokens were counted at a join for flows that the new version does not have."""
    parts = start() + end() + gate("parallel", "f") + gate("parallel", "j") + task("a") + task("b")
    old = model(parts + flows("s>f f>a f>b a>j b>j j>e"))
    new = model(parts + task("c") + flows("s>f f>a f>b f>c a>j b>j c>j j>e"))
    route = pair(old, new)
    assert faults_of(route) == []
    state, _ = engine.step(route.source, engine.new(route.source, "p"), engine.Start(), NOW)
    first = next(token for token, held in state["tokens"].items() if held["node"] == "a")
    assert faults_of(route, engine.Complete(first)) == [("j", "join")]


def test_a_timer_that_says_another_time_is_refused_unless_it_is_meant() -> None:
    """A running deadline is not changed in passing; named in the mapping it runs on as it was set."""

    def drawing(text: str) -> bytes:
        return model(start() + task("a") + task("b") + end() + end("e2") + boundary("t", "a", timer(text)) + flows("s>a a>e t>b b>e2"))  # fmt: skip

    assert faults_of(pair(drawing("PT1H"), drawing("PT1H"))) == []
    assert faults_of(pair(drawing("PT1H"), drawing("PT2H"))) == [("t", "timer")]
    assert faults_of(pair(drawing("PT1H"), drawing("PT2H"), {"t": "t"})) == []
    assert faults_of(pair(model(start() + catch("c", timer("PT1H")) + end() + flows("s>c c>e")),
                          model(start() + catch("c", timer("P1D")) + end() + flows("s>c c>e")))) == [("c", "event"), ("c", "timer")]  # fmt: skip


def test_work_in_another_scope_is_refused() -> None:
    """An activity that now lies in a sub-process has no frame there."""
    old = model(start() + task("a") + end() + flows("s>a a>e"))
    new = model(
        start()
        + sub("u", start("s2") + task("a") + end("e2") + flows("s2>a a>e2"))
        + end()
        + flows("s>u u>e")
    )
    assert faults_of(pair(old, new)) == [("a", "scope")]


def test_an_element_of_another_kind_is_refused() -> None:
    """What somebody works on cannot become something that waits."""
    old = model(start() + task("a") + end() + flows("s>a a>e"))
    assert faults_of(pair(old, model(start() + catch("a", timer("PT1H")) + end() + flows("s>a a>e")))) == [
        ("a", "kind")
    ]
    other = model(start() + task("a", what="serviceTask") + end() + flows("s>a a>e"))
    assert faults_of(pair(old, other)) == [("a", "kind")]
    assert faults_of(pair(old, other, {"a": "a"})) == []


@pytest.mark.django_db
def test_a_new_deadline_begins_for_what_is_under_way() -> None:
    """A boundary timer that only the new version has is set when an instance comes over, and fires."""
    old = actions.deploy("p", OLD, now=NOW)
    new = actions.deploy("p", model(
        start() + task("a") + task("b") + task("late") + end() + end("e2") + boundary("t", "a", timer("PT1H"))
        + flows("s>a a>b b>e t>late late>e2")), now=NOW)  # fmt: skip
    instance = actions.start("p", version=old, now=NOW).instance.id
    actions.run_transfer(actions.begin_transfer("p", old, new, reason="加时限", now=NOW), now=NOW)

    run_down(NOW + 2 * HOUR)
    assert places(instance) == {"late"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SHAPES, min_size=1, max_size=3), st.integers(0, 12))
def test_a_model_that_only_got_another_version_takes_every_state(shapes: list[object], steps: int) -> None:
    """Wherever an instance stands, it goes over to an equal model unchanged but for the version."""
    data, _ = drawn(shapes)
    old, new = graph(data), graph(data.replace(b"<process id", b"<process  id", 1))
    assert old.version != new.version
    state, _ = engine.step(old, engine.new(old, "p"), engine.Start(), NOW)
    for _ in range(steps):
        open_ = [token for token, held in state["tokens"].items() if held["st"] == "work"]
        due = engine.next_due(state)
        event: engine.Event = (
            engine.Complete(open_[0]) if open_ else engine.Tick() if due else engine.Message("paid")
        )
        state, _ = engine.step(old, state, event, due or NOW)

    made, faults = transferred(state, Route(old, new), NOW, official())

    if state["status"] == "active":
        assert faults == []
        assert made == {**state, "graph": new.version, "step": state["step"] + 1}
