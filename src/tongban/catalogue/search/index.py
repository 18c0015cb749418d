"""Everything that can be found in one catalogue, and the ranking of what is found.

A query is answered in steps, each cheap: an inverted index gives the phrases that share something with it,
the best few dozen of these are compared unit by unit (`phrases.fit`), and a bag of words over all texts of a
thing catches sentences whose words stand apart. A thing's score is the best that any of these found.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from tongban.catalogue.domain import Catalogue
from tongban.catalogue.search import words
from tongban.catalogue.search.documents import (
    Document,
    Kind,
    Slot,
    covered_by,
    documents,
    named_by,
    slots,
)
from tongban.catalogue.search.phrases import (
    SIGN,
    Fit,
    Phrase,
    Unit,
    features,
    fit,
    may_meet,
    typed_units,
    units_of,
)
from tongban.catalogue.search.thesaurus import STOP

How = Literal["name", "words", "synonym", "sound", "typo", "pinyin", "initials", "text"]
LEAST = 33.0
"""Hits below this score (of 100) are noise."""
LONGEST = 60
"""Characters of a query that are read."""
_SENTENCE = 12.0
"""When nothing fits, a thing that holds some word of a long sentence is better than nothing, from here on."""
_MEANT = frozenset({"text", "synonym", "words"})
_TAIL = 0.5
"""Hits that fit less than half as well as the best are left out."""
_COMPARED = 40
"""Phrases compared unit by unit in one pass."""
_NOT_KNOWN = 0.8
_UNHEARD = 0.35
"""A word that stands nowhere tells nothing, but the rest is then less of what was meant."""
_NAMED = 9.0
"""Among things known by the same word, the one whose own name says it comes first by this much."""

_BY_SYNONYM = 96.0
"""What is known by another word never comes before what is known by the very word."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: what it is, its name in the reader's language, how well it fits (0–100), and why."""

    kind: Kind
    code: str
    title: str
    score: float
    matched: str
    """The phrase that matched, so that the reader sees why: an everyday word, a name."""
    how: How = "words"
    """How it matched: the name itself, words of it, a synonym, by sound, despite a typo, and so on."""
    meant: str = ""
    """What was probably meant, when something was typed wrong."""


@dataclass(frozen=True, slots=True)
class _Found:
    score: float
    phrase: Phrase | None
    how: How
    meant: str = ""


_Best = dict[int, _Found]


