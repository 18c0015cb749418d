"""The pages of a joint review and of giving out tasks."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.workbench import desk
from tests.faces.workbench.conftest import enrol
from tongban.casework import queries as casework
from tongban.casework.models import AssignmentPolicy
from tongban.catalogue.domain import Catalogue
from tongban.identity import queries as staff
from tongban.identity.domain import Role

ITEM = "cancellation_no_objection"
VALUES = {
    "company.cancellation_kind": "simple",
    "company.notice_objections": 0,
    "company.frozen_equity": False,
    "company.company_region": "430102",
}


@pytest.fixture
def review(catalogue: Catalogue, mother: UUID) -> casework.DispatchView:
    """A company that owes insurance contributions is being closed."""
    values = VALUES | {"company.insurance_arrears": True}
    case = desk.open_case(catalogue, mother, "company_cancellation", (ITEM,), values)
    return casework.case(case, mother).dispatches[0]


@pytest.fixture
def insurer(catalogue: Catalogue) -> Client:
    """A clerk of medical insurance, which the risk brings in."""
    del catalogue
    return enrol("mi-one", "谢芳", "medical_insurance")


def page(client: Client, path: str, *, status: int = 200) -> str:
    """A page's text."""
    response = client.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def test_a_co_signer_finds_its_task_with_its_own_clock(
    review: casework.DispatchView, insurer: Client
) -> None:
    """The inbox shows the time to answer; the page says why, shows the needed values, and nothing else."""
    html = page(insurer, "/workbench/")
    assert "会签时限" in html
    assert "等您会签" in html
    html = page(insurer, f"/workbench/dispatches/{review.id}/joint")
    for word in ("登记的社会保险费还有欠缴", "欠缴的社会保险费还没有补缴", "到期没有答复，由牵头部门决定"):
        assert word in html
    values = html.partition("values-title")[2]
    assert "统一社会信用代码" in values
    assert "身份证" not in values
    assert "手机" not in values


def test_an_objection_without_reasons_comes_back_with_both_places_marked(
    review: casework.DispatchView, insurer: Client
) -> None:
    """Nothing typed is lost; then the word stands beside the others', and may be changed."""
    path = f"/workbench/dispatches/{review.id}/signature"
    response = insurer.post(path, {"word": "objects", "reason": " ", "seen": ""})
    html = response.content.decode()
    assert response.status_code == 422
    assert "请至少选一个理由" in html
    assert "有不同意见时请写明理由" in html
    sent = {"word": "objects", "reasons": ["arrears_unpaid"], "reason": "还欠 9 月的费。", "seen": ""}
    html = insurer.post(path, sent, follow=True).content.decode()
    assert "修改本部门的意见" in html
    assert re.search(r'value="arrears_unpaid" checked', html)
    assert insurer.post(path, {"word": "agrees", "seen": ""}).status_code == 409


def test_the_lead_sees_the_words_side_by_side_and_what_can_be_done(
    review: casework.DispatchView, insurer: Client, inspector: Client, mother: UUID
) -> None:
    """Who objects and why, what the rule allows; an approval is refused in words; the history tells it."""
    sent = {"word": "objects", "reasons": ["arrears_unpaid"], "reason": "还欠 9 月的费。"}
    insurer.post(f"/workbench/dispatches/{review.id}/signature", sent)
    html = page(inspector, f"/workbench/dispatches/{review.id}/joint")
    for word in (
        "医保不同意，请您处理",
        "按规定，有不同意见不能准予",
        "还欠 9 月的费。",
        "请税务、人社、海关、医保联合审核",
    ):
        assert word in html
    assert 'name="word"' not in html
    assert "医保不同意" in page(inspector, f"/workbench/dispatches/{review.id}/decision")
    # The applicant is told who is still to answer, never what was said.
    view = casework.case(casework.case_by_number(_number(inspector, review)).application_id, mother)
    assert view.dispatches[0].review_waits_for == ("tax", "human_resources", "customs")


def _number(client: Client, review: casework.DispatchView) -> str:
    found = re.search(r'<span class="number">([^<]+)<', page(client, f"/workbench/dispatches/{review.id}/"))
    assert found is not None
    return found[1]


