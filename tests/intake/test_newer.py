"""A draft and the versions of the catalogue: it stays on its own, and can be taken over."""

import pytest

from tests.fixtures import changed_catalogue
from tests.intake.conftest import Desk, Registries
from tests.intake.test_actions import fill
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue
from tongban.intake import actions, newer, queries
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict

ITEM = "items/maternity_benefit.yaml"
LIMIT = ("promised: {amount: 3", "promised: {amount: 2")


@pytest.fixture
def quicker(desk: Desk) -> Catalogue:
    """A new version, published after the draft was begun: the benefit is paid a day sooner."""
    del desk
    return changed_catalogue({ITEM: LIMIT})


def promised(view: queries.DraftView) -> int:
    """The promised limit of the benefit, as this draft has it."""
    return view.draft.catalogue.item("maternity_benefit").limits.promised.amount


def test_a_draft_stays_on_its_version_and_says_what_is_new(desk: Desk, quicker: Catalogue) -> None:
    """The old limit counts for it; the new one is told as one sentence, with whom it touches."""
    held = desk.view
    found = newer.newer(held.draft)

    assert (promised(held), held.draft.catalogue.version != quicker.version) == (3, True)
    assert found is not None
    assert found.version == quicker.version
    assert [(one.code, one.sentence.zh_hans, one.better) for one in found.changes] == [
        ("maternity_benefit", "承诺时限由3个工作日改为2个工作日。", True)
    ]


def test_without_a_newer_version_nothing_is_told(desk: Desk) -> None:
    """The version it was begun with still applies."""
    assert newer.newer(desk.view.draft) is None
    with pytest.raises(Conflict, match="no newer version"):
        newer.take_over(desk.id, desk.person)


def test_a_change_elsewhere_is_a_newer_version_without_changes(desk: Desk) -> None:
    """Someone with a newborn is not told about the tax on homes."""
    changed_catalogue(
        {"items/deed_tax.yaml": ("amount: 1, unit: working_day", "amount: 0, unit: working_day")}
    )
    found = newer.newer(desk.view.draft)

    assert found is not None
    assert found.changes == ()


def test_taking_over_keeps_the_answers(desk: Desk, registries: Registries, quicker: Catalogue) -> None:
    """The new limit counts; what was answered is not asked again; the journal knows."""
    del registries
    desk.consent()
    fill(desk)
    before = desk.view.answers
    newer.take_over(desk.id, desk.person)
    after = desk.view

    assert promised(after) == 2
    assert after.row.catalogue_version == quicker.version
    assert after.answers == before
    assert after.row.consented_at is not None
    assert after.complete
    assert newer.newer(after.draft) is None
    assert "tongban.intake.taken_over" in [event.type for event in journal.stream(str(desk.id))]


def test_a_submitted_application_stays_on_its_version(desk: Desk, registries: Registries) -> None:
    """What is submitted is decided by the rules of its day, whatever is published later."""
    del registries
    desk.consent()
    fill(desk)
    receipt = actions.submit(desk.id, desk.person)
    changed_catalogue({ITEM: LIMIT})

    assert queries.submission(desk.id).catalogue_version == receipt.catalogue_version
    assert promised(desk.view) == 3
    assert newer.newer(desk.view.draft) is None
    with pytest.raises(Conflict):
        newer.take_over(desk.id, desk.person)
    assert catalogue_queries.current().item("maternity_benefit").limits.promised.amount == 2


def test_a_new_registry_is_asked_only_after_a_new_consent(desk: Desk, registries: Registries) -> None:
    """Consent was given to the registries of the old version, not to one that the new version adds."""
    event = "life_events/newborn.yaml"
    desk.consent()
    asked = len(registries.asked)
    changed_catalogue(
        {event: ("sources:\n", "sources:\n  - resource: education_record\n    roles: {subject: mother}\n")},
    )
    newer.take_over(desk.id, desk.person)

    assert desk.view.row.consented_at is None
    assert len(registries.asked) == asked
