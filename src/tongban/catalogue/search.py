"""Finds life events and items by what people type: names, colloquial words, pinyin, initials, with typos.

Pure and small: a few thousand phrases are compared one by one, which takes milliseconds. Every thing is known
by phrases in all three languages, so Traditional characters find Simplified content. Chinese phrases are also
kept as pinyin syllables, so that a homophone typo (事业登记 for 失业登记) and Latin input (``shanghukou``,
``shk``) meet the same phrase. Rare pairs of characters count more than frequent ones: 登记 says little, 户口
much.
"""

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

from tongban.catalogue.domain import Catalogue, LifeEvent, ServiceItem, Text

Kind = Literal["life_event", "item"]
LEAST = 38.0
"""Hits below this score (of 100) are noise."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_QUOTES = str.maketrans("", "", "“”‘’\"'《》（）()【】[]、，。,.!！?？:：;；-—_/· \t\n\u3000")
_NAME, _WORD, _PART, _SUMMARY = 1.0, 0.97, 0.72, 0.6


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: what it is, its name in the reader's language, how well it fits (0–100), and why."""

    kind: Kind
    code: str
    title: str
    score: float
    matched: str
    """The phrase that matched, so that the reader sees why: a colloquial word, a name."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One phrase by which a thing is known, in the forms it is compared in."""

    text: str
    plain: str
    weight: float
    syllables: tuple[str, ...]
    sounds: tuple[str, ...]
    """The syllables as many people say and type them: z for zh, n for ng."""
    pinyin: str
    initials: str
    grams: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Document:
    kind: Kind
    code: str
    title: str
    phrases: tuple[_Phrase, ...]


def plain(text: str) -> str:
    """A text as it is compared: compatibility forms folded, lower case, no punctuation or blanks."""
    return unicodedata.normalize("NFKC", text).lower().translate(_QUOTES)


def _grams(parts: Sequence[str]) -> frozenset[str]:
    """Pairs of neighbours, and the single parts when there is only one."""
    pairs = {f"{a}\0{b}" for a, b in itertools.pairwise(parts)}
    return frozenset(pairs or parts)


def _phrase(text: str, weight: float) -> _Phrase:
    bare = plain(text)
    han = bool(_HAN.search(bare))
    syllables = tuple(lazy_pinyin(bare)) if han else tuple(re.findall(r"[a-z0-9]+", text.lower()))
    return _Phrase(
        text=text,
        plain=bare,
        weight=weight,
        syllables=syllables,
        sounds=tuple(re.sub(r"^([zcs])h", r"\1", re.sub(r"(?<=[aei])ng$", "n", one)) for one in syllables),
        pinyin="".join(syllables),
        initials="".join(one[0] for one in syllables if one),
        grams=_grams(tuple(bare)) if han else frozenset(syllables),
    )


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that can be found in one catalogue, for readers of one language."""

    documents: tuple[_Document, ...]
    rarity: dict[str, float] = field(repr=False)
    """Pair of characters (or English word) → its weight."""

    @classmethod
    def build(cls, catalogue: Catalogue, language: str = "zh-hans") -> "Index":
        """The index of a catalogue; `language` decides the titles of hits, not what is found."""
        events = [_event(catalogue, one, language) for one in catalogue.life_events.values()]
        items = [_item(one, language) for one in catalogue.items.values()]
        return cls.of([*events, *items])

    @classmethod
    def of(cls, documents: Iterable[_Document]) -> "Index":
        """The index of documents made elsewhere."""
        kept = tuple(documents)
        counts: Counter[str] = Counter()
        for document in kept:
            counts.update({gram for phrase in document.phrases for gram in phrase.grams})
        rarity = {gram: math.log(1 + len(kept) / count) for gram, count in counts.items()}
        return cls(kept, rarity)

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The best `limit` hits, best first; nothing for a query without letters or characters."""
        wanted = _phrase(query[:100], 1.0)
        if not wanted.plain or limit < 1:
            return []
        hits = []
        for document in self.documents:
            score, phrase = max(
                ((self._score(wanted, phrase) * phrase.weight, phrase) for phrase in document.phrases),
                key=lambda found: found[0],
            )
            if score >= LEAST:
                # At the same fit the bundle comes before its parts.
                boost = 1.0 if document.kind == "life_event" else 0.96
                hits.append(
                    Hit(document.kind, document.code, document.title, round(score * boost, 1), phrase.text)
                )
        return sorted(hits, key=lambda hit: (-hit.score, hit.kind, hit.code))[:limit]

    def _score(self, query: _Phrase, phrase: _Phrase) -> float:
        """How well a phrase answers a query, 0–100: the best of the ways to compare them."""
        if query.plain == phrase.plain:
            return 100.0
        best = _contained(query.plain, phrase.plain)
        if _HAN.search(query.plain):
            best = max(best, 88 * self._shared(query.grams, phrase.grams), self._sound(query, phrase))
        else:
            best = max(best, _latin(query, phrase))
        return best

    def _shared(self, wanted: frozenset[str], given: frozenset[str]) -> float:
        """The share of the query's pairs, weighted by rarity, that the phrase has."""
        most = math.log(1 + len(self.documents))
        total = sum(self.rarity.get(gram, most) for gram in wanted)
        return sum(self.rarity.get(gram, most) for gram in wanted & given) / total if total else 0.0

    @staticmethod
    def _sound(query: _Phrase, phrase: _Phrase) -> float:
        """Homophones: the same syllables in other characters."""
        if len(query.syllables) < 2 or not _HAN.search(phrase.plain):  # noqa: PLR2004 - one syllable says nothing
            return 0.0
        wanted, given = _grams(query.sounds), _grams(phrase.sounds)
        share = len(wanted & given) / len(wanted)
        closeness = fuzz.ratio(query.sounds, phrase.sounds) / 100
        return max(82 * share * (0.75 + 0.25 * closeness), 80 * closeness if closeness >= 0.7 else 0.0)  # noqa: PLR2004


