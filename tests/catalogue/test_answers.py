"""What people type, read and refused."""

from datetime import date
from typing import Any

import pytest

from tests.intake.situations import MOTHER_ID, content
from tongban.catalogue import answers
from tongban.catalogue.domain import DataElement
from tongban.kernel.errors import InvalidInput
from tongban.kernel.numbers import make_credit_code, make_resident_id

TODAY = date(2026, 11, 23)


def of_type(kind: str, **more: str) -> DataElement:
    """The first element of the catalogue of a type."""
    for element in content().elements.values():
        if element.type == kind and all(getattr(element, name) == value for name, value in more.items()):
            return element
    raise LookupError(kind)


def read(code: str | DataElement, raw: Any) -> Any:
    """The value of what was typed for an element."""
    element = content().element(code) if isinstance(code, str) else code
    return answers.read(element, raw, content().code_lists, today=TODAY)


def refused(code: str | DataElement, raw: Any) -> str:
    """The rule that what was typed breaks; each refusal has a hint and does not repeat what was typed."""
    with pytest.raises(InvalidInput) as error:
        read(code, raw)
    assert error.value.hint
    if isinstance(raw, str) and len(raw) > 4:
        assert raw not in error.value.detail + error.value.hint
    return error.value.code


def _last(number: str) -> str:
    return "0" if number[-1] != "0" else "1"


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("4301021994", "id_number.length"),
        ("430102940520024", "id_number.length"),
        ("43010219940520O241", "id_number.format"),
        (MOTHER_ID[:-1] + _last(MOTHER_ID), "id_number.check_digit"),
        (make_resident_id("430102", date(2026, 12, 1), 24), "id_number.birth_date"),
        (make_resident_id("430102", date(1850, 12, 1), 24), "id_number.birth_date"),
    ],
)
def test_a_wrong_identity_number_names_the_rule(typed: str, rule: str) -> None:
    """Length, signs, check digit, a birth in the future: each its own sentence."""
    assert refused("id_number", typed) == rule


def test_an_identity_number_of_no_county_is_refused() -> None:
    """The check digit fits and the county does not exist."""
    from stdnum.cn import ric

    body = "43990019940520024"
    assert refused("id_number", body + ric.calc_check_digit(body + "0")) == "id_number.county"


def test_numbers_are_kept_in_one_form() -> None:
    """Full-width digits, spaces and a small x are what people type; registries know one spelling."""
    wide = MOTHER_ID.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert read("id_number", f" {wide} ") == MOTHER_ID
    number = next(
        made
        for n in range(0, 999, 2)
        if (made := make_resident_id("430102", date(1994, 5, 20), n))[-1] == "X"
    )
    assert read("id_number", f"{number[:6]} {number[6:14]} {number[14:].lower()}") == number
    assert read("contact_phone", "+86 138-0013-8000") == "13800138000"
    assert read(of_type("string", format="bank_account"), "6222 0202 0011 2233 445") == "6222020200112233445"
    code = make_credit_code("430102", 7)
    assert read("credit_code", code.lower()) == code


