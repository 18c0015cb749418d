"""Which page of a list the address asks for."""

from typing import Final

from django.http import QueryDict

from tongban.faces.common.numbers import whole

_LONGEST: Final = 6
"""Digits of a page number: no list has more pages, and a longer number is somebody's play."""


def page_number(query: QueryDict, pages: int | None = None) -> int:
    """The page the address asks for, from 1; the first when it names none that could be.

    With `pages`, how many there are, the last one when it asks for one beyond.
    """
    asked = whole(query.get("page", ""), digits=_LONGEST) or 1
    return max(1, asked if pages is None else min(asked, pages))
