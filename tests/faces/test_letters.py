"""The messages of departments that need an operator: found page by page, sent again, given up."""

import datetime as dt
import re

import pytest
from django.test import Client

from tests.faces.workbench.conftest import enrol
from tongban.exchange import outbox
from tongban.exchange.events import MessageGivenUp
from tongban.exchange.models import Letter, Outbox
from tongban.faces.flows.views.letters import PAGE
from tongban.identity.domain import Role
from tongban.journal import queries as journal
from tongban.kernel.ids import new_id

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture
def operator(catalogue: object) -> Client:
    """Somebody who looks after messages."""
    del catalogue
    return enrol("op-l", "值守", "development_reform", "430100", (Role.OPERATOR,))


def came(number: int, department: str = "tax") -> None:
    """A message of a department that nobody could take."""
    Letter.objects.create(
        department=department,
        message_id=f"L-{number:03}",
        name="延期说明",
        reference=f"TB20261123-{number:06}-9",
        received_at=NOW + dt.timedelta(minutes=number),
        problem="case.over",
    )


def refused(kind: str = outbox.NOTIFY, department: str = "tax") -> Outbox:
    """A message that a department's system refused."""
    return Outbox.objects.create(
        id=new_id(),
        department=department,
        kind=kind,
        application_id=new_id(),
        dispatch_id=new_id(),
        envelope={"message": "tax_clearance_late", "case_number": "TB20261123-000777-9"},
        values={"company.company_name": "长沙云麓软件有限公司"},
        created_at=NOW,
        due_at=NOW,
        refused_at=NOW,
    )


@pytest.mark.django_db
def test_a_long_list_is_turned_page_by_page(operator: Client) -> None:
    """Every message stands on exactly one page, what came before what went; each filter shows its part."""
    for number in range(PAGE):
        came(number)
    came(PAGE, "health")
    sent = [refused(), refused(department="health")]
    pages = [operator.get(f"/flows/letters/?page={page}").content.decode() for page in (1, 2, 99)]
    assert [html.count('class="card waiting"') for html in pages] == [PAGE, 3, 3]
    found = [each for html in pages[:2] for each in re.findall(r"L-\d{3}", html)]
    assert found == [f"L-{number:03}" for number in range(PAGE + 1)]
    assert all(f"/flows/letters/sent/{one.pk}/again" in pages[1] for one in sent)
    for query, count in (
        ("which=out", 2),
        ("which=in&page=2", 1),
        ("department=health", 2),
        ("which=out&department=health", 1),
        ("which=sideways&department=nobody&page=2", 3),
    ):
        html = operator.get(f"/flows/letters/?{query}").content.decode()
        assert html.count('class="card waiting"') == count, query
    assert "长沙云麓软件有限公司" not in "".join(pages)


@pytest.mark.django_db
def test_a_refused_message_is_given_up_with_a_reason(operator: Client) -> None:
    """Without one nothing happens; with one it is off the list, on the record, and the case says so."""
    one = refused()
    place = f"/flows/letters/sent/{one.pk}/drop"
    response = operator.post(place, {"reason": "  "})
    assert response.status_code == 422
    assert "请写明理由" in response.content.decode()
    html = operator.post(place, {"reason": "已电话告知税务局"}, follow=True).content.decode()
    assert "不再发送，理由已记录" in html
    assert "没有要处理的消息" in html
    [event] = journal.stream(one.application_id, [MessageGivenUp.TYPE])
    assert journal.payload(event.id) == {"reason": "已电话告知税务局"}
    for again in (place, f"/flows/letters/sent/{one.pk}/again"):
        late = operator.post(again, {"reason": "再来一次"})
        assert late.status_code == 409
        assert "不在等待处理" in late.content.decode()


@pytest.mark.django_db
def test_what_an_item_waits_for_can_only_be_sent_again(operator: Client) -> None:
    """An application that a department's system refused: the page offers to send it, not to give it up."""
    one = refused(kind="submit")
    html = operator.get("/flows/letters/").content.decode()
    assert f"/flows/letters/sent/{one.pk}/again" in html
    assert f"/flows/letters/sent/{one.pk}/drop" not in html
    assert operator.post(f"/flows/letters/sent/{one.pk}/drop", {"reason": "不办了"}).status_code == 409
    operator.post(f"/flows/letters/sent/{one.pk}/again")
    one.refresh_from_db()
    assert one.refused_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR])
def test_only_an_operator_gives_messages_up(catalogue: object, role: Role) -> None:
    """Others are refused, and the message stays."""
    del catalogue
    one = refused()
    other = enrol(f"other-{role}", "窗口", "tax", "430102", (role,))
    assert other.post(f"/flows/letters/sent/{one.pk}/drop", {"reason": "不发了"}).status_code == 403
    assert outbox.dead_count() == 1
