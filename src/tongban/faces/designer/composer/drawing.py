"""From the computed plan to a drawn process, in one step."""

from collections import Counter
from typing import Any

from tongban.catalogue.domain import Catalogue
from tongban.design import actions, drawn, queries
from tongban.design.composing import editing
from tongban.design.composing.drawing import END, START, apart, model_of_plan
from tongban.faces.common import elements, words
from tongban.faces.common.naming import item_name
from tongban.faces.designer.canvas import looking
from tongban.faces.designer.composer.desk import KIND, Desk, text_of
from tongban.kernel.errors import InvalidInput
from tongban.process.planner import Plan


def draw(desk: Desk, seen: int) -> str:
    """Draw the plan of a life event and let the event run as drawn; the code of the process.

    Args:
        desk: the event.
        seen: the revision of the event's file that the person looked at.

    Raises InvalidInput `compose.no_plan` when there is nothing to draw, Conflict `draft.changed`.
    """
    held = str(desk.content.get("process") or "")
    if held in desk.catalogue.processes:
        return held
    plan = desk.outlook.plan
    if plan is None or not plan.nodes:
        raise InvalidInput("compose.no_plan", "The life event has no items whose order could be drawn.")
    taken = desk.catalogue.processes
    code = next(
        each for each in (desk.code, *(f"{desk.code}_{n}" for n in range(2, 999))) if each not in taken
    )
    model = _model(desk, plan, code, text_of(desk.content.get("name")) or desk.code)
    event = editing.set_facts(desk.content, {"process": code})
    actions.save_together(
        desk.post,
        desk.draft.id,
        [("processes", code, {"code": code, "model": model}, 0), (KIND, desk.code, event, seen)],
    )
    return code


def _model(desk: Desk, plan: Plan, code: str, name: str) -> str:
    return model_of_plan(
        plan,
        code,
        name,
        {
            START: words.say("designer.canvas.js.new.start"),
            END: words.say("designer.canvas.js.new.end"),
        },
        lambda item: words.text(desk.catalogue.item(item).name),
    )


def standing(desk: Desk) -> dict[str, Any] | None:
    """How the drawing of an event and its items have gone apart, in words; None while they have not."""
    process = str(desk.content.get("process") or "")
    graph = drawn.graph_of(desk.catalogue, process) if process else None
    if graph is None:
        return None
    found = apart(graph, [str(use.get("item")) for use in desk.content.get("items", ())])
    if not found.missing and not found.foreign:
        return None
    join = words.say("composer.say.list").join
    named = elements.given_names(graph)
    lost = [named.get(node.id) or words.say("composer.redraw.unnamed") for node in found.own]
    if found.conditions:
        lost.append(words.say("composer.redraw.conditions", count=found.conditions))
    plan = desk.outlook.plan
    return {
        "missing": join(item_name(desk.catalogue, code) for code in found.missing),
        "foreign": join(item_name(desk.catalogue, code) for code in found.foreign),
        "lost": [f"{name} × {count}" if count > 1 else name for name, count in Counter(lost).items()],
        "may": bool(plan and plan.nodes) and not _others(desk, process),
        "seen": queries.file(desk.post, desk.draft.id, "processes", process)[1],
    }


def _others(desk: Desk, process: str) -> bool:
    """Whether another life event runs as the same drawing."""
    found = desk.catalogue.life_events
    return any(one.process == process for code, one in found.items() if code != desk.code)


def redraw(desk: Desk, seen: int) -> str:
    """Put the plan as it is now in place of the drawing: one step of its file, which can be undone there.

    Args:
        desk: the event.
        seen: the revision of the drawing that the person looked at.

    Raises InvalidInput `compose.no_plan`, also where another event runs as the same drawing, and Conflict
    `draft.changed`.
    """
    process, plan = str(desk.content.get("process") or ""), desk.outlook.plan
    if process not in desk.catalogue.processes or not plan or not plan.nodes or _others(desk, process):
        raise InvalidInput("compose.no_plan", "The life event has no items whose order could be drawn.")
    model = _model(desk, plan, process, title(desk.catalogue, process))
    content = {"code": process, "model": model}
    actions.save(desk.post, desk.draft.id, "processes", process, content, seen, apart=True)
    return process


def title(catalogue: Catalogue, process: str) -> str:
    """What people call a drawn process: the name that it carries, else its code."""
    return looking.title(catalogue.processes[process].model) or process
