"""Who takes part where several play one role: added, taken out, taken in again. Pure.

A draft keeps, per role: the numbers ``present``, the numbers ``removed`` (their answers wait, so that it can
be undone), the ``last`` number given, and whether the person is ``sure`` that these are all. A number stays
with its member and is never given twice.
"""

from collections.abc import Mapping
from typing import Any

from tongban.catalogue.domain import BoundEvent, Many
from tongban.catalogue.domain.members import member
from tongban.kernel.errors import Conflict, NotFound

Members = Mapping[str, Mapping[str, Any]]
"""Role → its members as a draft keeps them."""


def first(many: Mapping[str, Many]) -> dict[str, dict[str, Any]]:
    """The members a draft begins with: as many as there must be."""
    return {
        role: {
            "present": list(range(1, span.min + 1)),
            "removed": [],
            "last": span.min,
            "sure": span.min == span.max,
        }
        for role, span in many.items()
    }


def many_of(bound: BoundEvent) -> dict[str, Many]:
    """The roles of a life event that several play."""
    roles = {**bound.event.roles, **bound.many}
    return {name: role.many for name, role in roles.items() if role.many}


def present(members: Members) -> dict[str, tuple[int, ...]]:
    """Role → the numbers of those who take part."""
    return {role: tuple(one["present"]) for role, one in members.items()}


def removed(members: Members) -> frozenset[str]:
    """The roles of those who were taken out: ``staff-3``."""
    return frozenset(member(role, number) for role, one in members.items() for number in one["removed"])


def added(members: Members, role: str, span: Many) -> dict[str, Any]:
    """With one more; Conflict `members.too_many` above the greatest number."""
    one = _of(members, role)
    if len(one["present"]) >= span.max:
        raise Conflict("members.too_many", f"There may be at most {span.max}.", hint="Remove one first.")
    number = one["last"] + 1
    return {**members, role: {**one, "present": [*one["present"], number], "last": number}}


def without(members: Members, role: str, number: int, span: Many) -> dict[str, Any]:
    """Without one; Conflict `members.too_few` below the least number. Taking out twice changes nothing."""
    one = _of(members, role)
    if number not in one["present"]:
        return dict(members)
    if len(one["present"]) <= span.min:
        raise Conflict("members.too_few", f"There must be at least {span.min}.", hint="Change this one.")
    left = [other for other in one["present"] if other != number]
    return {**members, role: {**one, "present": left, "removed": [*one["removed"], number]}}


def restored(members: Members, role: str, number: int, span: Many) -> dict[str, Any]:
    """With one who was taken out before, and everything that was answered about them."""
    one = _of(members, role)
    if number not in one["removed"]:
        return dict(members)
    if len(one["present"]) >= span.max:
        raise Conflict("members.too_many", f"There may be at most {span.max}.", hint="Remove one first.")
    left = [other for other in one["removed"] if other != number]
    return {**members, role: {**one, "present": sorted([*one["present"], number]), "removed": left}}


def confirmed(members: Members, role: str) -> dict[str, Any]:
    """The person is sure that these are all."""
    return {**members, role: {**_of(members, role), "sure": True}}


def _of(members: Members, role: str) -> Mapping[str, Any]:
    if role not in members:
        raise NotFound("members.role", "Only one plays this role.", hint="Open the page again.")
    return members[role]
