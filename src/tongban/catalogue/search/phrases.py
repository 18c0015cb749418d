"""A phrase in the forms in which it is compared, and the place in it where a query fits best. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA

from tongban.catalogue.search import words

SIGN = "\ue000"
_SKIPPED = 0.3
"""What it costs that the phrase has a unit more in the middle."""
_SWAPPED = 0.45
_UNITS = re.compile(r"[a-z0-9]+|.")


class Unit(NamedTuple):
    """One unit of comparison: a character, a sign, a typed syllable or initial, a Latin word."""

    kind: Literal["char", "sign", "syllable", "initial", "word"]
    text: str
    syllable: str = ""
    sound: str = ""


def units_of(bare: str) -> tuple[Unit, ...]:
    """The units of a plain or signed text; Latin runs are words."""
    read = iter(words.syllables("".join(one for one in bare if words.HAN.match(one))))
    found = []
    for text in _UNITS.findall(bare):
        if words.HAN.match(text):
            syllable = next(read, "")
            found.append(Unit("char", text, syllable, words.sound(syllable)))
        elif text >= SIGN:
            found.append(Unit("sign", text))
        else:
            found.append(Unit("word", text))
    return tuple(found)


def typed_units(bare: str, known: frozenset[str]) -> Iterator[tuple[Unit, ...]]:
    """The ways to read a query: Latin runs as syllables of `known`, short ones also as initials."""
    ways: list[tuple[Unit, ...]] = [()]
    for run in re.findall(r"[a-z0-9]+|[^a-z0-9]+", bare):
        if not re.match(r"[a-z0-9]", run):
            ways = [(*way, *units_of(run)) for way in ways]
            continue
        read = [
            tuple(Unit("syllable", one, one, words.sound(one)) for one in way)
            for way in words.segmentations(run, known)
        ]
        if len(run) <= 4:  # noqa: PLR2004 - nobody types more initials amid characters
            read.append(tuple(Unit("initial", letter) for letter in run))
        ways = [(*way, *more) for way in ways for more in read or [(Unit("word", run),)]]
    yield from ways[:4]


@cache
def cost(query: Unit, phrase: Unit) -> float:
    """What it costs to take `phrase` for `query`: 0 the same, 1 nothing in common."""
    if query.text == phrase.text and query.kind != "initial":
        return 0.0
    if phrase.kind == "char":
        return _COSTS.get(query.kind, _nothing)(query, phrase)
    if query.kind == phrase.kind == "word" and min(len(query.text), len(phrase.text)) > 3:  # noqa: PLR2004
        return 0.4 if OSA.distance(query.text, phrase.text) == 1 else 1.0
    return 1.0


def _nothing(_query: Unit, _phrase: Unit) -> float:
    return 1.0


def _begun(query: Unit, phrase: Unit) -> float:
    """A typed initial for a character."""
    return 0.1 if phrase.syllable.startswith(query.text) else 1.0


def _alike(query: Unit, phrase: Unit) -> float:
    """A character for another: of the same reading, nearly the same, or a slip of the input method."""
    if query.syllable == phrase.syllable:
        return 0.2
    if query.sound == phrase.sound:
        return 0.35
    return 1.0


def _typed(query: Unit, phrase: Unit) -> float:
    """A typed syllable for a character."""
    if query.syllable == phrase.syllable:
        return 0.0
    if query.sound == phrase.sound:
        return 0.2
    if len(query.text) > 1 and phrase.syllable.startswith(query.text):
        return 0.25
    return 0.5 if OSA.distance(query.syllable, phrase.syllable) == 1 else 1.0


_COSTS = {"char": _alike, "syllable": _typed, "initial": _begun}


class Fit(NamedTuple):
    """Where a query fits in a phrase: how well (1: every unit is there), and from where to where."""

    share: float
    start: int
    end: int


def fit(query: Sequence[Unit], weights: Sequence[float], phrase: Sequence[Unit]) -> Fit:
    """The best place of `query` anywhere in `phrase`, units left out, added, swapped or taken for others.

    Sellers' search for an approximate occurrence: each unit of the query that is not met costs its weight.
    """
    whole = sum(weights)
    width = len(phrase) + 1
    before_last: list[float] = []
    last, begins = [0.0] * width, list(range(width))
    begins_before: list[int] = []
    for row, (unit, weight) in enumerate(zip(query, weights, strict=True)):
        line, starts = [last[0] + weight], [0]
        for column in range(1, width):
            here = phrase[column - 1]
            best, begin = last[column - 1] + weight * cost(unit, here), begins[column - 1]
            if last[column] + weight < best:
                best, begin = last[column] + weight, begins[column]
            if line[column - 1] + _SKIPPED < best:
                best, begin = line[column - 1] + _SKIPPED, starts[column - 1]
            if (
                row
                and column > 1
                and before_last[column - 2] + _SWAPPED < best
                and cost(unit, phrase[column - 2]) + cost(query[row - 1], here) < 0.1  # noqa: PLR2004
            ):
                best, begin = before_last[column - 2] + _SWAPPED, begins_before[column - 2]
            line.append(best)
            starts.append(begin)
        before_last, begins_before = last, begins
        last, begins = line, starts
    end = min(range(width), key=lambda column: (last[column], column - begins[column]))
    return Fit(1 - last[end] / whole if whole else 0.0, begins[end], end)


def features(units: Sequence[Unit]) -> frozenset[str]:
    """What an inverted index finds a phrase by: its characters, their pairs, and pairs of sounds."""
    found = {unit.text for unit in units if unit.kind in {"char", "sign", "word"}}
    found |= {f"~{unit.sound}" for unit in units if unit.sound}
    for a, b in pairwise(units):
        if a.kind in {"char", "sign"} and b.kind in {"char", "sign"}:
            found.add(a.text + b.text)
        if a.sound and b.sound:
            found.add(f"~{a.sound} {b.sound}")
    return frozenset(found)


def _heard(units: Sequence[Unit]) -> frozenset[str]:
    """What `may_meet` looks up."""
    found = {unit.text for unit in units} | {f"~{unit.sound}" for unit in units if unit.sound}
    return frozenset(found | {f"^{unit.syllable[0]}" for unit in units if unit.syllable})


def may_meet(unit: Unit, phrase: "Phrase") -> bool:
    """Whether a unit can be met anywhere in a phrase at all: a cheap look before the dear comparison."""
    match unit.kind:
        case "char":
            return unit.text in phrase.heard or f"~{unit.sound}" in phrase.heard
        case "syllable" | "initial":
            return f"^{unit.text[0]}" in phrase.heard or f"~{unit.sound}" in phrase.heard
        case _:
            return unit.text in phrase.heard or unit.kind == "word"


def _short(bare: str) -> str:
    """The initials of a text in the shortest everyday words."""
    said = "".join(words.shortest().get(one, one) for one in words.signed(bare))
    return "".join(one[0] for one in words.syllables(said)) if said != bare else ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase by which a thing is known."""

    text: str
    plain: str
    weight: float
    units: tuple[Unit, ...]
    signed: tuple[Unit, ...]
    """The units with the words of groups as signs; the same as `units` where there is none."""
    pinyin: str
    initials: str
    starts: frozenset[int]
    """Places in `pinyin` where a syllable begins."""
    heard: frozenset[str]
    """Its characters, signs and words, its sounds (after ``~``) and its initials (after ``^``)."""
    short: str
    """Initials of the phrase in everyday words: `sbzy` for 社会保险关系转移; empty when it has none."""

    @classmethod
    def of(cls, text: str, weight: float) -> "Phrase":
        """The phrase of a text as it stands."""
        bare = words.plain(text)
        units = units_of(bare)
        signed = units_of(words.signed(bare))
        read = [unit.syllable or unit.text for unit in units] if words.HAN.search(bare) else []
        places, place = set(), 0
        for syllable in read:
            places.add(place)
            place += len(syllable)
        return cls(
            text=text,
            plain=bare,
            weight=weight,
            units=units,
            signed=signed,
            pinyin="".join(read),
            initials="".join(one[0] for one in read),
            starts=frozenset(places),
            heard=_heard((*units, *signed)),
            short=_short(bare) if read else "",
        )

    def at_syllable(self, typed: str) -> bool:
        """Whether the letters stand in the pinyin from a syllable on: ``hukou`` in ``shanghukou``."""
        return any(self.pinyin.startswith(typed, place) for place in self.starts)
