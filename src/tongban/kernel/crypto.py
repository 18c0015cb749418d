"""Signature suites as values: code that signs or verifies takes a `Suite` and never asks which one it is.

Private keys live in PKCS #8 PEM files, mode 0600; public keys travel as base64 of their raw bytes.
A verification answers True or False and never raises on what a stranger sent.

Ed25519 (RFC 8032) has eight points of small order; with one of them as *public key* a single signature
verifies for many messages. They are refused here in every encoding that decoders accept, the
non-canonical ones included (the attack: Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020).
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from tongban.kernel.errors import InvalidInput

RAW_KEY_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and its public key, both as the raw bytes of their suite."""

    private: bytes
    public: bytes

    def __repr__(self) -> str:
        # A private key must not reach a log by way of a traceback.
        return f"KeyPair(public={to_base64(self.public)!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One way to sign. Another suite (SM2) is another value of this type."""

    name: str
    """Name in stored records and key files, lower case."""
    generate: Callable[[], KeyPair]
    """A new random key pair."""
    key_pair: Callable[[bytes], KeyPair]
    """The pair of a raw private key."""
    sign: Callable[[bytes, bytes], bytes]
    """``sign(private, message)`` gives the signature."""
    verify: Callable[[bytes, bytes, bytes], bool]
    """``verify(public, message, signature)``; False for anything malformed."""
    check_public: Callable[[bytes], bytes]
    """Gives the raw public key back, or raises InvalidInput when nobody may trust it."""
    to_pem: Callable[[bytes], bytes]
    """The raw private key as unencrypted PKCS #8 PEM."""
    from_pem: Callable[[bytes], bytes]
    """The raw private key out of a PEM text."""


def to_base64(raw: bytes) -> str:
    """Standard base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of standard base64; InvalidInput ``crypto.base64`` for anything that is not exactly that."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    # Re-encoding refuses stray bits in the last character: one key, one text.
    if not text or to_base64(raw) != text:
        raise InvalidInput("crypto.base64", "This is not base64.", hint="Copy the whole text again.")
    return raw


def _fault(code: str, detail: str, hint: str) -> InvalidInput:
    return InvalidInput(f"crypto.{code}", detail, hint=hint)


# The field's prime, and the y-coordinate of points of order 8: a root of d·y⁴ + 2y² - 1, from 2P = (x, 0).
_P = 2**255 - 19
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER_Y = frozenset(
    # y = 1 (order 1), -1 (order 2), 0 (order 4), ±Y8 (order 8); y + p still fits 255 bits for 0 and 1.
    (0, 1, _Y8, _P - _Y8, _P - 1, _P, _P + 1)
)
_Y_MASK = (1 << 255) - 1


def _y_of(public: bytes) -> int:
    return int.from_bytes(public, "little") & _Y_MASK


def _is_on_curve(y: int) -> bool:
    """Whether x² = (y² - 1) / (d·y² + 1) has a root, by Euler's criterion (OpenSSL looks late)."""
    d = -121665 * pow(121666, -1, _P)
    square = (y * y - 1) * pow(d * y * y + 1, -1, _P)
    return pow(square, (_P - 1) // 2, _P) == 1


def _ed25519_check_public(public: bytes) -> bytes:
    if len(public) != RAW_KEY_BYTES:
        raise _fault("public_key", "An Ed25519 public key has 32 bytes.", "Copy the whole key again.")
    y = _y_of(public)
    if y in _SMALL_ORDER_Y:
        raise _fault("weak_key", "This public key has small order.", "Refuse its owner; ask for a new key.")
    if y >= _P or not _is_on_curve(y):
        raise _fault("public_key", "These bytes are no Ed25519 public key.", "Ask its owner for the key.")
    return public


def _ed25519_key_pair(private: bytes) -> KeyPair:
    if len(private) != RAW_KEY_BYTES:
        raise _fault("private_key", "An Ed25519 private key has 32 bytes.", "Load it from its PEM file.")
    key = ed25519.Ed25519PrivateKey.from_private_bytes(private)
    return KeyPair(private, key.public_key().public_bytes_raw())


def _ed25519_generate() -> KeyPair:
    return _ed25519_key_pair(ed25519.Ed25519PrivateKey.generate().private_bytes_raw())


def _ed25519_sign(private: bytes, message: bytes) -> bytes:
    return ed25519.Ed25519PrivateKey.from_private_bytes(private).sign(message)


def _ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) != RAW_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    # y ≥ p is a second spelling of a point: never a key that `check_public` let in.
    if (y := _y_of(public)) in _SMALL_ORDER_Y or y >= _P:
        return False
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ed25519_to_pem(private: bytes) -> bytes:
    return ed25519.Ed25519PrivateKey.from_private_bytes(private).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _ed25519_from_pem(pem: bytes) -> bytes:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        # The library's message can quote the file; only the finding goes on.
        raise _fault("pem", "This file holds no unencrypted Ed25519 key.", "Make a new key or mend its path.")
    return key.private_bytes_raw()


ED25519 = Suite(
    name="ed25519",
    generate=_ed25519_generate,
    key_pair=_ed25519_key_pair,
    sign=_ed25519_sign,
    verify=_ed25519_verify,
    check_public=_ed25519_check_public,
    to_pem=_ed25519_to_pem,
    from_pem=_ed25519_from_pem,
)

SUITES = {suite.name: suite for suite in (ED25519,)}
"""Every suite by its name."""
