"""Pictures of processes: everything is there, nothing lies on anything else, and nothing runs."""

from datetime import date
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.calendar import official
from tongban.kernel.clock import Limit, Unit
from tongban.process import drawing
from tongban.process.bpmn import read
from tongban.process.drawing.layout import arrange
from tongban.process.drawing.svg import wrapped
from tongban.process.planner import Step, plan

MODELS = Path(__file__).parents[2].parent / "shared" / "data" / "bpmn-miwg"
SPACE = "{http://www.w3.org/2000/svg}"


def elements(text: str) -> list[str]:
    """What a picture has, by id."""
    return [each.get("data-element", "") for each in ET.fromstring(text).iter() if each.get("data-element")]  # noqa: S314 -- our own output


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], list[tuple[str, str, str]]]:
    """Nodes of several sizes and edges in any direction, circles and edges to oneself included."""
    count = draw(st.integers(1, 12))
    names = [f"n{index}" for index in range(count)]
    sizes = {
        name: (draw(st.sampled_from((36.0, 148.0))), draw(st.sampled_from((36.0, 68.0)))) for name in names
    }
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=20))
    return sizes, [(f"e{index}", source, target) for index, (source, target) in enumerate(pairs)]


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_nothing_lies_on_anything_else(
    drawn: tuple[dict[str, tuple[float, float]], list[tuple[str, str, str]]],
) -> None:
    """Whatever the graph, each node has a place of its own inside the picture, the same every time."""
    sizes, edges = drawn
    made = arrange(sizes, edges)
    assert made == arrange(sizes, edges)
    assert set(made.places) == set(sizes)
    for one, other in combinations(sizes, 2):
        (ax, ay), (aw, ah) = made.places[one], sizes[one]
        (bx, by), (bw, bh) = made.places[other], sizes[other]
        assert ax + aw <= bx or bx + bw <= ax or ay + ah <= by + 0.1 or by + bh <= ay + 0.1
    assert all(x >= 0 and y >= -0.1 for x, y in made.places.values())


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_lines_go_from_border_to_border(
    drawn: tuple[dict[str, tuple[float, float]], list[tuple[str, str, str]]],
) -> None:
    """Each edge begins at the border of where it comes from and ends at that of where it leads."""
    sizes, edges = drawn
    made = arrange(sizes, edges)
    for identity, source, target in edges:
        if source == target:
            continue
        for (x, y), node in ((made.lines[identity][0], source), (made.lines[identity][-1], target)):
            left, top = made.places[node]
            width, height = sizes[node]
            assert x == pytest.approx(left, abs=1) or x == pytest.approx(left + width, abs=1)
            assert top - 1 <= y <= top + height + 1


def test_what_waits_stands_to_the_right() -> None:
    """In the picture of a plan an item stands to the right of what it waits for."""
    steps = [
        Step(
            code="certificate",
            department="health",
            limit=Limit(1, Unit.WORKING_DAY),
            produces=frozenset({"a"}),
        ),
        Step(code="household", department="police", limit=Limit(3, Unit.WORKING_DAY), needs=frozenset({"a"})),
        Step(code="vaccine", department="health", limit=Limit(1, Unit.WORKING_DAY)),
    ]
    made = plan(steps, official(), date(2026, 3, 2))
    picture = drawing.picture_of_plan(made, {"certificate": "出生医学证明"})
    places = {shape.id: shape.x for shape in picture.shapes}
    assert places["@start"] < places["certificate"] < places["household"] < places["@end"]
    assert {shape.text for shape in picture.shapes} == {"", "出生医学证明", "household", "vaccine"}
    text = drawing.svg(picture, title="计划")
    assert sorted(elements(text)) == sorted(each.id for each in (*picture.shapes, *picture.edges))


def test_a_wait_that_follows_from_others_is_not_drawn() -> None:
    """C waits for B and for A, B waits for A: two arrows say it."""
    picture = drawing.picture_of_waits({"a": (), "b": ("a",), "c": ("a", "b", "gone")}, {})
    assert {edge.id for edge in picture.edges} == {"@start>a", "a>b", "b>c", "c>@end"}


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_names_are_words_and_nothing_else(name: str, note: str) -> None:
    """Whatever stands in a name, the picture stays well formed and nothing in it is an instruction."""
    shape = drawing.Shape(id="a", what="userTask", x=0, y=0, width=148, height=68, text=name)
    text = drawing.svg(
        drawing.Picture(shapes=(shape,), edges=()),
        {"a": drawing.Mark(state="active", text=note, says=note, count=3, href='/x?"><script>')},
        title=name,
    )
    tags = {each.tag.removeprefix(SPACE) for each in ET.fromstring(text).iter()}  # noqa: S314 -- our own output
    assert tags <= {"svg", "defs", "marker", "path", "g", "a", "rect", "text", "tspan", "title", "circle"}
    assert "style=" not in text


def test_a_state_is_never_told_by_colour_alone() -> None:
    """Each state has a sign of its own, and a state that nobody knows is refused."""
    shape = drawing.Shape(id="a", what="userTask", x=0, y=0, width=148, height=68)
    picture = drawing.Picture(shapes=(shape,), edges=())
    plain = {
        state: drawing.svg(picture, {"a": drawing.Mark(state=state)}, title="").replace(f"is-{state}", "")
        for state in drawing.STATES
    }
    assert len(set(plain.values())) == len(drawing.STATES)
    with pytest.raises(ValueError, match="finished"):
        drawing.Mark(state="finished")


def test_words_are_broken_where_they_may_be() -> None:
    """Chinese breaks anywhere, English between words, and what does not fit ends in an ellipsis."""
    assert wrapped("企业登记机关办理注销登记", 80, 3) == ["企业登记机关", "办理注销登记"]
    assert wrapped("Review and document result", 110, 2) == ["Review and", "document result"]
    assert wrapped("企业登记机关办理注销登记", 80, 1) == ["企业登记机…"]
    assert wrapped("", 80, 2) == [""]


@pytest.mark.skipif(not MODELS.exists(), reason="the reference models are not there")
def test_every_reference_model_is_drawn_as_it_was() -> None:
    """Of each reference model everything that has a place in its diagram is in the picture once."""
    for path in sorted(MODELS.glob("*.bpmn")):
        reading = read(path.read_bytes())
        picture = drawing.picture_of_document(reading.document)
        assert picture is not None, path.name
        found = elements(drawing.svg(picture, title=path.name))
        assert sorted(found) == sorted(each.id for each in (*picture.shapes, *picture.edges)), path.name
        if reading.graph is not None:
            drawn = {shape.id for shape in picture.shapes}
            known = set(reading.graph.nodes)
            assert known <= drawn | {each.id for each in drawing.picture_of_graph(reading.graph).shapes}
