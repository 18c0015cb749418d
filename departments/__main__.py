"""``python -m departments CODE --config FILE``: start one department's system.

When it is ready it prints one line ``{"department": …, "host": …, "port": …}``; it ends on SIGTERM or SIGINT.
"""

import argparse
import json
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from departments import _config
from departments._system import System
from departments.registry import DEPARTMENTS
from tongban.kernel.errors import TongbanError


def main() -> int:
    """Run one system until it is told to end; 0 then, 2 with a sentence when it cannot start."""
    parser = argparse.ArgumentParser(
        prog="python -m departments", description="A simulated department system."
    )
    parser.add_argument("code", choices=sorted(DEPARTMENTS))
    parser.add_argument("--config", required=True, type=Path)
    told = parser.parse_args()
    try:
        config = _config.load(told.code, told.config)
        listener = socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((config.host, config.port))
        system = System(DEPARTMENTS[told.code](), config)
    except TongbanError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"Cannot listen on {config.host}:{config.port} or open its file: {error.strerror}.")
    port = listener.getsockname()[1]
    server = _Server(
        uvicorn.Config(
            system.app(), log_level="warning", access_log=False, timeout_graceful_shutdown=3, lifespan="on"
        ),
        json.dumps({"department": told.code, "host": config.host, "port": port}),
    )
    for one in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again after its orderly end; being asked to end is no failure.
        signal.signal(one, lambda *_: None)
    server.run(sockets=[listener])
    return 0 if server.started else 2


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(self.ready + "\n")
            sys.stdout.flush()


def _failed(sentence: str) -> int:
    sys.stderr.write(f"departments: {sentence}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