@dataclass(frozen=True)
class Index:
    """Everything that can be found, for readers of one language."""

    documents: tuple[Document, ...]
    phrases: tuple[tuple[int, Phrase], ...] = field(repr=False)
    """Every phrase with the place of its document."""

    @classmethod
    def build(cls, catalogue: Catalogue, language: str = "zh-hans") -> "Index":
        """The index of a catalogue; `language` decides the titles of hits, not what is found."""
        return cls.of(documents(catalogue, language))

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Index":
        """The index of documents made elsewhere."""
        kept = tuple(documents)
        index = cls(kept, tuple((at, phrase) for at, one in enumerate(kept) for phrase in one.phrases))
        words.warm()
        _ = index._postings, index._bags, index._vocabulary, index._trigrams, index._known
        return index

    # -- what is looked up, made once

    @cached_property
    def _postings(self) -> dict[str, list[int]]:
        """Feature → phrases that have it."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, (_, phrase) in enumerate(self.phrases):
            for feature in features(phrase.units) | features(phrase.signed):
                found[feature].append(number)
        return dict(found)

    @cached_property
    def _bags(self) -> dict[str, list[tuple[int, float]]]:
        """Feature → documents that have it, with its weight there."""
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, document in enumerate(self.documents):
            for feature, weight in document.bag.items():
                found[feature].append((at, weight))
        return dict(found)

    @cached_property
    def _exact(self) -> dict[str, list[tuple[int, Phrase]]]:
        found: dict[str, list[tuple[int, Phrase]]] = defaultdict(list)
        for at, phrase in self.phrases:
            found[phrase.plain].append((at, phrase))
        return dict(found)

    @cached_property
    def _trigrams(self) -> dict[str, list[int]]:
        """Three letters of a phrase's pinyin → the phrases."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, (_, phrase) in enumerate(self.phrases):
            for gram in _letters(phrase.pinyin):
                found[gram].append(number)
        return dict(found)

    @cached_property
    def _vocabulary(self) -> tuple[str, ...]:
        """The English stems that stand in some bag."""
        return tuple(word for word in self._bags if word.isascii())

    @cached_property
    def _known(self) -> frozenset[str]:
        """The syllables that occur."""
        return frozenset(
            unit.syllable for _, phrase in self.phrases for unit in phrase.units if unit.syllable
        )

    def _rarity(self, count: int, of: int) -> float:
        return math.log(1 + of / count) if count else math.log(1 + of)

    @cached_property
    def _lengths(self) -> tuple[float, ...]:
        """What a phrase's length takes from its rank among those to compare."""
        return tuple(0.02 * len(phrase.units) for _, phrase in self.phrases)

    # -- search

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The best `limit` hits, best first; nothing for a query without letters or characters."""
        bare = words.plain(query)[:LONGEST]
        if not bare or limit < 1:
            return []
        best: _Best = {}
        for at, phrase in self._exact.get(bare, ()):
            _keep(best, at, _Found(100.0 * phrase.weight, phrase, "name"))
        if words.HAN.search(bare):
            self._chinese(bare, best)
            self._mend(bare, best)
        else:
            self._latin(query[: 2 * LONGEST], bare, best)
        asked = slots(words.without_fillers(bare) or bare)
        hits = []
        for at, found in best.items():
            document = self.documents[at]
            # At the same fit the bundle comes before its parts.
            whole = found.score + _NAMED * named_by(asked, document)
            most = _BY_SYNONYM if found.how == "synonym" else 100.0
            score = round(min(whole, most) * self._worth(document, found), 1)
            if score >= LEAST or (score >= _SENTENCE and found.how in _MEANT):
                matched = found.phrase.text if found.phrase else document.title
                hits.append(
                    Hit(document.kind, document.code, document.title, score, matched, found.how, found.meant)
                )
        if any(hit.score >= LEAST for hit in hits):
            hits = [hit for hit in hits if hit.score >= LEAST]
        ranked = heapq.nsmallest(limit, hits, key=_rank)
        return [hit for hit in ranked if hit.score >= _TAIL * ranked[0].score]

    @staticmethod
    def _worth(document: Document, found: _Found) -> float:
        """At the same fit the bundle comes before its parts, but not before what is called just so."""
        if document.kind == "life_event":
            return 1.0
        return 0.98 if found.how == "name" else 0.9

    def _chinese(self, bare: str, best: _Best, how: How | None = None, share: float = 1.0) -> None:
        """Characters, perhaps with pinyin or initials among them."""
        core = words.without_fillers(bare)
        for text, worth in dict.fromkeys(
            [(core, 0.99), (bare, 1.0)] if core and core != bare else [(bare, 1.0)]
        ):
            for units in typed_units(text, self._known):
                self._units(units, best, how, share * worth, signed=False)
        signed = words.signed(core or bare)
        if any(one >= SIGN for one in signed):
            self._units(units_of(signed), best, how or "synonym", share * 0.95, signed=True)
        self._bag(slots(core or bare), best, how or "text", share)

    def _mend(self, bare: str, best: _Best) -> None:
        """What sounds like everyday words; and when nothing was found at all, what shares one character."""
        right = words.mended(_latin_written(bare))
        if right != bare:
            self._meant(right, best, "sound", 0.93)
        if all(found.score < LEAST for found in best.values()):
            self._units(units_of(bare), best, "typo", 1.1, signed=False, least=0.42)
            for word in words.near(bare):
                self._meant(word, best, "typo", 0.75)

    def _meant(self, right: str, best: _Best, how: How, share: float) -> None:
        """What the right word finds; the hits say that it was probably meant."""
        before = {at: found.score for at, found in best.items()}
        self._chinese(right, best, how, share)
        for at, found in best.items():
            if found.score > before.get(at, 0.0):
                best[at] = replace(found, meant=right)

    def _units(
        self,
        units: Sequence[Unit],
        best: _Best,
        how: How | None,
        share: float,
        *,
        signed: bool,
        least: float = 0.0,
    ) -> None:
        """Compare with the phrases that share most with these units."""
        if not units:
            return
        weights = [self._weight(unit) for unit in units]
        least = least or (0.55 if len(units) > 2 else 0.6)  # noqa: PLR2004 - half of two characters says nothing
        whole = sum(weights)
        bare = "".join(unit.text for unit in units)
        spelt = all(unit.kind == "syllable" for unit in units)
        for number in self._candidates(units):
            at, phrase = self.phrases[number]
            against = phrase.signed if signed else phrase.units
            length = len(units) / max(len(against), len(units))
            most = 100 * phrase.weight * share * (0.74 + 0.25 * length)
            met = sum(weight for unit, weight in zip(units, weights, strict=True) if may_meet(unit, phrase))
            # The comparison is dear: not for what can come out no better than what is there.
            there = best[at].score if at in best else 0.0
            if met / whole < least or most * (met / whole) ** 1.5 <= there:
                continue
            if not signed and (bare in phrase.plain or (spelt and phrase.at_syllable(bare))):
                place = Fit(1.0, 0, 0)
            else:
                place = fit(units, weights, against)
            if place.share < least:
                continue
            score = most * place.share**1.5
            if score > best[at].score if at in best else score >= LEAST:
                told, meant = how or "words", ""
                if place.share < 0.999 and not signed:  # noqa: PLR2004 - all the same but for rounding
                    told, meant = _slip(units, phrase, place.start, place.end)
                    told = how or told
                best[at] = _Found(score, phrase, told, meant)

    def _weight(self, unit: Unit) -> float:
        """How much a unit says: rare characters more, but none nothing."""
        feature = unit.text if unit.kind in {"char", "sign", "word"} else f"~{unit.sound}"
        count = len(self._postings.get(feature, ()))
        if not count:
            return _NOT_KNOWN
        most = math.log(1 + len(self.phrases))
        weight = 0.5 + 0.5 * self._rarity(count, len(self.phrases)) / most
        return 1.25 * weight if unit.kind == "sign" else weight

    def _candidates(self, units: Sequence[Unit]) -> list[int]:
        """The phrases that share the rarest features with the units."""
        shared: dict[int, float] = defaultdict(float)
        wanted = features(units)
        initials = {unit.text for unit in units if unit.kind == "initial"}
        if initials and len(initials) == len(units):
            return []
        few = 2 + len(self.phrases) // 12
        pairs = [one for one in wanted if len(one) > 1]
        for feature in wanted:
            posted = self._postings.get(feature, ())
            # A frequent single character only adds work once pairs tell more.
            if len(posted) > few and len(pairs) > 4 and feature not in pairs:  # noqa: PLR2004
                continue
            worth = self._rarity(len(posted), len(self.phrases))
            for number in posted:
                shared[number] += worth
        if len(shared) <= _COMPARED:
            return list(shared)
        lengths = self._lengths
        ranked = heapq.nlargest(_COMPARED, ((worth - lengths[one], one) for one, worth in shared.items()))
        return [one for _, one in ranked]

    def _bag(self, wanted: Mapping[str, Slot], best: _Best, how: How, share: float) -> None:
        """Documents that hold the words of a sentence anywhere."""
        whole = 0.0
        got: dict[int, float] = defaultdict(float)
        for feature, slot in wanted.items():
            posted = self._bags.get(feature, ())
            worth = self._rarity(len(posted), len(self.documents)) * (1.0 if posted else _UNHEARD)
            whole += worth
            here: dict[int, float] = {}
            for pair in slot.instead:
                for at, weight in self._bags.get(pair, ()):
                    here[at] = here.get(at, 0.0) + 0.6 * weight / len(slot.instead)
            for at, weight in posted:
                here[at] = max(here.get(at, 0.0), weight * slot.share)
            for at, weight in here.items():
                got[at] += worth * weight
        for at, sum_of in got.items():
            fit_of_name = 0.84 + 0.16 * covered_by(wanted, self.documents[at])
            _keep(best, at, _Found(84 * share * fit_of_name * sum_of / whole, None, how))

    # -- Latin letters

    def _latin(self, query: str, typed: str, best: _Best) -> None:
        """Pinyin, initials, English; or each with a typo."""
        self._english(words.english(query), best)
        for word in words.spoken().get(typed, ()):
            how: How = "pinyin" if "".join(words.syllables(word)) == typed else "initials"
            self._chinese(word, best, how, 0.97)
        right, sure = words.written(query)
        if right:
            read = self._chinese if sure == 1.0 else self._meant
            read(right, best, "pinyin" if sure == 1.0 else "typo", 0.97 * sure)
        for at, phrase in self.phrases:
            score, how = _by_initials(typed, phrase)
            if score:
                _keep(best, at, _Found(score * phrase.weight, phrase, how))
        if len(typed) < 3:  # noqa: PLR2004 - two letters are initials
            return
        for way in words.segmentations(typed, self._known):
            units = [Unit("syllable", one, one, words.sound(one)) for one in way]
            self._units(units, best, None, 0.97, signed=False)
        if len(typed) > 4:  # noqa: PLR2004 - a shorter word has too many neighbours
            self._letters(typed, best)

    def _letters(self, typed: str, best: _Best) -> None:
        """Pinyin with a letter wrong, missing or swapped."""
        near = process.extract(
            typed, words.spoken().keys(), scorer=OSA.normalized_similarity, score_cutoff=0.84, limit=2
        )
        for key, likeness, _ in near:
            for word in words.spoken()[key]:
                if len(key) > len(word):  # pinyin, not initials
                    self._meant(word, best, "typo", 0.93 * likeness)
        shared: Counter[int] = Counter()
        grams = _letters(typed)
        for gram in grams:
            shared.update(self._trigrams.get(gram, ()))
        for number, count in shared.most_common(_COMPARED):
            if count < len(grams) / 3:
                break
            at, phrase = self.phrases[number]
            place = fuzz.partial_ratio_alignment(typed, phrase.pinyin, score_cutoff=80)
            if place is None or not phrase.starts & {place.dest_start + step for step in (-1, 0, 1)}:
                continue
            length = min(1.0, len(typed) / len(phrase.pinyin))
            exact = phrase.at_syllable(typed)
            score = (0.74 + 0.2 * length) * (place.score if exact else 0.92 * place.score) * phrase.weight
            meant = "" if exact else _window(phrase, place.dest_start, place.dest_end)
            _keep(best, at, _Found(score, phrase, "pinyin" if exact else "typo", meant))

    def _english(self, query: tuple[str, ...], best: _Best) -> None:
        """English words in any order, each perhaps with a typo; a group's word stands for its siblings."""
        wanted = dict.fromkeys(words.signs_in_english(query), Slot(0.95))
        covered = words.covered_in_english(query)
        how: How = "words"
        for word in [one for one in query if one not in STOP] or query:
            root = words.stem(word)
            if root in self._bags:
                wanted[root] = Slot()
            elif word not in covered:
                near = self._near(root)
                for right in near or (root,):
                    wanted[right] = Slot(0.85)
                if near and not near[0].startswith(root):
                    how = "typo"
        if wanted:
            self._bag(wanted, best, how, 1.02)

    def _near(self, root: str) -> tuple[str, ...]:
        """The stem, or the sign of the everyday word, that was probably meant."""
        if len(root) > 3 and (longer := [word for word in self._vocabulary if word.startswith(root)]):  # noqa: PLR2004
            return (min(longer, key=len),)
        signs = words.english_signs()
        found = process.extractOne(
            root, (*self._vocabulary, *signs), scorer=OSA.normalized_similarity, score_cutoff=0.74
        )
        return tuple({found[0], signs.get(found[0], found[0])}) if found and len(root) > 2 else ()  # noqa: PLR2004


