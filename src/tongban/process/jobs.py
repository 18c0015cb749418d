"""Work that no person does: handlers by name, and how one piece of work is run.

A handler is called at least once for each piece of work: a worker that dies behind it leaves the work to the
next. `Job.id` stays the same, so a handler that must not act twice hands it on as an idempotency key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.catalogue import calendars
from tongban.kernel.errors import NotFound, TongbanError
from tongban.kernel.log import get_logger
from tongban.process import definitions, store
from tongban.process.domain import CALL, Facts, Work
from tongban.process.engine.machine import listener
from tongban.process.projecting import work_of

log = get_logger(__name__)

FAULT = "handler"
"""Code of the incident of work that could not be done."""


class ModelError(Exception):
    """Raised by a handler: an error that the model may catch, by its code."""

    def __init__(self, code: str, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.values = dict(values or {})


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for a handler."""

    instance: Facts
    work: Work
    values: Mapping[str, Any]
    """Variables as the activity sees them. May be personal."""

    @property
    def id(self) -> str:
        """The same at each attempt, and never that of other work."""
        return f"{self.instance.id}:{self.work.token}"


Handler = Callable[[Job], Mapping[str, Any] | None]
"""Does the work and gives the variables it sets. Raises ModelError, or anything else to be tried again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a piece of work."""

    values: Mapping[str, Any] | None = None
    fault: str = ""
    """Why it could not be done; nothing personal."""
    error: ModelError | None = None
    lasting: bool = False
    """Trying again by itself is no use."""


_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Let `handler` do all work of a kind: `tongban:handler`, else the element's name such as `serviceTask`.

    Raises: ValueError when the kind has a handler.
    """
    if kind in _handlers:
        raise ValueError(f"The handler {kind} is registered twice.")
    _handlers[kind] = handler


def forget(kind: str) -> None:
    """Take a handler off the list again; for tests."""
    _handlers.pop(kind, None)


def run(instance: UUID, token: str, *, now: datetime) -> Answer:
    """Do one piece of work, whether it is held up or open; the instance itself is not moved.

    Of the call of another process only whether it could begin is looked at: workers begin it.
    """
    loaded = store.load(instance)
    held = loaded.state["tokens"].get(token)
    if held is None:
        return Answer(fault="The work is not open any more.", lasting=True)
    made = definitions.compiled(loaded.facts.code, loaded.facts.definition)
    work = work_of(made.graph.nodes[held["node"]], held, token, made.kind)
    if work.kind == CALL:
        try:
            definitions.active(made.graph.nodes[held["node"]].calls)
        except NotFound as error:
            return Answer(fault=error.detail, lasting=True)
        return Answer(lasting=True)
    handler = _handlers.get(work.kind)
    if handler is None and work.what == "sendTask" and not work.department:
        return Answer(values={})  # what it sends is on its way with the step that completes it
    if handler is None:
        return Answer(fault=f"No handler is registered for {work.kind}.", lasting=True)
    values = listener(made.graph, loaded.state, now, calendars.current()).values(token)
    values = {name: value for name, value in values.items() if name not in {"now", "today"}}
    return _handled(handler, Job(loaded.facts, work, values))


def _handled(handler: Handler, job: Job) -> Answer:
    kind = job.work.kind
    try:
        return Answer(values=dict(handler(job) or {}))
    except ModelError as error:
        return Answer(error=error)
    except TongbanError as error:
        return Answer(fault=f"{kind}: {error.code}")
    except Exception as error:  # whatever a handler raises must not stop the worker
        log.exception("process.handler_failed", kind=kind, error=type(error).__name__)
        return Answer(fault=f"{kind}: {type(error).__name__}")
