"""Where this installation keeps its state and which servers it talks to: read once from the environment."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT = 8000


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The environment of one process, as typed values."""

    home: Path
    """The one directory of state: data, secrets, logs (`TONGBAN_HOME`, default `./var`)."""
    catalogue: Path
    """Folder of the content (`TONGBAN_CATALOGUE`, default the one of the checkout)."""
    database_url: str | None
    """The application's database (`DATABASE_URL`); None until the embedded one has been started."""
    database_owner_url: str | None
    """The same database as the role that owns the tables and runs migrations (`DATABASE_OWNER_URL`)."""
    nats_url: str | None
    """The broker (`NATS_URL`)."""
    web_url: str
    """What people and departments type or call (`TONGBAN_WEB_URL`)."""
    live_url: str | None
    """Where browsers listen for progress (`TONGBAN_LIVE_URL`); None: pages fall back to asking."""
    department_urls: dict[str, str]
    """Department code to the base address of its system (`TONGBAN_DEPARTMENT_URLS`, JSON)."""
    instance: str
    """Code of this instance, the front part of ids that leave it (`TONGBAN_INSTANCE`)."""
    region: str
    """Root of the region tree that this instance serves (`TONGBAN_REGION`)."""

    @classmethod
    def from_environment(cls) -> "Config":
        """Read the environment; nothing is created or connected."""
        port = os.environ.get("TONGBAN_PORT", str(DEFAULT_PORT))
        return cls(
            home=Path(os.environ.get("TONGBAN_HOME", "var")).resolve(),
            catalogue=Path(os.environ.get("TONGBAN_CATALOGUE") or default_catalogue()).resolve(),
            database_url=os.environ.get("DATABASE_URL"),
            database_owner_url=os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL"),
            nats_url=os.environ.get("NATS_URL"),
            web_url=os.environ.get("TONGBAN_WEB_URL", f"http://127.0.0.1:{port}"),
            live_url=os.environ.get("TONGBAN_LIVE_URL") or None,
            department_urls=json.loads(os.environ.get("TONGBAN_DEPARTMENT_URLS", "{}")),
            instance=os.environ.get("TONGBAN_INSTANCE", "TB"),
            region=os.environ.get("TONGBAN_REGION", "430000"),
        )


def default_catalogue() -> Path:
    """The content folder of the checkout that this code runs from."""
    return Path(__file__).resolve().parents[3] / "catalogue"


def secret(home: Path, name: str) -> str:
    """A random secret of this installation, made at first use, readable by its owner only.

    Two processes that ask at the same moment get the same one: the file is created exclusively.
    """
    folder = home / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    fresh = folder / f".{name}.{secrets.token_hex(8)}"
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # fails when another process was first; a rename would replace its secret
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
