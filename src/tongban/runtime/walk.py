"""Walks one life event as its applicant would, over the running installation, and says what it cost.

The walk uses the same actions as the pages: start, consent, answer what is left, submit, watch. Nothing is
wired per life event; a demo answer comes from the element's own example or its code list. An item that a
person decides in the workbench is decided by a seeded clerk (`runtime.clerk`), and the result says so.
"""

import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image

from tongban.casework import applicant
from tongban.casework import queries as cases
from tongban.casework.queries import CaseView
from tongban.catalogue.domain import Catalogue
from tongban.catalogue.domain.members import collective
from tongban.intake import actions as intake
from tongban.intake import people
from tongban.intake import queries as drafts
from tongban.intake.domain import Question
from tongban.kernel.errors import InvalidInput, NotFound, Unavailable
from tongban.runtime.clerk import DemoClerk
from tongban.runtime.examples import example

POLL_SECONDS = 0.05
GIVE_UP_SECONDS = 120.0


def _picture() -> bytes:
    """A demo document: a small blank PNG."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "PNG")
    return file.getvalue()


@dataclass(slots=True)
class Walked:
    """What a walk cost and how it ended."""

    application_id: UUID
    number: str
    items_total: int = 0
    items_done: int = 0
    fields_before: int = 0
    fields_asked: int = 0
    materials_before: int = 0
    materials_asked: int = 0
    visits_before: int = 0
    visits: int = 0
    sequential_working_days: int = 0
    parallel_working_days: int = 0
    elapsed_s: float = 0.0
    """From submission to the end of the last item, in real seconds."""
    form_s: float = 0.0
    """From start to submission: registries asked, questions answered."""
    promised_on: str = ""
    provisional: bool = False
    state: str = ""
    items: list[dict[str, Any]] = field(default_factory=list)
    decided_by_demo_clerk: list[str] = field(default_factory=list)
    """Items without a department's system, decided in the workbench by a seeded clerk."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "application_id": str(self.application_id),
            "number": self.number,
            "items_total": self.items_total,
            "items_done": self.items_done,
            "fields_before": self.fields_before,
            "fields_asked": self.fields_asked,
            "materials_before": self.materials_before,
            "materials_asked": self.materials_asked,
            "visits_before": self.visits_before,
            "visits": self.visits,
            "elapsed_s": round(self.elapsed_s, 3),
            "form_s": round(self.form_s, 3),
            "sequential_working_days": self.sequential_working_days,
            "parallel_working_days": self.parallel_working_days,
            "promised_on": self.promised_on,
            "provisional": self.provisional,
            "state": self.state,
            "items": self.items,
            "decided_by_demo_clerk": self.decided_by_demo_clerk,
        }


def apply(
    person_id: UUID,
    event_code: str,
    role: str,
    given: dict[str, Any] | None = None,
    leaves_out: Sequence[str] = (),
) -> UUID:
    """Fill in and submit an application; `given` answers come before demo answers. Returns its id.

    `leaves_out` are items that the applicant does not choose.
    """
    application_id = intake.start(person_id, event_code, role)
    for item in leaves_out:
        intake.leave_out(application_id, person_id, item, True)  # noqa: FBT003 -- the action's own form
    view = drafts.draft(application_id, person_id)
    intake.consent(application_id, person_id, {line.resource.code for line in view.sources})
    complete(application_id, person_id, given)
    intake.submit(application_id, person_id)
    return application_id


def complete(application_id: UUID, person_id: UUID, given: dict[str, Any] | None = None) -> None:
    """Answer what is left of a draft and add its documents, so that it can be submitted."""
    known = given or {}
    _take_in(application_id, person_id, known)
    for _ in range(200):
        view = drafts.draft(application_id, person_id)
        if not view.open:
            break
        answers = {
            one.address: known.get(one.address, demo_answer(view.draft.catalogue, one))
            for one in answerable(view)
        }
        faults = intake.answer(application_id, person_id, answers)
        if faults:
            raise InvalidInput(
                "walk.answer", f"The demo answer to {faults[0].address} is refused: {faults[0].detail}"
            )
    else:
        raise InvalidInput(
            "walk.endless", "The form never ends.", hint="Look at the conditions of the life event."
        )
    for needed in drafts.draft(application_id, person_id).materials:
        if needed.required and not needed.may_follow_days:
            intake.upload(application_id, person_id, needed.key, "demo.png", _picture())


