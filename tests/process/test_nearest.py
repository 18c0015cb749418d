"""Which tokens an element waits for."""

from tests.process.drawing import boundary, catch, end, flows, gate, graph, model, start, sub, task, timer
from tongban.process.nearest import nearest

WAYS = graph(
    model(
        start()
        + gate("parallel", "split", "join")
        + task("review", "tax", "pay")
        + catch("wait", timer("P5WD"))
        + end()
        + flows("s>split split>review review>join split>tax tax>wait wait>join join>pay pay>e")
    )
)


def test_the_nearest_token_on_each_way_holds_an_element() -> None:
    """Payment waits for the review and for the five days, not for what was done before them."""
    assert set(nearest(WAYS, {"review", "wait"}, "pay")) == {"review", "wait"}
    assert set(nearest(WAYS, {"review", "tax"}, "pay")) == {"review", "tax"}
    assert nearest(WAYS, {"pay"}, "pay") == ()
    assert nearest(WAYS, {"pay"}, "wait") == ()
    assert nearest(WAYS, {"tax"}, "wait") == ("tax",)


def test_what_is_under_way_in_a_part_is_told_instead_of_the_part() -> None:
    """A group of steps is told by its open step; a step behind an event at its edge waits for it too."""
    inner = sub("part", start("s2") + task("look") + end("e2") + flows("s2>look look>e2"))
    found = graph(
        model(
            start()
            + inner
            + boundary("late", "part", timer("P1D"), interrupting=False)
            + task("after", "urge")
            + end("e", "")
            + end("e3")
            + flows("s>part part>after after>e late>urge urge>e3")
        )
    )
    assert nearest(found, {"part", "look"}, "after") == ("look",)
    assert nearest(found, {"part", "look"}, "urge") == ("look",)
    assert nearest(found, {"s"}, "look") == ("s",)
