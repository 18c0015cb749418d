"""Roles that several play: addresses, items for each, lists in conditions."""

from typing import Any

import pytest

from tests.catalogue import small
from tongban.catalogue.check import check
from tongban.catalogue.domain import BoundEvent, Catalogue, CatalogueError, Shape
from tongban.catalogue.domain.members import collective, member

ELEMENTS = ("name", "age", "id_number", "card_number", "phone", "company_number")
COMPANY = {"company": "organisation", "employee": "person"}
EVENT: dict[str, Any] = {
    "roles": {
        "company": {"kind": "organisation", "name": small.text("company")},
        "staff": {"kind": "person", "name": small.text("employee"), "many": {"min": 1, "max": 5}},
    },
    "applicant": ["company"],
    "items": [
        {"item": "enrol", "each": "staff", "roles": {"employee": "staff"}},
        {"item": "report", "roles": {"employee": "staff"}, "when": "count(staff) > 1"},
    ],
    "sources": [{"resource": "population", "roles": {"subject": "staff"}}],
    "conditions": [
        {"when": "every one in staff satisfies one.age >= 16", "message": small.text("too young")}
    ],
    "situation": ["staff.age"],
}
NUMBER = small.element("age", type="integer")


def house(**event: Any) -> Catalogue:
    """Staff are enrolled one by one, and reported all together."""
    enrol = small.item(
        "enrol",
        [
            small.need("employee.name"),
            small.need("company.company_number"),
            small.either(["employee.id_number"], ["employee.phone"]),
            small.need("employee.card_number", when="employee.age > 60"),
        ],
        roles=COMPANY,
        materials=[
            {"material": "photo", "of": "employee", "necessity": "required"},
            {"material": "charter", "necessity": "required"},
        ],
        produces={
            "certificates": [{"certificate": "social_card", "name": small.text("card"), "holder": "employee"}]
        },
    )
    report = small.item(
        "report",
        [small.need("employee.name"), small.need("company.company_number")],
        roles=COMPANY,
        rules=[
            {
                "rule": "nobody_grown_up",
                "when": "count(employee[item.age >= 18]) = 0",
                "outcome": "reject",
                "reason": small.text("nobody is grown up"),
                "names": ["employee.age"],
            }
        ],
    )
    return small.catalogue(
        enrol,
        report,
        elements=ELEMENTS,
        more_elements=(NUMBER,),
        materials=(small.material("photo"), small.material("charter")),
        resources=(small.resource("population", ["subject.id_number"], ["subject.name", "subject.age"]),),
        event=EVENT | event,
    )


def shaped(*numbers: int) -> BoundEvent:
    """The event for the staff of these numbers."""
    return house().shaped("all", Shape.of({"staff": numbers}))


def test_a_members_role_carries_its_number() -> None:
    """`staff-2` is the second of the staff; no code of the catalogue looks like that."""
    assert member("staff", 2) == "staff-2"
    assert collective("staff-2") == ("staff", 2)
    assert collective("mother") == ("mother", None)


def test_an_item_for_each_stands_once_for_every_member() -> None:
    """Its addresses are the member's own; what belongs to the company is the same for all."""
    bound = shaped(1, 3)
    assert [item.code for item in bound.items] == ["enrol-1", "enrol-3", "report"]
    third = bound.item("enrol-3")
    assert third is not None
    assert third.item.code == "enrol"
    assert third.item.name.en == "enrol (employee 3)"
    assert [need.element for need in third.needs] == [
        "staff-3.name",
        "company.company_number",
        "staff-3.id_number",
        "staff-3.phone",
        "staff-3.card_number",
    ]
    assert [one.key for one in third.materials] == ["photo.staff-3", "charter"]
    assert third.item.produces.certificates[0].holder == "staff-3"
    assert third.use.address("employee.name") == "staff-3.name"
    assert bound.event.roles["staff-3"].name.zh_hans == "employee3"


