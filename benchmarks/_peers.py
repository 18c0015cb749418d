"""Other people's engines, driven as their own documentation says, to be measured beside ours.

SpiffWorkflow (LGPL-3) is the most complete BPMN engine in Python; zen-engine (MIT) is a rule engine written
in Rust. Both are packages of the development environment only: nothing of the platform uses them, and a
benchmark says so and goes on when one is missing.
"""

import importlib.util
import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import UUID


def missing(*packages: str) -> bool:
    """Whether one of the packages is not installed; then that is said."""
    absent = [each for each in packages if importlib.util.find_spec(each) is None]
    if absent:
        print(f"left out, not installed: {', '.join(absent)} (make bench installs it)", file=sys.stderr)
    return bool(absent)


class Spiff:
    """SpiffWorkflow with one model, read once by its own reader.

    The workflow lives in memory (`begin`, `tasks`, `complete`), or is read from text, taken one step
    further and written again (`step`), as a worker that shares its instances must do. The text is Spiff's
    own JSON without the specification, which every worker has: so does its authors' own server.
    """

    def __init__(self, model: str, process: str = "p") -> None:
        from SpiffWorkflow.bpmn.parser import BpmnParser

        parser = BpmnParser()
        parser.add_bpmn_str(model.encode())
        self.spec = parser.get_spec(process)

    def begin(self, values: dict[str, Any]) -> Any:
        """A new instance, at its first open tasks."""
        from SpiffWorkflow.bpmn import BpmnWorkflow

        workflow = BpmnWorkflow(self.spec)
        workflow.task_tree.data.update(values)
        workflow.do_engine_steps()
        return workflow

    @staticmethod
    def tasks(workflow: Any) -> list[str]:
        """Its open tasks."""
        from SpiffWorkflow.util.task import TaskState

        return [str(each.id) for each in workflow.get_tasks(state=TaskState.READY, manual=True)]

    @staticmethod
    def complete(workflow: Any, task: str) -> None:
        """A task is done, and all that follows without anybody's doing."""
        workflow.get_task_from_id(UUID(task)).run()
        workflow.do_engine_steps()

    @cached_property
    def serializer(self) -> Any:
        """Its own serializer, with a converter of the whole workflow that leaves the specification out."""
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
        from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
        from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter

        spec = self.spec

        class WithoutSpec(BpmnWorkflowConverter):  # type: ignore[misc]
            def to_dict(self, workflow: Any) -> dict[str, Any]:
                made: dict[str, Any] = WorkflowConverter.to_dict(self, workflow)
                made["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
                made["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
                return made

            def from_dict(self, dct: dict[str, Any]) -> Any:
                return super().from_dict({**dct, "spec": spec})

        registry = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: WithoutSpec})
        return BpmnWorkflowSerializer(registry)

    def dumps(self, workflow: Any) -> str:
        """The instance as text."""
        text: str = self.serializer.serialize_json(workflow)
        return text

    def loads(self, text: str) -> Any:
        """The instance that the text says."""
        return self.serializer.deserialize_json(text)

    def step(self, text: str, task: str) -> tuple[str, bool]:
        """One task of an instance kept as text is done: the new text, and whether the instance has ended."""
        workflow = self.loads(text)
        self.complete(workflow, task)
        return self.dumps(workflow), workflow.is_completed()


def zen_compiled(text: str, context: dict[str, Any]) -> Callable[[], Any]:
    """An expression of zen-engine, compiled once."""
    import zen

    expression = zen.compile_expression(text)
    return lambda: expression.evaluate(context)


def zen_each_time(text: str, context: dict[str, Any]) -> Callable[[], Any]:
    """The same, read again each time."""
    import zen

    return lambda: zen.evaluate_expression(text, context)
