"""The law lint of official guides."""

import json
from pathlib import Path
from typing import Any

import pytest

from tongban.catalogue.check import check_path, check_theme

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "onething"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real guides are not on this machine")

GUIDE: dict[str, Any] = {
    "theme_name": "搬家一件事",
    "promise_days": 5,
    "conditions": ["申请人为已婚人员"],
    "materials": [{"name": "身份证", "required_code": "1"}],
    "linked_items": [{"name": "户口迁移", "days": 3}, {"name": "水表过户", "days": 5}],
}


def codes(theme: dict[str, Any]) -> list[str]:
    """The codes of the findings."""
    return [finding.code for finding in check_theme(theme)]


def test_a_guide_that_keeps_its_word_has_no_finding() -> None:
    """No false alarm."""
    assert codes(GUIDE) == []


def test_an_item_over_the_promise_is_an_error() -> None:
    """An item of 6 days in a guide of 5 is found; one of 5 is not."""
    guide = GUIDE | {"linked_items": [{"name": "甲项", "days": 6}, {"name": "乙项", "days": 5.0}]}

    assert codes(guide) == ["law.item_over_promise"]


@pytest.mark.parametrize(
    "extra",
    [
        {"materials": [{"name": "单身声明", "required_code": "2", "note": "申请人为未婚人员时提供"}]},
        {"materials": [{"name": "单身声明"}], "notes": "材料“单身声明”说明：申请人是未婚人员的提交"},
        {
            "materials": [{"name": "单身声明"}],
            "notes": ["其他。", "材料《单身声明》：申请人系未婚人员的提交"],
        },
    ],
)
def test_a_material_for_the_excluded_case_is_a_contradiction(extra: dict[str, Any]) -> None:
    """Wherever the note stands, the contradiction is found, once."""
    assert codes(GUIDE | extra) == ["law.contradiction"]


def test_a_required_material_that_a_note_calls_needless_is_mentioned() -> None:
    """A guide that requires a paper and says elsewhere that nobody needs it."""
    assert codes(GUIDE | {"notes": "问：还需要身份证吗？不需要"}) == ["law.required_yet_not_needed"]


def test_placeholders_and_figures_are_looked_at() -> None:
    """An empty note, and figures that disagree with the promise."""
    declared = {"days": {"before": 20, "after": 4}}

    assert sorted(codes(GUIDE | {"fee": "暂无", "declared_before_after": declared})) == [
        "catalogue.placeholder",
        "theme.figures_disagree",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"promise_days": "五个工作日"}, []),
        ({"promise_days": "7个自然日"}, []),
        ({"promise_days": "24小时"}, ["law.item_over_promise"] * 2),
        ({"promise_days": "三五天"}, ["limit.number_unreadable", "theme.no_promise"]),
        (
            {"linked_items": [{"name": "甲项", "days": "即办"}, {"name": "乙项", "days": "6个工作日"}]},
            ["law.item_over_promise"],
        ),
        (
            {"linked_items": [{"name": "甲项", "days": "线上即办，线下3天"}]},
            ["limit.several", "theme.no_limit"],
        ),
        ({"declared_before_after": {"trips": {"before": 1, "after": 3}}}, ["theme.figures_impossible"]),
        ({"declared_before_after": {"trips": {"before": -1, "after": 0}}}, ["count.impossible"]),
    ],
)
def test_limits_in_words_are_compared_as_what_they_say(change: dict[str, Any], expected: list[str]) -> None:
    """A string is not a missing number; words that cannot be read are told."""
    assert sorted(codes(GUIDE | change)) == expected


@pytest.mark.parametrize(
    "theme",
    [
        {},
        {"linked_items": "none"},
        {"linked_items": [1, None, []], "promise_days": 5},
        {"linked_items": [{}], "promise_days": "five", "materials": {"a": 1}, "conditions": 3},
        {"items": [None, {"statutory_days": "x"}]},
    ],
)
def test_a_guide_of_the_wrong_shape_is_a_finding_not_a_crash(theme: dict[str, Any]) -> None:
    """Whatever somebody hands in, the answer is a list of findings."""
    assert check_theme(theme)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "theme.not_json"),
        (b"{", "theme.not_json"),
        (b"[" * 100_000, "theme.not_json"),
        (b'{"promise_days": ' + b"9" * 5000 + b"}", "theme.not_json"),
        (b"3", "theme.unknown_shape"),
        ('{"a": "名"}'.encode("gbk"), "theme.not_utf8"),
    ],
)
def test_a_file_that_is_no_guide_says_so(tmp_path: Path, data: bytes, code: str) -> None:
    """A broken file is told with its line."""
    path = tmp_path / "guide.json"
    path.write_bytes(data)

    assert [finding.code for finding in check_path(path)] == [code]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """A path that leads nowhere is a finding."""
    assert [finding.code for finding in check_path(tmp_path / "no.json")] == ["catalogue.unreadable"]


def test_the_line_of_the_finding_is_the_line_of_the_number(tmp_path: Path) -> None:
    """The finding points into the file."""
    guide = GUIDE | {"linked_items": [{"name": "甲项", "days": 6}]}
    text = json.dumps(guide, ensure_ascii=False, indent=1)
    path = tmp_path / "guide.json"
    path.write_text(text, encoding="utf-8")

    [finding] = check_path(path)

    assert '"days": 6' in text.splitlines()[finding.line - 1]


@real
def test_the_real_newborn_guide_breaks_its_promise_four_times_and_contradicts_itself_once() -> None:
    """Four items over five days, and a paper for parents of different ethnic groups who may not apply."""
    findings = check_path(REAL / "newborn.json")

    over = [finding.message for finding in findings if finding.code == "law.item_over_promise"]
    assert [
        name in text
        for name, text in zip(("出生登记", "社会保障卡", "生育医疗", "科学育儿"), over, strict=True)
    ] == [True] * 4
    against = [finding for finding in findings if finding.code == "law.contradiction"]
    assert len(against) == 1
    assert "新生儿民族成份申请" in against[0].message
    assert len(findings) == 5


@real
@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("childcare_subsidy", 0),
        ("employment_of_staff", 0),
        ("enterprise_change", 1),
        ("marriage_residence", 1),
        ("new_home", 0),
    ],
)
def test_the_other_real_guides_have_the_defects_they_have(name: str, errors: int) -> None:
    """The lint does not fit the newborn guide alone, and cries no wolf."""
    findings = check_path(REAL / f"{name}.json")

    assert [finding.code for finding in findings if finding.is_error] == ["law.item_over_promise"] * errors


@real
def test_real_items_that_promise_in_another_unit_than_their_statute_are_mentioned() -> None:
    """Sixty natural days by law and fifteen working days by promise cannot be compared as numbers."""
    found = [finding for finding in check_path(REAL / "items.json") if finding.code == "law.units_differ"]

    assert len(found) == 1
    assert "居民身份证申领" in found[0].message
