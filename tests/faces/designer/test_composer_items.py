"""Service items in the composer: their forms, their alternatives, their joint reviews."""

import re
from typing import Any
from uuid import UUID

from django.test import Client

from tests.faces.designer.composer import at, edit, file_of, text
from tests.faces.designer.conftest import post_of
from tongban.catalogue.domain import Catalogue
from tongban.design import actions, queries


def test_a_service_item_is_edited_through_forms(designer: Client, draft: UUID, catalogue: Catalogue) -> None:
    """What the forms show can be changed; what they do not show (rules, alternatives) stays."""
    code = "birth_certificate"
    here = f"/designer/drafts/{draft}/item/{code}"
    before = dict(catalogue.content["items"][code])
    page = designer.get(here)
    assert page.status_code == 200
    assert re.findall(r"composer\.[a-z_.]+", text(page)) == []

    def send(act: str, **data: Any) -> Any:
        seen = queries.file(post_of("designer-a"), draft, "items", code)[1]
        return designer.post(here, {"act": act, "seen": seen, **data})

    assert send("limits", promised="2", promised_unit="working_day").status_code == 302
    assert send("facts", **{"name.en": "Birth paper", "channels": ["online", "hall"]}).status_code == 302
    assert send("add_need", address="mother.education", **{"why.zh-hans": "用于统计。"}).status_code == 302
    assert send("add_material", material="no_such_paper", necessity="optional").status_code == 422
    asked = {one.get("material") for one in before.get("materials", [])}
    paper = next(one for one in catalogue.materials if one not in asked)
    assert send("add_material", material=paper, necessity="optional").status_code == 302
    assert send("add_law", law="household_registration_regulations", article="第七条").status_code == 302
    assert send("limits", promised="soon").status_code == 422
    made = file_of(draft, code, "items")
    assert made["limits"]["promised"] == {"amount": 2, "unit": "working_day"}
    assert made["name"]["en"] == "Birth paper"
    assert made["needs"][-1]["why"]["en"] == "用于统计。"
    assert made["needs"][:-1] == before["needs"]
    for key in ("rules", "handlers", "produces", "roles", "summary"):
        assert made.get(key) == before.get(key)
    # The event that uses the item is seen with the item as the draft has it.
    assert "学历" in text(designer.get(at(draft)))


def test_a_new_item_can_be_used_at_once(designer: Client, draft: UUID) -> None:
    """An item made in the draft stands in the palette and can be part of an event."""
    made = designer.post(
        f"/designer/drafts/{draft}/new-item",
        {"code": "baby_box", "name.zh-hans": "新生儿礼包", "department": "health", "subject": "person"},
    )
    assert made.status_code == 302
    assert designer.get(made["Location"]).status_code == 200
    assert "新生儿礼包" in text(designer.get(at(draft, "/palette?q=新生儿礼包")))
    answer = edit(designer, draft, "add_item", item="baby_box")
    assert "新生儿礼包" in text(answer)


def test_an_alternative_is_made_and_taken_away_by_choosing(
    designer: Client, draft: UUID, catalogue: Catalogue
) -> None:
    """Something else becomes enough, is named, and goes again; each event says at once what that changes."""
    code = "birth_certificate"
    before = dict(catalogue.content["items"][code])
    place = next(n for n, one in enumerate(before["needs"]) if one.get("element") == "mother.marital_status")
    here = f"/designer/drafts/{draft}/item/{code}/ways/needs/{place}"
    assert "用别的也行" in text(designer.get(f"/designer/drafts/{draft}/item/{code}"))
    single = designer.get(here)
    assert "再选一种" in text(single)
    assert re.findall(r"composer\.[a-z_.]+", text(single)) == []

    def send(act: str, **data: Any) -> Any:
        seen = queries.file(post_of("designer-a"), draft, "items", code)[1]
        return designer.post(here, {"act": act, "seen": seen, **data}, follow=True)

    made = send("add_way", name="mother.education")
    assert made.status_code == 200
    assert "“新生儿”：少问" not in text(made)
    entry = file_of(draft, code, "items")["needs"][place]
    assert entry["any_of"] == [["mother.marital_status"], ["mother.education"]]
    assert "第2种：" in text(made)
    assert "需要选的时候，这样问" in text(made)
    assert "几种任选一种" in text(designer.get(at(draft)))
    assert send("add_value", way="1", name="mother.birth_date").status_code == 200
    named = send("words", **{"way.1.zh-hans": "学历证明", "question.zh-hans": "用哪种？"})
    assert "“用哪种？”" in text(named) or "用哪种？" in text(named)
    entry = file_of(draft, code, "items")["needs"][place]
    assert [one["zh-hans"] for one in entry["ways"]] == ["母亲的婚姻状况", "学历证明"] or len(
        entry["ways"]
    ) == 2
    assert send("add_way", name="nobody.knows").status_code == 422
    assert send("remove_way", way="9").status_code == 422
    gone = send("remove_way", way="1")
    assert gone.status_code == 200
    assert file_of(draft, code, "items")["needs"] == before["needs"]
    assert "已撤销上一步" in text(send("undo"))
    assert "any_of" in file_of(draft, code, "items")["needs"][place]
    assert designer.get(f"/designer/drafts/{draft}/item/{code}/ways/limits/0").status_code == 404


