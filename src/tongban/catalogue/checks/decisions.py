"""Decision models: everything that `tongban.rules.dmn` finds, said of the model's file and element."""

from tongban.catalogue.checks.report import Report
from tongban.catalogue.domain import Severity
from tongban.catalogue.domain.deciding import chosen_by
from tongban.catalogue.domain.drawn import TONGBAN
from tongban.catalogue.domain.joint import JointRule
from tongban.catalogue.domain.reading import did_you_mean
from tongban.catalogue.domain.ruling import Rule
from tongban.catalogue.domain.values import split
from tongban.kernel import markup
from tongban.kernel.errors import TongbanError
from tongban.kernel.markup import Element
from tongban.rules.dmn.check import check
from tongban.rules.dmn.examples import examples, tried


def check_decisions(report: Report) -> None:
    """Each model by itself, and models that nobody asks."""
    catalogue = report.catalogue
    asked = _asked(report)
    for code in catalogue.decisions:
        at = ("decisions", code)
        try:
            findings = check(catalogue.decided(code))
        except TongbanError as error:
            report.error("decision.unusable", error.detail, at, error.hint)
            continue
        for one in findings:
            if one.severity == "info":
                continue
            severity = Severity.ERROR if one.severity == "error" else Severity.WARNING
            report.add(
                severity, f"decision.{one.severity}", one.message, at, element=one.element, line=one.line
            )
        _examples(report, code)
        if code not in asked:
            report.warn(
                "decision.never_used",
                f"No rule of an item and no process asks the decision model `{code}`.",
                at,
                "Let a rule name it under `decision`, or delete it.",
            )


def _examples(report: Report, code: str) -> None:
    """The examples in the model come out as they say."""
    model = report.catalogue.decided(code)
    for decision, ones in examples(report.catalogue.decisions[code].model).items():
        for one in tried(model, decision, ones):
            if not one.held:
                why = next((f" ({said.message})" for said in one.verdict.messages), "")
                report.add(
                    Severity.ERROR,
                    "decision.example",
                    f"The example “{one.example.name}” does not come out as it says{why}.",
                    ("decisions", code),
                    "Mend the table, or the example.",
                    element=decision,
                )


_FEEL = {
    **dict.fromkeys(("string", "text", "code", "address", "phone"), "string"),
    **dict.fromkeys(("integer", "decimal", "money"), "number"),
    "boolean": "boolean",
    "date": "date",
    "datetime": "date and time",
}
"""Element type → what its values are in FEEL."""


def check_asking(report: Report) -> None:
    """Rules that ask a decision: it exists, all that it reads is given, of the right type."""
    known = report.catalogue.decisions
    for item in report.catalogue.items.values():
        for index, rule in enumerate(item.rules):
            if rule.decision in known:
                _rule(report, rule, ("items", item.code, "rules", index))
        for index, review in enumerate(item.joint_review):
            if review.decision in known:
                _rule(report, review, ("items", item.code, "joint_review", index))
                _chosen(report, review, ("items", item.code, "joint_review", index))


def _chosen(report: Report, rule: JointRule, at: tuple[str | int, ...]) -> None:
    """The departments that a table chooses for a joint review are among those that the rule names."""
    for code in chosen_by(report.catalogue.decisions, rule.decision or "", rule.of or "").departments:
        if code not in rule.departments:
            report.error(
                "catalogue.joint_chosen",
                f"The table chooses the department `{code}`, which the rule does not name.",
                (*at, "departments"),
                "Name it, or mend the table: nobody else may be asked.",
            )


def _rule(report: Report, rule: Rule | JointRule, at: tuple[str | int, ...]) -> None:
    try:
        model = report.catalogue.decided(rule.decision or "")
        name = rule.of or model.main
        wanted = model.inputs_of(name)
    except TongbanError as error:
        report.error("decision.unusable", error.detail, (*at, "decision"), error.hint)
        return
    for lacking in wanted:
        if lacking not in rule.inputs:
            report.error(
                "decision.input_missing",
                f"The decision `{name}` reads `{lacking}`, which the rule does not give.",
                (*at, "inputs"),
                f"Write `{lacking}: role.element` under `inputs`.",
            )
    types = model.input_types
    for given, feel in rule.inputs.items():
        if given not in wanted:
            report.error(
                "decision.input_unknown",
                f"The decision `{name}` reads no `{given}`.",
                (*at, "inputs", given),
                did_you_mean(given, wanted) or f"It reads: {', '.join(wanted) or 'nothing'}.",
            )
            continue
        element = report.catalogue.elements.get(split(feel.text)[1]) if "." in feel.text else None
        is_ = _FEEL.get(element.type, "") if element else ""
        if is_ and types.get(given) and types[given] != is_:
            report.error(
                "decision.input_type",
                f"`{given}` is a {types[given]}, but `{feel.text}` is a {is_}.",
                (*at, "inputs", given),
                "Mend the type in the model, or give another value.",
            )


def _asked(report: Report) -> set[str]:
    """Decision models that something names; one that is imported is named too."""
    catalogue = report.catalogue
    found = {one.code for one in catalogue.references if one.kind == "decisions"}
    for process in catalogue.processes.values():
        found |= {
            one.attributes.get(f"{{{TONGBAN}}}{name}", "")
            for one in _all(markup.read(process.model))
            for name in ("decision", "joint-decision")
        }
    spaces = {markup.read(one.model).get("namespace"): code for code, one in catalogue.decisions.items()}
    for model in catalogue.decisions.values():
        found |= {spaces.get(one.get("namespace"), "") for one in markup.read(model.model).all("import")}
    return found


def _all(element: Element) -> list[Element]:
    found = [element]
    for one in found:
        found.extend(one.children)
    return found
