"""What is drawn rather than written: processes in BPMN and decisions in DMN, kept as the XML they are.

The catalogue knows of a model that it can be read safely and what it is; what it means is told by
`tongban.rules.dmn` (decisions) and, above this room, by `tongban.process` (processes).
"""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

import re
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.domain.findings import Finding
from tongban.catalogue.domain.kinds import Code
from tongban.catalogue.domain.values import member
from tongban.kernel import markup
from tongban.kernel.errors import TongbanError
from tongban.rules.dmn.reader import VERSIONS

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
"""The namespace of BPMN 2.0 models."""
TONGBAN = "urn:tongban:bpmn"
"""The namespace of what this platform adds to a BPMN model."""
_ENCODING = re.compile(r"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessModel:
    """A process as it is drawn, in BPMN."""

    code: Code = member("code", doc="code of the process; the file's name")
    model: str = member(doc="the model: BPMN 2.0 XML")
    name: str = member(default="", in_file=False)
    """The name in the model; its code where it has none."""
    version: str = member(default="", in_file=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionModel:
    """A decision model: decision tables and what they need, in DMN."""

    code: Code = member("code", doc="code of the decision model; the file's name")
    model: str = member(doc="the model: DMN XML")
    name: str = member(default="", in_file=False)
    """The name in the model; its code where it has none."""
    version: str = member(default="", in_file=False)


MODELS: dict[str, Any] = {"processes": ProcessModel, "decisions": DecisionModel}
"""Folder → what its files become. In the content they are ``{"code", "model"}``."""
SUFFIXES = {"processes": ".bpmn", "decisions": ".dmn"}
"""Folder → how the names of its files end; all others hold YAML."""
_SPACES = {"processes": {BPMN}, "decisions": set(VERSIONS)}
_CALLED = {"processes": "BPMN 2.0 process", "decisions": "DMN model"}


def suffix(kind: str) -> str:
    """How the names of files of this kind end."""
    return SUFFIXES.get(kind, ".yaml")


def text_of(file: str, data: bytes) -> tuple[str, list[Finding]]:
    """The text of a model's file, with line ends as they are everywhere; or what is wrong with its bytes."""

    def fault(code: str, message: str, hint: str = "") -> tuple[str, list[Finding]]:
        return "", [Finding(code=f"catalogue.{code}", message=message, file=file, hint=hint)]

    if len(data) > markup.BOUNDS.size:
        return fault("too_large", f"The file has {len(data)} bytes; at most {markup.BOUNDS.size} are read.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").strip()
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8, and let its first line say so."
        return fault("not_utf8", f"The file is not UTF-8: byte {error.start + 1}.", hint)
    if not text:
        return fault("empty_file", "The file is empty.", "Draw the model, or delete the file.")
    return text, []


def name_of(kind: str, text: str) -> tuple[str, list[Finding]]:
    """The name of a model; or why it cannot be one: no XML, dangerous XML, another language."""
    declared = _ENCODING.match(text)
    if declared and declared[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        said = f"The first line says `{declared[1][:20]}`, but models are kept in UTF-8."
        return "", [Finding(code="catalogue.not_utf8", message=said, line=1, hint='Write encoding="UTF-8".')]
    try:
        root = markup.read(text)
    except TongbanError as error:
        line = error.params.get("line", 0)
        return "", [Finding(code=error.code, message=error.detail, line=int(line), hint=error.hint)]
    if root.name != "definitions" or root.namespace not in _SPACES[kind]:
        message = f"This is no {_CALLED[kind]}: the outermost element is <{root.name}> of `{root.namespace}`."
        wanted = "Save it from the editor as one."
        return "", [Finding(code="catalogue.wrong_model", message=message, line=root.line, hint=wanted)]
    found = root.get("name")
    if kind == "processes" and not found:
        found = next((child.get("name") for child in root.all("process") if child.get("name")), "")
    return " ".join(found.split()), []
