"""The review: what it finds, what access a change opens, what it does to people. Two catalogues in."""

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.design.drawings import FITTING, MODEL
from tongban.catalogue.check import check_folder
from tongban.catalogue.domain import Catalogue, with_changes
from tongban.catalogue.domain.values import split
from tongban.design.review import Review, review
from tongban.design.rights import rights
from tongban.exchange.domain import Purpose, missing_right
from tongban.kernel.calendar import official
from tongban.kernel.ids import new_id

MINI = Path(__file__).resolve().parents[1] / "catalogue" / "data" / "mini"
TODAY = dt.date(2026, 11, 23)
BASE = with_changes(
    check_folder(MINI)[0],
    {"processes": {"joining": {"code": "joining", "model": MODEL.format(**FITTING)}}},
)[0]


def changed(**files: Any) -> Catalogue:
    """The small catalogue with some files changed: ``items__card={…}``."""
    changes: dict[str, dict[str, Any]] = {}
    for name, content in files.items():
        kind, _, code = name.partition("__")
        changes.setdefault(kind, {})[code] = content
    return with_changes(BASE, changes)[0]


def plain(kind: str, code: str, **more: Any) -> dict[str, Any]:
    """A file of the small catalogue with some keys changed."""
    found: dict[str, Any] = copy.deepcopy(dict(BASE.content[kind][code]))
    return found | more


def drawn(**attributes: str) -> Catalogue:
    """The small catalogue with another process for its life event."""
    return changed(
        processes__joining={"code": "joining", "model": MODEL.format(**(FITTING | attributes))},
        life_events__join=plain("life_events", "join", process="joining"),
    )


def look(after: Catalogue, before: Catalogue = BASE) -> Review:
    """The review of a change of the small catalogue."""
    return review(before, after, official(), TODAY)


def codes(after: Catalogue) -> list[tuple[str, str, str]]:
    """What is found: code, file, element."""
    return [(one.code, f"{one.kind}/{one.file}", one.element) for one in look(after).findings]


def test_a_shorter_promise_is_told_with_what_it_does() -> None:
    """Three working days become one: one sentence, new figures, no access opened."""
    after = changed(
        items__card=plain(
            "items",
            "card",
            limits={
                **BASE.content["items"]["card"]["limits"],
                "promised": {"amount": 1, "unit": "working_day"},
            },
        )
    )
    found = look(after)

    assert found.errors == ()
    assert [one.aspect for one in found.difference.changes] == ["limits.promised"]
    assert (found.opened, found.closed) == ((), ())
    (effect,) = found.effects
    assert effect.event == "join"
    assert effect.before is not None
    assert effect.after is not None
    assert effect.after.days <= effect.before.days


def test_a_promise_above_the_law_is_an_error() -> None:
    """The law lint speaks in the review, too."""
    limits = {**BASE.content["items"]["card"]["limits"], "promised": {"amount": 11, "unit": "working_day"}}
    assert ("law.promise_above_statute", "items/card", "limits.promised") in codes(
        changed(items__card=plain("items", "card", limits=limits))
    )


def test_a_drawn_process_that_fits_is_accepted() -> None:
    """Both items of the life event are drawn, and the department exists."""
    assert look(drawn()).errors == ()


@pytest.mark.parametrize(
    ("attributes", "code", "element"),
    [
        ({"card": 't:item="carrd"'}, "process.unknown_item", "card"),
        ({"look": 't:department="libary"'}, "process.unknown_department", "look"),
        ({"look": 't:joint="library police"'}, "process.unknown_department", "look"),
        ({"look": 't:department="library" t:role="king"'}, "process.unknown_role", "look"),
        ({"locker": 't:item="card"'}, "process.item_not_drawn", ""),
    ],
)
def test_a_process_names_only_what_the_catalogue_knows(
    attributes: dict[str, str], code: str, element: str
) -> None:
    """A wrong item, department or role is an error at the element that names it."""
    assert (code, "processes/joining", element) in codes(drawn(**attributes))


