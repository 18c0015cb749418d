"""Numbers that people and companies are known by: checked with a reason, made for synthetic data.

What a person types is read kindly (spaces, hyphens, full-width digits, a small x); what comes back is the one
written form. No message holds the number itself.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.cn import ric, uscc

from tongban.kernel import regions
from tongban.kernel.errors import InvalidInput, NotFound
from tongban.kernel.regions import Tier

RESIDENCE_PERMIT_CODES = frozenset({"810000", "820000", "830000"})
"""Address codes of residence permits for people of Hong Kong, Macao and Taiwan (rules of 2018, art. 6)."""

MAX_AGE = 150

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_LENGTH = 18
_OLD_LENGTH = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentId:
    """A resident identity number and what it says."""

    number: str
    birth_date: date
    sex: Literal["male", "female"]
    county_code: str
    """The first address of registration, not where the person lives."""

    def __repr__(self) -> str:
        # Identity numbers must not reach a log by way of a traceback.
        return f"ResidentId(number='{self.number[:4]}**************')"


def check_resident_id(text: str, *, today: date) -> ResidentId:
    """The resident identity number in a text, GB 11643.

    The county code must not have been abolished before the year of birth. One that came later is accepted:
    numbers are given at registration, the first ones in 1984 to people of every age.

    Raises:
        InvalidInput: ``id_number.length``, ``.format``, ``.check_digit``, ``.birth_date`` or ``.county``.
    """
    number = _plain(text)
    if len(number) != _LENGTH:
        if len(number) == _OLD_LENGTH and number.isascii() and number.isdigit():
            raise _refusal(
                "id_number.length", "Numbers of 15 digits ended in 2013.", "Use the 18-digit number."
            )
        raise _refusal("id_number.length", "An identity number has 18 characters.", "Compare with the card.")
    if not _RESIDENT_ID.fullmatch(number):
        raise _refusal(
            "id_number.format", "An identity number has 17 digits and a digit or X.", "Compare with the card."
        )
    if ric.calc_check_digit(number) != number[-1]:
        raise _refusal("id_number.check_digit", "The check digit does not fit.", "Compare with the card.")
    birth_date = _birth_date(number, today)
    county = number[:6]
    if not _is_address(county, birth_date.year, today.year):
        raise _refusal(
            "id_number.county", "The first six digits name no county of that time.", "Compare with the card."
        )
    sex: Literal["male", "female"] = "male" if int(number[16]) % 2 else "female"
    return ResidentId(number=number, birth_date=birth_date, sex=sex, county_code=county)


def check_credit_code(text: str) -> str:
    """The unified social credit code in a text, GB 32100, in capitals.

    Its first two characters may be letters: rural collectives have codes that begin with N.

    Raises:
        InvalidInput: ``credit_code.length``, ``.format`` or ``.check_digit``.
    """
    code = _plain(text)
    if len(code) != _LENGTH:
        raise _refusal("credit_code.length", "A credit code has 18 characters.", "Compare with the licence.")
    if not _CREDIT_CODE.fullmatch(code):
        raise _refusal(
            "credit_code.format",
            "A credit code has digits and capitals without I, O, S, V, Z, the third to eighth are digits.",
            "Compare with the licence; 0 and O, 1 and I, 2 and Z, 5 and S are easily mixed up.",
        )
    if uscc.calc_check_digit(code) != code[-1]:
        raise _refusal(
            "credit_code.check_digit", "The last character does not fit.", "Compare with the licence."
        )
    return code


def check_mobile(text: str) -> str:
    """The eleven digits of a mobile number of the mainland, with or without +86.

    Raises:
        InvalidInput: ``mobile.format``.
    """
    match = _MOBILE.fullmatch(_plain(text))
    if match is None:
        raise _refusal(
            "mobile.format", "This is no mobile number.", "It has 11 digits and begins with 13 to 19."
        )
    return match[1]


def make_resident_id(county: str, birth: date, sequence: int) -> str:
    """A well-formed number for synthetic people: the same arguments give the same number.

    Args:
        county: code of a county in force in the year of birth or later.
        birth: date of birth.
        sequence: 0 to 999; odd for men, even for women.

    Raises:
        ValueError: for a sequence out of range or a county that did not exist.
    """
    if not 0 <= sequence <= 999 or not _is_address(county, birth.year, 9999):  # noqa: PLR2004 -- three digits
        raise ValueError(f"No number can be made for county {county}, {birth.year}, sequence {sequence}.")
    body = f"{county}{birth:%Y%m%d}{sequence:03d}"
    return body + ric.calc_check_digit(body + "0")


def make_credit_code(county: str, serial: int, kind: str = "91") -> str:
    """A well-formed code for synthetic companies: the same arguments give the same code.

    Args:
        county: code of the registering authority's region.
        serial: 0 to 999,999; becomes the organisation code ``MA`` and six digits with its own check
            character (GB 11714).
        kind: registering authority and kind of body; 91 is a company.

    Raises:
        ValueError: for a serial out of range.
    """
    regions.region(county)
    if not 0 <= serial <= 999_999:  # noqa: PLR2004 -- six digits
        raise ValueError(f"A serial has six digits, not {serial}.")
    organisation = f"MA{serial:06d}"
    total = sum(int(c, 36) * w for c, w in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    body = f"{kind}{county}{organisation}{'0123456789X0'[11 - total % 11]}"
    return check_credit_code(body + uscc.calc_check_digit(body))


def _plain(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _birth_date(number: str, today: date) -> date:
    hint = "Digits 7 to 14 are the date of birth; compare with the card."
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _refusal("id_number.birth_date", "The date of birth does not exist.", hint) from None
    if birth > today or birth.year < today.year - MAX_AGE:
        raise _refusal("id_number.birth_date", "The date of birth lies in the future or too far back.", hint)
    return birth


def _is_address(code: str, birth_year: int, this_year: int) -> bool:
    """Whether a number given to someone of that year can begin with this code."""
    if code in RESIDENCE_PERMIT_CODES:
        return True
    try:
        known = regions.history(code)
    except (InvalidInput, NotFound):
        return False
    # A city without counties (东莞 441900, 中山 442000) stands in numbers itself.
    if known[-1].tier is not Tier.COUNTY and (known[-1].tier is Tier.PROVINCE or regions.children(code)):
        return False
    return any(
        (past.valid_to or this_year) >= birth_year and (past.valid_from or 0) <= this_year for past in known
    )


def _refusal(code: str, detail: str, hint: str) -> InvalidInput:
    return InvalidInput(code, detail, hint=hint)
