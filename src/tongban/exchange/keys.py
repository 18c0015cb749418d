"""Private keys as files: PEM, mode 0600, made at first use."""

import os
import secrets
from pathlib import Path

from tongban.kernel.crypto import ED25519


def load_or_make(path: Path) -> bytes:
    """The raw private key in `path`; a missing file is made, and two makers at once agree on one key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(ED25519.to_pem(ED25519.generate().private))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first; its key counts
        finally:
            fresh.unlink()
    return ED25519.from_pem(path.read_bytes())
