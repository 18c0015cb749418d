"""The JSON of a guide → its typed parts, with a finding for everything that is missing, odd or not read."""

import re
from collections.abc import Mapping
from typing import Any

from tongban.catalogue.domain import Severity
from tongban.catalogue.guides import terms
from tongban.catalogue.guides.limits import TimeLimit, TimeUnit, read_limit, read_noted
from tongban.catalogue.guides.parts import Gathering, Guide, GuideItem, GuideMaterial, Path, spelled
from tongban.catalogue.guides.procedures import Procedure, mentioned, read_procedures
from tongban.catalogue.guides.readings import Reading, shown
from tongban.catalogue.guides.words import Citation, citations, plain, stands_for_nothing, was_dirty

_KNOWN = frozenset(
    {
        "provenance", "codes", "theme_code", "theme_name", "guide_id", "area", "variant_id",
        "variant_area_count", "lead", "cooperating", "promise_days", "promise_note", "promise_unit_code",
        "declared_before_after", "conditions", "fee", "materials", "materials_complete", "linked_items",
        "items", "notes", "process", "special_procedure",
    }
)  # fmt: skip
FIGURES = ("steps", "days", "materials", "trips")
_INNER = ("text", "name", "content", "condition", "value", "title")
"""Keys under which a text stands when a guide wraps it in an object."""
_NOTES = ("note", "notes", "remark", "description", "explain", "requirement")
MAX_NAME = 200
MAX_DEPTH = 5
_CATCH_ALL = re.compile(
    r"其[他它](?:申请|相关|有关|证明|应当?提交的|需要提交的)*(?:材料|资料|文件|证明|凭证)?|.*规定.*其[他它].*(?:材料|资料|文件|证明|凭证).*"
)
_ALTERNATIVES = re.compile(r"或者?|任选其一|/|[二两三]选一")


def read(value: Mapping[str, Any]) -> Guide:
    """The typed guide of a JSON object in the guide shape. Never raises; what is wrong is in its findings."""
    return _Reader(value).read()


