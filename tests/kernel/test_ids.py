import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import InvalidInput
from tongban.kernel.ids import ALPHABET, new_id, number_of, parse_number

numbers = st.builds(
    number_of,
    st.text("ABCDEFGHJKMNPQRSTVWXYZ", min_size=2, max_size=4),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(1, 999_999_999),
)


def test_new_ids_sort_by_creation() -> None:
    """Identifiers made one after the other sort in that order and are version 7."""
    ids = [new_id() for _ in range(1000)]

    assert sorted(ids) == ids
    assert {(identifier.version, identifier.variant) for identifier in ids} == {(7, ids[0].variant)}
    assert len(set(ids)) == 1000


def test_a_number_is_written_for_people() -> None:
    """The seventeenth application of 23 November 2026 has a number with day, serial and check character."""
    number = number_of("TB", date(2026, 11, 23), 17)

    assert re.fullmatch(r"TB20261123-000017-[0-9A-Z]", number)
    parsed = parse_number(number)
    assert (parsed.instance, parsed.day, parsed.serial) == ("TB", date(2026, 11, 23), 17)
    assert str(parsed) == number


@given(numbers)
def test_every_number_comes_back(number: str) -> None:
    """What is printed on a receipt can be typed in again, with or without hyphens, in any case."""
    assert parse_number(number).text == number
    assert parse_number(number.replace("-", "").lower()).text == number
    assert parse_number("  " + number.replace("-", " ") + " ").text == number


def test_a_phone_keyboard_in_chinese_mode_is_no_obstacle() -> None:
    """Full-width characters and long dashes are read as what they look like."""
    number = number_of("TB", date(2026, 11, 23), 17)
    typed = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else "—" for c in number)

    assert parse_number(typed).text == number


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    """An O for a zero and an l for a one are forgiven, since neither letter occurs."""
    number = number_of("TB", date(2026, 11, 23), 17)

    assert parse_number(number.replace("0", "O").replace("1", "l")).text == number


@given(numbers, st.data())
def test_one_mistyped_character_is_caught(number: str, data: st.DataObject) -> None:
    """No single wrong character finds another application."""
    plain = number.replace("-", "")
    at = data.draw(st.integers(0, len(plain) - 1))
    wrong = data.draw(st.sampled_from([c for c in ALPHABET if c != plain[at]]))

    with pytest.raises(InvalidInput):
        parse_number(plain[:at] + wrong + plain[at + 1 :])


@given(numbers)
def test_every_swap_of_two_characters_is_caught(number: str) -> None:
    """No swap of two characters, neighbours or not, finds another application."""
    plain = number.replace("-", "")
    for i in range(len(plain)):
        for j in range(i + 1, len(plain)):
            if plain[i] != plain[j]:
                swapped = plain[:i] + plain[j] + plain[i + 1 : j] + plain[i] + plain[j + 1 :]
                with pytest.raises(InvalidInput):
                    parse_number(swapped)


@pytest.mark.parametrize(
    "text",
    ["", "TB", "TB20261123", "20261123-000017-4", "TB20261123-17-4", "TB2026١١٢٣-000017-4", "通办" * 9],
)
def test_what_is_no_number_is_told_so(text: str) -> None:
    """A text of another shape gets an example of the right one."""
    with pytest.raises(InvalidInput) as caught:
        parse_number(text)

    assert caught.value.code == "number.format"
    assert "TB20261123-000017" in caught.value.hint


def test_a_day_that_does_not_exist_is_refused() -> None:
    """A number whose check fits but whose day is 31 February is still no number."""
    for check in ALPHABET:
        with pytest.raises(InvalidInput) as caught:
            parse_number(f"TB20260231000017{check}")
        assert caught.value.code in {"number.check", "number.date"}


def test_a_number_has_one_form_only() -> None:
    """A serial with needless zeros or of zero is refused, even with a fitting check character."""
    for serial in ("0000017", "000000"):
        codes = set()
        for check in ALPHABET:
            with pytest.raises(InvalidInput) as caught:
                parse_number(f"TB20261123{serial}{check}")
            codes.add(caught.value.code)
        assert codes == {"number.check", "number.date"}


@pytest.mark.parametrize(("instance", "serial"), [("T", 1), ("TBTBT", 1), ("tb", 1), ("TO", 1), ("TB", 0)])
def test_a_configuration_that_cannot_make_numbers_fails_at_once(instance: str, serial: int) -> None:
    """A wrong instance code or serial is a programmer's error."""
    with pytest.raises(ValueError, match=r"instance|serial"):
        number_of(instance, date(2026, 11, 23), serial)
