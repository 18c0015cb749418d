"""What can be found, and by what: the phrases of a thing and the bag of its words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from tongban.catalogue.domain import Catalogue, LifeEvent, ServiceItem, Text
from tongban.catalogue.search import words
from tongban.catalogue.search.phrases import Phrase
from tongban.catalogue.search.thesaurus import STOP

Kind = Literal["life_event", "item"]
_NAME, _WORD, _PART = 1.0, 0.97, 0.85
"""How well a thing is known by its name, an everyday word of it, the name of a part."""
_IN_NAME, _IN_PART, _IN_TEXT, _ASIDE = 1.0, 0.72, 0.6, 0.4
"""How much a word says that stands in the name, in a part's, in the text, or at the edge."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found."""

    kind: Kind
    code: str
    title: str
    phrases: tuple[Phrase, ...]
    named: frozenset[str]
    """What its own name says, in the words of `bag`."""
    bag: Mapping[str, float]
    """Sign, pair of characters or English stem → how much it says about this thing (0–1)."""


class Slot(NamedTuple):
    """One word of a query: how well its sign stands for it, and the pairs of characters it is written in."""

    share: float = 1.0
    instead: tuple[str, ...] = ()


def named_by(asked: Iterable[str], document: Document) -> float:
    """The share of what is asked that a thing's own name says."""
    wanted = tuple(asked)
    return sum(one in document.named for one in wanted) / len(wanted) if wanted else 0.0


def covered_by(wanted: Mapping[str, Slot], document: Document) -> float:
    """The share of a thing's own name that a query says."""
    return sum(one in wanted for one in document.named) / (len(document.named) or 1)


def slots(bare: str) -> dict[str, Slot]:
    """What a query asks for: the signs of its groups, pairs of characters outside them, and Latin words."""
    found: dict[str, Slot] = {}
    place = 0
    for word in words.grouped(bare):
        at = bare.index(word, place)
        found |= _outside(bare[place:at])
        found[words.signs()[word]] = Slot(instead=tuple(a + b for a, b in pairwise(word)))
        place = at + len(word)
    return found | _outside(bare[place:])


def _outside(bare: str) -> dict[str, Slot]:
    found = {words.stem(run): Slot() for run in re.findall(r"[a-z0-9]+", bare)}
    return found | {a + b: Slot() for a, b in pairwise(bare) if words.HAN.match(a) and words.HAN.match(b)}


def _bag_of(texts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The bag of a thing: whatever its texts say, at the best weight at which it stands."""
    bag: dict[str, float] = {}
    for text, weight in texts:
        bare = words.plain(text)
        if words.HAN.search(bare):
            found = {*slots(bare), *(a + b for a, b in pairwise(bare))}
        else:
            said = words.english(text)
            found = {words.stem(word) for word in said if word not in STOP}
            found |= words.signs_in_english(said)
        for feature in found:
            bag[feature] = max(weight, bag.get(feature, 0.0))
    return bag


def _texts(text: Text | None, language: str) -> tuple[str, ...]:
    """All languages of a text, the reader's first."""
    return tuple(dict.fromkeys((text.of(language), *text.to_json().values()))) if text else ()


def _once(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """Each phrase once, at its best weight; of both scripts the first is kept."""
    best: dict[str, Phrase] = {}
    for phrase in phrases:
        if phrase.plain and phrase.plain not in best:
            best[phrase.plain] = phrase
        elif phrase.plain and best[phrase.plain].weight < phrase.weight:
            best[phrase.plain] = replace(best[phrase.plain], weight=phrase.weight)
    return tuple(best.values())


def document(
    kind: Kind,
    code: str,
    title: str,
    known_by: Iterable[tuple[str, float]],
    said: Iterable[tuple[str, float]] = (),
) -> Document:
    """A document from the phrases it is known by and the texts that say something about it, each weighted."""
    known = [(text, weight) for text, weight in known_by if text]
    return Document(
        kind,
        code,
        title,
        _once(Phrase.of(text, weight) for text, weight in known),
        frozenset(_bag_of((text, weight) for text, weight in known if weight >= _NAME)),
        _bag_of([*((text, _IN_NAME if weight > _PART else _IN_PART) for text, weight in known), *said]),
    )


def documents(catalogue: Catalogue, language: str) -> list[Document]:
    """Everything of a catalogue that can be found."""
    events = [_event(catalogue, one, language) for one in catalogue.life_events.values()]
    return [*events, *(_item(catalogue, one, language) for one in catalogue.items.values())]


def _event(catalogue: Catalogue, event: LifeEvent, language: str) -> Document:
    known = [(one, _NAME) for one in _texts(event.name, language)]
    known += [(word, _WORD) for word in event.search]
    known += [(event.code.replace("_", " "), _WORD)]
    items = [catalogue.items[use.item] for use in event.items if use.item in catalogue.items]
    known += [(one, _PART) for item in items for one in _texts(item.name, language)]
    said = [(one, _IN_TEXT) for one in _texts(event.summary, language)]
    said += [(one, _ASIDE) for item in items for one in _texts(item.summary, language)]
    return document("life_event", event.code, event.name.of(language), known, said)


def _item(catalogue: Catalogue, item: ServiceItem, language: str) -> Document:
    known = [(one, _NAME) for one in _texts(item.name, language)]
    known += [(one, _PART) for issued in item.produces.certificates for one in _texts(issued.name, language)]
    said = [(one, _IN_TEXT) for text in (item.summary, item.result) for one in _texts(text, language)]
    department = catalogue.departments.get(item.department)
    if department:
        said += [
            (one, _ASIDE) for text in (department.name, department.short) for one in _texts(text, language)
        ]
    for need in item.materials:
        if need.material in catalogue.materials:
            said += [(one, 0.8 * _ASIDE) for one in _texts(catalogue.materials[need.material].name, language)]
    return document("item", item.code, item.name.of(language), known, said)
