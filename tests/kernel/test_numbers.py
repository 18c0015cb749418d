from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import InvalidInput
from tongban.kernel.numbers import (
    check_credit_code,
    check_mobile,
    check_resident_id,
    make_credit_code,
    make_resident_id,
)

TODAY = date(2026, 3, 2)


def code_of(number: str) -> str:
    """The code with which a resident identity number is refused."""
    with pytest.raises(InvalidInput) as caught:
        check_resident_id(number, today=TODAY)
    assert caught.value.hint
    assert number[6:14] not in str(caught.value) or len(number) < 15
    return caught.value.code


def test_a_number_says_birth_sex_and_county() -> None:
    """The example of GB 11643-1999 is read as a woman born on 31 December 1949 in 朝阳区, Beijing."""
    person = check_resident_id("11010519491231002X", today=TODAY)

    assert (person.birth_date, person.sex, person.county_code) == (date(1949, 12, 31), "female", "110105")
    assert "1949" not in repr(person)


def test_typing_habits_are_forgiven() -> None:
    """Spaces, a small x and full-width digits are read as meant."""
    for typed in ("110105 19491231 002x", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ"):
        assert check_resident_id(typed, today=TODAY).number == "11010519491231002X"


def test_a_county_abolished_before_the_birth_is_refused() -> None:
    """崇文区 of Beijing ended in 2010: born in 2009 it fits, born in 2012 it cannot be."""
    assert check_resident_id(make_resident_id("110103", date(2009, 5, 1), 1), today=TODAY).sex == "male"
    body = make_resident_id("110101", date(2012, 5, 1), 1)
    fitting = [f"110103{body[6:17]}{check}" for check in "0123456789X"]
    assert {code_of(number) for number in fitting} == {"id_number.check_digit", "id_number.county"}


def test_a_county_younger_than_the_person_is_accepted() -> None:
    """Numbers were first given in 1984: someone born in 1950 can have a code of 1983, or of 1996."""
    for county in ("430105", "430112"):
        number = make_resident_id(county, date(1950, 1, 1), 2)
        assert check_resident_id(number, today=TODAY).county_code == county


def test_a_city_without_counties_stands_itself() -> None:
    """Numbers from 东莞 begin with the city's code; 长沙 and 湖南 do not stand in numbers."""
    assert (
        check_resident_id(make_resident_id("441900", date(1990, 1, 1), 2), today=TODAY).county_code
        == "441900"
    )
    for code in ("430100", "430000", "999999"):
        with pytest.raises(ValueError, match="No number"):
            make_resident_id(code, date(1990, 1, 1), 2)


def test_a_residence_permit_has_its_own_code() -> None:
    """A resident from Taiwan has a number that begins with 830000."""
    assert check_resident_id(make_resident_id("830000", date(1990, 1, 1), 2), today=TODAY).sex == "female"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "id_number.length"),
        ("110105491231002", "id_number.length"),
        ("11010519491231002", "id_number.length"),
        ("1101051949123100XX", "id_number.format"),
        ("A1010519491231002X", "id_number.format"),
        ("110105194912310021", "id_number.check_digit"),
        ("110105194912310٠2X", "id_number.format"),
    ],
)
def test_a_wrong_number_is_told_why(number: str, code: str) -> None:
    """Each kind of mistake has its own code and a hint, and the number stays out of the message."""
    assert code_of(number) == code


@pytest.mark.parametrize("birth", ["20260303", "19490231", "18500101", "20261301"])
def test_an_impossible_birth_is_refused(birth: str) -> None:
    """A birth tomorrow, on 31 February or in 1850 is refused."""
    codes = {code_of(f"110105{birth}002{check}") for check in "0123456789X"}

    assert codes == {"id_number.check_digit", "id_number.birth_date"}


@given(
    st.dates(date(1930, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789")
)
def test_one_wrong_digit_is_caught(birth: date, sequence: int, at: int, digit: str) -> None:
    """A made number passes and says what went in; with one digit changed it never passes."""
    number = make_resident_id("430102", birth, sequence)

    person = check_resident_id(number, today=TODAY)
    assert (person.birth_date, person.sex) == (birth, "male" if sequence % 2 else "female")
    assert make_resident_id("430102", birth, sequence) == number
    if number[at] != digit:
        with pytest.raises(InvalidInput):
            check_resident_id(number[:at] + digit + number[at + 1 :], today=TODAY)


def test_a_credit_code_is_checked() -> None:
    """A published code passes, also in small letters; a changed one does not."""
    assert check_credit_code("9111 0000 6000 3734 1l") == "91110000600037341L"
    for text, code in {
        "91110000600037341": "credit_code.length",
        "9111000060003734IL": "credit_code.format",
        "91110000600037342L": "credit_code.check_digit",
    }.items():
        with pytest.raises(InvalidInput) as caught:
            check_credit_code(text)
        assert caught.value.code == code


def test_a_rural_collective_has_a_code_too() -> None:
    """Codes that begin with N, as rural collectives have them, are accepted."""
    assert make_credit_code("430102", 17, kind="N2").startswith("N2430102MA000017")


@given(st.integers(0, 999_999))
def test_made_codes_pass(serial: int) -> None:
    """Synthetic companies have valid codes, the same one each time."""
    code = make_credit_code("430102", serial)

    assert check_credit_code(code) == code == make_credit_code("430102", serial)


@pytest.mark.parametrize(
    "text", ["13800138000", "+86 138 0013 8000", "0086-138-0013-8000", "１３８００１３８０００"]
)
def test_a_mobile_number_has_one_form(text: str) -> None:
    """However it is written, a mobile number is eleven digits."""
    assert check_mobile(text) == "13800138000"


@pytest.mark.parametrize("text", ["", "12800138000", "1380013800", "138001380000", "+1 13800138000", "table"])
def test_what_is_no_mobile_number_is_refused(text: str) -> None:
    """A landline, a foreign number or a slip is refused with a hint."""
    with pytest.raises(InvalidInput) as caught:
        check_mobile(text)

    assert caught.value.code == "mobile.format"
