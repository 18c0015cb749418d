"""What one department decides, for the items of the others."""

from uuid import UUID

import pytest

from tests.casework import moving
from tests.fixtures import open_case
from tongban.casework import actions, queries, store
from tongban.casework.domain.moves import CaseState, State
from tongban.casework.events import CaseEnded, DispatchBlocked, DispatchFreed
from tongban.casework.models import CaseValue, HeldCertificate, Outcome
from tongban.catalogue.domain import Catalogue
from tongban.kernel.errors import InvalidInput, NotFound

CHAIN = ("household_registration_newborn", "social_security_card_newborn", "resident_insurance_newborn")


@pytest.fixture
def case(catalogue_published: Catalogue, person: UUID) -> UUID:
    """A newborn's case with all seven items."""
    return open_case(catalogue_published, person)


def test_a_result_reaches_the_waiting_department_at_once(case: UUID) -> None:
    """The certificate's number travels to the police with the next message, and nobody types it."""
    produced = moving.approve(case, "birth_certificate")
    household = moving.row(case, "household_registration_newborn")
    assert household.state == State.READY
    [message] = moving.messages(household)
    number = produced["child.birth_certificate_number"]
    assert message.kind == "submit"
    assert message.values["child.birth_certificate_number"] == number
    held = CaseValue.objects.get(case_id=case, address="child.birth_certificate_number")
    assert (held.value, held.kind, held.department, held.verified) == (number, "sibling", "health", True)
    # What waits for the police still waits; the insurer's benefit needs the certificate only.
    assert moving.row(case, "social_security_card_newborn").state == State.WAITING
    assert moving.row(case, "maternity_benefit").state == State.READY


def test_a_department_gets_what_its_item_needs_and_nothing_else(case: UUID) -> None:
    """Each message holds the item's own needs: no more than that, and nothing of them is missing."""
    for item in ("birth_certificate", "household_registration_newborn", "vaccination_certificate"):
        moving.approve(case, item)
    case_row = moving.row(case, "birth_certificate").case
    held = store.values_of(case_row)
    for item in moving.states(case):
        dispatch = moving.row(case, item)
        bound = store.bound_item(case_row, item)
        [message] = moving.messages(dispatch)
        needs = {need.element for need in bound.needs}
        assert set(message.values) <= needs
        certain = {need.element for need in bound.needs if need.when is None and need.element in held}
        assert set(message.values) >= certain
        documents = {one.need.material for one in bound.materials}
        assert {one["code"] for one in message.materials} <= documents
        assert set(message.envelope) == {"item", "case_number", "applicant_name"}
    insurance = moving.messages(moving.row(case, "resident_insurance_newborn"))[0]
    assert "child.birth_weight" not in insurance.values
    assert "mother.marital_status" not in insurance.values


def test_a_document_that_this_case_does_not_need_stays_here(
    catalogue_published: Catalogue, person: UUID
) -> None:
    """The father is not entered: his card, though in the case, goes to nobody until somebody asks for it."""
    case = open_case(
        catalogue_published,
        person,
        "newborn",
        ("birth_certificate",),
        {"mother.marital_status": "10", "child.father_stated": False},
    )
    dispatch = moving.row(case, "birth_certificate")
    names = {one["name"] for one in moving.messages(dispatch)[0].materials}
    assert "identity_card.mother.jpg" in names
    assert "identity_card.father.jpg" not in names
    card = dispatch.case.files.get(material="identity_card.father")
    with pytest.raises(NotFound):
        queries.file_for_department("health", card.pk)
    moving.ask(case, "birth_certificate", moving.fault("identity_card.father", "material"))
    assert queries.file_for_department("health", card.pk).pk == card.pk


def test_everything_approved_is_a_case_that_is_done(case: UUID, person: UUID) -> None:
    """Seven approvals in the order of the plan end the case, with its certificates in it."""
    while open_ones := [item for item, state in moving.states(case).items() if state == State.READY]:
        for item in open_ones:
            moving.approve(case, item)
    view = queries.case(case, person)
    assert (view.state, view.items_done) == (CaseState.DONE, 7)
    assert view.row.ended_at is not None
    [ended] = moving.events(case, CaseEnded)
    assert ended.data == {"state": "done", "approved": 7, "total": 7, "skipped": 0}
    assert len(queries.results(case, person)) == 7
    assert HeldCertificate.objects.filter(dispatch__case_id=case).count() == 5
    moving.all_is_well(case)


def test_a_refusal_blocks_all_who_need_it_and_nobody_else(case: UUID, person: UUID) -> None:
    """Without a birth certificate no register, no card, no insurance; vaccination and guidance go on."""
    moving.reject(case, "birth_certificate")
    assert moving.states(case) == {
        "birth_certificate": State.REJECTED,
        "vaccination_certificate": State.READY,
        "household_registration_newborn": State.BLOCKED,
        "social_security_card_newborn": State.BLOCKED,
        "maternity_benefit": State.BLOCKED,
        "resident_insurance_newborn": State.BLOCKED,
        "parenting_guidance": State.READY,
    }
    freed = {event.data["item"] for event in moving.events(case, DispatchFreed)}
    assert freed == {"birth_certificate", "vaccination_certificate", "parenting_guidance"}
    because = {event.data["item"]: event.data["because"] for event in moving.events(case, DispatchBlocked)}
    assert because == {
        "household_registration_newborn": ["birth_certificate"],
        "maternity_benefit": ["birth_certificate"],
        "social_security_card_newborn": ["household_registration_newborn"],
        "resident_insurance_newborn": ["household_registration_newborn"],
    }
    assert all(not moving.messages(moving.row(case, item)) for item in CHAIN)
    for item in ("vaccination_certificate", "parenting_guidance"):
        moving.approve(case, item)
    view = queries.case(case, person)
    assert view.state is CaseState.ENDED_PARTLY
    assert view.row.ended_at is not None
    moving.all_is_well(case)


