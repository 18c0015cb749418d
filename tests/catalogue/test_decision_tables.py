"""The decision tables that the product ships, against the published examples of the law."""

from datetime import date
from decimal import Decimal

import pytest

from tests.fixtures import content as whole
from tongban.catalogue.domain import Catalogue, Rule
from tongban.process.decisions import OfCatalogue


@pytest.fixture(scope="module")
def content() -> Catalogue:
    """Our own content."""
    return whole()


@pytest.mark.parametrize(
    ("sex", "born", "retires"),
    [
        ("1", date(1964, 12, 31), [date(2024, 12, 31)]),
        ("1", date(1965, 1, 10), [date(2025, 2, 10)]),
        ("1", date(1965, 5, 1), [date(2025, 7, 1)]),
        ("1", date(1976, 8, 31), [date(2039, 7, 31)]),
        ("1", date(1976, 9, 5), [date(2039, 9, 5)]),
        ("1", date(1990, 2, 28), [date(2053, 2, 28)]),
        ("2", date(1975, 2, 3), [date(2031, 6, 3), date(2025, 3, 3)]),
        ("2", date(1984, 11, 20), [date(2042, 11, 20), date(2039, 11, 20)]),
    ],
)
def test_the_retirement_age_rises_by_the_month(
    content: Catalogue, sex: str, born: date, retires: list[date]
) -> None:
    """A month every four months of birth for men and women of 55, every two for women of 50, to the end."""
    verdict = content.decided("statutory_retirement").decide("法定退休日期", {"性别": sex, "出生日期": born})

    assert (verdict.value, verdict.failed) == (retires, False)


def test_the_years_of_medical_insurance_grow_until_2028(content: Catalogue) -> None:
    """Ten years in the province at first, one more each year, fifteen in the end; 30 and 25 in all."""
    model = content.decided("medical_years")
    found = [
        model.decide("缴费年限要求", {"性别": "2", "退休日期": date(year, 6, 1)}).value
        for year in range(2023, 2031)
    ]

    assert [one["省内"] for one in found] == [Decimal(n) for n in (10, 11, 12, 13, 14, 15, 15, 15)]
    assert {one["累计"] for one in found} == {Decimal(25)}


def rule(content: Catalogue, item: str, code: str) -> tuple[Rule, dict[str, str]]:
    """A rule of an item as the retirement event binds it, with the types of its addresses."""
    bound = content.bound("retirement")
    found = bound.item(item)
    assert found is not None
    return next(one for one in found.rules if one.code == code), content.types("retirement")


def test_a_clerk_reads_how_many_years_are_needed(content: Catalogue) -> None:
    """The reason holds the figures of the table for this person."""
    asked, types = rule(content, "retiree_medical_insurance", "years_short")
    values = {
        "retiree.sex": "1",
        "retiree.retired_on": "2026-03-01",
        "retiree.medical_paid_years": 31,
        "retiree.medical_local_years": 12,
    }
    bound = content.bound("retirement")
    spoken = asked.spoken(bound.context(values, types))
    enough = asked.spoken(bound.context(values | {"retiree.medical_local_years": 13}, types))

    assert spoken is not None
    assert spoken.reason.zh_hans.startswith("医保缴费年限不够：累计要满30年，其中在省内要满13年。")
    assert enough is None


def test_a_date_on_record_that_cannot_be_is_told(content: Catalogue) -> None:
    """The record says 2025, the date of birth says 2031 or 2025: the month decides."""
    asked, types = rule(content, "retirement_confirmation", "statutory_date_differs")
    values = {"retiree.sex": "2", "retiree.birth_date": "1975-02-03", "retiree.retires_on": "2025-03-31"}
    bound = content.bound("retirement")

    assert asked.spoken(bound.context(values, types)) is None
    spoken = asked.spoken(bound.context(values | {"retiree.retires_on": "2025-02-03"}, types))
    assert spoken is not None
    assert "2031年6月3日、2025年3月3日" in spoken.reason.zh_hans


def test_a_process_asks_the_same_models_by_code(content: Catalogue) -> None:
    """The engine is handed the catalogue's decisions; only models that exist are there."""
    decisions = OfCatalogue(content)

    assert set(decisions) == set(content.decisions)
    assert "no_such" not in decisions
    answer = decisions["medical_years"]("累计年限", {"性别": "1", "退休日期": "2026-03-01", "other": 1})
    assert answer == Decimal(30)
    assert decisions["medical_years"]("", {"性别": "1", "退休日期": date(2026, 3, 1)})["省内"] == Decimal(13)
