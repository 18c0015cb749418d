"""What a step changes, before anything of it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.catalogue import calendars
from tongban.kernel.calendar import official
from tongban.process import definitions, engine, events, projecting, store
from tongban.process.definitions import Compiled
from tongban.process.domain import CALL, Facts, Outcome
from tongban.process.engine.events import Event

Values = Mapping[str, Any]


@dataclass(slots=True)
class Step:
    """One step as it is to be written."""

    facts: Facts
    """As the instance stands afterwards."""
    state: Values
    change: projecting.Change
    parcels: Sequence[store.Parcel]
    events: Sequence[Any]
    """Of the journal, in their order."""
    next_due: datetime | None
    wake: bool
    """Whether a worker has something to do for a reason that is not to be seen in what changes."""
    outcome: Outcome


def computed(loaded: store.Loaded, event: Event, now: datetime) -> Step | Outcome:
    """What an event does to an instance; an outcome alone when it changes nothing.

    Raises: NotFound, Conflict, as `definitions.compiled` and the engine do.
    """
    facts, state = loaded.facts, loaded.state
    made = definitions.compiled(facts.code, facts.definition)
    calendar = calendars.current() if made.timed else official()
    cause = type(event).__name__.lower()
    new, effects = engine.step(made.graph, state, event, now, calendar, decisions=made.decisions)
    if _nothing(state, new, effects):
        return Outcome(instance=facts, changed=False, cause=cause, effects=tuple(effects))
    token = getattr(event, "token", "")
    at = state["tokens"][token]["node"] if token in state["tokens"] else ""
    begin = facts.version == 0
    facts = facts.after(new["status"])
    change = projecting.change(None if begin else state, new, made, now, calendar)
    return Step(
        facts,
        new,
        change,
        _parcels(facts, made, state, new, effects),
        events.of_step(str(facts.id), facts.version, cause, at, effects),
        engine.next_due(new) if new["status"] == "active" else None,
        state["status"] == "suspended",  # what was held back meanwhile is due now
        Outcome(
            instance=facts, changed=True, cause=cause, opened=change.opened, closed=change.closed,
            effects=tuple(effects),
        ),
    )  # fmt: skip


def _nothing(before: Values, after: Values, effects: Sequence[Values]) -> bool:
    """Whether a step has changed nothing that is worth writing down."""
    if after["step"] == before["step"]:
        return True
    if effects and any(each["type"] != "unmatched" for each in effects):
        return False
    return all(after.get(name) == value for name, value in before.items() if name != "step") and set(
        after
    ) == set(before)


def _parcels(
    facts: Facts, made: Compiled, before: Values, after: Values, effects: Sequence[Mapping[str, Any]]
) -> list[store.Parcel]:
    """What a step sends on: messages, signals, its end to its caller, the end to what it had called."""
    sent: list[store.Parcel] = []
    for each in effects:
        if each["type"] == "send":
            if facts.owner and made.graph.nodes[each["element"]].ours.get("department"):
                continue  # it is for that department's system: the owner sends it, and nobody else takes it
            targets = made.graph.message_flows.get(each["element"], ())
            keys = each.get("keys")
            if each["name"] and not targets:
                sent.append(store.Parcel(kind="message", name=each["name"], origin=facts.id, keys=keys))
            sent += [
                store.Parcel(kind="message", name=each["name"], target=target, origin=facts.id, keys=keys)
                for target in targets
            ]
        elif each["type"] == "signal" and each["name"]:
            sent.append(store.Parcel(kind="signal", name=each["name"], origin=facts.id))
        elif each["type"] == "ended" and facts.parent is not None and each["status"] == "completed":
            values = after["frames"]["0"].get("vars", {})
            sent.append(
                store.Parcel(
                    kind="done", to=facts.parent, target=facts.parent_token, origin=facts.id, values=values
                )
            )
    done = {each["token"] for each in effects if each["type"] == "completed"}
    for token, held in before["tokens"].items():
        if (
            token in done
            or held["st"] != "work"
            or after["tokens"].get(token, {}).get("node") == held["node"]
        ):
            continue
        if projecting.work_kind(made.graph.nodes[held["node"]], made.kind) == CALL:
            sent.append(store.Parcel(kind="stop", target=token, origin=facts.id))
    return sent
