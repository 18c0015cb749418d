"""The composer through a client: what a designer sees, changes, and is told."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.designer.conftest import enrol, post_of
from tests.faces.walk import PASSWORD
from tongban.catalogue.domain import Catalogue
from tongban.design import actions, queries
from tongban.identity.domain import Role

EVENT = "newborn"


def at(draft: UUID, tail: str = "") -> str:
    """An address of the composer."""
    return f"/designer/drafts/{draft}/event/{EVENT}{tail}"


def edit(
    client: Client, draft: UUID, act: str, *, htmx: bool = True, seen: int | None = None, **data: Any
) -> Any:
    """One edit, as a button or a field sends it."""
    if seen is None:
        seen = queries.file(post_of("designer-a"), draft, "life_events", EVENT)[1]
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(at(draft), {"act": act, "seen": seen, **data}, headers=headers)


def file_of(draft: UUID, code: str = EVENT, kind: str = "life_events") -> dict[str, Any]:
    """A file as the draft has it."""
    content = queries.file(post_of("designer-a"), draft, kind, code)[0]
    assert content is not None
    return dict(content)


def text(answer: Any) -> str:
    """What a page says, without tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_each_part_of_each_event_is_shown(designer: Client, draft: UUID) -> None:
    """Every part says what it holds in plain words, and no id of a message stands where words should."""
    for code in ("newborn", "company_start_up", "employment_of_staff"):
        for part in ("items", "facts", "roles", "sources", "who"):
            answer = designer.get(f"/designer/drafts/{draft}/event/{code}?part={part}")
            assert answer.status_code == 200
            assert re.findall(r"composer\.[a-z_.]+", text(answer)) == []
            assert "检查结果" in text(answer)


def test_an_item_is_added_and_its_cost_is_told(designer: Client, draft: UUID, catalogue: Catalogue) -> None:
    """Adding an item shows at once what it brings: questions, days, a new promised date."""
    found = designer.get(at(draft, "/palette?q=育儿补贴"), headers={"HX-Request": "true"})
    assert "育儿补贴" in text(found)
    answer = edit(designer, draft, "add_item", item="childcare_subsidy")
    assert answer.status_code == 200
    assert [use["item"] for use in file_of(draft)["items"]][-1] == "childcare_subsidy"
    said = text(answer)
    assert "加了 1 个事项" in said
    assert "总时间多" in said
    assert 'hx-swap-oob="innerHTML"' in answer.content.decode()
    assert re.search(r"已保存 \d\d:\d\d", said)
    undone = edit(designer, draft, "undo")
    assert "已撤销上一步" in text(undone)
    assert file_of(draft) == dict(catalogue.content["life_events"][EVENT])
    redone = edit(designer, draft, "redo", htmx=False)
    assert redone.status_code == 302
    assert len(file_of(draft)["items"]) == 8


def test_each_edit_is_a_step_of_its_own(designer: Client, draft: UUID) -> None:
    """Two quick edits are two steps to undo, however fast somebody clicks."""
    edit(designer, draft, "add_item", item="childcare_subsidy")
    edit(designer, draft, "up_item", item="childcare_subsidy")
    assert [use["item"] for use in file_of(draft)["items"]][-2] == "childcare_subsidy"
    edit(designer, draft, "undo")
    assert [use["item"] for use in file_of(draft)["items"]][-1] == "childcare_subsidy"
    edit(designer, draft, "remove_item", item="childcare_subsidy")
    assert "childcare_subsidy" not in [use["item"] for use in file_of(draft)["items"]]


