"""Edits of a decision model besides its tables: its name, what a decision may read, a new one."""

from xml.sax.saxutils import quoteattr

from tongban.rules.dmn.grid import decision_of
from tongban.rules.dmn.spans import Edits, spans


def renamed(text: str, *, name: str) -> str:
    """The model under another name."""
    data = text.encode()
    edits = Edits(data)
    edits.attribute(spans(data), "name", name)
    return edits.done()


def with_input(text: str, decision: str, name: str, kind: str) -> str:
    """The model in which a decision may read a value from outside under `name`.

    Nothing is added that is there already. `kind` is a type of FEEL; empty for any.
    """
    data = text.encode()
    root = spans(data)
    asked = decision_of(root, decision)
    ids = {one.attributes.get("id", "") for one in root.walk()}
    known = {
        " ".join(one.attributes.get("name", "").split()): one
        for one in root.all("inputData", "decision")
        if one is not asked
    }
    edits = Edits(data)
    p = root.prefix

    def fresh(word: str) -> str:
        number = 1
        while f"{word}_{number}" in ids:
            number += 1
        ids.add(f"{word}_{number}")
        return f"{word}_{number}"

    there = known.get(name)
    if there is None:
        key = fresh("input")
        typed = f" typeRef={quoteattr(kind)}" if kind else ""
        made = (
            f"<{p}inputData id={quoteattr(key)} name={quoteattr(name)}>"
            f"<{p}variable id={quoteattr(fresh('variable'))} name={quoteattr(name)}{typed}/>"
            f"</{p}inputData>\n  "
        )
        inputs = root.all("inputData")
        first = root.first("decision", "businessKnowledgeModel", "decisionService")
        at = inputs[-1].end if inputs else first.start if first else root.close
        edits.replace(at, at, f"\n  {made.rstrip()}" if inputs else made)
        what = "requiredInput"
    else:
        key = there.attributes.get("id", "")
        what = "requiredInput" if there.name == "inputData" else "requiredDecision"
    required = {
        one.attributes.get("href", "").rpartition("#")[2]
        for need in asked.all("informationRequirement")
        for one in need.all("requiredInput", "requiredDecision")
    }
    if key not in required:
        need = (
            f"<{p}informationRequirement id={quoteattr(fresh('requirement'))}>"
            f"<{p}{what} href={quoteattr('#' + key)}/></{p}informationRequirement>\n    "
        )
        logic = [
            one
            for one in asked.children
            if one.name
            not in {
                "description",
                "extensionElements",
                "question",
                "allowedAnswers",
                "variable",
                "informationRequirement",
            }
        ]
        at = logic[0].start if logic else asked.close
        edits.replace(at, at, need)
    return edits.done()


def fresh(code: str, name: str, decision: str) -> str:
    """A new model with one empty table."""
    title, called = quoteattr(name), quoteattr(decision)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{code}" name={title}
    namespace="urn:tongban:decisions:{code}">
  <decision id="decision_1" name={called}>
    <variable id="variable_1" name={called}/>
    <decisionTable id="table_1" hitPolicy="UNIQUE">
      <output id="table_1_output_1"/>
      <annotation name="说明"/>
    </decisionTable>
  </decision>
</definitions>"""
