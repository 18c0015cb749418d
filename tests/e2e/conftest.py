"""One whole house for all tests of this folder."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.house import ROOT, RunningHouse, whole_house
from tongban.runtime.house import DEPARTMENTS


@pytest.fixture(scope="session")
def house() -> Iterator[RunningHouse]:
    """A running installation: servers, web, live, worker, ten departments. Starts with the first test."""
    # The designer's editor is part of the house; built already, this costs a glance at its stamp.
    subprocess.run([sys.executable, str(ROOT / "hatch_build.py")], cwd=ROOT, check=True)
    with whole_house() as house:
        yield house


@pytest.fixture
def healthy(house: RunningHouse) -> Iterator[RunningHouse]:
    """The house with every process running and no department in trouble, before and after the test."""
    _heal(house)
    yield house
    _heal(house)


def _heal(house: RunningHouse) -> None:
    house.start(*(name for name, service in house.services.items() if service.keep and not service.alive()))
    for code in DEPARTMENTS:
        house.department(code).control(outage=False, error_rate=0, latency_ms=[1, 5], script={})
