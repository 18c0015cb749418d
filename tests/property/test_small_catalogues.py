"""What holds of every form holds of catalogues nobody has written: any mixture of what may be said."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalogue import small
from tongban.catalogue.check import check
from tongban.catalogue.domain import Catalogue, Shape
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.intake.domain.derivation import context_of
from tongban.kernel.calendar import official
from tongban.process.planner import due_after

CALENDAR = official()
DAY = date(2026, 3, 2)
ELEMENTS = ("one", "two", "three", "four", "five")
ROLES = ("mother", "father", "staff")
ADDRESSES = tuple(f"{role}.{element}" for role in ROLES for element in ELEMENTS)
REGIONS = ("", "430000", "430100", "430102", "110101")
CONDITIONS = ('mother.one = "a"', 'father.two != "a"', "mother.three > father.three", "count(staff) > 1")
UNHURRIED = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
address = st.sampled_from(ADDRESSES)
group = st.lists(address, min_size=1, max_size=2, unique=True)
when = st.one_of(st.none(), st.sampled_from(CONDITIONS))


@st.composite
def entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The needs of one item: single values and alternatives, no address in two of them."""
    found, taken = [], set[str]()
    for _ in range(draw(st.integers(0, 4))):
        condition = draw(when)
        more = {"when": condition} if condition else {}
        if draw(st.booleans()):
            name = draw(address)
            if name not in taken:
                found.append(small.need(name, **more))
                taken.add(name)
        else:
            ways = draw(st.lists(group, min_size=2, max_size=3, unique_by=frozenset))
            names = {name for way in ways for name in way}
            if not names & taken:
                found.append(small.either(*ways, **more))
                taken |= names
    return found


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """One life event of a few items; each makes only what a later one needs, so nobody waits in a circle."""
    items, uses, overlays = [], [], {}
    count = draw(st.integers(1, 4))
    for index in range(count):
        needs = draw(entries())
        # What an item makes is called after it, so that no earlier item needs it.
        code = f"item{index}"
        if index and draw(st.booleans()):
            needs.append(small.need(f"mother.made{index - 1}"))
        items.append(
            small.item(
                code,
                needs,
                roles=dict.fromkeys(ROLES, "person"),
                materials=draw(
                    st.sampled_from(
                        [
                            [],
                            [{"material": "lease", "of": "staff", "necessity": "required"}],
                            [{"any_of": ["lease.mother", "deed.father"], "necessity": "required"}],
                        ]
                    )
                ),
                produces={"elements": [f"mother.made{index}"]},
                limits={
                    "statutory": {"amount": 9, "unit": "working_day"},
                    "promised": {"amount": draw(st.integers(1, 9)), "unit": "working_day"},
                },
            )
        )
        use: dict[str, Any] = {"item": code}
        if draw(st.booleans()):
            use["each"] = "staff"
            items[-1]["produces"] = {}
            if index:
                items[-1]["needs"] = [one for one in needs if "made" not in str(one)]
        if condition := draw(when):
            use["when"] = condition
        if draw(st.booleans()):
            use["chosen_by"] = "applicant"
        if draw(st.booleans()):
            use["regions"] = [draw(st.sampled_from(REGIONS[1:4]))]
        uses.append(use)
        if draw(st.booleans()):
            region = draw(st.sampled_from(REGIONS[1:4]))
            promised = {"amount": draw(st.integers(1, 9)), "unit": "working_day"}
            overlays[f"{region}/{code}"] = {
                "overlay": code,
                "region": region,
                "promised": promised,
                "source": "a notice",
            }
    person = {"kind": "person", "name": small.text("person")}
    return small.catalogue(
        *items,
        elements=(*ELEMENTS, *(f"made{index}" for index in range(count))),
        materials=(small.material("lease", {"elements": ["five"]}), small.material("deed")),
        overlays=overlays,
        event={
            "roles": {"mother": person, "father": person, "staff": person | {"many": {"min": 1, "max": 4}}},
            "items": uses,
        },
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Catalogue, Derivation]:
    """The form of some situation in some catalogue."""
    catalogue = draw(catalogues())
    numbers = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True))
    bound = catalogue.shaped("all", Shape.of({"staff": numbers}))
    names = sorted(bound.addresses | {"mother.one"})
    facts = draw(st.dictionaries(st.sampled_from(names), st.sampled_from("abc"), max_size=12))
    typed = draw(
        st.dictionaries(st.sampled_from(names), st.sampled_from(["a", "b", "1", "2", None]), max_size=25)
    )
    situation = Situation(
        applicant="mother",
        region=draw(st.sampled_from(REGIONS)),
        known={name: Known(value, Provenance(kind="registry")) for name, value in facts.items()},
        answers=typed,
        disputed=frozenset(draw(st.sets(st.sampled_from(sorted(facts)), max_size=2)))
        if facts
        else frozenset(),
        left_out=frozenset(draw(st.sets(st.sampled_from([one.code for one in bound.items]), max_size=1))),
    )
    return catalogue, derive(bound, catalogue, situation)


