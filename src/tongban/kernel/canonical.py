"""Canonical JSON (RFC 8785): one value, one sequence of bytes, so that digests and signatures can be checked.

Numbers are IEEE 754 doubles there, so integers outside ±(2^53 - 1) are refused instead of silently rounded;
money and other decimals travel as strings in this house anyway. (A whole float beyond that range does have a
form, but reads back as an integer that has none: keep such numbers in strings too.) Refused as well: NaN
and infinities, text with lone surrogates, keys that are not text, and any type that is not plain JSON.
"""

import hashlib
import json
import json.encoder
from collections.abc import Mapping
from typing import Any

import rfc8785

from tongban.kernel.errors import InvalidInput

_SAFE = 2**53 - 1
_LEAST, _MOST = 1e-4, 1e15
"""Between them a broken number is written without an exponent and as short as tells it, here as there."""
_SURROGATE = "\ud800"
"""Texts of lesser characters sort alike by character and in UTF-16."""
_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode
_quoted = json.encoder.encode_basestring


def dumps(value: Any) -> bytes:
    """The RFC 8785 bytes (UTF-8) of a plain JSON value; InvalidInput ``canonical.not_json`` for any other."""
    try:
        if _simple(value):  # what nearly everything is; the same bytes in a tenth of the time
            return _encode(value).encode()
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, TypeError, RecursionError) as error:
        # The message of the library can quote the value, which may be personal: only its kind goes on.
        raise InvalidInput(
            "canonical.not_json",
            f"The value has no canonical JSON form ({type(error).__name__}).",
            hint="Use text, true, false, null, lists, objects with text keys and integers up to 2^53 - 1; "
            "send decimals and dates as text.",
        ) from None


def text(value: str) -> str:
    """A text as it stands in canonical JSON, with its quotes; not yet as bytes, so lone surrogates pass."""
    return _quoted(value)


def _simple(value: Any) -> bool:
    """Whether the standard encoder writes the same: plain floats only, keys that sort alike in UTF-16."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        for key, inner in value.items():
            if (
                type(key) is not str
                or not (key.isascii() or max(key) < _SURROGATE)
                or (type(inner) is not str and not _simple(inner))
            ):
                return False
        return True
    if kind is list:
        return not value or all(map(_simple, value))
    if kind is int:
        return bool(-_SAFE <= value <= _SAFE)
    return kind is float and _LEAST <= abs(value) < _MOST and not value.is_integer()


def joined(members: Mapping[str, bytes]) -> bytes:
    """The canonical bytes of an object whose values are in their canonical bytes already."""
    names = sorted(members, key=lambda name: name.encode("utf-16-be"))
    return b"{" + b",".join(dumps(name) + b":" + members[name] for name in names) + b"}"


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(dumps(value)).hexdigest()
