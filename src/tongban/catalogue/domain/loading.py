"""Reads a catalogue folder, or the content of a stored version."""

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

import yaml

from tongban.catalogue.domain.catalogue import KINDS, Catalogue, hashed
from tongban.catalogue.domain.drawn import MODELS, name_of, suffix, text_of
from tongban.catalogue.domain.findings import CatalogueError, Finding, Severity, order
from tongban.catalogue.domain.reading import INVALID, Doubtful, Path, Reader, Reference, Taker, did_you_mean
from tongban.catalogue.domain.shapes import JsonShape, object_shape
from tongban.catalogue.domain.values import Place
from tongban.catalogue.domain.yaml_files import compose, node_of
from tongban.kernel import canonical
from tongban.kernel.errors import InvalidInput

VERSION_DIGITS = 16


class _Gathering:
    """What reading many files adds up to."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.things: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        self.content: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        self.places: dict[Path, Place] = {}
        self.references: list[Reference] = []
        self.canonical: dict[str, dict[str, bytes]] = {kind: {} for kind in KINDS}

    def take(self, kind: str, code: str, stored: Any) -> None:
        """One thing from plain JSON; read as a file would be, when it is not plainly right."""
        file = f"{kind}/{code}{suffix(kind)}"
        taker = Taker(Place(file, 1, 1))
        try:
            plain = JsonShape().take(taker, stored, ())
            data = canonical.dumps(plain)
            digits = hashlib.sha256(data).hexdigest()[:VERSION_DIGITS]
            value = object_shape(KINDS[kind]).take(taker, plain, (kind, code), version=digits)
            faulty = value.code != code
            if kind in MODELS:
                name, findings = name_of(kind, value.model)
                value = dataclasses.replace(value, name=name or code)
                faulty = faulty or bool(findings)
        except (Doubtful, InvalidInput):
            faulty = True
        if faulty:
            self.add(kind, file, code, node_of(stored))
            return
        self.things[kind][code] = value
        self.content[kind][code] = plain
        self.canonical[kind][code] = data
        self.references += taker.references

    def add(self, kind: str, file: str, stem: str, node: yaml.Node) -> None:
        """Reads one thing; `stem` is the code its file name promises."""
        reader = Reader(file)
        shape = object_shape(KINDS[kind])
        value = shape.read(reader, node, ())
        if kind in MODELS and value is not INVALID:
            value = self._drawn(kind, file, value)
        if value is not INVALID and value.code != stem:
            reader.fault(
                node,
                "file_name",
                f"The file is named `{stem}` but holds `{value.code}`.",
                f"Name it {kind}/{value.code}{suffix(kind)}, or mend the code.",
            )
        code = stem if value is INVALID else value.code
        subject = f"{kind}/{code}"
        if code in self.things[kind]:
            reader.fault(node, "duplicate_code", f"`{subject}` stands in two files.", "Keep one of them.")
        self.findings += [dataclasses.replace(finding, subject=subject) for finding in reader.findings]
        self.places |= {(kind, code, *path): place for path, place in reader.places.items()}
        self.places[kind, code] = reader.place(node)
        self.references += [
            dataclasses.replace(reference, path=(kind, code, *reference.path))
            for reference in reader.references
        ]
        if value is INVALID or code in self.things[kind]:
            return
        plain = (
            {"code": value.code, "model": value.model}
            if kind in MODELS
            else JsonShape().read(Reader(file), node, ())
        )
        try:
            data = canonical.dumps(plain)
        except InvalidInput as error:
            self.findings.append(
                Finding(
                    code="catalogue.not_json",
                    message=error.detail,
                    file=file,
                    hint=error.hint,
                    subject=subject,
                )
            )
            return
        version = hashlib.sha256(data).hexdigest()[:VERSION_DIGITS]
        self.things[kind][code] = dataclasses.replace(value, version=version)
        self.content[kind][code] = plain
        self.canonical[kind][code] = data

    def _drawn(self, kind: str, file: str, value: Any) -> Any:
        """A model with its name, or INVALID when its XML is no such model."""
        name, findings = name_of(kind, value.model)
        subject = f"{kind}/{value.code}"
        self.findings += [dataclasses.replace(finding, file=file, subject=subject) for finding in findings]
        return INVALID if findings else dataclasses.replace(value, name=name or value.code)

    def catalogue(self) -> Catalogue:
        """The catalogue of everything that could be read."""
        return Catalogue(
            **{kind: dict(sorted(things.items())) for kind, things in self.things.items()},
            version=hashlib.sha256(self._whole()).hexdigest()[:VERSION_DIGITS],
            content=self.content,
            places=self.places,
            references=tuple(self.references),
        )

    def _whole(self) -> bytes:
        """The canonical form of the whole content, put together from those of its parts."""
        return canonical.joined({kind: canonical.joined(of) for kind, of in hashed(self.canonical).items()})


def read(path: FilePath | str) -> tuple[Catalogue, list[Finding]]:
    """What could be read of the folder `path`, and everything that is wrong with the form of its files.

    Says nothing of whether codes name something: that is `tongban.catalogue.check`.
    """
    root = FilePath(path)
    gathering = _Gathering()
    if not root.is_dir():
        message = f"There is no catalogue folder {root.name!r}."
        gathering.findings.append(Finding(code="catalogue.no_folder", message=message, file=root.name))
        return gathering.catalogue(), gathering.findings
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and not entry.name.startswith((".", "_")) and entry.name not in KINDS:
            gathering.findings.append(
                Finding(
                    severity=Severity.WARNING,
                    code="catalogue.unknown_folder",
                    message=f"The folder `{entry.name}` is not read.",
                    file=entry.name,
                    hint=did_you_mean(entry.name, KINDS) or f"Known: {', '.join(KINDS)}.",
                )
            )
    for kind in KINDS:
        folder = root / kind
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            _read_file(gathering, kind, root, file)
    return gathering.catalogue(), sorted(gathering.findings, key=order)


def _read_file(gathering: _Gathering, kind: str, root: FilePath, file: FilePath) -> None:
    name = file.relative_to(root).as_posix()
    if not file.is_file() or file.name.startswith(".") or file.name.endswith("~"):
        return
    if file.suffix != suffix(kind):
        if file.suffix != ".md":
            gathering.findings.append(
                Finding(
                    severity=Severity.WARNING,
                    code="catalogue.file_ignored",
                    message=f"`{file.name}` is not read: it does not end in {suffix(kind)}.",
                    file=name,
                    hint="Rename it or move it away.",
                )
            )
        return
    try:
        data = file.read_bytes()
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        gathering.findings.append(Finding(code="catalogue.unreadable", message=message, file=name))
        return
    if kind in MODELS:
        text, findings = text_of(name, data)
        gathering.findings += findings
        if not findings:
            gathering.add(kind, name, file.stem, node_of({"code": file.stem, "model": text}))
        return
    node, findings = compose(name, data)
    gathering.findings += findings
    if node is not None:
        # An overlay is told by its region as well: two regions may each have one of an item.
        stem = f"{file.parent.name}/{file.stem}" if kind == "overlays" else file.stem
        gathering.add(kind, name, stem, node)


def load(path: FilePath | str) -> Catalogue:
    """The catalogue in the folder `path`; raises `CatalogueError` with every finding when a file is wrong."""
    catalogue, findings = read(path)
    if any(finding.is_error for finding in findings):
        raise CatalogueError(tuple(findings))
    return catalogue


def from_content(content: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    """The catalogue of a stored version's `Catalogue.content`; raises `CatalogueError` when it is damaged."""
    gathering = _Gathering()
    for kind, things in content.items():
        for code, plain in things.items():
            gathering.take(kind, code, plain)
    if gathering.findings:
        raise CatalogueError(tuple(gathering.findings))
    gathering.places = {}
    return gathering.catalogue()


