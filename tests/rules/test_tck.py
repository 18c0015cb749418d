"""The conformance kit of the standard (DMN TCK), where its files lie beside the repository.

Set `DMN_TCK` to the folder that holds `TestCases`. All cases are run in one pass.
"""

import os
from functools import cache
from pathlib import Path

import pytest

from tests.rules import tck

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("DMN_TCK", ROOT.parent / "shared" / "data" / "dmn-tck"))
LEVEL_3_AT_LEAST = 0.985
"""Share of the results other than null that hold at level 3; it never falls."""

pytestmark = pytest.mark.skipif(
    not (FOLDER / "TestCases").exists(),
    reason="THE DMN TCK IS NOT HERE: set DMN_TCK to run the conformance kit",
)


@cache
def _outcomes() -> tuple[tck.Outcome, ...]:
    return tuple(tck.run(FOLDER))


def test_level_2_holds_completely() -> None:
    """Every case of compliance level 2 gives what the kit expects: FEEL, tables and requirements."""
    cases = [one for one in _outcomes() if one.level == "2"]
    assert len(cases) == 126
    assert [(one.folder, one.test, one.messages) for one in cases if not one.held] == []


def test_level_3_holds_but_for_what_is_known() -> None:
    """Nearly every case of level 3 does, and the share of results other than null never falls."""
    cases = [one for one in _outcomes() if one.level == "3" and not one.is_null]
    assert len(cases) == 1916
    wrong = [(one.folder, one.test) for one in cases if not one.held]
    assert len(wrong) <= len(cases) * (1 - LEVEL_3_AT_LEAST), wrong


def test_where_null_is_expected_null_comes() -> None:
    """What the standard calls an error is null, never an exception and never a value."""
    wrong = [(one.folder, one.test) for one in _outcomes() if one.is_null and not one.held]
    assert wrong == []


def test_each_case_that_does_not_hold_has_a_reason() -> None:
    """Nobody has to guess why a case of the kit does not hold."""
    assert [(one.folder, one.test) for one in _outcomes() if not one.held and not one.reason] == []


def test_the_page_on_conformance_is_the_one_that_the_command_prints() -> None:
    """`docs/dmn-conformance.md` says what is true today."""
    written = (ROOT / "docs" / "dmn-conformance.md").read_text(encoding="utf-8")
    assert written == tck.page(list(_outcomes()))
