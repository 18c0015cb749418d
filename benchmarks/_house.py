"""A whole installation for a benchmark: started in a directory of its own, ended afterwards."""

import json
import os
import shutil
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from tongban.runtime.house import House


def with_house(measure: Callable[[House], None]) -> int:
    """Start everything, call `measure`, end everything; the exit status of the benchmark."""
    from tongban.runtime.demo import set_up
    from tongban.runtime.display import run_house
    from tongban.runtime.embedded import ports

    home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    os.environ |= {"TONGBAN_HOME": str(home), "TONGBAN_PORT": str(ports.remembered(home, "bench"))}

    def work(house: House, _console: Console) -> int:
        set_up(house.environment)
        measure(house)
        return 0

    try:
        return run_house(work, stay=False)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def control(house: House, department: str, **settings: object) -> None:
    """Change how a simulated department behaves."""
    base = json.loads(house.environment["TONGBAN_DEPARTMENT_URLS"])[department]
    token = (Path(house.environment["TONGBAN_HOME"]) / "secrets" / "departments.control").read_text().strip()
    request = urllib.request.Request(  # noqa: S310  # our own loopback address
        f"{base}/_control",
        data=json.dumps(settings).encode(),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310


def no_waiting(house: House) -> None:
    """Let staff decide at once: what is measured is the platform, not the simulated desk time."""
    for department in json.loads(house.environment["TONGBAN_DEPARTMENT_URLS"]):
        control(house, department, staff_delay_ms=[0, 0], latency_ms=[0, 0])


def report(**figures: object) -> None:
    """The one line of a benchmark."""
    print(json.dumps(figures, ensure_ascii=False))