def with_changes(
    base: Catalogue, changes: Mapping[str, Mapping[str, Any]]
) -> tuple[Catalogue, tuple[Finding, ...]]:
    """`base` with some files changed, and what is wrong with their form.

    Only the changed files are read, so that an editor may ask after each edit. A file that cannot be read
    leaves the thing as `base` has it, with findings; it never hides the rest.

    Args:
        base: any catalogue.
        changes: kind → code → the file as plain JSON, None for a file that is taken out.
    """
    gathering = _Gathering()
    gone: set[tuple[str, str]] = set()
    for kind, things in changes.items():
        for code, plain in things.items():
            if plain is not None:
                gathering.take(kind, code, plain)
            if plain is None or code in gathering.things[kind]:
                gone.add((kind, code))
    merged: dict[str, Any] = {}
    content: dict[str, Any] = {}
    for kind in KINDS:
        kept = {code: one for code, one in getattr(base, kind).items() if (kind, code) not in gone}
        merged[kind] = dict(sorted({**kept, **gathering.things[kind]}.items()))
        plain = {code: one for code, one in base.content.get(kind, {}).items() if (kind, code) not in gone}
        content[kind] = {**plain, **gathering.content[kind]}
    read_again = {(kind, code) for kind, things in gathering.things.items() for code in things}
    references = (
        *(one for one in base.references if (one.path[0], one.path[1]) not in gone),
        *(one for one in gathering.references if (one.path[0], one.path[1]) in read_again),
    )
    left = sorted(f"{kind}/{code}" for kind, code in gone - read_again)
    catalogue = Catalogue(
        **merged,
        # Not the digest of the whole: that takes longer than reading the changes.
        version=canonical.digest([base.version, gathering.content, left])[:VERSION_DIGITS],
        content=content,
        references=references,
    )
    return catalogue, tuple(sorted(gathering.findings, key=order))


def version_of(content: Mapping[str, Mapping[str, Any]]) -> str:
    """The version of a catalogue with this content."""
    return canonical.digest(hashed(content))[:VERSION_DIGITS]


def text_to_content(kind: str, code: str, text: str) -> dict[str, Any]:
    """A YAML file that a person typed as plain JSON; `CatalogueError` when it is no such file.

    Says nothing of its keys: a file that lacks some may be kept in a draft.
    """
    file = f"{kind}/{code}.yaml"
    node, findings = compose(file, text.encode())
    reader = Reader(file)
    plain = JsonShape().read(reader, node, ()) if node is not None else None
    findings = [*findings, *reader.findings]
    if findings or not isinstance(plain, dict):
        message = "A file is a list of keys with their values."
        raise CatalogueError(
            tuple(findings or [Finding(code="catalogue.wrong_type", message=message, file=file)])
        )
    return plain
