"""A submitted application becomes a case."""

import dataclasses
from uuid import UUID

from tests.casework import moving
from tests.fixtures import HOME, changed_catalogue, new_case, open_case
from tongban.casework import actions, queries, store
from tongban.casework.domain.moves import State
from tongban.casework.events import CaseOpened, DispatchFreed, DispatchOpened
from tongban.casework.models import Case, CaseFile, CaseValue, Dispatch
from tongban.catalogue import calendars
from tongban.catalogue.domain import Catalogue
from tongban.exchange.models import Outbox
from tongban.journal import queries as journal


def test_seven_items_four_begin_three_wait(catalogue_published: Catalogue, person: UUID) -> None:
    """Each item is a dispatch at its department; who waits for nobody begins at once."""
    case = open_case(catalogue_published, person)
    assert moving.states(case) == {
        "birth_certificate": State.READY,
        "vaccination_certificate": State.READY,
        "household_registration_newborn": State.WAITING,
        "social_security_card_newborn": State.WAITING,
        "maternity_benefit": State.WAITING,
        "resident_insurance_newborn": State.WAITING,
        "parenting_guidance": State.READY,
    }
    waits = {row.item: row.waits_for for row in Dispatch.objects.filter(case_id=case) if row.waits_for}
    assert waits == {
        "household_registration_newborn": ["birth_certificate"],
        "social_security_card_newborn": ["household_registration_newborn"],
        "maternity_benefit": ["birth_certificate"],
        "resident_insurance_newborn": ["household_registration_newborn"],
    }
    assert moving.row(case, "household_registration_newborn").department == "public_security"
    freed = {event.data["item"] for event in moving.events(case, DispatchFreed)}
    assert freed == {"birth_certificate", "vaccination_certificate", "parenting_guidance"}
    assert set(Outbox.objects.values_list("kind", flat=True)) == {"submit"}
    assert Outbox.objects.count() == 3
    moving.all_is_well(case)


def test_what_waits_has_no_clock_yet(catalogue_published: Catalogue, person: UUID) -> None:
    """A department's time does not run while it waits for another department's result."""
    case = open_case(catalogue_published, person)
    view = {one.item.code: one for one in queries.case(case, person).dispatches}
    assert view["household_registration_newborn"].promised is None
    assert view["household_registration_newborn"].freed_at is None
    begun = view["birth_certificate"]
    assert begun.promised is not None
    assert begun.statutory is not None
    assert begun.promised.due_on == moving.row(case, "birth_certificate").promised_due_on


def test_opening_twice_changes_nothing(catalogue_published: Catalogue, person: UUID) -> None:
    """The same submission handed over again is the same case, once."""
    new = new_case(catalogue_published, person)
    assert actions.open_case(new) == actions.open_case(new) == new.application_id
    assert Case.objects.count() == 1
    assert Dispatch.objects.count() == 7
    assert Outbox.objects.count() == 3
    assert len(moving.events(new.application_id, CaseOpened)) == 1
    assert len(moving.events(new.application_id, DispatchOpened)) == 7
    assert CaseValue.objects.count() == len(new.values)
    assert CaseFile.objects.count() == len(new.files)


def test_a_case_stays_on_the_content_it_began_with(catalogue_published: Catalogue, person: UUID) -> None:
    """New content published meanwhile changes the next case, never a running one."""
    running = open_case(catalogue_published, person)
    newer = changed_catalogue(
        {
            "items/birth_certificate.yaml": (
                "promised: {amount: 1, unit: working_day}",
                "promised: {amount: 4, unit: working_day}",
            ),
            "items/vaccination_certificate.yaml": ("zh-hans: 预防接种证", "zh-hans: 预防接种证（新）"),
        },
    )
    assert newer.version != catalogue_published.version
    later = open_case(newer, person)
    old, new = (queries.case(one, person) for one in (running, later))
    assert old.catalogue.version == catalogue_published.version
    assert new.catalogue.version == newer.version
    totals = [view.dispatches[0].promised.total for view in (old, new) if view.dispatches[0].promised]
    assert totals == [1, 4]
    assert moving.row(running, "birth_certificate").item_version != (
        moving.row(later, "birth_certificate").item_version
    )
    # It goes on on its version: what is freed now still has the old limits and needs.
    moving.approve(running, "birth_certificate")
    assert store.catalogue_of(Case.objects.get(pk=running)).version == catalogue_published.version
    moving.all_is_well(running)


def test_every_version_is_pinned(catalogue_published: Catalogue, person: UUID) -> None:
    """Content, calendar and plan that the case depends on are named in it and in its first event."""
    case = open_case(catalogue_published, person)
    row = Case.objects.get(pk=case)
    first = journal.stream(case)[0]
    assert first.type == CaseOpened.TYPE
    assert first.data["catalogue_version"] == row.catalogue_version == catalogue_published.version
    assert first.data["calendar_version"] == row.calendar_version == calendars.current().version
    assert row.plan["calendar_version"] == row.calendar_version
    assert {one.item_version for one in Dispatch.objects.filter(case_id=case)} == {
        item.item.version for item in catalogue_published.bound("newborn").items
    }


def test_the_office_is_that_of_the_place_the_item_is_about(
    catalogue_published: Catalogue, person: UUID
) -> None:
    """An inspection belongs to the office where the shop is, not where the applicant lives."""
    case = open_case(
        catalogue_published,
        person,
        "company_start_up",
        ("joint_site_inspection",),
        {"company.company_region": "430103"},
    )
    assert moving.row(case, "joint_site_inspection").region == "430103"
    assert moving.row(case, "joint_site_inspection").via == "workbench"
    newborn = open_case(catalogue_published, person, "newborn", ("birth_certificate",))
    assert moving.row(newborn, "birth_certificate").region == HOME
    assert moving.row(newborn, "birth_certificate").via == "system"


def test_a_part_of_the_items_waits_only_within_the_part(catalogue_published: Catalogue, person: UUID) -> None:
    """An item whose predecessor is not part of this case does not wait for it for ever."""
    new = new_case(catalogue_published, person)
    part = dataclasses.replace(new, items=("household_registration_newborn", "social_security_card_newborn"))
    case = actions.open_case(part)
    assert moving.states(case) == {
        "household_registration_newborn": State.READY,
        "social_security_card_newborn": State.WAITING,
    }
