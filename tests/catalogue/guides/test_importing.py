"""A guide becomes a draft: matched, marked where the guide says nothing, with every finding told."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.fixtures import content
from tongban.catalogue.check import check
from tongban.catalogue.domain import Catalogue, read
from tongban.catalogue.guides.importing import ImportedFile, import_guides
from tongban.kernel.errors import TongbanError
from tongban.runtime.commands.catalogue import app

MINI = Path(__file__).parents[1] / "data" / "mini"
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "onething"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real guides are not on this machine")

GUIDE: dict[str, Any] = {
    "theme_code": "T1",
    "theme_name": "新居入住“一件事”",
    "area": "某市",
    "lead": "某市图书馆",
    "cooperating": ["登记处", "园林"],
    "promise_days": "5个工作日",
    "conditions": ["年龄不低于18", "家庭和睦"],
    "fee": None,
    "materials": [
        {"name": "照片", "required_code": "1", "source_code": "10"},
        {"name": "房屋交接单", "required_code": "2", "source_code": "20", "note": "交房时提供"},
    ],
    "linked_items": [
        {"name": "借书证办理（新居民）", "days": 3.0, "result": "借书证"},
        {"name": "门牌登记", "days": "即办", "result": None},
    ],
    "declared_before_after": {"days": {"before": 12, "after": 5}, "trips": {"before": 3.0, "after": 0}},
    "notes": None,
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The small catalogue."""
    return read(MINI)[0]


def imported(guide: Any, catalogue: Catalogue, name: str = "guide.json") -> ImportedFile:
    """The import of one guide."""
    return import_guides(json.dumps(guide, ensure_ascii=False).encode(), name, catalogue)


def codes(found: ImportedFile) -> list[str]:
    """The codes of the findings."""
    return [one.code for one in found.findings]


def files(found: ImportedFile) -> dict[str, Any]:
    """The YAML files of the first draft, read."""
    texts = found.guides[0].texts
    return {path: yaml.safe_load(text) for path, text in texts.items() if path.endswith(".yaml")}


def test_a_guide_becomes_a_life_event_with_what_it_says(catalogue: Catalogue) -> None:
    """Known items are used, new ones drafted, limits typed, figures and conditions kept."""
    found = imported(GUIDE, catalogue)
    made = files(found)
    event = made["life_events/xin_ju_ru_zhu.yaml"]

    assert event["promise"] == {"amount": 5, "unit": "working_day"}
    assert event["lead"] == "library"
    assert [one["item"] for one in event["items"]] == ["card", "men_pai_deng_ji"]
    assert event["declared"]["before"] == {"days": 12, "trips": 3}
    assert made["items/men_pai_deng_ji.yaml"]["limits"] == {"promised": {"amount": 0, "unit": "working_day"}}
    assert made["materials/fang_wu_jiao_jie_dan.yaml"]["note"]["zh-hans"] == "交房时提供"
    assert set(made) == {
        "life_events/xin_ju_ru_zhu.yaml",
        "items/men_pai_deng_ji.yaml",
        "materials/fang_wu_jiao_jie_dan.yaml",
    }


def test_every_match_is_shown_with_its_degree(catalogue: Catalogue) -> None:
    """Exactly, in its core, or only near; what has none is shown too."""
    shown = {one["name"]: one["match"] for one in imported(GUIDE, catalogue).guides[0].draft.matches}

    assert (shown["照片"]["code"], shown["照片"]["degree"]) == ("photo", 1.0)
    assert (shown["借书证办理（新居民）"]["code"], shown["借书证办理（新居民）"]["how"]) == ("card", "core")
    assert (shown["某市图书馆"]["code"], shown["登记处"]["code"]) == ("library", "registry")
    assert shown["园林"] is None


def test_a_draft_is_valid_but_for_its_marks(catalogue: Catalogue) -> None:
    """The strict reader takes it; what is to be written is an error of the check until it is."""
    found = imported(GUIDE, catalogue)
    assert not any(code.startswith("catalogue.") for code in codes(found))

    made = files(found)
    assert made["life_events/xin_ju_ru_zhu.yaml"]["stage"] == "todo"
    assert made["items/men_pai_deng_ji.yaml"]["department"] == "todo"
    assert made["items/men_pai_deng_ji.yaml"]["summary"] == {
        "zh-hans": "TODO",
        "zh-hant": "TODO",
        "en": "TODO",
    }