def test_somebody_else_was_quicker(designer: Client, draft: UUID) -> None:
    """Nothing is lost: one is told who changed it, and may do the step again on the newest state."""
    theirs = {**file_of(draft), "search": ["出生"]}
    actions.save(post_of("designer-b"), draft, "life_events", EVENT, theirs, 0)
    answer = edit(designer, draft, "add_item", seen=0, item="childcare_subsidy")
    assert answer.status_code == 422
    assert "designer-b" in text(answer)
    assert "您这一步没有保存" in text(answer)
    assert file_of(draft) == theirs
    again = dict(
        re.findall(
            r'type="hidden" name="(\w+)" value="([^"]*)"',
            answer.content.decode().split('id="told"')[1].split("</form>")[0],
        )
    )
    done = designer.post(at(draft), again, headers={"HX-Request": "true"})
    assert done.status_code == 200
    assert file_of(draft)["search"] == ["出生"]
    assert len(file_of(draft)["items"]) == 8


def test_facts_are_saved_as_one_leaves_a_field(designer: Client, draft: UUID) -> None:
    """A saved field changes that fact alone; what is typed next is not swept away by the answer."""
    answer = edit(
        designer, draft, "facts", quiet="yes", part="facts", **{"name.en": "A child", "promise_amount": "9"}
    )
    body = answer.content.decode()
    assert 'id="f-name-en"' not in body
    assert 'id="side"' in body
    assert 'id="bar"' in body
    made = file_of(draft)
    assert made["name"] == {"zh-hans": "新生儿出生", "zh-hant": "新生兒出生", "en": "A child"}
    assert made["promise"] == {"amount": 9, "unit": "working_day"}
    drawn = edit(designer, draft, "facts", quiet="yes", part="facts", process="nobody_drew_this")
    assert drawn.status_code == 200
    assert "process" not in file_of(draft)
    wrong = edit(designer, draft, "facts", quiet="yes", part="facts", promise_amount="soon")
    assert wrong.status_code == 422
    assert "1 到 999" in text(wrong)
    assert file_of(draft) == made


def test_roles_are_renamed_and_removed_with_what_hangs_on_them(designer: Client, draft: UUID) -> None:
    """One reads what depends on a role before taking it out."""
    page = designer.get(at(draft, "?part=roles"))
    assert "这些事项用到它" in text(page)
    edit(designer, draft, "set_role", role="mother", code="parent", applies="yes", **{"name.zh-hans": "家长"})
    made = file_of(draft)
    assert "parent" in made["roles"]
    assert "mother" not in made["roles"]
    assert made["applicant"] == ["parent", "father"]
    edit(designer, draft, "remove_role", role="father")
    assert "father" not in str(file_of(draft)["items"])
    last = edit(designer, draft, "remove_role", role="parent")
    assert last.status_code == 422
    assert "总要有人能申请" in text(last)
    edit(designer, draft, "add_role", code="nurse", kind="person", **{"name.zh-hans": "护士"})
    assert file_of(draft)["roles"]["nurse"]["name"] == {"zh-hans": "护士", "zh-hant": "护士", "en": "护士"}


def test_a_proposed_source_is_bound_with_one_click(designer: Client, draft: UUID) -> None:
    """A source that is taken out comes back as a proposal, with who it is asked about."""
    edit(designer, draft, "remove_source", place=0)
    page = designer.get(at(draft, "?part=sources"))
    assert "建议加上" in text(page)
    values = re.findall(r'name="source" value="(population\|[^"]+)"', page.content.decode())
    assert values
    edit(designer, draft, "add_source", source=values[0])
    assert file_of(draft)["sources"][-1] == {"resource": "population", "roles": {"subject": "mother"}}


def test_who_plays_what_is_chosen(designer: Client, draft: UUID) -> None:
    """A role, the person's choice and a place are set by choosing; the rest of the item stays."""
    edit(designer, draft, "use", item="maternity_benefit", chosen="yes", regions=["430100"])
    use = next(one for one in file_of(draft)["items"] if one["item"] == "maternity_benefit")
    assert use == {
        "item": "maternity_benefit",
        "when": 'mother.insurance_kind != "none"',
        "chosen_by": "applicant",
        "regions": ["430100"],
    }


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


