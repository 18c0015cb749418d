"""The documents of a draft."""

import re
from collections.abc import Iterable
from typing import Any

from tongban.catalogue.guides.desk import TODO, Desk, todo
from tongban.catalogue.guides.matching import code_of
from tongban.catalogue.guides.parts import GuideMaterial, Path, spelled
from tongban.catalogue.guides.sheets import Sheet
from tongban.catalogue.guides.terms import Necessity
from tongban.kernel.clock import Unit

_MATERIAL_KINDS = (
    ("photo", r"照片|相片|影像|照相"),
    ("statement", r"承诺|声明|委托|同意书|授权|告知|章程|协议|说明$"),
    ("form", r"表$|表[（(]|申请(?:书|表)?$|清册|名单|登记表|申请书|申请表"),
    (
        "certificate",
        r"(?:证|证书|证件|执照|户口簿|户口本|许可证|通行证|登记证)(?:复印件|原件)?$|^.{0,12}证[（(]",
    ),
)
_NECESSITY = {
    Necessity.REQUIRED: "required",
    Necessity.MAY_FOLLOW: "required",
    Necessity.NOT_ALWAYS: "conditional",
    Necessity.OPTIONAL: "optional",
}


class Papers:
    """Finds each document of a guide in the catalogue or drafts it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.taken = set(desk.index.catalogue.materials) | {TODO}
        self.codes: dict[Path, str] = {}
        """Where a document stands in the guide → the code it has in the draft."""
        self.new: set[str] = set()
        self._by_name: dict[str, str] = {}

    def take(self, materials: Iterable[GuideMaterial]) -> None:
        """Finds or drafts each of these documents."""
        for one in materials:
            self._take(one)

    def _take(self, material: GuideMaterial) -> None:
        match = self.desk.match(
            "materials", material.name, material.path, self.desk.index.find("materials", material.name)
        )
        if match:
            self.codes[material.path] = match.code
            return
        if material.name in self._by_name:
            self.codes[material.path] = self._by_name[material.name]
            return
        code = code_of(material.name, self.taken, "material")
        self.new.add(code)
        self._by_name[material.name] = code
        self.taken.add(code)
        self.codes[material.path] = code
        kind = next((one for one, words in _MATERIAL_KINDS if re.search(words, material.name)), "proof")
        sheet = Sheet("materials", code, head=[f"From `{spelled(material.path)}` of the guide."])
        sheet.put("material", code)
        sheet.put("name", todo(material.name))
        sheet.put("kind", kind, "Assumed from the name: certificate, form, proof, photo or statement.")
        if material.source == "government":
            sheet.comment(
                "issued_by", "TODO issued_by: the guide says that a department issues it, not which."
            )
            sheet.comment(
                "replaced_by", "TODO replaced_by: which record or certificate makes the upload unnecessary."
            )
        if material.note:
            sheet.put("note", todo(material.note))
        self.desk.draft.sheets.append(sheet)

    def needs(self, materials: tuple[GuideMaterial, ...]) -> list[dict[str, Any]]:
        """What an item asks for, as its file says it."""
        needs: dict[str, dict[str, Any]] = {}
        for one in materials:
            code = self.codes[one.path]
            if code in self.new:
                self.desk.tell(
                    "draft.new_material",
                    one.path,
                    f"“{one.name}” is new: drafted as `materials/{code}`.",
                    "Finish it, or use one that is there.",
                )
            if code in needs:
                self.desk.tell(
                    "match.same_material",
                    one.path,
                    f"“{one.name}” would be `{code}` a second time.",
                    "Tell the copies apart with `of: role`.",
                )
                continue
            need: dict[str, Any] = {
                "material": code,
                "necessity": _NECESSITY[one.necessity] if one.necessity else "conditional",
            }
            if one.necessity is None:
                self.desk.tell(
                    "draft.necessity_unsaid",
                    one.path,
                    f"The guide does not say whether “{one.name}” must be there.",
                    "Write `necessity` and its `when`.",
                )
            days = self.desk.limit(one.may_follow, one.note or one.name, one.path) if one.may_follow else None
            if days and days.unit is Unit.WORKING_DAY and days.amount:
                need["may_follow_days"] = days.amount
            elif days:
                self.desk.tell(
                    "draft.follow_unit",
                    one.path,
                    f"“{one.name}” may follow within {one.may_follow}; the catalogue counts working days.",
                    "Write `may_follow_days` in working days.",
                )
            law = self.desk.laws(one.cited, one.path)
            if law:
                need["law"] = law
            needs[code] = need
        return list(needs.values())

    def unassigned(self, asked: set[str]) -> None:
        """Tells which documents of the guide no item of the draft asks for yet."""
        for one in self.desk.guide.materials:
            code = self.codes[one.path]
            if code in asked:
                continue
            known = "is new, drafted as" if code in self.new else "is"
            self.desk.tell(
                "draft.material_unassigned",
                one.path,
                f"“{one.name}” {known} `materials/{code}`; the guide does not say which item asks for it.",
                "Add it to the `materials` of that item, or strike it.",
            )
