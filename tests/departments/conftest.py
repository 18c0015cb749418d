"""The systems, started once for each file that needs them: what one file is granted, another may want."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.departments.running import Platform, Running, platform_server


@pytest.fixture(scope="module")
def shared_platform() -> Iterator[Platform]:
    """The platform that the shared systems call back."""
    with platform_server() as platform:
        yield platform


@pytest.fixture(scope="module")
def system(
    shared_platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Running]]:
    """Gives the running system of a department; tests leave its settings as they found them."""
    running: dict[str, Running] = {}

    def started(code: str) -> Running:
        if code not in running:
            running[code] = Running(code, tmp_path_factory.mktemp(code), shared_platform).start()
        return running[code]

    yield started
    for one in running.values():
        one.ask_to_end()  # all at once: each takes its time
    assert {code: one.ended() for code, one in running.items()} == dict.fromkeys(running, 0)


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A platform of one test's own."""
    with platform_server() as platform:
        yield platform


@pytest.fixture
def own(platform: Platform, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts systems of one test's own."""
    running: list[Running] = []

    def started(code: str, **settings: object) -> Running:
        running.append(Running(code, tmp_path / code, platform, settings).start())
        return running[-1]

    yield started
    for one in running:
        one.kill()
