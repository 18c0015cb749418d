"""Search: what people type finds what they mean."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue.domain import load
from tongban.catalogue.search import Index

MINI = Path(__file__).parent / "data" / "mini"
PRODUCT = Path(__file__).resolve().parents[2] / "catalogue"
content = pytest.mark.skipif(not (PRODUCT / "life_events").is_dir(), reason="the content is not here")


@dataclass
class Built:
    """Indexes built once for all tests here."""

    kept: dict[tuple[Path, str], Index] = field(default_factory=dict)

    def __call__(self, folder: Path, language: str = "zh-hans") -> Index:
        """The index of a folder."""
        if (folder, language) not in self.kept:
            self.kept[folder, language] = Index.build(load(folder), language)
        return self.kept[folder, language]


built = Built()


@content
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("新生儿", "newborn"),
        ("新生兒", "newborn"),
        ("上户口", "newborn"),
        ("上戶口", "newborn"),
        ("shanghukou", "newborn"),
        ("shang hu kou", "newborn"),
        ("shk", "newborn"),
        ("SHK", "newborn"),
        ("新生而", "newborn"),
        ("生孩子", "newborn"),
        ("newborn", "newborn"),
        ("having a baby", "newborn"),
        ("二手房", "second_hand_home"),
        ("过户", "second_hand_home"),
        ("過戶", "second_hand_home"),
        ("ershoufang", "second_hand_home"),
        ("开公司", "company_start_up"),
        ("kaigongsi", "company_start_up"),
        ("營業執照", "company_start_up"),
        ("compny", "company_start_up"),
        ("办执造", "company_start_up"),
    ],
)
def test_people_s_words_find_the_life_event_first(query: str, code: str) -> None:
    """Official or colloquial, either script, pinyin, initials, homophones, typos."""
    assert [hit.code for hit in built(PRODUCT).search(query)][:1] == [code]


def test_the_title_is_in_the_reader_s_language_whatever_was_typed() -> None:
    """Typed in Simplified, read in Traditional or English."""
    assert built(MINI, "zh-hant").search("借书证")[0].title == "加入圖書館"
    assert built(MINI, "en").search("借书")[0].title == "Joining the library"


def test_an_item_s_own_name_finds_the_item_and_its_bundle() -> None:
    """Who types the exact item gets the item first, then the event that holds it."""
    hits = built(MINI).search("储物柜申请")

    assert [(hit.kind, hit.code) for hit in hits[:2]] == [("item", "locker"), ("life_event", "join")]


@pytest.mark.parametrize("query", ["", "  ", "？！", "zzzz", "𝕏𝕐", "qqqqqqqqqqqqqqq", "%_'\"\\"])
def test_nonsense_finds_nothing(query: str) -> None:
    """No hit is better than a wrong one."""
    assert built(MINI).search(query) == []


@given(st.text(max_size=120), st.integers(min_value=0, max_value=5))
def test_any_text_gives_at_most_so_many_hits_best_first(query: str, limit: int) -> None:
    """Whatever is typed, the answer is ordered and within bounds."""
    hits = built(MINI).search(query, limit)

    assert len(hits) <= limit
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.score <= 100 for hit in hits)
