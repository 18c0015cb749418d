"""The composer through a client: what a designer sees, changes, and is told."""

import re
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.designer.composer import EVENT, at, edit, file_of, text
from tests.faces.designer.conftest import enrol, post_of
from tests.faces.walk import PASSWORD
from tongban.catalogue.domain import Catalogue
from tongban.design import actions, queries
from tongban.identity.domain import Role


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