@UNHURRIED
@given(catalogues())
def test_what_is_generated_is_a_catalogue(catalogue: Catalogue) -> None:
    """The reader takes it and the check finds no reference that leads nowhere."""
    codes = {one.code for one in check(catalogue) if one.is_error}
    assert not {code for code in codes if "unknown" in code or "role" in code or "each" in code}


@UNHURRIED
@given(cases())
def test_asked_once_and_only_what_nobody_else_brings(case: tuple[Catalogue, Derivation]) -> None:
    """Of an alternative one way, or the question which; of a list every member; nothing known or produced."""
    catalogue, derivation = case
    situation = derivation.situation
    asked = [one.address for one in derivation.fields]
    assert len(set(asked)) == len(asked)
    assert not [name for name in asked if situation.knows(name)]
    assert not set(asked) & derivation.produced.keys()
    context = context_of(catalogue, derivation.values, derivation.bound)
    active = [item for item in derivation.bound.items if item.code in derivation.active]
    needed = {
        need.element
        for item in active
        for need in item.needs
        if need.when is None or need.when.holds(context)
    }
    there = {one.address for one in derivation.prefilled}
    assert needed <= {*asked, *there, *derivation.produced}
    for choice in derivation.bound.choices:
        taken = derivation.values.get(choice.address)
        members = dict(choice.codes())
        if choice.address in derivation.settled and not choice.papers:
            makers = {name for item in active for name in item.produces}
            assert all(situation.knows(name) or name in makers for name in members[taken])
            assert choice.address not in asked
        elif taken is not None:
            assert choice.address in asked or choice.address in derivation.settled
    for question in derivation.fields:
        alone = all(reason.decides for reason in question.reasons)
        assert question.address in needed or alone


@UNHURRIED
@given(cases())
def test_only_one_way_is_needed(case: tuple[Catalogue, Derivation]) -> None:
    """What belongs to a way that was not taken is asked for another reason or not at all."""
    _, derivation = case
    for item in derivation.bound.items:
        if item.code not in derivation.active:
            continue
        for entry in item.alternatives:
            taken = derivation.values.get(entry.way.choice) if entry.way else None
            names = {entry.element} if hasattr(entry, "element") else set()
            for question in derivation.fields:
                if question.address in names and entry.way and entry.way.code != taken:
                    others = [
                        need
                        for need in item.needs
                        if need.element == question.address and need.way != entry.way
                    ]
                    mine = [one for one in question.reasons if one.item == item.code and not one.decides]
                    assert len(mine) <= len(others)


@UNHURRIED
@given(cases())
def test_the_plan_is_acyclic_and_never_longer_than_one_after_the_other(
    case: tuple[Catalogue, Derivation],
) -> None:
    """In any region, for any members: each after what it waits for, and the promise the region's own."""
    catalogue, derivation = case
    plan = derivation.plan(CALENDAR, DAY)
    nodes = {node.code: node for node in plan.nodes}
    assert nodes.keys() == set(derivation.active)
    for edge in plan.edges:
        assert nodes[edge.target].starts_on >= nodes[edge.source].due_on
    assert 0 <= plan.parallel_days <= plan.sequential_days
    day = DAY
    for node in sorted(plan.nodes, key=lambda one: one.wave):
        day, _ = due_after(node.limit, day, CALENDAR)
        base = node.code.partition("-")[0]
        assert node.limit == catalogue.regional(base, derivation.situation.region).item.limits.promised
    assert plan.promised_on <= day