def test_a_draft_stands_in_the_check_only_by_its_marks(catalogue: Catalogue, tmp_path: Path) -> None:
    """Put beside the content it was made for, the check names the marks and nothing about its form."""
    import shutil

    shutil.copytree(MINI, tmp_path / "c")
    for path, text in imported(GUIDE, catalogue).guides[0].texts.items():
        (tmp_path / "c" / path).write_text(text, encoding="utf-8")

    whole, form = read(tmp_path / "c")

    assert form == []
    left = {one.code for one in check(whole) if one.is_error and "todo" not in one.message}
    # What its known items read besides their needs, an editor must bring: a guide says nothing of that.
    assert left == {"catalogue.placeholder", "catalogue.nobody_provides"}


def test_conditions_stay_prose_unless_their_words_leave_no_choice(catalogue: Catalogue) -> None:
    """An element by its name, a number: FEEL is proposed. Everything else is left to the editor."""
    found = imported(GUIDE, catalogue)
    first, second = found.guides[0].draft.conditions

    assert (first["proposed"], second["proposed"]) == (None, None)  # two roles are persons: whose age?
    alone = imported(GUIDE | {"linked_items": GUIDE["linked_items"][1:]}, catalogue)
    assert [one["proposed"] for one in alone.guides[0].draft.conditions] == ["applicant.age >= 18", None]
    event = files(alone)["life_events/xin_ju_ru_zhu.yaml"]
    assert (event["conditions"][0]["when"], event["situation"]) == ("applicant.age >= 18", ["applicant.age"])
    assert "家庭和睦" in alone.guides[0].texts["life_events/xin_ju_ru_zhu.yaml"]


def test_the_same_file_again_gives_the_same_drafts(catalogue: Catalogue) -> None:
    """Byte for byte."""
    assert imported(GUIDE, catalogue).guides[0].texts == imported(GUIDE, catalogue).guides[0].texts


def test_the_order_of_keys_changes_nothing(catalogue: Catalogue) -> None:
    """Portals write them in any order."""
    turned = dict(reversed(GUIDE.items()))

    assert files(imported(turned, catalogue)) == files(imported(GUIDE, catalogue))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"linked_items": []}, "guide.no_items"),
        ({"linked_items": None}, "guide.no_items"),
        ({"linked_items": "见附件"}, "guide.wrong_type"),
        ({"linked_items": [{"name": "甲", "days": "尽快"}]}, "limit.unreadable"),
        ({"linked_items": [{"name": "甲", "days": 0}]}, "limit.zero"),
        ({"linked_items": [{"days": 1}]}, "guide.no_name"),
        ({"linked_items": ["门牌登记"]}, "draft.no_limit"),
        ({"linked_items": [GUIDE["linked_items"][1]] * 2}, "guide.duplicate_item"),
        (
            {"linked_items": [{"name": "登记（甲）", "days": 1}, {"name": "登记（乙）", "days": 1}]},
            "guide.near_duplicate_item",
        ),
        (
            {"linked_items": [{"name": "借书证办理", "days": 1}, {"name": "借书证办理(换)", "days": 1}]},
            "match.same_item",
        ),
        ({"linked_items": [{"name": "<b>门牌登记</b>", "days": 1}]}, "guide.markup"),
        ({"linked_items": [{"name": "甲", "days": 9}]}, "law.item_over_promise"),
        ({"theme_name": None}, "guide.no_name"),
        ({"theme_name": {"text": "搬家"}}, "draft.assumed"),
        ({"theme_name": ["搬家"]}, "guide.wrong_type"),
        ({"theme_name": "加入图书馆一件事"}, "match.life_event_exists"),
        ({"promise_days": "即办件，2个工作日"}, "limit.several"),
        ({"promise_days": None}, "draft.no_promise"),
        ({"promise_days": 5}, "limit.day_unsaid"),
        ({"promise_days": "1个月"}, "limit.calendar_unit"),
        ({"fee": "是"}, "fee.no_amount"),
        ({"fee": "工本费20元"}, "draft.fee_unassigned"),
        ({"materials": {"a": 1}}, "guide.wrong_type"),
        ({"materials": None}, "guide.no_materials"),
        ({"materials": [{"name": "其他材料", "required_code": "2"}]}, "material.catch_all"),
        ({"materials": [{"name": "甲或者乙", "required_code": "2"}]}, "material.alternatives"),
        ({"materials": [{"name": "甲", "required_code": "7"}]}, "necessity.unknown"),
        ({"materials": [{"name": "甲", "required_code": "容缺后补"}]}, "material.follow_unclear"),
        ({"materials": [{"name": "甲"}, {"name": "甲"}]}, "guide.duplicate_material"),
        ({"materials": ["房屋交接单"]}, "draft.material_unassigned"),
        ({"conditions": {"x": {"y": "成年"}}}, "draft.condition_in_prose"),
        ({"declared_before_after": [1]}, "guide.wrong_type"),
        ({"declared_before_after": {"smiles": {"before": 1}}}, "guide.unknown_figure"),
        ({"declared_before_after": {"days": {"before": 3, "after": 5}}}, "theme.figures_impossible"),
        ({"declared_before_after": {"days": {"before": -3, "after": 5}}}, "count.impossible"),
        ({"colour": "red"}, "guide.unknown_key"),
        ({"lead": "火星局"}, "match.no_department"),
    ],
)
def test_every_defect_of_a_guide_is_told(change: dict[str, Any], code: str, catalogue: Catalogue) -> None:
    """With where it stands and what to do; a draft is made all the same."""
    found = imported(GUIDE | change, catalogue)
    finding = next(one for one in found.findings if one.code == code)

    assert finding.where.startswith("guide.json")
    assert finding.message
    assert finding.hint
    assert found.guides[0].texts


