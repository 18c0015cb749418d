"""Where one of several is enough, in words: what its ways are called, and which alternatives an item has."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import override

from tongban.catalogue.domain import Catalogue
from tongban.design.composing import alternatives
from tongban.faces.common import words
from tongban.faces.designer.composer.desk import text_of
from tongban.faces.designer.composer.sentences import Speaker


def label(key: str, name: str, says: Speaker) -> str:
    """What one thing is called: an address, or a document as ``material`` or ``material.role``."""
    if key == "needs":
        return says.label(name)
    code, _, role = name.partition(".")
    material = says.catalogue.materials.get(code)
    title = words.text(material.name) if material else code
    return words.say("composer.of", role=says.role_name(role), name=title) if role else title


def usual(key: str, way: list[str], says: Speaker) -> str:
    """What a way is called when nobody named it: by all its things."""
    return words.say("composer.say.list").join(label(key, name, says) for name in way)


def usual_in_all(key: str, way: list[str], says: Speaker) -> dict[str, str]:
    """The same in every language, as a file has texts."""
    found = {}
    for code, _ in settings.LANGUAGES:
        with override(code):
            found[code] = usual(key, way, says)
    return found


def names(key: str, entry: Mapping[str, Any], says: Speaker) -> list[str]:
    """What the ways of an entry are called, in their order; a single thing is one way."""
    given = [text_of(one) for one in entry.get("ways", ())]
    found = alternatives.ways(key, entry)
    return given if len(given) == len(found) else [usual(key, way, says) for way in found]


def joined(key: str, entry: Mapping[str, Any], says: Speaker) -> str:
    """An entry as one phrase: this or that."""
    return words.say("composer.ways.or").join(names(key, entry, says))


def of_item(content: Mapping[str, Any], says: Speaker) -> list[dict[str, Any]]:
    """The alternatives of an item, values first."""
    return [
        {"key": key, "place": place, "name": joined(key, entry, says)}
        for key in alternatives.ONE
        for place, entry in enumerate(content.get(key, ()))
        if "any_of" in entry
    ]


def offered(catalogue: Catalogue, says: Speaker, key: str, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What could be one more way: every value that the item's roles can have, or every document."""
    taken = {way[0] for way in alternatives.ways(key, entry) if len(way) == 1}
    if key == "needs":
        found = [(name, says.label(name)) for name in says.elements if name not in taken]
    else:
        found = [(code, words.text(one.name)) for code, one in catalogue.materials.items()]
    return sorted(found, key=lambda one: one[1])
