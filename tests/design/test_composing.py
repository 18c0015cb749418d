"""Composing a life event: edits that keep the rest, and what follows from them."""

import datetime as dt
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures import content
from tongban.catalogue.domain import Catalogue, from_content, with_changes
from tongban.design.composing import editing, roles
from tongban.design.composing.changes import changes
from tongban.design.composing.outlook import Outlook, outlook
from tongban.design.composing.sources import proposals, to_ask_early, unasked
from tongban.design.composing.synthetic import example
from tongban.kernel.calendar import official
from tongban.kernel.errors import InvalidInput

TODAY = dt.date(2026, 11, 23)
EVENTS = sorted(content().life_events)


@cache
def base() -> Catalogue:
    """The content of this repository, as a stored version gives it."""
    return from_content(content().content)


def plain(code: str) -> dict[str, Any]:
    """A life event's file."""
    found: dict[str, Any] = base().content["life_events"][code]
    return found


def seen(made: dict[str, Any], catalogue: Catalogue | None = None) -> tuple[Catalogue, Outlook]:
    """The catalogue with an edited event, and what follows."""
    code = made["life_event"]
    merged, findings = with_changes(catalogue or base(), {"life_events": {code: made}})
    return merged, outlook(merged, code, official(), TODAY, findings)


@pytest.mark.parametrize("code", EVENTS)
def test_every_shipped_event_can_be_looked_at_and_kept(code: str) -> None:
    """Opening an event of the content and saving it changes nothing; everything about it can be shown."""
    assert editing.set_facts(plain(code), {}) == plain(code)
    assert editing.move(editing.move(plain(code), "items", 0, 1), "items", 1, -1) == plain(code) or (
        len(plain(code)["items"]) == 1
    )
    found = outlook(base(), code, official(), TODAY)
    assert found.readable
    assert found.plan is not None
    assert found.typical is not None
    assert found.after is not None
    assert {node.code for node in found.typical.nodes} <= {node.code for node in found.plan.nodes}
    assert found.after.fields == len(found.asked(typical=True))
    assert not [one for one in found.findings if one.is_error]
    assert not changes(found, found)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_adding_and_taking_out_an_item_leaves_the_rest(data: st.DataObject) -> None:
    """Any item can be added to any event: everybody it needs is there, and without it all is as before."""
    code = data.draw(st.sampled_from(EVENTS))
    item = data.draw(st.sampled_from(sorted(base().items)))
    before = plain(code)
    if any(use["item"] == item for use in before["items"]):
        with pytest.raises(InvalidInput):
            editing.add_item(before, base(), item)
        return
    added = editing.add_item(before, base(), item)
    _, found = seen(added)
    assert "catalogue.role_not_played" not in {one.code for one in found.findings}
    assert found.bound is not None
    assert item in {one.item.code for one in found.bound.items}
    without = editing.remove_item(added, len(added["items"]) - 1)
    assert {**without, "roles": before["roles"]} == before
    assert {**without["roles"], **before["roles"]} == without["roles"]


def test_an_added_item_shows_at_once_what_it_costs() -> None:
    """One more item: its questions, its documents and its days are said, and taken back by taking it out."""
    old = outlook(base(), "newborn", official(), TODAY)
    added = editing.add_item(plain("newborn"), base(), "childcare_subsidy")
    _, new = seen(added)
    found = changes(old, new)
    assert found.items_added == ("childcare_subsidy",)
    assert found.moved > 0
    assert found.promised is not None
    assert found.promised[1] > found.promised[0]
    back = changes(new, seen(editing.remove_item(added, len(added["items"]) - 1))[1])
    assert back.items_removed == ("childcare_subsidy",)
    assert back.moved == -found.moved
    assert set(back.asked_removed) == set(found.asked_added)


def test_a_condition_makes_an_item_depend() -> None:
    """An item with a condition is in the longest case, but not in the typical one."""
    made = plain("newborn")
    index = next(place for place, use in enumerate(made["items"]) if use["item"] == "parenting_guidance")
    _, found = seen(editing.set_use(made, index, when='child.delivery_place = "home"'))
    assert "parenting_guidance" in found.depends
    assert found.plan is not None
    assert found.typical is not None
    assert found.plan.node("parenting_guidance") is not None
    assert found.typical.node("parenting_guidance") is None


