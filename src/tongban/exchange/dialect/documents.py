"""Bytes ↔ trees: JSON, XML and form bodies read strictly and written plainly; and dot paths in trees.

A tree is nested dicts, lists and scalars. XML attributes have names that start with ``@``; a repeated
element is a list; an element with attributes and text keeps its text under ``#``. A form's keys are dot
paths. With `Pairs`, an object is written as a list of key-value objects.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tongban.exchange.dialect.faults import fault
from tongban.exchange.dialect.messages import Tree

Format = Literal["json", "xml", "form"]

MAX_BYTES = 1 << 20
"""Greatest size of an answer or reply: 1 MiB."""
MAX_DEPTH = 40
MAX_FORM_KEYS = 2000

CONTENT_TYPES: Mapping[Format, str] = {
    "json": "application/json",
    "xml": "application/xml",
    "form": "application/x-www-form-urlencoded",
}
_ACCEPTED: Mapping[Format, frozenset[str]] = {
    "json": frozenset({"application/json", "application/problem+json"}),
    "xml": frozenset({"application/xml", "text/xml"}),
    "form": frozenset({"application/x-www-form-urlencoded"}),
}
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Objects are written as ``[{key: …, value: …}, …]``."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Writing:
    """How one direction of a department's messages is written."""

    department: str
    format: Format
    root: str = ""
    """XML only: the root element."""
    namespace: str = ""
    pairs: Pairs | None = None

    def read(self, content_type: str, body: bytes) -> Tree:
        """The tree of a body; DialectError ``content_type``, ``too_large`` or ``document``."""
        if len(body) > MAX_BYTES:
            raise fault("too_large", self.department, "body", f"at most {MAX_BYTES} bytes", status=413)
        kind, _, parameters = content_type.partition(";")
        charset = re.search(r"charset=\"?([\w-]+)", parameters, re.IGNORECASE)
        if kind.strip().lower() not in _ACCEPTED[self.format] or (
            charset and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}
        ):
            raise fault(
                "content_type", self.department, "content-type", f"{CONTENT_TYPES[self.format]} in UTF-8"
            )
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise fault("document", self.department, "body", "UTF-8 text") from None
        if self.format == "json":
            tree = self._read_json(text)
        elif self.format == "xml":
            tree = self._read_xml(text)
        else:
            tree = self._read_form(text)
        if depth(tree) > MAX_DEPTH:
            raise fault("document", self.department, "body", f"at most {MAX_DEPTH} levels")
        return tree

    def write(self, tree: Tree, *, root: str = "") -> bytes:
        """The body that says `tree`."""
        if self.format == "json":
            written = tree if self.pairs is None else _paired(tree, self.pairs)
            return json.dumps(written, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        if self.format == "xml":
            return self._write_xml(tree, root or self.root)
        return urlencode(list(_flat(tree))).encode()

    def _read_json(self, text: str) -> Tree:
        def once(pairs: list[tuple[str, Any]]) -> Tree:
            found = dict(pairs)
            if len(found) != len(pairs):
                raise ValueError
            return found

        def refuse(_: str) -> Any:
            raise ValueError

        try:
            tree = json.loads(text, object_pairs_hook=once, parse_float=Decimal, parse_constant=refuse)
        except (ValueError, RecursionError):
            raise fault("document", self.department, "body", "JSON with each key once") from None
        if self.pairs is not None:
            # Written as pairs, an object without members is an empty list.
            tree = _unpaired(tree, self.pairs) or {}
        if not isinstance(tree, dict):
            raise fault("document", self.department, "body", "a JSON object")
        return tree

    def _read_form(self, text: str) -> Tree:
        try:
            pairs = parse_qsl(
                text,
                keep_blank_values=True,
                strict_parsing=bool(text),
                encoding="utf-8",
                errors="strict",
                max_num_fields=MAX_FORM_KEYS,
            )
        except ValueError:
            raise fault("document", self.department, "body", "a form in UTF-8") from None
        tree: Tree = {}
        for name, value in pairs:
            if lookup(tree, name) is not None:
                raise fault("document", self.department, name, "each form key once")
            try:
                place(tree, name, value)
            except (TypeError, IndexError):
                raise fault("document", self.department, name, "form keys that do not contradict") from None
        return tree

    def _read_xml(self, text: str) -> Tree:
        try:
            root = fromstring(text.encode(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
        except (ET.ParseError, DefusedXmlException, ValueError):
            raise fault("document", self.department, "body", "XML without DTD or entities") from None
        if self.root and self._local(root.tag) != self.root:
            raise fault("document", self.department, "root element", self.root)
        tree = self._element(root, 1)
        return tree if isinstance(tree, dict) else {}

    def _local(self, tag: str) -> str:
        space, brace, name = tag.rpartition("}")
        if space.removeprefix("{") != self.namespace or bool(brace) != bool(self.namespace):
            expected = f"elements in namespace {self.namespace}" if self.namespace else "no namespace"
            raise fault("document", self.department, "namespace", expected)
        return name

    def _element(self, element: ET.Element, level: int) -> Tree | str:
        if level > MAX_DEPTH:
            raise fault("document", self.department, "body", f"at most {MAX_DEPTH} levels")
        if not len(element) and not element.attrib:
            return element.text or ""
        tree: Tree = {f"@{name}": value for name, value in element.attrib.items()}
        for child in element:
            name, value = self._local(child.tag), self._element(child, level + 1)
            if name not in tree:
                tree[name] = value
            elif isinstance(tree[name], list):
                tree[name].append(value)
            else:
                tree[name] = [tree[name], value]
        if not len(element) and element.text:
            tree["#"] = element.text
        return tree

    def _write_xml(self, tree: Tree, root: str) -> bytes:
        # One default namespace on the root covers the elements; attributes have none.
        top = ET.Element(root, {"xmlns": self.namespace} if self.namespace else {})
        self._fill(top, tree, root)
        written: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
        return written

    def _fill(self, element: ET.Element, tree: Any, path: str) -> None:
        if not isinstance(tree, dict):
            element.text = self._text(tree, path)
            return
        for name, value in tree.items():
            where = f"{path}.{name}"
            if name.startswith("@"):
                element.set(name[1:], self._text(value, where))
                continue
            if not _NAME.fullmatch(name):
                raise fault("mapping", self.department, where, "a name that XML allows")
            for one in value if isinstance(value, list) else [value]:
                self._fill(ET.SubElement(element, name), one, where)

    def _text(self, value: Any, path: str) -> str:
        text = "" if value is None else str(value)
        if _NOT_XML.search(text):
            raise fault("value", self.department, path, "characters that XML allows")
        return text


def lookup(tree: Any, path: str) -> Any:
    """What stands at a dot path; None when nothing does. An integer segment counts in a list.

    A single XML element stands for a list of one, so index 0 of something that is no list is that thing.
    """
    found = tree
    for segment in path.split(".") if path else ():
        if isinstance(found, dict) and segment in found:
            found = found[segment]
        elif segment.isascii() and segment.isdigit():
            members = found if isinstance(found, list) else [] if found is None else [found]
            if int(segment) >= len(members):
                return None
            found = members[int(segment)]
        else:
            return None
    return found


def members(tree: Any, path: str) -> list[Any]:
    """The list at a path: one element is a list of one, nothing an empty list."""
    found = lookup(tree, path)
    if found is None or found == "":
        return []
    if isinstance(found, dict) and found and all(name.isascii() and name.isdigit() for name in found):
        return [found[name] for name in sorted(found, key=int)]  # a form's indexed keys
    return found if isinstance(found, list) else [found]


def place(tree: Tree, path: str, value: Any) -> None:
    """Put a value at a dot path, making objects on the way; an integer segment is a list's next member."""
    segments = path.split(".")
    here: Any = tree
    for segment, following in zip(segments, [*segments[1:], None], strict=True):
        last = following is None
        if isinstance(here, list):
            index = int(segment)
            if index == len(here):
                here.append(value if last else _fresh(following))
            elif last:
                here[index] = value
            here = here[index]
        elif not isinstance(here, dict):
            raise TypeError("A value stands where the path goes on.")
        elif last:
            here[segment] = value
        else:
            here = here.setdefault(segment, _fresh(following))


def _fresh(following: str | None) -> Any:
    return [] if following is not None and following.isascii() and following.isdigit() else {}


def depth(tree: Any) -> int:
    """How many levels a tree has; a scalar has none. Stops counting one past the limit."""
    level, layer = 0, [tree]
    while layer := [
        child
        for node in layer
        if isinstance(node, dict | list)
        for child in (node.values() if isinstance(node, dict) else node)
    ]:
        level += 1
        if level > MAX_DEPTH:
            break
    return level


def _flat(tree: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict | list):
        pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for name, value in pairs:
            yield from _flat(value, f"{path}.{name}" if path else str(name))
    else:
        yield path, "" if tree is None else str(tree)


def _paired(tree: Any, pairs: Pairs) -> Any:
    if isinstance(tree, dict):
        return [{pairs.key: name, pairs.value: _paired(value, pairs)} for name, value in tree.items()]
    return [_paired(one, pairs) for one in tree] if isinstance(tree, list) else tree


def _unpaired(tree: Any, pairs: Pairs) -> Any:
    names = {pairs.key, pairs.value}
    if isinstance(tree, list) and tree and all(isinstance(one, dict) and set(one) == names for one in tree):
        keys = [one[pairs.key] for one in tree]
        if len(set(map(str, keys))) == len(keys) and all(isinstance(key, str) for key in keys):
            return {one[pairs.key]: _unpaired(one[pairs.value], pairs) for one in tree}
    if isinstance(tree, list):
        return [_unpaired(one, pairs) for one in tree]
    return {name: _unpaired(one, pairs) for name, one in tree.items()} if isinstance(tree, dict) else tree
