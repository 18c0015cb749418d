"""What the canvas says about a process: names that nobody knows, the engine's remarks in words, the list."""

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from tests.faces.designer.test_canvas_browser import FOREIGN
from tongban.catalogue.domain import Catalogue, CodeList
from tongban.catalogue.domain.drawn import DecisionModel
from tongban.catalogue.folders import product_folder
from tongban.faces.common import words
from tongban.faces.designer import naming
from tongban.faces.designer.canvas import checking, looking, saying
from tongban.faces.designer.canvas.known import Item, Known, known
from tongban.process.findings import ERROR, WARNING

PROCESS = Path(saying.__file__).resolve().parents[3] / "process"
NAMES = Known(
    items={"birth_certificate": Item("出生医学证明签发", "health")},
    departments={"health": "卫健", "tax": "税务"},
    decisions={"risk": "风险"},
)


def findings(model: str) -> list[tuple[str, str, str]]:
    """Element, severity and message, as a reader of Chinese gets them."""
    with translation.override("zh-hans"):
        return [(each.element, each.severity, each.message) for each in checking.findings(model, NAMES)]


def test_what_the_engine_finds_is_told_in_plain_words() -> None:
    """A way without a condition is told in Chinese, at the way."""
    assert findings(FOREIGN) == [("to_high", ERROR, "这条路还没有写什么情况下走。")]


ITEM = 'tongban:item="birth_certificate"'
CLERK = 'tongban:department="health"'


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ITEM, 'tongban:item="gone"', ("high", ERROR, "“签发”用的事项 gone 不在目录里。")),
        (ITEM, "", ("high", ERROR, "还没有选要办的事项。")),
        (CLERK, 'tongban:department="navy"', ("low", ERROR, "“登记”写的部门 navy 不存在。")),
        (CLERK, "", ("low", WARNING, "“登记”还没有选部门。")),
        (CLERK, 'tongban:joint="tax"', ("low", ERROR, "“登记”的联合审核至少要两个部门。")),
        (CLERK, 'tongban:decision="luck"', ("low", ERROR, "“登记”用的决策表 luck 不存在。")),
    ],
)
def test_names_that_nobody_knows_are_found(before: str, after: str, expected: tuple[str, str, str]) -> None:
    """An item, department or decision that is not there is told with the step's name."""
    assert before in FOREIGN
    assert expected in findings(FOREIGN.replace(before, after))


def test_a_table_calls_in_only_those_that_a_review_lists() -> None:
    """A department that a row names and the review does not is told while one draws; so is one unknown."""
    model = (product_folder() / "decisions/restaurant_risk.dmn").read_text(encoding="utf-8")
    named = {"fire_rescue": "消防", "city_management": "城管"}
    tables = {"risk": DecisionModel(code="risk", model=model)}
    asks = 'tongban:joint="fire_rescue tax" tongban:joint-days="3" tongban:joint-decision="risk"'
    knows = replace(NAMES, departments={**NAMES.departments, **named}, tables=tables)
    with translation.override("zh-hans"):
        said = [each.message for each in checking.findings(FOREIGN.replace(CLERK, asks), knows)]
    assert "决策表点名的部门“city_management”不在“登记”的名单里，不会请它审。" in said
    assert "“登记”写的部门 housing_construction 不存在。" in said
    assert not [each for each in said if "fire_rescue" in each]


def test_what_a_table_does_not_ask_is_told_while_one_draws() -> None:
    """An input that the table does not have is told, and a value that the content does not have."""
    model = (product_folder() / "decisions/restaurant_risk.dmn").read_text(encoding="utf-8")
    knows = replace(
        NAMES,
        tables={"risk": DecisionModel(code="risk", model=model)},
        roles=frozenset({"company"}),
        elements=frozenset({"food_area"}),
    )
    asks = 'tongban:joint="fire_rescue tax" tongban:joint-decision="risk" tongban:joint-inputs="'
    asks += '{面积: company.food_area, 楼层: company.floor, 主要做什么: a.b}"'
    with translation.override("zh-hans"):
        said = [each.message for each in checking.findings(FOREIGN.replace(CLERK, asks), knows)]
    assert "“登记”用的决策表没有“楼层”这一项。" in said
    assert "“登记”的决策表要从“company.floor”取值，目录里没有这个数据项。" in said
    assert not [each for each in said if "面积" in each or "a.b" in each]


