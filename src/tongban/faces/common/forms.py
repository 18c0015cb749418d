"""Data elements as form fields: how each type is shown, and how what was typed is read back as raw text.

Nothing is judged here: the rooms below check values. A field only splits a date into three boxes and puts
it together again, so that the text that goes down is the element's own format.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.conf import settings

from tongban.catalogue.domain import Catalogue, DataElement
from tongban.faces.common import problems, words
from tongban.kernel import regions
from tongban.kernel.errors import FieldFault

RADIOS_UP_TO: Final = 8
"""A list of more codes than this becomes a select that filters by typing."""

Kind = Literal["line", "long", "choice", "select", "date", "datetime"]
_DATE_PARTS: Final = (("year", 4), ("month", 2), ("day", 2))
_TIME: Final = ("time", 5)
_DATE_PIECES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose."""

    value: str
    words: str
    chosen: bool = False
    find: str = ""
    """Further words that find it, such as its pinyin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One box of a date."""

    id: str
    name: str
    label: str
    value: str
    size: int
    autocomplete: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question as the template `common/field.html` draws it."""

    name: str
    """Name in the form; the address of the value."""
    label: str
    kind: Kind
    hint: str = ""
    error: str = ""
    value: str = ""
    required: bool = True
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    parts: tuple[Part, ...] = ()
    input_type: str = "text"
    input_mode: str = ""
    autocomplete: str = ""
    max_length: int | None = None
    rows: int = 3
    before: str = ""
    after: str = ""
    narrow: bool = False
    heading: bool = False
    """Whether its label is the heading of the page: one thing per page."""
    rederives: bool = False
    """Whether other questions hang on the answer, so that the page is asked again when it changes."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What a face puts beside the field (why it is asked, for example)."""

    @property
    def id(self) -> str:
        """Id of the control that a label or an error link names."""
        return dom(self.name)

    @property
    def options(self) -> tuple[Option, ...]:
        """All options, without their groups."""
        return tuple(option for _, options in self.groups for option in options)

    @property
    def grouped(self) -> bool:
        """Whether several controls answer it, so that it needs a fieldset."""
        return self.kind in {"choice", "date", "datetime"}

    @property
    def target(self) -> str:
        """Id of the first control, where an error link goes."""
        return self.parts[0].id if self.parts else self.id

    @property
    def described(self) -> str:
        """Ids for `aria-describedby`."""
        ids = [f"{self.id}-hint"] if self.hint else []
        ids += [f"{self.id}-error"] if self.error else []
        ids += [f"{self.id}-unit"] if self.after and self.kind == "line" else []
        return " ".join(ids)


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of an error summary."""

    target: str
    """Id of the control on this page, or the path of the page to go to; empty for neither."""
    label: str
    words: str

    @property
    def href(self) -> str:
        """Where the line leads."""
        return self.target if self.target.startswith("/") else f"#{self.target}"

    @property
    def lead(self) -> str:
        """The label with the mark that divides it from the sentence; a question has its own mark."""
        if not self.label:
            return ""
        return self.label + (" " if self.label.endswith(("？", "?")) else words.say("common.colon"))


def field_of(
    element: DataElement,
    *,
    name: str,
    label: str,
    catalogue: Catalogue,
    value: Any = None,
    required: bool = True,
    fault: FieldFault | None = None,
    own: bool = False,
    rederives: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> Field:
    """The field for one element.

    Args:
        element: what is asked.
        name: name in the form, usually the address.
        label: the question.
        catalogue: where code lists stand.
        value: what is known so far, as JSON or as the raw text that was typed.
        required: false marks it as optional.
        fault: what is wrong with it.
        own: whether the value is the signed-in person's own, so that the browser may offer to fill it in.
        rederives: whether other questions hang on it.
        extra: what a face puts beside it.
    """
    raw = raw_text(value)
    common: dict[str, Any] = {
        "name": name,
        "label": label,
        "hint": words.text(element.hint) or _example(element),
        "error": problems.fault_sentence(fault, **_limits(element)) if fault else "",
        "value": raw,
        "required": required,
        "rederives": rederives,
        "extra": extra or {},
    }
    if element.type == "boolean":
        pairs = (("true", words.say("value.yes")), ("false", words.say("value.no")))
        options = tuple(Option(value=code, words=name, chosen=raw == code) for code, name in pairs)
        return Field(kind="choice", groups=(("", options),), **common)
    if element.type == "code" and element.code_list:
        return _coded(element, catalogue, raw, common)
    if element.format == "region":
        return Field(kind="select", groups=_regions(raw), **common)
    if element.type in {"date", "datetime"}:
        return _dated(element, name, raw, common, own=own)
    if element.type in {"text", "address"}:
        rows = 2 if element.type == "address" else 4
        auto = "street-address" if own and element.type == "address" else ""
        return Field(kind="long", rows=rows, max_length=element.max_length, autocomplete=auto, **common)
    return Field(kind="line", **_line(element, own=own), **common)


def read(post: Mapping[str, str], elements: Mapping[str, DataElement]) -> dict[str, str]:
    """Address → raw text of what a form sent, for the addresses in `elements`; a date put together."""
    found: dict[str, str] = {}
    for name, element in elements.items():
        if element.type in {"date", "datetime"}:
            pieces = [post.get(f"{name}:{part}", "").strip() for part, _ in _DATE_PARTS]
            if name in post and not any(pieces):
                found[name] = post[name].strip()
            else:
                found[name] = _joined(pieces, post.get(f"{name}:time", "").strip(), element.type)
        else:
            found[name] = post.get(name, "").strip()
    return found


def summary(faults: Iterable[FieldFault], fields: Sequence[Field]) -> list[Fault]:
    """The lines of the error summary, in the order of the fields; faults of other pages come last."""
    by_name = {each.name: each for each in fields}
    order = {each.name: at for at, each in enumerate(fields)}
    lines = sorted(faults, key=lambda fault: order.get(fault.address, len(order)))
    found = []
    for fault in lines:
        shown = by_name.get(fault.address)
        if shown:
            found.append(Fault(shown.target, shown.label, shown.error or problems.fault_sentence(fault)))
        else:
            found.append(Fault("", "", problems.fault_sentence(fault)))
    return found


def dom(name: str) -> str:
    """A name as an id that CSS and htmx can also name: ``mother.name`` becomes ``f-mother-name``."""
    return "f-" + re.sub(r"[^A-Za-z0-9_]+", "-", name)


def raw_text(value: Any) -> str:
    """A JSON value as the text that a form shows and sends."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _limits(element: DataElement) -> dict[str, str]:
    """The element's limits as words, for messages about them."""
    unit = f" {words.unit(element.unit)}" if element.unit and element.type != "money" else ""
    return {
        "min": words.number(element.min) + unit if element.min is not None else "",
        "max": words.number(element.max) + unit if element.max is not None else "",
        "max_length": str(element.max_length or ""),
    }


