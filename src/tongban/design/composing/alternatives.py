"""Where one of several is enough: `any_of` of an item's values and documents, one edit each. Pure.

Every edit leads from a file that can be read to one that can be read: an alternative has at least two ways
and no way is empty. So a single thing becomes an alternative by its second way, and the last way but one that
goes makes it a single thing again. Raises InvalidInput `compose.*` for an edit that cannot be made.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tongban.catalogue.domain.values import LANGUAGES
from tongban.design.composing.editing import Plain, edited, part_of, refused

ONE: Final = {"needs": "element", "materials": "material"}
"""List of the item's file → the key of an entry that names a single thing."""
_OWN: Final = ("any_of", "choice", "question", "ways")
"""Keys that only an alternative has."""
_LEAST: Final = 2


def ways(key: str, entry: Mapping[str, Any]) -> list[list[str]]:
    """The ways of an entry, a single thing being one way.

    A way of `needs` is its addresses, a way of `materials` its one document as ``material`` or
    ``material.role``.
    """
    if key == "needs":
        return [list(group) for group in entry.get("any_of", ())] or [[str(entry["element"])]]
    of = entry.get("of")
    names = entry.get("any_of") or [entry["material"]]
    return [[name if "." in name or not of else f"{name}.{of}"] for name in names]


def add_way(
    content: Mapping[str, Any], key: str, place: int, name: str, called: Mapping[str, str]
) -> tuple[Plain, int]:
    """One more way that is enough: an address, or a document (``material`` or ``material.role``).

    What was asked for by an entry of its own moves into the alternative: it is asked no longer in any case.

    Args:
        content: the item's file.
        key: ``needs`` or ``materials``.
        place: of the entry in that list.
        name: what is enough.
        called: what the new way is called by itself, where the others have names.

    Returns:
        The file, and where the entry stands in it now.
    """
    made = copy.deepcopy(dict(content))
    entry = part_of(made, key, place)
    held = ways(key, entry)
    if [name] in held:
        raise refused("twice", "The item asks for this already.", item=name)
    labels = entry.get("ways")
    _set(entry, key, [*held, [name]], [*labels, dict(called)] if labels else None)
    made[key] = [one for one in made[key] if one is entry or not _asks_always(key, one, name)]
    return made, next(at for at, one in enumerate(made[key]) if one is entry)


def _asks_always(key: str, entry: Mapping[str, Any], name: str) -> bool:
    return "any_of" not in entry and "when" not in entry and ways(key, entry) == [[name]]


def add_value(content: Mapping[str, Any], place: int, way: int, address: str) -> Plain:
    """One more value that belongs to a way: all values of a way are needed."""

    def change(made: Plain) -> None:
        entry = part_of(made, "needs", place)
        held = _alternative("needs", entry, way)
        if address in held[way]:
            raise refused("twice", "The item needs this already.", item=address)
        held[way].append(address)
        if any(set(held[way]) == set(other) for at, other in enumerate(held) if at != way):
            raise refused("same_way", "There is a way with the same values already.")
        _set(entry, "needs", held, _labels(entry, range(len(held))))

    return edited(content, change)


def remove_value(content: Mapping[str, Any], place: int, way: int, address: str) -> Plain:
    """Take a value out of a way; with its last value the way goes."""
    held = _alternative("needs", part_of(copy.deepcopy(dict(content)), "needs", place), way)
    if address not in held[way]:
        raise refused("gone", "This part is not there any more.")
    if len(held[way]) == 1:
        return remove_way(content, "needs", place, way)

    def change(made: Plain) -> None:
        entry = part_of(made, "needs", place)
        held[way].remove(address)
        if any(set(held[way]) == set(other) for at, other in enumerate(held) if at != way):
            raise refused("same_way", "There is a way with the same values already.")
        _set(entry, "needs", held, _labels(entry, range(len(held))))

    return edited(content, change)


def remove_way(content: Mapping[str, Any], key: str, place: int, way: int) -> Plain:
    """Take a way out. When one is left, what it names is simply needed, value by value."""

    def change(made: Plain) -> None:
        entry = part_of(made, key, place)
        held = _alternative(key, entry, way)
        left = [each for each in range(len(held)) if each != way]
        if len(left) < _LEAST:
            made[key][place : place + 1] = _single(made[key], key, place, held[left[0]])
        else:
            _set(entry, key, [held[each] for each in left], _labels(entry, left))

    return edited(content, change)


