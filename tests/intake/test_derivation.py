"""The one form, derived: examples on the real newborn event."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.intake.situations import (
    FATHER_ID,
    MARRIED,
    MOTHER_ID,
    SINGLE,
    asked,
    content,
    event,
    form,
    known,
    papers,
    stand_ins,
)
from tongban.intake.domain import Known, Provenance, Situation, derive, findings
from tongban.intake.drafts import derived
from tongban.kernel.calendar import official

FATHER = ("father.birth_date", "father.nationality", "father.ethnic_group", "father.household_number")


def test_every_question_says_for_which_item_and_why() -> None:
    """Each question names an item of the case, in words of three languages, and its law when there is one."""
    derivation = form(MARRIED)
    for question in derivation.fields:
        assert question.reasons, question.address
        for reason in question.reasons:
            assert reason.item in derivation.active
            assert all(reason.why.to_json().values()), question.address
    question = derivation.question("child.birth_date")
    assert question is not None
    assert {reason.item for reason in question.reasons} >= {"birth_certificate", "resident_insurance_newborn"}
    assert ("maternal_infant_health_law", "第二十三条") in {
        (law.law, law.article) for reason in question.reasons for law in reason.law
    }


def test_every_value_is_asked_once_for_all_items() -> None:
    """The child's name is needed by five departments and asked once."""
    derivation = form(MARRIED)
    assert len(set(asked(derivation))) == len(asked(derivation))
    question = derivation.question("child.name")
    assert question is not None
    assert len({reason.item for reason in question.reasons}) >= 5


def test_what_a_sibling_produces_is_never_asked() -> None:
    """Nobody asks for the number that the police have not given yet, even when someone typed one."""
    numbers = {"child.id_number", "child.birth_certificate_number", "child.household_number"}
    for derivation in (form(MARRIED), form(MARRIED, answers={"child.id_number": MOTHER_ID})):
        assert not numbers & set(asked(derivation))
        assert numbers <= set(derivation.produced)
        assert derivation.produced["child.id_number"] == "household_registration_newborn"
        assert "child.id_number" not in derivation.values


def test_known_values_are_prefilled_with_where_they_come_from() -> None:
    """What the population registry said is shown with department and moment, and not asked."""
    at = datetime(2026, 11, 23, 1, tzinfo=UTC)
    provenance = Provenance(kind="registry", department="public_security", resource="population", at=at)
    derivation = form(known=known(MARRIED) | {"mother.birth_date": Known("1994-05-20", provenance)})
    [prefilled] = [one for one in derivation.prefilled if one.address == "mother.birth_date"]
    assert (prefilled.value, prefilled.provenance) == ("1994-05-20", provenance)
    assert "birth_certificate" in prefilled.items
    assert "mother.birth_date" not in asked(derivation)


def test_a_disputed_value_comes_back_as_a_question() -> None:
    """A wrong birth date is asked, marked as the person's own word, and the registry's is not used."""
    values = MARRIED | {"mother.birth_date": "1994-05-20"}
    derivation = form(known=known(values, "population"), disputed=frozenset({"mother.birth_date"}))
    question = derivation.question("mother.birth_date")
    assert question is not None
    assert question.self_declared
    assert "population" in question.instead_of
    assert "mother.birth_date" not in derivation.values
    assert "mother.birth_date" not in {one.address for one in derivation.prefilled}


@pytest.mark.parametrize("why", ["down", "refused"])
def test_a_registry_that_is_not_asked_leaves_its_questions(why: str) -> None:
    """A department that is down, or that the person does not want asked: self-declared, and not looked up."""
    derivation = form(SINGLE, **{why: frozenset({"birth_record"})})
    for address in ("child.birth_weight", "child.birth_hospital"):
        question = derivation.question(address)
        assert question is not None
        assert (question.self_declared, question.instead_of) == (True, ("birth_record",))
    assert "birth_record" not in {lookup.source.code for lookup in derivation.lookups}
    name = derivation.question("child.name")
    assert name is not None
    assert not name.self_declared


