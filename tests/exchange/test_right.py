"""The right to read is derived from what the items of a case need; it is never granted by hand."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures import content
from tongban.catalogue.domain import BoundEvent, BoundSource
from tongban.exchange.domain import Purpose, missing_right, readable_addresses
from tongban.kernel.ids import new_id

EVENTS = ("newborn", "second_hand_home", "company_start_up")


def purpose(items: tuple[str, ...], *elements: str) -> Purpose:
    """A purpose within some case."""
    return Purpose(application_id=new_id(), items=items, elements=elements)


def needed(bound: BoundEvent, items: frozenset[str]) -> set[str]:
    """What the items need, worked out anew from the content: nothing of the code under test."""
    found: set[str] = set()
    for item in bound.items:
        if item.when:  # whether an item belongs to the case at all has to be found out first
            found |= set(item.when.names)
        if item.code not in items:
            continue
        found |= {need.element for need in item.item.needs}
        for need in item.item.needs:
            found |= set(need.when.names) if need.when else set()
        for rule in item.item.rules:
            found |= set(rule.when.names) if rule.when else set()
        for material in item.materials:
            found |= set(material.need.when.names) if material.need.when else set()
            for one in material.replacements:
                found |= set(one.elements)
        found |= {item.item.region_of} if item.item.region_of else set()
    for condition in bound.event.conditions:
        found |= set(condition.when.names)
    for origin in bound.sources:
        found |= set(origin.when.names) if origin.when else set()
    return found


def keys_towards(bound: BoundEvent, wanted: set[str]) -> set[str]:
    """The keys of records that answer something wanted, and the keys of the records that answer those."""
    found: set[str] = set()
    for _ in bound.sources:
        found |= {key for one in bound.sources if (wanted | found) & set(one.answers) for key in one.key}
    return found


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_nothing_is_readable_that_the_named_items_do_not_need(data: st.DataObject) -> None:
    """For any items of any event: allowed is exactly what they read and the keys that lead to it."""
    bound = content().bound(data.draw(st.sampled_from(EVENTS)))
    codes = [item.code for item in bound.items]
    items = tuple(data.draw(st.lists(st.sampled_from(codes), min_size=1, unique=True)))
    one = data.draw(st.sampled_from(bound.sources))
    elements = tuple(data.draw(st.lists(st.sampled_from(sorted(one.answers)), min_size=1, unique=True)))
    wanted = needed(bound, frozenset(items))
    allowed = wanted | keys_towards(bound, wanted)
    assert readable_addresses(bound, items) == allowed
    expected = None if set(elements) <= allowed else "not_needed"
    assert missing_right(purpose(items, *elements), bound, one) == expected


def test_the_property_above_is_not_empty() -> None:
    """The real content has elements that some items may read and others may not."""
    outcomes = set()
    for event in EVENTS:
        bound = content().bound(event)
        for one in bound.sources:
            for element in one.answers:
                outcomes |= {
                    missing_right(purpose((item.code,), element), bound, one) for item in bound.items
                }
    assert outcomes == {None, "not_needed"}


def test_fewer_items_never_may_read_more() -> None:
    """Dropping an item from the purpose only ever takes rights away."""
    chance = random.Random(7)  # noqa: S311  # a repeatable choice
    for event in EVENTS:
        bound = content().bound(event)
        codes = [item.code for item in bound.items]
        for _ in range(30):
            many = tuple(chance.sample(codes, chance.randint(1, len(codes))))
            few = many[: chance.randint(1, len(many))]
            assert readable_addresses(bound, few) <= readable_addresses(bound, many)


def example() -> tuple[BoundEvent, str, BoundSource, str]:
    """An event, an item, a source and an element that the item needs from it."""
    for event in EVENTS:
        bound = content().bound(event)
        for one in bound.sources:
            for element in one.answers:
                for item in bound.items:
                    if element in item.reads():
                        return bound, item.code, one, element
    raise AssertionError("The content has no registry that answers what an item needs.")


def test_an_item_may_read_what_it_needs() -> None:
    """The registry that owns what an item needs may be asked for it."""
    bound, item, one, element = example()
    assert missing_right(purpose((item,), element), bound, one) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _, element: purpose((), element), "item_not_in_case"),
        (lambda _, element: purpose(("no_such_item",), element), "item_not_in_case"),
        (lambda item, element: purpose((item, "deed_tax"), element), "item_not_in_case"),
        (lambda item, _: purpose((item,)), "no_elements"),
        (lambda item, element: purpose((item,), element, "mother.religion"), "not_an_answer"),
    ],
)
def test_a_purpose_that_says_nothing_true_gives_no_right(change: Any, reason: str) -> None:
    """No item, an item of another event, no element, an element the registry does not have: refused."""
    bound, item, one, element = example()
    assert missing_right(change(item, element), bound, one) == reason
