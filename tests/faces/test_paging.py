"""Which page of a list an address asks for."""

import pytest
from django.http import QueryDict

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