def test_a_birth_outside_a_hospital_asks_where_and_for_proof() -> None:
    """Hunan's rules: a parentage test and a statement; no hospital to name and no hospital record."""
    in_hospital, at_home = form(MARRIED), form(MARRIED | {"child.delivery_place": "home"})
    assert "child.birth_address" in asked(at_home)
    assert not {"child.birth_hospital", "child.birth_hospital_code"} & set(asked(at_home))
    assert papers(at_home) - papers(in_hospital) == {"parentage_test", "birth_outside_statement"}
    assert papers(in_hospital) - papers(at_home) == {"hospital_birth_record"}


def test_a_birth_abroad_needs_no_birth_certificate_here() -> None:
    """Six items, and the foreign certificate instead of one that nobody here issues."""
    derivation = form(MARRIED | {"child.delivery_place": "abroad"})
    assert len(derivation.active) == 6
    assert "birth_certificate" not in derivation.active
    assert "foreign_birth_certificate" in papers(derivation)
    assert "child.birth_certificate_number" not in [*derivation.produced, *asked(derivation)]


def test_a_father_abroad_shows_a_travel_document() -> None:
    """No mainland number, household or ethnic group is asked of a father with a passport."""
    derivation = form(MARRIED | {"father.id_document_type": "414"})
    assert "father.travel_document_number" in asked(derivation)
    assert not {"father.id_number", "father.ethnic_group", "father.household_number"} & set(asked(derivation))
    assert "travel_document.father" in papers(derivation)
    assert not {"identity_card.father", "household_register.father"} & papers(derivation)


def test_an_unmarried_mother_says_whether_the_father_is_entered() -> None:
    """Civil Code art. 1071: nothing about the father is asked until she says yes; then a test is needed."""
    open_form = form(SINGLE)
    assert "child.father_stated" in asked(open_form)
    assert not [address for address in asked(open_form) if address.startswith("father.")]
    assert not {"marriage_certificate", "parentage_test"} & papers(open_form)

    stated = form(SINGLE, answers={"child.father_stated": True, "father.id_document_type": "111"})
    assert set(FATHER) <= set(asked(stated))
    assert "child.father_stated" in asked(stated)
    assert {"parentage_test", "identity_card.father"} <= papers(stated)


def test_parents_of_two_ethnic_groups_choose_the_childs() -> None:
    """Only when the groups differ is it asked, and a declaration needed."""
    same = form(MARRIED | {"mother.ethnic_group": "01", "father.ethnic_group": "01"})
    differ = form(MARRIED | {"mother.ethnic_group": "01", "father.ethnic_group": "15"})
    assert "child.ethnic_group" not in asked(same)
    assert "child.ethnic_group" in asked(differ)
    assert papers(differ) - papers(same) == {"ethnic_group_declaration"}


def test_the_father_may_apply() -> None:
    """His own number leads to the marriage record, and that to her."""
    derivation = form({"father.id_number": FATHER_ID, "father.name": "王建国"}, applicant="father")
    assert [(one.source.code, one.key) for one in derivation.lookups] == [
        ("marriage", {"father.id_number": FATHER_ID})
    ]
    assert "mother.id_number" in derivation.lookups[0].wanted


def test_an_uninsured_mother_has_no_maternity_benefit() -> None:
    """The seventh item falls away with its questions."""
    derivation = form(MARRIED | {"mother.insurance_kind": "none"})
    assert "maternity_benefit" not in derivation.active
    assert not [one for one in asked(derivation) if "benefit_account" in one or "maternity" in one]


def test_an_answered_deciding_question_can_be_changed() -> None:
    """The question that decided stays, and another answer gives the other form again."""
    at_home = form(
        {"mother.id_number": MOTHER_ID},
        answers={"child.delivery_place": "home", "mother.marital_status": "10"},
    )
    assert "child.delivery_place" in asked(at_home)
    assert "parentage_test" in papers(at_home)
    changed = form(
        {"mother.id_number": MOTHER_ID},
        answers={"child.delivery_place": "hospital", "mother.marital_status": "10"},
    )
    assert "child.delivery_place" in asked(changed)
    assert "parentage_test" not in papers(changed)


