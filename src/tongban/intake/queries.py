"""Named reads of intake. Each is scoped to the person whose application it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, Literal
from uuid import UUID

from tongban.catalogue import calendars
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import BoundEvent, Catalogue, Resource, Rule, Shape
from tongban.intake.domain import (
    Derivation,
    Figures,
    NeededMaterial,
    Provenance,
    Question,
    Situation,
    derive,
    findings,
    members,
)
from tongban.intake.drafts import Draft, application_of
from tongban.intake.models import Application, Upload
from tongban.kernel.calendar import Calendar
from tongban.kernel.errors import FieldFault, NotFound
from tongban.process.planner import Plan

MEMBERS = "members:"
"""Before a role in the key of the page on which its members are added and taken out."""
KEPT_GUIDES = 256
"""Guides held in memory: a country's life events in the versions of a few days."""


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A draft in a list."""

    application_id: UUID
    event_code: str
    started_at: datetime
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class UploadView:
    """An uploaded file without its content."""

    id: UUID
    material: str
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A registry on the consent page: who, what for, and how asking went."""

    resource: Resource
    elements: tuple[str, ...]
    items: tuple[str, ...]
    allowed: bool
    state: Literal["not_asked", "got", "none", "down"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form."""

    key: str
    kind: Literal["question", "materials", "members"]
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class DraftView:
    """A draft with everything its pages show."""

    draft: Draft
    uploads: Mapping[str, tuple[UploadView, ...]]

    @property
    def row(self) -> Application:
        """The application's row (read-only for faces)."""
        return self.draft.row

    @property
    def application_id(self) -> UUID:
        """Its id."""
        return self.draft.row.pk

    @property
    def bound(self) -> BoundEvent:
        """Its life event, every item as the region has it that decides it."""
        return self.draft.derivation.bound

    @property
    def derivation(self) -> Derivation:
        """The one form as it stands."""
        return self.draft.derivation

    @property
    def answers(self) -> dict[str, Any]:
        """Address → answer."""
        return self.draft.answers

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """Every question of this application, answered or not, in order."""
        return self.derivation.fields

    @cached_property
    def open(self) -> tuple[Question, ...]:
        """Questions that are not answered yet."""
        return tuple(question for question in self.asked if is_open(question, self.answers))

    @cached_property
    def findings(self) -> tuple[tuple[str, Rule], ...]:
        """Rules that hold against the answers: (item code, rule).

        A rule that corrects keeps the application from being submitted (see `faults`, code
        ``rule.<item>.<rule>``); one that rejects is a warning: the department will refuse that item.
        """
        return findings(self.derivation, self.draft.catalogue)

    @cached_property
    def materials(self) -> tuple[NeededMaterial, ...]:
        """Documents that are needed."""
        return self.derivation.materials

    @cached_property
    def faults(self) -> list[FieldFault]:
        """What keeps the application from being submitted."""
        return open_faults(self.draft, self.uploads_flat)

    @property
    def uploads_flat(self) -> list[UploadView]:
        """All uploads."""
        return [one for many in self.uploads.values() for one in many]

    @property
    def complete(self) -> bool:
        """Whether it can be submitted."""
        return not self.faults and not self.derivation.unmet

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the form: who takes part, one question each, then the documents."""
        pages = [
            Page(f"{MEMBERS}{role}", "members", ())
            for role, span in members.many_of(self.bound).items()
            if span.min < span.max and self._concerns(role)
        ]
        pages += [Page(question.address, "question", (question.address,)) for question in self.asked]
        if self.materials:
            pages.append(Page("materials", "materials", tuple(one.key for one in self.materials)))
        return tuple(pages)

    def page(self, key: str) -> Page:
        """A page by its key; NotFound when the form no longer has it."""
        for page in self.pages:
            if page.key == key:
                return page
        raise NotFound(
            "form.page", "The form has no such page (any more).", hint="Go on with the next question."
        )

    def _concerns(self, role: str) -> bool:
        """Whether anything that is asked, known or done is about the members of a role."""
        ones = tuple(f"{one}." for one in self.bound.lists.get(role, ()))
        each = {item.code for item in self.bound.items if item.use.each == role}
        return (
            any(one.address.startswith(ones) for one in self.asked)
            or any(one.address.startswith(ones) for one in self.derivation.prefilled)
            or not each.isdisjoint(self.derivation.active)
            or bool(self.row.members[role]["removed"])
        )

    def _is_open(self, page: Page) -> bool:
        if page.kind == "question":
            return any(question.address in page.addresses for question in self.open)
        if page.kind == "members":
            return not self.row.members[page.key.removeprefix(MEMBERS)]["sure"]
        return any(
            one.required and not self.uploads.get(one.key) and not one.may_follow_days
            for one in self.materials
        )

    def next_page(self, after: str | None = None) -> Page | None:
        """The next open page, behind `after` first, then from the start; None when all are done."""
        keys = [page.key for page in self.pages]
        start = keys.index(after) + 1 if after in keys else 0
        order = [*self.pages[start:], *self.pages[:start]]
        return next((page for page in order if self._is_open(page) and page.key != after), None)

    def page_before(self, key: str) -> Page | None:
        """The page before `key`, None at the first."""
        keys = [page.key for page in self.pages]
        at = keys.index(key) if key in keys else 0
        return self.pages[at - 1] if at > 0 else None

    def step(self, key: str) -> tuple[int, int]:
        """(x, y): page x of y; y counts only what this person is asked."""
        keys = [page.key for page in self.pages]
        return (keys.index(key) + 1 if key in keys else len(keys), len(keys))

    @cached_property
    def sources(self) -> tuple[SourceLine, ...]:
        """The registries of this event, one line each, with what they would answer and for which items."""
        rows = {source.resource: source for source in self.draft.sources}
        lines: dict[str, tuple[set[str], set[str], Resource]] = {}
        for source in self.bound.sources:
            elements, items, _ = lines.setdefault(source.code, (set(), set(), source.resource))
            useful = {address for address in source.answers if address in self.bound.addresses}
            elements |= useful
            items |= {item.code for item in self.bound.items if useful & item.reads()}
        return tuple(
            SourceLine(
                resource=resource,
                elements=tuple(sorted(elements)),
                items=tuple(item.code for item in self.bound.items if item.code in items),
                allowed=rows[code].allowed if code in rows else True,
                state=rows[code].state if code in rows else "not_asked",  # type: ignore[arg-type]
            )
            for code, (elements, items, resource) in lines.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the person holds after submission."""

    application_id: UUID
    number: str
    event_code: str
    catalogue_version: str
    submitted_at: datetime
    promised_on: date
    provisional: bool
    items: tuple[str, ...]
    before: Figures
    after: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A life event before anyone applies: what, how long, what will be asked."""

    bound: BoundEvent
    plan: Plan
    before: Figures
    after: Figures
    questions: tuple[Question, ...]
    materials: tuple[NeededMaterial, ...]
    derivation: Derivation


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedValue:
    """One value as submitted."""

    address: str
    value: Any
    provenance: Provenance
    disputed: bool
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A submitted application for the one that opens the case."""

    application_id: UUID
    number: str
    person_id: UUID
    event_code: str
    catalogue_version: str
    applicant_role: str
    region: str
    submitted_at: datetime
    promised_on: date
    provisional: bool
    items: tuple[str, ...]
    plan: Mapping[str, Any]
    figures: Mapping[str, Any]
    shape: Mapping[str, Any]
    values: tuple[SubmittedValue, ...]
    uploads: tuple[UploadView, ...]


def drafts(person_id: UUID) -> list[DraftCard]:
    """The person's drafts, last touched first."""
    rows = Application.objects.filter(person_id=person_id, submitted_at=None, discarded_at=None).order_by(
        "-touched_at"
    )
    return [DraftCard(row.pk, row.event_code, row.started_at, row.touched_at) for row in rows]


def has_applied(person_id: UUID, event_code: str) -> bool:
    """Whether the person has submitted an application for this life event."""
    return (
        Application.objects.filter(person_id=person_id, event_code=event_code)
        .exclude(submitted_at=None)
        .exists()
    )


def draft(application_id: UUID, person_id: UUID) -> DraftView:
    """A person's own draft, or submitted application."""
    row = application_of(application_id, person_id)
    uploads: dict[str, tuple[UploadView, ...]] = {}
    for upload in row.uploads.defer("content").order_by("uploaded_at"):
        uploads[upload.material] = (*uploads.get(upload.material, ()), upload_view(upload))
    return DraftView(Draft.of(row), uploads)


def receipt(application_id: UUID, person_id: UUID) -> Receipt:
    """The receipt of a submitted application."""
    row = application_of(application_id, person_id)
    if row.number is None or row.submitted_at is None or row.promised_on is None or row.figures is None:
        raise NotFound(
            "application.not_submitted", "This application is not submitted yet.", hint="Go on with the form."
        )
    return Receipt(
        application_id=row.pk,
        number=row.number,
        event_code=row.event_code,
        catalogue_version=row.catalogue_version,
        submitted_at=row.submitted_at,
        promised_on=row.promised_on,
        provisional=row.provisional,
        items=tuple(row.items),
        before=Figures(**row.figures["before"]),
        after=Figures(**row.figures["after"]),
    )


def guide(event_code: str, today: date) -> Guide:
    """A life event for someone of whom nothing is known but the sign-in: the typical application.

    It is the same for everybody on a day, so it is worked out once per process.
    """
    catalogue = catalogue_queries.current()
    return _guide(catalogue.version, calendars.current().version, catalogue.event(event_code).code, today)


@lru_cache(maxsize=KEPT_GUIDES)
def _guide(version: str, calendar_version: str, event_code: str, today: date) -> Guide:
    """The guide, by everything that it depends on."""
    del calendar_version  # part of the key: a notice that is loaded moves the promised day
    return guide_of(catalogue_queries.version(version), event_code, calendars.current(), today)


def guide_of(catalogue: Catalogue, event_code: str, calendar: Calendar, today: date) -> Guide:
    """The guide of a life event in any catalogue.

    Every registry is taken to answer, so what is left is what a typical applicant will be asked.
    """
    bound = catalogue.shaped(event_code, Shape())
    role = bound.event.applicant[0]
    derivation = derive(bound, catalogue, Situation(applicant=role))
    answered = set(bound.answered) | {f"{role}.{name}" for name in ("name", "id_number", "sex", "mobile")}
    answered |= {one.address for one in bound.choices if any(set(way) <= answered for way in one.ways)}
    questions = tuple(question for question in derivation.fields if question.address not in answered)
    plan = derivation.plan(calendar, today)
    before = derivation.before(plan)
    materials = tuple(one for one in derivation.materials if not _record_replaces(bound, one))
    after = Figures(
        len(questions),
        sum(1 for one in materials if one.required),
        derivation.after(plan).visits,
        plan.parallel_days,
    )
    return Guide(
        bound=bound,
        plan=plan,
        before=before,
        after=after,
        questions=questions,
        materials=materials,
        derivation=derivation,
    )


def submission(application_id: UUID) -> Submission:
    """A submitted application, for the process that opens its case (not for people)."""
    row = Application.objects.get(pk=application_id)
    if row.number is None or row.submitted_at is None or row.promised_on is None:
        raise NotFound(
            "application.not_submitted", "This application is not submitted.", hint="Wait for its event."
        )
    held = Draft.of(row)
    asked = {question.address for question in held.derivation.fields}
    papers = {one.key for one in held.derivation.materials}
    values: dict[str, SubmittedValue] = {}
    for value in sorted(held.values, key=lambda one: one.answered):
        if value.answered and value.address not in asked:
            continue  # answered once, but later answers made the question needless: nobody gets it
        disputed = next((one for one in held.values if one.address == value.address and one.disputed), None)
        if value.answered and value.address in values and disputed is None:
            continue  # what government knows wins over an earlier answer
        if not value.answered and disputed is not None and value.address in held.answers:
            continue
        values[value.address] = SubmittedValue(
            address=value.address,
            value=value.value,
            provenance=Provenance(
                kind="self_declared" if value.answered else value.kind,  # type: ignore[arg-type]
                department=value.department or None,
                resource=value.resource or None,
                query_id=value.query_id,
                at=value.at,
                verified=not value.answered,
            ),
            disputed=disputed is not None,
            remark=disputed.remark if disputed else "",
        )
    for address, code in held.derivation.settled.items():  # the department is handed this way's values only
        values[address] = SubmittedValue(
            address=address, value=code, provenance=Provenance(kind="known"), disputed=False, remark=""
        )
    return Submission(
        application_id=row.pk,
        number=row.number,
        person_id=row.person_id,
        event_code=row.event_code,
        catalogue_version=row.catalogue_version,
        applicant_role=row.applicant_role,
        region=row.region,
        submitted_at=row.submitted_at,
        promised_on=row.promised_on,
        provisional=row.provisional,
        items=tuple(row.items),
        plan=row.plan or {},
        figures=row.figures or {},
        shape=held.derivation.bound.shape.to_json(),
        values=tuple(values.values()),
        uploads=tuple(
            upload_view(one)
            for one in row.uploads.defer("content").order_by("uploaded_at")
            if one.material in papers
        ),
    )


def upload_content(application_id: UUID, upload_id: UUID) -> tuple[str, str, bytes]:
    """Name, media type and bytes of a file of an application; the caller has checked the right."""
    row = Upload.objects.filter(application_id=application_id, pk=upload_id).first()
    if row is None:
        raise NotFound("upload.not_found", "There is no such file.", hint="Open the page again.")
    return row.name, row.media_type, bytes(row.content)


def open_faults(held: Draft, uploads: Iterable[Any]) -> list[FieldFault]:
    """What keeps an application from being submitted: open questions, missing documents, broken rules."""
    derivation = held.derivation
    faults = [
        FieldFault(question.address, "answer.required", "An answer is needed.", "Fill it in.")
        for question in derivation.fields
        if is_open(question, held.answers)
    ]
    faults += [
        FieldFault(f"{MEMBERS}{role}", "members.unsure", "Are these all?", "Say so on their page.")
        for role, one in held.row.members.items()
        if not one["sure"]
    ]
    there = {upload.material for upload in uploads}
    faults += [
        FieldFault(one.key, "upload.missing", "This document is needed.", "Add a photo or PDF.")
        for one in derivation.materials
        if one.required and not one.may_follow_days and one.key not in there
    ]
    faults += [
        FieldFault(address, f"rule.{item}.{rule.code}", rule.reason.en, "Correct one of the values it names.")
        for item, rule in findings(derivation, held.catalogue)
        if rule.outcome == "correct"
        for address in _to_correct(rule, derivation)
    ]
    return faults


def is_open(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether a question waits for an answer; one that need not be answered may have been left empty."""
    return question.address not in answers or (question.required and answers[question.address] is None)


def _to_correct(rule: Rule, derivation: Derivation) -> tuple[str, ...]:
    """Where the person can mend it: what the rule names and they answered, else what it reads of that.

    Where they answered nothing of it, the named values themselves: they can object to what was fetched.
    """
    asked = [one.address for one in derivation.fields]
    for names in (rule.names, rule.reads):
        if found := tuple(address for address in asked if address in names):
            return found
    return rule.names or tuple(sorted(rule.reads))


def upload_view(row: Upload) -> UploadView:
    """A file without its content."""
    return UploadView(row.pk, row.material, row.name, row.media_type, row.size, row.sha256)


def _record_replaces(bound: BoundEvent, needed: NeededMaterial) -> bool:
    """Whether a registry of this event could make the document unnecessary."""
    shared = {source.resource.certificate for source in bound.sources}
    answered = set(bound.answered)
    return any(
        one.certificate in shared or (one.elements and set(one.elements) <= answered)
        for one in needed.bound.replacements
    )