def _example(element: DataElement) -> str:
    if (
        not element.example
        or element.type in {"boolean", "code", "date", "datetime"}
        or element.format == "region"
    ):
        return ""
    return words.say("field.example", example=element.example)


def _coded(element: DataElement, catalogue: Catalogue, raw: str, common: dict[str, Any]) -> Field:
    entries = catalogue.code_list(element.code_list or "").codes
    options = tuple(
        Option(
            value=entry.code, words=words.text(entry.name), chosen=raw == entry.code, find=_find(entry.pinyin)
        )
        for entry in entries
    )
    kind: Kind = "choice" if len(options) <= RADIOS_UP_TO else "select"
    return Field(kind=kind, groups=(("", options),), **common)


def _find(pinyin: str | None) -> str:
    if not pinyin:
        return ""
    return f"{pinyin} {pinyin.replace(' ', '')} {''.join(part[0] for part in pinyin.split())}"


def _regions(raw: str) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """Counties of the instance's tree by city; a value from elsewhere stays choosable."""
    groups = []
    seen = False
    for city in regions.children(settings.CONFIG.region):
        counties = regions.children(city.code) or (city,)
        options = tuple(
            Option(value=each.code, words=each.name, chosen=each.code == raw) for each in counties
        )
        seen = seen or any(option.chosen for option in options)
        groups.append((city.name, options))
    if raw and not seen:
        groups.insert(0, ("", (Option(value=raw, words=words.region(raw), chosen=True),)))
    return tuple(groups)


def _dated(element: DataElement, name: str, raw: str, common: dict[str, Any], *, own: bool) -> Field:
    day, _, clock = raw.replace(" ", "T").partition("T")
    pieces = [*day.split("-"), "", "", ""][:_DATE_PIECES]
    birth = own and "birth" in element.code and element.type == "date"
    wanted = [*_DATE_PARTS, *([_TIME] if element.type == "datetime" else [])]
    values = [*pieces, clock[: _TIME[1]]]
    parts = tuple(
        Part(
            id=f"{dom(name)}-{part}",
            name=f"{name}:{part}",
            label=words.say(f"field.{part}"),
            value=text,
            size=size,
            autocomplete=f"bday-{part}" if birth else "",
        )
        for (part, size), text in zip(wanted, values, strict=False)
    )
    kind: Kind = "date" if element.type == "date" else "datetime"
    hint = common.pop("hint") or words.say("field.date_hint" if kind == "date" else "field.datetime_hint")
    return Field(kind=kind, parts=parts, hint=hint, **common)


def _joined(pieces: list[str], clock: str, kind: str) -> str:
    if not any(pieces) and not clock:
        return ""
    year, month, day = pieces
    date = f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    return f"{date} {clock}" if kind == "datetime" else date


def _line(element: DataElement, *, own: bool) -> dict[str, Any]:
    """Type, keyboard and affixes of a one-line input."""
    options: dict[str, Any] = {"max_length": element.max_length}
    if element.type == "phone" or element.format == "mobile":
        options |= {
            "input_type": "tel",
            "input_mode": "tel",
            "autocomplete": "tel" if own else "",
            "narrow": True,
        }
    elif element.type == "integer":
        options |= {"input_mode": "numeric", "narrow": True}
    elif element.type in {"decimal", "money"}:
        options |= {"input_mode": "decimal", "narrow": True}
    elif own and element.code == "name":
        options |= {"autocomplete": "name"}
    if element.type == "money":
        options["before"] = "¥"
    elif element.unit:
        options["after"] = words.unit(element.unit)
    return options