def test_a_new_event_from_nothing_and_as_a_copy(designer: Client, draft: UUID) -> None:
    """Both begin with a name and a code; a code that is taken is refused."""
    here = f"/designer/drafts/{draft}/new-event"
    assert designer.get(here).status_code == 200
    empty = designer.post(
        here,
        {"code": "keeping_a_cat", "name.zh-hans": "养猫", "department": "health", "stage": "home"},
    )
    assert empty.status_code == 302
    page = designer.get(empty["Location"])
    assert page.status_code == 200
    assert "还没有事项" in text(page)
    assert "这是新的一件事" in text(page)
    copy = designer.post(here, {"code": "second_child", "name.en": "Second child", "copy": "newborn"})
    assert copy.status_code == 302
    assert len(file_of(draft, "second_child")["items"]) == 7
    taken = designer.post(here, {"code": "newborn", "name.en": "Again", "copy": "newborn"})
    assert taken.status_code == 422
    assert "已经有这个代码了" in text(taken)
    for code in ("Cat", "猫"):
        assert (
            designer.post(here, {"code": code, "name.en": "Cat", "department": "health"}).status_code == 422
        )
    for code in ("yang_mao", "yang_mao_2"):  # without one it is made from the name
        made = designer.post(here, {"name.zh-hans": "养猫", "department": "health", "stage": "home"})
        assert made["Location"].endswith(f"/event/{code}")


def test_every_proposed_source_is_used_with_one_click(designer: Client, draft: UUID) -> None:
    """One button binds every register that helps, none twice, and leaves nothing to propose."""
    here = f"/designer/drafts/{draft}/new-event"
    designer.post(here, {"code": "cat", "name.zh-hans": "养猫", "department": "health", "stage": "home"})
    page = f"/designer/drafts/{draft}/event/cat"
    for seen, item in enumerate(("flexible_employment_registration", "social_security_card_issue"), 1):
        designer.post(page, {"act": "add_item", "item": item, "seen": seen})
    assert "全部用上" in text(designer.get(f"{page}?part=sources"))
    designer.post(page, {"act": "add_sources", "part": "sources", "seen": 3})
    resources = [one["resource"] for one in file_of(draft, "cat")["sources"]]
    assert "population" in resources
    assert len(resources) == len(set(resources))
    assert "全部用上" not in text(designer.get(f"{page}?part=sources"))


def test_the_plan_is_drawn_with_one_click(designer: Client, draft: UUID) -> None:
    """One button makes the plan a process that can be drawn on; the event runs as it is drawn."""
    assert "画成流程图" in text(designer.get(at(draft)))
    drawn = edit(designer, draft, "draw", htmx=False)
    assert drawn["Location"] == f"/designer/drafts/{draft}/process/{EVENT}"
    assert file_of(draft)["process"] == EVENT
    model = file_of(draft, EVENT, "processes")["model"]
    assert 'tongban:item="birth_certificate"' in model
    assert designer.get(drawn["Location"]).status_code == 200
    page = text(designer.get(at(draft)))
    assert "画成流程图" not in page
    assert "改流程图" in page
    again = edit(designer, draft, "draw", htmx=False)  # sent twice, or by a colleague: nothing is drawn over
    assert again["Location"] == drawn["Location"]
    assert file_of(draft, EVENT, "processes")["model"] == model
    designer.post(
        f"/designer/drafts/{draft}/new-event", {"code": "cat", "name.en": "Cat", "department": "health"}
    )
    empty = designer.post(f"/designer/drafts/{draft}/event/cat", {"act": "draw", "seen": 1})
    assert empty.status_code == 422
    assert "请先加事项" in text(empty)


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


@pytest.mark.parametrize("mode", ["standard", "elder", "tv"])
def test_the_form_is_walked_to_its_end_and_nothing_is_kept(designer: Client, draft: UUID, mode: str) -> None:
    """Page by page as applicants will see it, in each mode, with made-up answers."""
    preview = designer.get(at(draft, "/preview"))
    assert preview.status_code == 200
    assert preview.content.decode().count("<iframe") == 3
    assert preview["X-Frame-Options"] == "DENY"
    here = at(draft, f"/preview/{mode}?answering=no&applicant=mother&language=zh-hans")
    page = designer.get(here)
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert f'data-mode="{mode}"' in page.content.decode()
    for _ in range(90):
        body = page.content.decode()
        if "表单到这里就填完了" in body:
            break
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', body))
        page = designer.post(here, {**fields, "go": "on"})
        assert page.status_code == 200
    else:
        pytest.fail("the form does not end")
    assert queries.changes(draft) == {}


