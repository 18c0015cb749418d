"""The configuration file of one system, JSON."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tongban.kernel.crypto import ED25519, KeyPair, from_base64
from tongban.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Which population; the same values in all systems make them agree."""

    residents: int = 2000
    companies: int = 200
    seed: int = 20261123
    reference_date: date | None = None
    """Births lie in the 60 days before it. None: the day the database is first filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One system's settings."""

    code: str
    port: int
    host: str
    database: Path
    platform_url: str
    platform_key: bytes = field(repr=False)
    own_key: KeyPair
    control_token: str = field(repr=False)
    seed: Seed = Seed()
    latency_ms: tuple[int, int] = (1, 5)
    error_rate: float = 0.0
    staff_delay_ms: tuple[int, int] = (200, 600)


def load(code: str, path: Path) -> Config:
    """The configuration of department `code`.

    Keys: ``port`` (0 takes a free one), ``database``, ``platform_url``, ``platform_public_key`` (base64),
    ``private_key_file`` (PEM), ``control_token``; optional ``code``, ``host`` (loopback), ``seed``,
    ``latency_ms`` (number or [min, max]), ``error_rate`` (0 to 1), ``staff_delay_ms`` ([min, max]).
    Relative paths are relative to the file.

    Raises:
        InvalidInput: says which key is wrong and what it should be.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong("file", f"a JSON file that can be read ({type(error).__name__})") from None
    known = {
        *("code", "port", "host", "database", "platform_url", "platform_public_key", "private_key_file"),
        *("control_token", "seed", "latency_ms", "error_rate", "staff_delay_ms"),
    }
    if not isinstance(raw, dict) or set(raw) - known:
        raise _wrong("keys", f"only {', '.join(sorted(known))}")
    if raw.get("code", code) != code:
        raise _wrong("code", f"{code}, as on the command line")
    host = _text(raw, "host", "127.0.0.1")
    if host not in {"127.0.0.1", "::1", "localhost"}:
        # The control plane must never be reachable from outside.
        raise _wrong("host", "a loopback address")
    key_file = path.parent / _text(raw, "private_key_file")
    try:
        own_key = ED25519.key_pair(ED25519.from_pem(key_file.read_bytes()))
    except OSError:
        raise _wrong("private_key_file", "a file that can be read") from None
    port, rate = raw.get("port"), raw.get("error_rate", 0)
    if type(port) is not int or not 0 <= port < 65536:  # noqa: PLR2004, ports
        raise _wrong("port", "a port number")
    if not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise _wrong("error_rate", "a number from 0 to 1")
    return Config(
        code=code,
        port=port,
        host=host,
        database=path.parent / _text(raw, "database"),
        platform_url=_text(raw, "platform_url").rstrip("/"),
        platform_key=ED25519.check_public(from_base64(_text(raw, "platform_public_key"))),
        own_key=own_key,
        control_token=_text(raw, "control_token"),
        seed=_seed(raw.get("seed", {})),
        latency_ms=span(raw.get("latency_ms", [1, 5]), "latency_ms"),
        error_rate=float(rate),
        staff_delay_ms=span(raw.get("staff_delay_ms", [200, 600]), "staff_delay_ms"),
    )


def span(value: Any, name: str) -> tuple[int, int]:
    """A number or ``[min, max]`` of milliseconds as a pair; InvalidInput otherwise."""
    low, high = value if isinstance(value, list) and len(value) == 2 else (value, value)  # noqa: PLR2004, a pair
    if type(low) is not int or type(high) is not int or not 0 <= low <= high:
        raise _wrong(name, "milliseconds, or [min, max]")
    return low, high


def _seed(raw: Any) -> Seed:
    if not isinstance(raw, dict) or set(raw) - {"residents", "companies", "seed", "reference_date"}:
        raise _wrong("seed", "residents, companies, seed and reference_date")
    try:
        day = raw.get("reference_date")
        numbers = {name: int(raw[name]) for name in ("residents", "companies", "seed") if name in raw}
        return Seed(reference_date=date.fromisoformat(day) if day else None, **numbers)
    except (TypeError, ValueError):
        raise _wrong("seed", "numbers, and a date such as 2026-11-23") from None


def _text(raw: dict[str, Any], name: str, default: str | None = None) -> str:
    found = raw.get(name, default)
    if not isinstance(found, str) or not found:
        raise _wrong(name, "a text")
    return found


def _wrong(name: str, expected: str) -> InvalidInput:
    return InvalidInput(f"department_config.{name}", f"Configuration: {name} must be {expected}.")