def test_a_text_that_is_no_model_is_one_finding() -> None:
    """Whatever an editor sends, the answer is a finding and no fault of the house."""
    for text in ("", "<a", "<html/>", '<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'):
        (only,) = findings(text)
        assert only[:2] == ("", ERROR)


def test_every_sentence_that_is_translated_is_one_that_the_engine_says() -> None:
    """When the engine changes its words, the translation is missed here and not by a designer."""
    source = "".join(path.read_text(encoding="utf-8") for path in PROCESS.rglob("*.py"))
    assert [sentence for sentence in saying.EXACT if sentence not in source] == []
    with translation.override("en"):
        assert saying.said("Something rare.") == "Something rare."
    with translation.override("zh-hans"):
        assert saying.said("Something rare.") == words.say("designer.canvas.said.rare")
        for end in {*saying.EXACT.values(), *(end for _, end in saying.PATTERNS)}:
            assert not re.search("[a-z]{3}", words.say(f"designer.canvas.said.{end}").replace("ISO", ""))


def test_the_list_says_what_the_drawing_shows() -> None:
    """Without a script there is each step with what follows it."""
    with translation.override("zh-hans"):
        seen = looking.look(FOREIGN, "新生儿")
    assert [(step.name, step.next) for step in seen.steps] == [
        ("开始", ("怎么走",)),
        ("怎么走", ("签发", "登记")),
        ("签发", ("结束",)),
        ("登记", ("结束",)),
        ("结束", ()),
    ]
    assert looking.look("no model", "x") == looking.Look(None, ())


def test_a_draft_changes_what_can_be_named() -> None:
    """An item that the draft adds can be chosen, one that it removes cannot; nothing else is touched."""
    base = Catalogue(code_lists={"x": CodeList(code="x", name=None, codes=())})  # type: ignore[arg-type]
    added = {"name": {"zh-hans": "新事项", "en": "New"}, "department": "health"}
    changes = {("items", "new"): added, ("items", "old"): None, ("decisions", "risk"): {"code": "risk"}}
    with translation.override("en"):
        found = known(base, changes)
    tables = {"risk": DecisionModel(code="risk", model="")}
    assert found == Known({"new": Item("New", "health")}, {}, {"risk": "risk"}, tables=tables)


def test_a_new_process_has_a_code_of_its_own() -> None:
    """The code is the name's sound; a second one of the same name is told apart, a name without sound too."""
    assert naming.free_code("公司注销", set()) == "gong_si_zhu_xiao"
    assert naming.free_code("公司注销", {"gong_si_zhu_xiao", "gong_si_zhu_xiao_2"}) == "gong_si_zhu_xiao_3"
    assert naming.free_code("！？", set()) == "process"
    assert naming.free_code("2026年", set()) == "process_2026_nian"
    assert len(naming.free_code("办" * 80, set())) <= naming.MOST_CODE


def test_a_saved_drawing_can_be_tried(designer: Client, draft: UUID) -> None:
    """The frames name elements of the drawing, to the end; without a life event the page is told why not."""
    answer = designer.get(f"/designer/drafts/{draft}/process/company_cancellation/try")
    body = answer.json()
    assert (answer.status_code, body["status"], body["says"]) == (200, "completed", [])
    done = [one for frame in body["frames"] for one in frame["done"]]
    assert done[0] == "submitted"
    assert {"closed", "deregister"} <= set(done)
    assert all(frame["at"] for frame in body["frames"])
    nobody = designer.get(f"/designer/drafts/{draft}/process/nobodys/try")
    assert nobody.status_code == 409
    assert "还没有哪件事" in nobody.json()["detail"]
