"""Every finding of the review has words in the person's language."""

import ast
import re
from html import escape
from pathlib import Path

import pytest
from django.utils import translation

from tests.process.drawing import end, flows, gate, model, start, task
from tongban import process
from tongban.catalogue import checks
from tongban.design import review
from tongban.design.review import Finding
from tongban.faces.common import words
from tongban.faces.designer.canvas import checking, saying
from tongban.faces.designer.canvas.known import Known
from tongban.faces.designer.drafts import present

CODE = re.compile(r'"((?:catalogue|law|decision|declared|process)\.[a-z_]+)"')
ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")
"""What no Chinese sentence has in it; a name or a function may be there."""
NOBODY = Known({}, {}, {})


def codes() -> set[str]:
    """The codes that the catalogue's checks and the review give to what they find."""
    files = [*Path(checks.__file__).parent.glob("*.py"), Path(review.__file__)]
    return {code for file in files for code in CODE.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_code_has_words(language: str) -> None:
    """A new rule of the check without words is missed here and not by a designer."""
    assert len(codes()) > 40
    with translation.override(language):
        assert sorted(code for code in codes() if not words.has(f"designer.finding.{code}")) == []


def test_a_finding_in_a_drawing_says_what_is_wrong() -> None:
    """What the engine finds stands in Chinese, with the English under it; what is rare says so."""
    known = Finding(
        severity="error", code="process.unsound", message="The timer does not say when.", kind="processes"
    )
    rare = Finding(severity="error", code="process.unsound", message="Something rare.", kind="processes")
    with translation.override("zh-hans"):
        assert present._sentence(known) == words.say("designer.canvas.said.no_time")
        assert present._sentence(rare) == words.say("designer.finding.process.unsound")


def remarks() -> set[str]:
    """The sentences that the engine's check writes where it finds something, each place filled with X."""
    found: set[str] = set()
    for path in Path(process.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"error", "warn", "lack"}:
                found.update(text for one in node.args[1:2] for text in _texts(one))
    return found


def _texts(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in parts)]
        case ast.IfExp(body=one, orelse=other):
            return [*_texts(one), *_texts(other)]
    return []


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_whatever_is_wrong_with_a_drawing_is_said_in_the_readers_language(language: str) -> None:
    """Every remark of the engine has words of its own, and no Chinese one has an English sentence in it."""
    assert len(remarks()) > 120
    assert sorted(text for text in remarks() if not saying.known(text)) == []
    with translation.override(language):
        for text in (*remarks(), "Something that nobody has thought of."):
            assert language == "en" or not ENGLISH.search(saying.said(text)), text


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a >", "公式写得不对。第 1 行第 4 个字符：这里应当是一个值，写的却是结尾。运算符两边都要有值。"),
        ("upper(1) = 2", "公式写得不对。第 1 行第 1 个字符：没有“upper”这个函数。"),
    ],
)
def test_a_condition_that_is_no_feel_says_in_chinese_what_is_wrong_and_where(
    formula: str, expected: str
) -> None:
    """On the canvas and in the review alike; the command line says the same in English."""
    condition = f"[{escape(formula, quote=False).replace(' ', '_')}]"
    drawn = model(
        start()
        + gate("exclusive", "g")
        + task("yes")
        + task("no")
        + end()
        + flows(f"s>g g>yes{condition} g>no yes>e no>e").replace("&amp;lt;", "&lt;")
    ).decode()
    with translation.override("zh-hans"):
        messages = [one.message for one in checking.findings(drawn, NOBODY)]
        assert expected in messages
        assert not [one for one in messages if ENGLISH.search(one)]
    with translation.override("en"):
        plain = [one.message for one in checking.findings(drawn, NOBODY)]
    assert [one for one in plain if one.startswith("The expression is not FEEL: ")]


@pytest.mark.parametrize("text", ["", "<a", "<definitions/>", "no drawing at all"])
def test_a_text_that_is_no_drawing_is_refused_in_chinese(text: str) -> None:
    """Whatever somebody brings along as a file."""
    with translation.override("zh-hans"):
        messages = [one.message for one in checking.findings(text, NOBODY)]
    assert messages
    assert not [one for one in messages if ENGLISH.search(one)]
