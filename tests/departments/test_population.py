"""The synthetic population: consistent, valid and the same everywhere."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.population import PERSONAS, credit_code, people, personas, resident_id, world
from tongban.kernel.numbers import check_credit_code, check_mobile, check_resident_id

DAY = date(2026, 11, 23)


def test_every_number_is_valid_and_nobody_shares_one() -> None:
    """2,000 residents and 200 companies with numbers that our own checks accept."""
    folk = world(20261123, DAY)
    assert (len(folk.people), len(folk.companies)) == (2000, 200)
    for one in folk.people:
        found = check_resident_id(one.id_number, today=DAY)
        assert found.birth_date == one.birth_date
        assert 900 <= int(one.id_number[14:17]) <= 995
        check_mobile(one.mobile)
        assert one.synthetic
    for firm in folk.companies:
        check_credit_code(firm.credit_code)
        assert "MATB" in firm.credit_code
    assert len({one.id_number for one in folk.people}) == 2000
    assert len({one.credit_code for one in folk.companies}) == 200
    assert len({one.name for one in folk.companies}) == 200
    assert len({one.certificate_number for one in folk.homes}) == len(folk.homes)
    assert {len(one.unit_number) for one in folk.homes} == {28}
    assert {len(one.vin) for one in folk.vehicles} == {17}


def test_families_agree_with_themselves() -> None:
    """Spouses name each other, share certificate, household and day; children are younger than parents."""
    folk = world(20261123, DAY).people
    couples = 0
    for at, one in enumerate(folk):
        if one.spouse is None:
            continue
        other = folk[one.spouse]
        assert other.spouse == at
        assert {one.sex, other.sex} == {"1", "2"}
        assert one.marriage_number == other.marriage_number
        assert one.married_on == other.married_on
        assert one.household_number == other.household_number
        assert one.marital_status == "20"
        assert one.married_on is not None
        # Marriageable age: 22 for men, 20 for women (Civil Code art. 1047).
        assert one.married_on.year - one.birth_date.year >= 22
        couples += 1
    assert couples > 800
    heads: dict[str, int] = {}
    for one in folk:
        heads[one.household_number] = heads.get(one.household_number, 0) + (one.relation_to_head == "02")
    assert set(heads.values()) == {1}


def test_births_lie_in_the_last_sixty_days_before_the_reference_date() -> None:
    """There is always a baby of the last weeks, whatever the day."""
    for day in (DAY, date(2027, 3, 1), date(2028, 2, 29)):
        births = world(20261123, day).births
        assert len(births) >= 60
        assert all(0 < (day - one.born_on).days < 60 for one in births)
        assert {one.place for one in births} == {"hospital", "home"}
        assert len({one.record_number for one in births if one.record_number}) == len(births) - 1


def test_people_do_not_depend_on_the_day() -> None:
    """The logins of yesterday are the people of today."""
    assert world(20261123, DAY).people == world(20261123, date(2027, 8, 1)).people
    assert people() == world(20261123, DAY).people
    assert people(7) != people(8)


def test_the_personas_are_who_they_should_be() -> None:
    """Each named person fits the part."""
    folk, named = people(), personas()
    assert set(named) == set(PERSONAS)
    assert named["mother"].spouse == PERSONAS["father"]
    assert named["mother"].ethnic_group == named["father"].ethnic_group == "01"
    assert named["mother"].insurance_kind == "employee"
    assert named["mother"].household_kind == "family"
    assert named["mother_mixed"].ethnic_group != named["father_mixed"].ethnic_group
    abroad = named["mother_father_abroad"]
    assert abroad.spouse is None
    assert abroad.foreign_spouse is not None
    assert named["mother_unmarried"].marital_status == "10"
    assert named["buyer"].spouse == PERSONAS["buyer_spouse"]
    homes = world(20261123, DAY).homes
    assert [one.owner for one in homes].count(PERSONAS["seller"]) == 1
    assert PERSONAS["buyer"] not in {one.owner for one in homes}
    assert folk[PERSONAS["founder"]] == named["founder"]


@given(
    region=st.sampled_from(["430102", "430104", "430121"]),
    born=st.dates(date(1990, 1, 1), DAY),
    sequence=st.integers(1, 999),
)
def test_a_made_up_resident_number_is_valid(region: str, born: date, sequence: int) -> None:
    """The check digit is right for every birthday and sequence; odd sequences are men's."""
    found = check_resident_id(resident_id(region, born, sequence), today=DAY)
    assert found.birth_date == born


@given(serial=st.integers(0, 9999))
@settings(max_examples=200)
def test_a_made_up_credit_code_is_valid(serial: int) -> None:
    """Both check characters are right for every serial number."""
    check_credit_code(credit_code("430104", serial))


@pytest.mark.parametrize("residents", [13, 14, 20, 200])
def test_small_populations_work_too(residents: int) -> None:
    """A test may ask for few people; the personas are always there."""
    folk = world(1, DAY, residents, 5)
    assert len(folk.people) == residents
    assert len(folk.companies) == 5
