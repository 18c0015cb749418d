"""The case view: only what the item needs, who may see it, taking and giving on, documents, joint review."""

import datetime as dt
import re
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from tests.faces.walk import PASSWORD
from tests.faces.workbench import desk
from tests.faces.workbench.conftest import enrol
from tongban.casework import queries
from tongban.casework.domain.moves import State
from tongban.casework.models import Case, CaseFile
from tongban.catalogue.domain import Catalogue
from tongban.exchange.events import ReadMade, ReadRefused
from tongban.journal import queries as journal


def dispatch(application_id: UUID, person: UUID, item: str) -> queries.DispatchView:
    """One item of a case."""
    return next(one for one in queries.case(application_id, person).dispatches if one.item.code == item)


@pytest.fixture
def moved(catalogue: Catalogue, mother: UUID) -> UUID:
    """A case with one item for the registrar; it also holds what that item does not need."""
    return desk.open_case(
        catalogue,
        mother,
        "second_hand_home",
        ("utilities_transfer",),
        {"seller.id_number": "430102198001011234", "sale.sale_price": "2480000.00"},
    )


def opened(client: Client, found: queries.DispatchView) -> str:
    """The case view as the clerk sees it."""
    response = client.get(f"/workbench/dispatches/{found.id}/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_only_the_items_own_elements_are_there_at_all(registrar: Client, moved: UUID, mother: UUID) -> None:
    """What the item needs stands there with source and mark; what the case holds beyond it does not."""
    html = opened(registrar, dispatch(moved, mother, "utilities_transfer"))
    assert "买方" in html
    assert re.search(r"公安：[^<]*，11月", html)
    assert "已核验" in html
    assert "申请人自述" in html
    assert "430102198001011234" not in html
    assert "2480000" not in html
    assert "2,480,000" not in html


def test_documents_that_are_not_there_are_named(registrar: Client, moved: UUID, mother: UUID) -> None:
    """I see what the item asks for and nobody has sent: due already, or free to follow until a day."""
    found = dispatch(moved, mother, "utilities_transfer")
    assert "尚未提交的材料" not in opened(registrar, found)
    with time_machine.travel("2026-11-23T09:00:00+08:00", tick=False):
        Case.objects.filter(pk=moved).update(opened_at=dt.datetime.now(dt.UTC))
        moved_files = CaseFile.objects.filter(case=moved)
        moved_files.update(replaced_at=dt.datetime.now(dt.UTC))
        registrar.login(username="re-one", password=PASSWORD)
        html = opened(registrar, found)
    assert "尚未提交的材料" in html
    [lines] = re.findall(r'<ul class="plain lacking">(.*?)</ul>', html, re.DOTALL)
    assert 'badge-later">可以稍后补交（最迟 12月7日（星期一））<' in lines
    assert "最近一期水电气账单" in lines
    assert 'badge-missing">尚未提交<' in lines
    assert "没有上传的材料" not in html
    with time_machine.travel("2026-12-08T09:00:00+08:00", tick=False):
        registrar.login(username="re-one", password=PASSWORD)
        assert 'badge-overdue">补交期限已过（最迟 12月7日（星期一））<' in opened(registrar, found)


def test_opening_is_on_the_record_with_its_purpose(registrar: Client, moved: UUID, mother: UUID) -> None:
    """The applicant can see which department opened which elements for which item."""
    found = dispatch(moved, mother, "utilities_transfer")
    opened(registrar, found)
    [read] = [event.data for event in journal.stream(moved, {ReadMade.TYPE})]
    assert (read["reader"], read["items"], read["purpose"]) == (
        "real_estate",
        ["utilities_transfer"],
        "decide",
    )
    assert "buyer.id_number" in read["elements"]
    assert "seller.id_number" not in read["elements"]


@pytest.mark.parametrize("page", ["", "correction", "decision", "reassign"])
def test_another_departments_clerk_finds_nothing_and_leaves_a_trace(
    inspector: Client, moved: UUID, mother: UUID, page: str
) -> None:
    """Another department's task looks like no task at all, and the attempt is on the record."""
    found = dispatch(moved, mother, "utilities_transfer")
    refused = inspector.get(f"/workbench/dispatches/{found.id}/{page}")
    nowhere = inspector.get(f"/workbench/dispatches/0198c0de-0000-7000-8000-000000000000/{page}")
    assert (refused.status_code, nowhere.status_code) == (404, 404)

    def plain(html: bytes, own: str) -> str:
        return re.sub(r'value="[^"]{64}"', "", html.decode()).replace(own, "")

    assert plain(refused.content, str(found.id)) == plain(
        nowhere.content, "0198c0de-0000-7000-8000-000000000000"
    )
    [refusal] = [event.data for event in journal.stream(moved, {ReadRefused.TYPE})]
    assert (refusal["reader"], refusal["reason"]) == ("market_regulation", "not_this_departments")


@pytest.mark.parametrize("act", ["claim", "release", "accept", "signature"])
def test_another_departments_clerk_can_do_nothing(
    inspector: Client, moved: UUID, mother: UUID, act: str
) -> None:
    """Posting to another department's task is refused and recorded; the task stays as it was."""
    found = dispatch(moved, mother, "utilities_transfer")
    sent = {"version": found.version, "word": "agrees"}
    assert inspector.post(f"/workbench/dispatches/{found.id}/{act}", sent).status_code == 404
    after = dispatch(moved, mother, "utilities_transfer")
    assert (after.state, after.version) == (State.READY, found.version)
    assert len(journal.stream(moved, {ReadRefused.TYPE})) == 1


def test_a_clerk_of_another_county_finds_nothing(moved: UUID, mother: UUID) -> None:
    """The same department next door has no business with it."""
    found = dispatch(moved, mother, "utilities_transfer")
    client = enrol("next-door", "天心", "real_estate", "430103")
    assert client.get(f"/workbench/dispatches/{found.id}/").status_code == 404


def test_taking_giving_back_and_giving_on(
    registrar: Client, colleague: Client, moved: UUID, mother: UUID
) -> None:
    """A task that one clerk has taken shows so to the other, who can take it over; it can be given on."""
    found = dispatch(moved, mother, "utilities_transfer")
    base = f"/workbench/dispatches/{found.id}"
    assert "这一项由您办理" in registrar.post(f"{base}/claim", {"version": 2}, follow=True).content.decode()
    html = opened(colleague, found)
    assert "周敏正在办理这一项" in html
    assert "由我接手" in html
    assert 'data-act="accept"' not in html

    html = registrar.get(f"{base}/reassign").content.decode()
    chosen = re.search(r'value="(\d+)"[^>]*><label[^>]*>陈涛', html)
    assert chosen is not None
    response = registrar.post(f"{base}/reassign", {"version": 3, "to": chosen[1]}, follow=True)
    assert "已转交给陈涛" in response.content.decode()
    assert 'data-act="accept"' in opened(colleague, found)
    html = colleague.post(f"{base}/release", {"version": 4}, follow=True).content.decode()
    assert "已退回" in html
    assert "还没有人领取" in html


def test_giving_on_to_nobody_is_an_error_with_words(
    registrar: Client, colleague: Client, moved: UUID, mother: UUID
) -> None:
    """Without a choice, or with somebody from elsewhere, the form says what to do."""
    del colleague
    found = dispatch(moved, mother, "utilities_transfer")
    for to in ("", "999999", "x"):
        response = registrar.post(
            f"/workbench/dispatches/{found.id}/reassign", {"version": found.version, "to": to}
        )
        assert response.status_code == 422
        assert "请选择一位同事" in response.content.decode()


def test_a_clerk_alone_is_told_that_there_is_nobody(registrar: Client, moved: UUID, mother: UUID) -> None:
    """With no colleague the page says so instead of showing an empty list."""
    found = dispatch(moved, mother, "utilities_transfer")
    registrar.post(f"/workbench/dispatches/{found.id}/claim", {"version": found.version})
    html = registrar.get(f"/workbench/dispatches/{found.id}/reassign").content.decode()
    assert "没有可以转交的同事" in html


def test_the_second_of_two_is_told_who_was_quicker(
    registrar: Client, colleague: Client, moved: UUID, mother: UUID
) -> None:
    """Two clerks accept the same task: one does, the other reads who did it and when."""
    found = dispatch(moved, mother, "utilities_transfer")
    accept = f"/workbench/dispatches/{found.id}/accept"
    assert colleague.post(accept, {"version": found.version}).status_code == 302
    response = registrar.post(accept, {"version": found.version})
    assert response.status_code == 409
    html = response.content.decode()
    assert re.search(r"11月\d+日（星期.）? \d\d:\d\d，陈涛受理了这一项", html), html
    assert "您刚才的操作没有生效" in html
    assert dispatch(moved, mother, "utilities_transfer").state == State.ACCEPTED


def test_pictures_are_shown_and_everything_else_is_saved(
    inspector: Client, catalogue: Catalogue, mother: UUID
) -> None:
    """A picture is drawn from its own address; a PDF is only handed over: nothing in it can run here."""
    application_id = desk.inspection(catalogue, mother)
    html = opened(inspector, dispatch(application_id, mother, "joint_site_inspection"))
    [picture] = re.findall(r'<img src="([^"]+/files/[^"]+)"', html)
    [document] = re.findall(r'<a class="button second small-button" href="([^"]+/files/[^"]+)"', html)
    shown, saved = inspector.get(picture), inspector.get(document)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert saved.content == desk.PDF
    for response in (shown, saved):
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"


def test_a_document_of_another_case_or_department_is_not_handed_out(
    inspector: Client, registrar: Client, catalogue: Catalogue, mother: UUID
) -> None:
    """A document's address works only within the task that asks for it, at the department that works it."""
    one, two = desk.inspection(catalogue, mother), desk.inspection(catalogue, mother)
    first = dispatch(one, mother, "joint_site_inspection")
    second = dispatch(two, mother, "joint_site_inspection")
    [picture] = re.findall(r'<img src="([^"]+)"', opened(inspector, first).partition("files-title")[2])
    assert inspector.get(picture.replace(str(first.id), str(second.id))).status_code == 404
    assert registrar.get(picture).status_code == 404


def test_every_department_has_its_own_word_in_a_joint_review(
    inspector: Client, carrier: Client, catalogue: Catalogue, mother: UUID
) -> None:
    """The co-signing department sees the task and signs or objects; it cannot accept or decide."""
    application_id = desk.inspection(catalogue, mother)
    found = dispatch(application_id, mother, "joint_site_inspection")
    base = f"/workbench/dispatches/{found.id}"
    assert "等您会签" in carrier.get("/workbench/").content.decode()
    html = opened(carrier, found)
    assert "本部门会签" in html
    assert 'data-act="' not in html
    for act in ("accept", "claim"):
        assert carrier.post(f"{base}/{act}", {"version": found.version}).status_code == 403
    for page in ("decision", "correction"):
        assert carrier.get(f"{base}/{page}").status_code == 403
    assert "还没有会签" in opened(inspector, found)

    response = carrier.post(f"{base}/signature", {"word": "objects", "reason": " "})
    assert response.status_code == 422
    assert "有不同意见时请写明理由" in response.content.decode()
    assert carrier.post(f"{base}/signature", {"reason": "通道"}).status_code == 422
    carrier.post(f"{base}/signature", {"word": "objects", "reason": "停车场没有消防通道。"})
    html = opened(inspector, found)
    assert "停车场没有消防通道。" in html
    assert "罗军" in html
    carrier.post(f"{base}/signature", {"word": "agrees"})
    html = opened(inspector, found)
    assert "停车场没有消防通道。" not in html.partition("history-title")[0]
    assert "代表交通会签同意" in html
    assert "等您会签" not in carrier.get("/workbench/").content.decode()


def test_a_department_that_does_not_sign_cannot(registrar: Client, moved: UUID, mother: UUID) -> None:
    """Signing a task that is no joint step is refused with a reason."""
    found = dispatch(moved, mother, "utilities_transfer")
    response = registrar.post(f"/workbench/dispatches/{found.id}/signature", {"word": "agrees"})
    assert response.status_code == 409
    assert dispatch(moved, mother, "utilities_transfer").version == found.version


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_three_languages(registrar: Client, moved: UUID, mother: UUID, language: str) -> None:
    """No page of a task shows a message's id."""
    found = dispatch(moved, mother, "utilities_transfer")
    registrar.cookies["django_language"] = language
    for page in ("", "correction", "decision", "reassign"):
        html = registrar.get(f"/workbench/dispatches/{found.id}/{page}").content.decode()
        assert "workbench." not in re.sub(r'(?:href|src|action)="[^"]*"', "", html), page
