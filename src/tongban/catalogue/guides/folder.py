"""Writes the files of a draft into a folder, and never over an editor's work."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tongban.catalogue.guides.sheets import untouched
from tongban.kernel.errors import InvalidInput

Status = Literal["new", "changed", "unchanged", "kept"]


@dataclass(frozen=True, slots=True)
class Written:
    """One file of a draft and what became of it; `kept`: somebody has edited it, so it was left as it is."""

    path: str
    status: Status


def write(texts: Mapping[str, str], folder: Path) -> list[Written]:
    """Writes path → text below `folder`; the same texts again change nothing.

    A YAML file that is no longer as an import wrote it is kept. Raises InvalidInput when the folder cannot be
    written.
    """
    try:
        return [Written(path, _write(folder / path, text)) for path, text in texts.items()]
    except OSError as error:
        raise InvalidInput(
            "import.unwritable",
            f"{error.filename or folder} cannot be written: {error.strerror}.",
            hint="Choose another folder with --out.",
        ) from None


def _write(path: Path, text: str) -> Status:
    if path.exists():
        try:
            there = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return "kept"
        if there == text:
            return "unchanged"
        if path.suffix == ".yaml" and not untouched(there):
            return "kept"
        path.write_text(text, encoding="utf-8")
        return "changed"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return "new"
