"""A case as the citizen's pages show it: cards of departments, what waits for the person, results."""

from collections.abc import Collection
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from tongban.casework import queries as casework
from tongban.casework.domain.moves import ENDED, WELL
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue, DataElement
from tongban.faces.citizen import matters, present
from tongban.faces.citizen.views.draft import accept
from tongban.faces.citizen.views.home import provisional
from tongban.faces.common import forms, pictures, problems, promises, words
from tongban.faces.common.naming import department_name, item_name
from tongban.identity import queries as identity
from tongban.intake.queries import Receipt
from tongban.kernel.errors import FieldFault
from tongban.process.planner import Plan

_ORDER: Final = (
    "correction",
    "accepted",
    "sent",
    "ready",
    "waiting",
    "rejected",
    "blocked",
    "approved",
    "skipped",
    "withdrawn",
)
_OPEN: Final = frozenset({"working", "correction"})
_MEGABYTE: Final = 1024 * 1024


def live_address(application_id: UUID) -> str:
    """Where the browser hears of changes of this case; empty when there is no stream: the page then asks."""
    if not settings.CONFIG.live_url:
        return ""
    token = import_string(settings.LIVE_TOKEN)(application_id)
    return f"{settings.CONFIG.live_url}/live/cases/{application_id}?{urlencode({'token': token})}"


def progress_context(receipt: Receipt, view: casework.CaseView | None) -> dict[str, Any]:
    """Everything the progress page draws; `view` is None while the case is being opened."""
    catalogue = catalogue_queries.version(receipt.catalogue_version)
    context: dict[str, Any] = {
        "application_id": receipt.application_id,
        "event_name": matters.event_name(catalogue, receipt.event_code),
        "receipt": receipt,
        "case": view,
        "promised_day": words.day(view.row.promised_on if view else receipt.promised_on),
        "as_of": words.now_clock(),
    }
    if view is None:
        return context
    done = sum(1 for each in view.dispatches if each.state in ENDED)
    pending = {each.bound.code for each in view.dispatches if each.state not in WELL}
    lines = [_dispatch(each, catalogue, pending) for each in view.dispatches]
    return context | {
        "provisional": provisional(view.row.promised_on, provisional=view.row.provisional),
        "waits": promises.waits(Plan.from_json(view.row.plan)),
        "headline": words.say(
            f"citizen.progress.headline.{view.state}", done=done, total=len(view.dispatches)
        ),
        "share": round(100 * done / len(view.dispatches)) if view.dispatches else 0,
        "picture": pictures.of_case(view, with_staff=False).svg,
        "dispatches": sorted(lines, key=lambda line: _ORDER.index(line["state"])),
        "mine": [
            {
                "item": words.text(each.item.name),
                "department": words.text(each.department.short),
                "href": f"/cases/{receipt.application_id}/corrections/{each.correction.id}",
            }
            for each in view.dispatches
            if each.correction and each.correction.answered_at is None
        ],
        "has_results": any(each.outcome for each in view.dispatches),
        "can_withdraw": view.state in _OPEN,
    }


def _dispatch(each: casework.DispatchView, catalogue: Catalogue, pending: Collection[str]) -> dict[str, Any]:
    join = words.say("citizen.join")
    down = each.down_since
    return {
        "code": each.bound.code,
        "item": words.text(each.item.name),
        "state": each.state,
        "department": words.text(each.department.short),
        "office": words.say(
            "citizen.progress.office", region=each.office, department=words.text(each.department.name)
        ),
        "handler": identity.display_name(each.assigned_to) if each.assigned_to else "",
        "promised": each.promised,
        "statutory": each.statutory,
        "down_since": words.moment(down) if down else "",
        "badge": badge(each, pending),
        "next_step": next_step(each, catalogue, pending),
        "review": _review(each, catalogue),
        "consequences": join.join(item_name(catalogue, code) for code in each.outcome.consequences)
        if each.outcome
        else "",
        "history": [{"at": line.at, "words": _happened(line, catalogue)} for line in each.history],
    }


def _review(each: casework.DispatchView, catalogue: Catalogue) -> str:
    """That several departments look at it together and who is still to answer; never what they said."""
    if not each.reviewed_by or each.ended_at is not None or each.state == "correction":
        return ""
    if not each.review_waits_for:
        return words.say("citizen.progress.reviewed", department=words.text(each.department.short))
    names = [department_name(catalogue, code) for code in each.review_waits_for]
    return words.say("citizen.progress.review", departments=words.say("citizen.join").join(names))


def next_step(each: casework.DispatchView, catalogue: Catalogue, pending: Collection[str] = ()) -> str:
    """What happens next with one item, as a sentence. `pending`: items of the case not yet done."""
    if each.skipped is not None:
        return _spared(each.skipped)
    if _is_held(each, pending):
        return (" " if words.language() == "en" else "").join(_held(one, catalogue) for one in each.holds)
    waits = words.say("citizen.join").join(item_name(catalogue, code) for code in each.waits_for)
    return words.say(f"citizen.next.{each.state}", items=waits, department=words.text(each.department.short))


def badge(each: casework.DispatchView, pending: Collection[str]) -> str:
    """The words of its badge, where its state alone would name the wrong cause; empty: the state's own."""
    if each.skipped is not None or not _is_held(each, pending):
        return ""
    return words.say(f"citizen.hold.badge.{each.holds[0].kind}")


