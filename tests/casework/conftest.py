"""Cases for casework: the real content, the real database."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.fixtures import catalogue_published, person, stranger

__all__ = ["catalogue_published", "person", "stranger", "time"]

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Time:
    """Real dates at will, in Chinese time."""

    def __init__(self, travel: time_machine.Traveller) -> None:
        self.travel = travel

    def at(self, text: str) -> dt.datetime:
        """Move to `2026-09-25 17:00` and stay there."""
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        self.travel.move_to(moment, tick=False)
        return moment


@pytest.fixture
def time() -> Iterator[Time]:
    """Moves the clock; it begins on Monday, 23 November 2026, 09:00."""
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, tzinfo=SHANGHAI), tick=False) as travel:
        yield Time(travel)
