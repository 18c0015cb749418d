"""Whose pages these are, and who that person can be in a matter."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.http import HttpRequest

SEX_OF: Final = {"mother": "2", "father": "1"}
"""Roles that only a woman or only a man can have, with the code of the sex (GB/T 2261.1)."""


def person_of(request: HttpRequest) -> UUID:
    """The signed-in person; the access rule has vouched that there is one."""
    person_id: UUID = request.user.person_id  # type: ignore[union-attr,assignment]
    return person_id


def likely_role(roles: Sequence[str], sex: str) -> str | None:
    """The one of `roles` that a person of this sex can have; None when several can, or none.

    Args:
        roles: who may apply, as the life event names them.
        sex: code of the sex that the sign-in vouches for: 1 male, 2 female, anything else is not known.
    """
    possible = [role for role in roles if sex not in SEX_OF.values() or SEX_OF.get(role, sex) == sex]
    return possible[0] if len(possible) == 1 else None
