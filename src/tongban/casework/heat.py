"""How much passes through each item of a life event, and how long it takes: for supervisors and designers.

Figures over many cases, and numbers of cases: nothing personal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Min, Q

from tongban.casework.domain.moves import OPEN, CaseState, State, case_state
from tongban.casework.models import Case, Dispatch
from tongban.casework.store import is_inside, region_stem
from tongban.catalogue import calendars
from tongban.identity.domain import Post
from tongban.kernel.errors import NotFound
from tongban.kernel.pages import page_count

PAGE = 25
_OPEN = tuple(str(state) for state in OPEN)

# Time at the department: from the day it may begin to its end. The median and the ninth tenth say more than a
# mean that one forgotten case spoils. Open dispatches count as volume and as what is late, not as duration.
_HEAT = """
SELECT d.item, min(d.department),
       count(*) FILTER (WHERE d.freed_at IS NOT NULL),
       count(*) FILTER (WHERE d.ended_at IS NOT NULL AND d.freed_at IS NOT NULL),
       count(*) FILTER (WHERE d.state = ANY(%(open)s)),
       count(*) FILTER (WHERE d.state = ANY(%(open)s) AND d.promised_due_on < %(today)s),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM d.ended_at - d.freed_at))
           FILTER (WHERE d.ended_at IS NOT NULL AND d.freed_at IS NOT NULL)
FROM casework_dispatch d JOIN casework_case c ON c.id = d.case_id
WHERE c.event_code = %(event)s AND c.opened_at >= %(since)s AND c.opened_at < %(until)s
  AND d.region LIKE %(regions)s
GROUP BY d.item
ORDER BY d.item
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHeat:
    """One item over a period."""

    item: str
    department: str
    begun: int
    """Dispatches that a department could begin."""
    ended: int
    open: int
    late: int
    """Open ones whose promised day has passed."""
    median: timedelta | None
    """Time at the department of those that ended; None when none has."""
    ninth_tenth: timedelta | None
    """Nine of ten were not slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCase:
    """A case in a list for those who watch: its number and how it stands."""

    id: UUID
    number: str
    event_code: str
    catalogue_version: str
    opened_at: datetime
    ended_at: datetime | None
    promised_on: date
    state: CaseState
    done: int
    total: int
    late: int


@dataclass(frozen=True, slots=True)
class RunningPage:
    """A page of cases: what runs out first comes first."""

    rows: tuple[RunningCase, ...]
    page: int
    pages: int
    total: int


def heat(post: Post, event: str, since: date, until: date) -> tuple[ItemHeat, ...]:
    """Each item of cases of `event` opened from `since` to `until` (both included), in a post's region."""
    zone = calendars.current().zone
    with connection.cursor() as cursor:
        cursor.execute(
            _HEAT,
            {
                "open": list(_OPEN),
                "today": datetime.now(zone).date(),
                "event": event,
                "since": datetime.combine(since, time.min, zone),
                "until": datetime.combine(until + timedelta(days=1), time.min, zone),
                "regions": f"{region_stem(post.region)}%",
            },
        )
        rows = cursor.fetchall()
    return tuple(
        ItemHeat(
            item=item, department=department, begun=begun, ended=ended, open=still, late=late,
            median=timedelta(seconds=float(spent[0])) if spent else None,
            ninth_tenth=timedelta(seconds=float(spent[1])) if spent else None,
        )
        for item, department, begun, ended, still, late, spent in rows
    )  # fmt: skip


def waits(post: Post, event: str, since: date, until: date) -> dict[str, list[str]]:
    """Item → the items it waited for in any of those cases, in the order of the cases' plans."""
    zone = calendars.current().zone
    rows = (
        Dispatch.objects.filter(
            case__event_code=event,
            case__opened_at__gte=datetime.combine(since, time.min, zone),
            case__opened_at__lt=datetime.combine(until + timedelta(days=1), time.min, zone),
            region__startswith=region_stem(post.region),
        )
        .order_by("order", "item")
        .values_list("order", "item", "waits_for")
        .distinct()
    )
    found: dict[str, dict[str, None]] = {}
    for _, item, before in rows:
        found.setdefault(item, {}).update(dict.fromkeys(before))
    return {item: list(before) for item, before in found.items()}


def running(post: Post, *, event: str = "", only_open: bool = True, page: int = 1) -> RunningPage:
    """Cases in a post's region."""
    rows = Case.objects.filter(region__startswith=region_stem(post.region))
    if event:
        rows = rows.filter(event_code=event)
    if only_open:
        rows = rows.filter(ended_at=None)
    today = datetime.now(calendars.current().zone).date()
    late = Q(dispatches__state__in=_OPEN, dispatches__promised_due_on__lt=today)
    total = rows.count()
    pages = page_count(total, PAGE)
    page = min(max(page, 1), pages)
    found = (
        rows.annotate(
            next_due=Min("dispatches__promised_due_on", filter=Q(dispatches__state__in=_OPEN)),
            late=Count("dispatches", filter=late),
        )
        .order_by(F("next_due").asc(nulls_last=True), "-opened_at", "pk")
        .prefetch_related("dispatches")[(page - 1) * PAGE : page * PAGE]
    )
    return RunningPage(rows=tuple(_running(each) for each in found), page=page, pages=pages, total=total)


def watched(post: Post, case_id: UUID) -> Case:
    """A case in a post's region. Raises: NotFound, alike for one elsewhere and for none."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None or not is_inside(found.region, post.region):
        raise NotFound("case.not_found", "There is no such case.", hint="Open it from the list.")
    return found


def events_seen() -> Iterable[str]:
    """Life events of which there is a case, by code."""
    return Case.objects.order_by("event_code").values_list("event_code", flat=True).distinct()


def _running(row: Case) -> RunningCase:
    states = [State(each.state) for each in row.dispatches.all()]
    return RunningCase(
        id=row.pk,
        number=row.number,
        event_code=row.event_code,
        catalogue_version=row.catalogue_version,
        opened_at=row.opened_at.astimezone(UTC),
        ended_at=row.ended_at,
        promised_on=row.promised_on,
        state=case_state(states),
        done=sum(state is State.APPROVED for state in states),
        total=len(states),
        late=row.late,  # type: ignore[attr-defined]  # annotated above
    )
