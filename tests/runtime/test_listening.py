"""How a worker waits when there is nothing to do."""

from tongban.runtime.listening import Pauses


def test_pauses_grow_in_a_quiet_house_and_are_short_after_work() -> None:
    """Each is longer than the one before up to the longest; after work they begin anew."""
    pauses = Pauses(0.2, 1.0)
    waited = [pauses.next() for _ in range(12)]
    assert waited[0] == 0.2
    assert waited == sorted(waited)
    assert waited[-1] == 1.0
    assert sum(waited[:5]) < 2.0, "what comes late by itself mostly comes soon after other work"
    pauses.again()
    assert pauses.next() == 0.2
