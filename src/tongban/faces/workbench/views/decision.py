"""Deciding: approve with what comes of it, or refuse with reasons and law; looked at before it is sent."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tongban.casework import inbox as casework
from tongban.casework import tasks
from tongban.casework.actions import NewCertificate, Reason
from tongban.casework.domain.moves import TRANSITIONS, Move
from tongban.casework.inbox import WorkView
from tongban.catalogue import answers
from tongban.catalogue.domain import DataElement, Text
from tongban.faces.common import forms, problems, words
from tongban.faces.workbench import changes, posts, present, steps
from tongban.faces.workbench.views.task import LONGEST, version_of
from tongban.identity import access
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, NotAllowed, TongbanError

NUMBER: Final = 60
"""Characters of a certificate's number."""


@dataclass(slots=True, kw_only=True)
class Choice:
    """What a clerk typed, whichever way they decide."""

    approve: bool | None = None
    values: dict[str, str] = field(default_factory=dict)
    """Address → raw text of what an approval gives."""
    numbers: dict[str, str] = field(default_factory=dict)
    """Certificate → its number."""
    dates: dict[str, str] = field(default_factory=dict)
    """`<certificate>:issued` and `:until` → raw date."""
    rules: frozenset[str] = frozenset()
    text: str = ""
    law: str = ""


