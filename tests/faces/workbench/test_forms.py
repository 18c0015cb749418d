"""Asking for a correction and deciding: errors, the look before sending, two clerks, the effect on others."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.workbench import desk
from tongban.casework import queries
from tongban.casework.domain.moves import State
from tongban.catalogue.domain import Catalogue

ADDRESS = "property.property_address"
GIVES = "property.utilities_transferred_on"


@pytest.fixture
def moved(catalogue: Catalogue, mother: UUID) -> UUID:
    """A case with one item for the registrar."""
    return desk.utilities(catalogue, mother)


@pytest.fixture
def inspected(catalogue: Catalogue, mother: UUID) -> UUID:
    """A case in which two permits wait for a joint inspection."""
    return desk.inspection(catalogue, mother)


def dispatch(application_id: UUID, person: UUID, item: str = "utilities_transfer") -> queries.DispatchView:
    """One item of a case."""
    return next(one for one in queries.case(application_id, person).dispatches if one.item.code == item)


def hidden(html: str) -> dict[str, Any]:
    """What the second page of a form sends on."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html):
        if name != "csrfmiddlewaretoken":
            found.setdefault(name, []).append(value)
    return found


def notice(version: int, *targets: str, **texts: str) -> dict[str, Any]:
    """A filled-in correction form."""
    said = {
        "what": "地址和登记的不一样。",
        "why": "要按登记的地址过户。",
        "how": "请照不动产权证填写。",
    } | texts
    form: dict[str, Any] = {"pick": list(targets), "version": version, "step": "check"}
    for target in targets:
        form |= {f"{name}:{target}": text for name, text in said.items()}
        form[f"law:{target}"] = "business_environment_regulations:第二十八条"
    return form


def approval(version: int, **more: Any) -> dict[str, Any]:
    """A filled-in approval."""
    return {
        "version": version,
        "step": "check",
        "decision": "approve",
        f"{GIVES}:year": "2026",
        f"{GIVES}:month": "11",
        f"{GIVES}:day": "20",
        **more,
    }


def test_a_notice_names_only_the_items_own_things(registrar: Client, moved: UUID, mother: UUID) -> None:
    """The form offers what this item needs, with the reason and the law filled in, and nothing else."""
    found = dispatch(moved, mother)
    html = registrar.get(f"/workbench/dispatches/{found.id}/correction").content.decode()
    offered = set(re.findall(r'name="pick" value="([^"]+)"', html))
    assert offered == {need.element for need in found.item.needs} | {one.key for one in found.bound.materials}
    assert "写清是哪里的房子。" in html
    assert '<option value="business_environment_regulations:第二十八条" selected>' in html


def test_the_applicant_reads_what_the_clerk_saw(registrar: Client, moved: UUID, mother: UUID) -> None:
    """The look shows the notice with the law; sending it stops the clocks and names the same words."""
    found = dispatch(moved, mother)
    path = f"/workbench/dispatches/{found.id}/correction"
    html = registrar.post(path, notice(found.version, ADDRESS)).content.decode()
    assert "请您补正：水电气联合过户" in html
    assert "《优化营商环境条例》第二十八条" in html
    assert dispatch(moved, mother).state == State.READY

    response = registrar.post(path, hidden(html) | {"step": "send"}, follow=True)
    assert "补正通知已发出，计时暂停" in response.content.decode()
    after = dispatch(moved, mother)
    assert after.state == State.CORRECTION
    assert after.correction is not None
    [fault] = after.correction.faults
    assert (fault.target, fault.kind, fault.what) == (ADDRESS, "address", "地址和登记的不一样。")
    assert fault.law == "《优化营商环境条例》第二十八条"
    assert "等申请人补正" in registrar.get("/workbench/").content.decode()


