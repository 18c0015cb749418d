"""The language of ``catalogue/systems/<department>.yaml``, read strictly into frozen values.

``fields`` says where an element (or one address, which wins) stands relative to the place where an operation
keeps its values. ``{role}`` in a path becomes ``roles[role]``; an element's path must hold it, an address's
need not. Everything is checked when the mapping is read: unknown keys, codes that are not one to one, two
roles or addresses in one place, date styles that cannot be read back. ``lists`` says in which list the
members of a role stand that several play; there a field's path is relative to its member.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast

from tongban.exchange.dialect.documents import Format, Pairs, Writing
from tongban.exchange.dialect.faults import DialectError, fault
from tongban.exchange.dialect.scalars import EPOCHS, pattern_of

KINDS = ("submit", "supplement", "withdraw", "notify")
REPLY_KINDS = ("accepted", "correction", "approved", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and how one element or address is written."""

    path: str
    codes: Mapping[str, Any] | None = None
    date: str | None = None
    datetime: str | None = None
    booleans: tuple[Any, Any] | None = None
    decimals: str | None = None
    scale: Decimal = Decimal(1)
    required: bool = False
    """A lookup's record without it is broken. (What a reply must bring is the item's to say.)"""


@dataclass(frozen=True, slots=True)
class Words:
    """A path and the words that mean something when they stand there."""

    path: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing the department's system can be asked."""

    name: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    request: Mapping[str, str] = field(default_factory=dict)
    const: Mapping[str, Any] = field(default_factory=dict)
    """Fixed parts of the request: path → value."""
    envelope: Mapping[str, str] = field(default_factory=dict)
    root: str = ""
    record: str = ""
    not_found: Words | None = None
    not_found_status: frozenset[int] = frozenset()
    success: Words | None = None
    """Answers whose word is another one are refusals by the department."""
    fields: Mapping[str, Place] = field(default_factory=dict)
    values: str = ""
    materials: str = ""
    material: Mapping[str, str] = field(default_factory=dict)
    material_codes: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    """Of ``notify``: name of a message in a drawn process → their word for it."""
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list in a reply and the names its members use."""

    list: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    """Theirs → ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """How the department's callbacks are read."""

    envelope: Mapping[str, str]
    kinds: Mapping[str, str]
    """Theirs → ours."""
    values: str
    certificates: Listing
    faults: Listing
    reasons: Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """How messages are read that a department sends about a case by itself."""

    envelope: Mapping[str, str]
    names: Mapping[str, str]
    """Theirs → the name of the message in a drawn process."""
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The list in which the members of one role stand."""

    path: str
    number: str
    """Where each member's number stands: what a reply names the member by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mappings:
    """Everything a mapping file says."""

    department: str
    requests: Writing
    answers: Writing
    callbacks: Writing
    dates: str
    datetimes: str
    booleans: tuple[Any, Any] | None
    decimals: str
    integers: str
    absent: str
    roles: Mapping[str, str]
    lists: Mapping[str, Members]
    fields: Mapping[str, Place]
    operations: Mapping[str, Operation]
    replies: Replies | None
    letters: Letters | None


PARTS: Final = (
    "department",
    "format",
    "encoding",
    "xml",
    "fields",
    "roles",
    "lists",
    "operations",
    "replies",
    "messages",
)
"""What a mapping file says, beside the name of its system."""


