"""Human tasks of a drawn process, in the inbox of their department."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from tests.faces.walk import PASSWORD
from tests.faces.workbench import desk
from tests.faces.workbench.conftest import enrol
from tongban.casework import queries
from tongban.casework.events import ErrandDone, ErrandReported, ErrandWord
from tongban.catalogue.domain import Catalogue
from tongban.exchange.events import ReadMade
from tongban.faces.citizen.cases import badge, next_step
from tongban.journal import queries as journal
from tongban.process import actions as process
from tongban.process import engine
from tongban.process import queries as processes

ITEMS = ("tax_clearance", "company_deregistration")
LATE = dt.datetime(2026, 12, 7, 3, tzinfo=dt.UTC)


@pytest.fixture
def officer(catalogue: object) -> Client:
    """A clerk of the tax office in Furong."""
    del catalogue
    return enrol("tax-one", "钱进", "tax")


def late_case(catalogue: Catalogue, person: UUID) -> UUID:
    """A company's closing that the tax office has let lie for two weeks."""
    with time_machine.travel(dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC), tick=False):
        case = desk.open_case(
            catalogue, person, "company_cancellation", ITEMS, {"company.cancellation_kind": "general"}
        )
    with time_machine.travel(LATE, tick=False):
        process.apply(case, engine.Tick())
    return case


def address(case: UUID) -> str:
    """Where the one human task of a case is worked on."""
    [row] = processes.open_work(instance=case, kind="human")
    return f"/workbench/errands/{case}/{row.work.token}/"


