"""The models that are run: the same XML for every engine."""

# ruff: noqa: E501 - a model is read best on one line


def fan(width: int = 7) -> str:
    """Start, fork, as many user tasks beside one another, join, a choice on `approved`, two ends: `width` + 6 nodes.

    With seven tasks an instance makes eight steps, its start and seven completions.
    """
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench" id="d">',
            '<process id="p" isExecutable="true">',
            '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/>',
            '<exclusiveGateway id="x" default="no"/><endEvent id="e"/><endEvent id="e2"/>',
            '<sequenceFlow id="sf" sourceRef="s" targetRef="f"/><sequenceFlow id="jx" sourceRef="j" targetRef="x"/>',
            '<sequenceFlow id="yes" sourceRef="x" targetRef="e">',
            "<conditionExpression>approved</conditionExpression></sequenceFlow>",
            '<sequenceFlow id="no" sourceRef="x" targetRef="e2"/>',
            *(
                f'<userTask id="t{k}"/><sequenceFlow id="a{k}" sourceRef="f" targetRef="t{k}"/>'
                f'<sequenceFlow id="b{k}" sourceRef="t{k}" targetRef="j"/>'
                for k in range(width)
            ),
            "</process></definitions>",
        )
    )


AGAIN = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">'
    '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="t"/><exclusiveGateway id="x" default="on"/>'
    '<endEvent id="e"/><sequenceFlow id="a" sourceRef="s" targetRef="m"/>'
    '<sequenceFlow id="b" sourceRef="m" targetRef="t"/><sequenceFlow id="c" sourceRef="t" targetRef="x"/>'
    '<sequenceFlow id="on" sourceRef="x" targetRef="m"/><sequenceFlow id="out" sourceRef="x" targetRef="e">'
    "<conditionExpression>enough = true</conditionExpression></sequenceFlow></process></definitions>"
)
"""One task that is done again and again until there is enough."""
