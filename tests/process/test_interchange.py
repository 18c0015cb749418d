"""Reading what other tools draw, and writing it again."""

# ruff: noqa: E501 - a model is read best on one line

import os
from pathlib import Path

import pytest

from tests.process.drawing import DECLARED, end, flows, model, start, task
from tongban.kernel.calendar import official
from tongban.process import xml
from tongban.process.bpmn import read
from tongban.process.script import read_script
from tongban.process.tryout import run

SHARED = Path(
    os.environ.get("TONGBAN_BPMN_MIWG", Path(__file__).resolve().parents[3] / "shared" / "data" / "bpmn-miwg")
)
"""The reference models of the BPMN MIWG (CC BY 3.0), beside the checkout; they are not part of the project."""
MODELS = sorted(SHARED.glob("*.bpmn"))


def tree(element: xml.Element) -> object:
    """What an element means: names, attributes, text, children; not how it is written."""
    return (
        element.space, element.local, sorted(element.attributes.items()),
        "".join(each for each in element.children if isinstance(each, str)),
        [tree(each) for each in element],
    )  # fmt: skip


@pytest.mark.skipif(not MODELS, reason="the reference models of the BPMN MIWG are not here")
@pytest.mark.parametrize("path", MODELS, ids=lambda each: each.stem)
def test_a_reference_model_is_read_and_written_again(path: Path) -> None:
    """Not refused; diagram, foreign extensions and prefixes are as they were."""
    reading = read(path.read_bytes())
    assert not reading.refused, [each.to_json() for each in reading.findings if each.severity == "error"]
    again = xml.parse(reading.document.to_bytes())
    assert tree(again.root) == tree(reading.document.root)
    assert again.to_bytes() == reading.document.to_bytes()


@pytest.mark.skipif(not MODELS, reason="the reference models of the BPMN MIWG are not here")
@pytest.mark.parametrize("path", MODELS, ids=lambda each: each.stem)
def test_a_reference_model_can_be_tried_out(path: Path) -> None:
    """It runs to an end, to a wait, or to an incident with a reason; drawings, too."""
    graph = read(path.read_bytes()).graph
    assert graph is not None
    outcome = run(graph, read_script({}, official()))
    assert outcome.trace
    assert outcome.status == "incident" or not outcome.incidents


def test_extensions_comments_and_the_diagram_stay() -> None:
    """Also what XML writes in several ways: entities, character data sections, line breaks in attributes."""
    extra = '<extensionElements><v:x xmlns:v="urn:v" v:a="1 &lt; 2&#10;3"><![CDATA[a < b]]></v:x></extensionElements><!-- a note -->'
    data = model(start() + end() + task("t", inner=extra) + flows("s>t t>e"), DECLARED)
    data = data.replace(b"</definitions>", b'<d:BPMNDiagram xmlns:d="urn:di" id="D"/></definitions>')
    text = read(data).document.to_bytes().decode()
    for part in ('v:a="1 &lt; 2&#10;3"', "a &lt; b", "<!-- a note -->", "<d:BPMNDiagram", "xmlns:zeebe="):
        assert part in text
    assert tree(xml.parse(text.encode()).root) == tree(xml.parse(data).root)