def test_a_finding_names_file_line_and_field(catalogue: Catalogue) -> None:
    """As one looks for it."""
    text = json.dumps(GUIDE | {"promise_days": "三五天"}, ensure_ascii=False, indent=1)
    found = import_guides(text.encode(), "guide.json", catalogue)
    finding = next(one for one in found.findings if one.code == "limit.number_unreadable")
    line = int(finding.where.split(":")[1])

    assert finding.where.endswith(": promise_days")
    assert "三五天" in text.splitlines()[line - 1]
    assert "三五天" in finding.message
    assert set(finding.to_json()) == {"code", "severity", "where", "message", "hint"}


PORTAL = {
    "code": 0,
    "data": {
        "sxmc": "新居入住一件事",
        "basicInfo": {
            "areaName": "某市",
            "completedLimit": "5",
            "cooperateName": "登记处,园林",
            "isCharge": "0",
            "qtbmmc": "图书馆",
        },
        "onethingCatalogStandServiceGuide": {"gqblsx": 12.0, "xzblsx": 5.0},
        "approveList": [{"lbsxfwmc": "门牌登记", "cnsxsx": 1.0, "resultSampleName": ""}],
        "guideCondition": [{"bltj": "家庭和睦"}],
        "materialList": [{"clmc": "照片", "clbyx": "1", "cllyqd": "10", "tbxz": "近期"}],
        "questionInfo": [{"wt": "要多久？", "da": "很快。"}],
    },
}
PAGE = """---
title: "新居入住一件事业务版本"
theme_id: "T1"
---

# 新居入住一件事业务版本

## 联办事项与结果

| 联办事项 | 承诺时限原始值 | 办理结果 |
|---|---:|---|
| 门牌登记 | 1.0 | — |

## 办理条件

- 家庭和睦

## 申请材料

### 1. 照片

- 材料说明：近期
- 官网枚举：必要性代码 `1`；来源代码 `10`

## 办理流程与方式

- 承诺时限（官网原始值）：5；单位代码 `6.0`

## 收费与中介

- 是否收费代码：0
"""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("portal.json", json.dumps(PORTAL).encode()),
        ("page.md", PAGE.encode()),
        ("page.txt", PAGE.encode()),
        ("several.json", json.dumps([GUIDE, PORTAL, 3]).encode()),
        ("bom.json", b"\xef\xbb\xbf" + json.dumps(GUIDE).encode()),
        ("utf16.json", json.dumps(GUIDE, ensure_ascii=False).encode("utf-16")),
        ("gbk.json", json.dumps(GUIDE, ensure_ascii=False).encode("gb18030")),
    ],
)
def test_other_shapes_and_encodings_are_read(name: str, data: bytes, catalogue: Catalogue) -> None:
    """A portal's own answer, a page, several guides in a file, and what older editors write."""
    found = import_guides(data, name, catalogue)

    for one in found.guides:
        assert one.draft.code.startswith("xin_ju_ru_zhu")
        assert one.guide.promise is not None
        assert {item.name for item in one.guide.items} >= {"门牌登记"}
        assert "照片" in {material.name for material in one.guide.materials}
    assert len(found.guides) == (2 if name == "several.json" else 1)
    assert bool(found.notes) == (name in {"several.json", "utf16.json", "gbk.json"})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.empty"),
        (b"  \n", "import.empty"),
        (b"{", "import.not_json"),
        (b"[" * 5000, "import.not_json"),
        (b'{"theme_name": ' + b"[" * 60 + b"]" * 60 + b"}", "import.not_json"),
        (b'{"theme_name": "x", "promise_days": ' + b"9" * 5000 + b"}", "import.not_json"),
        (b"3", "import.unknown_shape"),
        (b'{"a": 1}', "import.unknown_shape"),
        (b"[]", "import.unknown_shape"),
        (b"\xff\xff\xff", "import.not_text"),
        (b"# A page about cats", "import.not_json"),
    ],
)
def test_a_file_without_a_guide_says_so(data: bytes, code: str, catalogue: Catalogue) -> None:
    """Clearly, with what to do."""
    with pytest.raises(TongbanError) as error:
        import_guides(data, "x.json", catalogue)

    assert error.value.code == code
    assert error.value.hint


