"""The supervisor: everything starts in order, stays alive, and ends with it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tongban.kernel.errors import Conflict, Unavailable
from tongban.runtime.embedded import child, launch, ports
from tongban.runtime.house import DEPARTMENTS, furnish
from tongban.runtime.services import Command, Step, file_probe, http_probe
from tongban.runtime.supervisor import Reporter, Stages, State, Supervisor

pytestmark = pytest.mark.slow

SERVER = """
import http.server, os, subprocess, sys
if len(sys.argv) > 2:  # a worker of its own, as web servers have
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(str(os.getpid()).encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


class Notes(Reporter):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.changes: list[tuple[str, State]] = []

    def say(self, sentence: str) -> None:
        """Keep the sentence."""
        self.sentences.append(sentence)

    def state(self, name: str, state: State) -> None:
        """Keep the change."""
        self.changes.append((name, state))


def _server(home: Path, name: str, *more: str) -> Command:
    port = ports.remembered(home, name)
    return Command(
        name=name,
        home=home,
        arguments=[sys.executable, "-c", SERVER, str(port), *more],
        environment=os.environ,
        ready=http_probe(port),
    )


def _until(condition: Callable[[], bool], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def _ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state directory."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_stages_start_in_order_and_end_in_reverse(home: Path) -> None:
    """What needs the database starts after it and ends before it."""
    notes = Notes()
    step = Step(name="prepare", home=home, arguments=[sys.executable, "-c", ""], environment=os.environ)

    def build() -> Stages:
        return [[_server(home, "first")], [step], [_server(home, "second")]]

    assert Supervisor(home, build, notes).run(lambda: 7, stay=False) == 7
    ready = [name for name, state in notes.changes if state in {State.READY, State.DONE}]
    ended = [name for name, state in notes.changes if state is State.ENDED]
    assert ready == ["first", "prepare", "second"]
    assert ended == ["second", "first"]
    assert notes.sentences == []


def test_a_dead_child_is_named_and_comes_back_on_its_port(home: Path) -> None:
    """Killed while its own worker lives: one clear sentence, then it serves again at the same address."""
    notes = Notes()
    service = _server(home, "web", "with a worker")

    def kill_and_wait() -> int:
        assert service.process is not None
        first = service.process.pid
        workers = [each.pid for each in psutil.Process(first).children()]
        os.kill(first, signal.SIGKILL)
        _until(lambda: service.process is not None and service.process.pid != first and service.ready())
        assert workers
        _until(lambda: all(_ended(pid) for pid in workers))
        _until(lambda: "web is back." in notes.sentences)
        return 0

    assert Supervisor(home, lambda: [[service]], notes).run(kill_and_wait, stay=False) == 0
    assert notes.sentences[0].startswith("web has died and starts again in 0.5 s: killed by SIGKILL")
    assert str(service.log) in notes.sentences[0]


def test_a_child_that_keeps_dying_is_tried_less_and_less_often(home: Path) -> None:
    """Backoff: no machine is kept busy by something that cannot work."""
    notes = Notes()
    flag = home / "flag"
    flag.touch()
    service = Command(
        name="fragile",
        home=home,
        arguments=[sys.executable, "-c", f"import os, time; os.stat({str(flag)!r}); time.sleep(600)"],
        environment=os.environ,
        ready=flag.exists,
    )

    def break_it() -> int:
        flag.unlink()
        assert service.process is not None
        service.process.kill()
        _until(lambda: any("in 2 s" in sentence for sentence in notes.sentences))
        return 0

    Supervisor(home, lambda: [[service]], notes).run(break_it, stay=False)
    pauses = [sentence.split(" in ")[1].split(" s:")[0] for sentence in notes.sentences]
    assert pauses[:3] == ["0.5", "1", "2"]


def test_a_start_that_fails_ends_what_had_started(home: Path) -> None:
    """A broken step: its last words are in the sentence, and nothing is left running."""
    first = _server(home, "first")
    broken = Step(
        name="prepare",
        home=home,
        arguments=[sys.executable, "-c", "import sys; sys.exit('the table is broken')"],
        environment=os.environ,
    )
    with pytest.raises(Unavailable, match="the table is broken"):
        Supervisor(home, lambda: [[first], [broken]]).run()
    assert first.process is None
    assert ports.is_free(ports.remembered(home, "first"))


def test_a_second_supervisor_is_told_so(home: Path) -> None:
    """One per state directory; the first one is not disturbed, its remembered ports neither."""
    supervisor = Supervisor(home, lambda: [[_server(home, "web")]])
    known: list[str] = []

    def try_again() -> int:
        known.append((home / "ports.json").read_text())
        with pytest.raises(Conflict, match="Another process runs Tongban"):
            Supervisor(home, lambda: [[_server(home, "other")]]).run(stay=False)
        known.append((home / "ports.json").read_text())
        return 0

    assert supervisor.run(try_again, stay=False) == 0
    assert known[0] == known[1]


def test_an_error_of_the_work_ends_everything(home: Path) -> None:
    """A demo that fails does not stay."""
    service = _server(home, "web")

    def fail() -> int:
        raise Unavailable("demo.failed", "It did not work.")

    with pytest.raises(Unavailable, match="It did not work"):
        Supervisor(home, lambda: [[service]]).run(fail, stay=True)
    assert service.process is None


def test_end_is_the_way_from_another_thread(home: Path) -> None:
    """`end` ends a supervisor that stays."""
    supervisor = Supervisor(home, lambda: [[_server(home, "web")]])
    threading.Timer(1.0, supervisor.end).start()
    assert supervisor.run() == 0


PROGRAM = """
import os, sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from test_supervisor import Notes, _server
from tongban.runtime.supervisor import Supervisor
home = Path(sys.argv[1])
services = []
def build():
    services.append([_server(home, "one", "worker"), _server(home, "two")])
    return services
def tell():
    print(*(each.process.pid for each in services[0]), flush=True)
    return 0
sys.exit(Supervisor(home, build).run(tell))
"""


@pytest.fixture
def program(home: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A supervisor in a process of its own, and the processes below it."""
    text = PROGRAM.format(tests=str(Path(__file__).parent))
    with subprocess.Popen(
        [sys.executable, "-c", text, str(home)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        pids = [int(each) for each in process.stdout.readline().split()]
        pids += [each.pid for pid in pids for each in psutil.Process(pid).children()]
        assert len(pids) == 3
        yield process, pids
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_child(
    program: tuple[subprocess.Popen[str], list[int]], number: signal.Signals
) -> None:
    """Ctrl-C, a service manager, a closed terminal: status 0 and no process left."""
    process, pids = program
    process.send_signal(number)
    assert process.wait(240) == 0
    assert all(_ended(pid) for pid in pids)


def test_children_die_with_a_killed_supervisor_and_the_next_one_starts(
    home: Path, program: tuple[subprocess.Popen[str], list[int]]
) -> None:
    """`kill -9` of the supervisor; even a grandchild that survives is ended by the next start."""
    process, pids = program
    process.kill()
    process.wait()
    _until(lambda: all(_ended(pid) for pid in pids[:2]))
    assert (
        Supervisor(home, lambda: [[_server(home, "one"), _server(home, "two")]]).run(lambda: 0, stay=False)
        == 0
    )
    _until(lambda: all(_ended(pid) for pid in pids))


@pytest.mark.parametrize("leash", ["False", "True"])
def test_the_launcher_ends_the_child_when_the_parent_has_gone(tmp_path: Path, leash: str) -> None:
    """Both ways: the kernel's (Linux) and the watching process in between (elsewhere)."""
    note = tmp_path / "pid"
    script = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    text = (
        "import json, os, subprocess, sys, time\n"
        f"options = json.dumps({{'parent': os.getpid(), 'death_signal': 15, 'leash': {leash}}})\n"
        f"launcher = [sys.executable, '-I', '-S', {launch.__file__!r}, options]\n"
        f"subprocess.Popen([*launcher, sys.executable, '-c', {script!r}])\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", text]) as parent:
        _until(lambda: note.exists() and note.read_text() != "")
        parent.kill()
    _until(lambda: _ended(int(note.read_text())))


def test_the_leash_passes_signals_and_the_exit_status_on(tmp_path: Path) -> None:
    """To its parent, the watching process looks like the program itself."""
    options = json.dumps({"parent": os.getpid(), "death_signal": 15, "leash": True})
    command = [sys.executable, "-I", "-S", launch.__file__, options, sys.executable, "-c"]
    assert subprocess.run([*command, "raise SystemExit(5)"], check=False).returncode == 5
    note = tmp_path / "up"
    with subprocess.Popen([*command, f"import time; open({str(note)!r}, 'w'); time.sleep(600)"]) as process:
        _until(note.exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(240) == -signal.SIGTERM


def test_a_program_without_a_port_announces_itself(home: Path) -> None:
    """The worker touches a file; an old file does not count."""
    ready = home / "run" / "worker.ready"
    ready.parent.mkdir()
    ready.touch()
    service = Command(
        name="worker",
        home=home,
        arguments=[
            sys.executable,
            "-c",
            "import time; from tongban.runtime import ready; time.sleep(1); ready.announce(); time.sleep(9)",
        ],
        environment=os.environ,
        ready=file_probe(ready),
        ready_file=ready,
    )
    service.launch()
    try:
        assert not service.settle()
        _until(service.settle)
    finally:
        service.stop()


def test_logs_are_rotated_at_each_start(home: Path) -> None:
    """The last five runs can be read; older ones go."""
    for number in range(7):
        with child.open_log(home, "web") as log:
            log.write(f"run {number}".encode())
    found = {path.name: path.read_text() for path in (home / "logs").iterdir()}
    assert found == {
        "web.log": "run 6",
        "web.log.1": "run 5",
        "web.log.2": "run 4",
        "web.log.3": "run 3",
        "web.log.4": "run 2",
    }


def test_a_port_in_use_is_named_with_the_way_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else has port 8000."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("TONGBAN_HOME", str(home))
        monkeypatch.setenv("TONGBAN_PORT", str(port))
        with pytest.raises(Conflict, match=f"Port {port} .* in use") as caught:
            furnish(print)
        assert f"TONGBAN_PORT={port + 1}" in caught.value.hint


def test_remembered_ports_stay_and_move_only_when_taken(home: Path) -> None:
    """Bookmarks and departments' settings survive a restart."""
    first = ports.remembered(home, "live")
    assert ports.remembered(home, "live") == first
    assert ports.remembered(home, "other") != first
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", first))
        taker.listen()
        assert ports.remembered(home, "live") != first


def test_servers_elsewhere_are_not_started_here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DATABASE_URL and NATS_URL switch to external servers, with no other change."""
    monkeypatch.setenv("TONGBAN_HOME", str(home))
    monkeypatch.setenv("TONGBAN_PORT", str(ports.remembered(home, "test")))
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/tongban")
    monkeypatch.setenv("NATS_URL", "nats://broker.example")
    monkeypatch.setenv("TONGBAN_DEPARTMENT_URLS", '{"tax": "https://tax.example"}')
    house = furnish(print)
    names = [service.name for stage in house.stages for service in stage]
    assert "postgres" not in names
    assert "nats" not in names
    assert "department.tax" not in names
    assert len([name for name in names if name.startswith("department.")]) == len(DEPARTMENTS) - 1
    assert house.environment["DATABASE_URL"] == "postgresql://app@db.example/tongban"
    assert json.loads(house.environment["TONGBAN_DEPARTMENT_URLS"])["tax"] == "https://tax.example"
