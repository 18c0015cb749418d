"""Brings what is typed and what is written into one form: script, everyday words, readings.

Within a group of the thesaurus the words may stand for each other; the group has one sign of its own (a
private-use character), and texts are compared once as they stand and once with the signs in place.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tongban.catalogue.search.script import simplified
from tongban.catalogue.search.thesaurus import FILLERS, GROUPS

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_FIRST_SIGN = 0xE000
_BREAKS = re.compile(r"[\s\W_]+")

_ENDINGS = "ations ation ings ing ments ment ies ied ers er ed es s y e"
_SUFFIXES = tuple(_ENDINGS.split())


def plain(text: str) -> str:
    """A text as it is compared: compatibility forms folded, lower case, Simplified, nothing but letters."""
    return _BREAKS.sub("", simplified(unicodedata.normalize("NFKC", text).lower()))


def parts(text: str) -> list[str]:
    """The same, but split where blanks and punctuation stood."""
    return [one for one in _BREAKS.split(simplified(unicodedata.normalize("NFKC", text).lower())) if one]


def stem(word: str) -> str:
    """An English word without its ending, so that `registering` meets `registration`."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:  # noqa: PLR2004 - what is left must say something
            return word[: -len(suffix)]
    return word


def english(text: str) -> tuple[str, ...]:
    """The English words of a text, in their order."""
    return tuple(re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKC", text).lower().replace("'s", "")))


@cache
def signs() -> dict[str, str]:
    """Word of a group → the group's sign; a word of several groups keeps the first."""
    table: dict[str, str] = {}
    for number, group in enumerate(GROUPS):
        for word in group:
            table.setdefault(word, chr(_FIRST_SIGN + number))
    return table


@cache
def _longest_first() -> re.Pattern[str]:
    han = sorted((word for word in signs() if HAN.search(word)), key=len, reverse=True)
    return re.compile("|".join(han))


def signed(bare: str) -> str:
    """A plain text with the words of the groups replaced by their signs, the longest first."""
    table = signs()
    return _longest_first().sub(lambda found: table[found.group()], bare)


def grouped(bare: str) -> list[str]:
    """The words of groups in a plain text, in their order."""
    return _longest_first().findall(bare)


def warm() -> None:
    """Makes the tables, so that the first query is as quick as the others."""
    _ = spoken(), _pinyin(), _by_sound(), shortest(), english_signs(), _fillers(), syllables("热")


def _runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Single words, pairs and triples: `second hand home`."""
    yield from ((word,) for word in words)
    yield from pairwise(words)
    yield from zip(words, words[1:], words[2:], strict=False)


def signs_in_english(words: tuple[str, ...]) -> frozenset[str]:
    """The signs of English words, and of pairs and triples of them."""
    table = english_signs()
    return frozenset(table[key] for run in _runs(words) if (key := stem("".join(run))) in table)


def covered_in_english(words: tuple[str, ...]) -> frozenset[str]:
    """The words that stand in some sign's word."""
    table = english_signs()
    return frozenset(word for run in _runs(words) if stem("".join(run)) in table for word in run)


@cache
def english_signs() -> dict[str, str]:
    """Stem of an English word of a group → the group's sign."""
    return {stem(word): sign for word, sign in reversed(signs().items()) if not HAN.search(word)}


@cache
def _fillers() -> re.Pattern[str]:
    return re.compile("|".join(sorted(FILLERS, key=len, reverse=True)))


def without_fillers(bare: str) -> str:
    """A plain text without words such as 怎么办; the words of the groups are kept whole. May be empty."""
    kept = []
    place = 0
    for found in _longest_first().finditer(bare):
        kept += [_fillers().sub("", bare[place : found.start()]), found.group()]
        place = found.end()
    return "".join([*kept, _fillers().sub("", bare[place:])])


def syllables(bare: str) -> tuple[str, ...]:
    """The reading of a plain text, a syllable per character (Latin runs stay whole)."""
    from pypinyin import lazy_pinyin  # its dictionaries are loaded with the first search

    return tuple(lazy_pinyin(bare))


def sound(syllable: str) -> str:
    """A syllable as many people say and type it: z for zh, n for ng, l for n, h for f."""
    told = re.sub(r"^([zcs])h", r"\1", syllable)
    told = re.sub(r"(?<=[aeiou])ng$", "n", told)
    return re.sub(r"^(n|r)(?=[aeiouv])", "l", re.sub(r"^hu(?=[aeio])", "f", told)).replace("v", "u")


@cache
def spoken() -> dict[str, tuple[str, ...]]:
    """Pinyin of the groups' words, and initials of those with three characters and more, → the words."""
    table: dict[str, tuple[str, ...]] = {}
    for word, read in _readings().items():
        keys = ["".join(read)]
        if len(word) > 2:  # noqa: PLR2004 - two initials are too many words
            keys.append("".join(one[0] for one in read))
        for key in keys:
            table[key] = (*table.get(key, ()), word)
    return table


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """The words of the groups that have two characters and more, with their syllables."""
    return {word: syllables(word) for word in signs() if HAN.match(word) and len(word) > 1}


@cache
def _pinyin() -> dict[str, str]:
    """Pinyin → the word; of several the one that stands first."""
    return {"".join(read): word for word, read in reversed(_readings().items())}


@cache
def _by_sound() -> dict[tuple[str, ...], str]:
    return {tuple(map(sound, read)): word for word, read in reversed(_readings().items())}


def mended(bare: str) -> str:
    """A plain text in which what sounds like a word of a group is that word: 结昏 → 结婚."""
    sounds = [sound(one) if HAN.match(char) else char for char, one in zip(bare, _each(bare), strict=True)]
    place, kept = 0, []
    while place < len(bare):
        for length in range(min(8, len(bare) - place), 1, -1):
            there = bare[place : place + length]
            word = there if there in signs() else _by_sound().get(tuple(sounds[place : place + length]))
            if word:
                kept.append(word)
                place += length
                break
        else:
            kept.append(bare[place])
            place += 1
    return "".join(kept)


def _each(bare: str) -> list[str]:
    """A reading for each character; Latin letters are their own."""
    read = iter(syllables("".join(one for one in bare if HAN.match(one))))
    return [next(read, "") if HAN.match(one) else one for one in bare]


def written(query: str) -> tuple[str, float]:
    """Latin letters as words of the groups, and how sure that is (0–1): `shebao zhuanyi` → 社保转移.

    Letters without blanks are split where words end; with blanks each part may have one letter wrong. Empty
    when something is left over.
    """
    typed = "".join(parts(query))
    best: list[tuple[str, ...] | None] = [()] + [None] * len(typed)
    for end in range(1, len(typed) + 1):
        for start in range(max(0, end - 24), end - 2):
            before = best[start]
            if before is not None and typed[start:end] in _pinyin():
                found = (*before, _pinyin()[typed[start:end]])
                here = best[end]
                if here is None or len(found) < len(here):
                    best[end] = found
    if best[-1]:
        return "".join(best[-1]), 1.0
    guessed, sure = [], 1.0
    for part in parts(query):
        near = process.extractOne(part, _pinyin().keys(), scorer=OSA.normalized_similarity, score_cutoff=0.8)
        if near is None or len(part) < 4:  # noqa: PLR2004 - a shorter word has too many neighbours
            return "", 0.0
        guessed.append(_pinyin()[near[0]])
        sure *= near[1]
    return "".join(guessed), sure


def near(bare: str) -> tuple[str, ...]:
    """The words of groups of the same length that differ from a short text in one character: 退体 → 退休."""
    if not 2 <= len(bare) <= 5:  # noqa: PLR2004 - one character is no slip, six are a sentence
        return ()
    return tuple(
        word
        for word in _readings()
        if len(word) == len(bare) and sum(a != b for a, b in zip(word, bare, strict=True)) == 1
    )[:4]


@cache
def shortest() -> dict[str, str]:
    """Sign → the shortest Chinese word of its group: what people's initials stand for."""
    table: dict[str, str] = {}
    for word, sign in signs().items():
        if HAN.match(word) and len(word) > 1 and len(word) < len(table.get(sign, word + "x")):
            table[sign] = word
    return table


def segmentations(typed: str, known: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The ways to read Latin letters as syllables of `known`, fewest syllables first; at most a handful."""
    best: list[list[tuple[str, ...]]] = [[()], *([] for _ in typed)]
    for end in range(1, len(typed) + 1):
        for start in range(max(0, end - 6), end):
            if best[start] and typed[start:end] in known:
                best[end] += [(*before, typed[start:end]) for before in best[start]]
        best[end] = sorted(best[end], key=len)[:3]
    yield from best[-1][:2]
