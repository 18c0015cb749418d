"""What holds of the one form of every life event, whatever is known and answered."""

import random
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.situations import content, event
from tongban.catalogue.domain import BoundEvent, DataElement, Shape
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive, members
from tongban.intake.domain.derivation import context_of
from tongban.kernel.calendar import official
from tongban.process.planner import due_after

EVENTS = tuple(sorted(content().life_events))
CALENDAR = official()
UNHURRIED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,  # the same examples everywhere, so that nobody's build fails by luck
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def value_of(element: DataElement) -> st.SearchStrategy[Any]:
    """Something an element may hold."""
    if element.code_list:
        return st.sampled_from([entry.code for entry in content().code_list(element.code_list).codes])
    match element.type:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(0, 5)
        case "decimal" | "money":
            return st.sampled_from(["0.2", "1", "3.25", "200000"])
        case "date":
            return st.sampled_from(["1992-03-04", "2026-11-01"])
        case _:
            return st.sampled_from(["甲", "乙"])


def values(bound: BoundEvent, most: int) -> st.SearchStrategy[dict[str, Any]]:
    """Values at some addresses of an event."""
    catalogue = content()
    return st.lists(st.sampled_from(sorted(bound.addresses)), max_size=most, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: value_of(catalogue.element(name)) for name in names})
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[BoundEvent, Situation]:
    """A life event and a situation in it."""
    code = draw(st.sampled_from(EVENTS))
    many = members.many_of(event(code))
    numbers = {
        role: range(1, draw(st.integers(span.min, min(span.max, 3))) + 1) for role, span in many.items()
    }
    bound = content().shaped(code, Shape.of(numbers))
    sources = sorted({source.code for source in bound.sources})
    registries = st.sets(st.sampled_from(sources), max_size=3) if sources else st.just(set[str]())
    facts = draw(values(bound, 40))
    return bound, Situation(
        applicant=draw(st.sampled_from(bound.event.applicant)),
        region=draw(st.sampled_from(("", "430102", "430582", "431022", "110101"))),
        known={address: Known(one, Provenance(kind="registry")) for address, one in facts.items()},
        answers=draw(values(bound, 40)),
        down=frozenset(draw(registries)),
        refused=frozenset(draw(registries)),
        disputed=frozenset(draw(st.sets(st.sampled_from(sorted(facts)), max_size=3)))
        if facts
        else frozenset(),
        left_out=frozenset(draw(st.sets(st.sampled_from([item.code for item in bound.items]), max_size=2))),
    )


def asked(derivation: Derivation) -> list[str]:
    """The addresses of its questions."""
    return [question.address for question in derivation.fields]


def needed(derivation: Derivation) -> set[str]:
    """Counted again: what the active items need, from the values that count."""
    context = context_of(content(), derivation.values, derivation.bound)
    return {
        need.element
        for item in derivation.bound.items
        if item.code in derivation.active
        for need in item.needs
        if need.when is None or need.when.holds(context)
    }


@UNHURRIED
@given(cases())
def test_asked_is_what_is_needed_and_nobody_else_brings(case: tuple[BoundEvent, Situation]) -> None:
    """Once each; never what government knows or a sibling produces; everything needed has one place."""
    bound, situation = case
    derivation = derive(bound, content(), situation)
    questions = asked(derivation)
    known = {name for name in situation.known if situation.knows(name)}
    prefilled = {one.address for one in derivation.prefilled}
    assert len(set(questions)) == len(questions)
    assert not set(questions) & known
    assert not set(questions) & derivation.produced.keys()
    assert prefilled <= known
    assert needed(derivation) <= {*questions, *prefilled, *derivation.produced}
    producing = {
        address for item in bound.items if item.code in derivation.active for address in item.produces
    }
    assert derivation.produced.keys() == (needed(derivation) | derivation.produced.keys()) & producing - known
    for question in derivation.fields:
        deciding = question.address in bound.event.situation
        assert (
            question.address in needed(derivation)
            or deciding
            or all(reason.decides for reason in question.reasons)
        )
        assert deciding or question.reasons