def _contained(query: str, phrase: str) -> float:
    """One text within the other: better the more of it that is."""
    short, long = sorted((query, phrase), key=len)
    if len(short) < 2 or short not in long:  # noqa: PLR2004 - one character is in everything
        return 0.0
    return 72 + 24 * len(short) / len(long)


def _latin(query: _Phrase, phrase: _Phrase) -> float:
    """Latin letters: pinyin, a beginning of it, initials, or English with typos."""
    typed = query.plain
    best = 0.0
    if _HAN.search(phrase.plain):
        if phrase.pinyin == typed:
            best = 98.0
        elif len(typed) > 2 and _at_syllable(typed, phrase):  # noqa: PLR2004 - two letters are initials
            best = 74 + 20 * len(typed) / len(phrase.pinyin)
        elif len(typed) > 4:  # noqa: PLR2004 - a shorter word has too many neighbours
            closeness = fuzz.ratio(typed, phrase.pinyin)
            best = 0.85 * closeness if closeness >= 80 else 0.0  # noqa: PLR2004
        if len(typed) > 1 and typed in phrase.initials:
            start = 4.0 if phrase.initials.startswith(typed) else 0.0
            best = max(best, 62 + start + 28 * len(typed) / len(phrase.initials))
    elif len(typed) > 2:  # noqa: PLR2004 - as above
        words = query.syllables or (typed,)
        near = [max((fuzz.ratio(word, other) for other in phrase.syllables), default=0.0) for word in words]
        best = 0.9 * sum(near) / len(near) if min(near) >= 72 else 0.0  # noqa: PLR2004
    return best


def _at_syllable(typed: str, phrase: _Phrase) -> bool:
    """Whether the letters stand in the pinyin beginning with a syllable: ``hukou`` in ``shang hu kou``."""
    place = 0
    for syllable in phrase.syllables:
        if phrase.pinyin.startswith(typed, place):
            return True
        place += len(syllable)
    return False


def _texts(text: Text, weight: float) -> list[_Phrase]:
    return [_phrase(one, weight) for one in dict.fromkeys(text.to_json().values())]


def _once(phrases: Iterable[_Phrase]) -> tuple[_Phrase, ...]:
    best: dict[str, _Phrase] = {}
    for phrase in phrases:
        if phrase.plain and (phrase.plain not in best or best[phrase.plain].weight < phrase.weight):
            best[phrase.plain] = phrase
    return tuple(best.values())


def _event(catalogue: Catalogue, event: LifeEvent, language: str) -> _Document:
    phrases = [*_texts(event.name, _NAME), *_texts(event.summary, _SUMMARY), _phrase(event.code, _WORD)]
    phrases += [_phrase(word, _WORD) for word in event.search]
    for use in event.items:
        if use.item in catalogue.items:
            phrases += _texts(catalogue.items[use.item].name, _PART)
    return _Document("life_event", event.code, event.name.of(language), _once(phrases))


def _item(item: ServiceItem, language: str) -> _Document:
    phrases = [*_texts(item.name, _NAME), *_texts(item.summary, _SUMMARY)]
    phrases += _texts(item.result, _PART) if item.result else []
    return _Document("item", item.code, item.name.of(language), _once(phrases))
