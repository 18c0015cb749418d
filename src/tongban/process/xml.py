"""XML from outside, read without entities and without network, and written again as it was.

Names, prefixes, declarations, comments and the order of things are kept as written, since foreign
extensions refer to prefixes inside values (`xsi:type="semantic:tFormalExpression"`) and must survive a
round trip.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from tongban.kernel.errors import InvalidInput, TooLarge

MAX_BYTES = 16 * 1024 * 1024
MAX_ELEMENTS = 48_000
"""Elements of a document, diagram and extensions included: a model of 2,000 steps has about 20,000."""
MAX_DEPTH = 100

XMLNS = "xmlns"
_DECLARED = re.compile(rb"""(<\?xml\s[^>]*?encoding\s*=\s*["'])([A-Za-z0-9._-]+)(["'])""")
_WIDE = frozenset((
    "gb18030", "gbk", "gb2312", "hz-gb-2312", "big5", "big5-hkscs", "shift-jis", "euc-jp", "euc-kr", "cp936",
    "cp950", "cp932", "cp949", "iso-2022-jp",
))  # fmt: skip
_IN_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_IN_OTHER_QUOTES = _IN_TEXT | {ord("\n"): "&#10;", ord("\t"): "&#9;"}
_IN_ATTRIBUTE = _IN_OTHER_QUOTES | {ord('"'): "&quot;"}
_BUILT_IN = {"xml": "http://www.w3.org/XML/1998/namespace"}


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment or a processing instruction, kept for the round trip."""

    text: str
    """As it is written, with its brackets."""


@dataclass(slots=True, eq=False)
class Element:
    """One element, with its names as written and as meant."""

    tag: str
    """As written, with its prefix."""
    space: str
    """The namespace it is in; empty for none."""
    local: str
    attributes: dict[str, str]
    """By name as written, declarations of namespaces included."""
    prefixes: dict[str, str] = field(repr=False)
    """Namespace by prefix, as it holds here; the empty prefix is the default."""
    line: int = 0
    children: "list[Element | str | Remark]" = field(default_factory=list, repr=False)

    def __iter__(self) -> "Iterator[Element]":
        return (child for child in self.children if isinstance(child, Element))

    def walk(self) -> "Iterator[Element]":
        """This element and all below it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(list(element)))

    @property
    def text(self) -> str:
        """The text directly inside, without that of children."""
        return "".join(child for child in self.children if isinstance(child, str)).strip()

    def get(self, name: str, default: str = "") -> str:
        """The attribute that carries no prefix."""
        return self.attributes.get(name, default)

    def of(self, space: str) -> dict[str, str]:
        """The attributes in a namespace, by local name."""
        found: dict[str, str] = {}
        for key, value in self.attributes.items():
            prefix, colon, local = key.partition(":")
            if colon and prefix != XMLNS and self.prefixes.get(prefix) == space:
                found[local] = value
        return found

    def foreign(self, *names: str) -> str:
        """The first attribute with a prefix and one of these local names; empty when there is none."""
        for name in names:
            for key, value in self.attributes.items():
                prefix, colon, local = key.partition(":")
                if colon and local == name and prefix != XMLNS:
                    return value
        return ""


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its root and what stands around it."""

    root: Element
    before: tuple[Remark, ...] = ()
    after: tuple[Remark, ...] = ()

    def to_bytes(self) -> bytes:
        """The document in UTF-8; reading it again gives an equal document."""
        parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
        parts += [f"{remark.text}\n" for remark in self.before]
        _write(self.root, parts)
        parts += [f"\n{remark.text}" for remark in self.after]
        return "".join([*parts, "\n"]).encode()


def parse(data: bytes) -> Document:
    """Read `data`.

    Raises:
        InvalidInput: ``xml.syntax`` when it is not well formed, ``xml.entities`` when it declares entities or
            refers to a document type outside, ``xml.encoding`` for an encoding we do not read.
        TooLarge: ``xml.size`` when it has too many bytes, elements or levels.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("xml.size", f"The document has {len(data)} bytes; {MAX_BYTES} are allowed.")
    # Every element has one opening bracket that is not a closing one: a quick look before the slow one.
    if data.count(b"<") - data.count(b"</") > 2 * MAX_ELEMENTS:
        raise _too_many(f"{MAX_ELEMENTS} elements")
    reader = _Reader()
    try:
        return reader.read(_readable(data.lstrip(b" \t\r\n")))
    except (LookupError, ValueError):  # what Python's codecs say of an encoding
        raise _unread_encoding() from None
    except expat.ExpatError as error:
        what = expat.errors.messages.get(error.code, "not well formed")
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
            raise _unread_encoding() from None
        raise InvalidInput(
            "xml.syntax",
            f"The document is not well-formed XML: {what} (line {error.lineno}, column {error.offset + 1}).",
            hint="Export it again from the tool that made it.",
            line=error.lineno,
        ) from None


def _unread_encoding() -> InvalidInput:
    return InvalidInput(
        "xml.encoding", "The document is in an encoding that is not read.", hint="Save it as UTF-8."
    )


def _readable(data: bytes) -> bytes:
    """The document in an encoding that the parser knows; those of East Asia it does not."""
    declared = _DECLARED.match(data)
    encoding = declared[2].decode().lower().replace("_", "-") if declared else ""
    if declared is None or encoding not in _WIDE:
        return data
    try:
        text = data[declared.end() :].decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "xml.encoding",
            f"The document says that it is in {encoding}, but is not (byte {declared.end() + error.start}).",
            hint="Save it as UTF-8.",
        ) from None
    return declared[1] + b"UTF-8" + declared[3] + text.encode()


