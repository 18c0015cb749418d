"""Drawn processes and decision models as content: read, checked, kept in versions, compared."""

from dataclasses import replace
from pathlib import Path

import pytest

from tongban.catalogue.check import check, check_folder
from tongban.catalogue.difference import difference
from tongban.catalogue.domain import Catalogue, CatalogueError, from_content, load, read
from tongban.rules.dmn.examples import Example, with_examples

DECISION, PROCESS = "decisions/loan_days.dmn", "processes/joining.bpmn"


def changed(mini: Path, file: str, old: str, new: str) -> None:
    """One edit of one file; the text that it changes must be there."""
    path = mini / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_models_are_content_like_everything_else(mini: Path) -> None:
    """A file becomes its code, its name and its text; a stored version gives the same catalogue again."""
    catalogue = load(mini)

    assert catalogue.content["decisions"]["loan_days"].keys() == {"code", "model"}
    assert catalogue.decisions["loan_days"].model == (mini / DECISION).read_text(encoding="utf-8").strip()
    assert (catalogue.decision("loan_days").name, catalogue.process("joining").name) == ("借期", "加入图书馆")
    assert catalogue.event("join").process == "joining"
    again = from_content(catalogue.content)
    assert (again, again.version) == (catalogue, catalogue.version)


def test_a_version_without_models_is_the_version_it_was(mini: Path) -> None:
    """Kinds that came later do not change the code of what was stored before them."""
    content = {kind: dict(things) for kind, things in load(mini).content.items()}
    del content["life_events"]["join"]["process"]
    content["items"]["card"]["rules"].pop()
    content |= {"processes": {}, "decisions": {}}
    before = {kind: things for kind, things in content.items() if kind not in {"processes", "decisions"}}

    assert from_content(content).version == from_content(before).version
    assert b"decisions" not in from_content(content).canonical


def test_line_ends_do_not_make_another_version(mini: Path) -> None:
    """A file saved on another system is the same model."""
    version = load(mini).version
    path = mini / DECISION
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert load(mini).version == version


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (DECISION, "</definitions>", "", "xml.syntax"),
        (DECISION, "<definitions", '<!DOCTYPE d [<!ENTITY e "x">]><definitions', "xml.doctype"),
        (DECISION, "https://www.omg.org/spec/DMN/20191111/MODEL/", "urn:other", "catalogue.wrong_model"),
        (DECISION, 'encoding="UTF-8"', 'encoding="GBK"', "catalogue.not_utf8"),
        (PROCESS, "BPMN/20100524", "BPMN/2007", "catalogue.wrong_model"),
        ("life_events/join.yaml", "process: joining", "process: leaving", "catalogue.unknown_code"),
        ("items/card.yaml", "decision: loan_days", "decision: loan_day", "catalogue.unknown_code"),
        ("items/card.yaml", "Age: reader.age", "Years: reader.age", "decision.input_unknown"),
        ("items/card.yaml", "Age: reader.age", "Age: reader.name", "decision.input_type"),
        ("items/card.yaml", "inputs: {Age: reader.age}", "of: Weeks", "decision.unusable"),
        ("items/card.yaml", "result < 20", "reslt < 20", "catalogue.unknown_name"),
        ("items/card.yaml", "    decision: loan_days\n", "", "catalogue.wrong_value"),
        (DECISION, "[12..120)", "[12..", "decision.error"),
        (DECISION, "[12..120)", "[10..120)", "decision.error"),
    ],
)
def test_what_cannot_be_meant_is_found_in_its_file(
    mini: Path, file: str, old: str, new: str, code: str
) -> None:
    """Broken XML, a document type, another language, names of nothing, overlapping rules: all errors."""
    changed(mini, file, old, new)
    errors = [finding for finding in check_folder(mini)[1] if finding.is_error]

    assert (code, file) in {(finding.code, finding.file) for finding in errors}


def test_a_finding_in_a_model_names_its_element_and_line(mini: Path) -> None:
    """So that an editor can jump there."""
    changed(mini, DECISION, "[12..120)", "[10..120)")
    found = next(one for one in check_folder(mini)[1] if one.code == "decision.error")

    assert (found.element, found.subject) == ("grown", "decisions/loan_days")
    assert 'id="grown"' in (mini / DECISION).read_text(encoding="utf-8").splitlines()[found.line - 1]
    assert found.to_json()["element"] == "grown"


def test_a_model_that_nobody_asks_is_told(mini: Path) -> None:
    """It is no error: it may be drawn before it is used."""
    content = {kind: dict(things) for kind, things in load(mini).content.items()}
    content["decisions"]["spare"] = content["decisions"]["loan_days"] | {"code": "spare"}
    assert [(one.code, one.subject) for one in check(from_content(content)) if "decision" in one.code] == [
        ("decision.never_used", "decisions/spare")
    ]


def test_a_large_model_is_read_and_a_huge_one_refused(mini: Path) -> None:
    """Nearly four megabytes is a decision table like any other; more is refused before it is parsed."""
    path = mini / DECISION
    text = path.read_text(encoding="utf-8")
    filler = "<!-- " + "x" * (4 * 1024 * 1024 - len(text.encode()) - 200) + " -->"
    path.write_text(text.replace("</definitions>", f"{filler}</definitions>"), encoding="utf-8")
    assert load(mini).decisions["loan_days"].model.endswith("</definitions>")

    path.write_text(text.replace("</definitions>", f"{filler * 2}</definitions>"), encoding="utf-8")
    assert [one.code for one in read(mini)[1]] == ["catalogue.too_large"]


