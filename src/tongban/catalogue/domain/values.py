"""The small values that every thing of the catalogue is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("zh-hans", "zh-hant", "en")
"""The languages every text has, in the order of preference when one is missing."""


def member(
    name: str | None = None,
    *,
    doc: str = "",
    default: Any = ...,
    factory: Any = None,
    in_file: bool = True,
) -> Any:
    """A dataclass field with what its file needs to know.

    Args:
        name: the key in the file when it differs from the field's name.
        doc: one sentence for the published schema.
        default: makes the key optional.
        factory: makes the key optional with a fresh value (a mapping).
        in_file: false for what the loader computes.
    """
    metadata = {"name": name, "doc": doc, "in_file": in_file}
    if factory is not None:
        return field(default_factory=factory, metadata=metadata)
    if default is ...:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


MEMBER = "-"
"""Between a role that several play and the number of one of them: ``staff-2.name``. No code may hold it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the files; line and column are counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the three languages of the house."""

    zh_hans: str = member("zh-hans", doc="Simplified Chinese")
    zh_hant: str = member("zh-hant", doc="Traditional Chinese")
    en: str = member("en", doc="English")

    def of(self, language: str) -> str:
        """The text in `language` (``zh-hans``, ``zh-hant``, ``en`` or a variant such as ``en-gb``).

        Falls back to a language of the same script or family, then to Simplified Chinese, so that no page
        is ever empty.
        """
        wanted = language.lower().replace("_", "-")
        if wanted.startswith("en"):
            return self.en or self.zh_hans
        if wanted.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
            return self.zh_hant or self.zh_hans
        return self.zh_hans or self.zh_hant or self.en

    def to_json(self) -> dict[str, str]:
        """The mapping as it stands in a file."""
        return {"zh-hans": self.zh_hans, "zh-hant": self.zh_hant, "en": self.en}

    @classmethod
    def same(cls, text: str) -> "Text":
        """A text that reads the same everywhere: a document number, the name of an issuing body."""
        return cls(text, text, text)

    def fill(self, **places: "Text") -> "Text":
        """This text with ``{name}`` replaced by the text of that name, language by language."""
        filled = self.to_json()
        for name, text in places.items():
            for language, value in text.to_json().items():
                filled[language] = filled[language].replace("{" + name + "}", value)
        return Text(filled["zh-hans"], filled["zh-hant"], filled["en"])


def address(role: str, element: str) -> str:
    """``role.element``, the name of one value."""
    return f"{role}.{element}"


def split(address: str) -> tuple[str, str]:
    """Role and element of an address; the role is empty for a bare element."""
    role, _, element = address.rpartition(".")
    return role, element


def renamed(address: str, roles: Mapping[str, str]) -> str:
    """`address` with its role replaced as `roles` (formal → event) says; a bare element stays."""
    role, element = split(address)
    return f"{roles.get(role, role)}.{element}" if role else element
