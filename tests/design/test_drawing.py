"""A computed plan becomes a drawing that runs exactly as the plan did."""

from datetime import date

import pytest

from tests.fixtures import content
from tongban.design import drawn
from tongban.design.composing.drawing import model_of_plan
from tongban.design.composing.outlook import outlook
from tongban.kernel.calendar import official
from tongban.process.bpmn import read
from tongban.process.drawing import picture_of_document
from tongban.process.graph import Graph, Kind
from tongban.process.planner import Plan

TODAY = date(2026, 11, 23)
SAYS = {"start": "提交申请", "end": "全部办结"}


def drawing(event: str) -> tuple[Plan, str]:
    """The plan of a life event of the content, and its drawing."""
    catalogue = content()
    plan = outlook(catalogue, event, official(), TODAY).plan
    assert plan is not None

    def called(item: str) -> str:
        return catalogue.item(item).name.zh_hans

    return plan, model_of_plan(plan, f"{event}_drawn", "画出来的“流程” & <样子>", SAYS, called)


def before(graph: Graph, element: str) -> set[str]:
    """The items whose end an element waits for directly, through gateways."""
    found: set[str] = set()
    for flow in graph.nodes[element].incoming:
        source = graph.nodes[graph.flows[flow].source]
        if source.kind is Kind.PARALLEL:
            found |= before(graph, source.id)
        elif source.kind is Kind.CALL:
            found.add(source.ours["item"])
    return found


@pytest.mark.parametrize("event", sorted(content().life_events))
def test_every_item_waits_in_the_drawing_for_what_it_waits_for_in_the_plan(event: str) -> None:
    """Each shipped life event, drawn from its plan: sound, complete, in the same order, with a diagram."""
    plan, model = drawing(event)
    reading = read(model.encode())
    assert [one.message for one in reading.findings] == []
    assert reading.graph is not None
    graph = reading.graph
    there = drawn.items_of(graph)
    assert set(there) == {one.code for one in plan.nodes}
    for item, element in there.items():
        assert before(graph, element) == set(plan.waits_for(item))
        # One way in and one way out: something can be put before or after it by one click.
        assert len(graph.nodes[element].incoming) == len(graph.nodes[element].outgoing) == 1
    picture = picture_of_document(reading.document)
    assert picture is not None
    assert {one.id for one in picture.shapes} == set(graph.nodes)
    assert {one.id for one in picture.edges} == set(graph.flows)
    places = [(one.x, one.y) for one in picture.shapes]
    assert len(places) == len(set(places))
