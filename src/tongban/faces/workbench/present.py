"""From the values of `casework` to what the workbench's templates draw."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from tongban.casework.domain.joint import Word
from tongban.casework.domain.moves import ENDED, TRANSITIONS, Move, State
from tongban.casework.inbox import EarlierDecision, ElementLine, FileLine, InboxRow, SignatureLine, WorkView
from tongban.casework.papers import LackingDocument
from tongban.catalogue.domain import Catalogue, LawRef, ServiceItem
from tongban.catalogue.domain.values import MEMBER
from tongban.faces.common import clocks, words
from tongban.faces.workbench import posts
from tongban.identity.domain import Post

INLINE: Final = frozenset({"image/jpeg", "image/png"})
"""Types that the page shows itself; everything else is only handed over for saving."""
LEGAL_LANGUAGE: Final = "zh-hans"
"""Notices and decisions quote the law in the language in which it is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What this clerk can do with a task as it stands."""

    accept: bool = False
    correct: bool = False
    decide: bool = False
    claim: bool = False
    release: bool = False
    reassign: bool = False
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Law:
    """An article as it is cited."""

    key: str
    """`law:article`, the value in a form."""
    cited: str
    """As it stands in a notice: 《…》第…条."""
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a value can be relied on: colour and word."""

    tone: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value with its source."""

    label: str
    value: str
    source: str
    marks: tuple[Mark, ...]
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One document."""

    id: str
    name: str
    material: str
    size: str
    kind: str
    href: str
    inline: bool
    added_at: Any


def state_words(state: State) -> str:
    """A state as a department says it; the applicant's pages say it otherwise."""
    return words.say(f"workbench.state.{state}")


def acts(post: Post, state: State, *, leads: bool, assigned_to: int | None, signs: bool) -> Acts:
    """What may be done, from the table of moves, whose task it is and which department leads."""
    if state in ENDED:
        return Acts()
    if not leads:
        return Acts(sign=signs)
    anothers = assigned_to is not None and assigned_to != post.account_id

    def may(move: Move) -> bool:
        return not anothers and (state, move) in TRANSITIONS

    return Acts(
        accept=may(Move.ACCEPT),
        correct=may(Move.ASK),
        decide=may(Move.APPROVE) or may(Move.REJECT),
        claim=assigned_to != post.account_id,
        release=assigned_to == post.account_id,
        reassign=True,
        sign=False,
    )


def row_line(post: Post, row: InboxRow) -> dict[str, Any]:
    """One row of the inbox."""
    leads = row.item.department == post.department
    may = acts(post, row.state, leads=leads, assigned_to=row.assigned_to, signs=row.joint)
    mine = row.assigned_to == post.account_id
    return {
        "id": row.dispatch_id,
        "pick": f"{row.dispatch_id}:{row.version}",
        "number": row.number,
        "item": words.text(row.item.name),
        "event": words.text(row.event_name),
        "office": row.office,
        "state": row.state,
        "state_words": state_words(row.state),
        "promised": row.promised,
        "statutory": row.statutory,
        "asked": row.asked,
        "assigned": words.say("workbench.inbox.mine") if mine else posts.colleague(row.assigned_to),
        "arrived_at": row.arrived_at,
        "may": may,
        "unsigned": row.joint and not leads and not row.signed,
        "href": reverse("workbench:task", args=[row.dispatch_id]),
        "correct": reverse("workbench:correction", args=[row.dispatch_id]),
        "decide": reverse("workbench:decision", args=[row.dispatch_id]),
    }


def task_acts(post: Post, view: WorkView) -> Acts:
    """What this clerk can do with an open task."""
    return acts(
        post,
        view.dispatch.state,
        leads=view.may_decide,
        assigned_to=view.dispatch.assigned_to,
        signs=bool(view.signatures),
    )


def head(view: WorkView) -> dict[str, Any]:
    """What stands above every page of a task."""
    dispatch = view.dispatch
    return {
        "id": dispatch.id,
        "version": dispatch.version,
        "number": view.number,
        "item": words.text(dispatch.item.name),
        "event": words.text(view.event_name),
        "state": dispatch.state,
        "state_words": state_words(dispatch.state),
        "promised": dispatch.promised,
        "statutory": dispatch.statutory,
        "office": dispatch.office,
        "assigned": posts.colleague(dispatch.assigned_to),
        "href": reverse("workbench:task", args=[dispatch.id]),
    }


def groups(view: WorkView) -> list[tuple[str, list[Value]]]:
    """The values by whose they are."""
    found: dict[str, list[Value]] = {}
    for line in view.elements:
        found.setdefault(words.text(line.role), []).append(value(line, view.catalogue))
    return list(found.items())