def _too_many(what: str) -> TooLarge:
    return TooLarge("xml.size", f"The document has more than {what}.", hint="Split the model.")


class _Reader:
    """Collects what expat tells."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.stack: list[Element] = []
        self.before: list[Remark] = []
        self.after: list[Remark] = []
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.CommentHandler = self.comment
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity

    def read(self, data: bytes) -> Document:
        self.parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
        if self.root is None:
            raise InvalidInput("xml.syntax", "The document has no element.")
        return Document(self.root, tuple(self.before), tuple(self.after))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.stack) >= MAX_DEPTH:
            what = f"{MAX_ELEMENTS} elements" if self.count > MAX_ELEMENTS else f"{MAX_DEPTH} levels"
            raise _too_many(what)
        prefixes = self.stack[-1].prefixes if self.stack else _BUILT_IN
        declared = {
            key.partition(":")[2]: value
            for key, value in attributes.items()
            if key == XMLNS or key.startswith(f"{XMLNS}:")
        }
        if declared:
            prefixes = prefixes | declared
        prefix, colon, local = tag.partition(":")
        if not colon:
            prefix, local = "", tag
        space = prefixes.get(prefix, "")
        if colon and not space:
            raise InvalidInput(
                "xml.syntax",
                f"The prefix {prefix} of <{tag}> is not declared (line {self.parser.CurrentLineNumber}).",
                hint="Export it again from the tool that made it.",
            )
        element = Element(tag, space, local, attributes, prefixes, self.parser.CurrentLineNumber)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)

    def end(self, _tag: str) -> None:
        self.stack.pop()

    def characters(self, text: str) -> None:
        self.stack[-1].children.append(text)

    def comment(self, text: str) -> None:
        self.keep(Remark(f"<!--{text}-->"))

    def instruction(self, target: str, data: str) -> None:
        self.keep(Remark(f"<?{target} {data}?>" if data else f"<?{target}?>"))

    def keep(self, remark: Remark) -> None:
        if self.stack:
            self.stack[-1].children.append(remark)
        elif self.root is None:
            self.before.append(remark)
        else:
            self.after.append(remark)

    def doctype(self, _name: str, system: str | None, public: str | None, inner: int) -> None:
        if system or public or inner:
            self.entity()

    def entity(self, *_: object) -> None:
        raise InvalidInput(
            "xml.entities",
            "The document declares entities or a document type of its own, which are not read.",
            hint="Remove the <!DOCTYPE …> at its beginning.",
        )


def _write(root: Element, parts: list[str]) -> None:
    waiting: list[Element | str | Remark] = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Remark):
            parts.append(item.text)
        elif isinstance(item, str):
            # Items of this list that begin with a null character are closing tags; XML text cannot.
            parts.append(item[1:] if item.startswith("\0") else item.translate(_IN_TEXT))
        else:
            parts.append(f"<{item.tag}")
            parts += [f" {key}={_quoted(value)}" for key, value in item.attributes.items()]
            if item.children:
                parts.append(">")
                waiting.append(f"\0</{item.tag}>")
                waiting.extend(reversed(item.children))
            else:
                parts.append("/>")


def _quoted(value: str) -> str:
    quote = "'" if '"' in value and "'" not in value else '"'
    return quote + value.translate(_IN_ATTRIBUTE if quote == '"' else _IN_OTHER_QUOTES) + quote
