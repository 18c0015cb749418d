"""What a region does differently: small files, the nearest wins, never beyond the law."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.catalogue import small
from tests.intake.situations import content
from tongban.catalogue.check import check
from tongban.catalogue.domain import Catalogue, CatalogueError, Shape
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.kernel.calendar import official
from tongban.kernel.clock import Limit, Unit

ELEMENTS = ("name", "phone")
HERE = small.element("residence_region", format="region")
FURONG, CHANGSHA, HUNAN, HENGYANG = "430102", "430100", "430000", "430400"


def overlay(region: str, item: str = "enter", **changes: Any) -> dict[str, Any]:
    """The file of one overlay."""
    return {f"{region}/{item}": {"overlay": item, "region": region, "source": "a notice", **changes}}


def days(amount: int) -> dict[str, Any]:
    """A promise in working days."""
    return {"amount": amount, "unit": "working_day"}


def house(overlays: dict[str, Any], **more: Any) -> Catalogue:
    """One item of two papers, decided where its applicant lives, unless `more` says otherwise."""
    enter = small.item(
        "enter",
        [small.need("mother.name")],
        materials=[{"material": code, "necessity": "required"} for code in ("lease", "photo")],
        limits={"statutory": days(10), "promised": days(5)},
        legal_basis=[],
        **more,
    )
    return small.catalogue(
        enter,
        elements=ELEMENTS,
        more_elements=(HERE,),
        materials=tuple(small.material(code) for code in ("lease", "photo", "permit")),
        overlays=overlays,
    )


def form(catalogue: Catalogue, region: str = "", **values: Any) -> Derivation:
    """The form of an applicant of this region."""
    known = {name.replace("__", "."): Known(one, Provenance(kind="known")) for name, one in values.items()}
    return derive(
        catalogue.bound("all"), catalogue, Situation(applicant="mother", region=region, known=known)
    )


TIERS = (
    overlay(HUNAN, promised=days(4), fee={"amount": "5"}, drops=["photo"])
    | overlay(CHANGSHA, promised=days(2), adds=[{"material": "permit", "necessity": "required"}])
    | overlay(FURONG, fee={"amount": "0"}, drops=["permit"], channels=["online", "hall"])
)


@pytest.mark.parametrize(
    ("region", "promised", "fee", "papers"),
    [
        ("", 5, "0", {"lease", "photo"}),
        ("110101", 5, "0", {"lease", "photo"}),
        (HUNAN, 4, "5", {"lease"}),
        (HENGYANG, 4, "5", {"lease"}),
        (CHANGSHA, 2, "5", {"lease", "permit"}),
        (FURONG, 2, "0", {"lease"}),
    ],
)
def test_the_nearest_tier_wins_key_by_key(region: str, promised: int, fee: str, papers: set[str]) -> None:
    """The district's fee, the city's promise, the province's dropped photo: the nearest that says so."""
    catalogue = house(TIERS)
    item = catalogue.regional("enter", region).item
    assert item.limits.promised == Limit(promised, Unit.WORKING_DAY)
    assert item.limits.statutory is not None
    assert item.fee.amount == Decimal(fee)
    derivation = form(catalogue, region)
    assert {one.key for one in derivation.materials} == papers
    plan = derivation.plan(official(), date(2026, 3, 2))
    assert plan.nodes[0].limit.amount == promised


def test_where_each_difference_comes_from_is_visible() -> None:
    """Key → region of the overlay; a version of its own, so that a case tells which it was."""
    catalogue = house(TIERS)
    found = catalogue.regional("enter", FURONG)
    assert found.origin == {
        "promised": CHANGSHA,
        "fee": FURONG,
        "channels": FURONG,
        "materials.photo": HUNAN,
        "materials.permit": FURONG,
    }
    assert found.item.version != catalogue.item("enter").version
    assert catalogue.regional("enter", "110101").item == catalogue.item("enter")


