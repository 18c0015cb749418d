"""What actions and queries of casework share: rows within a right, moves by compare-and-set."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tongban.casework.domain.clocks import CLOCK_TYPES, Clocks, clock_events, read_clocks
from tongban.casework.domain.moves import ENDED, Move, State, after
from tongban.casework.models import Case, Dispatch
from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import BoundEvent, BoundItem, Catalogue, ServiceItem, Shape
from tongban.identity.domain import Post
from tongban.journal import queries as journal
from tongban.journal.events import Recorded
from tongban.kernel import regions
from tongban.kernel.errors import Conflict, NotFound

NOT_YOURS = "There is no such case."


def catalogue_of(case: Case) -> Catalogue:
    """The catalogue version that a case is pinned to."""
    return catalogue_queries.version(case.catalogue_version)


def bound_of(case: Case) -> BoundEvent:
    """The life event of a case, in the version, for the members and in the regions it is pinned to."""
    return catalogue_of(case).shaped(case.event_code, Shape.from_json(case.shape))


def bound_item(case: Case, item: str) -> BoundItem:
    """An item of a case, in the event's addresses."""
    found = bound_of(case).item(item)
    if found is None:
        raise NotFound("case.no_item", "The case has no such item.", hint="Open the case again.")
    return found


def case_of(application_id: UUID, person_id: UUID, *, lock: bool = False) -> Case:
    """A person's own case; NotFound alike for a stranger's and for none."""
    rows = Case.objects.select_for_update() if lock else Case.objects
    case = rows.filter(pk=application_id, person_id=person_id).first()
    if case is None:
        raise NotFound("case.not_found", NOT_YOURS, hint="Open it from the list of your matters.")
    return case


def dispatch_of(dispatch_id: UUID) -> Dispatch:
    """A dispatch by id, with its case; for replies of systems, whose right was checked."""
    found = Dispatch.objects.select_related("case").filter(pk=dispatch_id).first()
    if found is None:
        raise NotFound("dispatch.not_found", NOT_YOURS, hint="Check the id.")
    return found


def lock_case(case_id: UUID) -> Case:
    """Serialise the changes of one case: siblings free each other, so one at a time."""
    return Case.objects.select_for_update().get(pk=case_id)


def may_work(post: Post, dispatch: Dispatch) -> bool:
    """Whether a post's department handles or co-signs the dispatch, in the post's region or one above it."""
    if not is_inside(dispatch.region, post.region):
        return False
    return post.department == dispatch.department or co_signs(post.department, dispatch)


def co_signs(department: str, dispatch: Dispatch) -> bool:
    """Whether a department has a part in the joint review of a dispatch, or had its word in it."""
    parts = dispatch.joint_tasks.filter(department=department)
    return parts.exclude(released_at__isnull=False, agrees=None).exists()


def _is_above(upper: str, lower: str) -> bool:
    """Region codes nest: 430000 is above 430100 is above 430102."""
    return upper != lower and lower.startswith(region_stem(upper))


def region_stem(region: str) -> str:
    """What the codes of a region and of all inside it begin with: 430000 → 43."""
    stem = region.rstrip("0")
    return stem + "0" * (len(stem) % 2)


def is_inside(lower: str, upper: str) -> bool:
    """Whether a region is another one or lies in it."""
    return lower == upper or _is_above(upper, lower)


def office_region(code: str, tier: str) -> str:
    """Code of the region whose office decides: the one of `tier` in which `code` lies.

    The region table ends at counties, so a township's office is told by its county; a code outside the table
    stays as it is.
    """
    try:
        return regions.resolve(code, "county" if tier in {"township", "village"} else tier).code
    except NotFound:
        return code


def move(dispatch: Dispatch, step: Move, *, version: int | None = None, **fields: Any) -> None:
    """Move a dispatch by compare-and-set; whoever updates the row owns the move.

    `version` is the one that a person saw; a different one now is Conflict `task.changed`, whatever the state
    is by now: who was second wants to know what the first one did. The instance is brought up to date.
    """
    expected = dispatch.version if version is None else version
    if expected != dispatch.version:
        raise changed(dispatch)
    state = after(State(dispatch.state), step)
    fields = {**fields, "state": str(state), "version": expected + 1}
    if not Dispatch.objects.filter(pk=dispatch.pk, version=expected).update(**fields):
        raise changed(dispatch)
    for name, value in fields.items():
        setattr(dispatch, name, value)


def changed(dispatch: Dispatch) -> Conflict:
    """The error for someone who acts on what somebody else has changed."""
    return Conflict(
        "task.changed",
        "Somebody else has changed this meanwhile.",
        hint="Look at what happened and decide again.",
        dispatch_id=str(dispatch.pk),
    )


def dispatch_events(application_id: UUID) -> list[Recorded]:
    """The clock-relevant events of a case."""
    return journal.stream(application_id, CLOCK_TYPES)


def clocks_of(
    dispatch: Dispatch, item: ServiceItem, events: Iterable[Recorded], now: datetime | None = None
) -> Clocks | None:
    """Both clocks of a dispatch now; None before it may begin."""
    found = clock_events(str(dispatch.pk), events)
    if not found:
        return None
    statutory = item.limits.statutory.limit if item.limits.statutory else None
    return read_clocks(item.limits.promised, statutory, found, calendars.current(), now or datetime.now(UTC))


def project_dues(dispatch: Dispatch, item: ServiceItem) -> None:
    """Store the due dates that follow from the events now, with the calendar that made them."""
    clocks = clocks_of(dispatch, item, dispatch_events(dispatch.case_id))
    if clocks is None:
        return
    calendar = calendars.current()

    def day(state: Any) -> Any:
        if state is None:
            return None
        return state.due_on or (state.due_at.astimezone(calendar.zone).date() if state.due_at else None)

    fields = {
        "promised_due_on": day(clocks.promised),
        "statutory_due_on": day(clocks.statutory),
        "provisional": clocks.promised.provisional or bool(clocks.statutory and clocks.statutory.provisional),
        "calendar_version": calendar.version,
    }
    Dispatch.objects.filter(pk=dispatch.pk).update(**fields)
    for name, value in fields.items():
        setattr(dispatch, name, value)


def values_of(case: Case) -> dict[str, Any]:
    """Address → value, of everything the case holds."""
    return {value.address: value.value for value in case.values_held.all()}


def needed_addresses(item: BoundItem, context: Mapping[str, Any]) -> list[str]:
    """What an item needs in this case: its needs whose condition holds."""
    return [need.element for need in item.needs if need.when is None or need.when.holds(context)]


def needed_documents(dispatch: Dispatch, item: BoundItem, context: Mapping[str, Any]) -> set[str]:
    """Keys of the documents an item asks for in this case, with those that a notice of its asked for."""
    named = {
        fault["target"]
        for notice in dispatch.corrections.all()
        for fault in notice.faults
        if fault["kind"] == "material"
    }
    return {
        one.key
        for one in item.materials
        if one.key in named or one.need.when is None or one.need.when.holds(context)
    }


def seen_documents(
    dispatch: Dispatch, item: BoundItem, context: Mapping[str, Any], department: str
) -> set[str]:
    """Keys of the documents that a department may see: all the item's, or what its co-signing needs."""
    keys = needed_documents(dispatch, item, context)
    if department == dispatch.department:
        return keys
    task = dispatch.joint_tasks.filter(department=department).first()
    if task is None or task.papers is None:
        return keys
    return {key for key in keys if key in task.papers or key.partition(".")[0] in task.papers}


def is_ended(dispatch: Dispatch) -> bool:
    """Whether nothing more happens to it."""
    return State(dispatch.state) in ENDED