def test_a_damaged_stored_model_is_refused(mini: Path) -> None:
    """A stored version is checked as it is read."""
    content = {**load(mini).content, "decisions": {"loan_days": {"code": "loan_days", "model": "<x/>"}}}
    with pytest.raises(CatalogueError):
        from_content(content)


def _edited(mini: Path, file: str, old: str, new: str) -> list[tuple[str, dict[str, list[str]] | None]]:
    before = load(mini)
    changed(mini, file, old, new)
    found = difference(before, load(mini))
    assert all(one.name.zh_hans in {"借期", "加入图书馆"} for one in found.changes)
    return [(one.sentence.zh_hans, one.elements.to_json() if one.elements else None) for one in found.changes]


def test_a_changed_table_says_how_many_rules_changed(mini: Path) -> None:
    """With the ids of what is new, gone and different; whom it touches follows from the items that ask it."""
    before = load(mini)
    text = (mini / DECISION).read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if 'id="old"' in line)
    changed(mini, DECISION, old, old.replace('"old"', '"ancient"').replace("c5", "c7").replace("c6", "c8"))
    changed(mini, DECISION, "<text>30</text>", "<text>45</text>")
    found = difference(before, load(mini)).changes[0]

    assert found.sentence.zh_hans == "规则有改动：新增1条，取消1条，修改0条。"
    assert found.elements is not None
    assert found.elements.to_json() == {
        "added": ["ancient", "c7", "c8"],
        "removed": ["old", "c5", "c6"],
        "changed": ["c4"],
    }
    assert (found.items, found.life_events) == (("card",), ("join",))


def test_a_changed_process_names_its_parts(mini: Path) -> None:
    """It touches the life event that runs it, but only staff are told."""
    before = load(mini)
    changed(mini, PROCESS, 'name="借书证"', 'name="办借书证"')
    (found,) = difference(before, load(mini)).changes

    assert (found.sentence.zh_hans, found.public) == ("图有改动：新增0处，取消0处，修改1处。", False)
    assert found.elements is not None
    assert (found.elements.changed, found.life_events) == (("card",), ("join",))


def test_a_moved_picture_is_no_change_of_what_it_says(mini: Path) -> None:
    """Only the drawing differs: that is told as such."""
    assert _edited(mini, PROCESS, "\n  </process>", "\n  </process><!-- moved -->") == [
        ("只调整了画法，内容没有变。", None)
    ]


def judged(catalogue: Catalogue, **values: object) -> tuple[bool | None, str, str]:
    """What becomes of the rule that asks a decision, over the values of a reader."""
    bound = catalogue.bound("join")
    item = bound.item("card")
    assert item is not None
    rule = next(one for one in item.rules if one.decision)
    found = rule.judge(
        bound.context(
            {f"member.{name}": value for name, value in values.items()}, catalogue.types(bound.event)
        )
    )
    return found.holds, found.problem, rule.told(found).zh_hans


def test_a_rule_asks_a_decision_in_the_words_of_the_life_event(mini: Path) -> None:
    """The table's result decides, and the reason says it."""
    catalogue = load(mini)

    assert judged(catalogue, age=8) == (True, "", "借期只有14天")
    assert judged(catalogue, age=30) == (False, "", "借期只有30天")


def test_a_decision_never_passes_silently(mini: Path) -> None:
    """What is missing, what no rule fits and what fails is each told, and never counts as a pass."""
    assert judged(load(mini))[:2] == (None, "missing")
    changed(mini, DECISION, "<text>&gt;= 120</text>", "<text>&gt;= 130</text>")
    assert judged(load(mini), age=125) == (
        None,
        "no_result",
        "决策表里没有适合这种情况的规则，请工作人员核对。",
    )
    changed(mini, DECISION, "<text>30</text>", "<text>Ages</text>")
    assert judged(load(mini), age=30)[:2] == (None, "failed")
    changed(mini, "items/card.yaml", "    when: result < 20\n", "")
    assert judged(load(mini), age=8)[:2] == (None, "failed")


def test_what_a_rule_reads_is_what_it_gives_the_decision(mini: Path) -> None:
    """The form asks for it, the department may read it; `result` is no value of the application."""
    catalogue = load(mini)
    item = catalogue.bound("join").item("card")

    assert item is not None
    assert {name for rule in item.rules for name in rule.reads} == {"member.age"}
    assert "member.age" in item.reads()


def test_an_example_that_no_longer_holds_is_an_error(mini: Path) -> None:
    """The examples in a model are worked out at each check of the content."""
    path = mini / DECISION
    text = path.read_text(encoding="utf-8")
    right = Example(name="八岁", inputs={"Age": 8}, expected=14)
    path.write_text(with_examples(text, "days", (right,)), encoding="utf-8")
    assert [one for one in check_folder(mini)[1] if one.is_error] == []

    path.write_text(with_examples(text, "days", (replace(right, expected=30),)), encoding="utf-8")
    (found,) = [one for one in check_folder(mini)[1] if one.is_error]
    assert (found.code, found.element) == ("decision.example", "days")
    assert "八岁" in found.message
