"""Which registries can be asked now, and answer something that is wanted. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tongban.catalogue.domain import BoundEvent, BoundItem, BoundSource, Catalogue
from tongban.intake.domain.parts import Lookup, Situation


def lookups(
    bound: BoundEvent,
    catalogue: Catalogue,
    situation: Situation,
    *,
    values: Mapping[str, Any],
    context: Mapping[str, Any],
    active: Sequence[BoundItem],
    asked: Iterable[str],
) -> tuple[Lookup, ...]:
    """Sources that can be asked now and answer something wanted.

    Wanted is a question that is left, or a key of another source that answers such a question: the
    marriage record may be asked only because it leads to the father's record.
    """
    open_sources = [
        source
        for source in bound.sources
        if source.code not in situation.down | situation.refused
        and (source.when is None or source.when.holds(context) is not False)
    ]
    wanted = set(asked) - situation.disputed
    while True:
        further = {
            key
            for source in open_sources
            if wanted & set(source.answers)
            for key in source.key
            if key not in values
        }
        if further <= wanted:
            break
        wanted |= further
    found = []
    for source in open_sources:
        gives = tuple(
            address for address in source.answers if address in wanted and not situation.knows(address)
        )
        answered = all(values.get(key) not in (None, "") for key in source.key)
        if gives and answered and _may_open(source, bound, catalogue, situation):
            key = {address: values[address] for address in source.key}
            found.append(Lookup(source, key, gives, _needed_by(gives, active)))
    return tuple(found)


def _may_open(source: BoundSource, bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> bool:
    """Whether the applicant's say-so is enough to open this record.

    Nobody may see a stranger's record by typing a stranger's number: a single key that is itself
    sensitive (an identity number) must come from the sign-in or from a record, or have been proven by
    opening one with a second key beside it (the home's certificate and its owner's number). What is
    typed instead is asked for, and compared by the departments later.
    """
    if len(source.key) > 1:
        return True
    [key] = source.key
    if catalogue.element(key).grade not in {"sensitive", "classified"} or situation.knows(key):
        return True
    return any(
        key in other.key
        and len(other.key) > 1
        and any(
            situation.knows(address) and situation.known[address].provenance.resource == other.code
            for address in other.answers
        )
        for other in bound.sources
    )


def _needed_by(addresses: tuple[str, ...], active: Sequence[BoundItem]) -> tuple[str, ...]:
    items = [item.code for item in active if any(address in item.reads() for address in addresses)]
    return tuple(items or [item.code for item in active][:1])
