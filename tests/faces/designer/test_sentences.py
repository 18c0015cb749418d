"""What the room of rules says, in the language of whoever reads it."""

import pickle
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from tongban.faces.common.sentences import told, why
from tongban.kernel.errors import InvalidInput
from tongban.rules import FeelSyntaxError, compile, dmn  # noqa: A004 - rules.compile
from tongban.rules.dmn.check import check_text
from tongban.rules.sentences import SENTENCES, Sentence, capital, said

LOCALE = Path(dmn.__file__).parents[2] / "faces" / "designer" / "decisions" / "locale"


def test_every_sentence_has_words_and_the_english_ones_are_the_same() -> None:
    """A sentence of the rules is never shown by its code, and English says what the command line says."""
    with (LOCALE / "en" / "LC_MESSAGES" / "django.po").open("rb") as source:
        known = {str(one.id): one.string for one in read_po(source, locale="en") if one.id}
    mine = {name.removeprefix("rules."): text for name, text in known.items() if name.startswith("rules.")}
    assert mine == dict(SENTENCES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 +", "第 1 行第 4 个字符：这里应当是一个值，写的却是结尾。运算符两边都要有值。"),
        ('"a', '第 1 行第 1 个字符：这段文字没有结束。请在末尾加上 "。'),
        ("upper(1)", "第 1 行第 1 个字符：没有“upper”这个函数。"),
        (
            "floor(1, 2, 3)",
            "第 1 行第 1 个字符：“floor”不能有 3 个参数。请写成 `floor(n, scale)`或`floor(n)`。",
        ),
    ],
)
def test_broken_feel_is_explained_in_chinese(text: str, expected: str) -> None:
    """A clerk who mistypes a formula reads in Chinese what is wrong, where, and what to write."""
    with pytest.raises(FeelSyntaxError) as caught:
        compile(text)
    with translation.override("zh-hans"):
        assert why(caught.value) == expected
    with translation.override("en"):
        assert why(caught.value) == str(caught.value)


BROKEN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m"
    namespace="urn:m">
  <inputData id="i" name="年龄"><variable name="年龄" typeRef="nummer"/></inputData>
  <decision id="d" name="补贴"><variable name="补贴"/>
    <informationRequirement><requiredInput href="#i"/></informationRequirement>
    <decisionTable hitPolicy="BEST">
      <input label="年龄"><inputExpression><text>年龄 +</text></inputExpression></input>
      <output/>
      <rule><inputEntry><text>&gt; 60</text></inputEntry>
        <outputEntry><text>倍数</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""


def test_findings_about_a_model_are_told_in_chinese() -> None:
    """Nothing on the decision grid is English for a person who reads Chinese."""
    found = [one for one in check_text(BROKEN, lambda _: None) if not one.code]
    with translation.override("zh-hans"):
        says = [told(one.message) for one in found]
    assert "没有“BEST”这种命中方式。" in says
    assert "没有“nummer”这个类型。" in says
    assert any(each.startswith("模型里没有“倍数”") for each in says)
    assert all(isinstance(one.message, Sentence) for one in found)


def test_what_went_wrong_in_a_try_is_told_in_chinese() -> None:
    """The test panel says in Chinese why a result is missing."""
    model = dmn.load(
        BROKEN.replace("nummer", "number").replace("BEST", "FIRST").replace("年龄 +", "年龄 + 1")
    )
    verdict = model.decide("补贴", {"年龄": "六十"})
    with translation.override("zh-hans"):
        assert told(verdict.messages[0].message) == "“年龄”是文字，不是数字。"
    assert verdict.messages[0].message == "`年龄` is a string, which is no number."


def test_a_sentence_travels_between_processes() -> None:
    """A fault found in another process is still told in the reader's language."""
    again = pickle.loads(pickle.dumps(said("no_fit", what=said("the_result"), kind="a", wanted="b")))  # noqa: S301
    assert again == "The result is a, which is no b."
    assert again.code == "no_fit"
    assert capital(again.places["what"]) == "The result"


def test_other_errors_keep_the_message_of_their_code() -> None:
    """A fault that is no sentence of the rules is told as everywhere."""
    with translation.override("zh-hans"):
        assert why(InvalidInput("decisions.value", "This is no number.")) == "填的值不对，请按提示填写。"
        assert told("foreign words") == "foreign words"
