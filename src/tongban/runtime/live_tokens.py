"""Tokens that let one browser listen to one case for a while: made by the web, checked by the live process.

Pure functions; `secret` is shared through the state directory (`live.key`). A token is
``<expiry as unix seconds>.<HMAC-SHA256, base64url without padding>``. The application id stands in the
address, so it is signed and not repeated. The token holds nothing personal and opens nothing but *something
has changed*.
"""

import base64
import hashlib
import hmac

LIFETIME = 12 * 3600
"""Seconds; the length of a session. A page that is reloaded gets a new one."""
SECRET_NAME = "live.key"  # noqa: S105 - the name of the file, not the secret
_CONTEXT = b"tongban.live.v1"
_LONGEST = 80


def sign(secret: str, application_id: str, *, now: float, lifetime: float = LIFETIME) -> str:
    """A token for one application until `now` + `lifetime` (seconds since 1970, UTC)."""
    expiry = int(now + lifetime)
    return f"{expiry}.{_mac(secret, application_id, expiry)}"


def verify(secret: str, application_id: str, token: str, *, now: float) -> bool:
    """Whether `token` was signed for this application with this secret and has not expired."""
    text, dot, mac = token[:_LONGEST].partition(".")
    if not dot or not text.isascii() or not text.isdigit():
        return False
    expiry = int(text)
    # Compared as bytes: `compare_digest` refuses text that is not ASCII. The clock comes last, so that a
    # forged token tells nothing by its timing.
    return hmac.compare_digest(mac.encode(), _mac(secret, application_id, expiry).encode()) and now < expiry


def _mac(secret: str, application_id: str, expiry: int) -> str:
    message = b"\0".join([_CONTEXT, application_id.encode(), str(expiry).encode()])
    return (
        base64.urlsafe_b64encode(hmac.digest(secret.encode(), message, hashlib.sha256)).rstrip(b"=").decode()
    )