def test_going_back_keeps_every_word(registrar: Client, moved: UUID, mother: UUID) -> None:
    """From the look back to the fields: what was typed is still there."""
    found = dispatch(moved, mother)
    path = f"/workbench/dispatches/{found.id}/correction"
    html = registrar.post(path, notice(found.version, ADDRESS, what="门牌号少一位。")).content.decode()
    html = registrar.post(path, hidden(html) | {"step": "fill"}).content.decode()
    assert ">门牌号少一位。</textarea>" in html
    assert re.search(rf'value="{ADDRESS}" checked', html)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"pick": []}, "请至少勾选一处要改的内容"),
        ({"pick": ["seller.id_number"]}, "请至少勾选一处要改的内容"),
        ({"pick": [ADDRESS]}, "请写明哪里要改"),
        (
            {"pick": [ADDRESS], f"what:{ADDRESS}": "x", f"why:{ADDRESS}": "y", f"how:{ADDRESS}": " "},
            "请写明怎么改",
        ),
    ],
)
def test_an_incomplete_notice_says_what_is_missing(
    registrar: Client, moved: UUID, mother: UUID, form: dict[str, Any], says: str
) -> None:
    """Nothing chosen, something that this item does not need, or words that are missing: none goes out."""
    found = dispatch(moved, mother)
    for step in ("check", "send"):
        response = registrar.post(
            f"/workbench/dispatches/{found.id}/correction", form | {"version": found.version, "step": step}
        )
        assert response.status_code == 422
        assert says in response.content.decode()
    assert dispatch(moved, mother).state == State.READY


def test_a_change_in_between_keeps_the_words_and_tells(
    registrar: Client, colleague: Client, moved: UUID, mother: UUID
) -> None:
    """A colleague accepts while the notice is being written: the clerk reads so, and may still send it."""
    found = dispatch(moved, mother)
    base = f"/workbench/dispatches/{found.id}"
    colleague.post(f"{base}/accept", {"version": found.version})
    response = registrar.post(f"{base}/correction", notice(found.version, ADDRESS) | {"step": "send"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "陈涛受理了这一项" in html
    assert "地址和登记的不一样。" in html
    assert dispatch(moved, mother).state == State.ACCEPTED
    assert registrar.post(f"{base}/correction", hidden(html) | {"step": "send"}).status_code == 302
    assert dispatch(moved, mother).state == State.CORRECTION


def test_a_decision_in_between_shows_the_words_for_copying(
    registrar: Client, colleague: Client, moved: UUID, mother: UUID
) -> None:
    """When nothing can be sent any more, what was typed stands on the page that says who decided."""
    found = dispatch(moved, mother)
    base = f"/workbench/dispatches/{found.id}"
    colleague.post(f"{base}/decision", approval(found.version, step="send"))
    for page, form, kept in (
        ("correction", notice(found.version, ADDRESS), "地址和登记的不一样。"),
        (
            "decision",
            {"version": found.version, "decision": "reject", "text": "房屋被查封。"},
            "房屋被查封。",
        ),
    ):
        response = registrar.post(f"{base}/{page}", form | {"step": "send"})
        html = response.content.decode()
        assert response.status_code == 409
        assert "陈涛决定准予" in html
        assert kept in html
    after = dispatch(moved, mother)
    assert after.state == State.APPROVED
    assert after.outcome is not None
    assert after.outcome.approved


def test_a_task_of_a_colleague_cannot_be_decided(
    registrar: Client, colleague: Client, moved: UUID, mother: UUID
) -> None:
    """While a colleague works on it nobody else decides; the page says who has it."""
    found = dispatch(moved, mother)
    base = f"/workbench/dispatches/{found.id}"
    colleague.post(f"{base}/claim", {"version": found.version})
    response = registrar.post(f"{base}/accept", {"version": found.version + 1})
    assert response.status_code == 409
    assert "陈涛正在办理这一项" in response.content.decode()
    assert registrar.post(f"{base}/decision", approval(found.version + 1, step="send")).status_code == 409
    assert dispatch(moved, mother).state == State.READY


def test_an_approval_gives_what_the_item_produces(registrar: Client, moved: UUID, mother: UUID) -> None:
    """Values are typed by the element's own field, looked at, and stand in the outcome."""
    found = dispatch(moved, mother)
    path = f"/workbench/dispatches/{found.id}/decision"
    html = registrar.post(path, approval(found.version, text="已通知三家公司。")).content.decode()
    assert "准予：水电气联合过户" in html
    assert "2026年11月20日（星期五）" in html
    assert dispatch(moved, mother).state == State.READY
    response = registrar.post(path, hidden(html) | {"step": "send"}, follow=True)
    assert "已准予" in response.content.decode()
    outcome = dispatch(moved, mother).outcome
    assert outcome is not None
    assert (outcome.approved, dict(outcome.produced)) == (True, {GIVES: "2026-11-20"})
    assert outcome.reasons[0]["text"] == "已通知三家公司。"


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "请选择准予或不予"),
        ({"decision": "maybe"}, "请选择准予或不予"),
        ({"decision": "approve"}, "请填写这一项"),
        (
            {"decision": "approve", f"{GIVES}:year": "2026", f"{GIVES}:month": "2", f"{GIVES}:day": "30"},
            "没有这一天",
        ),
        ({"decision": "reject"}, "不予需要理由"),
        ({"decision": "reject", "rule": "no_such_rule"}, "不予需要理由"),
    ],
)
def test_an_incomplete_decision_is_not_sent(
    registrar: Client, moved: UUID, mother: UUID, form: dict[str, str], says: str
) -> None:
    """No decision without a choice, without what it gives, or without a reason."""
    found = dispatch(moved, mother)
    for step in ("check", "send"):
        response = registrar.post(
            f"/workbench/dispatches/{found.id}/decision", form | {"version": found.version, "step": step}
        )
        assert response.status_code == 422
        assert says in response.content.decode()
    assert dispatch(moved, mother).state == State.READY


