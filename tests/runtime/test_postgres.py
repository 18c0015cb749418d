"""The embedded database: anywhere, as anybody, through every crash."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tongban.kernel.errors import Conflict, Unavailable
from tongban.runtime.embedded import launch
from tongban.runtime.embedded.places import socket_directory
from tongban.runtime.embedded.postgres import Postgres, binaries

pytestmark = pytest.mark.slow
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")


@pytest.fixture
def home() -> Iterator[Path]:
    """A short state directory that the database's user may walk to."""
    with tempfile.TemporaryDirectory(prefix="tb-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder).resolve() / "home"


def _count(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def _keep(server: Postgres) -> None:
    server.ensure_database("kept")
    with psycopg.connect(server.owner_dsn("kept")) as connection:
        connection.execute("CREATE TABLE kept (a int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def test_a_second_start_keeps_the_data(home: Path) -> None:
    """What was there yesterday is there today."""
    with Postgres(home, fsync=False) as server:
        _keep(server)
    with Postgres(home, fsync=False) as server:
        assert _count(server.app_dsn("kept")) == 1


def test_nobody_else_can_come_in(home: Path) -> None:
    """No network port; directories and passwords are closed to others; a wrong password opens nothing."""
    with Postgres(home, fsync=False) as server:
        server.ensure_database("kept")
        assert server.process is not None
        postmaster = psutil.Process(server.process.pid)
        assert not [each for each in postmaster.net_connections() if each.status == psutil.CONN_LISTEN]
        for path in (server.place, server.data, server.sockets, home / "secrets"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
        for path in (home / "secrets").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.app_dsn("kept"), password="guessed")


def test_the_application_may_work_with_rows_and_change_no_table(home: Path) -> None:
    """An injected statement of the application can neither drop, create nor empty a table."""
    with Postgres(home, fsync=False) as server:
        _keep(server)
        with psycopg.connect(server.app_dsn("kept"), autocommit=True) as connection:
            connection.execute("INSERT INTO kept VALUES (2)")
            for statement in (
                "DROP TABLE kept",
                "CREATE TABLE mine (a int)",
                "CREATE TEMPORARY TABLE mine (a int)",
                "TRUNCATE kept",
                "CREATE ROLE other",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_a_data_directory_opened_by_somebody_is_closed_again(home: Path) -> None:
    """A recursive chmod does not keep the database from starting."""
    with Postgres(home, fsync=False) as server:
        data = server.data
    data.chmod(0o755)
    with Postgres(home, fsync=False):
        assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_killed_server_starts_again_with_every_commit(home: Path) -> None:
    """After `kill -9` of the server and of nothing else, the next start recovers by itself."""
    server = Postgres(home)
    server.start()
    _keep(server)
    assert server.process is not None
    busy = psycopg.connect(server.app_dsn("kept"))
    busy.execute("INSERT INTO kept VALUES (2)")  # never committed
    server.process.kill()
    server.process.wait()
    assert not server.alive()
    server.start()
    assert _count(server.app_dsn("kept")) == 1
    server.stop()
    busy.close()


def test_a_pid_file_of_another_process_does_not_block(home: Path) -> None:
    """The machine crashed and the number in the old pid file now belongs to an innocent program."""
    with Postgres(home, fsync=False) as server:
        data = server.data
        owner = data.stat()
        old = (data / "postmaster.pid").read_text()
    innocent = subprocess.Popen(["sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None)
    try:
        pid_file = data / "postmaster.pid"
        pid_file.write_text("\n".join([str(innocent.pid), *old.splitlines()[1:]]) + "\n")
        pid_file.chmod(0o600)
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        with Postgres(home, fsync=False) as server:
            assert server.ready()
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_two_processes_do_not_run_one_database(home: Path) -> None:
    """The second one is told so in a sentence, and the first one is not disturbed."""
    with Postgres(home, fsync=False) as first:
        with pytest.raises(Conflict, match="Another process runs the database"):
            Postgres(home, fsync=False).start()
        assert first.ready()


def test_lost_secrets_are_named(home: Path) -> None:
    """Without its passwords the database stays closed, and the sentence says what to bring back."""
    with Postgres(home, fsync=False):
        pass
    for path in (home / "secrets").iterdir():
        path.unlink()
    with pytest.raises(Unavailable, match="secrets"):
        Postgres(home, fsync=False).start()


def test_a_half_made_database_is_made_again(home: Path) -> None:
    """Killed during the very first start: the next one begins anew."""
    with Postgres(home, fsync=False) as server:
        place = server.place
        owner = place.stat()
    half = place / "data.new"
    (place / "data").rename(half)
    (half / "PG_VERSION").unlink()
    os.chown(half, owner.st_uid, owner.st_gid)
    with Postgres(home, fsync=False) as server:
        assert server.ready()


def test_another_major_version_is_refused_with_the_way_out(home: Path) -> None:
    """A cluster of another PostgreSQL is left alone."""
    with Postgres(home, fsync=False) as server:
        version = server.data / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(Unavailable, match="PostgreSQL 16"):
        Postgres(home, fsync=False).start()


def test_a_very_long_path_works(tmp_path: Path) -> None:
    """The path of a Unix socket is limited to about a hundred bytes; the state directory is not."""
    tmp_path.chmod(0o711)
    home = tmp_path / ("深" * 40) / ("x" * 60) / "home, with a comma"
    with Postgres(home, fsync=False) as server:
        _keep(server)
        assert _count(server.app_dsn("kept")) == 1
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
        assert server.sockets == socket_directory(server.place)
        sockets = server.sockets
    sockets.rmdir()


def test_a_socket_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """In the shared temporary folder another user may have been there first: it is never used."""
    place = tmp_path / ("x" * 100) / "home" / "postgres"
    trap = socket_directory(place)
    trap.symlink_to("/etc")
    try:
        tmp_path.chmod(0o711)
        with pytest.raises(Unavailable, match="does not belong"):
            Postgres(place.parent, fsync=False).start()
    finally:
        trap.unlink()


def test_an_unwritable_home_is_a_sentence(tmp_path: Path) -> None:
    """A file where the state directory should be."""
    (tmp_path / "home").write_text("a file")
    with pytest.raises(Unavailable, match="cannot be written"):
        Postgres(tmp_path / "home", fsync=False).start()


SERVE = """
import sys, time
from pathlib import Path
from tongban.runtime.embedded.postgres import Postgres, binaries
server = Postgres(Path(sys.argv[1]), fsync=False)
server.start()
server.ensure_database("kept")
print(server.process.pid, flush=True)
time.sleep(300)
"""


def test_it_dies_with_its_parent_and_the_next_one_finds_the_data(home: Path) -> None:
    """`kill -9` of the supervisor leaves no server behind, and nothing in the way of the next start."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(home)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
        parent.wait()
        with Postgres(home, fsync=False) as server:  # at once: it waits for the old one
            assert _ended(pid)
            with psycopg.connect(server.app_dsn("kept")) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)


@as_root
def test_as_root_below_a_closed_directory_one_capability_is_kept() -> None:
    """A clone or state directory under /root works, with no change to any directory above."""
    with tempfile.TemporaryDirectory(prefix="tb-") as folder:
        closed = Path(folder).resolve() / "closed"
        closed.mkdir(mode=0o700)
        with Postgres(closed / "home", fsync=False) as server:
            _keep(server)
            assert _count(server.app_dsn("kept")) == 1
            assert server.process is not None
            assert psutil.Process(server.process.pid).uids().effective != 0
            allowed = {0, 1 << launch.CAP_DAC_READ_SEARCH, 1 << launch.CAP_DAC_OVERRIDE}
            assert _capabilities(server.process.pid) in allowed - {0}
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert closed.stat().st_uid == 0


@as_root
def test_as_root_the_programs_too_may_lie_below_a_closed_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone under /root holds the virtual environment, and so the server's own programs."""
    with tempfile.TemporaryDirectory(prefix="tb-") as folder:  # 0700
        site, installed = binaries().parents[2], binaries().parent
        copy = Path(folder).resolve() / "site" / installed.relative_to(site)
        shutil.copytree(installed, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        libraries = f"{installed.parent.name}.libs"
        shutil.copytree(site / libraries, copy.parents[1] / libraries)
        monkeypatch.setattr("tongban.runtime.embedded.postgres.binaries", lambda: copy / "bin")
        with Postgres(Path(folder).resolve() / "home", fsync=False) as server:
            _keep(server)
            assert server.process is not None
            assert psutil.Process(server.process.pid).exe() == str(copy / "bin" / "postgres")


@as_root
def test_as_root_on_an_open_path_no_capability_is_kept(home: Path) -> None:
    """The server has no right that it does not need."""
    with Postgres(home, fsync=False) as server:
        assert server.process is not None
        assert psutil.Process(server.process.pid).uids().effective != 0
        clone_is_open = _may_walk(Path(sys.executable).parent) and _may_walk(Path(launch.__file__).parent)
        assert (_capabilities(server.process.pid) == 0) == clone_is_open


@as_root
def test_as_an_ordinary_user_in_a_closed_home() -> None:
    """An ordinary user in a home that others may not enter: no rights asked for, none needed."""
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="tb-") as folder:
        mine = Path(folder)
        mine.chmod(0o700)
        os.chown(mine, nobody.pw_uid, nobody.pw_gid)
        python, environment = _python_for(nobody, mine)
        with subprocess.Popen(
            [python, "-c", SERVE, str(mine / "home")],
            stdout=subprocess.PIPE,
            text=True,
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            cwd=mine,
            env=environment,
        ) as parent:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())
            assert psutil.Process(pid).uids().effective == nobody.pw_uid
            parent.kill()
        deadline = time.monotonic() + 10
        while not _ended(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _ended(pid)


def _python_for(user: pwd.struct_passwd, place: Path) -> tuple[str, dict[str, str]]:
    """An interpreter that this user may execute, with this project's packages, if the machine has one."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(place),
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            subprocess.run(
                [python, "-c", "import tongban.runtime.embedded.postgres"],
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[],
                cwd=place,
                env=environment,
                check=True,
                capture_output=True,
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python, environment
    pytest.skip("this clone, or every Python that fits it, lies where an ordinary user cannot read it")


def _capabilities(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    raise AssertionError


def _ended(pid: int) -> bool:
    """Gone, or dead and not yet collected by whoever inherited it."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _may_walk(path: Path) -> bool:
    return all(each.stat().st_mode & stat.S_IXOTH for each in [path, *path.parents])
