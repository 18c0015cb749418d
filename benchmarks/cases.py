"""Newborn cases per minute through all seven items, from an empty form to the last result.

Baseline: the same cases one person after the other. Simulated staff decide at once.
"""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from _house import no_waiting, report, with_house

from tongban.runtime.house import House

ALONE = 4
TOGETHER = 16
PEOPLE = 8
"""Applicants at the same time."""


def measure(house: House) -> None:
    """Walk the cases and print the line."""
    from django.db import connections

    from tongban.runtime import seed, walk

    no_waiting(house)
    choosing = threading.Lock()
    taken: set[str] = set()

    def one(_: int) -> float:
        try:
            with choosing:  # each mother applies once
                name, person_id, role = seed.walker("newborn", besides=taken)
                taken.add(name)
            walked = walk.walk(person_id, "newborn", role)
            if walked.items_done != walked.items_total:
                raise SystemExit(f"{walked.number} ended as {walked.state}")
            return walked.elapsed_s
        finally:
            connections.close_all()

    one(0)  # warm
    began = time.monotonic()
    alone = [one(number) for number in range(ALONE)]
    per_minute_alone = ALONE / (time.monotonic() - began) * 60
    began = time.monotonic()
    with ThreadPoolExecutor(PEOPLE) as people:
        together = list(people.map(one, range(TOGETHER)))
    per_minute = TOGETHER / (time.monotonic() - began) * 60
    report(
        benchmark="newborn_cases",
        value=round(per_minute, 1),
        unit="cases/min",
        baseline=f"one applicant at a time: {per_minute_alone:.1f} cases/min",
        ratio=round(per_minute / per_minute_alone, 2),
        applicants=PEOPLE,
        seconds_from_submission_to_last_result={
            "alone_median": sorted(alone)[len(alone) // 2],
            "together_median": sorted(together)[len(together) // 2],
        },
    )


if __name__ == "__main__":
    sys.exit(with_house(measure))
