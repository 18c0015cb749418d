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


def compose(file: str, data: bytes) -> tuple[yaml.Node | None, list[Finding]]:
    """The one document of a file as a node tree, or None and what is wrong with it.

    Refused before anything is built: files that are too large, are not UTF-8, hold several documents, nest
    too deeply, or use anchors and aliases (a few lines of aliases can stand for billions of nodes).
    """

    def fault(code: str, message: str, line: int = 0, column: int = 0, hint: str = "") -> Any:
        finding = Finding(
            code=f"catalogue.{code}", message=message, file=file, line=line, column=column, hint=hint
        )
        return None, [finding]

    if len(data) > MAX_BYTES:
        return fault("too_large", f"The file has {len(data)} bytes; at most {MAX_BYTES} are read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        return fault(
            "not_utf8",
            f"The file is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}.",
            line,
            error.start - (before.rfind(b"\n") + 1) + 1,
            "Save it as UTF-8; older Chinese editors write GB 18030.",
        )
    if not text.strip():
        return fault("empty_file", "The file is empty.", hint="Write the thing, or delete the file.")
    control = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text)
    if control:
        before_text = text[: control.start()]
        return fault(
            "control_character",
            f"The file holds the control character U+{ord(control[0]):04X}.",
            before_text.count("\n") + 1,
            control.start() - (before_text.rfind("\n") + 1) + 1,
            "Delete it.",
        )
    try:
        depth = documents = 0
        for event in yaml.parse(text, Loader=Loader):
            mark = event.start_mark
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                return fault(
                    "anchor",
                    "Anchors and aliases (& and *) are not allowed.",
                    mark.line + 1,
                    mark.column + 1,
                    "Write the value out; a text that begins with & or * needs quotes.",
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
            if depth > MAX_DEPTH:
                return fault(
                    "too_deep", f"The file nests deeper than {MAX_DEPTH}.", mark.line + 1, mark.column + 1
                )
            if documents > 1:
                return fault(
                    "several_documents",
                    "The file holds more than one document (`---`).",
                    mark.line + 1,
                    1,
                    "One thing per file.",
                )
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        found = error.problem_mark or error.context_mark
        line, column = (found.line + 1, found.column + 1) if found else (0, 0)
        return fault("yaml_syntax", *_syntax(error, text, line), line=line, column=column)
    except yaml.YAMLError as error:
        return fault("yaml_syntax", f"This is not YAML: {str(error).splitlines()[0]}.")
    if node is None:
        return fault(
            "empty_file", "The file holds nothing but comments.", hint="Write the thing, or delete it."
        )
    return node, []


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
    mark = yaml.Mark("", 0, 0, 0, None, None)
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
