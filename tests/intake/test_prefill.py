"""Registries are asked for what is wanted: once, in waves, and never trusted to the browser."""

from datetime import date, timedelta

import pytest

from tests.intake.conftest import FATHERS, MARRIAGE, OTHER_MANS, Desk, Registries
from tests.intake.situations import FATHER_ID
from tongban.intake import actions, prefill
from tongban.intake.models import Source, Value
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict, InvalidInput, NotFound
from tongban.kernel.numbers import make_resident_id

OTHER_ID = make_resident_id("430102", date(1988, 8, 8), 35)


def test_one_record_leads_to_the_next(desk: Desk, registries: Registries) -> None:
    """Her number gives the marriage, the marriage his number, his number his address: he is never asked."""
    desk.consent()
    assert desk.known["father.name"] == "王建国"
    assert desk.known["father.residence_address"] == FATHERS["father.residence_address"]
    assert not [address for address in desk.asked if address in MARRIAGE or address in FATHERS]
    assert [one[1] for one in registries.of("population")][-1] == FATHER_ID


def test_nothing_is_fetched_before_consent(desk: Desk, registries: Registries) -> None:
    """A draft that was only begun asks no department, and cannot be submitted."""
    prefill.prefill(desk.id, desk.person)
    assert registries.asked == []
    with pytest.raises(Conflict) as error:
        actions.submit(desk.id, desk.person)
    assert error.value.code == "application.no_consent"


def test_nothing_is_asked_twice(desk: Desk, registries: Registries) -> None:
    """A registry that had no record, or no value, is not asked again at every answer."""
    desk.consent()
    before = len(registries.asked)
    values = [(code, key, one) for code, key, wanted in registries.asked for one in wanted]
    assert len(values) == len(set(values))
    assert desk.answer(child__name="李安", child__plurality="1", child__delivery_place="hospital") == []
    assert desk.answer(child__sex="1", mother__insurance_kind="employee") == []
    values = [(code, key, one) for code, key, wanted in registries.asked for one in wanted]
    assert len(values) == len(set(values))
    assert len(registries.of("birth_record")) <= 2  # once, and once for what a hospital birth needs more
    assert before <= len(registries.asked)


def test_only_what_is_needed_is_asked_for(desk: Desk, registries: Registries) -> None:
    """The purpose of each read names items, and no element that is known already."""
    desk.consent()
    for read in registries.reads:
        assert read.purpose.items
        assert set(read.purpose.elements) <= set(read.source.answers)
    assert "mother.name" not in registries.of("population")[0][2]  # the sign-in vouches for it


def test_a_refused_registry_is_never_asked(desk: Desk, registries: Registries) -> None:
    """Her refusal brings the questions back; nobody asks behind her back, also not at submission."""
    desk.consent("population")
    assert {code for code, _, _ in registries.asked} == {"population"}
    question = desk.view.derivation.question("mother.marital_status")
    assert question is not None
    assert question.self_declared
    prefill.prefill(desk.id, desk.person, refresh=True)
    assert {code for code, _, _ in registries.asked} == {"population"}


@pytest.mark.usefixtures("registries")
def test_a_later_refusal_forgets_and_a_later_consent_asks_again(desk: Desk) -> None:
    """What was fetched is destroyed with the consent, also what it led to; allowed again it comes back."""
    desk.consent()
    desk.consent("population")
    assert "father.name" not in desk.known
    assert "father.residence_address" not in desk.known
    assert not Value.objects.filter(
        application_id=desk.id, answered=False, address__startswith="father."
    ).exists()
    desk.consent()
    assert desk.known["father.name"] == "王建国"
    assert desk.known["father.residence_address"] == FATHERS["father.residence_address"]
    [first, second, third] = [
        one.data for one in journal.stream(desk.id) if one.type == "tongban.intake.consented"
    ]
    assert "marriage" in first["allowed"]
    assert "marriage" in second["refused"]
    assert "marriage" in third["allowed"]


