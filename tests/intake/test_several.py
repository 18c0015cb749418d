"""The form of an application in which several play one role."""

from datetime import date
from typing import Any

import pytest

from tests.catalogue import small
from tests.catalogue.test_members import house
from tongban.casework import flow
from tongban.catalogue.domain import Many, Shape
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive, members
from tongban.kernel.calendar import official
from tongban.kernel.errors import Conflict, InvalidInput, NotFound
from tongban.runtime.answers import bound_for

CATALOGUE = house()
DAY = date(2026, 3, 2)


def form(*numbers: int, known: dict[str, Any] | None = None, **situation: Any) -> Derivation:
    """The form for the staff of these numbers."""
    facts = {name: Known(value, Provenance(kind="registry")) for name, value in (known or {}).items()}
    bound = CATALOGUE.shaped("all", Shape.of({"staff": numbers}))
    return derive(bound, CATALOGUE, Situation(applicant="company", known=facts, **situation))


def asked(derivation: Derivation) -> list[str]:
    """The addresses of its questions."""
    return [one.address for one in derivation.fields]


def test_each_member_is_asked_once_for_all_items_and_the_company_once_for_all() -> None:
    """Two people, two names; one company number, although three items need it."""
    derivation = form(1, 2)
    assert len(set(asked(derivation))) == len(asked(derivation))
    assert {"staff-1.name", "staff-2.name", "company.company_number"} <= set(asked(derivation))
    question = derivation.question("company.company_number")
    assert question is not None
    assert {reason.item for reason in question.reasons} == {"enrol-1", "enrol-2", "report"}
    name = derivation.question("staff-2.name")
    assert name is not None
    assert name.element.asked_of(name.role.name).en == "employee 2 name?"


def test_the_figures_count_members() -> None:
    """Before: everybody's own form, and the report; after: what is left of the one form."""
    one, two = form(1), form(1, 2)
    assert one.active == ("enrol-1",)
    assert two.active == ("enrol-1", "enrol-2", "report")
    plans = one.plan(official(), DAY), two.plan(official(), DAY)
    # Alone: name, company number and one of two numbers. Together with another: twice that, and the report.
    assert [one.before(plans[0]).fields, two.before(plans[1]).fields] == [3, 9]
    assert [one.before(plans[0]).materials, two.before(plans[1]).materials] == [2, 4]
    assert [one.after(plans[0]).materials, two.after(plans[1]).materials] == [2, 3]
    assert [one.before(plans[0]).visits, two.before(plans[1]).visits] == [1, 3]
    assert [node.code for node in plans[1].nodes] == ["enrol-1", "enrol-2", "report"]


def test_what_is_known_of_one_member_is_asked_of_the_others() -> None:
    """The first one's record is there; the second is asked, and looked up with their own number."""
    derivation = form(1, 2, known={"staff-1.name": "甲", "staff-1.age": 30, "staff-2.id_number": "x"})
    assert "staff-1.name" not in asked(derivation)
    assert "staff-2.name" in asked(derivation)
    assert [(one.source.key, one.wanted) for one in derivation.lookups] == [
        (("staff-2.id_number",), ("staff-2.name", "staff-2.age"))
    ]


def test_a_condition_over_all_says_who_may_not_use_the_event() -> None:
    """One of two is too young; while somebody's age is open, nobody is turned away."""
    assert form(1, 2, known={"staff-1.age": 30}).unmet == ()
    assert "staff-2.age" in asked(form(1, 2, known={"staff-1.age": 30}))
    assert form(1, 2, known={"staff-1.age": 30, "staff-2.age": 12}).unmet


