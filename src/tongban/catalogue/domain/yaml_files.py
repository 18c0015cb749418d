"""From the bytes of a file to one YAML node, with every way it can fail said plainly."""

import re
from typing import Any

import yaml

from tongban.catalogue.domain.findings import Finding

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a Python without libyaml: slower, the same
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

MAX_BYTES = 2_000_000
MAX_DEPTH = 40


class _Refused(Exception):  # noqa: N818 - never leaves this module; it becomes a finding
    def __init__(self, code: str, message: str, line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column, self.hint = code, message, line, column, hint


def compose(file: str, data: bytes) -> tuple[yaml.Node | None, list[Finding]]:
    """The one document of a file as a node tree, or None and what is wrong with it.

    Refused before anything is built: files that are too large, are not UTF-8, hold several documents, nest
    too deeply, or use anchors and aliases (a few lines of aliases can stand for billions of nodes).
    """
    try:
        return _node(_text(data)), []
    except _Refused as refused:
        finding = Finding(
            code=f"catalogue.{refused.code}",
            message=refused.message,
            file=file,
            line=refused.line,
            column=refused.column,
            hint=refused.hint,
        )
        return None, [finding]


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _Refused("too_large", f"The file has {len(data)} bytes; at most {MAX_BYTES} are read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _position(data[: error.start].decode("latin-1"))
        raise _Refused(
            "not_utf8",
            f"The file is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}.",
            line,
            column,
            "Save it as UTF-8; older Chinese editors write GB 18030.",
        ) from None
    if not text.strip():
        raise _Refused("empty_file", "The file is empty.", hint="Write the thing, or delete the file.")
    control = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]", text)
    if control:
        line, column = _position(text[: control.start()])
        message = f"The file holds the control character U+{ord(control[0]):04X}."
        raise _Refused("control_character", message, line, column, "Delete it.")
    return text


def _position(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what follows `before`."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _node(text: str) -> yaml.Node:
    try:
        _refuse_bombs(text)
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        found = error.problem_mark or error.context_mark
        line, column = (found.line + 1, found.column + 1) if found else (0, 0)
        message, hint = _syntax(error, text, line)
        raise _Refused("yaml_syntax", message, line, column, hint) from None
    except yaml.YAMLError as error:
        raise _Refused("yaml_syntax", f"This is not YAML: {str(error).splitlines()[0]}.") from None
    if node is None:
        raise _Refused(
            "empty_file", "The file holds nothing but comments.", hint="Write the thing, or delete it."
        )
    return node


def _refuse_bombs(text: str) -> None:
    """Reads the events only, which builds nothing, and refuses what would grow when it is built."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=Loader):
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(
                "anchor",
                "Anchors and aliases (& and *) are not allowed.",
                line,
                column,
                "Write the value out; a text that begins with & or * needs quotes.",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > MAX_DEPTH:
            raise _Refused("too_deep", f"The file nests deeper than {MAX_DEPTH}.", line, column)
        if documents > 1:
            message = "The file holds more than one document (`---`)."
            raise _Refused("several_documents", message, line, column, "One thing per file.")


def _syntax(error: yaml.MarkedYAMLError, text: str, line: int) -> tuple[str, str]:
    """Message and hint for a syntax error, in the words of the one who wrote the file."""
    lines = text.splitlines()
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    problem = (error.problem or "it cannot be read").strip()
    if "\t" in written[: len(written) - len(written.lstrip())] or "\\t" in problem:
        return "A tab is used for indentation; YAML wants spaces.", "Replace the tab with two spaces."
    hints = {
        "mapping values are not allowed": "A text that holds `: ` needs quotes.",
        "could not find expected ':'": "A line lacks its colon, or a quote or bracket is not closed above.",
        "did not find expected": "Check the indentation, and that quotes and brackets above are closed.",
        "found unexpected end of stream": "A quote is not closed.",
        "cannot start any token": "A text that begins with @, ` or % needs quotes.",
    }
    hint = next((says for part, says in hints.items() if part in problem), "")
    return f"This is not YAML: {problem}.", hint


def node_of(value: Any) -> yaml.Node:
    """The node that a plain JSON value would have been read from; its marks say line 1, column 1."""
    mark = yaml.Mark("", 0, 0, 0, None, 0)
    prefix = "tag:yaml.org,2002:"
    if isinstance(value, dict):
        members = [(node_of(name), node_of(child)) for name, child in value.items()]
        return yaml.MappingNode(f"{prefix}map", members, mark, mark)
    if isinstance(value, list):
        return yaml.SequenceNode(f"{prefix}seq", [node_of(child) for child in value], mark, mark)
    if value is None or isinstance(value, bool):
        word = {None: "null", True: "true", False: "false"}[value]
        return yaml.ScalarNode(prefix + ("null" if value is None else "bool"), word, mark, mark)
    kind = {int: "int", float: "float"}.get(type(value), "str")
    return yaml.ScalarNode(prefix + kind, str(value), mark, mark)
