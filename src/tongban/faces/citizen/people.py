"""Whose pages these are."""

from uuid import UUID

from django.http import HttpRequest


def person_of(request: HttpRequest) -> UUID:
    """The signed-in person; the access rule has vouched that there is one."""
    person_id: UUID = request.user.person_id  # type: ignore[union-attr,assignment]
    return person_id
