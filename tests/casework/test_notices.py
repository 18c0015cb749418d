"""Messages between the drawn process of a case and a department's system."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from departments.tax import URGED
from tests.casework import moving
from tests.casework.conftest import Time
from tests.casework.test_drawn import EVENT, redrawn, work
from tests.exchange.conftest import Fake, _plain_static, connect, serve
from tests.fixtures import clerk_post, open_case
from tongban.casework import errands, notices
from tongban.casework.events import NoticeSent
from tongban.casework.models import Case
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue
from tongban.exchange import letters, outbox
from tongban.exchange.events import LetterReceived, ReadMade
from tongban.exchange.models import Letter, Outbox
from tongban.exchange.signatures import sign_request
from tongban.identity.domain import Post
from tongban.journal import queries as journal
from tongban.journal.events import Actor
from tongban.kernel.errors import InvalidInput
from tongban.process import actions as process
from tongban.process import engine, worker
from tongban.process import queries as processes

__all__ = ["_plain_static", "connect"]  # fixtures of every test here

FIRM = {
    "company.cancellation_kind": "general",
    "company.company_name": "长沙云麓软件有限公司",
    "company.credit_code": "91430102MA4L0YX51C",
}
LATE = "2026-11-27 09:30"
Connect = Callable[..., None]
OK = json.dumps({"返回码": "Y", "返回信息": "已收到", "受理编号": "TAN000001"}).encode()


@pytest.fixture
def tax(db: None, connect: Connect) -> Any:
    """The tax bureau's system, which answers as its dialect says."""
    del db
    with serve(Fake(code="tax", body=OK)) as fake:
        connect(fake)
        yield fake


ASKED = """<outgoing>f22</outgoing><outgoing>f23</outgoing></exclusiveGateway>
    <userTask id="count" tongban:department="tax"><incoming>f22</incoming></userTask>
    <endEvent id="answered"><incoming>f23</incoming></endEvent>"""
WAYS = """<sequenceFlow id="f22" sourceRef="how_many" targetRef="count">
    <conditionExpression {}</conditionExpression></sequenceFlow>
    <sequenceFlow id="f23" sourceRef="how_many" targetRef="answered"/>"""


def late(catalogue: Catalogue, person: UUID, time: Time) -> UUID:
    """A company's closing that the tax office has let lie for four working days."""
    case = open_case(catalogue, person, EVENT, values=FIRM)
    time.at(LATE)
    process.apply(case, engine.Tick())
    return case


def explained(number: str, letter_id: str = "L-1", kind: str = "延期说明") -> dict[str, Any]:
    """What the tax bureau writes by itself."""
    head = {"来函编号": letter_id, "种类": kind, "办件编号": number, "时间": "2026年11月27日10时00分00秒"}
    return {"来函": head, "说明数据": {"企业": {"未缴销发票份数": 3}}}


def post(fake: Fake, document: dict[str, Any], place: str = "messages") -> Any:
    """Send it, signed, as the department's system does."""
    path = f"/api/departments/{fake.code}/{place}"
    body = json.dumps(document, ensure_ascii=False).encode()
    headers = {"content-type": "application/json"}
    signed = sign_request(
        "POST",
        path,
        headers,
        body,
        private_key=fake.keys.private,
        keyid=fake.code,
        now=dt.datetime.now(dt.UTC),
    )
    return Client().generic("POST", path, body, content_type="application/json", headers=signed)


def test_a_notice_leaves_with_the_step_and_carries_only_what_the_tax_office_may_read(
    catalogue_published: Catalogue, person: UUID, time: Time, tax: Fake
) -> None:
    """Name and code of the firm, the case's number, nothing else; acknowledged, and on the record."""
    case = late(catalogue_published, person, time)
    [row] = Outbox.objects.filter(kind="notify")
    assert (row.department, row.application_id) == ("tax", case)
    assert row.values == {
        "company.company_name": FIRM["company.company_name"],
        "company.credit_code": FIRM["company.credit_code"],
    }
    assert work(case) == {"clear_tax", "urge_tax"}
    assert [one.state for one in notices.of_case(case)] == ["waiting"]

    Outbox.objects.exclude(kind="notify").delete()
    assert outbox.deliver_due(catalogue_queries.current()) == 1
    assert outbox.deliver_due(catalogue_queries.current()) == 0
    [(path, _, body)] = tax.seen
    told = json.loads(body)
    assert path == "/dzswj/tz"
    assert told["报文头"]["通知种类"] == URGED
    assert told["报文头"]["办件编号"] == Case.objects.get(pk=case).number
    assert told["通知数据"] == {
        "企业": {"名称": FIRM["company.company_name"], "信用代码": FIRM["company.credit_code"]}
    }
    [shown] = notices.of_case(case)
    assert (shown.direction, shown.state, shown.receipt) == ("out", "delivered", "TAN000001")
    [read] = [one for one in journal.stream(case, [ReadMade.TYPE]) if one.data["purpose"] == "notify"]
    assert read.data["items"] == ["tax_clearance"]
    moving.all_is_well(case)