def test_any_other_item_takes_all_members() -> None:
    """One report with everybody's name; on the wire the members keep the item's own role."""
    report = shaped(1, 2).item("report")
    assert report is not None
    assert [need.element for need in report.needs] == [
        "staff-1.name",
        "staff-2.name",
        "company.company_number",
    ]
    assert report.use.address("employee-2.name") == "staff-2.name"
    assert report.rules[0].names == ("staff-1.age", "staff-2.age")


def test_conditions_see_the_role_as_a_list() -> None:
    """count, every, some and filters go over the members; a member's own condition over that member."""
    catalogue, bound = house(), shaped(1, 2)
    types = {name: str(catalogue.element(name).type) for name in bound.addresses}
    context = bound.context({"staff-1.age": 61, "staff-2.age": 15}, types)
    [condition] = bound.event.conditions
    assert condition.when.names == {"staff-1.age", "staff-2.age"}
    assert condition.when.holds(context) is False
    assert condition.when.holds(bound.context({"staff-1.age": 61, "staff-2.age": 17}, types)) is True
    report, first, second = (bound.item(code) for code in ("report", "enrol-1", "enrol-2"))
    assert report is not None
    assert report.when is not None
    assert report.when.names == frozenset()
    assert report.when.holds(context) is True
    assert report.rules[0].when.holds(context) is False
    assert [
        item.needs[-1].when.holds(context) for item in (first, second) if item and item.needs[-1].when
    ] == [
        True,
        False,
    ]


def test_each_member_chooses_their_own_way() -> None:
    """Where one of two numbers is enough, every member has a choice of their own."""
    bound = shaped(1, 2)
    assert [choice.address for choice in bound.choices] == [
        "choice-1.all__id_number",
        "choice-2.all__id_number",
    ]
    assert bound.choices[1].ways == (("staff-2.id_number",), ("staff-2.phone",))
    asked = bound.choices[1].element.question
    assert asked is not None
    assert asked.en.startswith("employee 2: ")
    second = bound.item("enrol-2")
    assert second is not None
    phone = next(need for need in second.needs if need.element == "staff-2.phone")
    assert phone.when is not None
    context = bound.context({"choice-1.all__id_number": "1", "choice-2.all__id_number": "2"}, {})
    assert phone.when.holds(context) is True
    assert house().element("choice-2.all__id_number").type == "code"


def test_registries_are_asked_for_each_member() -> None:
    """One binding of the resource becomes one for everybody."""
    assert [source.key for source in shaped(1, 4).sources] == [("staff-1.id_number",), ("staff-4.id_number",)]


def test_without_members_the_least_number_takes_part() -> None:
    """A guide, or a form of nobody in particular, shows one."""
    assert [item.code for item in house().shaped("all", Shape()).items] == ["enrol-1", "report"]
    assert Shape.from_json(shaped(2, 1).shape.to_json()) == Shape.of({"staff": [1, 2]})


def test_the_check_reads_lists_and_says_what_does_not_fit() -> None:
    """The example is clean; `each` of one person, several applicants and names of no list are errors."""
    assert [one for one in check(house()) if one.is_error] == []
    wrong = house(
        applicant=["company", "staff"],
        items=[
            {"item": "enrol", "each": "company", "roles": {"employee": "staff"}},
            {"item": "report", "roles": {"employee": "staff"}, "when": "count(company) > 1"},
        ],
    )
    assert {one.code for one in check(wrong) if one.is_error} >= {
        "catalogue.each_of_one",
        "catalogue.many_applicants",
        "catalogue.unknown_name",
    }


@pytest.mark.parametrize("many", [{"min": 3, "max": 2}, {"min": 0, "max": 2}, {"min": 1}])
def test_how_many_is_a_span(many: dict[str, int]) -> None:
    """The least number is at least one and not above the greatest, which is given."""
    roles = EVENT["roles"] | {"staff": EVENT["roles"]["staff"] | {"many": many}}
    with pytest.raises(CatalogueError):
        house(roles=roles)
