"""From the rooms' values to what a citizen's template draws: names, reasons, sources, groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.domain import BoundEvent, Catalogue, LawRef, LifeEvent, Material
from tongban.catalogue.domain.values import MEMBER
from tongban.faces.citizen.lanes import lanes
from tongban.faces.common import clocks, forms, problems, words
from tongban.faces.common.naming import department_name, item_name
from tongban.intake.domain import Derivation, Prefilled, Provenance, Question
from tongban.kernel.errors import FieldFault
from tongban.process.planner import Plan


@dataclass(frozen=True, slots=True)
class LawLine:
    """A law as it is cited: its title, the article, and what the article says."""

    title: str
    article: str
    says: str


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for a question."""

    item: str
    why: str
    laws: tuple[LawLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    """A value that is already known, with its source."""

    address: str
    label: str
    value: str
    source: str
    items: str
    mine: bool = False
    """Whether the sign-in vouches for it, so that no department can be told it is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLine:
    """One lane of the plan, in words and as a bar."""

    name: str
    department: str
    limit: str
    waits_for: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading."""

    title: str
    lines: tuple[Any, ...]


def laws(refs: Iterable[LawRef], catalogue: Catalogue) -> tuple[LawLine, ...]:
    """Cited articles with their words; a law that the catalogue does not know is left out."""
    found = []
    for ref in refs:
        law = catalogue.laws.get(ref.law)
        if law:
            says = law.articles.get(ref.article)
            said = says if isinstance(says, str) else words.text(says)
            found.append(LawLine(words.text(law.title), ref.article, said))
    return tuple(found)


def whys(question: Question, catalogue: Catalogue) -> tuple[Why, ...]:
    """Why a question is asked: by item, with the law."""
    return tuple(
        Why(item_name(catalogue, reason.item), words.text(reason.why), laws(reason.law, catalogue))
        for reason in question.reasons
    )


def label(question: Question | Prefilled) -> str:
    """The question as it is asked, with the role's name in it."""
    return words.text(question.element.asked_of(question.role.name))


def fault_words(fault: FieldFault, catalogue: Catalogue) -> str:
    """What is wrong, for a person; a rule of an item (``rule.<item>.<rule>``) is told in the item's words."""
    kind, _, rest = fault.code.partition(".")
    item, _, code = rest.partition(".")
    found = catalogue.items.get(item.partition(MEMBER)[0])
    if kind == "rule" and found:
        for rule in found.rules:
            if rule.code == code:
                return words.text(rule.plain)
    return problems.fault_sentence(fault)


def noun(line: Question | Prefilled) -> str:
    """A short label for lists: 妈妈的姓名; things that belong to the whole application need no owner."""
    name = words.text(line.element.name)
    if line.role.kind == "event":
        return name
    return words.say("citizen.of", role=words.text(line.role.name), name=name)


def paper(material: Material, key: str, bound: BoundEvent) -> str:
    """A document's name, with whose it is where several each bring their own: 员工2的照片."""
    name, role = words.text(material.name), key.partition(".")[2]
    if MEMBER not in role or role not in bound.event.roles:
        return name
    return words.say("citizen.of", role=words.text(bound.event.roles[role].name), name=name)


def produced(address: str, catalogue: Catalogue, bound: BoundEvent) -> str:
    """The name of what an item has produced, with whose it is where several have got one."""
    name, role = words.text(catalogue.element(address).name), address.rpartition(".")[0]
    if MEMBER not in role or role not in bound.event.roles:
        return name
    return words.say("citizen.of", role=words.text(bound.event.roles[role].name), name=name)


def deciding(bound: BoundEvent) -> frozenset[str]:
    """Addresses that conditions read: another answer there may change what is asked later."""
    conditions = [item.when for item in bound.items] + [source.when for source in bound.sources]
    conditions += [condition.when for condition in bound.event.conditions]
    for item in bound.items:
        conditions += [need.when for need in item.needs] + [one.need.when for one in item.materials]
    return frozenset(name for condition in conditions if condition for name in condition.names)


def fields(
    questions: Sequence[Question],
    *,
    bound: BoundEvent,
    own_role: str,
    catalogue: Catalogue,
    values: Mapping[str, Any],
    faults: Mapping[str, FieldFault],
) -> list[forms.Field]:
    """The form fields of some questions, each with the reasons why it is asked."""
    decides = deciding(bound)
    return [
        forms.field_of(
            question.element,
            name=question.address,
            label=label(question),
            catalogue=catalogue,
            value=values.get(question.address),
            required=question.required,
            fault=faults.get(question.address),
            own=question.address.partition(".")[0] == own_role,
            rederives=question.address in decides,
            extra={
                "whys": whys(question, catalogue),
                "instead_of": _instead(question, catalogue),
            },
        )
        for question in questions
    ]


def _instead(question: Question, catalogue: Catalogue) -> str:
    names = [
        department_name(catalogue, catalogue.resources[code].department)
        for code in question.instead_of
        if code in catalogue.resources
    ]
    return words.say("citizen.join").join(dict.fromkeys(names))


def source(provenance: Provenance, catalogue: Catalogue) -> str:
    """Where a value comes from, in words."""
    department = department_name(catalogue, provenance.department)
    resource = catalogue.resources.get(provenance.resource or "")
    name = words.text(resource.name) if resource else ""
    message = f"citizen.source.{provenance.kind}"
    at = words.day(provenance.at) if provenance.at else ""
    if provenance.kind in {"registry", "certificate"}:
        return words.say(message, department=department, resource=name, at=at).strip()
    return words.say(message)


def known_lines(derivation: Derivation, catalogue: Catalogue) -> tuple[Group, ...]:
    """The known values, grouped by whose they are; within a group those of one source stand together."""
    groups: dict[str, list[KnownLine]] = {}
    for line in derivation.prefilled:
        groups.setdefault(words.text(line.role.name), []).append(
            KnownLine(
                address=line.address,
                label=words.text(line.element.name),
                value=words.value(line.element, line.value, catalogue),
                source=source(line.provenance, catalogue),
                items=words.say("citizen.join").join(item_name(catalogue, code) for code in line.items),
                mine=line.provenance.kind == "sign_in",
            )
        )
    return tuple(
        Group(title, tuple(sorted(lines, key=lambda line: line.source))) for title, lines in groups.items()
    )


def lane_lines(plan: Plan, catalogue: Catalogue) -> tuple[LaneLine, ...]:
    """The plan as lanes in words."""
    join = words.say("citizen.join")
    return tuple(
        LaneLine(
            name=item_name(catalogue, lane.code),
            department=department_name(catalogue, lane.department),
            limit=clocks.amount(lane.limit.amount, lane.limit.unit)
            if lane.limit.amount
            else words.say("clock.at_once"),
            waits_for=join.join(item_name(catalogue, code) for code in lane.waits_for),
            x=lane.x,
            width=lane.width,
        )
        for lane in lanes(plan)
    )


def stages(events: Iterable[LifeEvent]) -> tuple[Group, ...]:
    """Life events by stage of life, stages in the order of a life."""
    order = ("birth", "school", "work", "marriage", "home", "health", "retirement", "death", "business")
    by_stage: dict[str, list[LifeEvent]] = {}
    for event in events:
        by_stage.setdefault(event.stage, []).append(event)
    ranked = sorted(by_stage, key=lambda stage: order.index(stage) if stage in order else len(order))
    return tuple(
        Group(
            words.say(f"stage.{stage}") if words.has(f"stage.{stage}") else words.say("stage.other"),
            tuple(sorted(by_stage[stage], key=lambda event: event.code)),
        )
        for stage in ranked
    )
