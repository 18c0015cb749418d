"""Which resources an event could ask, proposed from what its items need. Pure.

A resource is proposed for every way its roles can be played in which it answers something that would be
asked of the person, most answers first; and it is said whether its key is at hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Final

from tongban.catalogue.domain import Catalogue, Feel, Resource, Shape, SourceBinding
from tongban.catalogue.domain.values import MEMBER, renamed, split
from tongban.design.composing.outlook import ACCOUNT, Outlook
from tongban.kernel.errors import NotFound

MAX_WAYS: Final = 64
"""Ways to play the roles of one resource that are looked at; events have few roles of a kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A resource, who plays its roles, and what it would answer."""

    resource: str
    department: str
    roles: tuple[tuple[str, str], ...]
    """The resource's role → the event's."""
    answers: tuple[str, ...]
    """Addresses that would no longer be asked."""
    key: tuple[str, ...]
    missing: tuple[str, ...]
    """Addresses of the key that nothing brings yet: they would have to be asked."""


def proposals(catalogue: Catalogue, found: Outlook) -> tuple[Proposal, ...]:
    """The resources that would take questions off the person, those with a key at hand first."""
    if found.bound is None:
        return ()
    asked = {line.address for line in found.asked()}
    at_hand = brought(catalogue, found)
    bound = {(one.resource, _played(catalogue, one)) for one in found.bound.event.sources}
    made: list[Proposal] = []
    asked_already = {one.resource for one in found.bound.event.sources}
    for resource in catalogue.resources.values():
        # A record about two people that is asked already would be about any other two as well.
        if len(resource.roles) > 1 and resource.code in asked_already:
            continue
        made += [
            one for one in _ways(found, resource, asked, at_hand) if (one.resource, one.roles) not in bound
        ]
    return tuple(sorted(made, key=lambda one: (len(one.missing), -len(one.answers), one.resource)))


def best_sources(
    catalogue: Catalogue, found: Outlook, again: Callable[[tuple[Proposal, ...]], Outlook]
) -> tuple[Proposal, ...]:
    """The proposals worth taking together: the most useful first, none whose answers another brings already.

    Args:
        catalogue: the content.
        found: what follows from the event as it is.
        again: what would follow with these proposals taken.
    """
    taken: tuple[Proposal, ...] = ()
    while len(taken) < MAX_WAYS:
        first = next((one for one in proposals(catalogue, found) if not one.missing), None)
        if first is None:
            return taken
        taken = (*taken, first)
        found = again(taken)
    return taken


def brought(catalogue: Catalogue, found: Outlook) -> frozenset[str]:
    """Addresses that get a value at some time: needed, produced, answered, asked early, or signed in with."""
    if found.bound is None:
        return frozenset()
    try:
        whole = catalogue.shaped(found.code, Shape())
    except (NotFound, KeyError):
        return frozenset()
    account = {f"{role}.{name}" for role in whole.event.applicant for name in ACCOUNT}
    held = set(whole.needed) | set(whole.produced) | set(whole.answered) | set(whole.event.situation)
    return frozenset(held | account)


def _played(catalogue: Catalogue, source: SourceBinding) -> tuple[tuple[str, str], ...]:
    """Every role of a source's resource → who plays it, also those that are not said."""
    resource = catalogue.resources.get(source.resource)
    formal = resource.roles if resource else source.roles
    return tuple(sorted((name, source.roles.get(name, name)) for name in formal))


def _ways(found: Outlook, resource: Resource, asked: set[str], at_hand: frozenset[str]) -> list[Proposal]:
    """The ways to play a resource's roles that answer something; of two with the same answers, the first."""
    event = found.bound.event if found.bound else None
    if event is None:
        return []
    fitting = [
        [name for name, role in event.roles.items() if role.kind == kind and MEMBER not in name]
        for kind in resource.roles.values()
    ]
    made: list[Proposal] = []
    for count, played in enumerate(product(*fitting)):
        if count >= MAX_WAYS:
            break
        if len(set(played)) < len(played):
            continue
        roles = dict(zip(resource.roles, played, strict=True))
        answers = tuple(renamed(name, roles) for name in resource.answers)
        key = tuple(renamed(name, roles) for name in resource.key)
        gives = tuple(name for name in answers if name in asked and name not in key)
        if not gives or _too_late(found, key) or any(set(gives) <= set(one.answers) for one in made):
            continue
        made.append(
            Proposal(
                resource=resource.code,
                department=resource.department,
                roles=tuple(sorted(roles.items())),
                answers=gives,
                key=key,
                missing=tuple(name for name in key if name not in at_hand),
            )
        )
    return made


def _too_late(found: Outlook, key: tuple[str, ...]) -> bool:
    """Whether a part of the key is made by this very event: before the form nobody has it."""
    bound = found.bound
    return bound is not None and any(name in bound.produced and name not in bound.answered for name in key)


def to_ask_early(catalogue: Catalogue, found: Outlook, addresses: frozenset[str]) -> tuple[str, ...]:
    """Of the addresses that a condition reads, those that nothing brings: somebody has to ask for them."""
    held = brought(catalogue, found)
    return tuple(
        name
        for name in sorted(addresses - held)
        if split(name)[1] in catalogue.elements and not name.startswith("choice.")
    )


def unasked(catalogue: Catalogue, found: Outlook) -> tuple[str, ...]:
    """Addresses that some condition of the event or of its items reads and that nothing brings."""
    if found.bound is None:
        return ()
    conditions: list[Feel | None] = [one.when for one in found.bound.event.conditions]
    conditions += [one.when for one in found.bound.event.sources if one.when]
    for item in found.bound.items:
        conditions += [item.when, *(need.condition for need in item.needs), *(one.when for one in item.rules)]
        conditions += [one.need.condition for one in item.materials]
    names = frozenset(name for one in conditions if one for name in one.names)
    return to_ask_early(catalogue, found, names)
