"""Compares two versions of the catalogue thing by thing. Pure.

The comparison reads the plain content as it is stored, so that a key that is new to the catalogue cannot be
overlooked: what has no sentence of its own is reported as changed under its key.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from tongban.catalogue.difference import words
from tongban.catalogue.difference.changes import Change, Difference, Effect
from tongban.catalogue.difference.drawn import Elements, elements
from tongban.catalogue.difference.words import label, tell
from tongban.catalogue.domain import MODELS, Catalogue, Text
from tongban.catalogue.domain.ruling import without_result
from tongban.kernel import canonical, regions
from tongban.kernel.errors import TongbanError

ORDER = (
    "life_events",
    "items",
    "overlays",
    "processes",
    "decisions",
    "materials",
    "elements",
    "code_lists",
    "laws",
    "departments",
    "resources",
    "systems",
)
_WORDING = frozenset({"name", "summary", "note", "hint", "question", "why", "example", "title", "short"})
_INSIDE = frozenset({"search", "declared", "version", "source", "verified"})
"""Keys that nobody outside notices."""
_STAFF = frozenset(
    {
        "risk",
        "via",
        "joint_review",
        "grade",
        "owner",
        "handlers",
        "handled_at",
        "region_of",
        "rules",
        "kind",
        "of",
    }
)
_STAFF_KINDS = frozenset({"systems", "resources", "processes"})
_HOURS = {"hour": 1.0, "natural_day": 24.0, "working_day": 34.0}
"""To compare limits of different units: a working day is about seven fifths of a calendar day."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One sentence about a thing, before it is known which."""

    effect: Effect
    aspect: str
    sentence: Text
    better: bool | None = None
    public: bool = True
    elements: Elements | None = None


def difference(old: Catalogue, new: Catalogue) -> Difference:
    """What differs between `old` and `new`: life events first, then items, then what they are made of."""
    work = _Comparison(old, new)
    changes = chain.from_iterable(work.things(kind) for kind in ORDER)
    return Difference(old.version, new.version, tuple(changes))


