"""What the review says of steps that nobody does, and of messages and forms that would not work."""

from dataclasses import replace

import pytest

from tests.fixtures import content
from tests.process.drawing import catch, end, flows, graph, model, on, start, task, throw
from tongban.design.work import flaws

PROCESS = "company_cancellation"
MESSAGES = (
    '<message id="late" name="tax_clearance_late"/><message id="explained" name="tax_delay_explained"/>'
    '<message id="odd" name="odd"/>'
)
TAX, CUSTOMS = 'tongban:department="tax"', 'tongban:department="customs"'


def found(element: str) -> list[str]:
    """What is said of one element between start and end."""
    drawn = graph(model(start() + element + end() + flows("s>x x>e"), MESSAGES))
    return sorted({one.code.removeprefix("process.") for one in flaws(drawn, content(), PROCESS)})


def sending(attributes: str) -> str:
    """A send task."""
    return task("x", what="sendTask", more=attributes)


GROOVY = task("x", what="scriptTask", more='scriptFormat="groovy"', inner="<script>x</script>")


@pytest.mark.parametrize(
    ("element", "said"),
    [
        (task("x"), ["nobody"]),
        (task("x", what="task"), ["nobody"]),
        (task("x", more=TAX), []),
        (task("x", what="serviceTask"), ["no_service"]),
        (task("x", what="serviceTask", more=TAX), []),
        (task("x", what="serviceTask", more='tongban:item="tax_clearance"'), []),
        (GROOVY, ["foreign_script"]),
        (task("x", what="businessRuleTask"), ["no_decision"]),
        (sending(f'{TAX} messageRef="late"'), []),
        (sending(f'{TAX} messageRef="odd"'), ["by_hand"]),
        (sending(f'{TAX} messageRef="late" tongban:fields="company.credit_code"'), []),
        (sending(f'{TAX} messageRef="late" tongban:fields="company.open_branches"'), ["field_right"]),
        (sending(f'{TAX} messageRef="late" tongban:fields="company.cancellation_kind"'), ["field_place"]),
        (throw("x", on("message", "odd")).replace('id="x"', f'id="x" {TAX}'), ["not_taken"]),
        (throw("x", on("message", "late")).replace('id="x"', f'id="x" {TAX}'), []),
        (catch("x", on("message", "explained")).replace('id="x"', f'id="x" {TAX}'), []),
        (catch("x", on("message", "explained")).replace('id="x"', f'id="x" {CUSTOMS}'), ["never_sent"]),
        (catch("x", on("message", "late")).replace('id="x"', f'id="x" {TAX}'), ["never_sent"]),
        (task("x", more=f'{TAX} tongban:form="unused_invoices company_name?"'), []),
        (task("x", more=f'{TAX} tongban:days="3"'), []),
        (task("x", more=f'{TAX} tongban:days="P3D"'), ["days"]),
        (task("x", more=f'{TAX} tongban:form="unused_invoices nonsense"'), ["unknown_field"]),
        (task("x", what="serviceTask", more=f'{TAX} tongban:form="unused_invoices"'), ["form_elsewhere"]),
    ],
)  # fmt: skip
def test_what_would_hold_a_case_up_or_reach_nobody_is_told(element: str, said: list[str]) -> None:
    """Each step has somebody who does it; each message a system that takes it and a right to what it says."""
    assert found(element) == said


@pytest.mark.parametrize(
    ("listed", "days", "said"),
    [
        ("fire_rescue city_management housing_construction", "3", []),
        ("fire_rescue city_management housing_construction", "2", ["joint_longer"]),
        ("fire_rescue city_management", "3", ["joint_chosen"]),
    ],
)
def test_a_table_chooses_among_those_that_a_review_lists(listed: str, days: str, said: list[str]) -> None:
    """A row that names somebody else is an error; one that gives longer than is promised is told."""
    asks = f'tongban:joint="{listed}" tongban:joint-days="{days}" tongban:joint-decision="restaurant_risk"'
    assert found(task("x", more=asks)) == said


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ("{面积: company.food_area, 主要做什么: company.catering_kind}", []),
        ("{面积: x.food_area, 主要做什么: x}", []),  # what a step before has left
        ("{面积: company.food_area}", ["joint_input_missing"]),
        (
            "{面积: company.food_area, 主要做什么: company.catering_kind, 楼层: company.food_area}",
            ["joint_input"],
        ),
        ("{面积: company.food_aria, 主要做什么: company.catering_kind}", ["joint_input_from"]),
        ("{面积: shop.food_area, 主要做什么: company.catering_kind}", ["joint_input_from"]),
        ("{面积: food_area, 主要做什么: company.catering_kind}", ["joint_input_from"]),
    ],
)
def test_what_a_table_is_asked_with_is_there(inputs: str, said: list[str]) -> None:
    """The table has each input, and a case of this process each value."""
    who = "fire_rescue city_management housing_construction"
    asks = (
        f'tongban:joint="{who}" tongban:joint-days="3" tongban:joint-decision="restaurant_risk" '
        f'tongban:joint-inputs="{inputs}"'
    )
    drawn = graph(model(start() + task("x", more=asks) + end() + flows("s>x x>e"), MESSAGES))
    kept = content()
    event = replace(kept.life_events["restaurant"], process="inspection")
    changed = replace(kept, life_events={**kept.life_events, "restaurant": event})
    assert [one.code.removeprefix("process.") for one in flaws(drawn, changed, "inspection")] == said


def test_a_table_that_names_nobody_there_is_told() -> None:
    """A department that does not exist is never asked."""
    kept = content()
    model_of = kept.decisions["restaurant_risk"]
    odd = replace(model_of, model=model_of.model.replace('"city_management"', '"city_managment"'))
    changed = replace(kept, decisions={**kept.decisions, "restaurant_risk": odd})
    asks = 'tongban:joint="fire_rescue city_management" tongban:joint-decision="restaurant_risk"'
    drawn = graph(model(start() + task("x", more=asks) + end() + flows("s>x x>e"), MESSAGES))
    assert "process.joint_stranger" in {one.code for one in flaws(drawn, changed, PROCESS)}


def test_what_only_people_look_at_may_say_nothing() -> None:
    """A process that is not executable may draw bare steps."""
    drawn = graph(model(start() + task("x") + end() + flows("s>x x>e"), executable="false"))
    assert list(flaws(drawn, content(), PROCESS)) == []


def test_the_shipped_processes_have_no_flaws() -> None:
    """The content of this repository runs as it is drawn."""
    from tongban.design import drawn

    catalogue = content()
    for code in catalogue.processes:
        made = drawn.graph_of(catalogue, code)
        assert made is not None
        assert list(flaws(made, catalogue, code)) == []