def read_mapping(system: Mapping[str, Any]) -> Mappings:
    """The values of a mapping file; DialectError ``dialect.mapping`` names what is wrong in it."""
    top = _Reader(str(system.get("department", "?")), "systems", system)
    top.only("system", *PARTS)
    department, style = top.text("department"), top.word("format", "json", "xml", "form")
    encoding = top.inner("encoding")
    encoding.only(
        "dates", "datetimes", "booleans", "decimals", "integers", "absent", "answers", "callbacks", "pairs"
    )
    answers = encoding.word("answers", "json", "xml", "form", default="json" if style == "form" else style)
    callbacks = encoding.word("callbacks", "json", "xml", "form", default=answers)
    xml, pairs = top.inner("xml"), encoding.inner("pairs")
    xml.only("root", "namespace", "answer_root", "callback_root")
    pairs.only("key", "value")
    shared = Pairs(pairs.text("key"), pairs.text("value")) if pairs.at else None

    def writing(kind: str, root: str) -> Writing:
        return Writing(
            department,
            cast("Format", kind),
            xml.text(root, default="") if kind == "xml" else "",
            xml.text("namespace", default="") if kind == "xml" else "",
            shared if kind == "json" else None,
        )

    roles = top.inner("roles").texts()
    if len(set(roles.values())) != len(roles):
        raise top.wrong("roles", "a name of its own for each role")
    lists = _lists(top.inner("lists"), roles)
    fields = top.places("fields", roles)
    operations = {
        name: _operation(top.inner("operations").inner(name), roles) for name in top.inner("operations").at
    }
    return Mappings(
        department=department,
        requests=writing(style, "root"),
        answers=writing(answers, "answer_root"),
        callbacks=writing(callbacks, "callback_root"),
        dates=encoding.style("dates", "%Y-%m-%d", "Ymd"),
        datetimes=encoding.style("datetimes", "%Y-%m-%dT%H:%M:%S", "YmdHMS"),
        booleans=encoding.booleans("booleans"),
        decimals=encoding.word("decimals", "string", "number", default="string"),
        integers=encoding.word("integers", "string", "number", default="number"),
        absent=encoding.word("absent", "omit", "empty", "null", default="omit"),
        roles=roles,
        lists=lists,
        fields=fields,
        operations=operations,
        replies=_replies(top.inner("replies")) if "replies" in top.at else None,
        letters=_letters(top.inner("messages")) if "messages" in top.at else None,
    )


def split_member(address: str) -> tuple[str, int | None]:
    """An address without its member's number, and the number: ``staff-2.name`` is (``staff.name``, 2)."""
    role, _, element = address.partition(".")
    name, _, number = role.partition("-")
    return (f"{name}.{element}", int(number)) if number.isascii() and number.isdigit() else (address, None)


def path_of(fields: Mapping[str, Place], roles: Mapping[str, str], address: str) -> tuple[Place, str] | None:
    """The place of an address and its concrete path; None when the mapping has none."""
    role, _, element = address.partition(".")
    found = fields.get(address) or fields.get(element)
    if found is None or ("{role}" in found.path and role not in roles):
        return None
    return found, found.path.replace("{role}", roles.get(role, ""))


def addresses(fields: Mapping[str, Place], roles: Mapping[str, str]) -> dict[str, str]:
    """Every address that the mapping has a place for, and its concrete path.

    Where an element's path for some role is also a named address's path, the named address means it: only one
    of the two exists in the catalogue's life events.
    """
    named = {name: path_of(fields, roles, name) for name in fields if "." in name}
    found = {name: at[1] for name, at in named.items() if at is not None}
    taken = set(found.values())
    for name in fields:
        for role in roles if "." not in name else ():
            at = path_of(fields, roles, f"{role}.{name}")
            if at is not None and f"{role}.{name}" not in found and at[1] not in taken:
                found[f"{role}.{name}"] = at[1]
    return found


def _lists(at: "_Reader", roles: Mapping[str, str]) -> dict[str, Members]:
    found = {}
    for role in at.at:
        inner = at.inner(role)
        inner.only("path", "number")
        if role not in roles:
            raise at.wrong(role, "a role that `roles` names, too")
        found[str(role)] = Members(path=inner.text("path"), number=inner.text("number"))
    if len({one.path for one in found.values()}) != len(found):
        raise at.wrong("path", "a list of its own for each role")
    return found


