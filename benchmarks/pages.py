"""Time to the first byte of a guide page with 20 people reading at once.

Baseline: a static file of the same server under the same load.
"""

import http.client
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from urllib.parse import urlsplit

from _house import report, with_house

from tongban.runtime.house import House

READERS = 20
PAGES = 15
"""Per reader."""


def measure(house: House) -> None:
    """Read the pages and print the line."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    target = urlsplit(house.web_url)

    def read(path: str) -> list[float]:
        connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
        times = []
        for _ in range(PAGES):
            began = time.perf_counter()
            connection.request("GET", path, headers={"Accept-Language": "zh-CN"})
            answer = connection.getresponse()
            first = answer.read(1)
            times.append((time.perf_counter() - began) * 1000)
            answer.read()
            if answer.status != http.HTTPStatus.OK or not first:
                raise SystemExit(f"{path} answered {answer.status}")
        connection.close()
        return times

    def under_load(path: str) -> list[float]:
        read(path)
        with ThreadPoolExecutor(READERS) as readers:
            return [one for many in readers.map(lambda _: read(path), range(READERS)) for one in many]

    static = under_load(staticfiles_storage.url("common/base.css"))
    page = under_load("/events/newborn/")
    home = under_load("/")

    def median(times: list[float]) -> float:
        return sorted(times)[len(times) // 2]

    report(
        benchmark="page_first_byte",
        value=round(median(page), 1),
        unit="ms (median, guide page)",
        baseline=f"static file: {median(static):.1f} ms",
        ratio=round(median(page) / median(static), 2),
        p95_ms=round(quantiles(page, n=20)[-1], 1),
        home_median_ms=round(median(home), 1),
        readers=READERS,
    )


if __name__ == "__main__":
    sys.exit(with_house(measure))
