"""What can be done with processes: deploy a model, start it, tell it what has happened, operate it.

Every action is one statement, or one transaction where rows of others move with it. Inside a caller's
transaction it joins that. An event that no longer means anything (work that is done already, a message seen
before) changes nothing and says so: `Outcome.changed`.
"""

from tongban.process.actions.batching import apply_each, apply_many
from tongban.process.actions.beginning import Beginning, begin_each, start
from tongban.process.actions.deploying import deploy, deploy_plan
from tongban.process.actions.erasing import erase
from tongban.process.actions.operating import (
    assign,
    cancel,
    hasten,
    move,
    resume,
    retry,
    set_variables,
    suspend,
)
from tongban.process.actions.posting import Delivery, message, signal
from tongban.process.actions.stepping import apply, complete, escalate, fail, refuse
from tongban.process.actions.transferring import (
    begin_transfer,
    preview,
    progress,
    revert_transfer,
    run_transfer,
)

__all__ = [
    "Beginning",
    "Delivery",
    "apply",
    "apply_each",
    "apply_many",
    "assign",
    "begin_each",
    "begin_transfer",
    "cancel",
    "complete",
    "deploy",
    "deploy_plan",
    "erase",
    "escalate",
    "fail",
    "hasten",
    "message",
    "move",
    "preview",
    "progress",
    "refuse",
    "resume",
    "retry",
    "revert_transfer",
    "run_transfer",
    "set_variables",
    "signal",
    "start",
    "suspend",
]
