"""Named reads of casework for applicants. Each is scoped to the person whose case it is."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from tongban.casework import flow, store
from tongban.casework.domain.moves import WELL, CaseState, State, case_state
from tongban.casework.holding import Hold
from tongban.casework.models import Case, CaseFile, CaseValue
from tongban.casework.papers import AwaitedDocument, Papers
from tongban.casework.readings import Read, ReadsPage, reads_of
from tongban.casework.views import (
    CaseView,
    CertificateView,
    CorrectionView,
    DispatchView,
    FaultView,
    HistoryLine,
    OutcomeView,
    SkippedView,
    correction_view,
    office_name,
    view_of,
)
from tongban.catalogue.domain import Text
from tongban.exchange.events import ReadFailed, ReadMade
from tongban.journal import queries as journal
from tongban.kernel.errors import NotFound

__all__ = [
    "AwaitedDocument",
    "CaseCard",
    "CaseView",
    "CertificateView",
    "CorrectionView",
    "DispatchView",
    "FaultView",
    "HistoryLine",
    "Hold",
    "OutcomeView",
    "Read",
    "ReadsPage",
    "SkippedView",
    "any_case",
    "awaited",
    "awaited_document",
    "case",
    "case_by_number",
    "cases_of",
    "correction_view",
    "file_for_department",
    "is_open",
    "may_verify",
    "numbers_of",
    "office_name",
    "reads_of",
    "results",
    "to_verify",
    "view_of",
    "with_old_calendar",
]

STILL_VERIFIED = timedelta(minutes=10)
"""For how long after its end a case's self-declared values are still compared with their owners' records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """A case in a list."""

    application_id: UUID
    number: str
    event_code: str
    event_name: Text
    opened_at: datetime
    ended_at: datetime | None
    state: CaseState
    needs_me: int
    """How many corrections wait for the applicant."""
    promised_on: date
    provisional: bool
    items_done: int
    items_total: int


def cases_of(person_id: UUID) -> list[CaseCard]:
    """The person's cases: those that wait for the person first, then the newest."""
    cases = Case.objects.filter(person_id=person_id).prefetch_related("dispatches").order_by("-opened_at")
    cards = []
    for case in cases:
        states = [State(row.state) for row in case.dispatches.all()]
        cards.append(
            CaseCard(
                application_id=case.pk,
                number=case.number,
                event_code=case.event_code,
                event_name=store.catalogue_of(case).event(case.event_code).name,
                opened_at=case.opened_at,
                ended_at=case.ended_at,
                state=case_state(states),
                needs_me=sum(state is State.CORRECTION for state in states),
                promised_on=case.promised_on,
                provisional=case.provisional,
                items_done=sum(state in WELL for state in states),
                items_total=len(states),
            )
        )
    return sorted(cards, key=lambda card: card.needs_me == 0)


def case(application_id: UUID, person_id: UUID) -> CaseView:
    """A person's own case."""
    return view_of(store.case_of(application_id, person_id))


def awaited(application_id: UUID, person_id: UUID) -> list[AwaitedDocument]:
    """Documents that may still follow in a person's own case, what runs out first coming first."""
    return Papers(store.case_of(application_id, person_id)).awaited()


def awaited_document(application_id: UUID, person_id: UUID, key: str) -> AwaitedDocument | None:
    """One document that may still follow; None when it is there already or no open item waits for it.

    Raises NotFound `document.not_found` when no item of the case lets such a document follow.
    """
    papers = Papers(store.case_of(application_id, person_id))
    if not papers.may_ever_follow(key):
        raise NotFound("document.not_found", "No item lets such a document follow.", hint="Open the case.")
    return next((one for one in papers.awaited() if one.key == key), None)


def any_case() -> bool:
    """Whether this installation has a case at all."""
    return Case.objects.exists()


