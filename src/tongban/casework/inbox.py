"""Named reads of casework for clerks: what their post may see, and nothing else of a case."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tongban.casework import flow, joint, store, tasks
from tongban.casework.assignment import giving
from tongban.casework.assignment.giving import Figures
from tongban.casework.desk import (
    AssignmentView,
    EarlierDecision,
    ElementLine,
    FileLine,
    InboxFilter,
    InboxPage,
    InboxRow,
    RuleFinding,
    SignatureLine,
    WorkView,
)
from tongban.casework.domain.clocks import CLOCK_TYPES
from tongban.casework.domain.joint import standing
from tongban.casework.domain.moves import OPEN, State
from tongban.casework.models import CaseFile, CaseValue, Dispatch, JointTask, Outcome
from tongban.casework.papers import Papers
from tongban.casework.queries import CaseView, office_name, view_of
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import (
    BoundItem,
    DataElement,
    Text,
)
from tongban.exchange import reads
from tongban.identity.domain import Post, Role
from tongban.journal import queries as journal
from tongban.journal.events import Recorded
from tongban.kernel import regions
from tongban.kernel.errors import NotFound, TongbanError
from tongban.kernel.pages import page_count

__all__ = [
    "AssignmentView",
    "EarlierDecision",
    "ElementLine",
    "Figures",
    "FileLine",
    "InboxFilter",
    "InboxPage",
    "InboxRow",
    "RuleFinding",
    "SignatureLine",
    "WorkView",
    "choices",
    "file_content",
    "inbox",
    "last_change",
    "whole",
    "work",
]

PAGE = 25
EARLIER = 10
"""How many of a department's earlier decisions stand beside a task."""


def inbox(post: Post, wanted: InboxFilter) -> InboxPage:
    """The tasks of a post's department in its region."""
    rows = _visible(post)
    rows = rows.filter(state=wanted.state) if wanted.state else rows.filter(state__in=[str(s) for s in OPEN])
    rows = rows.exclude(state=str(State.WAITING))
    kinds = rows.order_by("case__catalogue_version").values_list(
        "item", "case__catalogue_version", "case__event_code"
    )
    # Every item that a task of this post is about, whatever else is filtered: one can go from one to another.
    items = {
        code: bound.item
        for code, version, event in kinds.distinct()
        if (bound := catalogue_queries.version(version).bound(event).item(code))
    }
    if wanted.item:
        rows = rows.filter(item=wanted.item)
    if wanted.mine == "mine":
        rows = rows.filter(assigned_to=post.account_id)
    elif wanted.mine == "free":
        rows = rows.filter(assigned_to=None)
    today = datetime.now(calendars.current().zone).date()
    if wanted.clock:
        # A clock that stands still for a correction runs out on nobody.
        rows = rows.exclude(state=str(State.CORRECTION))
    if wanted.clock == "overdue":
        rows = rows.filter(runs_out__lt=today)
    elif wanted.clock == "risk":
        rows = rows.filter(runs_out__lte=calendars.current().add_workdays(today, 1).on)
    if wanted.q.strip():
        rows = rows.filter(case__number__icontains=wanted.q.strip())
    total = rows.count()
    pages = page_count(total, PAGE)
    page = min(max(wanted.page, 1), pages)
    still = ExpressionWrapper(Q(state=str(State.CORRECTION)), BooleanField())
    order = rows.annotate(still=still).order_by("still", F("runs_out").asc(nulls_last=True), "freed_at", "pk")
    chosen = list(
        order.select_related("case").prefetch_related("joint_tasks", "corrections")[
            (page - 1) * PAGE : page * PAGE
        ]
    )
    histories = journal.streams({row.case_id for row in chosen}, CLOCK_TYPES)
    return InboxPage(
        rows=tuple(_row(post, row, histories[str(row.case_id)]) for row in chosen),
        page=page,
        pages=pages,
        total=total,
        items=tuple(items[code] for code in sorted(items)),
    )