def test_items_that_wait_for_each_other_are_named() -> None:
    """A circle is no blank page: the items in it are named, and the form is shown all the same."""
    things = {kind: dict(found) for kind, found in base().content.items()}
    subsidy: dict[str, Any] = dict(things["items"]["childcare_subsidy"])
    subsidy["produces"] = {"elements": ["child.name"]}
    first: dict[str, Any] = dict(things["items"]["birth_certificate"])
    cycle, findings = with_changes(
        base(), {"items": {"childcare_subsidy": subsidy, "birth_certificate": first}}
    )
    assert not findings
    made = editing.add_item(plain("newborn"), cycle, "childcare_subsidy")
    _, found = seen(made, cycle)
    if found.plan is None:
        assert "childcare_subsidy" in found.waiting
        assert found.fields


def test_an_event_that_cannot_be_read_says_why() -> None:
    """A missing name is a finding, not a crash; nothing else is claimed."""
    made = {key: value for key, value in plain("newborn").items() if key != "name"}
    _, found = seen(made)
    assert not found.readable
    assert [one.code for one in found.findings] == ["catalogue.missing_key"]
    assert changes(outlook(base(), "newborn", official(), TODAY), found).errors == 1


@pytest.mark.parametrize("fault", [{"applicant": []}, {"items": [{"item": "no_such_item"}]}])
def test_a_half_made_event_is_no_crash(fault: dict[str, Any]) -> None:
    """While somebody is still at it, the page says what is missing."""
    _, found = seen({**plain("newborn"), **fault})
    assert not found.readable
    assert "items" in fault or found.findings == ()


def test_a_new_event_grows_from_nothing() -> None:
    """An empty event, two items, the resources that are proposed: a form that asks for little."""
    name = {"zh-hans": "养猫", "zh-hant": "養貓", "en": "Keeping a cat"}
    made = editing.new_event("keeping_a_cat", name, "person", "home", "health")
    catalogue, empty = seen(made)
    assert empty.readable
    assert empty.plan is not None
    assert empty.plan.nodes == ()
    for item in ("disability_certificate", "employment_training"):
        made = editing.add_item(made, base(), item)
    catalogue, found = seen(made)
    early = unasked(catalogue, found)
    assert early
    made = editing.set_situation(made, early)
    catalogue, found = seen(made)
    assert unasked(catalogue, found) == ()
    offers = proposals(catalogue, found)
    assert offers
    for offer in offers:
        made = editing.add_source(made, catalogue, offer.resource, dict(offer.roles))
    _, after = seen(made)
    assert after.after is not None
    assert found.after is not None
    assert after.after.fields < found.after.fields
    # What is left nobody can decide for the designer: a longer promise, a further item.
    left = {one.code for one in after.findings if one.is_error}
    assert left <= {"law.nobody_provides", "law.item_over_promise"}


def test_a_proposal_takes_questions_off_the_person() -> None:
    """What a proposed resource would answer is asked now, and no longer once it is bound."""
    made = {**plain("newborn"), "sources": plain("newborn")["sources"][1:]}
    catalogue, found = seen(made)
    offers = {one.resource: one for one in proposals(catalogue, found)}
    assert "population" in offers
    offer = offers["population"]
    assert offer.missing == ()
    _, after = seen(editing.add_source(made, catalogue, offer.resource, dict(offer.roles)))
    asked = {one.address for one in after.asked()}
    assert asked.isdisjoint(offer.answers)
    with pytest.raises(InvalidInput):
        editing.add_source(
            editing.add_source(made, catalogue, offer.resource, dict(offer.roles)),
            catalogue,
            offer.resource,
            dict(offer.roles),
        )


def test_nothing_far_fetched_is_proposed() -> None:
    """Nobody is asked whether the child is married: what is complete gets no proposals."""
    found = outlook(base(), "newborn", official(), TODAY)
    assert [one.resource for one in proposals(base(), found)] == []


