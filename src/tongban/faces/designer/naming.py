"""Codes for new things, made from what people call them."""

import itertools
import re
from collections.abc import Collection
from typing import Final

MOST_CODE: Final = 60
"""Letters of a code that is made from a name; a code has 80 at most."""


def free_code(name: str, taken: Collection[str], kind: str = "process") -> str:
    """A code for a thing of this name that nothing else has: 公司注销 → ``gong_si_zhu_xiao``."""
    from pypinyin import lazy_pinyin  # its dictionaries are large, and needed here only

    sound = "_".join(re.findall(r"[a-z0-9]+", " ".join(lazy_pinyin(name)).lower()))[:MOST_CODE].strip("_")
    if not sound[:1].isalpha():
        sound = f"{kind}_{sound}".strip("_")
    serials = itertools.chain([sound], (f"{sound}_{number}" for number in itertools.count(2)))
    return next(each for each in serials if each not in taken)
