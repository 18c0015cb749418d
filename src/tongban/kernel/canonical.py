"""Canonical JSON (RFC 8785): one value, one sequence of bytes, so that digests and signatures can be checked.

Numbers are IEEE 754 doubles there, so integers outside ±(2^53 - 1) are refused instead of silently rounded;
money and other decimals travel as strings in this house anyway. (A whole float beyond that range does have a
form, but reads back as an integer that has none: keep such numbers in strings too.) Refused as well: NaN
and infinities, text with lone surrogates, keys that are not text, and any type that is not plain JSON.
"""

import hashlib
from typing import Any

import rfc8785

from tongban.kernel.errors import InvalidInput


def dumps(value: Any) -> bytes:
    """The RFC 8785 bytes (UTF-8) of a plain JSON value; InvalidInput ``canonical.not_json`` for any other."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, TypeError, RecursionError) as error:
        # The message of the library can quote the value, which may be personal: only its kind goes on.
        raise InvalidInput(
            "canonical.not_json",
            f"The value has no canonical JSON form ({type(error).__name__}).",
            hint="Use text, true, false, null, lists, objects with text keys and integers up to 2^53 - 1; "
            "send decimals and dates as text.",
        ) from None


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(dumps(value)).hexdigest()