def test_answers_whose_question_went_away_decide_nothing() -> None:
    """She first entered a father of another ethnic group, then none: no declaration, nothing about him."""
    father = {
        "child.father_stated": True,
        "father.id_document_type": "111",
        "father.id_number": FATHER_ID,
        "father.ethnic_group": "15",
        "mother.ethnic_group": "01",
    }
    with_him = form(SINGLE, answers=father)
    assert "ethnic_group_declaration" in papers(with_him)
    without = form(SINGLE, answers=father | {"child.father_stated": False})
    assert "ethnic_group_declaration" not in papers(without)
    assert not [address for address in asked(without) if address.startswith("father.")]
    assert not [address for address in without.values if address.startswith("father.")]


def test_a_condition_that_waits_asks_what_decides_it() -> None:
    """`plurality > 1` cannot be said before the number of babies is: that is asked, the order is not."""
    before = form(MARRIED)
    question = before.question("child.plurality")
    assert question is not None
    assert "child.birth_order" not in asked(before)
    assert "child.birth_order" in asked(form(MARRIED, answers={"child.plurality": 2}))
    assert "child.birth_order" not in asked(form(MARRIED, answers={"child.plurality": 1}))


def test_a_deciding_question_left_empty_decides_against() -> None:
    """An answer deliberately left empty does not hold the form open for ever."""
    derivation = form(MARRIED, answers={"child.plurality": None})
    assert "child.birth_order" not in asked(derivation)
    assert all(item.applies is not None for item in derivation.items)


def test_documents_are_replaced_by_form_data_record_and_sibling() -> None:
    """Each paper that nobody brings has the reason why."""
    facts = known(MARRIED | {"mother.birth_date": "1994-05-20"}, "population")
    facts |= known(
        {"mother.household_number": "430102001", "mother.household_address": "芙蓉区"}, "household"
    )
    facts |= known({"child.birth_record_number": "B1"}, "birth_record")
    facts |= known({"mother.marriage_certificate_number": "J1"}, "marriage")
    replaced = stand_ins(form(known=facts))
    assert replaced["birth_registration_form"] == ("form", "")
    assert replaced["identity_card.mother"] == ("elements", "")
    assert replaced["household_register.mother"] == ("elements", "")
    assert replaced["hospital_birth_record"] == ("certificate", "birth_record")
    assert replaced["marriage_certificate"] == ("certificate", "marriage")
    assert replaced["birth_certificate_paper"] == ("sibling", "birth_certificate")
    assert "household_register.father" not in replaced


def test_the_persons_own_word_replaces_no_document() -> None:
    """Typing name and birth date does not make the identity card needless."""
    facts = {address: one for address, one in known(MARRIED).items() if address != "mother.name"}
    derivation = form(known=facts, answers={"mother.name": "李明月", "mother.birth_date": "1994-05-20"})
    assert "identity_card.mother" in papers(derivation)


def test_a_document_replaced_by_a_siblings_certificate_makes_its_item_wait() -> None:
    """The police wait for the hospital's certificate because of the paper as well as of its number."""
    [step] = [step for step in form(MARRIED).steps if step.code == "household_registration_newborn"]
    assert {"certificate:birth_certificate", "child.birth_certificate_number"} <= step.needs


def test_an_optional_item_can_be_left_out_and_taken_back() -> None:
    """Household move and meters are the buyer's choice; what only they need is then not asked."""
    whole = form(code="second_hand_home")
    less = form(code="second_hand_home", left_out=frozenset({"utilities_transfer", "property_transfer"}))
    assert "utilities_transfer" in whole.active
    assert "utilities_transfer" not in less.active
    assert "property_transfer" in less.active  # not theirs to choose
    assert set(asked(less)) < set(asked(whole))
    [state] = [state for state in less.items if state.code == "utilities_transfer"]
    assert state.chosen_out


def test_a_foreign_mother_is_told_where_to_go() -> None:
    """The event's own condition is unmet only once it is known to be."""
    assert form(MARRIED).unmet == ()
    [message] = form(MARRIED | {"mother.nationality": "USA"}).unmet
    assert "passport" in message.en