class _Reader:
    """One guide while it is read."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value
        self.found = Gathering()
        codes = value.get("codes")
        legend = codes if isinstance(codes, Mapping) else {}
        self.necessities = legend.get("required")
        self.sources = legend.get("source")

    def read(self) -> Guide:
        value, found = self.value, self.found
        unknown = [str(key) for key in value if key not in _KNOWN]
        if unknown:
            named = ", ".join(f"`{key[:40]}`" for key in unknown[:10])
            found.add(
                "guide.unknown_key",
                (),
                f"The guide has keys that are not read: {named}.",
                "Look at them yourself.",
            )
        bundle = "linked_items" in value or "items" not in value
        promise, promise_words = self._promise()
        before, after = self._figures()
        materials = self._materials(value.get("materials"), ("materials",))
        if value.get("materials_complete") is False:
            found.add(
                "guide.materials_incomplete",
                ("materials_complete",),
                "The guide says that its materials are not all there.",
                "Fetch the whole list.",
            )
        guide_items = self._items("linked_items", self._linked) + self._items("items", self._service)
        name = self.text("theme_name", ("theme_name",))
        if bundle and not name:
            found.add(
                "guide.no_name",
                ("theme_name",),
                "The guide has no name.",
                "Write `theme_name`.",
                Severity.ERROR,
            )
        if bundle and not guide_items:
            found.add(
                "guide.no_items",
                ("linked_items",),
                "The guide bundles no service item.",
                "Write its items into `linked_items`.",
                Severity.ERROR,
            )
        if bundle and not materials and not any(one.materials for one in guide_items):
            found.add(
                "guide.no_materials",
                ("materials",),
                "The guide asks for no document.",
                "Say whether none is needed or none is written down.",
            )
        return Guide(
            code=self.text("theme_code", ("theme_code",)),
            name=name,
            area=self.text("area", ("area",)),
            lead=self.text("lead", ("lead",)),
            cooperating=self._cooperating(),
            promise=promise,
            promise_words=promise_words,
            before=before,
            after=after,
            conditions=tuple(self._conditions(value.get("conditions"), ("conditions",))),
            fee=found.take(terms.read_fee(value.get("fee")), ("fee",)),
            items=tuple(guide_items),
            materials=tuple(materials),
            bundle=bundle,
            findings=tuple(dict.fromkeys(found.findings)),
        )

    def text(self, key: str, path: Path, owner: Mapping[str, Any] | None = None) -> str:
        """A text under `key`, clean; empty when it is missing or of a wrong type, which is a finding."""
        return self.clean((self.value if owner is None else owner).get(key), path)

    def clean(self, value: Any, path: Path, limit: int = MAX_NAME) -> str:
        """`value` as a clean text."""
        if value is None:
            return ""
        if isinstance(value, Mapping):
            inner = [value[key] for key in _INNER if isinstance(value.get(key), str)]
            if len(inner) == 1:
                return self.clean(inner[0], path, limit)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.found.add(
                "guide.wrong_type",
                path,
                f"`{spelled(path)}` should be a text, but is the number {shown(value)}.",
                "Write it in quotes.",
            )
            return shown(value)
        if not isinstance(value, str):
            self.found.add(
                "guide.wrong_type",
                path,
                f"`{spelled(path)}` should be a text, but is “{shown(value)}”.",
                "Write a text.",
                Severity.ERROR,
            )
            return ""
        if was_dirty(value):
            self.found.add(
                "guide.markup",
                path,
                f"`{spelled(path)}` holds HTML or invisible characters, which were taken out.",
                "Clean it at its source.",
            )
        text = plain(value)
        if len(text) > limit:
            self.found.add(
                "guide.too_long",
                path,
                f"`{spelled(path)}` has {len(text)} characters; {limit} are kept.",
                "Shorten it.",
            )
            text = text[:limit]
        return "" if text and stands_for_nothing(text) else text

    def members(self, value: Any, path: Path) -> list[tuple[Path, Any]]:
        """The members of a list with their paths; a finding when it is something else."""
        if value is None:
            return []
        if isinstance(value, list):
            return [((*path, index), one) for index, one in enumerate(value)]
        self.found.add(
            "guide.wrong_type",
            path,
            f"`{spelled(path)}` should be a list, but is “{shown(value)}”.",
            "Write a list.",
            Severity.ERROR,
        )
        return []

    def _cooperating(self) -> tuple[str, ...]:
        value = self.value.get("cooperating")
        if isinstance(value, str):
            value = [part for part in re.split(r"[,，、;；\s]+", plain(value)) if part]
        names = (self.clean(one, path) for path, one in self.members(value, ("cooperating",)))
        return tuple(dict.fromkeys(name for name in names if name))

    def _promise(self) -> tuple[TimeLimit | None, str]:
        path = ("promise_days",)
        value, note = self.value.get("promise_days"), self.value.get("promise_note")
        code = self.value.get("promise_unit_code")
        if code is not None and not isinstance(value, str | None):
            self.found.add(
                "limit.unit_code",
                path,
                f"The portal's code `{shown(code)}` for the unit is not explained.",
                "Say working or natural days.",
            )
        elif code is not None:
            self.found.add(
                "limit.unit_code",
                path,
                f"“{shown(value)}” counts what the portal's unknown code `{shown(code)}` stands for.",
                "Say working or natural days.",
            )
        limit = self.found.take(read_noted(value, note), path, (note, ("promise_note",)))
        return limit, shown(note if value is None and note else value)

    def _figures(self) -> tuple[dict[str, int], dict[str, int]]:
        sides: tuple[dict[str, int], dict[str, int]] = ({}, {})
        declared = self.value.get("declared_before_after")
        if declared is None:
            return sides
        if not isinstance(declared, Mapping):
            self.found.add(
                "guide.wrong_type",
                ("declared_before_after",),
                f"`declared_before_after` should be an object, but is “{shown(declared)}”.",
                "Write {days: {before, after}}.",
            )
            return sides
        for name, pair in declared.items():
            path: Path = ("declared_before_after", str(name))
            if name not in FIGURES or not isinstance(pair, Mapping):
                self.found.add(
                    "guide.unknown_figure",
                    path,
                    f"`{spelled(path)}` is no figure that is known.",
                    f"Known: {', '.join(FIGURES)}, each with before and after.",
                )
                continue
            for side, key in zip(sides, ("before", "after"), strict=True):
                figure = self.found.take(terms.read_count(pair.get(key)), (*path, key))
                if figure is not None:
                    side[str(name)] = figure
        return sides

    def _conditions(self, value: Any, path: Path, depth: int = 0) -> list[tuple[Path, str]]:
        if isinstance(value, str):
            text = self.clean(value, path, 2000)
            return [(path, text)] if text else []
        if isinstance(value, Mapping) and not any(isinstance(value.get(key), str) for key in _INNER):
            value = list(value.values())
        if isinstance(value, list) and depth < MAX_DEPTH:
            return [
                one
                for index, child in enumerate(value)
                for one in self._conditions(child, (*path, index), depth + 1)
            ]
        if value is None:
            return []
        text = self.clean(value, path, 2000)
        return [(path, text)] if text else []

    def _materials(self, value: Any, path: Path, around: str = "") -> list[GuideMaterial]:
        read = [self._material(one, where, around) for where, one in self.members(value, path)]
        return [one for one in read if one is not None]

    def _material(self, value: Any, path: Path, around: str) -> GuideMaterial | None:
        owner = value if isinstance(value, Mapping) else {"name": value}
        name = self.text("name", (*path, "name"), owner)
        if not name:
            self.found.add(
                "guide.no_name",
                path,
                f"`{spelled(path)}` is a document without a name.",
                "Write its name.",
                Severity.ERROR,
            )
            return None
        key = next(
            (one for one in ("required_code", "required", "necessity") if one in owner), "required_code"
        )
        necessity = self.found.take(terms.read_necessity(owner.get(key), self.necessities), (*path, key))
        key = next((one for one in ("source_code", "source") if one in owner), "source_code")
        source = self.found.take(terms.read_source(owner.get(key), self.sources), (*path, key))
        texts = {one: self.clean(owner.get(one), (*path, one), 2000) for one in _NOTES if owner.get(one)}
        note = "；".join(text for text in texts.values() if text)
        basis = owner.get("basis")
        follow = self.found.take(terms.read_may_follow(note), path)
        if follow is None and necessity is terms.Necessity.MAY_FOLLOW:
            follow = terms.read_may_follow(around).value  # said once for the whole item
        if necessity is terms.Necessity.MAY_FOLLOW and follow is None:
            self.found.add(
                "material.follow_unclear",
                path,
                f"“{name}” may follow, but nothing says within what time.",
                "Write within how many working days.",
            )
        if _CATCH_ALL.fullmatch(name.strip("。. ")):
            self.found.add(
                "material.catch_all",
                path,
                f"“{name}” asks for whatever the department likes.",
                "Name the documents; catch-alls are to be struck.",
            )
        elif _ALTERNATIVES.search(name):
            self.found.add(
                "material.alternatives",
                path,
                f"“{name}” names alternatives in one document.",
                "Write each, and that one of them will do.",
            )
        return GuideMaterial(
            path=path,
            name=name,
            necessity=necessity,
            source=source,
            note=note,
            cited=citations(basis) if isinstance(basis, str) else (),
            may_follow=follow,
        )

    def _items(self, key: str, make: Any) -> list[GuideItem]:
        items = []
        for path, one in self.members(self.value.get(key), (key,)):
            owner = one if isinstance(one, Mapping) else {"name": one}
            name = self.text("name", (*path, "name"), owner)
            if not name:
                self.found.add(
                    "guide.no_name",
                    path,
                    f"`{spelled(path)}` is an item without a name.",
                    "Write its name.",
                    Severity.ERROR,
                )
                continue
            items.append(make(owner, name, path))
        return items

    def _linked(self, owner: Mapping[str, Any], name: str, path: Path) -> GuideItem:
        key = next((one for one in ("days", "limit", "promise_days") if owner.get(one) is not None), "days")
        note = next(
            (owner[one] for one in ("days_note", "note", "promise_note") if isinstance(owner.get(one), str)),
            None,
        )
        limit = self.found.take(_limit_beside(owner.get(key), note), (*path, key))
        return self._common(owner, name, path, promised=limit, words=shown(owner.get(key)))

    def _service(self, owner: Mapping[str, Any], name: str, path: Path) -> GuideItem:
        limits: dict[str, TimeLimit | None] = {}
        for which in ("statutory", "promise"):
            value, note = owner.get(f"{which}_days"), owner.get(f"{which}_note")
            at_note: Path = (*path, f"{which}_note")
            limits[which] = self.found.take(
                read_noted(value, note), (*path, f"{which}_days"), (note, at_note)
            )
        prose = " ".join(
            str(owner[key])
            for key in ("statutory_note", "promise_note", "notes")
            if isinstance(owner.get(key), str)
        )
        item = self._common(
            owner,
            name,
            path,
            promised=limits["promise"],
            words=shown(owner.get("promise_note") or owner.get("promise_days")),
            statutory=limits["statutory"],
            statutory_words=shown(owner.get("statutory_note") or owner.get("statutory_days")),
            prose=prose,
        )
        if item.online and item.visits:
            self.found.add(
                "item.online_yet_visits",
                path,
                f"“{name}” is said to be done online, yet needs {item.visits} visit(s).",
                "Say what the visit is for, or strike it.",
            )
        if owner.get("intermediary") is True:
            self.found.add(
                "item.intermediary",
                path,
                f"“{name}” needs a paid service of somebody else, which the guide does not name.",
                "Name the service and its legal basis, or strike it.",
            )
        return item

    def _common(
        self,
        owner: Mapping[str, Any],
        name: str,
        path: Path,
        *,
        promised: TimeLimit | None,
        words: str,
        statutory: TimeLimit | None = None,
        statutory_words: str = "",
        prose: str = "",
    ) -> GuideItem:
        procedures: tuple[Procedure, ...] = (
            self.found.take(read_procedures(owner.get("special_procedure")), (*path, "special_procedure"))
            or ()
        )
        named = {one.kind for one in procedures}
        procedures += tuple(one for one in mentioned(prose) if one.kind not in named)
        return GuideItem(
            path=path,
            name=name,
            promised=promised,
            promised_words=words,
            statutory=statutory,
            statutory_words=statutory_words,
            result=self.text("result", (*path, "result"), owner),
            organisation=self._organisation(owner, path),
            matter_type=self.text("matter_type", (*path, "matter_type"), owner),
            fee=self.found.take(terms.read_fee(owner.get("fee")), (*path, "fee")),
            visits=self.found.take(terms.read_count(owner.get("min_trips")), (*path, "min_trips")),
            online=self.found.take(terms.read_yes(owner.get("online")), (*path, "online")),
            procedures=procedures,
            cited=_cited(owner, prose),
            materials=tuple(self._materials(owner.get("materials"), (*path, "materials"), prose)),
        )

    def _organisation(self, owner: Mapping[str, Any], path: Path) -> str:
        key = next(
            (one for one in ("department10", "department", "organization", "organisation") if owner.get(one)),
            "department",
        )
        return self.text(key, (*path, key), owner)


def _limit_beside(value: Any, note: Any) -> Reading[TimeLimit]:
    """The limit of an item; a note beside it may be about anything, so it counts when it says a limit."""
    if note is not None and read_limit(note).value is not None:
        return read_noted(value, note)
    return read_limit(value, TimeUnit.DAY)


def _cited(owner: Mapping[str, Any], prose: str) -> tuple[Citation, ...]:
    basis = " ".join(
        str(owner[key])
        for key in ("basis", "law", "legal_basis", "according")
        if isinstance(owner.get(key), str)
    )
    return tuple(dict.fromkeys(citations(f"{basis}\n{prose}")))
