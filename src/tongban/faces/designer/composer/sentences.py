"""Conditions and findings as plain sentences in the person's language."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from tongban.catalogue.domain import Catalogue, DataElement, Finding
from tongban.catalogue.domain.values import split
from tongban.design.composing.conditions import COUNT, Builder, Comparison, from_feel, kind_of
from tongban.faces.common import words
from tongban.rules import FeelSyntaxError

RoleName = Callable[[str], str]
_NAMED: Final = re.compile(r"`([^`]+)`")
_PLACES: Final = ("one", "two", "three", "four")


def label(
    address: str, elements: Mapping[str, DataElement], role_name: RoleName, kinds: Mapping[str, str]
) -> str:
    """妈妈的婚姻状况; what belongs to the application itself needs no owner."""
    role, code = split(address)
    if role == COUNT:
        return words.say("composer.count", role=role_name(code))
    element = elements.get(address)
    name = words.text(element.name) if element else code
    if not role or kinds.get(role) == "event":
        return name
    return words.say("composer.of", role=role_name(role), name=name)


class Speaker:
    """Says conditions of one life event."""

    def __init__(
        self,
        catalogue: Catalogue,
        elements: Mapping[str, DataElement],
        roles: Mapping[str, Mapping[str, object]],
        role_name: RoleName,
    ) -> None:
        self.catalogue = catalogue
        self.elements = elements
        self.role_name = role_name
        self.kinds = {code: str(role.get("kind", "")) for code, role in roles.items()}

    def label(self, address: str) -> str:
        """The name of an address."""
        return label(address, self.elements, self.role_name, self.kinds)

    def of_text(self, when: str) -> tuple[str, bool]:
        """The sentence of a FEEL condition, and whether it is one; else the expression itself."""
        try:
            builder = from_feel(when, self.elements)
        except FeelSyntaxError:
            return when, False
        return (self.say(builder), True) if builder else (when, False)

    def say(self, builder: Builder, *, inside: bool = False) -> str:
        """A builder as one sentence; a part that is not complete says so."""
        if isinstance(builder, Comparison):
            return self._line(builder)
        if not builder.parts:
            return words.say("composer.say.nothing")
        several = len(builder.parts) > 1
        joined = words.say("composer.say.and" if builder.every else "composer.say.or").join(
            self.say(part, inside=several) for part in builder.parts
        )
        if builder.negated:
            return words.say("composer.say.not", what=joined)
        return words.say("composer.say.group", what=joined) if inside and several else joined

    def _line(self, line: Comparison) -> str:
        if not line.address:
            return words.say("composer.say.unfinished")
        if line.whose:
            role = self.role_name(split(line.address)[0])
            return words.say(
                f"composer.say.{line.whose}", role=role, what=self._line(replace(line, whose=""))
            )
        what = self.label(line.address)
        element = self.elements.get(line.address)
        if line.other:
            value = self.label(line.other)
            return words.say(f"composer.test.{line.test}", what=what, value=value)
        values = [self._value(element, one) for one in line.values if one]
        if line.test == "between":
            low, high = [*values, "…", "…"][:2]
            return words.say("composer.test.between", what=what, low=low, high=high)
        value = words.say("composer.say.list").join(values) or "…"
        named = f"composer.test.{line.test}"
        if element is not None and kind_of(element) == "region" and line.test in {"starts", "not_starts"}:
            named = f"composer.test.region.{line.test}"
        return words.say(named, what=what, value=value)

    def _value(self, element: DataElement | None, raw: str) -> str:
        if element is None:
            return raw
        if kind_of(element) == "region":
            return words.region(raw.ljust(6, "0"))
        shown = words.value(element, raw, self.catalogue)
        if element.type in {"code", "string", "text", "address", "phone"}:
            return words.say("composer.say.quoted", value=shown)
        return shown


def finding(one: Finding, catalogue: Catalogue, speaker: Speaker) -> str:
    """A finding in the person's language: with the names it speaks of, else what sort it is."""
    message = f"composer.finding.{one.code}"
    if not words.has(message):
        general = f"designer.finding.{one.code}"
        return words.say(general) if words.has(general) and words.language() != "en" else one.message
    named = [thing(each, catalogue, speaker) for each in _NAMED.findall(one.message)]
    places = dict(zip(_PLACES, [*named, "", "", "", ""], strict=False))
    return words.say(message, **places)


def thing(code: str, catalogue: Catalogue, speaker: Speaker) -> str:
    """What people call something that a finding names by its code."""
    if "." in code and " " not in code:
        return words.say("composer.say.quoted", value=speaker.label(code))
    for kind in ("items", "resources", "departments", "life_events", "elements", "materials"):
        found = getattr(catalogue, kind).get(code)
        if found is not None:
            name = found.short if kind == "departments" else found.name
            return words.say("composer.say.quoted", value=words.text(name))
    if code in speaker.kinds:
        return words.say("composer.say.quoted", value=speaker.role_name(code))
    return words.say("composer.say.quoted", value=code)