def value(line: ElementLine, catalogue: Catalogue) -> Value:
    """One value in words."""
    return Value(
        label=words.text(line.element.name),
        value=words.value(line.element, line.value, catalogue),
        source=_source(line, catalogue),
        marks=_marks(line),
        remark=line.remark if line.disputed else "",
    )


def _source(line: ElementLine, catalogue: Catalogue) -> str:
    if not line.kind:
        return words.say("workbench.source.nowhere")
    message = f"workbench.source.{line.kind}"
    resource = catalogue.resources.get(line.resource)
    return words.say(
        message if words.has(message) else "workbench.source.other",
        department=posts.department(line.department) if line.department else "",
        resource=words.text(resource.name) if resource else "",
        at=words.moment(line.at),
    )


def _marks(line: ElementLine) -> tuple[Mark, ...]:
    if not line.kind:
        return ()
    marks = []
    if line.verified:
        marks.append(Mark("approved", words.say("workbench.mark.verified")))
    elif line.agrees is False:
        marks.append(Mark("rejected", words.say("workbench.mark.differs")))
    else:
        marks.append(Mark("correction", words.say("workbench.mark.declared")))
    if line.disputed:
        marks.append(Mark("rejected", words.say("workbench.mark.disputed")))
    return tuple(marks)


def files(view: WorkView) -> list[File]:
    """The documents, each with the address at which this task may open it."""
    return [_file(view.dispatch.id, line) for line in view.files]


def lacking(view: WorkView) -> list[dict[str, Any]]:
    """The documents that are not there: which, how urgent, and until when they may follow."""
    return [_lacking(one) for one in view.lacking]


def _lacking(one: LackingDocument) -> dict[str, Any]:
    line = {"material": words.text(one.material.name), "optional": not one.required, "provisional": ""}
    if one.follows is None:
        return line | {"tone": "missing", "words": words.say("state.missing")}
    past = one.left < 0
    message = "workbench.files.followed" if past else "workbench.files.follows"
    guessed = one.follows.guessed_from
    return line | {
        "tone": "overdue" if past else "later",
        "words": words.say(message, day=words.day(one.follows.on)),
        "provisional": clocks.provisional(guessed) if guessed else "",
    }


def _file(dispatch_id: UUID, line: FileLine) -> File:
    return File(
        id=str(line.id),
        name=line.name,
        material=words.text(line.material_name),
        size=filesizeformat(line.size).replace("\xa0", " "),
        kind=line.media_type.rpartition("/")[2].upper(),
        href=reverse("workbench:file", args=[dispatch_id, line.id]),
        inline=line.media_type in INLINE,
        added_at=line.added_at,
    )


def laws(refs: Iterable[LawRef], catalogue: Catalogue) -> list[Law]:
    """Cited articles with their words, each once."""
    found: dict[str, Law] = {}
    for ref in refs:
        law = catalogue.laws.get(ref.law)
        if law is None:
            continue
        key = f"{ref.law}:{ref.article}"
        says = law.articles.get(ref.article)
        legal = law.title.of(LEGAL_LANGUAGE)
        found[key] = Law(
            key,
            f"《{legal}》{ref.article}",
            f"{words.text(law.title)} {ref.article}".strip(),
            words.text(says) if says else "",
        )
    return list(found.values())


def findings(view: WorkView) -> list[dict[str, Any]]:
    """The decision rules that hold in this case, with the law."""
    return [
        {
            "code": found.rule.code,
            "outcome": found.rule.outcome,
            "outcome_words": words.say(f"workbench.finding.{found.rule.outcome}"),
            "reason": words.text(found.rule.reason),
            "laws": laws(found.rule.law, view.catalogue),
        }
        for found in view.findings
    ]


def effects(view: WorkView) -> dict[str, str]:
    """What follows for sibling items, said before the button is pressed."""
    return {
        "approve": words.say("workbench.effect.frees", items=_names(view.frees))
        if view.frees
        else words.say("workbench.effect.frees_none"),
        "reject": words.say("workbench.effect.blocks", items=_names(view.blocks))
        if view.blocks
        else words.say("workbench.effect.blocks_none"),
    }


def _names(items: Iterable[ServiceItem]) -> str:
    return words.say("workbench.join").join(words.text(item.name) for item in items)


TONES: Final = {
    Word.OPEN: "correction",
    Word.AGREES: "approved",
    Word.OBJECTS: "rejected",
    Word.SILENT: "approved",
    Word.ESCALATED: "overdue",
    Word.RELEASED: "withdrawn",
}


def signatures(view: WorkView) -> list[dict[str, Any]]:
    """Who has signed a joint review, who has not, and what stands against it."""
    return [_signature(each, view) for each in view.signatures]


