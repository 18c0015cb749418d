"""The joint inspection of a restaurant, as shipped: its decision table says who comes along, and how soon."""

from uuid import UUID

import pytest

from tests.casework import moving
from tests.fixtures import clerk_post, open_case
from tests.process.drawing import end, flows, model, start, task
from tongban.casework import errands, tasks
from tongban.casework.domain.joint import holding, terms
from tongban.casework.domain.moves import State
from tongban.casework.events import JointReviewAsked
from tongban.casework.models import JointTask
from tongban.catalogue import calendars
from tongban.catalogue.domain import Catalogue
from tongban.process import actions as process
from tongban.process import queries as processes

ITEM = "restaurant_site_inspection"
TWO, THREE = ["fire_rescue", "city_management"], ["fire_rescue", "city_management", "housing_construction"]


@pytest.mark.parametrize(
    ("shop", "asks", "row"),
    [
        (("50", "drinks"), ([], None), ""),
        (("50", "hot"), (["city_management"], 2), "2"),
        (("51", "drinks"), (TWO, 2), "3"),
        (("300", "hot"), (TWO, 2), "3"),
        (("300.5", "hot"), (THREE, 3), "4"),
    ],
)
def test_the_table_says_who_inspects_a_restaurant(
    catalogue_published: Catalogue,
    person: UUID,
    shop: tuple[str, str],
    asks: tuple[list[str], int | None],
    row: str,
) -> None:
    """A tea shop is looked at by one office alone, a restaurant by two in two days, a large one by three."""
    (area, kind), (departments, days) = shop, asks
    values = {"company.food_area": area, "company.catering_kind": kind, "company.company_region": "430102"}
    case = open_case(catalogue_published, person, "restaurant", (ITEM,), values)
    dispatch = moving.row(case, ITEM)
    asked = {task.department: task.working_days for task in JointTask.objects.filter(dispatch=dispatch)}
    assert asked == dict.fromkeys(departments, days)
    events = moving.events(case, JointReviewAsked)
    assert [one.data["tables"] for one in events] == ([{"restaurant_risk": row}] if row else [])

    lead = clerk_post("market-one", "market_regulation")
    for department in departments:
        tasks.sign(clerk_post(f"{department}-one", department), dispatch.pk, agrees=True)
    produced, _ = moving.outcome_of(case, ITEM)
    tasks.decide(
        lead,
        dispatch.pk,
        moving.row(case, ITEM).version,
        approve=True,
        produced={address: str(value) for address, value in produced.items()},
    )
    assert moving.row(case, ITEM).state == State.APPROVED


def test_an_area_that_nobody_knows_brings_everybody(catalogue_published: Catalogue) -> None:
    """No row fits what is not known: all that the rule names are asked, with the rule's own limit."""
    reviews = catalogue_published.bound("restaurant").item(ITEM).item.reviews
    found = terms(holding(reviews, {"company": {"catering_kind": "hot"}}))
    assert [(one.department, one.limit) for one in found] == [(one, 3) for one in THREE]


def test_a_drawn_review_is_asked_as_its_table_says(catalogue_published: Catalogue) -> None:
    """The same table in a drawing: the inbox has the task with two of the three, and two working days."""
    del catalogue_published  # a process that is deployed by hand asks the decisions of the current content
    asks = (
        f'tongban:joint="{" ".join(THREE)}" tongban:joint-days="3" tongban:joint-decision="restaurant_risk" '
        'tongban:joint-inputs="{面积: company.food_area, 主要做什么: company.catering_kind}"'
    )
    process.deploy("inspection", model(start() + end() + flows("s>a a>e") + task("a", more=asks)))
    given = {"company": {"food_area": 120, "catering_kind": "hot"}}
    process.start("inspection", key="one", variables=given)
    [row] = processes.open_work(kind="human")
    assert (row.work.ours["joint"].split(), row.work.ours["joint-days"]) == (TWO, "2")
    assert row.work.department == "fire_rescue"
    on, _ = errands.last_day(row)
    calendar = calendars.current()
    today = row.created_at.astimezone(calendar.zone).date()
    assert on == calendar.add_workdays(today, 2).on