def test_the_applicant_is_told_all_that_follows_from_a_refusal(case: UUID, person: UUID) -> None:
    """Also what is blocked only because something blocked comes before it."""
    moving.reject(case, "birth_certificate")
    refused = next(one for one in queries.results(case, person) if not one.approved)
    assert set(refused.consequences) == {*CHAIN, "maternity_benefit"}
    assert refused.reasons[0]["text"] == "条件不符"
    assert refused.appeal is not None


def test_what_follows_from_one_refusal_is_not_blamed_on_another(case: UUID, person: UUID) -> None:
    """The police refuse: card and insurance fall, the benefit does not, and vaccination has no part in it."""
    moving.approve(case, "birth_certificate")
    moving.reject(case, "vaccination_certificate")
    moving.reject(case, "household_registration_newborn")
    told = {one.item.code: set(one.consequences) for one in queries.results(case, person)}
    assert told == {
        "birth_certificate": set(),
        "vaccination_certificate": set(),
        "household_registration_newborn": {"social_security_card_newborn", "resident_insurance_newborn"},
    }
    assert moving.states(case)["maternity_benefit"] == State.READY


@pytest.mark.parametrize("nothing", [None, "", "left out"])
def test_an_approval_must_give_what_a_sibling_waits_for(case: UUID, nothing: str | None) -> None:
    """Without the certificate's number the police could not begin: the approval is refused, nothing moves."""
    produced, certificates = moving.outcome_of(case, "birth_certificate")
    if nothing == "left out":
        del produced["child.birth_certificate_number"]
    else:
        produced["child.birth_certificate_number"] = nothing
    dispatch = moving.row(case, "birth_certificate")
    with pytest.raises(InvalidInput) as refused:
        actions.approve(dispatch.pk, actor=moving.HEALTH, produced=produced, certificates=certificates)
    assert refused.value.code == "outcome.incomplete"
    assert [one.address for one in refused.value.faults] == ["child.birth_certificate_number"]
    assert moving.row(case, "birth_certificate").state == State.READY
    assert moving.row(case, "household_registration_newborn").state == State.WAITING
    assert not Outcome.objects.exists()
    moving.all_is_well(case)


def test_an_approval_must_issue_the_certificate_that_a_sibling_waits_for(case: UUID) -> None:
    """The certificate stands in for the paper that the police would ask for: no approval without it."""
    produced, _ = moving.outcome_of(case, "birth_certificate")
    dispatch = moving.row(case, "birth_certificate")
    with pytest.raises(InvalidInput) as refused:
        actions.approve(dispatch.pk, actor=moving.HEALTH, produced=produced)
    assert [one.address for one in refused.value.faults] == ["certificate:birth_certificate"]
    assert moving.row(case, "birth_certificate").state == State.READY


def test_what_nobody_waits_for_may_be_missing(case: UUID) -> None:
    """A value that no sibling needs is the department's own matter."""
    actions.approve(moving.row(case, "vaccination_certificate").pk, actor=moving.HEALTH, produced={})
    assert moving.row(case, "vaccination_certificate").state == State.APPROVED


def test_a_department_cannot_overwrite_what_is_not_its_to_produce(case: UUID) -> None:
    """Values beyond the item's own are not kept: health cannot change the mother's name."""
    produced, certificates = moving.outcome_of(case, "birth_certificate")
    before = CaseValue.objects.get(case_id=case, address="mother.name").value
    actions.approve(
        moving.row(case, "birth_certificate").pk,
        actor=moving.HEALTH,
        produced=produced | {"mother.name": "别人"},
        certificates=certificates,
    )
    assert CaseValue.objects.get(case_id=case, address="mother.name").value == before
    assert "mother.name" not in Outcome.objects.get().produced


@pytest.mark.parametrize(
    ("code", "number", "error"),
    [
        ("medical_insurance_certificate", "1", "outcome.certificate"),
        ("birth_certificate", " ", "outcome.certificate_number"),
    ],
)
def test_only_the_items_own_certificates_with_a_number(
    case: UUID, code: str, number: str, error: str
) -> None:
    """Another item's certificate, or one without a number, is refused with everything else undone."""
    produced, certificates = moving.outcome_of(case, "birth_certificate")
    wrong = actions.NewCertificate(code=code, number=number)
    with pytest.raises(InvalidInput) as refused:
        actions.approve(
            moving.row(case, "birth_certificate").pk,
            actor=moving.HEALTH,
            produced=produced,
            certificates=[*certificates, wrong],
        )
    assert refused.value.code == error
    assert moving.row(case, "birth_certificate").state == State.READY
    assert not HeldCertificate.objects.exists()


def test_a_refusal_needs_a_reason(case: UUID) -> None:
    """A refusal without a sentence for the applicant is none (Administrative Licensing Law art. 38)."""
    dispatch = moving.row(case, "birth_certificate")
    for reasons in ([], [actions.Reason(code="R1", text="  ")]):
        with pytest.raises(InvalidInput, match="reason"):
            actions.reject(dispatch.pk, actor=moving.HEALTH, reasons=reasons)
    assert moving.row(case, "birth_certificate").state == State.READY
