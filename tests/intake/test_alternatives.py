"""Where one of several ways is enough, the person chooses one, or nobody has to."""

from datetime import date
from typing import Any

import pytest

from tests.catalogue import small
from tongban.casework import store
from tongban.catalogue import answers as typed
from tongban.catalogue.check import check
from tongban.catalogue.domain import Catalogue, CatalogueError
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.intake.domain.derivation import context_of
from tongban.kernel.calendar import official

ELEMENTS = ("name", "id_number", "household_number", "household_address", "child_name")
REGISTERS = small.either(
    ["mother.household_number", "mother.household_address"],
    ["father.household_number", "father.household_address"],
)
MOTHERS = ("mother.household_number", "mother.household_address")
FATHERS = ("father.household_number", "father.household_address")
WHICH = "choice.all__household_number"


def house(*more: dict[str, Any], **parts: Any) -> Catalogue:
    """A catalogue whose item enters a child in either parent's register."""
    enter = small.item("enter", [small.need("mother.child_name"), REGISTERS])
    return small.catalogue(enter, *more, elements=ELEMENTS, **parts)


def form(catalogue: Catalogue, known: dict[str, Any] | None = None, **situation: Any) -> Derivation:
    """The form of someone of whom `known` is known from a registry."""
    facts = {name: Known(value, Provenance(kind="registry")) for name, value in (known or {}).items()}
    return derive(catalogue.bound("all"), catalogue, Situation(applicant="mother", known=facts, **situation))


def asked(derivation: Derivation) -> set[str]:
    """The addresses of its questions."""
    return {one.address for one in derivation.fields}


def test_nothing_is_asked_when_one_group_is_fully_known() -> None:
    """The father's register is on record: nobody is asked which way, nor for the mother's."""
    derivation = form(house(), dict.fromkeys(FATHERS, "x"))
    assert asked(derivation) == {"mother.child_name"}
    assert {one.address for one in derivation.prefilled} == set(FATHERS)
    assert derivation.settled == {WHICH: "2"}


def test_a_group_known_in_part_is_not_enough() -> None:
    """Half of a register leaves the choice to the person."""
    derivation = form(house(), {MOTHERS[0]: "x"})
    assert asked(derivation) == {"mother.child_name", WHICH}


@pytest.mark.parametrize(("code", "group"), [("1", MOTHERS), ("2", FATHERS)])
def test_only_the_chosen_groups_fields_are_asked(code: str, group: tuple[str, ...]) -> None:
    """One plain question, then that way's fields; the question stays, so that it can be changed."""
    derivation = form(house(), answers={WHICH: code, MOTHERS[0]: "left over"})
    assert asked(derivation) == {"mother.child_name", WHICH, *group}
    assert (MOTHERS[0] in derivation.values) is (code == "1")


def test_the_choice_reads_plainly_and_takes_one_of_its_ways() -> None:
    """The question names the item, each way its values by their owner; anything else is refused."""
    catalogue = house()
    [question] = [one for one in form(catalogue).fields if one.address == WHICH]
    assert "enter" in question.element.asked_of(question.role.name).zh_hans
    assert question.required
    assert question.reasons[0].item == "enter"
    names = [entry.name.zh_hans for entry in catalogue.code_list(question.element.code_list or "").codes]
    assert names == [
        "mother的household_number、household_address",
        "father的household_number、household_address",
    ]
    today = date(2026, 11, 23)
    assert typed.read(question.element, "2", catalogue.lists, today=today) == "2"
    with pytest.raises(Exception, match="not one of the choices"):
        typed.read(question.element, "3", catalogue.lists, today=today)


def test_the_words_of_the_author_come_first() -> None:
    """`question`, `ways` and `choice` replace what would be made of the elements' names."""
    own = REGISTERS | {
        "choice": "register",
        "question": small.text("Whose register?"),
        "ways": [small.text("Mum's"), small.text("Dad's")],
    }
    catalogue = small.catalogue(small.item("enter", [own]), elements=ELEMENTS)
    [question] = form(catalogue).fields
    assert question.address == "choice.all__register"
    assert question.element.asked_of(question.role.name).en == "Whose register?"
    assert [one.name.en for one in catalogue.code_list(question.element.code_list or "").codes] == [
        "Mum's",
        "Dad's",
    ]


def test_two_items_with_the_same_alternative_ask_once() -> None:
    """The same groups are one question for both items; other groups are another question."""
    again = small.item("insure", [REGISTERS])
    other = small.item("school", [small.either(["mother.household_number"], ["father.id_number"])])
    derivation = form(house(again, other))
    choices = [one for one in derivation.fields if one.address.startswith("choice.")]
    assert len(choices) == 2
    assert {reason.item for reason in choices[0].reasons} == {"enter", "insure"}


def test_a_disputed_value_brings_the_choice_back() -> None:
    """Whoever says that the register is wrong chooses anew."""
    facts = dict.fromkeys(MOTHERS, "x")
    assert WHICH not in asked(form(house(), facts))
    assert WHICH in asked(form(house(), facts, disputed=frozenset({MOTHERS[1]})))


def test_a_condition_on_the_alternative_comes_first() -> None:
    """Which way is asked only once it is known that a way is needed at all."""
    some = REGISTERS | {"when": 'mother.id_number > "m"'}
    catalogue = small.catalogue(small.item("enter", [some]), elements=ELEMENTS)
    assert asked(form(catalogue)) == {"mother.id_number"}
    assert asked(form(catalogue, {"mother.id_number": "a"})) == set()
    assert asked(form(catalogue, {"mother.id_number": "z"})) == {WHICH}


