"""What a difference is: changes, one sentence each, with whom they touch."""

from dataclasses import dataclass
from typing import Any, Literal

from tongban.catalogue.difference.drawn import Elements
from tongban.catalogue.domain import Text

Effect = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference, as one sentence."""

    kind: str
    """Folder of the thing: ``items``."""
    code: str
    name: Text
    effect: Effect
    aspect: str
    """What of the thing: a key of its file such as ``limits.promised``; empty for the whole thing."""
    sentence: Text
    better: bool | None = None
    """True: easier for people. False: harder. None: neither."""
    public: bool = True
    """False: only staff notice it."""
    life_events: tuple[str, ...] = ()
    """The life events that it touches, by code."""
    items: tuple[str, ...] = ()
    """The items that it touches, by code."""
    elements: Elements | None = None
    """Of a model that changed: which of its elements."""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "kind": self.kind,
            "code": self.code,
            "name": self.name.to_json(),
            "effect": self.effect,
            "aspect": self.aspect,
            "sentence": self.sentence.to_json(),
            "better": self.better,
            "public": self.public,
            "life_events": list(self.life_events),
            "items": list(self.items),
            "elements": self.elements.to_json() if self.elements else None,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything in which two versions differ."""

    old: str
    new: str
    changes: tuple[Change, ...]

    def about(self, life_event: str) -> tuple[Change, ...]:
        """What people who use this life event notice."""
        return tuple(one for one in self.changes if one.public and life_event in one.life_events)

    def by_thing(self) -> dict[tuple[str, str], tuple[Change, ...]]:
        """The changes of each thing, in order."""
        found: dict[tuple[str, str], list[Change]] = {}
        for one in self.changes:
            found.setdefault((one.kind, one.code), []).append(one)
        return {key: tuple(many) for key, many in found.items()}

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"old": self.old, "new": self.new, "changes": [one.to_json() for one in self.changes]}
