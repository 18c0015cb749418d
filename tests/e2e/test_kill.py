"""A case is worked on while processes die: everything ends right and nothing is done twice.

All kills are done once, one case per point, while earlier cases still run; each test then looks at its own
case. `pytest -k` does only the chosen ones.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from tests.e2e.house import Browser, Department, Lost, Page, RunningHouse
from tongban.runtime.house import DEPARTMENTS

pytestmark = pytest.mark.slow

WORKER, WEB = ("worker",), ("web",)
CORRECTING = "medical_insurance"
CORRECTED = "maternity_benefit"
MENDED = "mother.benefit_account_name"
ITEMS = (
    "birth_certificate",
    "vaccination_certificate",
    "parenting_guidance",
    "household_registration_newborn",
    "maternity_benefit",
    "social_security_card_newborn",
    "resident_insurance_newborn",
)


@dataclass(frozen=True, slots=True)
class Point:
    """Where something is killed: `before` an event, while it is written, or right `after` it."""

    kill: tuple[str, ...]
    when: str
    event: str
    part: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        what = "+".join(self.kill)
        which = "".join(f" {value}" for value in self.part.values())
        return f"{what} {self.when} {self.event.partition('.')[2]}{which}"

    @property
    def corrects(self) -> bool:
        """Whether the case has to be sent back by a department for the point to come."""
        return "correction" in self.event


def _points() -> tuple[Point, ...]:
    first = {"item": "birth_certificate"}
    health = {"department": "health"}
    return (
        # A correction first: the department's clerks are told to ask for one while only these cases run.
        Point(WORKER, "before", "casework.correction_asked"),
        Point(WEB, "before", "casework.correction_answered"),
        # The department has the message, we do not know it yet: its claim has to run out.
        Point(WORKER, "before", "exchange.message_delivered", health),
        Point(WEB, "before", "intake.submitted"),
        Point(WORKER, "before", "casework.case_opened"),
        Point(WEB, "after", "exchange.reply_received", {**health, "kind": "approved"}),
        Point(WORKER, "before", "casework.dispatch_approved", first),
        Point(WORKER, "before", "casework.case_ended"),
        Point((*WORKER, *WEB), "after", "exchange.message_delivered", health),
        Point(("postgres",), "before", "exchange.reply_received", {**health, "kind": "approved"}),
        Point(("postgres",), "after", "casework.dispatch_approved", first),
        Point(("nats",), "after", "casework.case_opened"),
        Point(("department.health",), "before", "exchange.reply_received", {**health, "kind": "approved"}),
        Point(
            ("department.human_resources",),
            "before",
            "exchange.message_delivered",
            {"department": "human_resources"},
        ),
        Point(("department.public_security",), "after", "casework.dispatch_accepted", {"item": ITEMS[3]}),
    )


POINTS = {str(point): point for point in _points()}


@dataclass(slots=True)
class Story:
    """One case and what was done to it."""

    application: str
    person: str
    username: str
    number: str = ""
    killed: bool = False
    case: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""
    said: str = ""
    """Why the person's last attempt at a page came to nothing."""


