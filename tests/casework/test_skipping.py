"""Steps whose result is there already are skipped, with the reason on the record."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from tests.casework import moving
from tests.fixtures import new_case, open_case
from tongban.casework import actions, applicant, queries
from tongban.casework.domain.moves import CaseState, State
from tongban.casework.events import CaseEnded, DispatchSkipped
from tongban.casework.models import CaseValue, Dispatch
from tongban.catalogue.domain import Catalogue
from tongban.faces.citizen.cases import next_step

CARD = "social_security_card_employee"
FILING = "labour_contract_filing"
EVENT = "employment_of_staff"


def hire(
    catalogue: Catalogue, person: UUID, *, holds: bool | None, id_number: str = "430102199405200247"
) -> UUID:
    """An employer takes on one person, who has a card or not."""
    given = {"employee.holds_social_security_card": holds, "employee.id_number": id_number}
    new = new_case(catalogue, person, EVENT, (CARD, FILING), given)
    plan = json.dumps(new.plan).replace(f'"{CARD}"', f'"{CARD}-1"').replace(f'"{FILING}"', f'"{FILING}-1"')
    return actions.open_case(
        replace(
            new,
            items=(f"{CARD}-1", f"{FILING}-1"),
            plan=json.loads(plan),
            shape={"members": {"employee": [1]}},
            values=tuple(
                replace(one, address=one.address.replace("employee.", "employee-1.")) for one in new.values
            ),
            files=tuple(
                replace(one, material=one.material.replace(".employee", ".employee-1")) for one in new.files
            ),
        )
    )


def dispatch(case: UUID, item: str) -> Dispatch:
    """A dispatch of the one employee."""
    return Dispatch.objects.select_related("case").get(case_id=case, item__startswith=item)


def test_who_has_a_card_needs_none(catalogue_published: Catalogue, person: UUID) -> None:
    """The registry says that the employee has a card: nobody works on one, and the record says why."""
    case = hire(catalogue_published, person, holds=True)
    card = dispatch(case, CARD)
    assert (card.state, card.freed_at, card.promised_due_on) == (State.SKIPPED, None, None)
    assert moving.messages(card) == []
    [event] = moving.events(case, DispatchSkipped)
    assert (event.data["item"], event.data["by"]) == (card.item, "rule")
    view = queries.case(case, person)
    shown = next(one for one in view.dispatches if one.id == card.pk)
    assert shown.skipped is not None
    assert shown.skipped.reason is not None
    assert "已有社会保障卡" in shown.skipped.reason.zh_hans
    assert next_step(shown, view.catalogue).startswith("已有，无需办理：人社部门查到")
    moving.approve(case, dispatch(case, FILING).item)
    view = queries.case(case, person)
    assert (view.state, view.items_done) == (CaseState.DONE, 2)
    [ended] = moving.events(case, CaseEnded)
    assert ended.data == {"state": "done", "approved": 1, "total": 2, "skipped": 1}
    moving.all_is_well(case)


@pytest.mark.parametrize("holds", [False, None])
def test_who_has_none_or_nobody_knows_gets_one(
    catalogue_published: Catalogue, person: UUID, *, holds: bool | None
) -> None:
    """Only what is known is skipped."""
    case = hire(catalogue_published, person, holds=holds)
    assert dispatch(case, CARD).state == State.READY
    assert moving.events(case, DispatchSkipped) == []


def test_a_card_that_an_earlier_case_gave_is_not_made_twice(
    catalogue_published: Catalogue, person: UUID, stranger: UUID
) -> None:
    """The registry may be behind: the applicant's own earlier case counts, for the same employee only."""
    first = hire(catalogue_published, person, holds=False)
    number = moving.approve(first, dispatch(first, CARD).item)
    second = hire(catalogue_published, person, holds=False)
    card = dispatch(second, CARD)
    assert card.state == State.SKIPPED
    [event] = moving.events(second, DispatchSkipped)
    assert (event.data["by"], event.data["source"]) == ("held", str(dispatch(first, CARD).pk))
    for address, value in number.items():  # what siblings would need is there
        assert CaseValue.objects.get(case_id=second, address=address).value == value
    shown = next(one for one in queries.case(second, person).dispatches if one.id == card.pk)
    assert shown.skipped is not None
    assert shown.skipped.number == dispatch(first, CARD).case.number
    assert "社会保障卡（电子）" in next_step(shown, catalogue_published)
    moving.all_is_well(second)
    assert dispatch(hire(catalogue_published, stranger, holds=False), CARD).state == State.READY
    other = hire(catalogue_published, person, holds=False, id_number="430102199001010011")
    assert dispatch(other, CARD).state == State.READY


def test_a_withdrawn_case_keeps_what_was_skipped(catalogue_published: Catalogue, person: UUID) -> None:
    """Nothing is taken back that nobody had to do."""
    case = hire(catalogue_published, person, holds=True)
    assert applicant.withdraw(case, person) == 1
    assert dispatch(case, CARD).state == State.SKIPPED
    assert queries.case(case, person).state is CaseState.WITHDRAWN
    moving.all_is_well(case)


def test_a_case_without_anything_to_skip_is_as_before(catalogue_published: Catalogue, person: UUID) -> None:
    """Items that say nothing are never skipped."""
    case = open_case(catalogue_published, person)
    assert State.SKIPPED not in moving.states(case).values()