def _signature(each: SignatureLine, view: WorkView) -> dict[str, Any]:
    # An empty office is said as such: nobody waits for a word that cannot come.
    empty = each.word is Word.ESCALATED and not each.staffed and each.lapsed_at is None
    return {
        "department": posts.department(each.department),
        "code": each.department,
        "state": str(each.word),
        "tone": TONES[each.word],
        "words": words.say("workbench.joint.unstaffed" if empty else f"workbench.joint.{each.word}"),
        "reason": each.reason,
        "reasons": [
            {"words": words.text(one.text), "laws": laws(one.law, view.catalogue)} for one in each.reasons
        ],
        "who": posts.colleague(each.account_id),
        "at": each.at,
        "clock": each.clock,
        "silence": words.say(f"workbench.joint.silence.{each.silence}") if each.clock else "",
        "over": words.say(f"workbench.joint.over.{each.over}"),
        "released": each.word is Word.RELEASED,
    }


def joint_rules(view: WorkView, department: str = "") -> list[dict[str, Any]]:
    """Why departments look at it together: all rules, or those that ask one department."""
    asking = [each for each in view.signatures if department in {"", each.department}]
    rules = {rule.code: rule for each in asking for rule in each.rules}
    return [
        {"reason": words.text(rule.reason), "laws": laws(rule.law, view.catalogue)} for rule in rules.values()
    ]


def settling(view: WorkView) -> dict[str, Any] | None:
    """What the leading department can do about an objection or a silence; None: nothing to do."""
    found = view.standing
    if not view.may_decide or view.dispatch.state in ENDED or not (found.against or found.without):
        return None
    join = words.say("workbench.join")
    return {
        "against": join.join(posts.department(code) for code in found.against),
        "without": join.join(posts.department(code) for code in found.without),
        "over": words.say(f"workbench.joint.settle.{found.over}") if found.against else "",
    }


def assignment(view: WorkView) -> dict[str, Any] | None:
    """Why this clerk has the task: the strategy and the figures of everyone it considered."""
    found = view.assignment
    if found is None:
        return None
    return {
        "strategy": words.say(f"workbench.assign.strategy.{found.strategy}"),
        "who": posts.colleague(found.account_id),
        "at": found.at,
        "holds": found.holds,
        "lines": [
            {
                "who": posts.colleague(one["account"]),
                "load": one["load"],
                "hours": hours(one["hours"]),
                "completion": hours(one["completion"]),
                "done": one["done"],
                "chosen": one["account"] == found.account_id,
            }
            for one in found.figures
        ],
    }


def hours(amount: float) -> str:
    """Working hours, to one decimal place."""
    return words.say("workbench.assign.hours", amount=f"{amount:.1f}".removesuffix(".0"))


def earlier(lines: Iterable[EarlierDecision]) -> list[dict[str, Any]]:
    """The department's own earlier decisions for the same applicant."""
    return [
        {
            "number": line.number,
            "item": words.text(line.item.name),
            "state": "approved" if line.approved else "rejected",
            "words": state_words(State.APPROVED if line.approved else State.REJECTED),
            "at": line.decided_at,
            "reasons": [reason["text"] for reason in line.reasons if reason["text"]],
        }
        for line in lines
    ]


def outcome(view: WorkView) -> dict[str, Any] | None:
    """How it was decided, when it was."""
    found = view.dispatch.outcome
    if found is None:
        return None
    return {
        "reasons": [{"text": one["text"], "law": one["law"]} for one in found.reasons],
        "values": [
            (
                _whose(view, address),
                words.value(view.catalogue.element(address), raw, view.catalogue),
            )
            for address, raw in found.produced.items()
        ],
        "certificates": [(words.text(one.name), one.number) for one in found.certificates],
    }


def _whose(view: WorkView, address: str) -> str:
    """An element's name, with whose it is where several play the role: 员工2的姓名."""
    name = words.text(view.catalogue.element(address).name)
    if MEMBER not in address:
        return name
    roles = {line.address: line.role for line in view.elements}
    roles |= {made: role for made, _, role in view.produces}
    return words.say("workbench.of", role=words.text(roles[address]), name=name) if address in roles else name


def open_correction(view: WorkView) -> dict[str, Any] | None:
    """The last notice, with whether it was answered."""
    found = view.dispatch.correction
    if found is None:
        return None
    names = {one.key: words.text(one.material.name) for one in view.dispatch.bound.materials}
    return {
        "asked_at": found.asked_at,
        "answered_at": found.answered_at,
        "faults": [
            {
                "label": names.get(fault.target, fault.target)
                if fault.kind == "material"
                else _whose(view, fault.target),
                "what": fault.what,
                "how": fault.how,
            }
            for fault in found.faults
        ],
    }
