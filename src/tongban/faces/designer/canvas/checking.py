"""What is wrong with a process of a draft: the engine's check, and names that nobody knows.

Pure: a model and known names in, findings out, in the person's language where the words are ours.
"""

from collections.abc import Iterator
from dataclasses import replace

from tongban.catalogue.domain.deciding import chosen_by, inputs_of
from tongban.faces.common import words
from tongban.faces.common.sentences import why
from tongban.faces.designer.canvas.known import Known
from tongban.faces.designer.canvas.saying import said
from tongban.kernel.errors import TongbanError
from tongban.process import bpmn
from tongban.process.bpmn.vocabulary import OURS
from tongban.process.expressions import entries
from tongban.process.findings import ERROR, WARNING, Finding
from tongban.process.xml import Element, parse
from tongban.rules import FeelSyntaxError

_LEAST_JOINT = 2


def findings(model: str, known: Known) -> list[Finding]:
    """Everything to be said about a model, errors first.

    Args:
        model: the XML as the editor has it; whatever cannot be read is a finding too.
        known: the names that there are.
    """
    data = model.encode()
    try:
        found = [replace(each, message=said(each.message)) for each in bpmn.read(data).findings]
        for element in parse(data).root.walk():
            if element.get("id"):
                found += _names(element, known)
    except TongbanError as error:
        return [Finding("", ERROR, why(error))]
    return sorted(dict.fromkeys(found), key=lambda each: each.severity != ERROR)


def _names(element: Element, known: Known) -> Iterator[Finding]:
    """What an element names that is not there, and what it has to name but does not."""
    ours = element.of(OURS)
    listed, table = ours.get("joint", "").split(), ours.get("joint-decision", "")
    named = (
        ("item", [ours.get("item", "")], known.items),
        ("department", [ours.get("department", ""), *listed], known.departments),
        ("decision", [ours.get("decision", ""), table], known.decisions),
    )
    for what, codes, there in named:
        for code in codes:
            if code and code not in there:
                yield _say(element, what, code)
    joint = "joint" in ours or "joint-days" in ours
    if joint and len(set(listed)) < _LEAST_JOINT:
        yield _say(element, "joint")
    for code in chosen_by(known.tables, table, ours.get("joint-decision-name", "")).departments:
        if code not in listed:
            yield _say(element, "joint_chosen" if code in known.departments else "department", code)
    yield from _given(element, known)
    if element.local in {"userTask", "sendTask"} and not joint and not ours.get("department"):
        yield _say(element, "no_department", severity=WARNING)
    if element.local == "businessRuleTask" and not ours.get("decision"):
        yield _say(element, "no_decision", severity=WARNING)


def _given(element: Element, known: Known) -> Iterator[Finding]:
    """Inputs that the table of a joint review does not have, and values that the content does not."""
    ours = element.of(OURS)
    wanted = inputs_of(known.tables, ours.get("joint-decision", ""), ours.get("joint-decision-name", ""))
    try:
        given = entries(ours.get("joint-inputs", "null").strip().removeprefix("=") or "null")
    except FeelSyntaxError:  # the engine's check says so
        return
    for name, sources in given.items():
        if wanted is not None and name not in wanted:
            yield _say(element, "joint_input", name)
        for source in sorted(sources):
            root, _, part = source.partition(".")
            if root in known.roles and part and part not in known.elements:
                yield _say(element, "joint_input_from", source)


def _say(element: Element, what: str, code: str = "", *, severity: str = ERROR) -> Finding:
    identity = element.get("id")
    name = element.get("name") or identity
    return Finding(identity, severity, words.say(f"designer.canvas.finding.{what}", name=name, code=code))