def test_a_process_that_cannot_end_is_an_error() -> None:
    """What the reader refuses is a finding with the element's id; a text that is no XML is one, too."""
    model = MODEL.format(card='t:item="card"', locker='t:item="locker"', look="")
    broken = model.replace('targetRef="end"', 'targetRef="nowhere"')
    after = changed(processes__joining={"code": "joining", "model": broken})
    assert any(one.is_error and one.file == "joining" for one in look(after).findings)
    after, said = with_changes(BASE, {"processes": {"joining": {"code": "joining", "model": "<a>"}}})
    assert review(BASE, after, official(), TODAY, said=said).errors


def test_a_task_of_another_department_opens_what_it_may_read() -> None:
    """A joint review in the process: the departments that sign read what the items may read."""
    library = {right for right in rights(BASE) if right.department == "library"}
    assert {right.department for right in rights(BASE)} == {"library"}
    found = look(drawn(look='t:joint="library registry"'))

    assert {(one.department, one.event) for one in found.opened} == {("registry", "join")}
    assert {(one.element, one.item) for one in found.opened} == {(one.element, one.item) for one in library}


def test_an_item_that_needs_more_opens_access_for_its_department() -> None:
    """A need that a register answers: its department may read it from now on, graded as the element is."""
    bare = changed(items__card=plain("items", "card", needs=[], rules=[], materials=[], joint_review=[]))
    found = look(BASE, bare)

    assert {(one.department, one.item) for one in found.opened} == {("library", "card")}
    read = {right.element for right in rights(bare) if right.item == "card"}
    for one in found.opened:
        assert one.element not in read
        assert one.grade == str(BASE.elements[one.element].grade)
        assert one.owner == BASE.resources[one.resource].department


def test_the_rights_are_those_that_the_exchange_grants() -> None:
    """Every right of the review is allowed by the exchange, and no other element of the register is."""
    bound = BASE.bound("join")
    for item in bound.items:
        for source in bound.sources:
            for address in source.answers:
                purpose = Purpose(application_id=new_id(), items=(item.code,), elements=(address,))
                allowed = missing_right(purpose, bound, source) is None
                listed = any(
                    (right.item, right.resource, right.element) == (item.code, source.code, split(address)[1])
                    for right in rights(BASE)
                )
                assert allowed <= listed


FILES = [(kind, code) for kind, things in BASE.content.items() for code in things]


@given(st.lists(st.sampled_from(FILES), unique=True, max_size=6))
@settings(max_examples=25, deadline=None)
def test_the_review_of_an_unchanged_draft_is_empty(files: list[tuple[str, str]]) -> None:
    """Whatever files were saved as they are: nothing is found, opened or different."""
    changes: dict[str, dict[str, Any]] = {}
    for kind, code in files:
        changes.setdefault(kind, {})[code] = copy.deepcopy(BASE.content[kind][code])
    after, findings = with_changes(BASE, changes)

    assert findings == ()
    assert look(after).is_empty


@given(
    st.lists(st.sampled_from(sorted(BASE.items)), unique=True, max_size=3),
    st.lists(st.sampled_from(sorted(BASE.resources)), unique=True, max_size=2),
)
@settings(max_examples=25, deadline=None)
def test_what_a_change_opens_and_closes_is_the_difference_of_two_sets(
    items: list[str], resources: list[str]
) -> None:
    """Nothing is opened that was there before, nothing closed that still is, and nothing is forgotten."""
    event = plain("life_events", "join")
    event["items"] = [use for use in event["items"] if use["item"] not in items]
    event["sources"] = [one for one in event.get("sources", []) if one["resource"] not in resources]
    after = changed(life_events__join=event)
    there, back = look(after), look(BASE, after)

    assert set(there.closed) == rights(BASE) - rights(after)
    assert set(there.opened) == rights(after) - rights(BASE)
    assert (there.opened, there.closed) == (back.closed, back.opened)