def _visible(post: Post) -> "QuerySet[Any]":  # of dispatches, each with the day on which it `runs_out`
    """Dispatches that a clerk works here and that the post's department handles or co-signs in its region."""
    inside = [post.region]
    try:
        upper = regions.region(post.region)
        inside += [child.code for child in regions.children(upper.code)]
        inside += [
            grand.code for child in regions.children(upper.code) for grand in regions.children(child.code)
        ]
    except TongbanError:
        pass  # a region that is not in the table has no regions below it
    own = JointTask.objects.filter(dispatch=OuterRef("pk"), department=post.department)
    kept = own.exclude(released_at__isnull=False, agrees=None)
    rows = Dispatch.objects.filter(
        Q(department=post.department) | Exists(kept), via="workbench", region__in=inside
    )
    if Role.CLERK not in post.roles:
        rows = rows.none()
    # A co-signing department has its own limit, which runs out before the item's.
    return rows.annotate(runs_out=Coalesce(Subquery(own.values("due_on")[:1]), F("promised_due_on")))


def _row(post: Post, row: Dispatch, events: Sequence[Recorded]) -> InboxRow:
    case = row.case
    item = store.bound_item(case, row.item).item
    clocks = store.clocks_of(row, item, events)
    parts = [one for one in row.joint_tasks.all() if one.released_at is None or one.agrees is not None]
    own = next((one for one in parts if one.department == post.department), None)
    return InboxRow(
        dispatch_id=row.pk,
        version=row.version,
        number=case.number,
        item=item,
        event_name=store.catalogue_of(case).event(case.event_code).name,
        state=State(row.state),
        promised=clocks.promised if clocks else None,
        statutory=clocks.statutory if clocks else None,
        assigned_to=row.assigned_to,
        arrived_at=row.freed_at or row.opened_at,
        office=office_name(row.region),
        joint=bool(parts),
        signed=own is not None and own.agrees is not None,
        asked=joint.clock_of(own, row) if own is not None else None,
    )


def work(post: Post, dispatch_id: UUID) -> WorkView:
    """Open one task: the values its item needs, with the read on the record of the case."""
    row = tasks.task_of(post, dispatch_id)  # outside the transaction: a refusal stays on the record
    return _open(post, row)


@transaction.atomic
def _open(post: Post, row: Dispatch) -> WorkView:
    case = row.case
    bound = store.bound_item(case, row.item)
    catalogue = store.catalogue_of(case)
    context = flow.context_of(case, catalogue)
    held = {value.address: value for value in CaseValue.objects.filter(case=case)}
    event = store.bound_of(case)
    leads = post.department == row.department
    own = None if leads else row.joint_tasks.filter(department=post.department).first()
    shows = own.shows if own is not None else None
    lines = tuple(
        _line(address, catalogue.element(address), event.role(address).name, held.get(address))
        for address in dict.fromkeys(store.needed_addresses(bound, context))
        if shows is None or address in shows
    )
    reads.note_opened(
        case.pk,
        department=post.department,
        items=[row.item],
        elements=[line.address for line in lines],
        actor=tasks.actor_of(post),
        purpose="decide" if leads else "co_sign",
    )
    full = view_of(case)
    after = [one.bound.item for one in full.dispatches if row.item in one.waits_for]
    parts = list(row.joint_tasks.order_by("pk"))
    return WorkView(
        dispatch=next(one for one in full.dispatches if one.id == row.pk),
        catalogue=catalogue,
        number=case.number,
        event_name=full.event_name,
        elements=lines,
        files=_files(row, bound, store.seen_documents(row, bound, context, post.department)),
        lacking=tuple(Papers(case).lacking(row)) if leads else (),
        findings=tuple(RuleFinding(said) for rule in bound.rules if (said := rule.spoken(context)))
        if leads
        else (),
        frees=tuple(after),
        blocks=tuple(after),
        signatures=tuple(_signature(one, row, bound) for one in parts),
        standing=standing(joint.part(one, row.region) for one in parts),
        may_decide=leads,
        assignment=_assignment(row) if leads else None,
        produces=tuple(
            (address, catalogue.element(address), event.role(address).name) for address in bound.produces
        ),
        earlier=_earlier(post, row),
    )


def _signature(task: JointTask, row: Dispatch, bound: BoundItem) -> SignatureLine:
    rules = tuple(joint.rules_of(bound, task))
    found = joint.part(task, row.region)
    return SignatureLine(
        department=task.department,
        word=found.word,
        agrees=task.agrees,
        reason=task.reason,
        reasons=tuple(one for rule in rules for one in rule.objections if one.code in task.reasons),
        at=task.at,
        account_id=task.account_id,
        rules=rules,
        clock=joint.clock_of(task, row),
        silence=task.silence,
        over=task.over,
        asked_at=task.asked_at,
        lapsed_at=task.lapsed_at,
        staffed=found.staffed,
    )


