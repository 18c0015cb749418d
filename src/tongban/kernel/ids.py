"""Identifiers: UUIDv7 for machines, a short number with a check character for people.

A *number* is what someone reads aloud at a counter or types from a slip of paper::

    TB20261123-000017-D
    ││         │      └ check character over everything before it
    ││         └ serial number within the day, at least six digits
    │└ day of issue
    └ instance: 2 to 4 letters

The check is Damm's (2004): a quasigroup that is totally anti-symmetric, here the one of order 32 given by
multiplication by x in GF(2^5), over the 32 characters of Crockford's base 32 (no I, L, O, U). It finds
*every* wrong character and *every* swap of two characters. ISO/IEC 7064 MOD 37,36 was measured first and
let about 1 in 300 swaps of neighbours pass, so it was not taken.
"""

import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date

import uuid_utils

from tongban.kernel.errors import InvalidInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MAX_SERIAL = 999_999_999

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_INSTANCE = re.compile(r"[ABCDEFGHJKMNPQRSTVWXYZ]{2,4}")
_NUMBER = re.compile(r"([A-Z]{2,4})([0-9]{8})([0-9]{6,9})([0-9A-Z])")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_LOOK_ALIKE = str.maketrans("OIL", "011")
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, irreducible over GF(2)
_FIELD_SIZE = 32


@dataclass(frozen=True, slots=True)
class Number:
    """A number that people read aloud, taken apart."""

    instance: str
    day: date
    serial: int
    text: str
    """The one written form, as `number_of` gives it."""

    def __str__(self) -> str:
        return self.text


def new_id() -> uuid.UUID:
    """A new UUIDv7 (RFC 9562): unique without asking anyone, and in order of creation."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


def new_text() -> str:
    """A new UUIDv7 as text, for what is only written down."""
    return str(uuid_utils.uuid7())


def number_of(instance: str, day: date, serial: int) -> str:
    """The number of the `serial`-th application of a day, for example ``TB20261123-000017-D``.

    Args:
        instance: 2 to 4 capital letters without I, L, O and U, which are misread as digits.
        day: legal day of issue.
        serial: 1 to 999,999,999, counted anew each day; padded to six digits.

    Raises:
        ValueError: for an instance or a serial that cannot be written; both come from configuration.
    """
    if not _INSTANCE.fullmatch(instance):
        raise ValueError(f"An instance is 2 to 4 capital letters without I, L, O, U, not {instance!r}.")
    if not 1 <= serial <= MAX_SERIAL:
        raise ValueError(f"A serial lies between 1 and {MAX_SERIAL}, not {serial}.")
    head, tail = f"{instance}{day:%Y%m%d}", f"{serial:06d}"
    return f"{head}-{tail}-{_check_character(head + tail)}"


def parse_number(text: str) -> Number:
    """The number that someone typed, whatever its case, spaces, hyphens and full-width forms.

    Raises:
        InvalidInput: ``number.format`` for a wrong shape, ``number.check`` for a mistyped character.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    match = _NUMBER.fullmatch(plain[:2] + plain[2:].translate(_LOOK_ALIKE))
    if match is None or not _INSTANCE.fullmatch(match[1]):
        raise InvalidInput(
            "number.format",
            "This is not an application number.",
            hint="It looks like TB20261123-000017-D: letters, a date, a serial number and one character.",
        )
    instance, day, serial, check = match.groups()
    if _check_character(instance + day + serial) != check:
        raise InvalidInput(
            "number.check",
            "The last character does not fit the rest of the number.",
            hint="One character is probably mistyped, or two are swapped; compare with the receipt.",
        )
    try:
        issued = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        return Number(instance, issued, int(serial), _checked_form(instance, issued, int(serial), plain))
    except ValueError:
        raise InvalidInput(
            "number.date",
            "The day or the serial number inside this number cannot exist.",
            hint="Compare with the receipt.",
        ) from None


def _checked_form(instance: str, day: date, serial: int, plain: str) -> str:
    """The written form again; refuses serials with needless zeros, so that a number has one form only."""
    text = number_of(instance, day, serial)
    if len(text) - 2 != len(plain):
        raise ValueError("padded")
    return text


def _check_character(text: str) -> str:
    """Damm's interim value after the text, which is its own check character.

    Each step is ``interim = x · (interim + character)``. After n more steps an error e has become xⁿ · e,
    never zero; x has order 31, so a swap at distance d becomes (1 - xᵈ) · e, never zero either for d < 31.
    """
    interim = 0
    for character in text:
        interim = (interim ^ _VALUE[character]) << 1
        if interim >= _FIELD_SIZE:
            interim ^= _FIELD_POLYNOMIAL
    return ALPHABET[interim]
