"""Names of a guide → things of the catalogue, each match with its degree and how it was found.

A name matches *exactly* when it is the same but for quotes, the shape of brackets and the state's name, and
*in its core* when it is the same once what stands in brackets is left out; both are used. Anything less is
only *near*: it is shown to the editor and never used.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from rapidfuzz import fuzz, process

from tongban.catalogue.domain import Catalogue
from tongban.catalogue.guides.words import Citation, plain

How = Literal["exact", "core", "short", "contained", "near"]
CORE_DEGREE = 0.95
CONTAINED_DEGREE = 0.9
NEAR = 0.72
"""The least likeness (0 to 1) of a near match."""
LEAST_CONTAINED = 2
MAX_CODE = 70
_EVENT = re.compile(r"(?:高效办成)?[“”\"'‘’「」『』]*一件事[“”\"'‘’「」『』]*(?:一次办|联办|套餐|服务)?")
_STATE = re.compile(r"^(?:中华人民共和国|中國|国家)")
_BRACKETS = re.compile(r"[（(\[【〔][^（）()\[\]【】〔〕]*[）)\]】〕]")
_OFFICE = re.compile(r"(?:委员会|管理局|总局|局|厅|委|办公室|部门|部|中心|联合会)$")
_AREA = re.compile(r"^(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|自治州|市|区|县|旗|盟|新区))+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A thing of the catalogue that a name may mean."""

    kind: str
    code: str
    name: str
    """Its name in Simplified Chinese."""
    degree: float
    """1: exactly; below `NEAR` nothing counts as a match."""
    how: How

    @property
    def sure(self) -> bool:
        """Whether the draft uses it."""
        return self.how != "near"

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "kind": self.kind,
            "code": self.code,
            "name": self.name,
            "degree": round(self.degree, 2),
            "how": self.how,
            "used": self.sure,
        }


def canonical(name: str) -> str:
    """A name for comparing: one width and case, without quotes, marks, blanks and the name of the state."""
    folded = unicodedata.normalize("NFKC", plain(name)).casefold()
    return _STATE.sub("", re.sub(r"[\s“”\"'‘’《》〈〉「」『』·•,，.。;；:：、_\-—]+", "", folded))


def core(name: str) -> str:
    """`canonical` without what stands in brackets; the whole when nothing else is left."""
    bare = _BRACKETS.sub("", unicodedata.normalize("NFKC", plain(name)))
    return canonical(bare) or canonical(name)


def event_name(name: str) -> str:
    """The name of a life event without “一件事”."""
    return _EVENT.sub("", plain(name)).strip(" “”\"'‘’·-—") or plain(name)


class Index:
    """The names of one catalogue, ready to be asked."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    @cached_property
    def _named(self) -> dict[str, dict[str, str]]:
        c = self.catalogue
        return {
            "life_events": {code: one.name.zh_hans for code, one in c.life_events.items()},
            "items": {code: one.name.zh_hans for code, one in c.items.items()},
            "materials": {code: one.name.zh_hans for code, one in c.materials.items()},
            "elements": {code: one.name.zh_hans for code, one in c.elements.items()},
            "laws": {code: one.title.zh_hans for code, one in c.laws.items()},
            "departments": {code: one.name.zh_hans for code, one in c.departments.items()},
        }

    @cached_property
    def _exact(self) -> dict[str, dict[str, list[str]]]:
        return {kind: _by(names, canonical) for kind, names in self._named.items()}

    @cached_property
    def _core(self) -> dict[str, dict[str, list[str]]]:
        return {kind: _by(names, core) for kind, names in self._named.items()}

    @cached_property
    def _comparable(self) -> dict[str, dict[str, str]]:
        return {
            kind: {code: canonical(name) for code, name in names.items()}
            for kind, names in self._named.items()
        }

    def find(self, kind: str, name: str, prefer: frozenset[str] = frozenset()) -> Match | None:
        """The best match of a name among the things of a kind; None when nothing is near.

        Two things of equally good name are no match at all but a near one, unless one alone is among those
        to `prefer`: which is meant cannot be told.
        """
        wanted = event_name(name) if kind == "life_events" else name
        for how, degree, table, key in (
            ("exact", 1.0, self._exact, canonical(wanted)),
            ("core", CORE_DEGREE, self._core, core(wanted)),
        ):
            codes = table[kind].get(key, [])
            codes = [code for code in codes if code in prefer] or codes
            if len(codes) == 1:
                return self._match(kind, codes[0], degree, how)  # type: ignore[arg-type]
            if codes:
                return self._match(kind, codes[0], degree, "near")
        found = process.extractOne(
            canonical(wanted), self._comparable[kind], scorer=fuzz.ratio, score_cutoff=NEAR * 100
        )
        return self._match(kind, found[2], found[1] / 100, "near") if found else None

    def _match(self, kind: str, code: str, degree: float, how: How) -> Match:
        return Match(kind=kind, code=code, name=self._named[kind][code], degree=degree, how=how)

    def department(self, name: str) -> Match | None:
        """The department that a guide calls 卫健, 公安部门 or 浏阳市卫生健康局; None unless just one fits."""
        bare = canonical(name)
        if not bare:
            return None
        office = _OFFICE.sub("", bare)
        found = []
        for code, one in self.catalogue.departments.items():
            full, short = canonical(one.name.zh_hans), canonical(one.short.zh_hans)
            if bare == full:
                return self._match("departments", code, 1.0, "exact")
            if office and office == short:
                return self._match("departments", code, CORE_DEGREE, "short")
            stem = _OFFICE.sub("", core(one.name.zh_hans))
            local = _AREA.sub("", office)
            if len(stem) >= LEAST_CONTAINED and (office.endswith(stem) or local == stem):
                found.append(code)
        return (
            self._match("departments", found[0], CONTAINED_DEGREE, "contained") if len(found) == 1 else None
        )

    def law(self, cited: Citation) -> Match | None:
        """The law that a guide cites."""
        return self.find("laws", cited.title)


def _by(names: Mapping[str, str], key: Any) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for code, name in names.items():
        table.setdefault(key(name), []).append(code)
    return table


def code_of(name: str, taken: set[str], fallback: str) -> str:
    """A code for a drafted thing: the pinyin of its name, told apart from those `taken`."""
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(unicodedata.normalize("NFKC", plain(name)).casefold())
    word = re.sub(r"[^a-z0-9]+", "_", "_".join(syllables)).strip("_")
    if not re.match(r"[a-z]", word):
        word = f"{fallback}_{word}".strip("_")
    word = word[:MAX_CODE].rstrip("_")
    code, number = word, 2
    while code in taken:
        code, number = f"{word}_{number}", number + 1
    return code