def test_what_is_chosen_in_the_preview_leads_on(designer: Client, draft: UUID) -> None:
    """Another answer brings up other questions, as it will for applicants."""
    here = at(draft, "/preview/standard?answering=no&applicant=mother")
    key = "child.delivery_place"
    abroad = designer.post(here, {"key": key, key: "abroad", "go": "on"})
    assert f'name="given:{key}" value="abroad"' in abroad.content.decode()
    home = designer.post(here, {"key": key, key: "hospital", "go": "on"})
    assert text(home) != text(abroad)


def test_approvers_look_and_do_not_touch(designer: Client, draft: UUID) -> None:
    """Who approves sees everything and has no button to change it; applicants see nothing."""
    del designer
    enrol("approver-a", Role.APPROVER)
    client = Client()
    assert client.login(username="approver-a", password=PASSWORD)
    page = client.get(at(draft))
    assert page.status_code == 200
    assert 'value="add_item"' not in page.content.decode()
    refused = client.post(at(draft), {"act": "add_item", "item": "childcare_subsidy", "seen": 0})
    assert refused.status_code == 403
    assert client.get(at(draft, "/condition/items/birth_certificate")).status_code == 403
    assert Client().get(at(draft)).status_code == 302


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_all_of_it_reads_in_the_other_languages(designer: Client, draft: UUID, language: str) -> None:
    """No page of the composer shows an id where words should stand."""
    designer.cookies["django_language"] = language
    pages = [at(draft, f"?part={part}") for part in ("items", "facts", "roles", "sources", "who")]
    pages += [
        at(draft, "/condition/items/birth_certificate"),
        at(draft, "/condition/conditions/0"),
        at(draft, "/preview"),
        at(draft, "/preview/elder"),
        f"/designer/drafts/{draft}/new-event",
        f"/designer/drafts/{draft}/new-item",
        f"/designer/drafts/{draft}/item/birth_certificate",
    ]
    for page in pages:
        answer = designer.get(page)
        assert answer.status_code == 200
        assert re.findall(r"composer\.[a-z_.]+", text(answer)) == []


def test_a_broken_event_is_shown_with_what_is_missing(designer: Client, draft: UUID) -> None:
    """A file that somebody half wrote through the API still opens, and says what is missing."""
    half = {key: value for key, value in file_of(draft).items() if key not in {"name", "promise"}}
    half["items"] = [*half["items"], {"item": "no_such_item", "when": "this is ( not FEEL"}]
    actions.save(post_of("designer-a"), draft, "life_events", EVENT, half, 0)
    for part in ("items", "facts", "roles", "sources", "who"):
        answer = designer.get(at(draft, f"?part={part}"))
        assert answer.status_code == 200
        assert "内容还不完整" in text(answer)
    assert designer.get(at(draft, "/preview")).status_code == 200
    assert designer.get(at(draft, "/preview/standard")).status_code == 200
    assert designer.get(at(draft, "/condition/items/no_such_item")).status_code == 200


def test_an_edit_that_is_none_is_refused(designer: Client, draft: UUID) -> None:
    """Whatever is sent, the file stays whole."""
    before = file_of(draft)
    for data in (
        {"act": "explode"},
        {"act": "remove_item", "item": "no_such_item"},
        {"act": "add_item", "item": "birth_certificate"},
        {"act": "remove_source", "place": "99"},
        {"act": "remove_condition", "place": "-1"},
        {"act": "facts", "promise_amount": "5", "promise_unit": "fortnight"},
        {"act": "add_role", "code": "Big", "name.en": "x"},
        {"act": "add_source", "source": "population|subject=mother"},
    ):
        assert (
            designer.post(at(draft), {"seen": 0, **data}, headers={"HX-Request": "true"}).status_code == 422
        )
    missing = designer.post(at(draft), {"seen": 0, "act": "add_item", "item": "nothing"})
    assert missing.status_code == 404
    assert file_of(draft) == before
    assert designer.get(at(draft, "/preview/cinema")).status_code == 404
    assert designer.get(at(draft, "/condition/nothing/0")).status_code == 404
    assert designer.get(f"/designer/drafts/{draft}/event/nothing").status_code == 404


