"""A small catalogue of its own that tests may break in a copy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tongban.catalogue.check import check_folder
from tongban.catalogue.domain import Finding

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A private copy of the small catalogue."""
    folder = tmp_path / "mini"
    shutil.copytree(MINI, folder)
    return folder


Broken = Callable[..., list[Finding]]


@pytest.fixture
def broken(mini: Path) -> Broken:
    """Replaces one text in one file of the small catalogue and gives the findings."""

    def breaks(file: str, old: str, new: str) -> list[Finding]:
        path = mini / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} holds no {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return check_folder(mini)[1]

    return breaks
