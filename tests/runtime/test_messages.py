"""Message catalogues are compiled when they have changed, and a broken one is named."""

import gettext
from pathlib import Path

import pytest

from tongban.kernel.errors import InvalidInput
from tongban.runtime import messages

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "citizen.home.title"
msgstr "一件事"

#, fuzzy
msgid "citizen.home.guess"
msgstr "猜"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """One catalogue of a face."""
    path = tmp_path / "faces/citizen/locale/zh_Hans/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    return path


def test_it_is_compiled_once_and_again_when_changed(catalogue: Path, tmp_path: Path) -> None:
    """A second run has nothing to do; an edited text is there after the next one."""
    assert messages.compile_all(tmp_path) == [catalogue.with_suffix(".mo")]
    assert messages.compile_all(tmp_path) == []
    with catalogue.with_suffix(".mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("citizen.home.title") == "一件事"
    assert texts.gettext("citizen.home.guess") == "citizen.home.guess"
    catalogue.write_text(PO.replace("一件事", "高效办成一件事"), encoding="utf-8")
    assert messages.compile_all(tmp_path) == [catalogue.with_suffix(".mo")]


def test_a_broken_one_is_named_with_its_line(catalogue: Path, tmp_path: Path) -> None:
    """The sentence says which file and what is wrong."""
    catalogue.write_text(PO + '\nmsgid "unclosed\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"django\.po"):
        messages.compile_all(tmp_path)
    assert not catalogue.with_suffix(".mo").exists()
