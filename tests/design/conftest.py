"""Drafts over a small catalogue, and the people who work on them."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import time_machine

from tests.design.drawings import FITTING, MODEL
from tests.fixtures import clerk_post
from tongban.catalogue import actions as publishing
from tongban.catalogue import queries as catalogue
from tongban.design import actions
from tongban.identity.domain import Post, Role

MINI = Path(__file__).resolve().parents[1] / "catalogue" / "data" / "mini"


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """Monday, 23 November 2026, noon in the zone."""
    with time_machine.travel(dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def mini(db: None, today: time_machine.Traveller, tmp_path: Path) -> Iterator[Path]:
    """The small catalogue, published."""
    del db, today
    folder = tmp_path / "mini"
    shutil.copytree(MINI, folder)
    (folder / "processes" / "joining.bpmn").write_text(MODEL.format(**FITTING), encoding="utf-8")
    catalogue.forget_all()
    publishing.publish(folder, at_start=True)
    yield folder
    catalogue.forget_all()


@pytest.fixture
def ann(mini: Path) -> Post:
    """A designer."""
    del mini
    return clerk_post("ann", "development_reform", roles=[Role.DESIGNER])


@pytest.fixture
def bob(mini: Path) -> Post:
    """Another designer."""
    del mini
    return clerk_post("bob", "development_reform", roles=[Role.DESIGNER])


@pytest.fixture
def eve(mini: Path) -> Post:
    """Somebody who may approve."""
    del mini
    return clerk_post("eve", "development_reform", roles=[Role.APPROVER])


@pytest.fixture
def draft(ann: Post) -> UUID:
    """A draft of Ann's."""
    return actions.open_draft(ann, "缩短时限")
