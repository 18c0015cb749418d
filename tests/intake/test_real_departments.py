"""Prefill against the department processes themselves, in their own dialects."""

from collections.abc import Callable
from uuid import UUID

import pytest

from departments.population import PERSONAS
from tests.departments.running import Running, people
from tests.exchange.conftest import connect, real, shared_house  # noqa: F401 - fixtures of that room
from tests.intake.conftest import Desk
from tongban.exchange import partners
from tongban.identity import actions as identity
from tongban.intake import actions

pytestmark = pytest.mark.slow
ASKED = ("public_security", "civil_affairs", "health", "medical_insurance", "human_resources")


@pytest.fixture
def resident(db: None) -> UUID:
    """The married mother of the demo, as she is in every department's books."""
    del db
    mother = people().people[PERSONAS["mother"]]
    return identity.enrol_person(
        username="resident",
        password="a-long-enough-password",
        name=mother.name,
        id_number=mother.id_number,
        sex="2",
        mobile=mother.mobile,
        region=mother.region,
        synthetic=True,
    )


@pytest.fixture
def offices(real: Callable[[str], Running]) -> list[Running]:  # noqa: F811 - the fixture
    """The five departments whose records this event may ask."""
    partners._platform_key.cache_clear()
    return [real(code) for code in ASKED]


def test_five_departments_answer_a_mothers_form(
    catalogue_published: object, offices: list[Running], resident: UUID
) -> None:
    """Of some hundred fields a married mother of the town types about ten."""
    del catalogue_published, offices
    desk = Desk(actions.start(resident, "newborn", "mother"), resident)
    desk.consent()
    father = people().people[PERSONAS["father"]]
    assert desk.known["father.id_number"] == father.id_number
    assert desk.known["father.name"] == father.name
    assert desk.known["father.household_number"] == father.household_number
    assert desk.known["child.delivery_place"] == "hospital"
    assert {line.resource.code for line in desk.view.sources if line.state == "got"} >= {
        "population",
        "marriage",
        "household",
        "birth_record",
        "medical_insurance_person",
    }
    assert len(desk.asked) < 15
    assert len(desk.known) > 40
    assert all(one.provenance.verified for one in desk.view.derivation.prefilled)
    assert [one.key for one in desk.view.materials if one.required] == []


def test_a_department_that_is_gone_leaves_its_questions(
    catalogue_published: object, offices: list[Running], resident: UUID, settings: object
) -> None:
    """The health department does not answer: the rest is prefilled, its questions come back."""
    from dataclasses import replace

    del catalogue_published, offices
    config = settings.CONFIG  # type: ignore[attr-defined]
    urls = {**config.department_urls, "health": "http://127.0.0.1:9"}
    settings.CONFIG = replace(config, department_urls=urls)  # type: ignore[attr-defined]
    desk = Desk(actions.start(resident, "newborn", "mother"), resident)
    desk.consent()
    [line] = [line for line in desk.view.sources if line.resource.code == "birth_record"]
    assert line.state == "down"
    question = desk.view.derivation.question("child.birth_weight")
    assert question is not None
    assert question.self_declared
    assert "father.name" in desk.known