def numbers_of(keys: Iterable[str]) -> dict[str, str]:
    """Id of a case, as text → its number, which is not personal; what is no case is left out."""
    known: dict[UUID, str] = {}
    for key in keys:
        with suppress(ValueError):
            known[UUID(key)] = key
    return {known[pk]: number for pk, number in Case.objects.filter(pk__in=known).values_list("pk", "number")}


def is_open(application_id: UUID) -> bool:
    """Whether the case of a submitted application exists yet; it follows the submission within moments."""
    return Case.objects.filter(pk=application_id).exists()


def case_by_number(number: str) -> CaseView:
    """A case for the operator's command line; faces use `case`."""
    found = Case.objects.filter(number=number).first()
    if found is None:
        raise NotFound("case.not_found", store.NOT_YOURS, hint="Check the number.")
    return view_of(found)


def results(application_id: UUID, person_id: UUID) -> list[OutcomeView]:
    """What came of a person's case so far."""
    found = case(application_id, person_id)
    return [dispatch.outcome for dispatch in found.dispatches if dispatch.outcome is not None]


def file_for_department(department: str, file_id: UUID) -> CaseFile:
    """A document for a department's system: only while a dispatch of that department asks for it."""
    found = CaseFile.objects.select_related("case").filter(pk=file_id).first()
    if found is not None:
        context = flow.context_of(found.case, store.catalogue_of(found.case))
        for row in found.case.dispatches.filter(department=department).exclude(freed_at=None):
            bound = store.bound_item(found.case, row.item)
            if found.material in store.needed_documents(row, bound, context):
                return found
    raise NotFound(
        "file.not_found", "There is no such document for this department.", hint="Check the address."
    )


def to_verify(
    limit: int = 50, *, known: Callable[[UUID, Sequence[str]], bool] = lambda _case, _addresses: False
) -> list[tuple[Case, list[str]]]:
    """Some cases with self-declared values that nobody has compared yet: open ones, and some just ended.

    A department that comes back may decide the last item before its registry was asked. In random order:
    most self-declared values have no owner to ask, and such cases must not keep those out for which there
    is one. A case of which `known` says that it need not be looked at, by its id and addresses, is not read.
    """
    open_values = CaseValue.objects.filter(verified=False, agrees=None).values("case")
    alive = Q(ended_at=None) | Q(ended_at__gt=datetime.now(UTC) - STILL_VERIFIED)
    some = Case.objects.filter(alive, pk__in=open_values).order_by("?").values_list("pk", flat=True)[:limit]
    addresses: dict[UUID, list[str]] = {one: [] for one in some}
    waiting = CaseValue.objects.filter(case__in=list(addresses), verified=False, agrees=None)
    for case, address in waiting.values_list("case_id", "address"):
        addresses[case].append(address)
    read = Case.objects.in_bulk([one for one, waits in addresses.items() if not known(one, waits)])
    return [(case, addresses[one]) for one, case in read.items()]


def may_verify(application_id: UUID, resource: str) -> bool:
    """Whether a registry may be asked after submission: the person consented to it, and it has not answered.

    It was down, or it was never asked because only a typed number led to its record: comparing tells the
    departments whether the person was right and shows the person nothing. A comparison that was cut off
    after its read may be made again.
    """
    consents = [event for event in journal.stream(application_id) if event.type == "tongban.intake.consented"]
    if not consents or resource not in consents[-1].data["allowed"]:
        return False
    reads = journal.stream(application_id, [ReadFailed.TYPE, ReadMade.TYPE])
    own = [event for event in reads if event.data["resource"] == resource]
    return not own or own[-1].type == ReadFailed.TYPE or own[-1].data["purpose"] == "verify"


def with_old_calendar(version: str, limit: int = 100) -> list[UUID]:
    """Open cases with provisional dates that were computed with another calendar."""
    rows = Case.objects.filter(ended_at=None).exclude(calendar_version=version)
    rows = rows.filter(Q(provisional=True) | Q(dispatches__provisional=True)).distinct()
    return list(rows.values_list("pk", flat=True)[:limit])