def redrawn(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """The drawing with another text in it, as if it had been published so."""
    real = process.deploy

    def deploy(code: str, model: str, **more: Any) -> str:
        assert old in model
        return real(code, model.replace(old, new), **more)

    monkeypatch.setattr(process, "deploy", deploy)


def test_a_task_is_found_taken_and_done(
    catalogue: Catalogue, mother: UUID, officer: Client, registrar: Client
) -> None:
    """The tax office sees it with its instructions, takes it, says what was done; nobody else sees it."""
    case = late_case(catalogue, mother)
    page = address(case)
    assert "督办：清税超过承诺时限" in officer.get("/workbench/").content.decode()
    assert "督办" not in registrar.get("/workbench/").content.decode()
    assert registrar.get(page).status_code == 404
    shown = officer.get(page).content.decode()
    assert "请联系经办人" in shown
    assert queries.case(case, mother).number in shown
    officer.post(f"{page}claim", {"seen": ""})
    assert "钱进" in officer.get(page).content.decode()
    unsaid = officer.post(f"{page}done", {"note": " "})
    assert unsaid.status_code == 422
    assert "请写明办理情况" in unsaid.content.decode()
    assert officer.post(f"{page}done", {"note": "已联系，明天办结"}).status_code == 302
    assert processes.open_work(instance=case, kind="human") == []
    [done] = journal.stream(case, [ErrandDone.TYPE])
    assert done.data["element"] == "urge_tax"
    assert officer.get(page).status_code == 404


def test_a_joint_task_waits_for_every_word(
    catalogue: Catalogue, mother: UUID, officer: Client, inspector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Market regulation speaks before tax can finish; its objection has a reason and reaches the process."""
    real = process.deploy

    def deploy(code: str, model: str, **more: Any) -> str:
        joint = 'tongban:department="tax" tongban:joint="market_regulation"'
        return real(code, model.replace('tongban:department="tax"', joint), **more)

    monkeypatch.setattr(process, "deploy", deploy)
    page = address(case := late_case(catalogue, mother))
    early = officer.post(f"{page}done", {"note": "可以了"})
    assert early.status_code == 422
    assert inspector.post(f"{page}done", {"note": "可以了"}).status_code == 403
    assert inspector.post(f"{page}word", {"word": "objects", "reason": ""}).status_code == 422
    assert inspector.post(f"{page}word", {"word": "objects", "reason": "还有投诉未处理"}).status_code == 302
    [word] = journal.stream(case, [ErrandWord.TYPE])
    assert (word.data["department"], word.data["agrees"]) == ("market_regulation", False)
    assert "有异议" in officer.get(page).content.decode()
    assert officer.post(f"{page}done", {"note": "已协调"}).status_code == 302
    assert processes.variables(case)["urge_tax_agreed"] is False


def test_silence_holds_nothing_up_for_ever(
    catalogue: Catalogue, mother: UUID, officer: Client, inspector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After five working days tax goes on without an answer, and the record says who was silent."""
    del inspector
    real = process.deploy

    def deploy(code: str, model: str, **more: Any) -> str:
        joint = 'tongban:department="tax" tongban:joint="market_regulation" tongban:joint-days="5"'
        return real(code, model.replace('tongban:department="tax"', joint), **more)

    monkeypatch.setattr(process, "deploy", deploy)
    page = address(case := late_case(catalogue, mother))
    with time_machine.travel(LATE + dt.timedelta(days=7), tick=False):  # Monday the 14th is the fifth day
        assert officer.login(username="tax-one", password=PASSWORD)
        assert "12月14日" in officer.get(page).content.decode()
        assert officer.post(f"{page}done", {"note": "可以了"}).status_code == 422
    with time_machine.travel(LATE + dt.timedelta(days=8), tick=False):
        assert officer.login(username="tax-one", password=PASSWORD)
        assert "期限" in officer.get(page).content.decode()
        assert officer.post(f"{page}done", {"note": "逾期未表态，继续办理"}).status_code == 302
    [done] = journal.stream(case, [ErrandDone.TYPE])
    assert done.data["silent"] == ["market_regulation"]
    assert processes.variables(case)["urge_tax_agreed"] is True


JOINT = 'tongban:department="tax" tongban:joint="market_regulation"'


def test_a_word_is_said_and_nothing_else_counts_as_one(
    catalogue: Catalogue, mother: UUID, officer: Client, inspector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither silence nor a stranger's word is an objection; what was written stays in the form."""
    redrawn(monkeypatch, 'tongban:department="tax"', JOINT)
    page = address(case := late_case(catalogue, mother))
    for word in ({}, {"word": ""}, {"word": "yes"}):
        answer = inspector.post(f"{page}word", {**word, "reason": "看不清楚"})
        assert answer.status_code == 422
        html = answer.content.decode()
        assert "请选择同意或有不同意见" in html
        assert 'href="#f-word-agrees"' in html
        assert "看不清楚" in html
    assert journal.stream(case, [ErrandWord.TYPE]) == []
    assert officer.post(f"{page}word", {"word": "agrees", "seen": ""}).status_code == 403


def test_the_leading_department_reads_why_another_objects(
    catalogue: Catalogue, mother: UUID, officer: Client, inspector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who objected, why and when; that it was read is on the applicant's record. It may change until then."""
    redrawn(monkeypatch, 'tongban:department="tax"', JOINT)
    page = address(case := late_case(catalogue, mother))
    inspector.post(f"{page}word", {"word": "objects", "reason": "还有投诉未处理", "seen": ""})
    own = inspector.get(page).content.decode()
    assert "修改本部门的意见" in own
    before = len(journal.stream(case, [ReadMade.TYPE]))
    shown = officer.get(page).content.decode()
    for said in ("还有投诉未处理", "有异议", "何静"):
        assert said in shown
    reads = journal.stream(case, [ReadMade.TYPE])
    assert len(reads) == before + 1
    assert (reads[-1].data["purpose"], reads[-1].data["reader"]) == ("opinions", "tax")
    [seen] = re.findall(r'name="seen" value="([^"]+)"', own)
    again = {"word": "agrees", "reason": "投诉已撤回", "seen": seen}
    assert inspector.post(f"{page}word", again).status_code == 302
    assert "有异议" not in officer.get(page).content.decode()


def test_two_clerks_speak_for_one_department(
    catalogue: Catalogue, mother: UUID, inspector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second learns who was quicker and keeps what was written; nothing is overwritten unseen."""
    redrawn(monkeypatch, 'tongban:department="tax"', JOINT)
    page = address(case := late_case(catalogue, mother))
    second = enrol("mr-two", "吴昊", "market_regulation")
    inspector.post(f"{page}word", {"word": "objects", "reason": "还有投诉未处理", "seen": ""})
    late = second.post(f"{page}word", {"word": "agrees", "reason": "现场看过了", "seen": ""})
    html = late.content.decode()
    assert late.status_code == 409
    assert "何静刚替本部门表过态" in html
    assert "现场看过了" in html
    assert [one.data["agrees"] for one in journal.stream(case, [ErrandWord.TYPE])] == [False]


def test_what_was_written_survives_a_task_that_is_over(
    catalogue: Catalogue, mother: UUID, officer: Client, registrar: Client
) -> None:
    """A colleague was quicker: the note is shown again. A stranger is told nothing."""
    page = address(late_case(catalogue, mother))
    assert officer.post(f"{page}done", {"note": "已联系"}).status_code == 302
    late = officer.post(f"{page}done", {"note": "电话核实过，材料齐全"})
    assert late.status_code == 404
    assert "电话核实过，材料齐全" in late.content.decode()
    assert officer.post(f"{page}done", {"note": ""}).status_code == 404
    assert "办完" in registrar.post(f"{page}done", {"note": "x"}).content.decode()


FORM = "unused_invoices tax_arrears cancellation_reason? registered_on?"


def test_a_report_goes_to_whoever_waits_for_it(
    catalogue: Catalogue, mother: UUID, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk reports with words; somebody above gets a task of it, and the first task goes on."""
    redrawn(
        monkeypatch,
        '<message id="late_message"',
        '<escalation id="l" escalationCode="lost"/><message id="late_message"',
    )
    drawn = (
        '<boundaryEvent id="up" name="企业失联" attachedToRef="urge_tax" cancelActivity="false">'
        '<escalationEventDefinition escalationRef="l"/></boundaryEvent>'
        '<userTask id="look" name="核实失联" tongban:department="tax"/><endEvent id="looked"/>'
        '<sequenceFlow id="u1" sourceRef="up" targetRef="look"/>'
        '<sequenceFlow id="u2" sourceRef="look" targetRef="looked"/>'
    )
    redrawn(monkeypatch, '<endEvent id="answered"', drawn + '<endEvent id="answered"')
    page = address(case := late_case(catalogue, mother))
    assert "企业失联" in officer.get(page).content.decode()
    assert officer.post(f"{page}report", {"report": "other", "what": "联系不上"}).status_code == 404
    typed = {"report": "lost", "what": " ", "note": "先记一笔"}
    unsaid = officer.post(f"{page}report", typed)
    assert unsaid.status_code == 422
    assert "请写明要报告什么" in unsaid.content.decode()
    assert "先记一笔" in unsaid.content.decode()
    assert journal.stream(case, [ErrandReported.TYPE]) == []
    assert officer.post(f"{page}report", {"report": "lost", "what": "电话地址都联系不上"}).status_code == 302
    open_now = {row.work.element for row in processes.open_work(instance=case, kind="human")}
    assert open_now == {"urge_tax", "look"}
    [told] = journal.stream(case, [ErrandReported.TYPE])
    assert (told.data["element"], told.data["report"]) == ("urge_tax", "lost")
    assert "联系不上" not in str(told.data)


def test_a_task_asks_its_form_and_the_process_reads_the_answers(
    catalogue: Catalogue, mother: UUID, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fields with the elements' names, types and lists; what is wrong is said at the field; answers count."""
    redrawn(monkeypatch, 'tongban:role="clerk"', f'tongban:role="clerk" tongban:form="{FORM} nonsense"')
    case = late_case(catalogue, mother)
    page = address(case)
    shown = officer.get(page).content.decode()
    for code in ("unused_invoices", "tax_arrears", "cancellation_reason", "registered_on"):
        assert catalogue.elements[code].name.zh_hans in shown
    assert "决议解散" in shown or catalogue.code_lists["cancellation_reason"].codes[0].name.zh_hans in shown
    assert "nonsense" not in shown
    typed = {"note": "已核实", "form:unused_invoices": "三张", "form:tax_arrears": ""}
    wrong = officer.post(f"{page}done", typed)
    html = wrong.content.decode()
    assert wrong.status_code == 422
    assert html.count('class="summary"') == 1
    assert "三张" in html
    nothing = officer.post(f"{page}done", {"note": ""}).content.decode()
    assert "请写明办理情况" in nothing
    assert nothing.count('href="#f-') == 3  # two fields and the note, each with its link
    assert processes.open_work(instance=case, kind="human")
    good = {"note": "已核实", "form:unused_invoices": "３", "form:tax_arrears": "false"}
    assert officer.post(f"{page}done", good).status_code == 302
    assert processes.variables(case)["urge_tax"] == {
        "unused_invoices": 3,
        "tax_arrears": False,
        "cancellation_reason": None,
        "registered_on": None,
    }
    [done] = journal.stream(case, [ErrandDone.TYPE])
    assert done.data["filled"] == ["tax_arrears", "unused_invoices"]
    payload = journal.payload(done.id)
    assert payload is not None
    assert payload["answers"] == {"unused_invoices": 3, "tax_arrears": False}


def test_a_notice_without_a_system_is_read_and_confirmed(
    catalogue: Catalogue, mother: UUID, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A department whose system takes no such message finds it in the inbox; no note is needed."""
    redrawn(monkeypatch, 'name="tax_clearance_late"', 'name="something_new"')
    case = late_case(catalogue, mother)
    [row] = processes.open_work(instance=case, kind="notice")
    page = f"/workbench/errands/{case}/{row.work.token}/"
    assert "告知税务系统" in officer.get("/workbench/").content.decode()
    assert "这是一条通知" in officer.get(page).content.decode()
    assert officer.post(f"{page}done", {"note": ""}).status_code == 302
    assert processes.open_work(instance=case, kind="human")


def before_clearing(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The drawing of a company's closing, with a step before the tax office's item."""
    real = process.deploy

    def deploy(code: str, model: str, **more: Any) -> str:
        head, _, tail = model.partition('<callActivity id="clear_tax"')
        tail = tail.replace("<incoming>f3</incoming>", "<incoming>f3b</incoming>", 1)
        flow = '<sequenceFlow id="f3" sourceRef="first" targetRef="clear_tax"/>'
        two = (
            '<sequenceFlow id="f3" sourceRef="first" targetRef="before"/>'
            '<sequenceFlow id="f3b" sourceRef="before" targetRef="clear_tax"/>'
        )
        return real(code, (f'{head}{step}<callActivity id="clear_tax"{tail}').replace(flow, two), **more)

    monkeypatch.setattr(process, "deploy", deploy)


def told(case: UUID, person: UUID) -> tuple[str, str]:
    """What the applicant's card says about the tax office's item: its badge and its next step."""
    view = queries.case(case, person)
    each = next(one for one in view.dispatches if one.bound.code == "tax_clearance")
    assert each.state == "waiting"
    pending = {"tax_clearance"}
    return badge(each, pending), next_step(each, view.catalogue, pending)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("", "正由市监联合审核，审核完自动继续。"),
        ('tongban:joint-days="5"', "正由市监联合审核，最晚11月30日（星期一）答复，审核完自动继续。"),
    ],
)
def test_the_applicant_reads_who_reviews(
    catalogue: Catalogue, mother: UUID, monkeypatch: pytest.MonkeyPatch, days: str, expected: str
) -> None:
    """An item behind a joint review waits for the departments that have not spoken, not for an item."""
    before_clearing(
        monkeypatch,
        '<userTask id="before" name="联合核查" tongban:department="tax" tongban:joint="market_regulation"'
        f" {days}><incoming>f3</incoming><outgoing>f3b</outgoing></userTask>",
    )
    with time_machine.travel(dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC), tick=False):
        case = desk.open_case(
            catalogue, mother, "company_cancellation", ITEMS, {"company.cancellation_kind": "general"}
        )
        assert told(case, mother) == ("联合审核中", expected)


def test_the_applicant_reads_until_when_a_wait_lasts(
    catalogue: Catalogue, mother: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item behind five working days says the day on which it goes on."""
    before_clearing(
        monkeypatch,
        '<intermediateCatchEvent id="before" name="公示期"><incoming>f3</incoming><outgoing>f3b</outgoing>'
        "<timerEventDefinition><timeDuration>P5WD</timeDuration></timerEventDefinition>"
        "</intermediateCatchEvent>",
    )
    with time_machine.travel(dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC), tick=False):
        case = desk.open_case(
            catalogue, mother, "company_cancellation", ITEMS, {"company.cancellation_kind": "general"}
        )
        assert told(case, mother) == ("等期限届满", "按规定要等到12月1日（星期二），到期自动继续。")
