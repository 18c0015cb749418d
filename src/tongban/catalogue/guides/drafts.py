"""A typed guide and its matches → the files of a draft, for an editor to finish.

Every file is valid by the strict schema as far as the guide says enough. What it does not say is marked:
texts begin with ``TODO``, codes are ``todo`` (each is an error of ``catalogue check`` until it is written),
and a limit that could not be read is left out. What had to be chosen from a closed list is a comment and a
finding. Nothing is invented.
"""

import re
from collections.abc import Mapping
from typing import Any

from tongban.catalogue.domain import Severity
from tongban.catalogue.guides.acts import Items, Use
from tongban.catalogue.guides.desk import TODO, TODO_TEXT, Desk, Draft, todo
from tongban.catalogue.guides.matching import Index, Match, code_of, event_name
from tongban.catalogue.guides.papers import Papers
from tongban.catalogue.guides.parts import Guide, spelled
from tongban.catalogue.guides.proposals import Proposer
from tongban.catalogue.guides.sheets import Sheet
from tongban.catalogue.guides.words import citations

_ORGANISATION = re.compile(
    r"企业|公司|单位|经营主体|市场主体|个体工商户|用人|法人|机构|门店|餐饮|员工录用|开办"
)


def draft(guide: Guide, index: Index, taken: set[str], name: str) -> Draft:
    """The draft of a guide over a catalogue. Never raises; what an editor has to look at is in its findings.

    `taken` are codes that other drafts of the same file have; `name` stands for a guide without a name.
    """
    return _Drafting(guide, index, taken, name).run()


