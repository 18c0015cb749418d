"""What can be seen in the words alone: placeholders, and conditions that contradict a note."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

_PLACEHOLDER = re.compile(
    r"[\s\W_]*|空|空白|无|暂无|暂缺|没有|待定|待补充?|待完善|待填写|略|同上|详见附件|x{2,}|X{2,}|某+|"
    r"todo|tbd|tba|n/?a|nil|none|null|undefined|nan|fixme|lorem ipsum.*|placeholder|test|测试",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\b(?:TODO|FIXME|TBD|XXX)\b|待补充|待完善|lorem ipsum", re.IGNORECASE)
LEAST_SHARED = 3
"""Characters two clauses must share before they can speak of the same thing."""
SHARE = 0.75
"""The part of the longer clause that must be shared."""
_OPPOSITES = (
    (("不同", "非同一", "不一致", "不相同"), ("同一", "相同", "一致", "同")),
    (("非婚生",), ("婚生",)),
    (("未婚", "单身", "未登记结婚"), ("已婚", "婚内", "现行婚姻关系内")),
    (("外省", "省外", "跨省"), ("本省", "省内")),
    (("外市", "市外", "跨市"), ("本市", "市内")),
    (("境外", "国外", "外籍"), ("境内", "国内", "中国籍")),
    (("非本人", "他人", "委托他人"), ("本人",)),
    (("未成年",), ("成年",)),
    (("非首次", "再次", "补发", "换发"), ("首次",)),
    (("非集体",), ("集体",)),
    (("不具备", "不具有", "没有", "无"), ("具备", "具有", "有")),
    (("尚未", "未"), ("已经", "已")),
    (("不属于", "不是", "非"), ("属于", "是")),
)
"""Words that exclude each other when they are said of the same thing; the negative side first."""
_CLAUSE = re.compile(r"[，。；、,;。\n]|(?:\d+[.、])")
_TAIL = re.compile(r"(?:时|的|者|情形|情况)*(?:需要?|应当?|须|必须)?(?:提供|提交|出具|上传)?$")


def is_placeholder(text: str) -> bool:
    """Whether a text stands for nothing: ``无``, ``暂无``, ``/``, ``TODO``, dots and dashes."""
    return bool(_PLACEHOLDER.fullmatch(text.strip())) or bool(_MARKED.search(text))


def strings(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every string of a JSON value with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, child in value.items():
            yield from strings(child, (*path, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from strings(child, (*path, index))


def contradicts(condition: str, note: str) -> tuple[str, str] | None:
    """The two clauses that cannot both be true, or None.

    Two clauses contradict when one says a word and the other its opposite (同一 against 不同) *of the same
    thing*: with the word cut out they share nearly everything that is left (父母双方是…民族). What a note
    adds about handing in (时提供) is left out, and what stands in brackets too.
    """
    for clause in _clauses(condition):
        for other in _clauses(note):
            if _opposed(clause, other):
                return clause, other
    return None


@lru_cache(maxsize=16384)
def _clauses(text: str) -> list[str]:
    bare = re.sub(r"[（(][^）)]*[）)]|[“”\"'《》\s]", "", text)
    return [
        clause for part in _CLAUSE.split(bare) if len(clause := _TAIL.sub("", part.strip())) >= LEAST_SHARED
    ]


@lru_cache(maxsize=16384)
def _sides(clause: str) -> tuple[frozenset[int], frozenset[int]]:
    """Which opposites a clause denies and which it affirms, by their place in the table.

    The positive word must stand free of its negation: 同一 does not stand in 非同一.
    """
    denied = frozenset(
        place for place, (negative, _) in enumerate(_OPPOSITES) if any(word in clause for word in negative)
    )
    affirmed = frozenset(
        place
        for place, (_, positive) in enumerate(_OPPOSITES)
        if place not in denied and any(word in clause for word in positive)
    )
    return denied, affirmed


def _opposed(one: str, two: str) -> bool:
    for first, second in ((one, two), (two, one)):
        for place in sorted(_sides(first)[0] & _sides(second)[1]):
            negative, positive = _OPPOSITES[place]
            no = next(word for word in negative if word in first)
            yes = next(word for word in positive if word in second)
            if _same_thing(first.replace(no, "", 1), second.replace(yes, "", 1)):
                return True
    return False


def _same_thing(one: str, two: str) -> bool:
    """Whether two clauses speak of the same thing once the opposed words are cut out."""
    one, two = (re.sub(r"[是为的均都系属]", "", text) for text in (one, two))
    if min(len(one), len(two)) < SHARE * max(len(one), len(two)):
        return False  # they cannot share enough, and comparing long texts takes long
    shared = SequenceMatcher(None, one, two, autojunk=False)
    size = sum(block.size for block in shared.get_matching_blocks())
    return size >= LEAST_SHARED and size / max(len(one), len(two)) >= SHARE
