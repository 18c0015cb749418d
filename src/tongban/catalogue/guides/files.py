"""From the bytes of a file to guides as JSON, whatever of the known shapes and encodings it has.

Known shapes: the guide shape (``theme_name``, ``promise_days``, ``linked_items`` …), several of them in a
list, a list of service items (``items``), the answer of a provincial portal (``approveList``,
``guideCondition`` …), and a guide as a Markdown page with one heading per part. All become the guide shape;
nothing is dropped silently.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from tongban.catalogue.guides import pages, portals
from tongban.kernel.errors import InvalidInput, TooLarge

MAX_BYTES = 50_000_000
MAX_DEPTH = 40
_SURROGATE = re.compile("[\ud800-\udfff]")
KEYS = frozenset({"theme_name", "linked_items", "promise_days", "theme_code", "declared_before_after"})
_HINT = "A guide has `theme_name`, `promise_days` and `linked_items`; a list of service items has `items`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to say of the file itself."""

    code: str
    message: str
    hint: str = ""


@dataclass(slots=True)
class Source:
    """The guides of a file, with what is to be said of the file."""

    guides: list[dict[str, Any]]
    text: str
    """The file's text when its lines are those of the one guide in it; else empty."""
    notes: list[Note] = field(default_factory=list)


def is_guide(value: Any) -> bool:
    """Whether a JSON value has the guide shape or one that becomes it."""
    if not isinstance(value, Mapping):
        return False
    if KEYS & set(value) or portals.is_answer(value):
        return True
    items = value.get("items")
    return isinstance(items, list) and any(
        isinstance(one, Mapping) and {"statutory_days", "promise_days", "materials", "matter_type"} & set(one)
        for one in items
    )


def is_list(data: bytes) -> bool:
    """Whether a file that holds no guide may be a district's list of service items: a JSON list."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"["


def read(data: bytes, name: str) -> Source:
    """The guides of a file. Raises InvalidInput or TooLarge, with a hint, when it holds none."""
    if len(data) > MAX_BYTES:
        raise TooLarge("import.too_large", f"The file has {len(data)} bytes; at most {MAX_BYTES} are read.")
    notes: list[Note] = []
    text = _decode(data, notes)
    if not text.strip():
        raise InvalidInput("import.empty", "The file is empty.", hint="Export it again.")
    if text.lstrip()[:1] not in {"{", "["} and (PurePath(name).suffix == ".md" or pages.is_page(text)):
        return Source([pages.read(text)], "", notes)
    value = _json(text, notes)
    if isinstance(value, list) and value and any(is_guide(one) for one in value):
        guides = [_guide(one) for one in value if is_guide(one)]
        left = len(value) - len(guides)
        if left:
            message = f"{left} of {len(value)} entries of the list are no guides and were left out."
            notes.append(Note(code="guide.left_out", message=message, hint=_HINT))
        return Source(guides, "", notes)
    if is_guide(value):
        plain = not portals.is_answer(value)
        return Source([_guide(value)], text if plain else "", notes)
    raise InvalidInput(
        "import.unknown_shape", "The file is neither a guide nor a list of service items.", hint=_HINT
    )


def _guide(value: Mapping[str, Any]) -> dict[str, Any]:
    return portals.read(value) if portals.is_answer(value) else dict(value)


def _decode(data: bytes, notes: list[Note]) -> str:
    marks = (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    )
    encodings = [encoding for mark, encoding in marks if data.startswith(mark)][:1] or [
        "utf-8-sig",
        "gb18030",
    ]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8-sig":
            message = f"The file is not UTF-8; it was read as {encoding.upper()}."
            notes.append(Note(code="guide.encoding", message=message, hint="Save it as UTF-8."))
        return text
    raise InvalidInput(
        "import.not_text", "The file is neither UTF-8, UTF-16 nor GB 18030 text.", hint="Save it as UTF-8."
    )


def _json(text: str, notes: list[Note]) -> Any:
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                twice.append(name)
            found[name] = value
        return found

    try:
        value = json.loads(text, object_pairs_hook=members)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            "import.not_json",
            f"The file is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).",
            hint="Mend it there; a guide as a page must be Markdown with the parts as headings.",
        ) from None
    except RecursionError:
        raise InvalidInput("import.not_json", "The file nests too deeply.", hint="Export it again.") from None
    except ValueError:  # a number of thousands of digits
        raise InvalidInput(
            "import.not_json", "The file holds a number that is too long.", hint="Mend it."
        ) from None
    broken: list[str] = []
    value = _whole(value, broken)
    if broken:
        message = (
            f"{len(broken)} texts hold half a character, which was replaced by “\N{REPLACEMENT CHARACTER}”."
        )
        notes.append(Note(code="guide.broken_character", message=message, hint="Export the file again."))
    for name in dict.fromkeys(twice):
        message = f"The key `{name[:60]}` stands twice in one object; the last value was taken."
        notes.append(Note(code="guide.duplicate_key", message=message, hint="Keep one of them."))
    return value


def _whole(value: Any, broken: list[str], depth: int = 0) -> Any:
    """`value` without lone surrogates, which no file can hold; refused when it nests too deeply."""
    if depth > MAX_DEPTH:
        raise InvalidInput("import.not_json", "The file nests too deeply.", hint="Export it again.")
    if isinstance(value, str):
        if not _SURROGATE.search(value):
            return value
        broken.append(value)
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_whole(key, broken): _whole(one, broken, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one, broken, depth + 1) for one in value]
    return value
