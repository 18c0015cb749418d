"""XML from outside, read safely into plain elements that know their line.

A document may come from anybody, so what makes XML dangerous is refused at once: a document type (and with
it entities of every kind), too many bytes, elements, attributes or levels. Nothing is ever fetched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from tongban.kernel.errors import InvalidInput, TooLarge


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How large a document may be."""

    size: int = 4 << 20
    """Bytes."""
    elements: int = 80_000
    depth: int = 100
    """Levels of elements within one another."""
    attributes: int = 60
    """Of one element."""


BOUNDS = Bounds()


@dataclass(slots=True, eq=False)
class Element:
    """One element: its name without prefix, its namespace, attributes, text and children."""

    name: str
    namespace: str
    line: int
    """Where it begins, from 1."""
    attributes: dict[str, str] = field(default_factory=dict)
    """By name; a name in a namespace is written `{namespace}name`."""
    children: list["Element"] = field(default_factory=list)
    text: str = ""
    """All text directly inside, in order."""

    def get(self, name: str, otherwise: str = "") -> str:
        """An attribute, without space around it."""
        return self.attributes.get(name, otherwise).strip()

    def all(self, *names: str) -> Iterator["Element"]:
        """The children with one of these names in the element's own namespace, in order."""
        return (child for child in self.children if child.name in names and child.namespace == self.namespace)

    def first(self, *names: str) -> "Element | None":
        """The first such child."""
        return next(self.all(*names), None)


class _Reader:
    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.ordered_attributes = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.open: list[Element] = []
        self.texts: list[list[str]] = []
        self.count = 0
        self.root: Element | None = None

    def doctype(self, *_: Any) -> None:
        raise InvalidInput(
            "xml.doctype",
            "The document declares a document type, which is not allowed.",
            hint="Remove the line that begins with <!DOCTYPE.",
        )

    def start(self, name: str, attributes: list[str]) -> None:
        self.count += 1
        line = self.parser.CurrentLineNumber
        if self.count > self.bounds.elements:
            raise TooLarge("xml.elements", f"The document has more than {self.bounds.elements} elements.")
        if len(self.open) >= self.bounds.depth:
            raise TooLarge("xml.depth", f"Line {line}: more than {self.bounds.depth} levels of elements.")
        if len(attributes) > 2 * self.bounds.attributes:
            raise TooLarge(
                "xml.attributes",
                f"Line {line}: more than {self.bounds.attributes} attributes in one element.",
            )
        namespace, _, local = name.rpartition(" ")
        keys = (_key(key) for key in attributes[::2])
        element = Element(local, namespace, line, dict(zip(keys, attributes[1::2], strict=True)))
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.texts.append([])

    def end(self, _name: str) -> None:
        self.open.pop().text = "".join(self.texts.pop())

    def characters(self, text: str) -> None:
        self.texts[-1].append(text)


def _key(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"{{{namespace}}}{local}" if namespace else local


def read(data: bytes | str, bounds: Bounds = BOUNDS) -> Element:
    """The outermost element of a document.

    Raises: InvalidInput (`xml.syntax` with the line, `xml.doctype`), TooLarge (`xml.size`, `xml.elements`,
    `xml.depth`, `xml.attributes`).
    """
    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > bounds.size:
        raise TooLarge("xml.size", f"The document has more than {bounds.size} bytes.")
    reader = _Reader(bounds)
    try:
        reader.parser.Parse(raw, True)  # noqa: FBT003 - this is the last piece
    except expat.ExpatError as error:
        detail = expat.ErrorString(error.code)
        raise InvalidInput(
            "xml.syntax",
            f"This is no XML: {detail} (line {error.lineno}, column {error.offset + 1}).",
            line=error.lineno,
        ) from error
    except ValueError as error:  # an encoding that expat does not know
        raise InvalidInput("xml.encoding", "The encoding of the document is not known.") from error
    assert reader.root is not None  # noqa: S101 - expat refuses a document without one
    return reader.root
