"""Where the elements of an XML text stand, so that one part can be changed and every other byte stays."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from tongban.kernel import markup


@dataclass(slots=True, eq=False)
class Span:
    """One element: its name, and the bytes `start`…`inner`…`close`…`end` of its two tags.

    An element that is written `<a/>` has `inner`, `close` and `end` at its end.
    """

    name: str
    """Without prefix."""
    namespace: str
    prefix: str
    """As it is written, with its colon; empty for the default namespace."""
    attributes: dict[str, str]
    """By local name, of attributes without a namespace."""
    start: int
    inner: int = 0
    close: int = 0
    end: int = 0
    parent: "Span | None" = None
    children: list["Span"] = field(default_factory=list)

    def all(self, *names: str) -> list["Span"]:
        """The children with one of these names in the element's own namespace."""
        return [one for one in self.children if one.name in names and one.namespace == self.namespace]

    def first(self, *names: str) -> "Span | None":
        """The first such child."""
        return next(iter(self.all(*names)), None)

    def walk(self) -> Iterator["Span"]:
        """Itself and everything inside."""
        stack = [self]
        while stack:
            one = stack.pop()
            yield one
            stack.extend(reversed(one.children))

    @property
    def empty(self) -> bool:
        """Whether it is written `<a/>`."""
        return self.inner == self.end


def spans(data: bytes) -> Span:
    """The outermost element of a document, with where everything stands.

    Raises: InvalidInput, TooLarge as `kernel.markup.read`, which reads it first.
    """
    markup.read(data)
    parser = expat.ParserCreate("utf-8", " ")
    parser.namespace_prefixes = True
    open_: list[Span] = []
    root: list[Span] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        namespace, local, prefix = _parts(name)
        at = parser.CurrentByteIndex
        plain = {key: value for key, value in attributes.items() if " " not in key}
        one = Span(
            local, namespace, f"{prefix}:" if prefix else "", plain, at, parent=open_[-1] if open_ else None
        )
        one.inner = _tag_end(data, at)
        (open_[-1].children if open_ else root).append(one)
        open_.append(one)

    def end(_name: str) -> None:
        one = open_.pop()
        at = parser.CurrentByteIndex
        if data[one.inner - 2 : one.inner] == b"/>":
            one.close = one.end = one.inner
        else:
            one.close, one.end = at, data.index(b">", at) + 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(data, True)  # noqa: FBT003 - this is the last piece
    return root[0]


def _parts(name: str) -> tuple[str, str, str]:
    parts = name.split(" ")
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - with its prefix


def _tag_end(data: bytes, at: int) -> int:
    """The byte after the `>` of the tag that begins at `at`; a `>` in quotes does not end it."""
    quote = 0
    for place in range(at, len(data)):
        byte = data[place]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return place + 1
    raise AssertionError("expat has read this tag")  # pragma: no cover


class Edits:
    """Replacements of parts of a text, applied together; of one element when it is given."""

    def __init__(self, data: bytes, within: Span | None = None) -> None:
        self.data = data
        self._from, self._to = (within.start, within.end) if within else (0, len(data))
        self._made: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, text: str) -> None:
        """Put `text` in place of these bytes."""
        if self.data[start:end] != text.encode():
            self._made.append((start, end, text))

    def attribute(self, span: Span, name: str, value: str | None) -> None:
        """Set an attribute without a namespace, or take it away."""
        if span.attributes.get(name) == value:
            return
        found = _attribute(self.data, span, name)
        if found is not None:
            self.replace(found[0], found[1], "" if value is None else f" {name}={quoteattr(value)}")
        elif value is not None:
            at = span.inner - (2 if span.empty else 1)
            self.replace(at, at, f" {name}={quoteattr(value)}")

    def inside(self, span: Span, text: str) -> None:
        """Put `text`, which is XML, in place of everything inside an element."""
        if span.empty:
            tag = self.data[span.start : span.inner - 2].decode().rstrip()
            name = tag[1:].split()[0]
            self.replace(span.start, span.end, f"{tag}>{text}</{name}>" if text else f"{tag}/>")
        else:
            self.replace(span.inner, span.close, text)

    def before_close(self, span: Span, text: str) -> None:
        """Add XML at the end of what is inside an element."""
        if span.empty:
            self.inside(span, text)
        else:
            self.replace(span.close, span.close, text)

    def done(self) -> str:
        """The text with all edits. Two at one place stand in the order in which they were made."""
        out: list[bytes] = []
        at = self._from
        for start, end, text in sorted(self._made, key=lambda one: (one[0], one[1])):
            out += [self.data[at:start], text.encode()]
            at = end
        return b"".join([*out, self.data[at : self._to]]).decode()


def _attribute(data: bytes, span: Span, name: str) -> tuple[int, int] | None:
    """Where an attribute stands, with the blanks before it."""
    place, quote, begin = span.start + 1, 0, None
    while place < span.inner:
        byte = data[place]
        if quote:
            if byte == quote:
                quote = 0
                if begin is not None:
                    return begin, place + 1
        elif byte in b"\"'":
            quote = byte
        elif data[place : place + 1].isspace():
            word = data[place : span.inner].lstrip()
            if begin is None and word.split(b"=", 1)[0].strip() == name.encode():
                begin = place
        place += 1
    return None


def quoted(text: str) -> str:
    """Text as it stands between tags."""
    return escape(text)