def _assignment(row: Dispatch) -> AssignmentView | None:
    found = giving.last_assignment(row)
    if found is None:
        return None
    return AssignmentView(
        strategy=found.strategy,
        account_id=found.account_id,
        at=found.at,
        figures=tuple(found.figures),
        holds=found.account_id == row.assigned_to,
    )


def choices(post: Post, dispatch_id: UUID) -> list[Figures]:
    """Who could have a task, with the figures as they are now: for giving it on."""
    row = tasks.task_of(post, dispatch_id)
    return giving.figures(row, store.bound_item(row.case, row.item))


def _earlier(post: Post, row: Dispatch) -> tuple[EarlierDecision, ...]:
    """What the post's department decided before for this applicant; nothing of another department."""
    rows = (
        Outcome.objects.filter(
            dispatch__department=post.department, dispatch__case__person_id=row.case.person_id
        )
        .exclude(dispatch=row)
        .select_related("dispatch__case")
        .order_by("-decided_at")[:EARLIER]
    )
    return tuple(
        EarlierDecision(
            number=one.dispatch.case.number,
            item=store.bound_item(one.dispatch.case, one.dispatch.item).item,
            approved=one.approved,
            decided_at=one.decided_at,
            reasons=tuple(one.reasons),
        )
        for one in rows
    )


def _line(address: str, element: DataElement, role: Text, value: CaseValue | None) -> ElementLine:
    return ElementLine(
        address=address,
        element=element,
        role=role,
        value=value.value if value else None,
        kind=value.kind if value else "",
        department=value.department if value else "",
        resource=value.resource if value else "",
        at=value.at if value else None,
        verified=bool(value and value.verified),
        agrees=value.agrees if value else None,
        disputed=bool(value and value.disputed),
        remark=value.remark if value else "",
    )


def _files(row: Dispatch, bound: BoundItem, wanted: set[str]) -> tuple[FileLine, ...]:
    names = {one.key: one.material.name for one in bound.materials if one.key in wanted}
    rows = (
        CaseFile.objects.filter(case=row.case, material__in=names, replaced_at=None)
        .defer("content")
        .order_by("added_at")
    )
    return tuple(
        FileLine(
            id=one.pk,
            material=one.material,
            name=one.name,
            material_name=names[one.material],
            media_type=one.media_type,
            size=one.size,
            added_at=one.added_at,
        )
        for one in rows
    )


def whole(post: Post, dispatch_id: UUID) -> CaseView:
    """The case of a task that this post may work, for its diagram: how every item stands."""
    return view_of(tasks.task_of(post, dispatch_id).case)


def file_content(post: Post, dispatch_id: UUID, file_id: UUID) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a document that this task's item asks for."""
    row = tasks.task_of(post, dispatch_id)
    bound = store.bound_item(row.case, row.item)
    context = flow.context_of(row.case, store.catalogue_of(row.case))
    keys = store.seen_documents(row, bound, context, post.department)
    found = CaseFile.objects.filter(pk=file_id, case=row.case, material__in=keys).first()
    if found is None:
        raise NotFound(
            "file.not_found", "There is no such document in this task.", hint="Open the task again."
        )
    return found.name, found.media_type, bytes(found.content)


def last_change(dispatch_id: UUID) -> dict[str, Any] | None:
    """Who did the last thing to a dispatch, for someone whose page was out of date."""
    row = Dispatch.objects.select_related("case").filter(pk=dispatch_id).first()
    if row is None:
        return None
    own = [
        event for event in journal.stream(row.case_id) if event.data.get("dispatch_id") == str(dispatch_id)
    ]
    if not own:
        return None
    last = own[-1]
    return {
        "type": last.type,
        "at": last.at.astimezone(UTC),
        "actor_kind": last.actor.kind,
        "actor_id": last.actor.id,
        "department": row.department,
        "data": last.data,
        "number": row.case.number,
        "item": store.bound_item(row.case, row.item).item.name,
    }