def test_one_of_several_documents_is_chosen(designer: Client, draft: UUID) -> None:
    """A document of somebody becomes another way to show the same; the shipped alternatives can be read."""
    code = "childcare_subsidy"
    place = next(n for n, one in enumerate(file_of(draft, code, "items")["materials"]) if "any_of" in one)
    here = f"/designer/drafts/{draft}/item/{code}/ways/materials/{place}"
    page = text(designer.get(here))
    assert "亲子鉴定" in page
    sent = {"act": "add_way", "seen": 0, "name": "adoption_certificate", "role": "child"}
    assert designer.post(here, sent).status_code == 302
    assert file_of(draft, code, "items")["materials"][place]["any_of"][-1] == "adoption_certificate.child"


RISK = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="人户分离" namespace="urn:risk">
<inputData id="i" name="婚姻状况"><variable name="婚姻状况" typeRef="string"/></inputData>
<decision id="d" name="要不要联审"><variable name="要不要联审" typeRef="boolean"/>
<informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
<decisionTable id="t"><input id="c"><inputExpression id="e" typeRef="string">
<text>婚姻状况</text></inputExpression></input><output id="o" typeRef="boolean"/>
<rule id="w"><inputEntry id="y"><text>"10"</text></inputEntry>
<outputEntry id="x"><text>true</text></outputEntry></rule></decisionTable></decision></definitions>"""


def test_a_joint_review_is_added_and_a_table_says_when(designer: Client, draft: UUID) -> None:
    """Departments are ticked, a table that says yes or no is chosen, its input bound; all can be undone."""
    code = "birth_certificate"
    item = f"/designer/drafts/{draft}/item/{code}"
    model = {"code": "apart", "model": RISK}
    actions.save(post_of("designer-a"), draft, "decisions", "apart", model, 0)

    def send(which: str, act: str, **data: Any) -> Any:
        seen = queries.file(post_of("designer-a"), draft, "items", code)[1]
        return designer.post(f"{item}/review/{which}", {"act": act, "seen": seen, **data})

    assert "加一个联合审核" in text(designer.get(item))
    assert send("new", "terms", **{"reason.zh-hans": "看是不是同一家。"}).status_code == 422
    tax = {"departments": ["tax"], "reason.zh-hans": "看是不是同一家。", "limit": "2", "silence": "agrees"}
    made = send("new", "terms", **tax)
    assert made.status_code == 302
    assert made["Location"].endswith("/review/0")
    assert send("0", "terms", **tax | {"limit": ""}).status_code == 422
    page = text(designer.get(f"{item}/review/0?table=apart/要不要联审"))
    assert "每次都要联合审核" in page
    assert "这张表说要不要联合审核" in page
    assert re.findall(r"composer\.[a-z_.]+", page) == []
    assert send("0", "by_decision", table="apart/要不要联审").status_code == 422
    bound = {"table": "apart/要不要联审", "input.0": "mother.marital_status"}
    assert send("0", "by_decision", **bound).status_code == 302
    rule = file_of(draft, code, "items")["joint_review"][0]
    assert rule == {
        "rule": "review",
        "departments": ["tax"],
        "reason": dict.fromkeys(("zh-hans", "zh-hant", "en"), "看是不是同一家。"),
        "limit": 2,
        "silence": "agrees",
        "decision": "apart",
        "of": "要不要联审",
        "inputs": {"婚姻状况": "mother.marital_status"},
    }
    merged, findings = queries.merged(draft)
    assert merged.items[code].joint_review[0].reads == {"mother.marital_status"}
    # Its department's system decides: the check says that a review cannot be there.
    assert [one.code for one in findings if one.is_error] == ["catalogue.joint_in_system"]
    assert "由决策表决定" in text(designer.get(item))
    assert send("0", "undo").status_code == 302
    assert "decision" not in file_of(draft, code, "items")["joint_review"][0]
    assert send("0", "remove").status_code == 302
    assert "joint_review" not in file_of(draft, code, "items")
    assert designer.get(f"{item}/review/9").status_code == 404
