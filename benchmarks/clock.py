"""How many clocks are read per second, against the naive loop that asks the calendar about every day.

Prints one JSON line. Both are measured in this run over the same limits and event logs, and must agree.
"""

import json
import random
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from tongban.kernel.calendar import SHANGHAI, Calendar, official
from tongban.kernel.clock import ClockEvent, Limit, Paused, Resumed, Started, fold

Case = tuple[Limit, list[ClockEvent], datetime]
CASES = 2_000
ROUNDS = 5
DAY = timedelta(days=1)


def cases() -> list[Case]:
    """Limits of 5 to 60 working days with up to three pauses, over the years 2024 to 2026."""
    dice = random.Random(20261123)
    made: list[Case] = []
    for _ in range(CASES):
        at = datetime(2024, 1, 2, 1, tzinfo=UTC) + timedelta(hours=dice.randrange(24 * 900))
        events: list[ClockEvent] = [Started(at)]
        for _ in range(dice.randrange(4)):
            at += timedelta(hours=dice.randrange(1, 100))
            events.append(Paused(at, "correction", "Administrative Licensing Law art. 32"))
            at += timedelta(hours=dice.randrange(1, 200))
            events.append(Resumed(at))
        made.append((Limit(dice.choice([5, 10, 20, 60])), events, at + timedelta(hours=dice.randrange(100))))
    return made


def naive(limit: Limit, events: list[ClockEvent], calendar: Calendar, now: datetime) -> tuple[date, int]:
    """Due date and days spent, asking of every day whether it is worked and whether the clock stood still."""
    pauses = [(a.at, b.at) for a, b in zip(events[1::2], events[2::2], strict=True)]
    zero, today = events[0].at.astimezone(SHANGHAI).date(), now.astimezone(SHANGHAI).date()
    due, counted, spent, day = None, 0, 0, zero
    while due is None or day < today:
        day += DAY
        midnight = datetime.combine(day + DAY, time(), SHANGHAI)
        if calendar.is_workday(day) and not any(a < midnight <= b for a, b in pauses):
            counted += 1
            spent += day <= today
            if counted == limit.amount:
                due = day
    return due, spent


def main() -> None:
    """Measure both and print the line."""
    calendar, work = official(), cases()
    fold_s = naive_s = float("inf")
    for _ in range(ROUNDS):  # by turns and the best of each, so that a busy machine treats both alike
        started = process_time()
        folded = [fold(limit, events, calendar, now) for limit, events, now in work]
        fold_s = min(fold_s, process_time() - started)
        started = process_time()
        walked = [naive(limit, events, calendar, now) for limit, events, now in work]
        naive_s = min(naive_s, process_time() - started)
        if [(state.due_on, state.spent) for state in folded] != walked:
            sys.exit("The fold and the day-by-day loop disagree.")
    line = {
        "benchmark": "clock_fold",
        "value": round(CASES / fold_s),
        "unit": "folds/s",
        "baseline": "naive day-by-day loop",
        "baseline_value": round(CASES / naive_s),
        "ratio": round(naive_s / fold_s, 2),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
