"""The try-out: a made-up applicant, virtual time, nothing touched."""

import datetime as dt

import pytest

from tests.design.test_review import BASE, drawn
from tongban.catalogue.domain import Catalogue
from tongban.design.tryout import TryOut, try_out
from tongban.kernel.calendar import official
from tongban.kernel.errors import NotFound

TODAY = dt.date(2026, 11, 23)


def walk(catalogue: Catalogue = BASE, **more: object) -> TryOut:
    """Try the life event of the small catalogue."""
    return try_out(catalogue, "join", official(), TODAY, region="430102", **more)  # type: ignore[arg-type]


def test_a_drawn_process_is_walked_in_its_order() -> None:
    """Card, then locker, then the task; each as long as promised, on working days."""
    found = walk()

    assert (found.is_drawn, found.status) == (True, "completed")
    assert [step.element for step in found.steps] == ["card", "locker", "look"]
    assert [step.department for step in found.steps] == ["library", "registry", "library"]
    days = [step.at.date() for step in found.steps]
    assert days == sorted(days)
    assert days[0] >= dt.date(2026, 11, 25)  # two working days after the 23rd, which is not counted


def test_every_frame_says_where_the_tokens_are() -> None:
    """The run begins at the first item and ends with no token left."""
    found = walk()
    assert found.frames[0].active == ("card",)
    assert found.frames[-1].active == ()
    assert next(element for frame in found.frames for element in frame.completed) == "start"
    assert {shape.id for shape in found.picture.shapes} >= {"card", "locker", "look"}


def test_a_skipped_step_is_told() -> None:
    """What the drawing skips is shown as skipped, not as done."""
    found = walk(drawn(look='t:department="library" t:skip-when="true" t:skip-reason="known"'))
    assert [(step.element, step.what) for step in found.steps][-1] == ("look", "skipped")


def test_without_a_drawing_the_plan_runs() -> None:
    """The planner's plan: both items, each until its promise runs out."""
    event = dict(BASE.content["life_events"]["join"])
    del event["process"]
    from tongban.catalogue.domain import with_changes

    after = with_changes(BASE, {"life_events": {"join": event}})[0]
    found = walk(after)
    assert (found.is_drawn, found.status) == (False, "completed")
    assert {step.item for step in found.steps} >= {"card"}


def test_an_answer_that_somebody_chose_counts() -> None:
    """The person at the screen makes the applicant a child: the locker is not for children."""
    address = "member.age"
    grown, child = walk(given={address: 30}), walk(given={address: 9})
    assert grown.answers[address] == 30 or address in grown.derivation.values
    assert len(child.plan.nodes) <= len(grown.plan.nodes)


def test_the_same_draft_gives_the_same_run() -> None:
    """Virtual time and made-up values: nothing depends on the moment."""
    assert walk().steps == walk().steps


def test_an_unknown_life_event_is_not_found() -> None:
    """A draft may have removed it."""
    with pytest.raises(NotFound):
        try_out(BASE, "leave", official(), TODAY, region="430102")
