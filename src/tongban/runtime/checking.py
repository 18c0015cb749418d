"""Checking the file of a BPMN model, as `tongban process check` does it; loads only what that needs."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from tongban.kernel.errors import TongbanError
from tongban.process.bpmn import Reading, read
from tongban.process.findings import ERROR, Finding

REFUSED = 1
"""Exit status when the model is refused."""


def check(path: Path, *, as_json: bool) -> int:
    """Print what is wrong with a model; the exit status."""
    findings, reading = read_model(path)
    refused = reading is None or reading.refused
    if as_json:
        lines = [json.dumps([each.to_json() for each in findings], ensure_ascii=False, indent=2)]
    else:
        lines = [f"{each.severity}: {each.element}: {each.message}" for each in findings]
        lines.append("The model is refused." if refused else "The model can be run.")
    sys.stdout.write("\n".join(lines) + "\n")
    return REFUSED if refused else 0


def read_model(
    path: Path, conditions: Mapping[str, str] | None = None
) -> tuple[tuple[Finding, ...], Reading | None]:
    """The reading of a file; a file that is no model at all is one finding."""
    name = path.name.encode(errors="replace").decode()  # names of files need be no text
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        said = getattr(error, "strerror", "") or "it is not there"
        return (Finding(name, ERROR, f"The file cannot be read: {said.lower()}."),), None
    try:
        reading = read(data, conditions)
    except TongbanError as error:
        return (Finding(name, ERROR, str(error)),), None
    return reading.findings, reading