def test_a_members_certificate_replaces_that_members_paper() -> None:
    """The card of the second employee waits for the second enrolment and for no other."""
    enrol = small.item(
        "enrol",
        [],
        roles={"employee": "person"},
        produces={
            "certificates": [{"certificate": "card", "name": small.text("card"), "holder": "employee"}]
        },
    )
    train = small.item(
        "train",
        [small.need("employee.name")],
        roles={"employee": "person"},
        materials=[{"material": "card_copy", "of": "employee", "necessity": "required"}],
    )
    staff = {"kind": "person", "name": small.text("employee"), "many": {"min": 2, "max": 5}}
    catalogue = small.catalogue(
        enrol,
        train,
        elements=("name",),
        materials=(small.material("card_copy", {"certificate": "card"}),),
        event={
            "roles": {"mother": {"kind": "person", "name": small.text("mother")}, "employee": staff},
            "items": [{"item": "enrol", "each": "employee"}, {"item": "train", "each": "employee"}],
        },
    )
    derivation = derive(catalogue.shaped("all", Shape()), catalogue, Situation(applicant="mother"))
    assert {one.key: one.source for one in derivation.replaced} == {
        "card_copy.employee-1": "enrol-1",
        "card_copy.employee-2": "enrol-2",
    }
    plan = derivation.plan(official(), DAY)
    assert plan.waits_for("train-1") == ("enrol-1",)
    assert plan.waits_for("train-2") == ("enrol-2",)


def test_departments_get_one_members_values_or_all_of_them() -> None:
    """In the item's own role: plain for an item of one member, numbered for an item of all."""
    bound = CATALOGUE.shaped("all", Shape.of({"staff": [1, 3]}))
    values = {"staff-1.name": "甲", "staff-3.name": "乙", "company.company_number": "7"}
    third, report = bound.item("enrol-3"), bound.item("report")
    assert third is not None
    assert report is not None
    assert flow.to_formal(third, {"staff-3.name": "乙"}) == {"employee.name": "乙"}
    assert flow.to_formal(report, values) == {
        "employee-1.name": "甲",
        "employee-3.name": "乙",
        "company.company_number": "7",
    }
    assert flow.from_formal(report, "employee-3.name") == "staff-3.name"


def test_files_of_known_values_name_the_members() -> None:
    """`staff-2.name` means that there is a second one; more than may be is refused."""
    assert bound_for(CATALOGUE, "all", {"staff-1.name": "甲", "staff-4.name": "乙"}).lists == {
        "staff": ("staff-1", "staff-4")
    }
    assert bound_for(CATALOGUE, "all", {"company.name": "甲"}).lists == {"staff": ("staff-1",)}
    with pytest.raises(InvalidInput, match="1 to 5"):
        bound_for(CATALOGUE, "all", {f"staff-{number}.name": "甲" for number in range(1, 8)})


def test_numbers_stay_with_their_members() -> None:
    """The second of three goes: the third stays the third, and the next one is the fourth."""
    span = Many(min=1, max=3)
    held = members.first({"staff": span})
    for _ in range(2):
        held = members.added(held, "staff", span)
    with pytest.raises(Conflict, match="at most 3"):
        members.added(held, "staff", span)
    held = members.without(held, "staff", 2, span)
    assert members.present(held) == {"staff": (1, 3)}
    assert members.removed(held) == {"staff-2"}
    assert members.present(members.restored(held, "staff", 2, span)) == {"staff": (1, 2, 3)}
    held = members.added(held, "staff", span)
    assert members.present(held) == {"staff": (1, 3, 4)}
    with pytest.raises(Conflict, match="at most 3"):
        members.restored(held, "staff", 2, span)


def test_the_last_one_stays_and_other_roles_have_no_members() -> None:
    """There must be one; taking out or in twice changes nothing; the mother is one person."""
    span = Many(min=1, max=3)
    held = members.first({"staff": span})
    with pytest.raises(Conflict, match="at least 1"):
        members.without(held, "staff", 1, span)
    assert members.without(held, "staff", 9, span) == held
    assert members.restored(held, "staff", 1, span) == held
    with pytest.raises(NotFound):
        members.added(held, "mother", span)
    assert not held["staff"]["sure"]
    assert members.confirmed(held, "staff")["staff"]["sure"]
    assert members.first({"staff": Many(min=2, max=2)})["staff"]["sure"]