def test_an_unknown_registry_cannot_be_allowed(desk: Desk, registries: Registries) -> None:
    """A form that was tampered with changes nothing."""
    with pytest.raises(InvalidInput) as error:
        actions.consent(desk.id, desk.person, {"population", "criminal_record"})
    assert error.value.code == "consent.unknown_source"
    assert registries.asked == []
    assert desk.view.row.consented_at is None


def test_a_department_that_is_down_is_spared_and_asked_later(desk: Desk, registries: Registries) -> None:
    """Its questions come back as the person's word; when it is up the next page brings the answers."""
    registries.down = {"marriage"}
    desk.consent()
    question = desk.view.derivation.question("mother.marital_status")
    assert question is not None
    assert (question.self_declared, "marriage" in question.instead_of) == (True, True)
    tries = len(registries.of("marriage"))
    desk.answer(child__name="李安")
    assert len(registries.of("marriage")) == tries
    registries.down = set()
    row = Source.objects.get(application_id=desk.id, resource="marriage")
    assert row.at is not None
    row.at -= prefill.SPARE_DOWN + timedelta(seconds=1)
    row.save()
    desk.answer(child__sex="1")
    assert desk.known["mother.marital_status"] == "20"
    assert desk.known["father.name"] == "王建国"


def test_what_she_answered_while_it_was_down_gives_way_to_the_record(
    desk: Desk, registries: Registries
) -> None:
    """The record is the truth that is submitted; her answer decides no more."""
    registries.down = {"marriage"}
    desk.consent()
    assert desk.answer(mother__marital_status="10") == []
    registries.down = set()
    prefill.prefill(desk.id, desk.person, refresh=True)
    assert desk.known["mother.marital_status"] == "20"
    assert "child.father_stated" not in desk.asked


def _unmarried(registries: Registries) -> None:
    for key in [key for key in registries.records if key[0] == "marriage"]:
        registries.records[key] = {"mother.marital_status": "10"}
    registries.records["population", OTHER_ID] = dict(OTHER_MANS)
    registries.records["population", FATHER_ID] = {**FATHERS, "father.name": "王建国"}


def test_a_typed_number_opens_nobodys_record(desk: Desk, registries: Registries) -> None:
    """Whoever types a stranger's identity number sees nothing of the stranger: it is asked instead."""
    _unmarried(registries)
    desk.consent()
    registries.asked.clear()
    assert desk.answer(child__father_stated=True) == []
    assert desk.answer(father__id_document_type="111") == []
    assert desk.answer(father__id_number=OTHER_ID) == []
    assert not any(address.startswith("father.") for address in desk.known)
    assert "father.name" in desk.asked
    assert registries.of("population") == []
    held = Value.objects.filter(application_id=desk.id).values_list("value", flat=True)
    assert not {"赵六", "别处"} & {str(one) for one in held}


@pytest.mark.usefixtures("registries")
def test_an_objection_to_a_key_drops_what_hung_on_it(desk: Desk) -> None:
    """`That is not the father's number`: his address goes too, and back with it."""
    desk.consent()
    actions.dispute(desk.id, desk.person, "father.id_number", "不是这个号码")
    assert "father.residence_address" not in desk.known
    assert "father.id_number" in desk.asked
    actions.undispute(desk.id, desk.person, "father.id_number")
    assert desk.known["father.residence_address"] == FATHERS["father.residence_address"]


def test_stale_values_are_fetched_again_at_submission(desk: Desk, registries: Registries) -> None:
    """Changed, gone and unreachable: the new value counts, the old one goes, the old one stays."""
    desk.consent()
    Value.objects.filter(application_id=desk.id, answered=False).exclude(kind="sign_in").update(
        at=prefill.datetime.now(prefill.UTC) - timedelta(days=2)
    )
    [mother] = [key for key in registries.records if key[0] == "population" and key[1] != FATHER_ID]
    registries.records[mother]["mother.residence_address"] = "长沙市岳麓区"
    del registries.records[mother]["mother.ethnic_group"]
    registries.down = {"marriage"}
    registries.asked.clear()
    prefill.prefill(desk.id, desk.person, refresh=True)
    assert desk.known["mother.residence_address"] == "长沙市岳麓区"
    assert "mother.ethnic_group" in desk.asked
    assert desk.known["father.name"] == "王建国"
    assert len(registries.of("marriage")) == 1