def answerable(view: drafts.DraftView) -> Sequence[Question]:
    """The open questions that can be answered in one step.

    What opens a registry or changes the form comes first and alone, as on the pages: its answer may make the
    others needless. The rest depends on nothing.
    """
    leading = {key for source in view.bound.sources for key in source.key} | set(view.bound.event.situation)
    return next(([one] for one in view.open if one.address in leading), view.open)


def _take_in(application_id: UUID, person_id: UUID, known: Mapping[str, Any]) -> None:
    """As many members as `known` names (``employee-2.name``: two), and the word that these are all."""
    for role, held in drafts.draft(application_id, person_id).row.members.items():
        named = (collective(address.rpartition(".")[0]) for address in known)
        last = max((number for name, number in named if name == role and number is not None), default=0)
        for _ in range(held["last"], last):
            people.change(application_id, person_id, role, "add")
        people.change(application_id, person_id, role, "confirm")


def walk(
    person_id: UUID,
    event_code: str,
    role: str,
    *,
    given: dict[str, Any] | None = None,
    leaves_out: Sequence[str] = (),
    watch: Callable[[CaseView], None] = lambda _: None,
) -> Walked:
    """Apply and follow the case to its end. Raises Unavailable `walk.stuck` when it does not end in time."""
    began = time.monotonic()
    application_id = apply(person_id, event_code, role, given, leaves_out)
    receipt = drafts.receipt(application_id, person_id)
    walked = Walked(
        application_id=application_id,
        number=receipt.number,
        items_total=len(receipt.items),
        fields_before=receipt.before.fields,
        fields_asked=receipt.after.fields,
        materials_before=receipt.before.materials,
        materials_asked=receipt.after.materials,
        visits_before=receipt.before.visits,
        visits=receipt.after.visits,
        sequential_working_days=receipt.before.days,
        parallel_working_days=receipt.after.days,
        promised_on=receipt.promised_on.isoformat(),
        provisional=receipt.provisional,
        form_s=time.monotonic() - began,
    )
    submitted = time.monotonic()
    clerk = DemoClerk()
    while True:
        try:
            view = cases.case(application_id, person_id)
        except NotFound:
            view = None  # the worker opens it in a moment
        if view is not None:
            watch(view)
            if view.row.ended_at is not None:
                break
            clerk.look(view)
            mend(view, application_id, person_id)
        if time.monotonic() - submitted > GIVE_UP_SECONDS:
            raise Unavailable(
                "walk.stuck",
                f"The case {walked.number} has not ended in {GIVE_UP_SECONDS:.0f} s.",
                hint="Look at the logs of the worker and the departments.",
            )
        time.sleep(POLL_SECONDS)
    walked.elapsed_s = (view.row.ended_at - receipt.submitted_at).total_seconds()
    walked.items_done = view.items_done
    walked.state = str(view.state)
    walked.decided_by_demo_clerk = clerk.decided
    walked.items = [
        {
            "item": one.bound.code,
            "department": one.department.code,
            "state": str(one.state),
            "began_s": _since(receipt.submitted_at, one.freed_at),
            "ended_s": _since(receipt.submitted_at, one.ended_at),
            "certificates": [held.code for held in one.outcome.certificates] if one.outcome else [],
        }
        for one in view.dispatches
    ]
    return walked


def mend(view: CaseView, application_id: UUID, person_id: UUID) -> None:
    """Answer every open notice as the applicant: a demo document, or an example where a value is named."""
    for notice in view.corrections:
        named = {fault.target for fault in notice.faults if fault.kind == "address"}
        papers = {fault.target for fault in notice.faults if fault.kind != "address"}
        faults = applicant.answer_correction(
            application_id,
            person_id,
            notice.id,
            {address: example(view.catalogue, view.catalogue.element(address)) for address in named},
            {key: [("demo.png", _picture())] for key in papers},
        )
        if faults:
            raise InvalidInput("walk.mend", f"The demo answer to {faults[0].address} is refused.")


def demo_answer(catalogue: Catalogue, question: Question) -> Any:
    """Something that fits the element of a question."""
    return example(catalogue, question.element)


def _since(start: datetime, end: datetime | None) -> float | None:
    return round((end - start).total_seconds(), 3) if end else None


def write(path: Path, walked: Walked) -> None:
    """The figures as a JSON file."""
    import json

    path.write_text(json.dumps(walked.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