@pytest.mark.parametrize(
    ("element", "typed", "rule"),
    [
        ("contact_phone", "12800138000", "mobile.format"),
        ("credit_code", make_credit_code("430102", 7)[:-1] + "?", "credit_code.format"),
        ("benefit_account_number", "1234", "answer.bank_account"),
        ("benefit_account_number", "६२२२०२०२००११२२", "answer.bank_account"),
        ("name", "名" * 51, "answer.too_long"),
        ("birth_time", "eight o'clock", "answer.too_long"),
        ("marital_status", "99", "answer.choice"),
        ("birth_weight", "3,25", "answer.number"),
        ("birth_weight", "1e0", "answer.number"),
        ("birth_weight", "NaN", "answer.number"),
        ("birth_weight", "३", "answer.number"),
        ("birth_weight", "3250", "answer.range"),
        ("birth_weight", "-1", "answer.range"),
        ("plurality", "1.5", "answer.integer"),
        ("maternity_total_amount", "12.345", "answer.money"),
        ("maternity_total_amount", "1_000", "answer.number"),
        ("maternity_total_amount", "9" * 40, "answer.number"),
        ("father_stated", "maybe", "answer.choice"),
        ("birth_date", "yesterday", "answer.date"),
        ("birth_date", "2026-02-30", "answer.no_such_date"),
        ("birth_date", "2026年13月1日", "answer.no_such_date"),
        ("birth_date", "0000-01-01", "answer.no_such_date"),
        ("household_region", "999999", "answer.choice"),
    ],
)
def test_what_cannot_be_is_refused_with_its_rule(element: str, typed: str, rule: str) -> None:
    """Every refusal has a code that the page has words for."""
    assert refused(element, typed) == rule


@pytest.mark.parametrize(
    "typed", ["李\x00明", "李\x07", "\ud800李", "李\u202e明", "\u2067李", ["李"], {"a": 1}]
)
def test_what_no_database_or_page_can_hold_is_refused(typed: Any) -> None:
    """NUL, bells, half characters, signs that turn the text round, lists."""
    assert refused("name", typed) == "answer.characters"


@pytest.mark.parametrize(
    ("element", "typed", "expected"),
    [
        ("birth_date", "2026年1月3日", "2026-01-03"),
        ("birth_date", "２０２６．１．３", "2026-01-03"),
        ("birth_date", "20260103", "2026-01-03"),
        ("birth_date", "2026/1/3", "2026-01-03"),
        ("birth_weight", "３．２５", "3.25"),
        ("plurality", 2, 2),
        ("plurality", "02", 2),
        ("maternity_total_amount", "¥ 12,345.60", "12345.60"),
        ("maternity_total_amount", "0.0000001", None),
        ("maternity_total_amount", "-0", "0"),
        ("father_stated", "是", True),
        ("father_stated", False, False),
        ("name", "  李明月 ", "李明月"),
        ("name", "   ", None),
        ("name", None, None),
    ],
)
def test_what_people_really_type_is_read(element: str, typed: Any, expected: Any) -> None:
    """Dates, amounts and yes in the ways of everyday writing."""
    if typed == "0.0000001":
        assert refused(element, typed) == "answer.money"
    else:
        found = read(element, typed)
        assert (found, type(found)) == (expected, type(expected))


def test_a_long_text_keeps_its_lines_and_has_an_end() -> None:
    """Free text may have line breaks; 500 characters are enough where nothing else is said."""
    element = of_type("text")
    assert read(element, "第一行\n第二行") == "第一行\n第二行"
    assert refused(element, "字" * ((element.max_length or answers.MAX_TEXT) + 1)) == "answer.too_long"


def test_a_range_with_one_end_is_said_so() -> None:
    """`at least 0`, never `between 0 and None`."""
    element = next(
        one
        for one in content().elements.values()
        if one.type in {"integer", "decimal", "money"} and one.min is not None and one.max is None
    )
    with pytest.raises(InvalidInput) as error:
        read(element, "-1000000")
    assert "None" not in error.value.detail
    assert "at least" in error.value.detail


def test_all_faults_of_a_file_of_known_values_are_told_at_once() -> None:
    """An unknown address and a wrong value: two faults, and nothing is half taken."""
    elements = {"mother.name": content().element("name"), "mother.id_number": content().element("id_number")}
    with pytest.raises(InvalidInput) as error:
        answers.check_known(
            {"mother.name": "李", "mother.id_number": "1", "cat.name": "咪"},
            elements,
            content().code_lists,
            today=TODAY,
        )
    assert error.value.code == "known.invalid"
    assert [(fault.address, fault.code) for fault in error.value.faults] == [
        ("mother.id_number", "id_number.length"),
        ("cat.name", "known.unknown_address"),
    ]
