"""From the computed plan to a drawn process, in one step."""

from tongban.catalogue.domain import Catalogue
from tongban.design import actions
from tongban.design.composing import editing
from tongban.design.composing.drawing import END, START, model_of_plan
from tongban.faces.common import words
from tongban.faces.designer.canvas import looking
from tongban.faces.designer.composer.desk import KIND, Desk, text_of
from tongban.kernel.errors import InvalidInput


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
    model = model_of_plan(
        plan,
        code,
        text_of(desk.content.get("name")) or desk.code,
        {
            START: words.say("designer.canvas.js.new.start"),
            END: words.say("designer.canvas.js.new.end"),
        },
        lambda item: words.text(desk.catalogue.item(item).name),
    )
    event = editing.set_facts(desk.content, {"process": code})
    actions.save_together(
        desk.post,
        desk.draft.id,
        [("processes", code, {"code": code, "model": model}, 0), (KIND, desk.code, event, seen)],
    )
    return code


def title(catalogue: Catalogue, process: str) -> str:
    """What people call a drawn process: the name that it carries, else its code."""
    return looking.title(catalogue.processes[process].model) or process