def test_a_refusal_quotes_the_law_and_the_means_of_appeal(
    registrar: Client, moved: UUID, mother: UUID
) -> None:
    """The applicant reads the reason, the article and how to appeal; the look shows all of it."""
    found = dispatch(moved, mother)
    path = f"/workbench/dispatches/{found.id}/decision"
    form = {
        "version": found.version,
        "step": "check",
        "decision": "reject",
        "text": "过户登记没有完成。",
        "law": "business_environment_regulations:第二十八条",
    }
    html = registrar.post(path, form).content.decode()
    assert "60 日内申请行政复议" in html
    assert "不予：不影响其他事项。" in html
    registrar.post(path, hidden(html) | {"step": "send"})
    outcome = dispatch(moved, mother).outcome
    assert outcome is not None
    assert outcome.reasons == (
        {"code": "", "text": "过户登记没有完成。", "law": "《优化营商环境条例》第二十八条"},
    )


def joint_approval(version: int, **more: str) -> dict[str, Any]:
    """A filled-in approval of a joint inspection."""
    form = {
        "version": version,
        "decision": "approve",
        "company.site_inspection_number": "HC-2026-0031",
        "site_inspection_record:number": "LHHC20261120",
    }
    for name in ("company.site_inspected_on", "site_inspection_record:issued"):
        form |= {f"{name}:year": "2026", f"{name}:month": "11", f"{name}:day": "20"}
    return form | more


def test_the_effect_on_others_is_said_before_the_button(
    inspector: Client, carrier: Client, inspected: UUID, mother: UUID
) -> None:
    """Approving frees the two permits, refusing blocks them: said on the case view, the form and the look."""
    found = dispatch(inspected, mother, "joint_site_inspection")
    base = f"/workbench/dispatches/{found.id}"
    for page in ("", "decision"):
        html = inspector.get(f"{base}/{page}").content.decode()
        assert re.search(r"准予后：[^<]*道路[^<]* 将开始办理", html), page
        assert re.search(r"不予：[^<]*食品[^<]* 不能办理", html), page
    carrier.post(f"{base}/signature", {"word": "agrees"})
    form = joint_approval(dispatch(inspected, mother, "joint_site_inspection").version, step="check")
    html = inspector.post(f"{base}/decision", form).content.decode()
    assert "将开始办理" in html
    assert "LHHC20261120" in html
    inspector.post(f"{base}/decision", hidden(html) | {"step": "send"})
    states = {one.item.code: one.state for one in queries.case(inspected, mother).dispatches}
    assert states == {
        "joint_site_inspection": State.APPROVED,
        "food_business_permit": State.READY,
        "road_transport_permit": State.READY,
    }
    [certificate] = dispatch(inspected, mother, "joint_site_inspection").outcome.certificates  # type: ignore[union-attr]
    assert certificate.number == "LHHC20261120"