class _Comparison:
    def __init__(self, old: Catalogue, new: Catalogue) -> None:
        self.old, self.new = old, new

    def things(self, kind: str) -> Iterator[Change]:
        """The changes of one kind of thing."""
        before, after = self.old.content.get(kind, {}), self.new.content.get(kind, {})
        for code in dict.fromkeys([*after, *before]):
            if code in before and code in after and before[code] == after[code]:
                continue
            name = self._name(kind, code)
            items, events = self._touched(kind, code)
            for said in self._said(kind, code, before.get(code), after.get(code), name):
                yield Change(
                    kind=kind,
                    code=code,
                    name=name,
                    effect=said.effect,
                    aspect=said.aspect,
                    sentence=said.sentence,
                    better=said.better,
                    public=said.public and kind not in _STAFF_KINDS,
                    life_events=events,
                    items=items,
                    elements=said.elements,
                )

    def _said(
        self, kind: str, code: str, old: dict[str, Any] | None, new: dict[str, Any] | None, name: Text
    ) -> Iterator[_Said]:
        if old is None or new is None:
            effect: Effect = "added" if old is None else "removed"
            better = (old is None) if kind in {"life_events", "items"} else None
            yield _Said(effect, "", tell(f"thing.{effect}", kind=words.KINDS[kind], name=name), better)
            return
        special: dict[str, Callable[[Any, Any], Iterable[_Said]]] = {
            "limits": self._limits,
            "promised": lambda a, b: self._limit("limits.promised", a, b),
            "promise": lambda a, b: self._limit("promise", a, b),
            "fee": self._fee,
            "visits": self._visits,
            "channels": lambda a, b: self._channels("channels", a, b),
            "delivery": lambda a, b: self._channels("delivery", a, b),
            "needs": lambda a, b: self._needs(code, a or [], b or []),
            "materials": lambda a, b: self._materials(code, a or [], b or []),
            "produces": lambda a, b: self._produces(code, a or {}, b or {}),
            "rules": lambda a, b: self._rules(a or [], b or []),
            "items": lambda a, b: self._items(a or [], b or []),
            "sources": lambda a, b: self._sources(a or [], b or []),
            "conditions": lambda a, b: self._conditions(a or [], b or []),
            "replaced_by": self._replaced,
            "codes": lambda a, b: self._codes(a or [], b or []),
            "articles": self._articles,
            "model": self._model,
            "department": self._departments("department"),
            "lead": self._departments("lead"),
            "issued_by": self._departments("issued_by"),
        }
        reworded = False
        for key in dict.fromkeys([*new, *old]):
            before, after = old.get(key), new.get(key)
            if before == after or key in _INSIDE:
                continue
            if key in {"name", "title"}:
                yield _Said("changed", key, tell("renamed", old=_text(before), new=_text(after)))
            elif key in _WORDING:
                reworded = True
            elif key in special:
                found = list(special[key](before, after))
                reworded = reworded or not found
                yield from found
            else:
                yield _Said("changed", key, tell("other", what=label(key)), public=key not in _STAFF)
        if reworded:
            yield _Said("changed", "wording", tell("reworded"))

    # -- limits, money, ways

    def _limits(self, old: dict[str, Any], new: dict[str, Any]) -> Iterator[_Said]:
        for key in ("promised", "statutory"):
            yield from self._limit(f"limits.{key}", (old or {}).get(key), (new or {}).get(key))
        for key in {**(old or {}), **(new or {})}.keys() - {"promised", "statutory"}:
            if (old or {}).get(key) != (new or {}).get(key):
                yield _Said("changed", f"limits.{key}", tell("other", what=label(f"limits.{key}")))

    @staticmethod
    def _limit(aspect: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[_Said]:
        before, after = words.length(old), words.length(new)
        if before == after:
            return
        better = _hours(new) < _hours(old) if old and new else None
        yield _Said("changed", aspect, tell("from_to", what=label(aspect), old=before, new=after), better)

    @staticmethod
    def _fee(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[_Said]:
        before, after = words.money(old), words.money(new)
        if before != after:
            better = float((new or {}).get("amount", 0)) < float((old or {}).get("amount", 0))
            yield _Said("changed", "fee", tell("from_to", what=label("fee"), old=before, new=after), better)

    @staticmethod
    def _visits(old: int | None, new: int | None) -> Iterator[_Said]:
        before, after = 1 if old is None else old, 1 if new is None else new
        if before != after:
            sentence = tell(
                "from_to",
                what=label("visits"),
                old=Text.same(str(before)),
                new=Text.same(str(after)),
            )
            yield _Said("changed", "visits", sentence, after < before)

    @staticmethod
    def _channels(aspect: str, old: list[str] | None, new: list[str] | None) -> Iterator[_Said]:
        before, after = old or ["online"], new or ["online"]
        if set(before) != set(after):
            named = [
                words.joined(words.CHANNELS.get(one, Text.same(one)) for one in many)
                for many in (before, after)
            ]
            better = True if set(before) < set(after) else False if set(after) < set(before) else None
            yield _Said(
                "changed", aspect, tell("from_to", what=label(aspect), old=named[0], new=named[1]), better
            )

    def _departments(self, aspect: str) -> Callable[[Any, Any], Iterator[_Said]]:
        def said(old: str | None, new: str | None) -> Iterator[_Said]:
            names = [self._name("departments", one) if one else words.NONE for one in (old, new)]
            yield _Said("changed", aspect, tell("from_to", what=label(aspect), old=names[0], new=names[1]))

        return said

    # -- lists

    def _needs(self, item: str, old: list[Any], new: list[Any]) -> Iterator[_Said]:
        def name(need: Mapping[str, Any]) -> Text:
            groups = [[need["element"]]] if need.get("element") else need.get("any_of", [])
            return _or(words.joined(self._address(item, one) for one in group) for group in groups)

        for effect, before, after in _paired(
            old, new, lambda need: need.get("element") or need.get("any_of")
        ):
            said = after or before
            if effect != "changed":
                yield _Said(effect, "needs", tell(f"need.{effect}", name=name(said)), effect == "removed")
                continue
            required = [one.get("required", True) for one in (before, after)]
            if required[0] != required[1]:
                which = "required" if required[1] else "optional"
                yield _Said("changed", "needs", tell(f"need.{which}", name=name(said)), not required[1])
            if before.get("when") != after.get("when"):
                yield _Said("changed", "needs", tell("need.when", name=name(said)))

    def _materials(self, item: str, old: list[Any], new: list[Any]) -> Iterator[_Said]:
        roles = self._roles(item)

        def name(need: Mapping[str, Any]) -> Text:
            found = []
            for paper in [need["material"]] if need.get("material") else need.get("any_of", []):
                code, _, role = paper.partition(".")
                found.append(words.of(roles.get(role or need.get("of") or ""), self._name("materials", code)))
            return _or(found)

        def key(need: Mapping[str, Any]) -> Any:
            return [need.get("material") or need.get("any_of"), need.get("of")]

        for effect, before, after in _paired(old, new, key):
            said = name(after or before)
            if effect != "changed":
                optional = (after or before).get("necessity") == "optional"
                better = None if optional else effect == "removed"
                yield _Said(effect, "materials", tell(f"material.{effect}", name=said), better)
                continue
            if before.get("necessity") != after.get("necessity"):
                strict = ["optional", "conditional", "required"]
                better = strict.index(after["necessity"]) < strict.index(before["necessity"])
                yield _Said("changed", "materials", tell(f"material.{after['necessity']}", name=said), better)
            if before.get("when") != after.get("when"):
                yield _Said("changed", "materials", tell("material.when", name=said))
            days = after.get("may_follow_days")
            if before.get("may_follow_days") != days and days:
                sentence = tell("material.follow", name=said, n=Text.same(str(days)))
                yield _Said("changed", "materials", sentence, days > (before.get("may_follow_days") or 0))
            elif before.get("may_follow_days") != days:
                yield _Said("changed", "materials", tell("material.no_follow", name=said), better=False)

    def _produces(self, item: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[_Said]:
        def certificates(of: dict[str, Any]) -> dict[str, Text]:
            return {one["certificate"]: _text(one["name"]) for one in of.get("certificates", [])}

        def elements(of: dict[str, Any]) -> dict[str, Text]:
            return {one: self._address(item, one) for one in of.get("elements", [])}

        for named in (certificates, elements):
            before, after = named(old), named(new)
            for code in [one for one in after if one not in before]:
                yield _Said("added", "produces", tell("gives.added", name=after[code]), better=True)
            for code in [one for one in before if one not in after]:
                yield _Said("removed", "produces", tell("gives.removed", name=before[code]), better=False)

    @staticmethod
    def _rules(old: list[Any], new: list[Any]) -> Iterator[_Said]:
        for effect, before, after in _paired(old, new, lambda rule: rule["rule"]):
            rule = after or before
            if effect == "changed" and not _differ(
                before, after, {"when", "decision", "of", "inputs", "outcome", "names"}
            ):
                continue
            sentence = tell(f"rule.{effect}", name=without_result(_text(rule["reason"])))
            yield _Said(effect, "rules", sentence, public=rule.get("outcome") != "review")

    def _items(self, old: list[Any], new: list[Any]) -> Iterator[_Said]:
        for effect, before, after in _paired(old, new, lambda use: use["item"]):
            name = self._name("items", (after or before)["item"])
            if effect != "changed":
                yield _Said(effect, "items", tell(f"item.{effect}", name=name), effect == "added")
            elif _differ(before, after, {"when", "chosen_by"}):
                yield _Said("changed", "items", tell("item.changed", name=name))

    def _sources(self, old: list[Any], new: list[Any]) -> Iterator[_Said]:
        before, after = ({one["resource"] for one in many} for many in (old, new))
        for code in sorted(after - before):
            name = self._name("resources", code)
            yield _Said("added", "sources", tell("source.added", name=name), better=True)
        for code in sorted(before - after):
            name = self._name("resources", code)
            yield _Said("removed", "sources", tell("source.removed", name=name), better=False)
        if before == after:
            yield _Said("changed", "sources", tell("other", what=label("sources")), public=False)

    @staticmethod
    def _conditions(old: list[Any], new: list[Any]) -> Iterator[_Said]:
        for effect, before, after in _paired(old, new, lambda one: one["when"]):
            if effect != "changed":
                message = _text((after or before)["message"])
                yield _Said(
                    effect, "conditions", tell(f"condition.{effect}", name=message), effect == "removed"
                )

    @staticmethod
    def _replaced(old: list[Any] | None, new: list[Any] | None) -> Iterator[_Said]:
        before, after = ({canonical.dumps(one) for one in many or []} for many in (old, new))
        if after - before:
            yield _Said("changed", "replaced_by", tell("replaced.more"), better=True)
        if before - after:
            yield _Said("changed", "replaced_by", tell("replaced.less"), better=False)

    @staticmethod
    def _codes(old: list[Any], new: list[Any]) -> Iterator[_Said]:
        for effect, before, after in _paired(old, new, lambda one: one["code"]):
            if effect != "changed":
                yield _Said(effect, "codes", tell(f"choice.{effect}", name=_text((after or before)["name"])))
            elif before["name"] != after["name"]:
                yield _Said(
                    "changed",
                    "codes",
                    tell("renamed", old=_text(before["name"]), new=_text(after["name"])),
                )

    @staticmethod
    def _articles(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[_Said]:
        for article in dict.fromkeys([*(new or {}), *(old or {})]):
            if (old or {}).get(article) != (new or {}).get(article):
                yield _Said("changed", "articles", tell("article", name=Text.same(article)), public=False)

    @staticmethod
    def _model(old: str | None, new: str | None) -> Iterator[_Said]:
        found = elements(old or "", new or "")
        if not found:
            yield _Said("changed", "model", tell("model.drawing"), public=False, elements=found)
            return
        counts = (
            found.rules if any(found.rules) else [len(found.added), len(found.removed), len(found.changed)]
        )
        places = {
            name: Text.same(str(count))
            for name, count in zip(("added", "removed", "changed"), counts, strict=True)
        }
        sentence = tell("model.rules" if any(found.rules) else "model.elements", **places)
        yield _Said("changed", "model", sentence, elements=found)

    # -- names and whom it touches

    def _name(self, kind: str, code: str) -> Text:
        """What people call a thing: as it is now, or as it was."""
        if kind == "overlays":
            region, _, item = code.partition("/")
            return words.of(Text.same(_region(region)), self._name("items", item))
        for catalogue in (self.new, self.old):
            if kind in MODELS and code in getattr(catalogue, kind):
                return Text.same(getattr(catalogue, kind)[code].name)
            found = catalogue.content.get(kind, {}).get(code)
            if found:
                return _text(found.get("name") or found.get("title") or code)
        return Text.same(code)

    @cached_property
    def _users(self) -> dict[str, dict[str, None]]:
        """Item → the life events that use it, in either version."""
        found: dict[str, dict[str, None]] = {}
        for catalogue in (self.new, self.old):
            for code, event in catalogue.content.get("life_events", {}).items():
                for use in event.get("items", []):
                    found.setdefault(use["item"], {})[code] = None
        return found

    def _touched(self, kind: str, code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The items and the life events in which people meet a thing."""
        if kind == "life_events":
            return (), (code,)
        if kind == "overlays":
            return self._touched("items", code.partition("/")[2])
        if kind == "processes":
            return (), tuple(
                dict.fromkeys(
                    event
                    for catalogue in (self.new, self.old)
                    for event, one in catalogue.life_events.items()
                    if one.process == code
                )
            )
        if kind == "items":
            return (code,), tuple(self._users.get(code, ()))
        items = tuple(
            one
            for one in dict.fromkeys([*self.new.items, *self.old.items])
            if code in self._mentions.get(one, {}).get(kind, ())
        )
        events = dict.fromkeys(event for one in items for event in self._users.get(one, ()))
        return items, tuple(events)

    @cached_property
    def _mentions(self) -> dict[str, dict[str, set[str]]]:
        """Item → kind → codes that it names."""
        found: dict[str, dict[str, set[str]]] = {}
        for catalogue in (self.old, self.new):
            for code, item in catalogue.items.items():
                said = found.setdefault(code, {"materials": set(), "elements": set(), "code_lists": set()})
                said.setdefault("departments", set()).add(item.department)
                said["materials"] |= {paper for need in item.materials for paper, _ in need.papers}
                fields = {name.rpartition(".")[2] for need in item.needs for name in need.addresses}
                said["elements"] |= fields
                said.setdefault("decisions", set()).update(rule.decision or "" for rule in item.rules)
                said["code_lists"] |= {
                    catalogue.elements[one].code_list or "" for one in fields if one in catalogue.elements
                }
        return found

    def _roles(self, item: str) -> dict[str, Text]:
        """The item's formal roles by what people call them in the first life event that uses it."""
        for catalogue in (self.new, self.old):
            for event in catalogue.life_events.values():
                for use in event.items:
                    if use.item == item and item in catalogue.items:
                        mine = catalogue.items[item].roles
                        bound = {formal: use.roles.get(formal, formal) for formal in mine}
                        return {
                            formal: event.roles[role].name
                            for formal, role in bound.items()
                            if role in event.roles and event.roles[role].kind != "event"
                        }
        return {}

    def _address(self, item: str, address: str) -> Text:
        role, _, element = address.rpartition(".")
        return words.of(self._roles(item).get(role), self._name("elements", element))


def _region(code: str) -> str:
    try:
        return regions.region(code).name
    except TongbanError:
        return code


def _paired(old: list[Any], new: list[Any], key: Callable[[Any], Any]) -> Iterator[tuple[Effect, Any, Any]]:
    """Members that are new, gone or changed; what is missing is an empty mapping."""
    before, after = ({canonical.dumps(key(one)): one for one in many} for many in (old, new))
    for code, one in after.items():
        if code not in before:
            yield "added", {}, one
        elif before[code] != one:
            yield "changed", before[code], one
    for code, one in before.items():
        if code not in after:
            yield "removed", one, {}


def _differ(old: Mapping[str, Any], new: Mapping[str, Any], keys: Iterable[str]) -> bool:
    return any(old.get(key) != new.get(key) for key in keys)


def _hours(limit: Mapping[str, Any]) -> float:
    return float(limit.get("amount") or 0) * _HOURS.get(str(limit.get("unit", "working_day")), 24.0)


def _text(said: Any) -> Text:
    if isinstance(said, Mapping):
        return Text(said.get("zh-hans", ""), said.get("zh-hant", ""), said.get("en", ""))
    return Text.same(str(said))


def _or(texts: Iterable[Text]) -> Text:
    kept = list(texts)
    return Text(
        " 或 ".join(one.zh_hans for one in kept),
        " 或 ".join(one.zh_hant for one in kept),
        " or ".join(one.en for one in kept),
    )