def test_the_applicant_reads_that_several_departments_review(
    review: casework.DispatchView, insurer: Client, inspector: Client, client: Client, mother: UUID
) -> None:
    """In plain words, with who is still to answer; no reason of any department."""
    from tongban.faces.citizen import cases

    sent = {"word": "objects", "reasons": ["arrears_unpaid"], "reason": "还欠 9 月的费。"}
    insurer.post(f"/workbench/dispatches/{review.id}/signature", sent)
    del client
    view = casework.case(casework.case_by_number(_number(inspector, review)).application_id, mother)
    line: dict[str, Any] = cases._dispatch(view.dispatches[0], view.catalogue, ())
    assert line["review"].startswith("几个部门正在联合审核，还在等：")
    assert "医保" not in line["review"]
    assert "还欠" not in repr(line)


def test_a_task_without_review_says_so(registrar: Client, catalogue: Catalogue, mother: UUID) -> None:
    """The page of a review that does not exist is no error."""
    case = desk.utilities(catalogue, mother)
    dispatch = casework.case(case, mother).dispatches[0].id
    assert "这一项不用联合审核" in page(registrar, f"/workbench/dispatches/{dispatch}/joint")


@pytest.fixture
def head(catalogue: Catalogue) -> Client:
    """The registrar's supervisor, who works as a clerk, too."""
    del catalogue
    return enrol("re-head", "龙波", "real_estate", roles=(Role.CLERK, Role.SUPERVISOR))


def test_a_supervisor_says_how_tasks_are_given_out(
    head: Client, registrar: Client, catalogue: Catalogue, mother: UUID
) -> None:
    """Clerks read it, a supervisor changes it; the next task comes with its clerk and the figures."""
    path = "/workbench/assignment"
    assert "只有本部门的负责人可以修改" in page(registrar, path)
    assert registrar.post(path, {"strategy": "round_robin"}).status_code == 403
    assert head.post(path, {"strategy": "dice"}).status_code == 422
    assert "已保存" in head.post(path, {"strategy": "least_loaded"}, follow=True).content.decode()
    assert AssignmentPolicy.objects.get().strategy == "least_loaded"
    [post] = [one for one in staff.clerks("real_estate") if one.name == "龙波"]
    sent = {
        "post": post.post_id,
        "from": "2020-01-01",
        "until": "",
        "skill": ["utilities_transfer", "nonsense"],
    }
    assert "离岗" in head.post(path, sent, follow=True).content.decode()
    [post] = [one for one in staff.clerks("real_estate") if one.name == "龙波"]
    assert post.skills == {"utilities_transfer"}
    assert (
        head.post(path, {"post": post.post_id, "from": "2020-01-02", "until": "2020-01-01"}).status_code
        == 422
    )
    assert head.post(path, {"post": post.post_id, "from": "x"}).status_code == 422
    assert head.post(path, {"post": "999999"}).status_code == 404

    case = desk.utilities(catalogue, mother)
    dispatch = casework.case(case, mother).dispatches[0]
    html = page(registrar, f"/workbench/dispatches/{dispatch.id}/")
    assert "为什么分给周敏" in html
    assert "谁手头少给谁" in html
    assert "按规则把任务分给了周敏" in html


def test_overruling_asks_for_a_reason(
    head: Client, registrar: Client, catalogue: Catalogue, mother: UUID
) -> None:
    """Taking over an assigned task leads to where a reason is given; with it the task changes hands."""
    head.post("/workbench/assignment", {"strategy": "round_robin"})
    case = desk.utilities(catalogue, mother)
    dispatch = casework.case(case, mother).dispatches[0]
    holder = {one.account_id: one.name for one in staff.clerks("real_estate")}[dispatch.assigned_to or 0]
    other = head if holder == "周敏" else registrar
    base = f"/workbench/dispatches/{dispatch.id}"
    response = other.post(f"{base}/claim", {"version": dispatch.version})
    assert response.headers["Location"] == f"{base}/reassign"
    html = page(other, f"{base}/reassign")
    assert "预计用时" in html
    to = re.search(r'name="to" value="(\d+)"', html)
    assert to is not None
    response = other.post(f"{base}/reassign", {"version": dispatch.version, "to": to[1], "reason": ""})
    assert response.status_code == 422
    assert "改派请写明理由" in response.content.decode()
    sent = {"version": dispatch.version, "to": to[1], "reason": "更熟悉这里。"}
    assert "已转交给" in other.post(f"{base}/reassign", sent, follow=True).content.decode()