@pytest.fixture(scope="module")
def stories(request: pytest.FixtureRequest, house: RunningHouse) -> dict[str, Story]:
    """Each chosen point's case, killed at its point, all of them waited for."""
    chosen: list[str] = [
        str(item.callspec.params["point"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and "point" in item.callspec.params
    ]
    began = time.monotonic()
    found = {}
    for name in chosen:
        if any(one.startswith("department.") for one in house.starting):
            house.settled()  # a form that is filled in while a department is away is another test
            house.wait(
                lambda: not house.rows("SELECT 1 FROM exchange_partner WHERE down_since IS NOT NULL"),
                "all up",
            )
        found[name] = story = Story(**house.hands.ask("prepared"))
        try:
            _tell(house, POINTS[name], story)
        except (AssertionError, Lost) as error:  # told by this point's own test; the others go on
            story.trouble = story.trouble or str(error)
    house.settled()
    killed = time.monotonic()
    for story in found.values():
        _end(house, story)
    parts = killed - began, time.monotonic() - killed
    print(f"\n{len(found)} kills in {parts[0]:.0f} s, then {parts[1]:.0f} s until all have ended")  # noqa: T201
    return found


def _tell(house: RunningHouse, point: Point, story: Story) -> None:
    """Submit a case, kill at the point, start again."""
    house.settled()  # what was killed last had the time of a form to come back
    if point.corrects:
        fault = {"field": "mother.acct.acct_name"}
        house.department(CORRECTING).control(script={CORRECTED: [{"correction": {"faults": [fault]}}]})
    try:
        if point.when == "before":
            with house.stops().at(story.application, point.event, **_data(point)) as held:
                _go(house, point, story)
                held()
                house.kill(*point.kill)
        else:
            _go(house, point, story)
            house.until(story.application, point.event, **_data(point))
            house.kill(*point.kill)
        story.killed = True
    except AssertionError as error:
        story.trouble = f"{error} {story.said}".strip()
        house.kill(*point.kill)
    house.launch(*point.kill)
    if point.event == "intake.submitted" and point.kill == WEB:
        house.settled()
        _submit(house, story)
    if not story.number:
        [(story.number,)] = house.rows(
            "SELECT number FROM intake_application WHERE id = %s", story.application
        )
    if point.corrects:
        house.settled()
        house.until(story.application, "casework.correction_asked")
        house.department(CORRECTING).control(script={})
        _answer(house, story)


def _data(point: Point) -> dict[str, Any]:
    return {name: value for name, value in point.part.items() if value}


def _go(house: RunningHouse, point: Point, story: Story) -> None:
    """Do what leads to the point."""
    if point.event == "intake.submitted" and point.kill == WEB:
        threading.Thread(target=_insisting, args=(_submit, house, story), daemon=True).start()
        return
    story.number = house.hands.ask("submit", application=story.application, person=story.person)
    if point.event == "casework.correction_answered":
        house.until(story.application, "casework.correction_asked")
        threading.Thread(target=_insisting, args=(_answer, house, story), daemon=True).start()


def _insisting(act: Callable[[RunningHouse, Story], None], house: RunningHouse, story: Story) -> None:
    """As people do: again until it is taken, or until the web is killed under it."""
    while not story.killed and not story.trouble:
        try:
            return act(house, story)
        except (Lost, AssertionError) as error:
            story.said = repr(error)
            time.sleep(0.2)
    return None


def _submit(house: RunningHouse, story: Story) -> None:
    """Submit on the page; twice is the same as once."""
    browser = house.browser(story.username)
    sent = browser.post(f"/drafts/{story.application}/check", {})
    assert sent.location == f"/cases/{story.application}/receipt", sent


def _answer(house: RunningHouse, story: Story) -> None:
    """Mend the named thing on the page; twice is the same as once."""
    browser = house.browser(story.username)
    with house.connect() as own:
        rows = own.execute(
            "SELECT c.id, v.value FROM casework_correction c JOIN casework_dispatch d ON d.id = c.dispatch_id"
            " JOIN casework_casevalue v ON v.case_id = d.case_id AND v.address = %s WHERE d.case_id = %s",
            (MENDED, story.application),
        ).fetchall()
    [(correction, value)] = rows
    sent = browser.post(f"/cases/{story.application}/corrections/{correction}", {MENDED: value})
    assert sent.location == f"/cases/{story.application}/", sent


def _end(house: RunningHouse, story: Story) -> None:
    """Wait for the end of a case and look at all of it."""
    try:
        house.until(story.application, "casework.case_ended")
    except AssertionError as error:
        story.trouble = story.trouble or str(error)
    story.case = house.hands.ask("case", number=story.number)


@pytest.mark.parametrize("point", list(POINTS))
def test_a_case_ends_right_whatever_is_killed_when(
    house: RunningHouse, stories: dict[str, Story], point: str
) -> None:
    """`kill -9` at this point, start again: every item is done, and each thing was done exactly once."""
    story = stories[point]
    assert story.killed, story.trouble
    assert not story.trouble
    assert_right(house, story.application, story.case, correction=POINTS[point].corrects)


def assert_right(
    house: RunningHouse,
    application: str,
    case: Mapping[str, Any],
    *,
    correction: bool = False,
    items: Sequence[str] = ITEMS,
) -> None:
    """Rows, journal and every department's books tell the same story of a case that ended well, once."""
    assert case["exit"] == 0, case
    assert case["faults"] == []
    assert case["state"] == "done"
    dispatches = {one["dispatch_id"]: one for one in case["dispatches"]}
    assert {one["item"]: one["state"] for one in dispatches.values()} == dict.fromkeys(items, "approved")

    events = house.events(application)
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
    happened = Counter(one.type.removeprefix("tongban.") for one in events)
    once = ("intake.submitted", "casework.case_opened", "casework.case_ended")
    assert {name: happened[name] for name in once} == dict.fromkeys(once, 1)
    assert happened["casework.reply_ignored"] == 0
    assert happened["exchange.message_refused"] == 0
    asked = happened["casework.correction_asked"], happened["casework.correction_answered"]
    assert asked == ((1, 1) if correction else (0, 0))
    for kind in ("opened", "freed", "accepted", "approved"):
        of = Counter(
            one.data["dispatch_id"] for one in events if one.type == f"tongban.casework.dispatch_{kind}"
        )
        assert of == dict.fromkeys(dispatches, 1), kind

    outcomes = house.rows(
        "SELECT d.id::text, count(*) FROM casework_outcome o JOIN casework_dispatch d ON d.id = o.dispatch_id"
        " WHERE d.case_id = %s GROUP BY 1",
        application,
    )
    assert dict(outcomes) == dict.fromkeys(dispatches, 1)
    certificates = house.rows(
        "SELECT h.code, count(*) FROM casework_heldcertificate h"
        " JOIN casework_dispatch d ON d.id = h.dispatch_id WHERE d.case_id = %s"
        " GROUP BY 1 HAVING count(*) > 1",
        application,
    )
    assert certificates == []
    # What a killed worker had claimed is sent again when its claim runs out, perhaps after the case's end.
    waiting = "SELECT kind FROM exchange_outbox WHERE application_id = %s AND delivered_at IS NULL"
    house.wait(lambda: not house.rows(waiting, application), f"nothing of {application} to be sent")

    for dispatch, one in dispatches.items():
        books = house.department(one["department"]).effects()
        assert books["opened"].get(dispatch) == 1, one
        assert books["effects"].get(dispatch) == 1, one
        assert books["states"][dispatch] == "decided"


def test_no_department_waits_with_a_reply(house: RunningHouse, stories: dict[str, Story]) -> None:
    """After all the killing each reply has arrived, and no event waits to be handled again."""
    assert stories
    for code in DEPARTMENTS:
        system = house.department(code)
        house.wait(partial(_empty, system), f"{code} with empty hands")
    assert house.rows("SELECT * FROM journal_parkedevent") == []


def _empty(system: Department) -> bool:
    return bool(system.effects()["undelivered"] == 0)


@dataclass(slots=True)
class _Trying:
    """A form that is sent in a thread, because the web dies under it."""

    browser: Browser
    path: str
    fields: dict[str, str | list[str]]
    page: Page | None = None

    def begin(self) -> threading.Thread:
        thread = threading.Thread(target=self._send, daemon=True)
        thread.start()
        return thread

    def _send(self) -> None:
        try:
            self.page = self.browser.post(self.path, self.fields)
        except Lost:
            self.page = None


def test_a_form_sent_while_the_web_dies_is_sent_again_with_the_same_result(house: RunningHouse) -> None:
    """Consent, an answer and the submission are lost with the web; sent again, nothing is double."""
    house.settled()
    who = house.hands.ask("mother")
    application = house.hands.ask("start", person=who["person"])
    stops = house.stops()
    browser = house.browser(who["username"])

    def lost_at(event: str, path: str, fields: dict[str, str | list[str]]) -> None:
        trying = _Trying(browser, path, fields)
        with stops.at(application, event) as held:
            thread = trying.begin()
            held()
            house.kill("web")
        thread.join()
        assert trying.page is None
        assert house.find(application, event) is None, "what was not finished left nothing behind"
        house.start("web")

    def count(event: str) -> int:
        return sum(one.type == f"tongban.{event}" for one in house.events(application))

    sources = sorted(house.hands.ask("form", application=application, person=who["person"])["sources"])
    consent = f"/drafts/{application}/consent"
    lost_at("intake.consented", consent, {"allowed": sources})
    lost_at("exchange.read_made", consent, {"allowed": sources})
    assert browser.post(consent, {"allowed": sources}).status == 302
    form = house.hands.ask("form", application=application, person=who["person"])
    assert set(form["sources"].values()) <= {"got", "none", "not_asked"}
    known = form["known"]
    assert known["mother.name"]

    address, asked = next(
        (one, told) for one, told in form["open"].items() if told["type"] in {"string", "text"}
    )
    page = f"/drafts/{application}/pages/{address}"
    lost_at("intake.answered", page, {address: str(asked["demo"])})
    assert browser.post(page, {address: str(asked["demo"])}).status == 302
    assert count("intake.answered") == 1
    house.hands.ask("complete", application=application, person=who["person"])

    check = f"/drafts/{application}/check"
    lost_at("intake.submitted", check, {})
    again = [browser.post(check, {}) for _ in range(2)]
    assert [one.location for one in again] == [f"/cases/{application}/receipt"] * 2
    assert count("intake.submitted") == 1
    house.until(application, "casework.case_ended")
    [(number,)] = house.rows("SELECT number FROM intake_application WHERE id = %s", application)
    assert_right(house, application, house.hands.ask("case", number=number))
