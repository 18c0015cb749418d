"""Asking for a correction: one itemised notice, seen as the applicant will read it before it goes out."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tongban.casework import inbox as casework
from tongban.casework import tasks
from tongban.casework.actions import Fault
from tongban.casework.inbox import WorkView
from tongban.faces.common import forms, problems, words
from tongban.faces.workbench import changes, posts, present, steps
from tongban.faces.workbench.views.task import LONGEST, version_of
from tongban.identity import access
from tongban.identity.domain import Post, Role
from tongban.kernel.errors import Conflict, FieldFault, InvalidInput, NotAllowed

TEXTS = ("what", "why", "how")


@dataclass(slots=True, kw_only=True)
class Target:
    """One thing of this item that may be named."""

    key: str
    kind: str
    label: str
    value: str = ""
    picked: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    law: str = ""
    fields: list[forms.Field] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Id of its checkbox."""
        return str(forms.dom(f"pick:{self.key}"))


@access.role(Role.CLERK)
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, dispatch_id: UUID) -> HttpResponse:
    """Choose what to mend, say what, why and how; look at the notice; send it."""
    post = posts.current(request)
    view = casework.work(post, dispatch_id)
    if not view.may_decide:
        raise NotAllowed("task.not_lead", "The leading department decides.")
    sent = request.method == "POST"
    targets = targets_of(view, request.POST if sent else None)
    if not present.task_acts(post, view).correct:
        return changes.page(request, dispatch_id, changes.moved(), _typed(targets))
    return _answer(request, post, view, targets) if sent else _fields(request, view, targets, [])


def _answer(request: HttpRequest, post: Post, view: WorkView, targets: list[Target]) -> HttpResponse:
    """Go on from what was sent: back to the fields, to the notice, or out to the applicant."""
    dispatch_id = view.dispatch.id
    picked = [target for target in targets if target.picked]
    step = steps.step_of(request.POST)
    faults = _check(picked) if step != "fill" else []
    if faults or step == "fill":
        return _fields(request, view, targets, faults)
    # Someone was here in between: say so, keep the words, let the clerk decide again.
    stale = version_of(request) != view.dispatch.version
    if stale or step == "check":
        told = changes.told(dispatch_id, changes.moved()) if stale else ""
        return _look(request, view, picked, told=told)
    try:
        tasks.ask_correction(post, dispatch_id, version_of(request), [_fault(each, view) for each in picked])
    except InvalidInput as error:
        return _fields(request, view, targets, list(error.faults) or [error.fault("faults")])
    except Conflict as error:
        return changes.page(request, dispatch_id, error, _typed(targets))
    messages.success(request, words.say("workbench.done.corrected", number=view.number))
    return redirect("workbench:task", dispatch_id=dispatch_id)


def targets_of(view: WorkView, sent: QueryDict | None) -> list[Target]:
    """The item's own elements and documents, with what was typed or what the rules propose."""
    found = [
        Target(
            key=line.address,
            kind="address",
            label=words.say("workbench.of", role=words.text(line.role), name=words.text(line.element.name)),
            value=words.value(line.element, line.value, view.catalogue),
        )
        for line in view.elements
    ]
    given = {line.material for line in view.files}
    found += [
        Target(
            key=one.key,
            kind="material",
            label=steps.material_label(one, view),
            value=words.say("workbench.files.given" if one.key in given else "workbench.files.missing"),
        )
        for one in view.dispatch.bound.materials
    ]
    if sent is None:
        _propose(found, view)
        return found
    picks = frozenset(sent.getlist("pick"))
    for target in found:
        target.picked = target.key in picks
        target.texts = {name: sent.get(f"{name}:{target.key}", "").strip()[:LONGEST] for name in TEXTS}
        target.law = sent.get(f"law:{target.key}", "")
    return found


def _propose(targets: list[Target], view: WorkView) -> None:
    """Begin with what the rules found, why each thing is needed, and the law behind it."""
    item = view.dispatch.item
    basis = steps.first_key(item.legal_basis, view)
    needs = {need.element: need for need in item.needs}
    asked = {one.key: one.need for one in view.dispatch.bound.materials}
    for target in targets:
        need = needs.get(target.key)
        document = asked.get(target.key)
        why = need.why if need else document.note if document else None
        law = need.law if need else document.law if document else ()
        target.texts = {
            "what": "",
            "why": words.text(why),
            "how": words.say(f"workbench.correction.how.{target.kind}"),
        }
        target.law = steps.first_key(law, view) or basis
    for found in view.findings:
        if found.rule.outcome != "correct":
            continue
        for target in targets:
            if target.key in found.rule.names:
                target.picked = True
                target.texts["what"] = found.rule.reason.of(present.LEGAL_LANGUAGE)
                target.law = steps.first_key(found.rule.law, view) or target.law


def _check(picked: list[Target]) -> list[FieldFault]:
    if not picked:
        return [FieldFault("faults", "correction.empty", "Nothing was chosen.", "Choose what to mend.")]
    return [
        FieldFault(f"{name}:{target.key}", f"correction.{name}", "Empty.", "The applicant reads it.")
        for target in picked
        for name in TEXTS
        if not target.texts[name]
    ]


def _fault(target: Target, view: WorkView) -> Fault:
    cited = {law.key: law.cited for law in steps.item_laws(view)}
    return Fault(
        target=target.key,
        kind=target.kind,
        law=cited.get(target.law, ""),
        **{name: target.texts[name] for name in TEXTS},
    )


def _fields(
    request: HttpRequest, view: WorkView, targets: list[Target], faults: list[FieldFault]
) -> HttpResponse:
    wrong = {fault.address: problems.fault_sentence(fault) for fault in faults}
    laws = steps.item_laws(view)
    for target in targets:
        target.fields = [
            forms.Field(
                name=f"{name}:{target.key}",
                label=words.say(f"workbench.correction.{name}"),
                kind="long",
                rows=2,
                max_length=LONGEST,
                value=target.texts[name],
                error=wrong.get(f"{name}:{target.key}", ""),
            )
            for name in TEXTS
        ]
        target.fields.append(steps.law_field(f"law:{target.key}", laws, target.law))
    summary = [
        forms.Fault(each.target, target.label, each.error)
        for target in targets
        for each in target.fields
        if each.error
    ]
    if "faults" in wrong:
        summary.insert(0, forms.Fault(targets[0].id if targets else "", "", wrong["faults"]))
    context = {
        "task": present.head(view),
        "elements": [target for target in targets if target.kind == "address"],
        "materials": [target for target in targets if target.kind == "material"],
        "findings": present.findings(view),
        "faults": summary,
    }
    return posts.page(request, "workbench/correction.html", context, status=422 if faults else 200)


def _look(request: HttpRequest, view: WorkView, picked: list[Target], *, told: str = "") -> HttpResponse:
    faults: list[dict[str, Any]] = [
        {"label": target.label, "value": target.value, "fault": _fault(target, view)} for target in picked
    ]
    context = {
        "task": present.head(view),
        "department": words.text(view.dispatch.department.name),
        "lines": faults,
        "carried": steps.carried(request.POST),
        "told": told,
    }
    return posts.page(request, "workbench/correction_check.html", context, status=409 if told else 200)


def _typed(targets: list[Target]) -> list[changes.Typed]:
    return [
        changes.Typed(target.label, "\n".join(target.texts[name] for name in TEXTS if target.texts[name]))
        for target in targets
        if target.picked
    ]