@UNHURRIED
@given(cases(), st.randoms(use_true_random=False))
def test_the_form_does_not_depend_on_the_order_of_anything(
    case: tuple[BoundEvent, Situation], dice: random.Random
) -> None:
    """Two people with the same facts, fetched and typed in another order, see the same form."""
    bound, situation = case
    facts, answers = list(situation.known.items()), list(situation.answers.items())
    dice.shuffle(facts)
    dice.shuffle(answers)
    other = Situation(
        applicant=situation.applicant,
        region=situation.region,
        known=dict(facts),
        answers=dict(answers),
        down=frozenset(sorted(situation.down, reverse=True)),
        refused=situation.refused,
        disputed=situation.disputed,
        left_out=situation.left_out,
    )
    one, two = derive(bound, content(), situation), derive(bound, content(), other)
    for name in ("fields", "prefilled", "produced", "items", "materials", "replaced", "lookups", "steps"):
        assert getattr(one, name) == getattr(two, name), name
    assert one.values == two.values


@UNHURRIED
@given(cases(), st.data())
def test_a_further_fact_adds_only_questions_that_its_conditions_open(
    case: tuple[BoundEvent, Situation], data: st.DataObject
) -> None:
    """What no condition reads can only take questions away."""
    bound, situation = case
    read = {name for source in bound.sources if source.when for name in source.when.names}
    read |= {name for condition in bound.event.conditions for name in condition.when.names}
    for item in bound.items:
        conditions = [
            item.when,
            *(need.condition for need in item.needs),
            *(one.need.condition for one in item.materials),
        ]
        read |= {name for condition in conditions if condition for name in condition.names}
    read |= {item.item.region_of for item in bound.items if item.item.region_of}  # its overlays
    read |= {name for choice in bound.choices for way in choice.ways for name in way}  # opens a way
    read |= {
        name
        for item in bound.items
        for one in item.materials
        for other in one.replacements
        for name in other.elements
        if one.need.way
    }
    plain = sorted(bound.addresses - read - situation.known.keys() - situation.disputed)
    address = data.draw(st.sampled_from(plain))
    fact = Known(data.draw(value_of(content().element(address))), Provenance(kind="registry"))
    before = asked(derive(bound, content(), situation))
    more = Situation(
        applicant=situation.applicant,
        region=situation.region,
        known={**situation.known, address: fact},
        answers=situation.answers,
        down=situation.down,
        refused=situation.refused,
        disputed=situation.disputed,
        left_out=situation.left_out,
    )
    after = asked(derive(bound, content(), more))
    assert set(after) == set(before) - {address}


@UNHURRIED
@given(cases())
def test_answers_that_count_are_answers_to_questions(case: tuple[BoundEvent, Situation]) -> None:
    """Nothing that is not asked counts, whatever came with it; what is known and undisputed counts."""
    bound, situation = case
    derivation = derive(bound, content(), situation)
    for address, value in derivation.values.items():
        if address in derivation.settled:
            assert value == derivation.settled[address]
        elif situation.knows(address):
            assert value == situation.known[address].value
        else:
            assert address in asked(derivation)
            assert value == situation.answers[address]


@UNHURRIED
@given(cases(), st.dates(date(2024, 1, 2), date(2026, 10, 1)), st.randoms(use_true_random=False))
def test_the_plan_holds_together(
    case: tuple[BoundEvent, Situation], start: date, dice: random.Random
) -> None:
    """No item before what it waits for, no cycle, never longer than one after the other in any order."""
    bound, situation = case
    derivation = derive(bound, content(), situation)
    plan = derivation.plan(CALENDAR, start)
    steps = {step.code: step for step in derivation.steps}
    nodes = {node.code: node for node in plan.nodes}
    assert nodes.keys() == set(derivation.active)
    for edge in plan.edges:
        assert edge.causes
        assert set(edge.causes) <= steps[edge.target].needs & steps[edge.source].produces
        assert nodes[edge.target].starts_on >= nodes[edge.source].due_on
        assert nodes[edge.target].wave > nodes[edge.source].wave
    assert 0 <= plan.parallel_days <= plan.sequential_days
    left, day = dict(steps), start
    while left:
        ready = [code for code in left if not any(source in left for source in plan.waits_for(code))]
        code = dice.choice(sorted(ready))
        day, _ = due_after(left.pop(code).limit, day, CALENDAR)
    assert plan.promised_on <= max(day, start)
    for figures in (derivation.before(plan), derivation.after(plan)):
        assert all(number >= 0 for number in figures.to_json().values())