def _is_held(each: casework.DispatchView, pending: Collection[str]) -> bool:
    """Whether something besides other items holds it up now."""
    return bool(each.holds) and not any(code in pending for code in each.waits_for)


def _held(hold: casework.Hold, catalogue: Catalogue) -> str:
    """What has to happen first, besides other items: who reviews, or until when the wait lasts."""
    who = words.say("citizen.join").join(department_name(catalogue, one) for one in hold.departments)
    message = f"citizen.hold.{hold.kind}"
    if hold.kind == "review" and hold.until is not None:
        message = "citizen.hold.review_until"
    return words.say(message, departments=who, title=hold.title, day=words.day(hold.until))


def _spared(spared: casework.SkippedView) -> str:
    """Why nothing has to be done."""
    if spared.certificate is not None:
        reason = words.say(
            "citizen.skipped.held", number=spared.number, certificate=words.text(spared.certificate)
        )
    elif spared.reason is not None:
        reason = words.text(spared.reason)
    else:
        return words.say("citizen.next.unreached")
    return words.say("citizen.next.skipped", reason=reason)


def _happened(line: casework.HistoryLine, catalogue: Catalogue) -> str:
    message = f"history.{line.type.rpartition('.')[2]}"
    who = department_name(catalogue, line.data.get("department"))
    return words.say(message if words.has(message) else "history.other", department=who)


def named_elements(view: casework.CaseView, asked: casework.CorrectionView) -> dict[str, DataElement]:
    """The elements that a notice names, by address: nothing else may be changed."""
    return {
        fault.target: view.catalogue.element(fault.target)
        for fault in asked.faults
        if fault.kind == "address"
    }


def correction_context(
    view: casework.CaseView,
    dispatch: casework.DispatchView,
    asked: casework.CorrectionView,
    *,
    typed: dict[str, str],
    faults: list[FieldFault],
) -> dict[str, Any]:
    """The correction page: one card per named thing, with what, why and how."""
    wrong = {fault.address: fault for fault in faults}
    lines = [_faulty(fault, view, typed, wrong) for fault in asked.faults]
    summary = [
        forms.Fault(line["dom"], line["label"], problems.fault_sentence(wrong[line["target"]]))
        for line in lines
        if line["target"] in wrong
    ]
    shown = {line["target"] for line in lines}
    summary += [
        forms.Fault("", "", problems.fault_sentence(fault)) for fault in faults if fault.address not in shown
    ]
    return {
        "case": view,
        "event_name": words.text(view.event_name),
        "item": words.text(dispatch.item.name),
        "clock": dispatch.promised,
        "faulty": lines,
        "faults": summary,
    }


def _faulty(
    fault: casework.FaultView,
    view: casework.CaseView,
    typed: dict[str, str],
    wrong: dict[str, FieldFault],
) -> dict[str, Any]:
    catalogue = view.catalogue
    line: dict[str, Any] = {
        "target": fault.target,
        "what": fault.what,
        "why": fault.why,
        "how": fault.how,
        "law": fault.law,
        "error": problems.fault_sentence(wrong[fault.target]) if fault.target in wrong else "",
    }
    if fault.kind == "material":
        material = catalogue.materials.get(fault.target.partition(".")[0])
        types = material.accepts if material else ("pdf", "jpeg", "png")
        limit = material.max_megabytes if material else 10
        join = words.say("citizen.join")
        return line | {
            "label": present.paper(material, fault.target, view.bound) if material else fault.target,
            "material": fault.target,
            "dom": forms.dom(fault.target),
            "accept": accept(types),
            "bytes": limit * _MEGABYTE,
            "types": words.say(
                "citizen.materials.types", types=join.join(each.upper() for each in types), megabytes=limit
            ),
        }
    element = catalogue.element(fault.target)
    owner = view.bound.role(fault.target)
    field = forms.field_of(
        element,
        name=fault.target,
        label=words.text(element.asked_of(owner.name)),
        catalogue=catalogue,
        value=typed.get(fault.target, fault.current),
        fault=wrong.get(fault.target),
    )
    label = words.text(element.name)
    if owner.kind != "event":
        label = words.say("citizen.of", role=words.text(owner.name), name=label)
    return line | {"label": label, "field": field, "dom": field.target}


def result_lines(view: casework.CaseView) -> list[dict[str, Any]]:
    """What was decided, item by item."""
    catalogue = view.catalogue
    join = words.say("citizen.join")
    found = []
    for each in view.dispatches:
        if each.outcome is None:
            continue
        outcome = each.outcome
        found.append(
            {
                "item": words.text(each.item.name),
                "department": words.text(each.department.name),
                "decision": "approved" if outcome.approved else "rejected",
                "at": outcome.decided_at,
                "reasons": [
                    {"words": reason.get("text", ""), "law": reason.get("law", "")}
                    for reason in outcome.reasons
                ],
                "certificates": [
                    {
                        "name": words.text(one.name),
                        "number": one.number,
                        "issuer": words.text(one.issuer.name),
                        "day": words.day(one.issued_on),
                    }
                    for one in outcome.certificates
                ],
                "produced": [
                    {
                        "label": present.produced(address, catalogue, view.bound),
                        "value": words.value(catalogue.element(address), value, catalogue),
                    }
                    for address, value in outcome.produced.items()
                ],
                "consequences": join.join(item_name(catalogue, code) for code in outcome.consequences),
                "appeal": words.text(outcome.appeal),
            }
        )
    return found
