"""Marriage and residence, desk by desk."""

from departments.population import PERSONAS, Person
from departments.walkers.marriage_residence import couples
from tests.departments.desks import Desks
from tests.departments.running import people

Values = dict[str, object]


def spouses(woman: Person, man: Person) -> Values:
    """What the platform knows of both, and what they declare."""
    values: Values = {
        "application.both_willing": True,
        "application.close_relatives": False,
        "application.marriage_office": "430104",
        "application.household_joiner": "woman_joins",
        "application.children_count": 0,
    }
    for role, one in (("woman", woman), ("man", man)):
        values |= {
            f"{role}.name": one.name,
            f"{role}.id_number": one.id_number,
        }
    return values


def test_a_couple_marries_and_she_moves_to_his_register() -> None:
    """The certificate's number goes on to both registers, the move and the birth registration."""
    _, woman, man = next(couples(people()))
    office, police, health = Desks("civil_affairs"), Desks("public_security"), Desks("health")
    values = spouses(woman, man)
    values |= office.granted("marriage_registration", values)
    assert values["man.marriage_certificate_number"] == values["woman.marriage_certificate_number"]
    assert str(values["man.marriage_certificate_number"]).startswith("J430104-2026-")
    assert values["man.marriage_registered_on"] == "2026-11-23"
    changed = police.granted("household_marital_status", values)
    assert set(changed) == {"man.marital_status_changed_on", "woman.marital_status_changed_on"}
    moved = police.granted("household_move_spouse", values)
    assert moved["application.joined_household_number"] == man.household_number
    key = {"subject.id_number": woman.id_number}
    assert police.look_up("lookup_household", key)["subject.household_number"] == man.household_number
    assert health.granted("birth_plan_registration", values)["woman.birth_registration_number"]
    assert health.send("birth_plan_registration", values).kind == "rejected"
    # They are married now, for everyone who asks.
    assert office.look_up("lookup_marital_record", key) == {"subject.marital_status": "20"}
    assert office.send("marriage_registration", values).reasons[0].code == "HY02"


def test_the_married_the_young_and_the_related_are_refused_with_every_reason() -> None:
    """All grounds come at once, each with its article."""
    world = people()
    office = Desks("civil_affairs")
    child = next(
        one for one in world.people if one.sex == "1" and one.birth_date.year > 2006 and one.spouse is None
    )
    values = spouses(world.people[PERSONAS["mother"]], child) | {"application.close_relatives": True}
    reply = office.send("marriage_registration", values)
    assert reply.kind == "rejected"
    assert {one.code for one in reply.reasons} == {"HY02", "HY03", "HY04"}
    assert all(one.law for one in reply.reasons)


def test_a_wrong_name_is_corrected() -> None:
    """The fault comes back under our own address."""
    _, woman, man = next(couples(people()))
    reply = Desks("civil_affairs").send("marriage_registration", spouses(woman, man) | {"man.name": "张三"})
    assert [one.address for one in reply.faults] == ["man.name"]


def test_nobody_moves_to_a_collective_register() -> None:
    """The law wants a family register at the other end."""
    world = people()
    woman = next(couples(world))[1]
    man = next(one for one in world.people if one.sex == "1" and one.household_kind == "collective")
    values = spouses(woman, man) | {
        "man.marriage_certificate_number": "J1",
        "woman.marriage_certificate_number": "J1",
    }
    assert Desks("public_security").send("household_move_spouse", values).reasons[0].code == "HZ31"
