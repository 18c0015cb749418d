"""Conditions of life events and of items, by choosing and by typing."""

import re
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.designer.composer import EVENT, at, file_of, text
from tests.faces.designer.conftest import post_of
from tongban.catalogue.domain import Catalogue
from tongban.design import queries


def test_a_condition_is_chosen_not_typed(designer: Client, draft: UUID) -> None:
    """Line by line: what is looked at, how, the value; the sentence says it; the item then depends on it."""
    here = at(draft, "/condition/items/parenting_guidance")
    empty = designer.get(here)
    assert "什么时候办" in text(empty)
    line = {"n0:kind": "group", "n0:count": "1", "n0:every": "yes", "n0.0:kind": "line"}
    first = designer.post(
        here,
        {**line, "n0.0:address": "mother.marital_status", "act": "look"},
        headers={"HX-Request": "true"},
    )
    assert "是其中之一" in text(first)
    chosen = {
        **line,
        "n0.0:address": "mother.marital_status",
        "n0.0:was": "mother.marital_status",
        "n0.0:test": "in",
        "n0.0:value": ["10", "20"],
    }
    shown = designer.post(here, {**chosen, "act": "add_line:0"}, headers={"HX-Request": "true"})
    assert "妈妈的婚姻状况是" in text(shown)
    assert 'name="n0.1:address"' in shown.content.decode()
    seen = queries.file(post_of("designer-a"), draft, "life_events", EVENT)[1]
    saved = designer.post(here, {**chosen, "act": "save", "seen": seen})
    assert saved.status_code == 302
    use = next(one for one in file_of(draft)["items"] if one["item"] == "parenting_guidance")
    assert use["when"] == 'mother.marital_status in ("10", "20")'
    assert "符合条件才办" in text(designer.get(at(draft)))
    held = designer.get(here).content.decode()
    assert re.search(r'value="20" checked', held)


def test_a_condition_on_something_new_is_asked_first(designer: Client, draft: UUID) -> None:
    """Choosing what nobody brings yet puts it among the first questions."""
    here = at(draft, "/condition/items/parenting_guidance")
    answer = designer.post(
        here,
        {
            "n0:kind": "group",
            "n0:count": "1",
            "n0.0:kind": "line",
            "n0.0:address": "mother.education",
            "n0.0:was": "mother.education",
            "n0.0:test": "known",
            "act": "save",
            "seen": 0,
        },
    )
    assert answer.status_code == 302
    assert "mother.education" in file_of(draft)["situation"]


def test_saving_the_same_choices_leaves_the_file(designer: Client, draft: UUID, catalogue: Catalogue) -> None:
    """Opening a condition and saving it again is no change, and no revision."""
    here = at(draft, "/condition/items/birth_certificate")
    page = designer.get(here).content.decode()
    fields = dict(re.findall(r'type="hidden" name="(n[^"]+)" value="([^"]*)"', page))
    for name, body in re.findall(r'<select id="[^"]*" name="(n[^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', body)[0]
    answer = designer.post(here, {**fields, "act": "save", "seen": 0})
    assert answer.status_code == 302
    assert queries.changes(draft) == {}
    assert file_of(draft) == dict(catalogue.content["life_events"][EVENT])


@pytest.mark.parametrize(
    ("feel", "says"),
    [
        ("mother.age >", "表达式写错了"),
        ("mother.nothing = 1", "不认识：mother.nothing"),
        ('mother.marital_status = "20"', "妈妈的婚姻状况是“"),
        ("child.birth_weight * 2 > 5", "可以用。它看这些数据"),
    ],
)
def test_experts_type_and_are_told_at_once(designer: Client, draft: UUID, feel: str, says: str) -> None:
    """An expression is checked while it is typed: what is wrong, or what it says."""
    answer = designer.post(
        at(draft, "/condition/items/parenting_guidance"),
        {"mode": "text", "feel": feel, "act": "check"},
        headers={"HX-Request": "true"},
    )
    assert says in text(answer)


