"""Which processes make one installation on one machine, in which order, with which environment.

Servers first; then the step that prepares the database, beside what does not need it (departments, live);
then web and worker. `DATABASE_URL` and `NATS_URL` in the environment name servers elsewhere: those are not
started here. A department whose address stands in `TONGBAN_DEPARTMENT_URLS` is not simulated.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tongban.exchange import keys
from tongban.kernel.crypto import ED25519, to_base64
from tongban.kernel.errors import InvalidInput
from tongban.runtime.config import DEFAULT_PORT, Config, secret
from tongban.runtime.embedded import ports
from tongban.runtime.embedded.nats import Nats
from tongban.runtime.embedded.postgres import Postgres
from tongban.runtime.services import Command, Embedded, Service, Step, file_probe, http_probe

DEPARTMENTS = (
    "public_security",
    "human_resources",
    "medical_insurance",
    "tax",
    "market_regulation",
    "real_estate",
    "civil_affairs",
    "health",
    "education",
    "transport",
    "disabled_federation",
    "housing_fund",
    "housing_construction",
    "utilities",
    "development_reform",
)
"""The simulated department systems."""

_WEB_WORKERS = 2
_WEB_THREADS = 4
_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The processes of one installation."""

    environment: Mapping[str, str]
    """What every process of ours gets; also what `tongban` commands beside it need."""
    stages: tuple[tuple[Service, ...], ...]
    web_url: str
    simulated: bool
    """Whether departments are simulated here, so that there are synthetic people to walk with."""


def furnish(say: Callable[[str], None], *, environ: Mapping[str, str] | None = None) -> House:
    """Everything that `tongban up` runs; ports are chosen here, so call it under the supervisor's lock.

    Raises:
        Conflict: the port of the web is in use.
        InvalidInput: a variable of the environment cannot be read.
    """
    given = dict(os.environ if environ is None else environ)
    config = Config.from_environment()
    home = config.home
    host = given.get("TONGBAN_HOST", ports.LOOPBACK)
    port = ports.require_free(_port(given), what="the web", variable="TONGBAN_PORT", host=host)
    web_url = given.get("TONGBAN_WEB_URL") or f"http://{ports.LOOPBACK}:{port}"
    servers: list[Service] = []
    environment = given | {
        "TONGBAN_HOME": str(home),
        "TONGBAN_WEB_URL": web_url,
        "DJANGO_SETTINGS_MODULE": "tongban.runtime.settings",
        "PYTHONPATH": _python_path(given),
        "PYTHONUNBUFFERED": "1",
    }
    if config.database_url is None:
        postgres = Postgres(home, say=say)
        servers.append(Embedded("postgres", postgres, postgres.ensure_database))
        environment |= {"DATABASE_URL": postgres.app_dsn(), "DATABASE_OWNER_URL": postgres.owner_dsn()}
    if config.nats_url is None:
        broker = Nats(home, port=ports.remembered(home, "nats"))
        servers.append(Embedded("nats", broker))
        environment["NATS_URL"] = broker.url()
    live_port = ports.remembered(home, "live")
    environment.setdefault("TONGBAN_LIVE_URL", f"http://{urlsplit(web_url).hostname}:{live_port}")
    department_ports = {
        code: ports.remembered(home, f"department.{code}")
        for code in DEPARTMENTS
        if code not in config.department_urls
    }
    addresses = {code: f"http://{ports.LOOPBACK}:{number}" for code, number in department_ports.items()}
    environment["TONGBAN_DEPARTMENT_URLS"] = json.dumps(addresses | config.department_urls)
    return House(
        web_url=web_url,
        simulated=bool(department_ports),
        environment=environment,
        stages=(
            tuple(servers),
            (
                _prepare(home, environment),
                _live(home, environment, host, live_port),
                *(
                    _department(home, environment, code, number, web_url)
                    for code, number in department_ports.items()
                ),
            ),
            (_web(home, environment, host, port), _worker(home, environment)),
        ),
    )


def department_key(home: Path, code: str) -> Path:
    """The private key of a department that is simulated here."""
    return home / "secrets" / f"department.{code}.pem"


def _prepare(home: Path, environment: Mapping[str, str]) -> Service:
    return Step(
        name="prepare",
        home=home,
        arguments=[sys.executable, "-m", "tongban.runtime.prepare"],
        environment=environment,
    )


def _web(home: Path, environment: Mapping[str, str], host: str, port: int) -> Service:
    return Command(
        name="web",
        home=home,
        arguments=[
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", str(_WEB_WORKERS), "--blocking-threads", str(_WEB_THREADS)),
            *("--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning"),
            "tongban.runtime.wsgi:application",
        ],
        environment=environment,
        ready=http_probe(port, "/api/health", _reachable(host)),
    )


def _live(home: Path, environment: Mapping[str, str], host: str, port: int) -> Service:
    return Command(
        name="live",
        home=home,
        arguments=[sys.executable, "-m", "tongban.runtime.live", "--host", host, "--port", str(port)],
        environment=environment,
        ready=http_probe(port, host=_reachable(host)),
        patience=5,
    )


def _worker(home: Path, environment: Mapping[str, str]) -> Service:
    ready = home / "run" / "worker.ready"
    return Command(
        name="worker",
        home=home,
        arguments=[sys.executable, "-m", "tongban.runtime.worker"],
        environment=environment,
        ready=file_probe(ready),
        ready_file=ready,
    )


def _department(home: Path, environment: Mapping[str, str], code: str, port: int, web_url: str) -> Service:
    folder = home / "departments" / code
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "config.json"
    keys.load_or_make(department_key(home, code))
    platform = ED25519.key_pair(keys.load_or_make(home / "secrets" / "platform.pem"))
    configuration = {
        "code": code,
        "host": ports.LOOPBACK,
        "port": port,
        "database": "data.sqlite",
        "platform_url": web_url,
        "platform_public_key": to_base64(platform.public),
        "private_key_file": str(department_key(home, code)),
        "control_token": secret(home, "departments.control"),
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(configuration, indent=2, sort_keys=True) + "\n")
    return Command(
        name=f"department.{code}",
        home=home,
        arguments=[sys.executable, "-m", "departments", code, "--config", str(path)],
        environment=environment,
        ready=http_probe(port),
        patience=5,
    )


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("TONGBAN_PORT", str(DEFAULT_PORT))
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _HIGHEST_PORT:
        raise InvalidInput(
            "runtime.port",
            f"TONGBAN_PORT is {text!r}, which is no port.",
            hint="Give a number from 1 to 65535.",
        )
    return int(text)


def _reachable(host: str) -> str:
    """Where a server bound to `host` can be asked from here."""
    return ports.LOOPBACK if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound


def _python_path(environ: Mapping[str, str]) -> str:
    """With the checkout's root, where the simulated departments lie beside the package."""
    root = Path(__file__).resolve().parents[3]
    parts = [environ.get("PYTHONPATH", ""), str(root) if (root / "departments").is_dir() else ""]
    return os.pathsep.join(part for part in parts if part)
