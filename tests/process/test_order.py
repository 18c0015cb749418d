"""The order in which a process is drawn, as a plan needs it."""

from tests.process.drawing import end, flows, gate, model, start, task
from tongban.kernel.clock import Limit
from tongban.process.bpmn import read
from tongban.process.order import as_drawn, order, reads
from tongban.process.planner import ORDER, Step


def drawn(body: str) -> bytes:
    """A model."""
    return model(start() + body + end())


def item(name: str) -> str:
    """A call activity for the item of its own name."""
    return f'<callActivity id="{name}" xmlns:tongban="urn:tongban:bpmn" tongban:item="{name}"/>'


def steps(**needs: str) -> list[Step]:
    """Items, what each needs; each produces a value of its own name."""
    return [
        Step(code=code, department="d", limit=Limit(1), needs=frozenset(more.split()),
             produces=frozenset({code.partition("-")[0]}))
        for code, more in needs.items()
    ]  # fmt: skip


def waits(found: tuple[Step, ...]) -> dict[str, set[str]]:
    """What each waits for because it is drawn so."""
    return {one.code: {each.removeprefix(ORDER) for each in one.needs if ":" in each} for one in found}


def test_only_the_nearest_before_counts() -> None:
    """Through gateways, into and out of a sub-process; a way back in a loop is no order."""
    body = (
        task("a", "b", "d") + gate("exclusive", "x")
        + '<subProcess id="sub">' + start("i") + task("c") + end("o") + flows("i>c c>o") + "</subProcess>"
        + flows("s>a a>b b>x x>a[again] x>sub[true] sub>d d>e")
    )  # fmt: skip
    graph = read(drawn(body)).graph
    assert graph is not None
    assert order(graph, ["a", "b", "c", "d"]) == {"a": (), "b": ("a",), "c": ("b",), "d": ("c",)}
    assert order(graph, ["a", "d"]) == {"a": (), "d": ("a",)}


def test_a_plan_follows_the_drawing_but_not_against_needs() -> None:
    """What is drawn later waits; what others need does not wait for them."""
    text = drawn(item("a") + item("b") + item("c") + flows("s>a a>b b>c c>e")).decode()
    assert waits(as_drawn(steps(a="", b="", c=""), text, str)) == {"a": set(), "b": {"a"}, "c": {"b"}}
    assert waits(as_drawn(steps(a="b", b="", c=""), text, str)) == {"a": set(), "b": set(), "c": {"b"}}
    assert waits(as_drawn(steps(a="", c=""), text, str)) == {"a": set(), "c": {"a"}}
    each = as_drawn(steps(**{"a-1": "", "a-2": "", "c": ""}), text, lambda code: code.partition("-")[0])
    assert waits(each) == {"a-1": set(), "a-2": set(), "c": {"a-1", "a-2"}}


def test_a_model_that_cannot_be_read_adds_nothing() -> None:
    """The plan is as it would be without it."""
    assert as_drawn(steps(a="", b=""), "no model", str) == tuple(steps(a="", b=""))


def test_what_a_process_reads_is_known_before_it_runs() -> None:
    """The names of conditions and timers: nothing else of a case goes into it."""
    graph = read(drawn(task("a", "b") + gate("exclusive", "x") + flows(
        's>x x>a[company.kind_=_"simple"_and_count(staff.name)_>_1] x>b[true] a>e b>e'
    ))).graph  # fmt: skip
    assert graph is not None
    assert reads(graph) == {"company.kind", "staff.name"}