def test_a_key_that_stands_twice_and_half_characters_are_told(catalogue: Catalogue) -> None:
    """JSON readers drop the one and choke on the other."""
    data = b'{"theme_name": "a", "theme_name": "\\ud800b", "linked_items": [], "promise_days": 1}'

    assert {one.code for one in import_guides(data, "x.json", catalogue).notes} == {
        "guide.duplicate_key",
        "guide.broken_character",
    }


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["无", "5个工作日", "<p>", "即办"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "days", "note", "required_code", "text", "fee", "before", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(GUIDE)), json_values, max_size=8), json_values)
def test_whatever_a_guide_holds_a_draft_and_findings_come_of_it(value: dict[str, Any], name: Any) -> None:
    """Nothing crashes; the drafts are valid but for a limit that the guide does not say."""
    found = import_guides(json.dumps(value | {"theme_name": name}).encode(), "x.json", read_once())

    [one] = found.guides
    assert all(finding.code and finding.message for finding in found.findings)
    assert all(text.encode("utf-8") for text in one.texts.values())
    broken = [finding for finding in found.findings if finding.where.endswith(".yaml")]
    assert {finding.code for finding in broken} <= {"catalogue.missing_key"}
    assert all("promise" in finding.message for finding in broken)


_READ: list[Catalogue] = []


def read_once() -> Catalogue:
    """The small catalogue, read once for all examples."""
    if not _READ:
        _READ.append(read(MINI)[0])
    return _READ[0]


def run(*arguments: str) -> tuple[int, Any]:
    """The exit code and the JSON of a command."""
    result = CliRunner().invoke(app, [*arguments, "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_the_command_writes_a_draft_and_nothing_when_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file again changes nothing; an editor's work is kept; the rest is brought up to date."""
    monkeypatch.setenv("TONGBAN_CATALOGUE", str(MINI))
    file, out = tmp_path / "guide.json", tmp_path / "out"
    file.write_text(json.dumps(GUIDE, ensure_ascii=False), encoding="utf-8")

    code, first = run("import", str(file), "--out", str(out))
    _, again = run("import", str(file), "--out", str(out))
    event = out / "life_events" / "xin_ju_ru_zhu.yaml"
    event.write_text(
        event.read_text(encoding="utf-8").replace("stage: todo", "stage: home"), encoding="utf-8"
    )
    file.write_text(json.dumps(GUIDE | {"promise_days": "4个工作日"}, ensure_ascii=False), encoding="utf-8")
    _, third = run("import", str(file), "--out", str(out))

    def status(report: Any) -> dict[str, str]:
        return {one["path"]: one["status"] for one in report["guides"][0]["files"]}

    assert code == 0
    assert set(status(first).values()) == {"new"}
    assert set(status(again).values()) == {"unchanged"}
    assert status(third)["life_events/xin_ju_ru_zhu.yaml"] == "kept"
    assert "stage: home" in event.read_text(encoding="utf-8")
    assert first["findings"]
    assert set(first["findings"][0]) == {"code", "severity", "where", "message", "hint"}


def test_the_command_says_what_it_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No database is needed to be told that a file is nothing it knows."""
    monkeypatch.setenv("TONGBAN_CATALOGUE", str(MINI))
    file = tmp_path / "x.json"
    file.write_text('{"a": 1}')

    code, problem = run("import", str(file))

    assert (code, problem["code"]) == (1, "import.unknown_shape")
    assert "linked_items" in problem["hint"]


@real
@pytest.mark.parametrize(
    "name",
    [
        "childcare_subsidy",
        "employment_of_staff",
        "enterprise_change",
        "marriage_residence",
        "new_home",
        "newborn",
        "items",
    ],
)
def test_the_real_guides_become_drafts(name: str) -> None:
    """Every real guide: a draft that the strict reader takes, and its own defects among the findings."""
    path = REAL / f"{name}.json"
    found = import_guides(path.read_bytes(), path.name, content())
    [one] = found.guides

    assert len(one.guide.items) >= 4
    assert all(item.promised is not None or name == "items" for item in one.guide.items)
    assert {finding.code for finding in found.findings if finding.where.endswith(".yaml")} <= {
        "catalogue.missing_key"
    }
    if name == "newborn":
        told = codes(found)
        assert (told.count("law.item_over_promise"), told.count("law.contradiction")) == (4, 1)
        assert "match.life_event_exists" in told
        items = [match["match"] for match in one.draft.matches if match["kind"] == "items"]
        assert sum(bool(match and match["used"]) for match in items) == 7
