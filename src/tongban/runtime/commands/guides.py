"""The part of `tongban catalogue import` that makes drafts of official guides."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console

from tongban.catalogue.domain import Severity, read
from tongban.catalogue.guides.files import is_list
from tongban.catalogue.guides.folder import Written, write
from tongban.catalogue.guides.importing import ImportedFile, ImportedGuide, import_guides
from tongban.kernel.errors import TongbanError

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


def import_guide(data: bytes, name: str, out: Path | None, *, as_json: bool) -> bool:
    """Writes the drafts of a file of guides and tells what was found; False when it holds a list of items.

    Raises TongbanError, with a hint, when the file is neither.
    """
    from tongban.catalogue.folders import product_folder

    catalogue, _ = read(product_folder())
    try:
        found = import_guides(data, name, catalogue)
    except TongbanError as error:
        if error.code == "import.unknown_shape" and is_list(data):
            return False
        raise
    written = [(one, _folder(found, one, out)) for one in found.guides]
    done = [(one, folder, write(one.texts, folder)) for one, folder in written]
    if as_json:
        sys.stdout.write(json.dumps(_report(found, done), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(found, done)
    return True


def _folder(found: ImportedFile, one: ImportedGuide, out: Path | None) -> Path:
    """Each guide's own folder: the one that was asked for, below it when there are several."""
    if out is not None:
        return out if len(found.guides) == 1 else out / one.draft.code
    from tongban.runtime.config import Config

    return Config.from_environment().home / "drafts" / one.draft.code


def _report(found: ImportedFile, done: list[tuple[ImportedGuide, Path, list[Written]]]) -> dict[str, Any]:
    severities = Counter(one.severity for one in found.findings)
    return {
        "kind": "guide",
        "file": found.name,
        "guides": [
            {
                **one.to_json(),
                "out": str(folder),
                "files": [{"path": file.path, "status": file.status} for file in files],
            }
            for one, folder, files in done
        ],
        "errors": severities[Severity.ERROR],
        "warnings": severities[Severity.WARNING],
        "findings": [one.to_json() for one in found.findings],
    }


def _show(found: ImportedFile, done: list[tuple[ImportedGuide, Path, list[Written]]]) -> None:
    console = Console(highlight=False)
    for finding in found.findings:
        console.print(finding.where, style="bold", end=" ", markup=False, soft_wrap=True)
        console.print(str(finding.severity), style=_STYLES[finding.severity], end=" ")
        console.print(f"{finding.message} [{finding.code}]", markup=False, soft_wrap=True)
        if finding.hint:
            console.print(f"    → {finding.hint}", style="dim", markup=False, soft_wrap=True)
    for one, folder, files in done:
        used = Counter(
            match["kind"] for match in one.draft.matches if match["match"] and match["match"]["used"]
        )
        states = Counter(file.status for file in files)
        console.print(
            f"{one.guide.name or one.draft.code}: {len(one.guide.items)} items ({used['items']} known), "
            f"{one.documents} documents ({used['materials']} known) → {folder}",
            style="bold",
            markup=False,
            soft_wrap=True,
        )
        told = ", ".join(f"{count} {status}" for status, count in states.items())
        console.print(f"  {len(files)} files: {told}", markup=False)
        for file in files:
            if file.status == "kept":
                console.print(
                    f"  kept, since somebody has edited it: {file.path}", style="yellow", markup=False
                )
    severities = Counter(one.severity for one in found.findings)
    console.print(
        f"{severities[Severity.ERROR]} errors, {severities[Severity.WARNING]} warnings", style="bold"
    )