class _Drafting:
    """One guide while it becomes a draft."""

    def __init__(self, guide: Guide, index: Index, taken: set[str], fallback: str) -> None:
        self.guide = guide
        self.index = index
        name = event_name(guide.name) if guide.name else ""
        code = code_of(name or guide.code or fallback, set(index.catalogue.life_events) | taken, "theme")
        self.draft = Draft(code=code, name=name)
        self.desk = Desk(guide, index, self.draft)
        self.audience = "organisation" if _ORGANISATION.search(guide.name) else "person"

    def run(self) -> Draft:
        guide, desk = self.guide, self.desk
        lead = desk.department(guide.lead, ("lead",)) if guide.lead else None
        others = [
            desk.department(name, ("cooperating", place)) for place, name in enumerate(guide.cooperating)
        ]
        papers = Papers(desk)
        for item in guide.items:
            papers.take(item.materials)
        papers.take(guide.materials)
        items = Items(desk, papers, self.audience, sorted({one.code for one in [lead, *others] if one}))
        uses = [use for item in guide.items for use in [items.use(item)] if use]
        self._cited()
        if guide.bundle:
            self._event(uses, lead)
            papers.unassigned(items.asked(uses))
        if guide.fee and guide.fee.charges and len(guide.items) != 1:
            said = "；".join(f"{one.what} {one.amount:f}".strip() for one in guide.fee.charges)
            desk.tell(
                "draft.fee_unassigned",
                ("fee",),
                f"The guide does not say which item costs “{said}”.",
                "Write it as `fee` of that item, with its law.",
            )
        self._unsaid()
        return self.draft

    def _cited(self) -> None:
        """Matches the laws that the guide cites in its conditions and for its documents."""
        for path, prose in self.guide.conditions:
            self.desk.laws(citations(prose), path)
        for material in self.guide.materials:
            self.desk.laws(material.cited, material.path)

    def _unsaid(self) -> None:
        if not self.desk.unsaid:
            return
        named = ", ".join(f"`{spelled(path)}`" for path in self.desk.unsaid[:5])
        more = f" and {len(self.desk.unsaid) - 5} more" if len(self.desk.unsaid) > 5 else ""  # noqa: PLR2004
        self.desk.tell(
            "limit.day_unsaid",
            self.desk.unsaid[0],
            f"{len(self.desk.unsaid)} limits do not say which days: {named}{more}; working days are taken.",
            "Say working or natural days. Administrative Licensing Law art. 82 counts working days.",
        )

    def _event(self, uses: list[Use], lead: Match | None) -> None:
        guide = self.guide
        same = (
            self.desk.match(
                "life_events", guide.name, ("theme_name",), self.index.find("life_events", guide.name)
            )
            if guide.name
            else None
        )
        if same:
            self.desk.tell(
                "match.life_event_exists",
                ("theme_name",),
                f"The catalogue has this life event: `{same.code}` “{same.name}” ({same.degree:.2f}).",
                "Compare the draft with it; do not publish both.",
            )
        departments = "、".join(name for name in (guide.lead, *guide.cooperating) if name)
        head = (("Guide", guide.code), ("Area", guide.area), ("Departments", departments))
        sheet = Sheet(
            "life_events", self.draft.code, head=[f"{key}: {value}" for key, value in head if value]
        )
        roles, bindings = self._roles(uses)
        sheet.put("life_event", self.draft.code)
        sheet.put("name", todo(self.draft.name or "TODO"))
        sheet.put("summary", TODO_TEXT)
        sheet.put("audience", self.audience, "Assumed from the name: person or organisation.")
        sheet.put("stage", TODO)
        sheet.put("lead", lead.code if lead else TODO)
        sheet.put("roles", roles)
        sheet.put("applicant", self._applicants(roles), "Assumed: the guide does not say who may apply.")
        promise = self.desk.limit(guide.promise, guide.promise_words, ("promise_days",))
        if promise is not None:
            sheet.put("promise", {"amount": promise.amount, "unit": str(promise.unit)})
        else:
            sheet.comment("promise", "TODO promise: the guide names none that could be read.")
            message = "The guide promises no limit that could be read."
            self.desk.found.add(
                "draft.no_promise", ("promise_days",), message, "Write `promise`.", Severity.ERROR
            )
        self._conditions(sheet, {name: role["kind"] for name, role in roles.items()})
        codes = [use.code for use in uses]
        bound = {code: {"roles": bindings[code]} if code in bindings else {} for code in codes}
        sheet.put("items", [{"item": code, **bound[code]} for code in codes])
        if guide.before or guide.after:
            sheet.put(
                "declared",
                {
                    "before": dict(guide.before),
                    "after": dict(guide.after),
                    "source": f"{guide.area}“{guide.name}”".strip(),
                },
            )
        sheet.put("search", [self.draft.name] if self.draft.name else [])
        self.draft.sheets.insert(0, sheet)
        applicants = ", ".join(sheet.content["applicant"])
        lacking = (
            "summary, stage, the other languages" if lead else "summary, stage, lead, the other languages"
        )
        self.desk.tell(
            "draft.assumed",
            (),
            f"Assumed for `{self.draft.code}`: audience {self.audience}, applicant {applicants}. "
            f"To write: {lacking}.",
            "Mend what is wrong in the life event's file.",
        )

    def _applicants(self, roles: Mapping[str, Any]) -> list[str]:
        """The roles that apply in the catalogue's own life events, else the first of the audience's kind."""
        known = {
            (role, event.roles[role].kind)
            for event in self.index.catalogue.life_events.values()
            for role in event.applicant
            if role in event.roles
        }
        apply = [name for name, role in roles.items() if (name, role["kind"]) in known]
        fits = [name for name, role in roles.items() if role["kind"] == self.audience]
        return apply or fits[:1]

    def _roles(self, uses: list[Use]) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
        """The roles that the items play, and for each item whose role has another name here, the binding."""
        kinds: dict[str, str] = {}
        bindings: dict[str, dict[str, str]] = {}
        for code, sheet in ((use.code, use.sheet) for use in uses):
            known = self.index.catalogue.items.get(code)
            formal: Mapping[str, str] = known.roles if known else sheet.content["roles"] if sheet else {}
            for role, kind in formal.items():
                name = role if kinds.get(role, kind) == kind else f"{role}_{kind}"
                kinds[name] = kind
                if name != role:
                    bindings.setdefault(code, {})[role] = name
        if self.audience not in kinds.values():
            name = "applicant" if "applicant" not in kinds else f"applicant_{self.audience}"
            kinds[name] = self.audience
        names = self._role_names()
        roles = {
            role: {"kind": kind, "name": names.get((role, kind), TODO_TEXT)} for role, kind in kinds.items()
        }
        return roles, bindings

    def _role_names(self) -> dict[tuple[str, str], dict[str, str]]:
        """What the catalogue's life events call their roles; a name is used only when all agree."""
        said: dict[tuple[str, str], set[tuple[str, str, str]]] = {}
        for event in self.index.catalogue.life_events.values():
            for role, one in event.roles.items():
                said.setdefault((role, one.kind), set()).add(
                    (one.name.zh_hans, one.name.zh_hant, one.name.en)
                )
        return {
            key: dict(zip(("zh-hans", "zh-hant", "en"), min(names), strict=True))
            for key, names in said.items()
            if len(names) == 1
        }

    def _conditions(self, sheet: Sheet, roles: Mapping[str, str]) -> None:
        proposer = Proposer(self.index.catalogue, roles)
        conditions: list[dict[str, Any]] = []
        situation: list[str] = []
        for path, prose in self.guide.conditions:
            proposal = proposer.propose(prose)
            self.draft.conditions.append(
                {
                    "where": spelled(path),
                    "prose": prose,
                    "elements": proposer.mentions(prose),
                    "proposed": proposal.feel if proposal else None,
                }
            )
            if proposal is None:
                sheet.comment("conditions", f"TODO `{spelled(path)}` as FEEL: {prose}")
                self.desk.tell(
                    "draft.condition_in_prose",
                    path,
                    f"The condition “{prose}” is prose; no FEEL is certain.",
                    "Write `when` in FEEL and a message, or drop it.",
                )
                continue
            conditions.append({"when": proposal.feel, "message": todo(prose)})
            situation.append(proposal.address)
            self.desk.tell(
                "draft.condition_proposed", path, f"“{prose}” is proposed as `{proposal.feel}`.", "Check it."
            )
        if situation:
            sheet.put("situation", sorted(set(situation)))
        if conditions:
            sheet.put("conditions", conditions)
