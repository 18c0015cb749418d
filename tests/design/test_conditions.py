"""Conditions by choosing: whatever can be chosen can be written as FEEL and read back."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures import content
from tongban import rules
from tongban.catalogue.domain import DataElement, Text
from tongban.design.composing.conditions import (
    OTHERS,
    TESTS,
    Builder,
    Comparison,
    Group,
    Kind,
    Whose,
    addresses,
    arity,
    from_feel,
    kind_of,
    simple,
    to_feel,
)
from tongban.kernel.errors import InvalidInput


def elements() -> Mapping[str, DataElement]:
    """Some addresses of every kind, with real elements of the content."""
    known = content().elements
    names = (
        "child.father_stated",
        "mother.marital_status",
        "father.marital_status",
        "company.employee_count",
        "sale.sale_price",
        "sale.loan_amount",
        "child.birth_date",
        "mother.birth_date",
        "child.birth_time",
        "child.household_region",
        "mother.name",
        "father.name",
    )
    return {name: known[name.partition(".")[2]] for name in names if name.partition(".")[2] in known}


ELEMENTS = elements()
VALUES: dict[Kind, st.SearchStrategy[str]] = {
    "flag": st.nothing(),
    "code": st.sampled_from(["10", "20", "30", 'a"b']),
    "number": st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=2
    ).map(lambda one: format(one, "f")),
    "day": st.dates(min_value=__import__("datetime").date(1900, 1, 1)).map(lambda one: one.isoformat()),
    "moment": st.datetimes(min_value=__import__("datetime").datetime(1900, 1, 1)).map(
        lambda one: one.replace(microsecond=0).isoformat()
    ),
    "region": st.sampled_from(["43", "4301", "430102"]),
    "words": st.text(min_size=1, max_size=12).filter(lambda one: one.isprintable()),
}


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """One complete line."""
    address = draw(st.sampled_from(sorted(ELEMENTS)))
    kind = kind_of(ELEMENTS[address])
    test = draw(st.sampled_from(TESTS[kind]))
    others = [name for name in ELEMENTS if name != address and kind_of(ELEMENTS[name]) == kind]
    if test in OTHERS and others and draw(st.booleans()):
        return Comparison(address, test, (), draw(st.sampled_from(others)))
    least, most = arity(test)
    count = draw(st.integers(least, min(most, 3)))
    return Comparison(address, test, tuple(draw(VALUES[kind]) for _ in range(count)))


BUILDERS: st.SearchStrategy[Builder] = st.recursive(
    comparisons(),
    lambda inner: st.builds(
        Group, st.booleans(), st.lists(inner, min_size=1, max_size=3).map(tuple), st.booleans()
    ),
    max_leaves=8,
)


SEVERAL = {
    **ELEMENTS,
    "@count.staff": DataElement(
        code="count", name=Text("人数", "人數", "number"), of=(), type="integer", grade="public"
    ),
    **{f"staff.{name.partition('.')[2]}": one for name, one in ELEMENTS.items()},
}


@st.composite
def of_several(draw: st.DrawFn) -> Comparison:
    """A line about those who play a role together."""
    line = draw(comparisons())
    whose: Whose = draw(st.sampled_from(["some", "every"]))
    address = f"staff.{line.address.partition('.')[2]}"
    if line.other:
        return Comparison("@count.staff", draw(st.sampled_from(TESTS["number"][:4])), ("3",))
    return replace(line, address=address, whose=whose)


@settings(max_examples=80, deadline=None)
@given(
    st.builds(Group, st.booleans(), st.lists(of_several(), min_size=1, max_size=3).map(tuple), st.booleans())
)
def test_what_is_chosen_about_several_people_is_read_back(builder: Group) -> None:
    """One of them, every one, how many: the choices come back from the FEEL, joined and turned round."""
    feel = to_feel(builder, SEVERAL)
    again = from_feel(feel, SEVERAL)
    assert again is not None
    assert to_feel(again, SEVERAL) == feel
    assert all(name.partition(".")[0] == "staff" for name in rules.compile(feel).names)


@pytest.mark.parametrize(
    ("line", "feel"),
    [
        (Comparison("staff.birth_date", "below", ("2008-01-01",), whose="some"),
         'some one in staff satisfies one.birth_date < date("2008-01-01")'),
        (Comparison("staff.marital_status", "not_in", ("10", "20"), whose="every"),
         'every one in staff satisfies not(one.marital_status in ("10", "20"))'),
        (Comparison("@count.staff", "above", ("1",)), "count(staff) > 1"),
    ],
)  # fmt: skip
def test_a_line_about_several_is_plain_feel(line: Comparison, feel: str) -> None:
    """The file says what anybody who knows FEEL would write; what says more is left to them."""
    assert to_feel(line, SEVERAL) == feel
    assert from_feel(feel, SEVERAL) == line
    for other in (
        'some one in staff satisfies one.marital_status = "20" or one.marital_status = "10"',
        "some one in staff satisfies one.birth_date < mother.birth_date",
        "some one in staff, other in staff satisfies one.name = other.name",
    ):
        assert from_feel(other, SEVERAL) is None


@settings(max_examples=200, deadline=None)
@given(BUILDERS)
def test_what_is_chosen_is_read_back(builder: Builder) -> None:
    """Builder → FEEL → builder gives the same choices, without groups that add nothing."""
    plain = simple(builder)
    feel = to_feel(builder, ELEMENTS)
    again = from_feel(feel, ELEMENTS)
    if again is None:  # deeper than the page shows
        from tongban.design.composing.conditions import MAX_DEPTH, depth

        assert depth(plain) > MAX_DEPTH
        return
    assert _numbers(again) == _numbers(plain)
    assert to_feel(again, ELEMENTS) == feel
    assert rules.compile(feel).names == addresses(builder)


def _numbers(builder: Builder) -> Builder:
    """-0.00 and 0 are one number."""
    if isinstance(builder, Group):
        return Group(builder.every, tuple(map(_numbers, builder.parts)), builder.negated)
    if kind_of(ELEMENTS[builder.address]) != "number":
        return builder
    values = tuple(str(abs(Decimal(one)) if Decimal(one) == 0 else Decimal(one)) for one in builder.values)
    return Comparison(builder.address, builder.test, values, builder.other)


def test_nearly_every_condition_of_the_content_can_be_chosen() -> None:
    """Of the conditions that the shipped life events and items have, only formulas need an expert."""
    catalogue = content()
    left = set()
    for event in catalogue.life_events.values():
        bound = catalogue.bound(event)
        known = {one: catalogue.element(one) for one in bound.addresses if one.split(".")[0] in event.roles}
        for one in (*event.items, *event.sources, *event.conditions):
            if one.when is not None:
                made = from_feel(one.when.text, known)
                if made is None:
                    left.add(one.when.text)
                else:
                    assert rules.compile(to_feel(made, known)) == one.when.expression
    for item in catalogue.items.values():
        known = {f"{role}.{code}": one for role in item.roles for code, one in catalogue.elements.items()}
        for entry in (*item.needs, *item.materials, *item.rules):
            if entry.when is not None and from_feel(entry.when.text, known) is None:
                left.add(entry.when.text)
    assert len(left) <= 5
    experts = ("*", "date(", ".year =", "result.")
    """Arithmetic, parts of dates, and what a decision table says."""
    assert all(any(sign in one for sign in experts) for one in left)


@pytest.mark.parametrize(
    "text",
    [
        "mother.marital_status",
        'if child.father_stated = true then mother.marital_status = "20" else false',
        'mother.marital_status = "20" or unknown.marital_status = "20"',
        "sale.loan_amount > sale.sale_price * 0.85",
        "mother.marital_status = 20",
        "count(mother.name) > 1",
        "mother.name = mother.name",
    ],
)
def test_other_forms_are_left_to_experts(text: str) -> None:
    """What cannot be shown as choices is never shown as something near it."""
    assert from_feel(text, ELEMENTS) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (Comparison("", "is", ("a",)), "condition.address"),
        (Comparison("child.father_stated", "at_least", ("1",)), "condition.test"),
        (Comparison("mother.name", "is"), "condition.value"),
        (Comparison("sale.sale_price", "is", ("many",)), "condition.value"),
        (Comparison("child.birth_date", "is", ("2026-02-30",)), "condition.value"),
        (Comparison("child.household_region", "starts", ("430",)), "condition.value"),
        (Comparison("mother.name", "is", (), "sale.sale_price"), "condition.other"),
        (Group(every=True, parts=()), "condition.empty"),
    ],
)
def test_an_unfinished_line_says_what_is_missing(line: Builder, code: str) -> None:
    """A line that is not complete is refused with what to do, never written half."""
    with pytest.raises(InvalidInput) as caught:
        to_feel(line, ELEMENTS)
    assert caught.value.code == code


def test_it_is_written_in_the_manner_of_the_files() -> None:
    """Brackets stand only where they are needed, so that files stay readable."""
    line = Comparison("mother.marital_status", "is", ("20",))
    either = Group(every=False, parts=(line, Comparison("child.father_stated", "yes")))
    both = Group(every=True, parts=(either, Comparison("mother.name", "known")))
    assert (
        to_feel(both, ELEMENTS)
        == '(mother.marital_status = "20" or child.father_stated = true) and mother.name != null'
    )
    none = Group(every=True, parts=(Comparison("mother.marital_status", "in", ("10", "20")),), negated=True)
    assert to_feel(none, ELEMENTS) == 'not(mother.marital_status in ("10", "20"))'
