"""The service items of a draft."""

import re
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.guides.desk import TODO, TODO_TEXT, Desk, todo
from tongban.catalogue.guides.limits import as_limit
from tongban.catalogue.guides.matching import code_of
from tongban.catalogue.guides.papers import Papers
from tongban.catalogue.guides.parts import GuideItem, spelled
from tongban.catalogue.guides.sheets import Sheet

MAX_VISITS = 20
_KINDS = (
    ("payment", r"缴纳|缴费|支付|给付|补贴|补助|贷款|报销|申报"),
    ("confirmation", r"核验|核查|审核|认定|确认|查询|审查|验收"),
    ("certificate", r"证(?:书|件|照)?(?:首次)?(?:申领|办理|签发|核发|领取|换领|补领)|卡申领|证明|许可|执照"),
    ("registration", r"登记|备案|开户|设立|变更|迁移|注销|转移"),
)


@dataclass(frozen=True, slots=True)
class Use:
    """An item of the guide within the draft: one of the catalogue, or a new one with its file."""

    item: GuideItem
    code: str
    sheet: Sheet | None


class Items:
    """Finds each item of a guide in the catalogue or drafts it."""

    def __init__(self, desk: Desk, papers: Papers, audience: str, departments: list[str]) -> None:
        self.desk = desk
        self.papers = papers
        self.audience = audience
        self.departments = departments
        self.taken = set(desk.index.catalogue.items) | {TODO}
        self.used: set[str] = set()
        same = desk.index.find("life_events", desk.guide.name) if desk.guide.name else None
        events = desk.index.catalogue.life_events
        uses = events[same.code].items if same and same.sure else ()
        self.siblings = frozenset(use.item for use in uses)
        """The items of the life event that the catalogue has under the guide's name."""

    def asked(self, uses: list[Use]) -> set[str]:
        """The codes of every document that an item of the draft asks for."""
        asked: set[str] = set()
        for use in uses:
            known = self.desk.index.catalogue.items.get(use.code)
            asked |= {one.material for one in known.materials} if known else set()
            asked |= (
                {one["material"] for one in use.sheet.content.get("materials", ())} if use.sheet else set()
            )
        return asked

    def use(self, item: GuideItem) -> Use | None:
        """The item within the draft; None for one that the draft has already."""
        found = self.desk.index.find("items", item.name, self.siblings)
        match = self.desk.match("items", item.name, item.path, found)
        if match:
            if match.code in self.used:
                self.desk.tell(
                    "match.same_item",
                    item.path,
                    f"“{item.name}” would be `{match.code}` a second time; it was left out.",
                    "Strike one, or write an item of its own.",
                )
                return None
            self.used.add(match.code)
            self._compare(item, match.code)
            return Use(item, match.code, None)
        code = code_of(item.name, self.taken, "item")
        self.taken.add(code)
        sheet = self._item(item, code)
        self.desk.draft.sheets.append(sheet)
        return Use(item, code, sheet)

    def _compare(self, item: GuideItem, code: str) -> None:
        """The guide's figures of an item that the catalogue has already."""
        ours = self.desk.index.catalogue.items[code].limits.promised
        theirs = as_limit(item.promised, item.promised_words).value if item.promised else None
        if theirs and theirs != ours:
            self.desk.tell(
                "match.limit_differs",
                item.path,
                f"The guide gives “{item.name}” {item.promised}, "
                f"the catalogue's `{code}` {ours.amount} {ours.unit}.",
                "Use the catalogue's, or write a variant for the region.",
            )

    def _item(self, item: GuideItem, code: str) -> Sheet:
        assumed: list[str] = []
        sheet = Sheet("items", code, head=[f"From `{spelled(item.path)}` of the guide."])
        sheet.put("item", code)
        sheet.put("name", todo(item.name))
        sheet.put("summary", TODO_TEXT)
        department = self._deciding(item, sheet)
        sheet.put("department", department)
        kind = next((one for one, words in _KINDS if re.search(words, item.name)), "service")
        assumed.append(f"kind {kind}")
        sheet.put(
            "kind",
            kind,
            "Assumed from the name: registration, certificate, payment, confirmation or service.",
        )
        sheet.put(
            "roles", {"applicant": self.audience}, "TODO needs: which values it cannot be decided without."
        )
        if item.materials or (len(self.desk.guide.items) == 1 and self.desk.guide.materials):
            sheet.put("materials", self.papers.needs(item.materials or self.desk.guide.materials))
        sheet.put("limits", self._limits(item, sheet))
        self._fee(item, sheet)
        if item.online is not None:
            sheet.put("channels", ["online"] if item.online else ["hall"])
        if item.visits is not None and item.visits <= MAX_VISITS:
            sheet.put("visits", item.visits)
        tier = self._tier()
        assumed.append(f"handled at the {tier}")
        sheet.put("handlers", {tier: department})
        area = self.desk.guide.area
        why = f"Assumed from the guide's area “{area}”." if area else "Assumed: the guide names no area."
        sheet.put("handled_at", tier, why)
        sheet.put("via", "workbench", "No system is connected to it yet.")
        law = self.desk.laws(item.cited, item.path)
        if law:
            sheet.put("legal_basis", law)
        else:
            sheet.comment("legal_basis", "TODO legal_basis: the guide names no law for it.")
        if item.result:
            sheet.put("result", todo(item.result))
        for procedure in item.procedures:
            out = "is not counted" if procedure.stops_clock else "counts"
            takes = procedure.duration or "no duration said"
            sheet.head.append(f"Special procedure: {procedure.words} ({takes}; its time {out}).")
        lacking = [key for key in ("department", "summary") if sheet.content[key] in (TODO, TODO_TEXT)]
        lacking += [] if "promised" in sheet.content["limits"] else ["limits.promised"]
        self.desk.tell(
            "draft.new_item",
            item.path,
            f"“{item.name}” is new: drafted as `items/{code}`. To write: {', '.join(lacking)}. "
            f"Assumed: {', '.join(assumed)}.",
            "Finish the file; `catalogue check` lists every mark.",
        )
        return sheet

    def _deciding(self, item: GuideItem, sheet: Sheet) -> str:
        if item.organisation:
            match = self.desk.department(item.organisation, item.path)
            if match:
                return match.code
        if not item.organisation and len(self.departments) == 1 and len(self.desk.guide.cooperating) <= 1:
            return self.departments[0]
        named = "、".join(
            dict.fromkeys([*self.desk.guide.cooperating, *([item.organisation] if item.organisation else [])])
        )
        sheet.comment("department", f"TODO which of them decides: {named or 'the guide names none'}.")
        return TODO

    def _limits(self, item: GuideItem, sheet: Sheet) -> dict[str, Any]:
        limits: dict[str, Any] = {}
        statutory = self.desk.limit(item.statutory, item.statutory_words, item.path)
        if statutory and statutory.amount:
            limits["statutory"] = {"amount": statutory.amount, "unit": str(statutory.unit)}
        promised = self.desk.limit(item.promised, item.promised_words, item.path)
        if promised is not None:
            limits["promised"] = {"amount": promised.amount, "unit": str(promised.unit)}
        else:
            sheet.comment("limits", f"TODO promised: “{item.promised_words}” could not be read for certain.")
            self.desk.tell(
                "draft.no_limit",
                item.path,
                f"“{item.name}” has no limit that could be read: “{item.promised_words}”.",
                "Write `limits.promised`.",
            )
        if item.promised and item.promised.extension:
            sheet.comment("limits", f"The guide allows an extension by {item.promised.extension}.")
        return limits

    def _fee(self, item: GuideItem, sheet: Sheet) -> None:
        fee = item.fee
        if fee is None and len(self.desk.guide.items) == 1:
            fee = self.desk.guide.fee
        if fee is None or not fee.charges:
            return
        if len(fee.charges) == 1:
            one = fee.charges[0]
            per = f", for each {one.per}" if one.per else ""
            said = f"{one.what or 'fee'}{per}; TODO law: the one that sets it."
            sheet.put("fee", {"amount": f"{one.amount:f}", "currency": "CNY"}, said)
            return
        said = "; ".join(
            f"{one.what} {one.amount:f}{'/' + one.per if one.per else ''}" for one in fee.charges
        )
        sheet.comment("fee", f"TODO fee: the guide names several charges: {said}.")
        self.desk.tell(
            "fee.several_charges",
            item.path,
            f"“{item.name}” has several charges: {said}.",
            "The catalogue holds one fee per item: split the item.",
        )

    def _tier(self) -> str:
        area = self.desk.guide.area or ""
        if re.search(r"(?:区|县|旗)(?:本级)?$", area) or area.count("市") > 1:
            return "county"
        if area.endswith(("省", "自治区")):
            return "province"
        return "city" if re.search(r"[市州盟](?:直|本级)?$", area) else "county"