def all_needed(content: Mapping[str, Any], key: str, place: int) -> Plain:
    """No alternative any more: everything that its ways name is needed."""

    def change(made: Plain) -> None:
        held = _alternative(key, part_of(made, key, place), 0)
        names = list(dict.fromkeys(name for way in held for name in way))
        made[key][place : place + 1] = _single(made[key], key, place, names)

    return edited(content, change)


def move_way(content: Mapping[str, Any], key: str, place: int, way: int, step: int) -> Plain:
    """Move a way by one place, -1 up or 1 down; people are offered the ways in this order."""

    def change(made: Plain) -> None:
        entry = part_of(made, key, place)
        held = _alternative(key, entry, way)
        order = list(range(len(held)))
        order.insert(min(max(way + step, 0), len(held) - 1), order.pop(way))
        _set(entry, key, [held[each] for each in order], _labels(entry, order))

    return edited(content, change)


def set_words(
    content: Mapping[str, Any],
    key: str,
    place: int,
    *,
    question: Mapping[str, str],
    names: Sequence[Mapping[str, str]],
    usual: Sequence[Mapping[str, str]],
) -> Plain:
    """How people are asked which way, and what each way is called.

    Args:
        content: the item's file.
        key: ``needs`` or ``materials``.
        place: of the alternative in that list.
        question: by language; empty in every language: the usual question.
        names: of each way, by language; where all are empty in every way, the usual names.
        usual: what each way is called when nobody says: taken where a name is lacking.
    """

    def change(made: Plain) -> None:
        entry = part_of(made, key, place)
        held = _alternative(key, entry, 0)
        if len(names) != len(held):
            raise refused("gone", "This part is not there any more.")
        _put(entry, "question", _whole(question, {}) if any(question.values()) else None)
        given = any(text for one in names for text in one.values())
        called = [_whole(one, other) for one, other in zip(names, usual, strict=True)]
        _put(entry, "ways", called if given and called != [dict(one) for one in usual] else None)

    return edited(content, change)


# ---- parts


def _alternative(key: str, entry: Mapping[str, Any], way: int) -> list[list[str]]:
    if "any_of" not in entry:
        raise refused("no_choice", "There is no alternative here.")
    held = ways(key, entry)
    if not 0 <= way < len(held):
        raise refused("gone", "This part is not there any more.")
    return held


def _labels(entry: Mapping[str, Any], order: Sequence[int]) -> list[Plain] | None:
    """What the ways are called, in a new order; None where nobody named them."""
    held = entry.get("ways")
    return [held[at] for at in order] if held else None


def _set(entry: Plain, key: str, held: Sequence[list[str]], labels: list[Plain] | None) -> None:
    entry.pop(ONE[key], None)
    if key == "materials":
        entry.pop("of", None)
        entry["any_of"] = [name for (name,) in held]
    else:
        entry["any_of"] = [list(group) for group in held]
    _put(entry, "ways", labels)
    # What names the thing stands first in a file, here as everywhere.
    for name in [each for each in entry if each != "any_of"]:
        entry[name] = entry.pop(name)


def _single(entries: Sequence[Plain], key: str, place: int, names: Sequence[str]) -> list[Plain]:
    """Entries of a single thing each in place of an alternative, but for what is asked for elsewhere."""
    entry = entries[place]
    rest = {name: value for name, value in entry.items() if name not in {*_OWN, "of"}}
    elsewhere = [
        ways(key, one)[0]
        for at, one in enumerate(entries)
        if at != place and "any_of" not in one and one.get("when") == entry.get("when")
    ]
    made = []
    for name in names:
        if [name] in elsewhere:
            continue
        one = {ONE[key]: name}
        if key == "materials":
            material, _, role = name.partition(".")
            one = {"material": material} | ({"of": role} if role else {})
        made.append({**one, **copy.deepcopy(rest)})
    return made


def _whole(given: Mapping[str, str], usual: Mapping[str, str]) -> dict[str, str]:
    """A text in every language: as given, else the usual one, else what another language says."""
    first = next((one for one in given.values() if one), "")
    return {language: given.get(language) or usual.get(language) or first for language in LANGUAGES}


def _put(entry: Plain, name: str, value: object) -> None:
    if value is None:
        entry.pop(name, None)
    else:
        entry[name] = value
