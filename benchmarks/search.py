"""Search over 2,000 items and all life events: what is meant among the first three, and the time per query.

The queries stand in `tests/catalogue/data/queries.yaml` with what they mean. The items are the content's own,
those of the real list where it is on this machine, and synthetic ones made of the content's materials and
elements up to 2,000. Baseline, in the same run over the same things: a substring scan of everything known.
"""

import json
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from statistics import quantiles

import yaml
from _house import report

from tongban.catalogue.domain import Catalogue, load
from tongban.catalogue.folders import product_folder
from tongban.catalogue.search import Index
from tongban.catalogue.search.documents import Document, document, documents

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "catalogue" / "guangan_items.json"
ITEMS = 2000
FIRST = 3
ACTS = (
    ("申领", "issue"),
    ("换领", "renewal"),
    ("变更备案", "change filing"),
    ("年度核验", "annual check"),
    ("注销", "cancellation"),
    ("信息查询", "enquiry"),
    ("补发", "replacement"),
    ("登记", "registration"),
    ("资格认定", "qualification"),
    ("初审", "first review"),
    ("延期", "extension"),
    ("公示", "publication"),
)


def main() -> None:
    """Measure and print the line."""
    catalogue = load(product_folder())
    given = documents(catalogue, "zh-hans")
    real = list(real_items())
    events = sum(one.kind == "life_event" for one in given)
    made = list(synthetic(catalogue, ITEMS - (len(given) - events) - len(real)))
    index = Index.of([*given, *real, *made])
    names = [(one.code, [phrase.plain for phrase in one.phrases]) for one in index.documents]

    def scan(query: str) -> list[str]:
        """The baseline: whatever contains what was typed, in the order of the content."""
        return [code for code, known in names if any(query in phrase for phrase in known)]

    cases = [
        (query, meant.removeprefix("item:"))
        for meant, queries in yaml.safe_load(
            (ROOT / "tests" / "catalogue" / "data" / "queries.yaml").read_text(encoding="utf-8")
        ).items()
        for query in queries
        if meant in catalogue.life_events or meant.removeprefix("item:") in catalogue.items
    ]
    found, first, times = run(lambda query: [hit.code for hit in index.search(query)], cases)
    plain, _, plain_times = run(scan, cases)
    report(
        benchmark="search",
        value=round(100 * found / len(cases), 1),
        unit=f"% of {len(cases)} queries with what is meant among the first {FIRST}",
        baseline=f"substring scan: {100 * plain / len(cases):.1f} %, {mean(plain_times):.2f} ms",
        ratio=round(found / max(plain, 1), 2),
        first_percent=round(100 * first / len(cases), 1),
        mean_ms=round(mean(times), 2),
        p95_ms=round(quantiles(times, n=20)[-1], 2),
        max_ms=round(max(times), 2),
        life_events=events,
        items={"content": len(given) - events, "real_list": len(real), "synthetic": len(made)},
    )


def run(search: Callable[[str], list[str]], cases: list[tuple[str, str]]) -> tuple[int, int, list[float]]:
    """Queries with a hit among the first three, and at the top; milliseconds of processor time of each."""
    found = first = 0
    times = []
    for query, meant in cases:
        took = []
        for _ in range(3):
            began = time.process_time()
            codes = search(query)
            took.append((time.process_time() - began) * 1000)
        times.append(min(took))
        found += meant in codes[:FIRST]
        first += codes[:1] == [meant]
    return found, first, times


def mean(times: list[float]) -> float:
    """The arithmetic mean."""
    return sum(times) / len(times)


def real_items() -> Iterator[Document]:
    """The rows of the real list, when it is there."""
    if not REAL.is_file():
        return
    for group in json.loads(REAL.read_text(encoding="utf-8")):
        rows = [row for main in group["items"] for row in main["sub_items"]]
        for number, row in enumerate(rows):
            name = row["name"].strip()
            yield document("item", f"real-{group['department']}-{number}", name, [(name, 1.0)])


def synthetic(catalogue: Catalogue, count: int) -> Iterator[Document]:
    """Items named after the content's things and what offices do with them."""
    things = [
        *((one.code, one.name) for one in catalogue.materials.values()),
        *((one.code, one.name) for one in catalogue.elements.values()),
    ]
    for (zh, en), (code, name) in list(product(ACTS, things))[: max(count, 0)]:
        names = [(name.zh_hans + zh, 1.0), (f"{name.en} {en}", 1.0)]
        yield document("item", f"made-{code}-{en}", names[0][0], names)


if __name__ == "__main__":
    main()