@pytest.mark.parametrize(
    "values",
    [
        {},
        MARRIED,
        SINGLE,
        MARRIED | {"child.delivery_place": "abroad"},
        MARRIED | {"mother.insurance_kind": "none", "father.id_document_type": "414"},
    ],
)
def test_the_figures_before_are_the_sum_over_separate_items(values: dict[str, object]) -> None:
    """Counted again by hand, item by item, as if each were done alone at its counter."""
    derivation = form(values)
    context: dict[str, dict[str, object]] = {}
    for address, value in derivation.values.items():
        role, _, element = address.partition(".")
        context.setdefault(role, {})[element] = value
    fields = materials = visits = 0
    for item in event().items:
        if item.code not in derivation.active:
            continue
        needs = [need.element for need in item.needs if need.when is None or need.when.holds(context)]
        fields += len(set(needs))
        materials += sum(
            1
            for one in item.materials
            if one.need.necessity != "optional" and (one.need.when is None or one.need.when.holds(context))
        )
        visits += item.item.visits
    plan = derivation.plan(official(), date(2026, 3, 2))
    before, after = derivation.before(plan), derivation.after(plan)
    assert (before.fields, before.materials, before.visits) == (fields, materials, visits)
    assert before.days == sum(
        item.item.limits.promised.amount for item in event().items if item.code in derivation.active
    )
    assert after.fields == len(asked(derivation)) <= before.fields
    assert after.materials == len([one for one in derivation.materials if one.required]) <= before.materials
    assert (after.visits, after.days) == (0, plan.parallel_days)


def test_a_rule_speaks_when_what_it_reads_is_answered() -> None:
    """The third of two babies is told to the person, but not while the number of babies is still open."""
    order = {"child.plurality": 2, "child.birth_order": 3}
    found = findings(form(MARRIED, answers=order), content())
    assert [(item, rule.code, rule.names) for item, rule in found] == [
        ("birth_certificate", "order_beyond_plurality", ("child.birth_order", "child.plurality"))
    ]
    assert findings(form(MARRIED, answers=order | {"child.birth_order": 2}), content()) == ()
    # She now says one baby: the order is not asked any more and its old answer accuses nobody.
    assert findings(form(MARRIED, answers=order | {"child.plurality": 1}), content()) == ()


def test_a_childs_ethnic_group_is_that_of_one_parent() -> None:
    """The rule waits for both parents' answers before it says so."""
    child = {"child.ethnic_group": "15"}
    parents = {"mother.ethnic_group": "01", "father.ethnic_group": "03"}
    both = form(MARRIED | parents, answers=child)
    assert [rule.code for _, rule in findings(both, content())] == ["ethnic_group_of_neither_parent"]
    disputed = replace(both.situation, disputed=frozenset({"father.ethnic_group"}))
    assert findings(derive(event(), content(), disputed), content()) == ()


def test_a_sensitive_number_opens_a_record_only_with_a_second_key() -> None:
    """A home's certificate and its owner's number prove the owner; the number alone opens nothing."""
    catalogue = content()
    bound = catalogue.bound("second_hand_home")
    typed = {"seller.id_number": FATHER_ID}
    alone = derive(bound, catalogue, Situation(applicant="buyer", answers=typed))
    assert {lookup.source.code for lookup in alone.lookups} == set()

    both = {**typed, "property.property_certificate_number": "湘（2020）长沙市不动产权第0000001号"}
    together = derive(bound, catalogue, Situation(applicant="buyer", answers=both))
    assert {lookup.source.code for lookup in together.lookups} == {"property_registry"}

    record = Provenance(kind="registry", resource="property_registry")
    opened = {"property.house_use": Known("residence", record)}
    proven = derive(bound, catalogue, Situation(applicant="buyer", answers=both, known=opened))
    assert {"population", "home_count", "tax_person"} <= {lookup.source.code for lookup in proven.lookups}


def test_what_was_derived_just_now_is_not_derived_again() -> None:
    """The same draft read again gives the same form; another answer, or other content, a new one."""

    def told(answers: dict[str, str]) -> Situation:
        return Situation(applicant="mother", known=known(MARRIED), answers=answers)

    first = derived(event(), content(), told({}))
    assert derived(event(), content(), told({})) is first
    answered = derived(event(), content(), told({"child.name": "王安然"}))
    assert answered == derive(event(), content(), told({"child.name": "王安然"}))
    assert answered.values != first.values
    assert derived(event(), content(), told({})) is first
    other = event("second_hand_home")
    assert derived(other, content(), Situation(applicant="buyer")).bound is other
