"""The files of a draft: their keys and comments, their text, and what the strict reader says of them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from tongban.catalogue.domain import KINDS, Catalogue, Finding
from tongban.catalogue.domain.reading import Reader
from tongban.catalogue.domain.shapes import object_shape
from tongban.catalogue.domain.yaml_files import compose
from tongban.catalogue.guides.words import plain

try:
    from yaml import CSafeDumper as _Base
except ImportError:  # a Python without libyaml: slower, the same
    from yaml import SafeDumper as _Base  # type: ignore[assignment]

MARK = "# draft "
"""Begins the line of a draft file that holds the digest of everything below it, as the import wrote it."""
WIDTH = 110


@dataclass(slots=True)
class Sheet:
    """One file of a draft: its keys in order, with comments for the editor above some of them."""

    kind: str
    code: str
    content: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)
    head: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where the file stands within the draft's folder."""
        return f"{self.kind}/{self.code}.yaml"

    def put(self, key: str, value: Any, *comments: str) -> None:
        """Sets a key; comments stand above it."""
        self.content[key] = value
        self.comment(key, *comments)

    def comment(self, key: str, *comments: str) -> None:
        """Adds comments above a key, which may be one that is left out."""
        self.comments.setdefault(key, []).extend(comments)

    def body(self) -> str:
        """The text below the mark."""
        parts = _comments(self.head)
        for line in _dumped(self.content).splitlines(keepends=True):
            key = line.partition(":")[0]  # only a key of the file itself stands at the very left
            if key in self.content:
                parts += _comments(self.comments.get(key, ()))
            parts.append(line)
        for key, comments in self.comments.items():
            if key not in self.content:
                parts += _comments(comments)
        return "".join(parts)

    def text(self, source: str) -> str:
        """The whole file; `source` names the guide."""
        body = self.body()
        said = " ".join(plain(source).split())[:80]
        head = f"# Draft from the guide “{said}”: finish it and check it before it is published."
        return f"{head}\n{MARK}{digest(body)}\n{body}"


class _Dumper(_Base):
    """Writes every value out: the strict reader refuses aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _dumped(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH))


def _comments(lines: Iterable[str]) -> list[str]:
    texts = (plain(part) for line in lines for part in line.splitlines())
    return [f"# {' '.join(text.split())}\n" for text in texts if text]


def digest(body: str) -> str:
    """What tells whether somebody has edited a draft since it was written."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def untouched(text: str) -> bool:
    """Whether a draft file is still as an import wrote it."""
    head, mark, rest = text.partition(MARK)
    said, _, body = rest.partition("\n")
    return bool(mark) and head.startswith("# Draft") and said == digest(body)


def faults(sheets: Sequence[Sheet], texts: Mapping[str, str], catalogue: Catalogue) -> list[Finding]:
    """What the strict reader says of the files of a draft, beside what is marked as still to be written.

    Codes must name something of the catalogue or of the draft itself; ``todo`` is a mark.
    """
    own = {(one.kind, one.code) for one in sheets}
    found = []
    for one in sheets:
        node, wrong = compose(one.path, texts[one.path].encode())
        reader = Reader(one.path)
        if node is not None:
            object_shape(KINDS[one.kind]).read(reader, node, ())
        found += [*wrong, *reader.findings]
        for reference in reader.references:
            things = getattr(catalogue, reference.kind, None)
            if (
                things is None
                or reference.code in things
                or (reference.kind, reference.code) in own
                or reference.code == "todo"
            ):
                continue
            message = f"There is no `{reference.kind}/{reference.code}`."
            found.append(
                Finding(
                    code="catalogue.unknown_code", message=message, file=one.path, line=reference.place.line
                )
            )
    return found