def test_fresh_values_are_not_fetched_again(desk: Desk, registries: Registries) -> None:
    """What may be used for a day is not asked twice in a minute; what must be asked each time is."""
    birth = {"child.sex": "1", "child.birth_date": "2026-11-01", "child.delivery_place": "hospital"}
    registries.records["birth_record", registries_key(registries)] = birth
    desk.consent()
    registries.asked.clear()
    prefill.prefill(desk.id, desk.person, refresh=True)
    assert {code for code, _, _ in registries.asked} == {"birth_record"}


def registries_key(registries: Registries) -> str:
    """The mother's identity number."""
    return next(key for code, key in registries.records if code == "marriage")


def test_a_divorce_in_between_takes_his_data_away(desk: Desk, registries: Registries) -> None:
    """The record changed from married to single: his values do not stay under her application."""
    desk.consent()
    Value.objects.filter(application_id=desk.id, answered=False).exclude(kind="sign_in").update(
        at=prefill.datetime.now(prefill.UTC) - timedelta(days=2)
    )
    _unmarried(registries)
    prefill.prefill(desk.id, desk.person, refresh=True)
    assert desk.known["mother.marital_status"] == "10"
    assert "child.father_stated" in desk.asked
    assert not [address for address in [*desk.known, *desk.asked] if address.startswith("father.")]


@pytest.mark.parametrize(
    "address", ["mother.name", "mother.id_number", "child.id_number", "father.name", "mother.marital_status"]
)
@pytest.mark.usefixtures("registries")
def test_a_value_that_is_not_asked_cannot_be_posted(desk: Desk, address: str) -> None:
    """Signed in, fetched or a sibling's: posting it is a fault and changes nothing."""
    desk.consent()
    before = list(Value.objects.filter(application_id=desk.id).order_by("pk").values_list("address", "value"))
    count = len(journal.stream(desk.id))
    assert desk.answer(**{address.replace(".", "__"): "赵六"}) == ["answer.not_asked"]
    assert (
        list(Value.objects.filter(application_id=desk.id).order_by("pk").values_list("address", "value"))
        == before
    )
    assert len(journal.stream(desk.id)) == count


@pytest.mark.parametrize("address", ["mother.id_number", "child.name", "no.such"])
@pytest.mark.usefixtures("registries")
def test_only_fetched_values_can_be_objected_to(desk: Desk, address: str) -> None:
    """The sign-in is not up for objection, and what nobody fetched cannot be wrong."""
    desk.consent()
    with pytest.raises(NotFound):
        actions.dispute(desk.id, desk.person, address, "")


@pytest.mark.usefixtures("registries")
def test_a_disputed_value_is_answered_and_goes_with_its_remark(desk: Desk) -> None:
    """The registry's value stays recorded beside the person's own; the person's own counts in the form."""
    desk.consent()
    actions.dispute(desk.id, desk.person, "mother.birth_date", " 写错了 ")
    assert desk.answer(mother__birth_date="1994-05-21") == []
    assert desk.view.derivation.values["mother.birth_date"] == "1994-05-21"
    row = Value.objects.get(application_id=desk.id, address="mother.birth_date", answered=False)
    assert (row.value, row.disputed, row.remark) == ("1994-05-20", True, "写错了")


@pytest.mark.usefixtures("registries")
def test_reads_are_recorded_without_values(desk: Desk) -> None:
    """The journal says which addresses came, not what stands there."""
    desk.consent()
    events = [one for one in journal.stream(desk.id) if one.type == "tongban.intake.prefilled"]
    assert events
    assert "father.name" in {address for one in events for address in one.data["addresses"]}
    assert "王建国" not in str([one.data for one in events])