def test_what_a_sibling_produces_opens_a_way() -> None:
    """Nobody chooses when a sibling will bring the father's register; the item waits for it."""
    maker = small.item("move", [], produces={"elements": list(FATHERS)})
    derivation = form(house(maker))
    assert derivation.settled == {WHICH: "2"}
    assert set(derivation.produced) == set(FATHERS)
    plan = derivation.plan(official(), date(2026, 3, 2))
    assert plan.waits_for("enter") == ("move",)


def test_registries_are_asked_for_every_way_until_one_is_taken() -> None:
    """Both registers are looked up first: one of them may make the question needless."""
    register = small.resource(
        "household", ["subject.name"], ["subject.household_number", "subject.household_address"]
    )
    sources = [{"resource": "household", "roles": {"subject": role}} for role in ("mother", "father")]
    catalogue = house(resources=(register,), event={"sources": sources})
    known = {"mother.name": "a", "father.name": "b"}
    assert {one.wanted for one in form(catalogue, known).lookups} == {MOTHERS, FATHERS}
    assert {one.wanted for one in form(catalogue, known, answers={WHICH: "1"}).lookups} == {MOTHERS}
    assert form(catalogue, known | dict.fromkeys(MOTHERS, "x")).lookups == ()


def test_only_the_chosen_way_leaves_to_the_department() -> None:
    """Casework hands over the values of one way, even when more stands in the case."""
    catalogue = house()
    held = {"mother.child_name": "x"} | dict.fromkeys((*MOTHERS, *FATHERS), "x")
    [item] = catalogue.bound("all").items
    for code, group in (("1", MOTHERS), ("2", FATHERS)):
        context = context_of(catalogue, held | {WHICH: code})
        assert store.needed_addresses(item, context) == ["mother.child_name", *group]


def papers(*, of: dict[str, Any] | None = None) -> Catalogue:
    """A catalogue whose item takes a lease or a deed, the deed being on record under a number."""
    enter = small.item(
        "enter",
        [small.need("mother.child_name")],
        materials=[{"any_of": ["lease", "deed.father"], "necessity": "required", **(of or {})}],
    )
    deed = small.material("deed", {"elements": ["household_number"]})
    return small.catalogue(enter, elements=ELEMENTS, materials=(small.material("lease"), deed))


def test_one_of_several_documents_is_enough() -> None:
    """The person says which one; only that one is to be brought, and it counts once before and after."""
    catalogue = papers()
    which = "choice.all__lease"
    plan = form(catalogue).plan(official(), date(2026, 3, 2))
    for derivation, wanted in (
        (form(catalogue), set()),
        (form(catalogue, answers={which: "1"}), {"lease"}),
        (form(catalogue, answers={which: "2"}), {"deed.father"}),
    ):
        assert which in asked(derivation)
        assert {one.key for one in derivation.materials} == wanted
        assert derivation.before(plan).materials == derivation.after(plan).materials == 1


def test_a_document_that_data_replace_settles_the_choice() -> None:
    """The father's deed is on record: nobody is asked and nothing is brought."""
    derivation = form(papers(), {"father.household_number": "1"})
    assert asked(derivation) == {"mother.child_name"}
    assert derivation.materials == ()
    assert [(one.key, one.by) for one in derivation.replaced] == [("deed.father", "elements")]


def test_the_figures_before_count_one_way() -> None:
    """At the counter, too, one register is enough: three fields, whatever is chosen later."""
    catalogue = house()
    plan = form(catalogue).plan(official(), date(2026, 3, 2))
    for answers in ({}, {WHICH: "1"}, {WHICH: "2"}):
        assert form(catalogue, answers=answers).before(plan).fields == 3


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"any_of": [["mother.name"]], "why": small.WHY}, "at least two ways"),
        ({"any_of": [["mother.name"], []], "why": small.WHY}, "at least two ways"),
        (
            {"any_of": [["mother.name"], ["father.name"]], "element": "mother.name", "why": small.WHY},
            "one `element`",
        ),
        ({"why": small.WHY}, "one `element`"),
        (
            {"any_of": [["mother.name"], ["father.name"]], "ways": [small.text("x")], "why": small.WHY},
            "one text for each way",
        ),
    ],
)
def test_the_reader_refuses_half_an_alternative(entry: dict[str, Any], says: str) -> None:
    """One way, an empty way, both forms or neither: each is a finding with its place."""
    with pytest.raises(CatalogueError, match=says):
        small.catalogue(small.item("enter", [entry]), elements=ELEMENTS)


def test_the_check_finds_what_is_wrong_with_the_ways() -> None:
    """Unknown documents and roles, the same way twice, words that belong to no alternative."""
    enter = small.item(
        "enter",
        [
            small.either(["mother.name"], ["mother.name"]),
            small.need("mother.id_number", question=small.text("lost")),
        ],
        materials=[{"any_of": ["lease", "deeed.cousin"], "necessity": "required"}],
    )
    found = check(small.catalogue(enter, elements=ELEMENTS, materials=(small.material("lease"),)))
    codes = {one.code for one in found if one.is_error}
    assert codes == {
        "catalogue.duplicate_code",
        "catalogue.no_alternative",
        "catalogue.unknown_code",
        "catalogue.unknown_role",
    }


def test_a_role_may_not_take_the_choices_name() -> None:
    """`choice` is where the form keeps what was chosen."""
    event = {"roles": {"choice": {"kind": "person", "name": small.text("x")}}, "applicant": ["choice"]}
    one = small.item("enter", [small.need("choice.name")], roles={"choice": "person"})
    found = check(small.catalogue(one, elements=ELEMENTS, event=event))
    assert "catalogue.reserved_role" in {finding.code for finding in found}
