"""Requirements, knowledge, services, imports, boxed expressions and types of decision models."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.rules.models import (
    data,
    decide,
    decision,
    feel,
    item,
    knowledge,
    model,
    part,
    table,
)
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.rules import dmn
from tongban.rules.dmn.model import Import

FEE = model(
    data("Days", "number"),
    knowledge("Rate", feel("if days > 30 then 1.5 else 1"), takes=["days: number"]),
    decision("Factor", feel("Rate(Days)"), needs=["Days"], knows=["Rate"]),
    decision("Fee", feel("Factor * 100"), needs=["=Factor"], kind="number"),
)


def test_a_decision_makes_those_it_needs() -> None:
    """Deciding the fee decides the factor, once, and both are told."""
    verdict = decide(FEE, "Fee", Days=45)
    assert verdict.value == 150
    assert dict(verdict.decided) == {"Factor": Decimal("1.5"), "Fee": 150}
    assert verdict.messages == ()


def test_an_input_of_another_type_is_null_with_the_reason() -> None:
    """A word for a number is told without repeating the word."""
    verdict = decide(FEE, "Fee", Days="many")
    assert verdict.value == 100  # null is not more than 30
    assert verdict.failed
    assert verdict.messages[0].to_json() == {
        "element": "Days",
        "severity": "error",
        "message": "`Days` is a string, which is no number.",
    }


def test_a_decision_that_is_not_there_names_the_nearest() -> None:
    """A typing error in the name of a decision is answered with the name that was meant."""
    with pytest.raises(NotFound) as caught:
        decide(FEE, "Fees", Days=1)
    assert "`Fee`" in caught.value.hint


def test_a_decision_sees_only_what_it_requires() -> None:
    """A name that is not required is unknown, and the model says so before anything runs."""
    made = dmn.load(model(data("A"), decision("D", feel("A + 1"))))
    assert [(one.severity, one.message) for one in made.findings] == [
        ("warning", "`A` is not required here, so it is always null.")
    ]
    assert made.decide("D", {"A": 1}).value is None


def test_a_table_without_declared_inputs_reads_what_is_given() -> None:
    """Some tools never declare input data: the names of the input are known all the same, with a warning."""
    made = dmn.load(model(decision("D", table(["season"], [['"winter"', '"soup"']]))))
    assert [one.severity for one in made.findings] == ["warning"]
    assert "`season` is not known here" in made.findings[0].message
    assert made.decide("D", {"season": "winter"}).value == "soup"
    assert made.decide("D", {}).value is None


def test_a_circle_of_decisions_is_reported_and_ends() -> None:
    """Two decisions that need one another are an error, not an endless loop."""
    made = dmn.load(model(decision("A", feel("B"), needs=["=B"]), decision("B", feel("A"), needs=["=A"])))
    assert ["circle" in one.message for one in made.findings if one.severity == "error"] == [True]
    assert made.decide("A", {}).value is None


def test_a_requirement_that_leads_nowhere_is_an_error() -> None:
    """A dangling href names the decision that holds it."""
    (found, *_) = dmn.load(model(decision("D", feel("1"), needs=["gone"]))).findings
    assert (found.element, found.severity) == ("D", "error")
    assert "`#gone`" in found.message


def test_a_function_may_call_itself() -> None:
    """Knowledge may be recursive, to a bounded depth."""
    text = model(
        knowledge("fib", feel("if n < 2 then n else fib(n - 1) + fib(n - 2)"), takes=["n: number"]),
        decision("D", feel("fib(12)"), knows=["fib"]),
    )
    assert decide(text).value == 144


def test_a_function_that_never_ends_is_stopped() -> None:
    """Endless recursion is an error with the reason, quickly."""
    text = model(
        knowledge("f", feel("f(n + 1) + f(n + 2)"), takes=["n"]), decision("D", feel("f(1)"), knows=["f"])
    )
    verdict = decide(text)
    assert verdict.value is None
    assert verdict.failed


SERVICE = model(
    data("A", "number"),
    decision("X", feel("A * 2"), needs=["A"]),
    decision("Y", feel("X + 1"), needs=["=X"]),
    '<decisionService id="S" name="S"><variable name="S"/><outputDecision href="#Y"/>'
    '<encapsulatedDecision href="#X"/><inputData href="#A"/></decisionService>',
    '<decisionService id="T" name="T"><variable name="T"/><outputDecision href="#X"/>'
    '<outputDecision href="#Y"/><inputDecision href="#X"/></decisionService>',
    decision("D", feel("S(5)"), knows=["S"]),
    decision("E", feel("T(7).Y"), knows=["T"]),
)


def test_a_service_is_called_like_a_function() -> None:
    """A service computes its output from its parameters; an input decision is taken as given."""
    assert decide(SERVICE, "D").value == 11
    assert decide(SERVICE, "E").value == 8


def test_a_service_is_evaluated_by_name() -> None:
    """A service may be asked directly; several outputs are a context."""
    assert decide(SERVICE, "S", A=1).value == 3
    assert decide(SERVICE, "T", X=1).value == {"X": 1, "Y": 2}


LIBRARY = model(
    item("tPerson", parts=part("name", "string") + part("age", "number")),
    data("Holiday", "boolean"),
    knowledge("Greet", feel('"Hello " + p.name'), takes=["p: tPerson"]),
    decision("Open", feel("not(Holiday)"), needs=["Holiday"]),
    namespace="urn:library",
)
IMPORTING = model(
    '<import name="my lib" namespace="urn:library" '
    'importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
    data("Who", "my lib.tPerson"),
    decision(
        "D",
        feel('if my lib.Open then my lib.Greet(Who) else "closed"'),
        needs=["Who", "=urn:library#Open"],
        knows=["urn:library#Greet"],
    ),
)


def test_an_imported_model_is_used_under_its_name() -> None:
    """Types, functions, decisions and inputs of another model are known as `import.name`."""
    made = dmn.load(IMPORTING, lambda wanted: LIBRARY if wanted.namespace == "urn:library" else None)
    assert made.findings == ()
    who = {"name": "Li", "age": 30}
    assert made.decide("D", {"Who": who, "Holiday": False}).value == "Hello Li"
    assert made.decide("D", {"Who": who, "my lib": {"Holiday": True}}).value == "closed"


def test_a_missing_or_circular_import_is_an_error() -> None:
    """An import that is not found, or leads back, is told with its name."""
    assert "was not found" in dmn.load(IMPORTING).findings[0].message
    importing_back = LIBRARY.replace(
        "<itemDefinition",
        '<import name="b" namespace="urn:test" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        "<itemDefinition",
        1,
    )

    def resolve(wanted: Import) -> str:
        return importing_back if wanted.namespace == "urn:library" else IMPORTING

    assert any("in a circle" in one.message for one in dmn.load(IMPORTING, resolve).findings)


# ---- boxed expressions

BOXES: list[tuple[str, str, Any]] = [
    (
        "context",
        (
            '<context><contextEntry><variable name="a b" typeRef="number"/><literalExpression><text>2</text>'
            "</literalExpression></contextEntry><contextEntry><literalExpression><text>a b * 3</text>"
            "</literalExpression></contextEntry></context>"
        ),
        6,
    ),
    (
        "context without result",
        (
            '<context><contextEntry><variable name="x"/><literalExpression><text>1</text></literalExpression>'
            "</contextEntry></context>"
        ),
        {"x": 1},
    ),
    ("list", f"<list>{feel('1')}{feel('N')}</list>", [1, 4]),
    (
        "relation",
        f'<relation><column name="a"/><column name="b"/><row>{feel("1")}{feel("N")}</row></relation>',
        [{"a": 1, "b": 4}],
    ),
    (
        "invocation",
        f'<invocation>{feel("F")}<binding><parameter name="x"/>{feel("N")}</binding></invocation>',
        8,
    ),
    (
        "invocation of a built-in function",
        f'<invocation>{feel("abs")}<binding><parameter name="n"/>{feel("-N")}</binding></invocation>',
        4,
    ),
    (
        "conditional",
        (
            f"<conditional><if>{feel('N > 3')}</if><then>{feel('1')}</then><else>{feel('2')}</else>"
            "</conditional>"
        ),
        1,
    ),
    ("filter", f"<filter><in>{feel('[1, 5, 9]')}</in><match>{feel('item > N')}</match></filter>", [5, 9]),
    (
        "filter by members",
        f"<filter><in>{feel('[{a: 1}, {a: 9}]')}</in><match>{feel('a > N')}</match></filter>",
        [{"a": 9}],
    ),
    (
        "for",
        f'<for iteratorVariable="i"><in>{feel("[1, 2]")}</in><return>{feel("i * N")}</return></for>',
        [4, 8],
    ),
    (
        "some",
        f'<some iteratorVariable="i"><in>{feel("[1, 9]")}</in><satisfies>{feel("i > N")}</satisfies></some>',
        True,
    ),
    (
        "every",
        f'<every iteratorVariable="e"><in>{feel("[1, 9]")}</in><satisfies>{feel("e>N")}</satisfies></every>',
        False,
    ),
    (
        "table inside a context",
        '<context><contextEntry><variable name="t"/>'
        + table(["N"], [["> 3", '"big"'], ["<= 3", '"small"']])
        + f"</contextEntry><contextEntry>{feel('upper case(t)')}</contextEntry></context>",
        "BIG",
    ),
    (
        "function",
        (
            '<context><contextEntry><variable name="twice"/><functionDefinition><formalParameter name="x" '
            f'typeRef="number"/>{feel("x * 2")}</functionDefinition></contextEntry>'
            f"<contextEntry>{feel('twice(N)')}</contextEntry></context>"
        ),
        8,
    ),
]


@pytest.mark.parametrize(("logic", "value"), [box[1:] for box in BOXES], ids=[box[0] for box in BOXES])
def test_each_boxed_expression_means_what_it_shows(logic: str, value: Any) -> None:
    """A boxed expression gives the value that its picture promises."""
    text = model(
        data("N", "number"),
        knowledge("F", feel("x * 2"), takes=["x"]),
        decision("D", logic, needs=["N"], knows=["F"]),
    )
    made = dmn.load(text)
    assert made.findings == ()
    assert made.decide("D", {"N": 4}).value == value


def test_functions_of_other_languages_are_never_run() -> None:
    """A Java function is null and says that it is not run here."""
    logic = (
        '<context><contextEntry><variable name="f"/><functionDefinition kind="Java">'
        '<formalParameter name="x"/><context/></functionDefinition></contextEntry>'
        f"<contextEntry>{feel('f(1)')}</contextEntry></context>"
    )
    verdict = decide(model(decision("D", logic)))
    assert verdict.value is None
    assert "Functions in Java cannot be run here" in verdict.messages[0].message


# ---- types

TYPES = (
    item("tGrade", "string", allowed='"A", "B"')
    + item("tLoan", parts=part("loan-to-value", "number") + part("grade", "tGrade"))
    + item("tLoans", "tLoan", many=True)
    + item(
        "tTree",
        parts=part("value", "number") + '<itemComponent name="children" isCollection="true">'
        "<typeRef>tTree</typeRef></itemComponent>",
    )
)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("number", [7], 7),
        ("tLoans", {"loan-to-value": 1, "grade": "A"}, [{"loan-to-value": 1, "grade": "A"}]),
        ("tLoans", [{"loan-to-value": 1, "grade": "C"}], None),
        ("tLoan", {"grade": "A"}, None),
        ("tGrade", "B", "B"),
        ("tGrade", "C", None),
        ("date and time", date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=UTC)),
        ("feel:string", "x", "x"),
        ("tTree", {"value": 1, "children": [{"value": 2, "children": []}]}, ...),
        ("tTree", {"value": 1, "children": [{"value": "x", "children": []}]}, None),
    ],
)
def test_values_are_made_to_fit_or_are_null(kind: str, given: Any, value: Any) -> None:
    """A list of one is its item, a date begins at midnight; what is not of the type is null."""
    found = decide(model(TYPES, data("V", kind), decision("D", feel("V"), needs=["V"])), V=given).value
    assert found == (given if value is ... else value)


def test_members_with_signs_in_their_names_are_read() -> None:
    """A component called `loan-to-value` is one name, not a subtraction."""
    text = model(TYPES, data("L", "tLoan"), decision("D", feel("L.loan-to-value * 2"), needs=["L"]))
    assert decide(text, L={"loan-to-value": 4, "grade": "A"}).value == 8


def test_a_type_is_known_to_instance_of() -> None:
    """`instance of` asks for the shape of a value."""
    text = model(TYPES, decision("D", feel('[{loan-to-value: 1, grade: "A"}] instance of tLoans')))
    assert decide(text).value is True


def test_a_type_defined_by_itself_is_an_error() -> None:
    """Two types that stand for one another mean nothing."""
    found = dmn.load(model(item("a", "b"), item("b", "a"))).findings
    assert "defined by itself" in found[0].message


def test_json_is_read_by_type_and_written_back() -> None:
    """Dates, durations and exact decimals travel as strings; a missing component is null."""
    made = dmn.load(
        model(
            item("tCase", parts=part("opened", "date") + part("fee", "number") + part("note", "string")),
            data("Case", "tCase"),
            data("Limit", "days and time duration"),
            decision(
                "D",
                feel("{due: Case.opened + Limit, half: Case.fee / 3, whole: Case.fee, note: Case.note}"),
                needs=["Case", "Limit"],
            ),
        )
    )
    given = made.read_inputs({"Case": {"opened": "2026-02-28", "fee": "12.60"}, "Limit": "P3D"})
    verdict = made.decide("D", given)
    assert verdict.to_json()["value"] == {"due": "2026-03-03", "half": 4.2, "whole": 12.6, "note": None}
    assert verdict.messages == ()


def test_a_date_without_a_type_is_marked() -> None:
    """Without a type, a date in JSON is written as FEEL writes it; other strings stay strings."""
    made = dmn.load(model(data("Day"), decision("D", feel("Day"), needs=["Day"])))
    assert made.decide("D", made.read_inputs({"Day": '@"2026-02-28"'})).value == date(2026, 2, 28)
    assert made.decide("D", made.read_inputs({"Day": "2026-02-28"})).value == "2026-02-28"


def test_numbers_of_endless_digits_are_no_numbers() -> None:
    """A number that no machine should write out in full stays out."""
    made = dmn.load(model(data("N", "number"), decision("D", feel("string(N)"), needs=["N"])))
    assert made.decide("D", made.read_inputs({"N": "1e999999999"})).value is None
    verdict = made.decide("D", made.read_inputs({"N": 1e300}))
    assert len(verdict.value) == 301
    third = dmn.load(model(decision("D", feel("[1 / 3, 10 ** 20, 10 ** 400]")))).decide("D", {})
    assert third.to_json()["value"] == [1 / 3, 10**20, "1" + "0" * 400]


def test_the_clock_is_given() -> None:
    """`today()` is the day that the caller says it is."""
    made = dmn.load(model(decision("D", feel('today() > date("2026-11-01")'))))
    assert made.decide("D", {}, now=datetime(2026, 11, 23, tzinfo=UTC)).value is True
    assert made.decide("D", {}).value is None


# ---- reading


@pytest.mark.parametrize("version", ["20180521", "20191111", "20211108", "20230324"])
def test_all_versions_of_the_standard_are_read(version: str) -> None:
    """Files of DMN 1.2 to 1.5 differ in their namespace only, as far as they are run."""
    scheme = "http" if version == "20180521" else "https"
    text = model(decision("D", feel("1")), version=f"{scheme}://www.omg.org/spec/DMN/{version}/MODEL/")
    assert decide(text).value == 1


def test_what_is_no_dmn_is_refused() -> None:
    """Any other XML is refused with what was expected."""
    with pytest.raises(InvalidInput, match="no DMN model"):
        dmn.load("<html/>")


@pytest.mark.parametrize(
    ("logic", "part_of_message"),
    [
        ("", "has no logic"),
        (feel("1 +"), "Expected a value"),
        (feel(""), "is empty"),
        (table(["1"], [["-", "1", "2"]]), "2 results for 1 columns"),
        (table(["1"], [["-", "1"]], hit="MOST"), "`MOST` is no hit policy"),
        (table(["1"], [["-", "1"]], hit="PRIORITY"), "needs the output values"),
        (table(["1"], [["-", "1"]], aggregation="SUM"), "Only COLLECT aggregates"),
        (table([""], [["-", "1"]]), "The input has no expression"),
        (table(["1"], [["-", "1", "2"]], outputs=["", ""]), "needs a name"),
        ('<literalExpression typeRef="tGone"><text>1</text></literalExpression>', "`tGone` is not known"),
        (
            '<literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>',
            "`javascript` are not run",
        ),
        (f"{feel('1')}{feel('2')}", "holds 2 expressions"),
    ],
)
def test_what_is_wrong_is_told_with_element_and_reason(logic: str, part_of_message: str) -> None:
    """Each fault of a model is found when it is read, and named."""
    found = dmn.load(model(decision("D", logic))).findings
    assert any(part_of_message in one.message and one.element for one in found), found