def test_a_joint_step_is_not_approved_before_everybody_signed(
    inspector: Client, carrier: Client, inspected: UUID, mother: UUID
) -> None:
    """Without the signature, or against an objection, an approval waits; nothing typed is lost."""
    found = dispatch(inspected, mother, "joint_site_inspection")
    base = f"/workbench/dispatches/{found.id}"
    response = inspector.post(f"{base}/decision", joint_approval(found.version, step="send"))
    assert response.status_code == 409
    html = response.content.decode()
    assert "交通还没有会签，现在不能准予" in html
    assert "HC-2026-0031" in html
    carrier.post(f"{base}/signature", {"word": "objects", "reason": "没有停车场。"})
    now = dispatch(inspected, mother, "joint_site_inspection").version
    response = inspector.post(f"{base}/decision", joint_approval(now, step="send"))
    assert "交通有不同意见，现在不能准予" in response.content.decode()
    assert dispatch(inspected, mother, "joint_site_inspection").state == State.READY


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"site_inspection_record:number": " "}, "请填写证照编号"),
        ({"site_inspection_record:issued:day": ""}, "没有这一天"),
        (
            {
                "site_inspection_record:until:year": "2026",
                "site_inspection_record:until:month": "11",
                "site_inspection_record:until:day": "19",
            },
            "有效期不能早于发证日期",
        ),
        ({"site_inspection_record:until:year": "abcd"}, "日期"),
    ],
)
def test_a_certificate_needs_its_number_and_its_days(
    inspector: Client, inspected: UUID, mother: UUID, more: dict[str, str], says: str
) -> None:
    """A certificate without number, without a day of issue, or that ends before it begins is not issued."""
    found = dispatch(inspected, mother, "joint_site_inspection")
    path = f"/workbench/dispatches/{found.id}/decision"
    response = inspector.post(path, joint_approval(found.version, **more))
    assert response.status_code == 422
    assert says in response.content.decode()


def test_earlier_decisions_of_the_own_department_stand_beside_the_task(
    registrar: Client, inspector: Client, catalogue: Catalogue, mother: UUID, stranger: UUID
) -> None:
    """A clerk sees what the department decided before for this applicant, and nobody else's decisions."""
    before = desk.utilities(catalogue, mother)
    form = {"decision": "reject", "text": "上次没有过户。", "step": "send"}
    first = dispatch(before, mother)
    registrar.post(f"/workbench/dispatches/{first.id}/decision", form | {"version": str(first.version)})
    for person, there in ((mother, True), (stranger, False)):
        found = dispatch(desk.utilities(catalogue, person), person)
        html = registrar.get(f"/workbench/dispatches/{found.id}/").content.decode()
        assert ("上次没有过户。" in html) is there
    other = dispatch(desk.inspection(catalogue, mother), mother, "joint_site_inspection")
    html = inspector.get(f"/workbench/dispatches/{other.id}/").content.decode()
    assert "上次没有过户。" not in html


def test_a_form_without_its_token_changes_nothing(catalogue: Catalogue, moved: UUID, mother: UUID) -> None:
    """A page of somewhere else cannot decide in the clerk's name."""
    from tests.faces.walk import PASSWORD
    from tests.faces.workbench.conftest import enrol

    del catalogue
    enrol("re-one", "周敏", "real_estate")
    client = Client(enforce_csrf_checks=True)
    client.login(username="re-one", password=PASSWORD)
    found = dispatch(moved, mother)
    response = client.post(f"/workbench/dispatches/{found.id}/decision", approval(found.version, step="send"))
    assert response.status_code == 403
    assert dispatch(moved, mother).state == State.READY