def _operation(at: "_Reader", roles: Mapping[str, str]) -> Operation:
    name = at.path.rpartition(".")[2]
    at.only(
        *(
            "method",
            "path",
            "query",
            "request",
            "const",
            "envelope",
            "root",
            "record",
            "not_found",
            "success",
        ),
        *("fields", "values", "materials", "material_codes", "items", "messages", "answer"),
    )
    none, material, answer = at.inner("not_found"), at.materials(), at.inner("answer")
    none.only("status", "path", "values")
    answer.only("receipt")
    if not at.text("path").startswith("/"):
        raise at.wrong("path", "a path that starts with a slash")
    return Operation(
        name=name,
        method=at.word("method", "GET", "POST", "PUT", "DELETE", "PATCH"),
        path=at.text("path"),
        query=at.inner("query").texts(),
        request=at.inner("request").texts(),
        const=dict(at.inner("const").at),
        envelope=at.inner("envelope").texts(),
        root=at.text("root", default=""),
        record=at.text("record", default=""),
        not_found=none.words() if "path" in none.at else None,
        not_found_status=frozenset(none.at.get("status", ())),
        success=at.inner("success").words() if "success" in at.at else None,
        fields=at.places("fields", roles),
        values=at.text("values", default=""),
        materials=material.pop("list", ""),
        material=material,
        material_codes=at.inner("material_codes").one_to_one(),
        items=at.inner("items").one_to_one(),
        messages=at.inner("messages").one_to_one(),
        receipt=answer.text("receipt", default=""),
    )


def _replies(at: "_Reader") -> Replies:
    at.only("envelope", "kinds", "values", "certificates", "faults", "reasons")
    envelope = at.inner("envelope")
    envelope.only("reply_id", "dispatch_id", "kind", "at", "receipt")
    for name in ("reply_id", "dispatch_id", "kind", "at"):
        envelope.text(name)
    at.inner("kinds").only(*REPLY_KINDS)
    for kind in REPLY_KINDS:
        at.inner("kinds").text(kind)
    return Replies(
        envelope=envelope.texts(),
        kinds={theirs: ours for ours, theirs in at.inner("kinds").one_to_one().items()},
        values=at.text("values", default=""),
        certificates=_listing(at.inner("certificates"), "code", "number", "issued_on", "valid_until"),
        faults=_listing(at.inner("faults"), "names", "what", "why", "how", "law"),
        reasons=_listing(at.inner("reasons"), "code", "text", "law"),
    )


def _letters(at: "_Reader") -> Letters:
    at.only("envelope", "names", "values")
    envelope = at.inner("envelope")
    envelope.only("message_id", "name", "case_number", "at", "key")
    for name in ("message_id", "name", "case_number", "at"):
        envelope.text(name)
    names = at.inner("names").one_to_one()
    if not names:
        raise at.wrong("names", "at least one message")
    return Letters(
        envelope=envelope.texts(),
        names={theirs: ours for ours, theirs in names.items()},
        values=at.text("values", default=""),
    )


def _listing(at: "_Reader", *names: str) -> Listing:
    at.only("list", "codes", *names)
    return Listing(
        list=at.text("list", default=""),
        names={name: at.text(name) for name in names if name in at.at},
        codes={theirs: ours for ours, theirs in at.inner("codes").one_to_one().items()},
    )