def test_the_event_goes_back_to_the_computed_plan(designer: Client, draft: UUID) -> None:
    """The canvas leads back to the event; one button takes the drawing off it, and the drawing stays."""
    edit(designer, draft, "draw", htmx=False)
    code = file_of(draft)["process"]
    model = file_of(draft, code, "processes")["model"]
    canvas = designer.get(f"/designer/drafts/{draft}/process/{code}")
    assert f'href="{at(draft)}"' in canvas.content.decode()
    assert "改回自动安排" in text(designer.get(at(draft)))
    edit(designer, draft, "computed")
    assert "process" not in file_of(draft)
    assert file_of(draft, code, "processes")["model"] == model


def test_a_finding_leads_to_its_place(designer: Client, draft: UUID) -> None:
    """A link with an element opens the part where it is edited and takes the focus there."""
    for element, part, focus in (
        ("items.birth_certificate.when", "items", "use-birth_certificate"),
        ("sources.marriage", "sources", "source-1"),
        ("conditions.0", "who", "condition-0"),
        ("promise", "facts", "f-amount"),
    ):
        answer = designer.get(f"{at(draft)}?element={element}")
        assert answer.context["part"] == part
        assert f'data-focus-to="{focus}"' in answer.content.decode()
        assert focus in re.findall(r'id="([^"]+)"', answer.content.decode()) or part == "who"


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


def test_the_plan_is_drawn_anew_when_items_came(designer: Client, draft: UUID) -> None:
    """What the drawing lacks is said, and what drawing it anew would lose; the step can be undone."""
    assert edit(designer, draft, "draw", htmx=False).status_code == 302
    assert "流程图里还没有" not in text(designer.get(at(draft)))
    code = file_of(draft)["process"]
    model = file_of(draft, code, "processes")["model"]
    [(source, target)] = re.findall(r'id="flow_1" sourceRef="(\w+)" targetRef="(\w+)"', model)
    review = (
        '<bpmn:userTask id="extra" name="一起看" tongban:joint="tax health"/>'
        f'<bpmn:sequenceFlow id="more" sourceRef="extra" targetRef="{target}"/></bpmn:process>'
    )
    changed = model.replace(
        f'sourceRef="{source}" targetRef="{target}"', f'sourceRef="{source}" targetRef="extra"'
    )
    changed = changed.replace("<bpmn:incoming>flow_1<", "<bpmn:incoming>more<")
    changed = changed.replace("</bpmn:process>", review)
    revision = queries.file(post_of("designer-a"), draft, "processes", code)[1]
    content = {"code": code, "model": changed}
    revision = actions.save(post_of("designer-a"), draft, "processes", code, content, revision, apart=True)
    added = text(edit(designer, draft, "add_item", item="childcare_subsidy"))
    assert "流程图里还没有：育儿补贴" in added
    assert "重画会去掉图上自己加的这些： 一起看" in added
    stale = edit(designer, draft, "redraw", htmx=False, drawing=revision - 1)
    assert stale.status_code == 422
    assert file_of(draft, code, "processes")["model"] == changed
    assert edit(designer, draft, "redraw", htmx=False, drawing=revision).status_code == 302
    drawn = file_of(draft, code, "processes")["model"]
    assert 'tongban:item="childcare_subsidy"' in drawn
    assert "extra" not in drawn
    assert "流程图里还没有" not in text(designer.get(at(draft)))
    actions.undo(post_of("designer-a"), draft, "processes", code)
    assert file_of(draft, code, "processes")["model"] == changed
