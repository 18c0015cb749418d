"""The joint inspection of a restaurant, as shipped: its decision table says who comes along, and how soon."""

from uuid import UUID

import pytest

from tests.casework import moving
from tests.fixtures import clerk_post, open_case
from tongban.casework import tasks
from tongban.casework.domain.joint import holding, terms
from tongban.casework.domain.moves import State
from tongban.casework.events import JointReviewAsked
from tongban.casework.models import JointTask
from tongban.catalogue.domain import Catalogue

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