def test_a_condition_for_everybody_has_its_message(designer: Client, draft: UUID) -> None:
    """Who cannot use it is told why; without words the condition is not kept."""
    here = at(draft, "/condition/conditions/1")
    data = {"mode": "text", "feel": "child.plurality < 4", "act": "save", "seen": 0}
    refused = designer.post(here, data)
    assert refused.status_code == 422
    assert "请写不满足时告诉申请人什么" in text(refused)
    assert designer.post(here, {**data, "message.zh-hans": "请到医院办理。"}).status_code == 302
    assert file_of(draft)["conditions"][1]["message"]["en"] == "请到医院办理。"


def test_a_condition_about_several_people_is_chosen(designer: Client, draft: UUID) -> None:
    """Every employee has to be old enough, and they are at most ten: chosen, said in words, kept as FEEL."""
    event = f"/designer/drafts/{draft}/event/employment_of_staff"
    chosen = {
        "seen": 0,
        "n0:kind": "group",
        "n0:count": 2,
        "n0:every": "yes",
        "n0.0:kind": "line",
        "n0.0:address": "employee.birth_date",
        "n0.0:was": "employee.birth_date",
        "n0.0:whose": "every",
        "n0.0:test": "at_most",
        "n0.0:value": "2010-12-31",
        "n0.1:kind": "line",
        "n0.1:address": "@count.employee",
        "n0.1:was": "@count.employee",
        "n0.1:test": "at_most",
        "n0.1:value": "10",
        "message.zh-hans": "员工要满十六周岁，一次最多十人",
    }
    at_it = f"{event}/condition/conditions/{len(file_of(draft, 'employment_of_staff').get('conditions', []))}"
    looked = designer.post(at_it, chosen | {"act": "look"}, headers={"HX-Request": "true"})
    assert "每个员工都满足" in text(looked)
    assert "员工的人数" in text(looked)
    assert re.findall(r"composer\.[a-z_.]+", text(looked)) == []
    assert designer.post(at_it, chosen | {"act": "save"}).status_code == 302
    kept = file_of(draft, "employment_of_staff")["conditions"][-1]["when"]
    born = 'every one in employee satisfies one.birth_date <= date("2010-12-31")'
    assert kept == f"({born}) and count(employee) <= 10"


def test_a_condition_within_an_item_is_chosen(designer: Client, draft: UUID) -> None:
    """A rule of an item and one of its needs get conditions by choosing; a formula is left to experts."""
    item = f"/designer/drafts/{draft}/item/retirement_confirmation"
    page = designer.get(item)
    assert "规则和联合审核" in text(page)
    assert re.findall(r"composer\.[a-z_.]+", text(page)) == []
    looked = text(designer.get(f"{item}/condition/rules/0"))
    assert "这条规则什么时候成立" in looked
    assert re.findall(r"composer\.[a-z_.]+", looked) == []
    chosen = {
        "seen": 0,
        "act": "save",
        "n0:kind": "group",
        "n0:count": 1,
        "n0.0:kind": "line",
        "n0.0:address": "retiree.pension_months",
        "n0.0:was": "retiree.pension_months",
        "n0.0:test": "below",
        "n0.0:value": "240",
    }
    assert designer.post(f"{item}/condition/rules/0", chosen).status_code == 302
    rules = file_of(draft, "retirement_confirmation", "items")["rules"]
    assert rules[0]["when"] == "retiree.pension_months < 240"
    assert rules[0]["reason"]["en"].startswith("Contributions are below"), "the rest of the rule stays"
    seen = queries.file(post_of("designer-a"), draft, "items", "retirement_confirmation")[1]
    empty = {"seen": seen, "act": "drop", "n0:kind": "group", "n0:count": 0}
    assert designer.post(f"{item}/condition/rules/0", empty).status_code == 422
    assert designer.post(f"{item}/condition/needs/0", chosen | {"seen": seen}).status_code == 302
    needs = file_of(draft, "retirement_confirmation", "items")["needs"]
    assert needs[0]["when"] == "retiree.pension_months < 240"
    assert designer.get(f"{item}/condition/limits/0").status_code == 404
    assert designer.get(f"{item}/condition/rules/99").status_code == 404