def _rank(hit: Hit) -> tuple[float, bool, str]:
    return -hit.score, hit.kind != "life_event", hit.code


def _keep(best: _Best, at: int, found: _Found) -> None:
    if at not in best or found.score > best[at].score:
        best[at] = found


def _by_initials(typed: str, phrase: Phrase) -> tuple[float, How]:
    """The score of letters that are the whole pinyin, or stand in the initials, of a phrase; 0 otherwise."""
    if not phrase.initials:
        return 0.0, "pinyin"
    if phrase.pinyin == typed:
        return 98.0, "pinyin"
    if len(typed) > 1 and typed in phrase.initials:
        start = 4.0 if phrase.initials.startswith(typed) else 0.0
        return 62 + start + 28 * len(typed) / len(phrase.initials), "initials"
    if len(typed) > 2 and typed in phrase.short:  # noqa: PLR2004 - two letters are in many
        return 60 + 28 * len(typed) / len(phrase.short), "initials"
    return 0.0, "initials"


def _latin_written(bare: str) -> str:
    """A mixed query with its pinyin in characters where that makes words: 社保zhuanyi → 社保转移."""
    return re.sub(r"[a-z]{4,}", lambda run: words.written(run.group())[0] or run.group(), bare)


def _letters(pinyin: str) -> frozenset[str]:
    return frozenset(pinyin[at : at + 3] for at in range(len(pinyin) - 2))


def _window(phrase: Phrase, start: int, end: int) -> str:
    """The characters whose pinyin stands from `start` to `end`."""
    place, found = 0, []
    for unit in phrase.units:
        following = place + len(unit.syllable or unit.text)
        if following > start and place < end:
            found.append(unit.text)
        place = following
    return "".join(found)


def _slip(units: Sequence[Unit], phrase: Phrase, start: int, end: int) -> tuple[How, str]:
    """How a query differs from its place in the phrase, and what was probably meant."""
    there = phrase.units[start:end]
    meant = "".join(unit.text for unit in there)
    if any(unit.kind in {"syllable", "initial"} for unit in units):
        exact = [unit.text for unit in units if unit.kind == "syllable"]
        right = all(any(one == unit.syllable for unit in there) for one in exact)
        return ("pinyin", "") if right else ("typo", meant)
    sounds = {unit.sound for unit in there}
    if all(unit.sound in sounds for unit in units):
        swapped = {unit.text for unit in units} <= {unit.text for unit in there}
        return ("typo" if swapped else "sound"), meant
    return "typo", meant
