"""What a new decision table begins with: the least that its editor can open."""

from html import escape
from typing import Final

MOST_NAME: Final = 80
_DECISION: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{code}" name="{name}" \
namespace="urn:tongban:decisions:{code}">
  <inputData id="given" name="value"><variable name="value" typeRef="number"/></inputData>
  <decision id="decision" name="{name}">
    <variable name="{name}" typeRef="string"/>
    <informationRequirement id="needs_given"><requiredInput href="#given"/></informationRequirement>
    <decisionTable id="table" hitPolicy="FIRST">
      <input id="column_1" label="value">
        <inputExpression id="expression_1" typeRef="number"><text>value</text></inputExpression>
      </input>
      <output id="column_2" typeRef="string"/>
      <rule id="rule_1"><inputEntry id="cell_1"><text>-</text></inputEntry><outputEntry id="cell_2">\
<text>"review"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""


def decision(code: str, name: str) -> str:
    """A decision table with one column, and one rule that leaves it to a person."""
    return _DECISION.format(code=escape(code), name=escape(name))
