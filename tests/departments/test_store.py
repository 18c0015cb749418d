"""The desk's file outlives updates of the program."""

from pathlib import Path
from typing import Any, ClassVar

from departments._config import Config, Seed
from departments._store import Store
from departments.human_resources import HumanResources
from tests.departments.running import REFERENCE
from tongban.kernel.crypto import ED25519


class Before(HumanResources):
    """The bureau before its desks were added."""

    desks: ClassVar[Any] = ()


def opened(folder: Path, department: HumanResources) -> Store:
    """The store of a department on a file in `folder`, filled."""
    store = Store(
        department,
        Config(
            code="human_resources",
            port=0,
            host="127.0.0.1",
            database=folder / "data.sqlite",
            platform_url="http://127.0.0.1:1",
            platform_key=b"",
            own_key=ED25519.generate(),
            control_token="token",
            seed=Seed(residents=60, companies=4, reference_date=REFERENCE),
        ),
    )
    store.fill(REFERENCE)
    return store


def test_an_update_opens_new_desks_and_keeps_what_was_written(tmp_path: Path) -> None:
    """A desk that came with an update finds its tables; a name that a clerk changed before stays changed."""
    store = opened(tmp_path, Before())
    with store.transaction() as db:
        db.execute("update ac01 set aac003 = '改过的' where rowid = 1")
    store.close()

    store = opened(tmp_path, HumanResources())

    assert store.db.execute("select aac003 from ac01 where rowid = 1").fetchone()[0] == "改过的"
    assert store.db.execute("select count(*) from lhjy").fetchone()[0] == 0
    assert store.db.execute("select count(*) from ac02").fetchone()[0] > 0
    store.close()
