"""Activities: tasks, sub-processes, calls; and events that wait."""

from tongban.kernel.errors import TongbanError
from tongban.process.decisions import Decision
from tongban.process.engine.core import HERE, Held, Json
from tongban.process.engine.repeating import Repeating, agreed
from tongban.process.expressions import Expression, to_json
from tongban.process.graph import Kind, Node, Scope, Trigger
from tongban.rules.reviewing import Said

MAX_CALLS = 40
"""Calls within calls."""


NO_RISK = "no_risk"
"""Why a joint review was left out: its risk rule, or its decision, says that there is no risk."""


ASKED = "asked"
"""In a token: whom the decision of a joint review chose (`joint`), and within how many working `days`."""


class Working(Repeating):
    """Begins and ends activities."""

    # ------------------------------------------------------------------ beginning

    def begin(self, token: str) -> None:
        """An activity, waiting event or event-based gateway begins."""
        node = self.node(token)
        if node.kind is Kind.CATCH:
            self.wait(token, node)
        elif node.kind is Kind.EVENT_BASED:
            self.race(token, node)
        elif self.is_instance(token):
            if self.is_safe(token, node):
                self.pass_over(token, node)
            else:
                self.body(token, node)
        elif node.skip is not None and self.holds(node.skip, self.values(token)):
            self.tell("skipped", element=node.id, token=token, reason=node.ours.get("skip-reason", ""))
            self.completed(token)
            self.after(token)
        elif node.loop is None and self.is_safe(token, node):  # of several runs each is judged by its value
            self.pass_over(token, node)
        else:
            self.arm(token, node)
            if node.loop is not None:
                self.repeat(token, node, node.loop)
            else:
                self.body(token, node)

    def pass_over(self, token: str, node: Node) -> None:
        """A joint review that has nothing to look at is over; an objection in a run beside it stands."""
        beside = self.frames[self.tokens[token]["frame"]]["kind"] == "multi"
        if not beside or self.values(token).get(agreed(node.id)) is not False:
            self.assign(token, {agreed(node.id): True})
        self.tell("skipped", element=node.id, token=token, reason=NO_RISK)
        self.completed(token)
        self.done_once(token, node)

    def is_safe(self, token: str, node: Node) -> bool:
        """Whether a joint review has nothing to look at: its condition, or its decision, says so.

        A risk that is not known, or a decision that gives nothing, is not assumed away.
        """
        if node.risk is not None and self.evaluate(node.risk, self.values(token)) is False:
            return True
        said = self.asked_of(token, node)
        return said is not None and not said.calls

    def asked_of(self, token: str, node: Node) -> Said | None:
        """What its decision says of a joint review; None where there is none, or it fails."""
        decision = self.decisions.get(node.asks_risk)
        if decision is None:
            return None
        values = self.values(token)
        try:
            given = self.evaluate(node.risk_given, values) if node.risk_given is not None else {}
            if not isinstance(given, dict):
                return None
            return Said.of(decision(node.ours.get("joint-decision-name", ""), values | given))
        except (TongbanError, Held):
            return None

    def arm(self, token: str, node: Node) -> None:
        """Set the timers of the boundary events."""
        for identity in node.boundaries:
            event = self.graph.nodes[identity]
            for definition in event.definitions:
                if definition.trigger is Trigger.TIMER:
                    self.schedule(definition, identity, self.values(token), token=token)
                self.changed = self.changed or definition.trigger is Trigger.CONDITIONAL

    def wait(self, token: str, node: Node) -> None:
        """An intermediate event waits; an end of a link does not."""
        if any(each.trigger is Trigger.LINK for each in node.definitions) or not node.definitions:
            self.decide(token)
            return
        for definition in node.definitions:
            if definition.trigger is Trigger.TIMER:
                self.schedule(definition, node.id, self.values(token), token=token)
            self.changed = self.changed or definition.trigger is Trigger.CONDITIONAL
        self.tokens[token]["st"] = "wait"
        self.tell("wait", element=node.id, token=token)

    def race(self, token: str, node: Node) -> None:
        """The first of the events behind the gateway decides."""
        for flow in node.outgoing:
            target = self.graph.nodes[self.graph.flows[flow].target]
            for definition in target.definitions:
                if definition.trigger is Trigger.TIMER:
                    self.schedule(definition, target.id, self.values(token), token=token)
                self.changed = self.changed or definition.trigger is Trigger.CONDITIONAL
        self.tokens[token]["st"] = "race"
        self.tell("wait", element=node.id, token=token)

    def body(self, token: str, node: Node) -> None:
        """Do an activity once."""
        for name, expression in node.inputs if node.kind is not Kind.CALL else ():
            value = self.evaluate(expression, self.values(token))
            if value is not None:
                self.set_local(token, {name: value})
        if node.kind is Kind.SUB:
            frame = self.open(node.id, "sub", token)
            self.open_scope(frame, node.id)
        elif node.kind is Kind.CALL and (called := self.called(token, node)) in self.graph.processes:
            self.call(token, node, called)
        elif node.script is not None:
            self.run_script(token, node, node.script)
        elif node.decision in self.decisions:
            self.ask(token, node, self.decisions[node.decision])
        elif node.what == "receiveTask" and self.receives(node):
            self.tokens[token]["st"] = "wait"
            self.tell("wait", element=node.id, token=token)
        else:
            self.hand_out(token, node)

    def hand_out(self, token: str, node: Node) -> None:
        """An activity is work for somebody."""
        self.tokens[token]["st"] = "work"
        effect: Json = {"type": "work", "element": node.id, "token": token, "what": node.what}
        if node.asks_risk:
            self.tokens[token].pop(ASKED, None)
            said = self.asked_of(token, node)
            there = node.ours.get("joint", "").split()
            chosen = list(said.among(there)) if said is not None else there
            if said is not None and (said.days or chosen != there):
                asked: Json = {"joint": chosen} | ({"days": said.days} if said.days else {})
                self.tokens[token][ASKED] = asked
                effect |= asked
        self.effects.append(effect)

    def receives(self, node: Node) -> bool:
        """Whether a receive task has something to wait for."""
        addressed = any(node.id in targets for targets in self.graph.message_flows.values())
        return node.message is not None or addressed

    def run_script(self, token: str, node: Node, script: Expression) -> None:
        """A script in FEEL: its result goes to its variable, or, being a context, to several."""
        values = self.values(token)
        result = self.evaluate(script, values)
        if result is None:
            _, reason = script.evaluate(values, self.graph.names)
            if reason:
                raise Held("script", f"The script has no result: {reason}")
        if node.result:
            self.assign(token, {node.result: result})
        elif isinstance(result, dict):
            self.assign(token, result)
        self.finish(token)

    def ask(self, token: str, node: Node, decision: Decision) -> None:
        """A decision: its result goes to its variable, or, being a context, to several."""
        try:
            result = to_json(decision(node.decision_name, self.values(token)))
        except TongbanError as error:
            raise Held("decision", f"The decision {node.decision} gives no result: {error}") from None
        if node.result:
            self.assign(token, {node.result: result})
        elif isinstance(result, dict):
            self.assign(token, result)
        self.finish(token)

    def called(self, token: str, node: Node) -> str:
        """The process that a call activity starts, if it is one of this model."""
        if node.calls_by is None or node.calls_by.feel is None:
            return node.calls
        name = self.evaluate(node.calls_by, self.values(token))
        return name if isinstance(name, str) else ""

    def call(self, token: str, node: Node, called: str) -> None:
        """Begin the called process in a frame of its own, with what it is given."""
        depth, at = 0, self.tokens[token]["frame"]
        while "owner" in self.frames[at]:
            depth += self.frames[at]["kind"] == "call"
            at = self.tokens[self.frames[at]["owner"]]["frame"]
        if depth >= MAX_CALLS:
            raise Held("calls", f"More than {MAX_CALLS} processes call one another.")
        seen = self.values(token)
        given: Json = {name: self.evaluate(expression, seen) for name, expression in node.inputs}
        if node.share_in:
            given = {name: value for name, value in seen.items() if name not in HERE} | given
        frame = self.open(called, "call", token, vars=given)
        self.open_scope(frame, called)

    def open_scope(self, frame: str, scope: str, at: str = "") -> None:
        """Put the first tokens into a new frame and let its event sub-processes listen."""
        body = self.graph.scopes[scope]
        owner = self.graph.nodes.get(scope)
        self.place_data(frame, body)
        self.listen(frame, body)
        if at:
            begin = [at]
        elif owner is not None and owner.adhoc:
            begin = [
                each
                for each in body.nodes
                if not self.graph.nodes[each].incoming
                and self.graph.nodes[each].kind is not Kind.BOUNDARY
                and not self.graph.nodes[each].for_compensation
                and each not in body.handlers
            ]
            if owner.one_by_one:
                self.frames[frame]["todo"] = begin[1:]
                begin = begin[:1]
        else:
            begin = list(body.starts or body.triggered[:1])
        for each in begin:
            self.put(each, frame)
        if not begin:
            self.settle(frame)

    def listen(self, frame: str, body: Scope) -> None:
        """The event sub-processes of a scope begin to wait.

        Held when the timer of one says no time; where no activity stands for the scope, as an incident of
        the process, which goes on without that timer.
        """
        for handler in body.handlers:
            for start in self.graph.scopes[handler].triggered:
                definitions = self.graph.nodes[start].definitions
                self.changed = self.changed or any(
                    each.trigger is Trigger.CONDITIONAL for each in definitions
                )
                self.set_timers(start, frame)

    def set_timers(self, start: str, frame: str) -> bool:
        """Set the timers of an event sub-process; whether all of them say a time."""
        for definition in self.graph.nodes[start].definitions:
            if definition.trigger is not Trigger.TIMER:
                continue
            try:
                self.schedule(definition, start, self.frame_values(frame), frame=frame)
            except Held as error:
                if "owner" in self.frames[frame]:
                    raise
                incident = {
                    "id": self.number(), "element": start, "code": error.code, "message": error.message,
                }  # fmt: skip
                self.state["incidents"].append({**incident, "token": "", "frame": frame})
                self.tell("incident", **incident)
                return False
        return True

    def place_data(self, frame: str, body: Scope) -> None:
        """The data of a scope begin: with their first value, else with what has their name around it."""
        if not body.own:
            return
        around = self.frame_values(frame)
        held = self.frames[frame].setdefault("vars", {})
        for name, first in body.own:
            if first is not None and (body.parent or name not in held):
                try:
                    held[name] = to_json(self.evaluate(first, around))
                except Held:  # as unknown as data that begin with nothing
                    held[name] = None
            elif body.parent:
                held[name] = None if name in body.hides else to_json(around.get(name))
        self.changed = True

    # ------------------------------------------------------------------ ending

    def finish(self, token: str) -> None:
        """An activity is done once: its data goes out, what can be undone is noted, the token goes on."""
        node = self.node(token)
        self.tokens[token].pop(ASKED, None)
        self.give(token, node)
        if not self.is_instance(token):
            self.forget("token", token)
        inside = node.kind is Kind.SUB and "child" in self.tokens[token]
        self.remember(token, node, self.frames[self.tokens[token]["child"]].get("done", []) if inside else [])
        if "child" in self.tokens[token]:
            if inside and node.loop is not None and self.is_instance(token):
                held = self.frames[self.tokens[token]["child"]].get("vars", {})
                self.set_local(token, {name: held[name] for name in (node.loop.result,) if name in held})
            self.close(self.tokens[token].pop("child"))
        self.completed(token)
        if node.what == "sendTask":
            self.send(token, node.message.name if node.message else "")
        self.done_once(token, node)

    def done_once(self, token: str, node: Node) -> None:
        """Go on after an activity: to its next run where it is one of several, else on from it."""
        if self.is_instance(token):
            self.guard(token, lambda each: self.instance_over(each, node), at="instance")
        else:
            self.after(token)

    def after(self, token: str) -> None:
        """Go on after an activity: along its flows, or to what the surroundings do next."""
        frame = self.tokens[token]["frame"]
        holder = self.frames[frame]
        if holder["kind"] == "undo":
            self.remove(token)
            self.undo_next(frame)
            return
        owner = self.graph.nodes.get(holder["node"])
        enough = owner.enough if owner is not None and owner.adhoc else None
        if owner is not None and enough is not None and self.holds(enough, self.frame_values(frame)):
            holder.pop("todo", None)
            if owner.cancel_rest:
                for each in self.inside(frame):
                    self.remove(each)
                self.settle(frame)
                return
        self.leave(token)

    def give(self, token: str, node: Node) -> None:
        """Hand the data of an activity to its surroundings."""
        child = self.tokens[token].get("child")
        if child is None and not node.outputs:
            return
        called = child is not None and self.frames[child]["kind"] == "call"
        inside = self.frame_values(child) if child is not None else self.values(token)
        given: Json = {}
        if called and child is not None and node.share_out:
            own = {"loopCounter", node.loop.item} if node.loop is not None else set()
            held = self.frames[child].get("vars", {})
            given |= {name: value for name, value in held.items() if name not in own}
        for name, expression in node.outputs:
            value = self.evaluate(expression, inside)
            if value is not None:
                given[name] = value
        self.assign_outside(token, given)

    def remember(self, token: str, node: Node, inner: list[Json]) -> None:
        """Note an activity that can be undone later."""
        undoes_itself = node.kind is Kind.SUB and any(
            definition.trigger is Trigger.COMPENSATION
            for handler in self.graph.scopes[node.id].handlers
            for start in self.graph.scopes[handler].triggered
            for definition in self.graph.nodes[start].definitions
        )
        if node.for_compensation or node.on_event or not (node.handler or inner or undoes_itself):
            return
        frame = self.tokens[token]["frame"]
        while self.frames[frame]["kind"] in {"multi", "loop"}:
            frame = self.tokens[self.frames[frame]["owner"]]["frame"]
        record: Json = {"node": node.id}
        if inner:
            record["inner"] = inner
        known = dict(self.tokens[token].get("vars", {}))
        if node.kind is Kind.SUB and "child" in self.tokens[token]:
            known |= self.frames[self.tokens[token]["child"]].get("vars", {})
        if known:
            record["vars"] = known
        self.frames[frame].setdefault("done", []).append(record)
