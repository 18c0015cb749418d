"""Who did what: the history of a task, and the answer to a clerk whose page is out of date."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.casework import inbox
from tongban.casework.queries import DispatchView
from tongban.faces.common import problems, words
from tongban.faces.workbench import posts
from tongban.kernel.errors import Conflict


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Something that the clerk had written, so that it is not lost."""

    label: str
    text: str


def joint_history(dispatch: DispatchView) -> list[Line]:
    """What happened in the joint review of a task, newest first."""
    own = replace(dispatch, history=tuple(one for one in dispatch.history if ".joint_" in one.type))
    return history(own)


def history(dispatch: DispatchView) -> list[Line]:
    """What happened to a task, newest first."""
    return [
        Line(
            each.at,
            _who(each.actor_kind, each.actor_id, dispatch.department.code),
            _what(each.type, each.data, each.actor_id),
        )
        for each in reversed(dispatch.history)
    ]


def told(dispatch_id: UUID, error: Conflict) -> str:
    """Why an act did not happen, in one sentence: who did what and when, if somebody was quicker."""
    if error.code == "task.anothers":
        return words.say("workbench.changed.anothers", who=posts.colleague(error.params.get("account")))
    if error.code == "task.not_signed":
        join = words.say("workbench.join")
        open_ = join.join(posts.department(code) for code in error.params["missing"])
        against = join.join(posts.department(code) for code in error.params["against"])
        if against:
            return words.say("workbench.changed.objected", departments=against)
        return words.say("workbench.changed.unsigned", departments=open_)
    if error.code == "task.supervisor_settles":
        against = words.say("workbench.join").join(posts.department(code) for code in error.params["against"])
        return words.say("workbench.changed.supervisor", departments=against)
    last = inbox.last_change(dispatch_id)
    if last is None:
        return problems.sentence(error)
    return words.say(
        "workbench.changed.by",
        who=_who(last["actor_kind"], last["actor_id"], last["department"]),
        what=_what(last["type"], last["data"], last["actor_id"]),
        at=words.moment(last["at"]),
    )


def moved() -> Conflict:
    """The error that the action would raise, for a page that is seen to be out of date before it acts."""
    return Conflict("task.changed", "Somebody else has changed this meanwhile.")


def page(
    request: HttpRequest, dispatch_id: UUID, error: Conflict, typed: list[Typed] | None = None
) -> HttpResponse:
    """The page for the second of two: who did what, when, what is safe, and what one had typed."""
    context = {
        "told": told(dispatch_id, error),
        "typed": typed or [],
        "task": reverse("workbench:task", args=[dispatch_id]),
    }
    return posts.page(request, "workbench/changed.html", context, status=409)


def _who(kind: str, actor_id: str, department: str) -> str:
    if kind == "staff":
        name = posts.colleague(int(actor_id)) if actor_id.isdigit() else ""
        return name or words.say("workbench.who.staff")
    if kind == "department":
        return posts.department(department)
    return words.say("workbench.who.person" if kind == "person" else "workbench.who.system")


def _what(type_: str, data: Mapping[str, Any], actor_id: str) -> str:
    name = type_.rpartition(".")[2]
    if name in _JOINT:
        return _joint(name, data)
    if name == "task_assigned":
        return _given(data, actor_id)
    if name == "joint_signed":
        message = "workbench.history.joint_signed" if data["agrees"] else "workbench.history.joint_objected"
        return words.say(message, department=posts.department(data["department"]))
    message = f"workbench.history.{name}"
    return words.say(message if words.has(message) else "workbench.history.other")


def _given(data: Mapping[str, Any], actor_id: str) -> str:
    to = data.get("to", "")
    if data.get("strategy"):
        return words.say("workbench.history.task_given", who=posts.colleague(int(to)))
    if not to:
        return words.say("workbench.history.task_released")
    if to == actor_id:
        return words.say("workbench.history.task_claimed")
    return words.say("workbench.history.task_assigned", who=posts.colleague(int(to)))


_JOINT: Final = frozenset({"joint_review_asked", "joint_review_released", "joint_lapsed", "joint_settled"})


def _joint(name: str, data: Mapping[str, Any]) -> str:
    """What happened in a joint review, with the departments it happened to."""

    def listed(codes: list[str]) -> str:
        return words.say("workbench.join").join(posts.department(code) for code in codes)

    match name:
        case "joint_review_asked":
            tables = "".join(
                words.say("workbench.history.joint_table", name=posts.decision(code), numbers=numbers)
                for code, numbers in data.get("tables", {}).items()
            )
            if not data["asked"]:
                return words.say("workbench.history.joint_again", departments=listed(data["again"])) + tables
            departments = listed([*data["asked"], *data["again"]])
            return words.say("workbench.history.joint_review_asked", departments=departments) + tables
        case "joint_review_released":
            return words.say("workbench.history.joint_review_released", departments=listed(data["released"]))
        case "joint_lapsed":
            return words.say(
                f"workbench.history.joint_lapsed.{data['silence']}",
                departments=posts.department(data["department"]),
            )
        case _:
            message = f"workbench.history.joint_settled.{data['decision']}"
            return words.say(message, departments=listed([*data["over"], *data["without"]]))
