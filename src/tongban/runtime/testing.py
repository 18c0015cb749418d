"""The environment of a test run: a pytest plugin, loaded by `-p` before Django's settings.

It gives the run a state directory of its own and the addresses of a database that `tests/conftest.py` starts
only when a test needs it. Nothing of the developer's own state or servers is touched.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tongban.runtime.embedded.postgres import Postgres

DATABASE = "tongban_test"

HOME = Path(tempfile.mkdtemp(prefix="tongban-test-")).resolve()
HOME.chmod(0o711)  # as root, the database's user walks through without a capability
(HOME / "static").mkdir()  # WhiteNoise looks in it wherever a server starts
for _name in [each for each in os.environ if each.startswith("TONGBAN_")]:
    del os.environ[_name]
POSTGRES = Postgres(HOME, fsync=False)
os.environ.pop("NATS_URL", None)
os.environ.update(
    TONGBAN_HOME=str(HOME),
    DATABASE_URL=POSTGRES.app_dsn(DATABASE),
    DATABASE_OWNER_URL=POSTGRES.owner_dsn(DATABASE),
)


def _leave(owner: int = os.getpid()) -> None:
    """End the database if a test started it, and remove the state directory."""
    if os.getpid() == owner:  # not in a forked copy of this process
        POSTGRES.stop()
        shutil.rmtree(HOME, ignore_errors=True)


atexit.register(_leave)  # not a pytest hook: a run that fails while it loads has none