def test_what_the_department_has_no_need_of_stays_here(
    catalogue_published: Catalogue, person: UUID, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawing that names the customs status gets it withheld: no item at the tax office needs it."""
    redrawn(
        monkeypatch, ("company.company_name company.credit_code", "company.credit_code company.open_branches")
    )
    case = late(catalogue_published, person, time)
    [row] = Outbox.objects.filter(kind="notify")
    assert list(row.values) == ["company.credit_code"]
    [event] = moving.events(case, NoticeSent)
    assert event.data["withheld"] == ["company.open_branches"]


def test_a_department_without_a_system_finds_the_notice_in_its_inbox(
    catalogue_published: Catalogue, person: UUID, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its mapping takes no such message: a clerk reads it and confirms, and the process goes on then."""
    redrawn(monkeypatch, ('name="tax_clearance_late"', 'name="something_new"'))
    case = late(catalogue_published, person, time)
    assert not Outbox.objects.filter(kind="notify").exists()
    assert work(case) == {"clear_tax", "tell_tax"}
    assert worker.pump() == 0
    clerk = tax_clerk()
    [found] = errands.errands(clerk)
    assert (found.title, found.notice) == ("告知税务系统", True)
    errands.complete(clerk, case, found.token, "")
    assert work(case) == {"clear_tax", "urge_tax"}
    moving.all_is_well(case)


def tax_clerk() -> Post:
    """A clerk of the tax office in Furong."""
    return clerk_post("tax-one", "tax")


def test_the_departments_own_message_ends_the_errand_once(
    catalogue_published: Catalogue, person: UUID, time: Time, tax: Fake
) -> None:
    """The tax system explains itself: nobody has to be urged any more; the same letter again is known."""
    case = late(catalogue_published, person, time)
    number = Case.objects.get(pk=case).number
    answer = post(tax, explained(number))
    assert (answer.status_code, answer.json()) == (202, {"state": "taken"})
    assert work(case) == {"clear_tax"}
    again = post(tax, explained(number))
    assert (again.status_code, again.json()) == (200, {"state": "known"})
    [event] = moving.events(case, LetterReceived)
    assert (event.data["kind"], event.data["waited_for"]) == ("tax_delay_explained", True)
    assert [one.state for one in notices.of_case(case)] == ["waiting", "taken"]
    assert Letter.objects.get().content == {}
    moving.all_is_well(case)


def test_what_comes_early_is_kept_and_brings_what_the_process_reads(
    catalogue_published: Catalogue, person: UUID, time: Time, tax: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letter is there before anybody waits: as soon as somebody does, it is taken, with its figure."""
    asks = 'xsi:type="tFormalExpression">tax_delay_explained.company.unused_invoices = 3'
    redrawn(
        monkeypatch,
        ('<endEvent id="answered" name="已收到说明">', '<exclusiveGateway id="how_many" default="f23">'),
        ("<incoming>f21</incoming>\n    </endEvent>", f"<incoming>f21</incoming>{ASKED}"),
        ('targetRef="answered"/>', f'targetRef="how_many"/>{WAYS.format(asks)}'),
    )
    case = open_case(catalogue_published, person, EVENT, values=FIRM)
    number = Case.objects.get(pk=case).number
    answer = post(tax, explained(number))
    assert (answer.status_code, answer.json()) == (202, {"state": "kept"})
    time.at(LATE)
    process.apply(case, engine.Tick())
    assert worker.pump() > 0
    assert work(case) == {"clear_tax", "count"}
    assert processes.variables(case)["tax_delay_explained"] == {"company": {"unused_invoices": 3}}
    moving.all_is_well(case)


def test_a_letter_that_nobody_can_take_is_answered_and_kept(
    catalogue_published: Catalogue, person: UUID, time: Time, tax: Fake
) -> None:
    """An unknown case: 404 with the reason, kept for an operator, handed over once the case is there."""
    number = "TB20261123-009999-9"
    answer = post(tax, explained(number))
    assert (answer.status_code, answer.json()["code"]) == (404, "case.unknown_reference")
    [kept] = letters.stuck()
    assert (kept.problem, kept.reference, kept.department) == ("case.unknown_reference", number, "tax")
    assert post(tax, explained(number)).status_code == 404
    assert len(letters.stuck()) == 1

    case = late(catalogue_published, person, time)
    Case.objects.filter(pk=case).update(number=number)
    assert letters.again(kept.id) == "taken"
    assert letters.stuck() == []
    assert work(case) == {"clear_tax"}
    moving.approve(case, "tax_clearance")
    over = post(tax, explained(number, "L-2"))
    assert (over.status_code, over.json()["code"]) == (409, "case.message_late")
    [late_one] = letters.stuck()
    with pytest.raises(InvalidInput):
        letters.drop(late_one.id, " ", actor=Actor("staff", "1"))
    letters.drop(late_one.id, "已电话说明", actor=Actor("staff", "1"))
    assert letters.stuck() == []
    assert post(tax, explained(number, "L-2")).json() == {"state": "known"}


def test_a_stranger_to_the_case_learns_nothing(
    catalogue_published: Catalogue, person: UUID, tax: Fake
) -> None:
    """A department without a part in a case gets the answer of a case that there is not."""
    case = open_case(catalogue_published, person)  # a birth: the tax office has nothing in it
    answer = post(tax, explained(Case.objects.get(pk=case).number))
    assert (answer.status_code, answer.json()["code"]) == (404, "case.unknown_reference")
    unknown = post(tax, explained("TB1", "L-9", kind="别的事"))
    assert unknown.status_code == 422
    assert len(letters.stuck()) == 1
