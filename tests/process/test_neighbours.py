"""Expressions of other engines in FEEL: what means the same everywhere, and what is left alone."""

from typing import Any

import pytest

from tests.process.drawing import end, gate, model, start, trace
from tongban.process import expressions
from tongban.process.neighbours import translate

DATA: dict[str, Any] = {
    "n": 7, "list": ["a", "b"], "map": {"key": 3, "inner": [5, 6]}, "text": "yes", "nothing": None,
    "none": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n > 5 ? 'big' : 'small'", "big"),
        ("n > 9 ? 'big' : n > 6 ? 'middle' : 'small'", "middle"),
        ("(n > 9 ? 1 : 2) + 1", 3),
        ("list[0]", "a"),
        ("list[1] == 'b'", True),
        ("map['key'] + 1", 4),
        ('map["inner"][1]', 6),
        ("map.inner[0]", 5),
        ("n % 4", 3),
        ("n mod 4 eq 3", True),
        ("n div 2 ge 3.5 and not (text ne 'yes')", True),
        ("empty none", True),
        ("!empty list", True),
        ("empty map", False),
        ("empty text or empty n", False),
        ("not empty nothing", False),
        ("nothing == null", True),
        ("list.size() == 2", True),
        ("none.isEmpty()", True),
        ("text.equals('yes') || n < 0", True),
        ("text.length()", 3),
        ("execution.getVariable('n') >= 7", True),
        ('execution.hasVariable("nothing")', False),
    ],
)
def test_what_means_the_same_everywhere_is_run(text: str, value: object) -> None:
    """In the template of the language, with the data of the process."""
    found, _ = expressions.read(f"${{{text}}}").evaluate(DATA)
    assert found == value


@pytest.mark.parametrize(
    "text",
    [
        "list[n]", "list[-1]", "map['two words']", "bean.ask(n)", "ask(n)", "list.add(1)", "n = 1",
        "a ? b", "a : b", "list[0", "execution.getVariable(n)", "execution.setVariable('n', 1)",
        "text.equals(", "x[0]]", "vars:get(n)",
    ],
)  # fmt: skip
def test_what_does_more_or_says_less_is_left_alone(text: str) -> None:
    """A call that may do anything, a place that only the run knows, half an expression."""
    assert translate(text) is None


def test_a_choice_decides_a_way() -> None:
    """At a gateway, from the model to the trace."""
    flow = "".join(
        f'<sequenceFlow id="x-{to}" sourceRef="x" targetRef="{to}">'
        f"<conditionExpression>{said}</conditionExpression></sequenceFlow>"
        for to, said in (("a", "${list[0] == 'a' ? true : false}"), ("b", "${list.size() == 0}"))
    )
    first = '<sequenceFlow id="f" sourceRef="s" targetRef="x"/>'
    body = start() + gate("exclusive", "x") + end("a") + end("b") + first + flow
    assert trace(model(body), variables={"list": ["a"]}) == "s x a"
    assert trace(model(body), variables={"list": []}) == "s x b"