def test_a_condition_on_what_nobody_brings_has_to_be_asked() -> None:
    """A condition may read only what somebody brings; what nobody brings is asked early."""
    found = outlook(base(), "newborn", official(), TODAY)
    wanted = frozenset({"mother.education", "mother.name", "nobody.at_all", "mother.no_such_element"})
    assert to_ask_early(base(), found, wanted) == ("mother.education",)


@pytest.mark.parametrize("code", EVENTS)
def test_a_renamed_role_is_renamed_everywhere(code: str) -> None:
    """Calling a role differently changes no question, no document and no day."""
    made = plain(code)
    old = outlook(base(), code, official(), TODAY)
    for role in list(made["roles"])[:2]:
        renamed = roles.rename_role(made, base(), role, "renamed_role")
        _, new = seen(renamed)
        assert [one.code for one in new.findings] == [one.code for one in old.findings]
        assert len(new.fields) == len(old.fields)
        assert new.after == old.after
        back = roles.rename_role(renamed, base(), "renamed_role", role)
        _, again = seen(back)
        assert again.bound is not None
        assert old.bound is not None
        assert again.bound.items == old.bound.items or _bindings(back) == _bindings(made)


def _bindings(made: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Item → who plays what, every role named."""
    return [
        (
            use["item"],
            {one: use.get("roles", {}).get(one, one) for one in base().items[use["item"]].roles},
        )
        for use in made["items"]
    ]


def test_only_the_role_is_renamed_in_a_condition() -> None:
    """A text that happens to hold the word, and a longer name, stay as they are."""
    text = 'mother.name = "mother.name" and grandmother.name != mother.name'
    assert (
        roles.rename_in_feel(text, "mother", "parent")
        == 'parent.name = "mother.name" and grandmother.name != parent.name'
    )
    loop = "some mother in children satisfies mother.name != null"
    assert roles.rename_in_feel(loop, "mother", "parent") == loop
    assert roles.rename_in_feel("this is = not FEEL (", "mother", "parent") == "this is = not FEEL ("


def test_a_role_goes_with_all_that_hangs_on_it() -> None:
    """Before a role is taken out one sees what hangs on it; afterwards nothing speaks of it any more."""
    made = plain("newborn")
    depends = roles.depends_on(made, base(), "father")
    assert "birth_certificate" in depends["items"]
    assert "marriage" in depends["sources"]
    assert depends["conditions"]
    without = roles.remove_role(made, base(), "father")
    assert roles.depends_on(without, base(), "father") == {
        "items": [],
        "sources": [],
        "conditions": [],
        "situation": [],
    }
    assert "father" not in without["roles"]
    assert without["applicant"] == ["mother"]
    with pytest.raises(InvalidInput) as caught:
        roles.remove_role(without, base(), "mother")
    assert caught.value.code == "compose.last_applicant"


def test_a_copy_keeps_all_but_the_claims_of_the_guide() -> None:
    """A copy is another event with the same items; an official guide's figures are not its own."""
    name = {"zh-hans": "第二个孩子", "zh-hant": "第二個孩子", "en": "Second child"}
    made = editing.copied(plain("newborn"), "second_child", name)
    assert made["items"] == plain("newborn")["items"]
    assert "declared" not in made
    assert seen(made)[1].readable
    for bad in ("Second", "第二", "2nd", ""):
        with pytest.raises(InvalidInput):
            editing.copied(plain("newborn"), bad, name)


@pytest.mark.parametrize("answering", [True, False])
@pytest.mark.parametrize("code", EVENTS)
def test_a_made_up_applicant_fills_every_form(code: str, *, answering: bool) -> None:
    """Each form can be looked at to its end: every question has a value of its kind, the same each time."""
    derivation, answers = example(base(), code, region="430102", answering=answering)
    assert {one.address for one in derivation.fields} <= answers.keys()
    again = example(base(), code, region="430102", answering=answering)[1]
    assert again == answers
    for role in base().event(code).applicant:
        assert example(base(), code, applicant=role, region="430102")[0].situation.applicant == role