class _Reader:
    """One mapping inside the file, with its path for errors."""

    def __init__(self, department: str, path: str, at: Any) -> None:
        self.department, self.path, self.at = department, path, at
        if not isinstance(at, Mapping):
            raise fault("mapping", department, path, "a mapping")

    def wrong(self, name: str, expected: str) -> DialectError:
        return fault("mapping", self.department, f"{self.path}.{name}", expected)

    def only(self, *names: str) -> None:
        if unknown := sorted(set(self.at) - set(names)):
            raise self.wrong(str(unknown[0]), f"one of {', '.join(names)}")

    def inner(self, name: str) -> "_Reader":
        return _Reader(self.department, f"{self.path}.{name}", self.at.get(name) or {})

    def text(self, name: str, default: str | None = None) -> str:
        found = self.at.get(name, default)
        if not isinstance(found, str) or (default is None and not found):
            raise self.wrong(name, "a text")
        return found

    def texts(self) -> dict[str, str]:
        return {str(name): self.text(name) for name in self.at}

    def word(self, name: str, *words: str, default: str | None = None) -> str:
        found = self.text(name, default)
        if found not in words:
            raise self.wrong(name, f"one of {', '.join(words)}")
        return found

    def one_to_one(self) -> dict[str, str]:
        if len({str(value) for value in self.at.values()}) != len(self.at):
            raise self.wrong("codes", "codes that are one to one")
        return {str(ours): str(theirs) for ours, theirs in self.at.items()}

    def words(self) -> Words:
        values = self.at.get("values")
        if not isinstance(values, list) or not values:
            raise self.wrong("values", "a list of words")
        return Words(self.text("path"), frozenset(map(str, values)))

    def style(self, name: str, default: str, needs: str) -> str:
        found = self.text(name, default)
        if found in EPOCHS:
            return found
        try:
            pattern_of(found)
        except ValueError as error:
            raise self.wrong(name, str(error).rstrip(".")) from None
        if any(f"%{part}" not in found for part in needs):
            raise self.wrong(name, f"a style with {' '.join('%' + part for part in needs)}")
        return found

    def booleans(self, name: str) -> tuple[Any, Any] | None:
        found = self.at.get(name)
        if found is None:
            return None
        # YAML reads the keys as booleans; a stored catalogue version is JSON, whose keys are strings.
        words = {str(key).lower(): word for key, word in found.items()} if isinstance(found, Mapping) else {}
        if set(words) != {"true", "false"} or words["true"] == words["false"]:
            raise self.wrong(name, "two different words for true and false")
        return words["true"], words["false"]

    def materials(self) -> dict[str, str]:
        found = self.at.get("materials") or {}
        names = {"list": found} if isinstance(found, str) else dict(found)
        standard = {"code": "code", "name": "name", "type": "type", "sha256": "sha256", "url": "url"}
        if set(names) - {"list", *standard}:
            raise self.wrong("materials", f"list and names for {', '.join(standard)}")
        return (standard | names) if names else {}

    def places(self, name: str, roles: Mapping[str, str]) -> dict[str, Place]:
        inner = self.inner(name)
        places = {str(key): inner.place(key) for key in inner.at}
        taken: dict[str, str] = {}
        for key, at in places.items():
            if "{role}" in at.path and "." in key and key.partition(".")[0] not in roles:
                raise inner.wrong(key, f"a role for {{role}}, one of {', '.join(roles)}")
        for address, path in addresses(places, roles).items():
            if path in taken:
                raise inner.wrong(address, f"a path that is not already {taken[path]}'s")
            taken[path] = address
        return places

    def place(self, name: str) -> Place:
        at = self.at[name]
        inner = _Reader(self.department, f"{self.path}.{name}", {"path": at} if isinstance(at, str) else at)
        inner.only("path", "codes", "date", "datetime", "booleans", "decimals", "scale", "required")
        if "." not in name and "{role}" not in inner.text("path"):
            raise inner.wrong("path", "{role} in an element's path; name the address instead")
        codes = dict(inner.inner("codes").at) if "codes" in inner.at else None
        if codes is not None:
            inner.inner("codes").one_to_one()
        try:
            scale = Decimal(str(inner.at.get("scale", "1")))
        except InvalidOperation:
            raise inner.wrong("scale", "a decimal factor") from None
        if not scale.is_finite() or scale <= 0:
            raise inner.wrong("scale", "a factor above zero")
        return Place(
            path=inner.text("path"),
            codes=None if codes is None else {_ours(key): value for key, value in codes.items()},
            date=inner.style("date", "", "Ymd") if "date" in inner.at else None,
            datetime=inner.style("datetime", "", "YmdHMS") if "datetime" in inner.at else None,
            booleans=inner.booleans("booleans"),
            decimals=inner.word("decimals", "string", "number") if "decimals" in inner.at else None,
            scale=scale,
            required=bool(inner.at.get("required", False)),
        )


def _ours(code: Any) -> str:
    """YAML reads true and false as booleans; as our side of a code they are words."""
    return str(code).lower() if isinstance(code, bool) else str(code)
