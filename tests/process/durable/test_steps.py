"""An instance in the database: started, worked on, ended; each step once and on the record."""

from uuid import UUID, uuid4

import pytest

from tests.process.drawing import end, flows, gate, model, start, task
from tongban.journal import queries as journal
from tongban.process import actions, queries

TWO = model(
    start() + end() + gate("parallel", "f") + gate("parallel", "j") + task("a") + task("b")
    + flows("s>f f>a f>b a>j b>j j>e")
)  # fmt: skip


def steps_of(instance: UUID) -> list[int]:
    """The numbers of the steps that the journal tells of."""
    stepped = journal.stream(instance, types=["tongban.process.stepped"])
    return [event.data["step"] for event in stepped]


@pytest.mark.django_db
def test_work_is_done_until_the_instance_is_over() -> None:
    """Two tasks at once are done one after the other, then the process has ended and nothing is open."""
    actions.deploy("two", TWO)
    begun = actions.start("two", key="TB-1", variables={"n": 1})
    instance = begun.instance.id

    assert [work.element for work in begun.opened] == ["a", "b"]
    assert [row.work.element for row in queries.open_work(instance=instance)] == ["a", "b"]

    first = actions.complete(instance, begun.opened[0].token, {"answer": "yes"})
    assert first.completed == ("a",)
    assert [row.work.element for row in queries.open_work(instance=instance)] == ["b"]

    last = actions.complete(instance, begun.opened[1].token)
    assert last.instance.status == "completed"
    assert last.completed == ("b", "j", "e")
    assert queries.open_work(instance=instance) == []
    assert queries.variables(instance) == {"n": 1, "answer": "yes"}
    assert queries.instance(instance).version == 3
    assert steps_of(instance) == [1, 2, 3]
    assert [event.type.rpartition(".")[2] for event in journal.stream(instance)] == [
        "started", "stepped", "stepped", "stepped", "ended",
    ]  # fmt: skip
    assert journal.verify(instance) == []


@pytest.mark.django_db
def test_work_that_is_done_already_changes_nothing() -> None:
    """Doing the same work twice leaves no second trace."""
    actions.deploy("two", TWO)
    begun = actions.start("two")
    actions.complete(begun.instance.id, begun.opened[0].token)

    again = actions.complete(begun.instance.id, begun.opened[0].token)

    assert not again.changed
    assert steps_of(begun.instance.id) == [1, 2]


@pytest.mark.django_db
def test_starting_twice_with_one_id_starts_once() -> None:
    """A start that is repeated after a lost answer finds the instance there."""
    actions.deploy("two", TWO)
    identity = uuid4()

    assert actions.start("two", instance=identity).changed
    assert not actions.start("two", instance=identity).changed
    assert steps_of(identity) == [1]
