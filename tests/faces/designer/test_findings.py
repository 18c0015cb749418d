"""Every finding of the review has words in the person's language."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from tongban.catalogue import checks
from tongban.design import review
from tongban.design.review import Finding
from tongban.faces.common import words
from tongban.faces.designer.drafts import present

CODE = re.compile(r'"((?:catalogue|law|decision|declared|process)\.[a-z_]+)"')


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
