"""Which page of a list an address asks for."""

import pytest
from django.http import QueryDict

from tongban.faces.common.numbers import whole
from tongban.faces.common.paging import page_number


@pytest.mark.parametrize(
    ("address", "pages", "shown"),
    [
        ("", None, 1),
        ("page=3", None, 3),
        ("page=0", None, 1),
        ("page=-2", None, 1),
        ("page=two", 9, 1),
        ("page=²", 9, 1),
        ("page=９", 9, 1),
        ("page=99999999999999999999", 9, 1),
        ("page=12", 9, 9),
        ("page=2", 0, 1),
        ("page=2&page=4", 9, 4),
    ],
)
def test_an_address_that_names_no_page_shows_the_first(address: str, pages: int | None, shown: int) -> None:
    """Whatever somebody types after `page=`, a page of the list is shown."""
    assert page_number(QueryDict(address), pages) == shown


@pytest.mark.parametrize(
    ("raw", "number"),
    [("0", 0), ("007", 7), ("999999999", 999_999_999), ("", None), (" 1", None), ("-1", None), ("1.0", None)],
)
def test_a_whole_number_is_read_from_what_a_form_sends(raw: str, number: int | None) -> None:
    """Plain digits count; anything else is no number."""
    assert whole(raw) == number


@pytest.mark.parametrize("raw", ["²", "９", "٣", "1_000", "9" * 10, "9" * 5000])
def test_what_only_looks_like_a_number_breaks_no_page(raw: str) -> None:
    """`int` refuses some of these with an error that nobody would catch."""
    assert whole(raw) is None
