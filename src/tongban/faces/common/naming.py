"""What people call things of the content, by their codes."""

from tongban.catalogue.domain import Catalogue
from tongban.faces.common import words
from tongban.kernel.errors import NotFound


def item_name(catalogue: Catalogue, code: str) -> str:
    """A service item's name in the person's language; its code when it is unknown.

    Of an item that several members have (``item-2``), with the member's number.
    """
    try:
        return words.text(catalogue.item(code).name)
    except NotFound:
        return code


def department_name(catalogue: Catalogue, code: str | None) -> str:
    """The short name that people use for a department; its code when it is unknown, empty for none."""
    found = catalogue.departments.get(code or "")
    return words.text(found.short) if found else (code or "")