@access.role(Role.CLERK)
@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Choose, fill in, look at what follows, send."""
    post = posts.current(request)
    view = casework.work(post, dispatch_id)
    if not view.may_decide:
        raise NotAllowed("task.not_lead", "The leading department decides.")
    sent = request.method == "POST"
    choice = _read(view, request.POST) if sent else _begin(view)
    if not present.task_acts(post, view).decide:
        return changes.page(request, dispatch_id, changes.moved(), _typed(choice, view))
    return _answer(request, post, view, choice) if sent else _fields(request, view, choice, [])


def _answer(request: HttpRequest, post: Post, view: WorkView, choice: Choice) -> HttpResponse:
    """Go on from what was sent: back to the fields, to the look, or out to the applicant."""
    dispatch_id = view.dispatch.id
    step = steps.step_of(request.POST)
    faults = _check(view, choice) if step != "fill" else []
    if faults or step == "fill":
        return _fields(request, view, choice, faults)
    stale = version_of(request) != view.dispatch.version
    if stale or step == "check":
        told = changes.told(dispatch_id, changes.moved()) if stale else ""
        return _look(request, view, choice, told=told)
    try:
        _send(post, view, choice, version_of(request))
    except InvalidInput as error:
        return _fields(request, view, choice, list(error.faults) or [error.fault("decision")])
    except Conflict as error:
        if error.code in {"task.not_signed", "task.supervisor_settles"}:
            return _look(request, view, choice, told=changes.told(dispatch_id, error))
        return changes.page(request, dispatch_id, error, _typed(choice, view))
    done = "workbench.done.approved" if choice.approve else "workbench.done.rejected"
    messages.success(request, words.say(done, number=view.number))
    return redirect("workbench:task", dispatch_id=dispatch_id)


def _send(post: Post, view: WorkView, choice: Choice, version: int) -> None:
    tasks.decide(
        post,
        view.dispatch.id,
        version,
        approve=bool(choice.approve),
        reasons=_reasons(view, choice),
        produced=choice.values if choice.approve else {},
        certificates=_certificates(choice) if choice.approve else (),
    )


def _begin(view: WorkView) -> Choice:
    """Nothing is decided yet; reasons and the law follow from the rules that hold."""
    fired = [found.rule for found in view.findings if found.rule.outcome == "reject"]
    today = words.today()
    dates = {}
    for issued in view.dispatch.item.produces.certificates:
        dates[f"{issued.certificate}:issued"] = today.isoformat()
        until = _until(today, issued.valid_years)
        dates[f"{issued.certificate}:until"] = until.isoformat() if until else ""
    law = next((key for rule in fired if (key := steps.first_key(rule.law, view))), "")
    return Choice(
        rules=frozenset(rule.code for rule in fired),
        dates=dates,
        law=law or steps.first_key(view.dispatch.item.legal_basis, view),
    )


def _until(start: dt.date, years: int | None) -> dt.date | None:
    """The last day of validity: the day before the same day after `years`; 29 February counts as 1 March."""
    if years is None:
        return None
    try:
        end = start.replace(year=start.year + years)
    except ValueError:
        end = dt.date(start.year + years, 3, 1)
    return end - dt.timedelta(days=1)


def _read(view: WorkView, sent: QueryDict) -> Choice:
    elements = {address: element for address, element, _ in view.produces}
    issued = view.dispatch.item.produces.certificates
    dates = {f"{one.certificate}:{part}": _DATE for one in issued for part in ("issued", "until")}
    known = {rule.code for rule in view.dispatch.item.rules}
    raw = sent.get("decision", "")
    return Choice(
        approve={"approve": True, "reject": False}.get(raw),
        values=forms.read(sent, elements),
        numbers={
            one.certificate: sent.get(f"{one.certificate}:number", "").strip()[:NUMBER] for one in issued
        },
        dates=forms.read(sent, dates),
        rules=frozenset(sent.getlist("rule")) & known,
        text=sent.get("text", "").strip()[:LONGEST],
        law=sent.get("law", ""),
    )


_DATE: Final = DataElement(code="date", name=Text.same("date"), of=("event",), type="date", grade="internal")


def _check(view: WorkView, choice: Choice) -> list[FieldFault]:
    if choice.approve is None:
        return [FieldFault("decision", "decision.none", "Nothing was chosen.", "Approve or refuse.")]
    if choice.approve:
        return _check_values(view, choice) + _check_certificates(choice)
    if _reasons(view, choice):
        return []
    return [FieldFault("text", "outcome.no_reason", "No reason.", "Say why.")]


def _check_values(view: WorkView, choice: Choice) -> list[FieldFault]:
    """Everything that the item says it gives must be given, in the form of its element."""
    faults = []
    for address, element, _ in view.produces:
        raw = choice.values.get(address, "")
        if not raw:
            faults.append(FieldFault(address, "answer.required", "Empty.", "Fill it in."))
            continue
        try:
            answers.read(element, raw, view.catalogue.lists, today=words.today())
        except TongbanError as error:
            faults.append(error.fault(address))
    return faults


def _check_certificates(choice: Choice) -> list[FieldFault]:
    faults = [
        FieldFault(f"{code}:number", "outcome.certificate_number", "Empty.", "Fill it in.")
        for code, number in choice.numbers.items()
        if not number
    ]
    days: dict[str, dt.date | None] = {}
    for name, raw in choice.dates.items():
        try:
            days[name] = _day(raw)
        except TongbanError as error:
            faults.append(error.fault(name))
            continue
        if not raw and name.endswith(":issued"):
            faults.append(FieldFault(name, "answer.required", "Empty.", "Fill it in."))
    for code in choice.numbers:
        issued, until = days.get(f"{code}:issued"), days.get(f"{code}:until")
        if issued and until and until < issued:
            name = f"{code}:until"
            faults.append(
                FieldFault(name, "outcome.until_before_issue", "It ends before it begins.", "Check both.")
            )
    return faults


def _day(raw: str) -> dt.date | None:
    return dt.date.fromisoformat(str(answers.read(_DATE, raw, {}, today=words.today()))) if raw else None


def _certificates(choice: Choice) -> list[NewCertificate]:
    return [
        NewCertificate(
            code=code,
            number=number,
            issued_on=_day(choice.dates[f"{code}:issued"]),
            valid_until=_day(choice.dates[f"{code}:until"]),
        )
        for code, number in choice.numbers.items()
    ]


def _reasons(view: WorkView, choice: Choice) -> list[Reason]:
    """Chosen rules with their own law, then what the clerk wrote with the law that was chosen."""
    found = []
    spoken = _spoken(view)
    if not choice.approve:
        for rule in view.dispatch.item.rules:
            if rule.code in choice.rules:
                cited = present.laws(rule.law, view.catalogue)
                found.append(
                    Reason(
                        code=rule.code,
                        text=spoken.get(rule.code, rule.plain).of(present.LEGAL_LANGUAGE),
                        law=cited[0].cited if cited else "",
                    )
                )
    if choice.text:
        cited_by_key = {law.key: law.cited for law in steps.item_laws(view)}
        found.append(Reason(text=choice.text, law=cited_by_key.get(choice.law, "")))
    return found


def _spoken(view: WorkView) -> dict[str, Text]:
    """Rule → its reason in this case, of those that hold."""
    rules = {rule.code: rule for rule in view.dispatch.item.rules}
    return {
        found.rule.code: found.rule.reason
        for found in view.findings
        if found.rule.outcome == rules[found.rule.code].outcome
    }


def _fields(request: HttpRequest, view: WorkView, choice: Choice, faults: list[FieldFault]) -> HttpResponse:
    wrong = {fault.address: fault for fault in faults}
    approving = (view.dispatch.state, Move.APPROVE) in TRANSITIONS
    effects = present.effects(view)
    ways = [("approve", approving), ("reject", True)]
    chosen = {True: "approve", False: "reject"}.get(choice.approve) if choice.approve is not None else ""
    which = forms.Field(
        name="decision",
        label=words.say("workbench.decision.which"),
        kind="choice",
        error=_sentence(wrong.get("decision")),
        groups=(
            (
                "",
                tuple(
                    forms.Option(
                        value=way, words=words.say(f"workbench.decision.{way}"), chosen=way == chosen
                    )
                    for way, possible in ways
                    if possible
                ),
            ),
        ),
    )
    produced = [
        forms.field_of(
            element,
            name=address,
            label=words.say("workbench.of", role=words.text(role), name=words.text(element.name)),
            catalogue=view.catalogue,
            value=choice.values.get(address),
            fault=wrong.get(address),
        )
        for address, element, role in view.produces
    ]
    certificates = [
        (words.text(one.name), _certificate_fields(one.certificate, view, choice, wrong))
        for one in view.dispatch.item.produces.certificates
    ]
    text = forms.Field(
        name="text",
        label=words.say("workbench.decision.text"),
        hint=words.say("workbench.decision.text_hint"),
        kind="long",
        rows=3,
        required=False,
        max_length=LONGEST,
        value=choice.text,
        error=_sentence(wrong.get("text")),
    )
    fields = [which, *produced, *(each for _, own in certificates for each in own), text]
    context = {
        "task": present.head(view),
        "which": which,
        "produced": produced,
        "certificates": certificates,
        "rules": [
            {
                "code": rule.code,
                "reason": words.text(_spoken(view).get(rule.code, rule.plain)),
                "laws": present.laws(rule.law, view.catalogue),
                "chosen": rule.code in choice.rules,
                "holds": rule.code in _spoken(view),
            }
            for rule in view.dispatch.item.rules
        ],
        "text": text,
        "law": steps.law_field("law", steps.item_laws(view), choice.law),
        "effects": effects,
        "findings": present.findings(view),
        "joint": present.signatures(view),
        "settling": present.settling(view),
        "faults": forms.summary(faults, fields),
    }
    return posts.page(request, "workbench/decision.html", context, status=422 if faults else 200)


def _certificate_fields(
    code: str, view: WorkView, choice: Choice, wrong: dict[str, FieldFault]
) -> list[forms.Field]:
    number = forms.Field(
        name=f"{code}:number",
        label=words.say("workbench.certificate.number"),
        kind="line",
        value=choice.numbers.get(code, ""),
        max_length=NUMBER,
        error=_sentence(wrong.get(f"{code}:number")),
    )
    days = [
        forms.field_of(
            _DATE,
            name=f"{code}:{part}",
            label=words.say(f"workbench.certificate.{part}"),
            catalogue=view.catalogue,
            value=choice.dates.get(f"{code}:{part}"),
            required=part == "issued",
            fault=wrong.get(f"{code}:{part}"),
        )
        for part in ("issued", "until")
    ]
    return [number, *days]


def _sentence(fault: FieldFault | None) -> str:
    return problems.fault_sentence(fault) if fault else ""


def _look(request: HttpRequest, view: WorkView, choice: Choice, *, told: str = "") -> HttpResponse:
    effects = present.effects(view)
    way = "approve" if choice.approve else "reject"
    values = []
    if choice.approve:
        values = [
            (
                words.say("workbench.of", role=words.text(role), name=words.text(element.name)),
                words.value(
                    element,
                    answers.read(element, choice.values[address], view.catalogue.lists, today=words.today()),
                    view.catalogue,
                ),
            )
            for address, element, role in view.produces
        ]
    names = {one.certificate: words.text(one.name) for one in view.dispatch.item.produces.certificates}
    context = {
        "task": present.head(view),
        "way": way,
        "approve": choice.approve,
        "department": words.text(view.dispatch.department.name),
        "reasons": _reasons(view, choice),
        "values": values,
        "certificates": [
            {
                "name": names[one.code],
                "number": one.number,
                "issued": words.day(one.issued_on, with_year=True),
                "until": words.day(one.valid_until, with_year=True),
            }
            for one in (_certificates(choice) if choice.approve else [])
        ],
        "effect": effects[way],
        "appeal": words.text(view.dispatch.item.appeal) if not choice.approve else "",
        "carried": steps.carried(request.POST),
        "told": told,
    }
    return posts.page(request, "workbench/decision_check.html", context, status=409 if told else 200)


def _typed(choice: Choice, view: WorkView) -> list[changes.Typed]:
    """Everything that was typed, in words."""
    labels = {address: words.text(element.name) for address, element, _ in view.produces}
    names = {one.certificate: words.text(one.name) for one in view.dispatch.item.produces.certificates}
    found = [changes.Typed(labels[address], raw) for address, raw in choice.values.items() if raw]
    found += [changes.Typed(names[code], number) for code, number in choice.numbers.items() if number]
    if choice.text:
        found.append(changes.Typed(words.say("workbench.decision.text"), choice.text))
    return found