def test_the_region_that_decides_the_item_decides_its_overlay() -> None:
    """An item with `region_of` follows that address, asked or known, and not where the applicant lives."""
    there = overlay(CHANGSHA, promised=days(1))
    catalogue = house(there, region_of="mother.residence_region")
    for region, expected in ((FURONG, 1), (HENGYANG, 5)):
        derivation = form(catalogue, HENGYANG, mother__residence_region=region)
        assert derivation.steps[0].limit.amount == expected
        assert derivation.bound.shape.to_json() == {"regions": {"enter": region}}
        pinned = catalogue.shaped("all", Shape.from_json(derivation.bound.shape.to_json()))
        assert pinned.items[0].item.limits.promised.amount == expected
    assert form(catalogue, CHANGSHA).steps[0].limit.amount == 5


def test_an_item_may_be_offered_in_some_regions_only() -> None:
    """By the applicant's region, or the region of `region_of`, which is asked for when nobody knows it."""
    event = {"items": [{"item": "enter", "regions": [CHANGSHA]}]}
    one = small.item("enter", [small.need("mother.name")])
    catalogue = small.catalogue(one, elements=ELEMENTS, event=event)
    assert form(catalogue, FURONG).active == ("enter",)
    assert form(catalogue, HENGYANG).active == ()
    assert form(catalogue).active == ("enter",)  # nobody knows where: it is not kept from anybody

    one = small.item("enter", [small.need("mother.name")], region_of="mother.residence_region")
    catalogue = small.catalogue(one, elements=ELEMENTS, more_elements=(HERE,), event=event)
    waiting = form(catalogue, HENGYANG)
    assert [question.address for question in waiting.fields] == ["mother.residence_region"]
    assert waiting.items[0].applies is None
    assert form(catalogue, HENGYANG, mother__residence_region=FURONG).active == ("enter",)
    assert form(catalogue, FURONG, mother__residence_region=HENGYANG).active == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"promised": days(11)}, "law.promise_above_statute"),
        ({"drops": ["permit"]}, "catalogue.nothing_to_drop"),
        ({"adds": [{"material": "lease", "necessity": "required"}]}, "catalogue.duplicate_code"),
        ({"adds": [{"material": "unheard_of", "necessity": "required"}]}, "catalogue.unknown_code"),
        ({}, "catalogue.empty"),
    ],
)
def test_the_check_finds_overlays_that_do_not_fit(changes: dict[str, Any], code: str) -> None:
    """Longer than the statute, dropping what is not asked, adding what is, or changing nothing."""
    found = check(house(overlay(CHANGSHA, **changes)))
    assert code in {one.code for one in found if one.is_error and one.file.startswith("overlays/")}


def test_a_longer_promise_within_the_statute_is_the_regions_own_business() -> None:
    """Ten days by law, five by promise: a region may say eight."""
    assert not [one for one in check(house(overlay(CHANGSHA, promised=days(8)))) if one.is_error]


def test_a_region_that_does_not_exist_and_other_keys_are_refused() -> None:
    """Strict as every file: an unknown region is a finding, an unknown key or an alternative an error."""
    found = check(house(overlay("439999", promised=days(1))))
    assert "catalogue.unknown_region" in {one.code for one in found}
    with pytest.raises(CatalogueError, match="not known here"):
        house(overlay(CHANGSHA, needs=[]))
    with pytest.raises(CatalogueError, match="single documents"):
        house(overlay(CHANGSHA, adds=[{"any_of": ["lease", "permit"], "necessity": "required"}]))


def test_our_own_overlays_say_where_they_stand() -> None:
    """Each names its source; the item is what its region says."""
    catalogue = content()
    assert catalogue.overlays
    assert all(overlay.source for overlay in catalogue.overlays.values())
    card = catalogue.regional("social_security_card_newborn", "431022")
    own = {one.id for one in catalogue.item("social_security_card_newborn").materials}
    assert own - {one.id for one in card.item.materials} == {"portrait_photo.child"}
    assert card.origin == {"materials.portrait_photo.child": "431022"}
