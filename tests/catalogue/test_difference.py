"""The difference between two versions, in words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tongban.catalogue.difference import Change, Difference, difference
from tongban.catalogue.domain import load
from tongban.catalogue.domain.catalogue import KINDS
from tongban.catalogue.domain.values import LANGUAGES

Edit = Callable[[dict[str, Any]], object]


def edited(mini: Path, file: str, edit: Edit) -> Difference:
    """The difference that editing one file makes."""
    old = load(mini)
    path = mini / f"{file}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return difference(old, load(mini))


def said(found: Difference) -> list[tuple[str, bool | None]]:
    """The sentences with whether they are for the better."""
    return [(one.sentence.zh_hans, one.better) for one in found.changes]


def test_a_version_does_not_differ_from_itself(mini: Path) -> None:
    """Nothing changed, nothing said."""
    assert difference(load(mini), load(mini)).changes == ()


@pytest.mark.parametrize(
    ("file", "edit", "sentence", "better"),
    [
        (
            "items/card",
            lambda item: item["limits"]["promised"].update(amount=1),
            "承诺时限由2个工作日改为1个工作日。",
            True,
        ),
        (
            "items/card",
            lambda item: item["limits"]["promised"].update(amount=0),
            "承诺时限由2个工作日改为当场办结。",
            True,
        ),
        ("items/card", lambda item: item["materials"].pop(0), "少交一份材料：照片。", True),
        ("items/card", lambda item: item["needs"].pop(1), "少问一项：读者的住址。", True),
        (
            "items/card",
            lambda item: item["needs"][1].update(required=False),
            "读者的住址现在可以不填。",
            True,
        ),
        (
            "items/card",
            lambda item: item.update(fee={"amount": "5"}),
            "费用由不收费改为5元。",
            False,
        ),
        (
            "items/card",
            lambda item: item.update(visits=3),
            "单独到窗口办要跑的次数由1改为3。",
            False,
        ),
        ("life_events/join", lambda event: event["items"].pop(1), "不再一起办：储物柜申请。", False),
        (
            "life_events/join",
            lambda event: event["conditions"].pop(0),
            "办理条件少一条：三岁以上才能办",
            True,
        ),
        ("life_events/join", lambda event: event["sources"].pop(0), "不再向人口库查询。", False),
        (
            "life_events/join",
            lambda event: event.update(promise={"amount": 9, "unit": "working_day"}),
            "整件事的承诺时限由5个工作日改为9个工作日。",
            False,
        ),
        (
            "life_events/join",
            lambda event: event["name"].update({"zh-hans": "办借书证"}),
            "名称由“加入图书馆”改为“办借书证”。",
            None,
        ),
        (
            "life_events/join",
            lambda event: event["summary"].update({"zh-hans": "好办"}),
            "说明的文字有调整。",
            None,
        ),
    ],
)
def test_a_change_is_said_in_one_sentence(
    mini: Path,
    file: str,
    edit: Edit,
    sentence: str,
    better: bool | None,  # noqa: FBT001  # a parameter of the case
) -> None:
    """What an official would say on the telephone, and whether it is easier than before."""
    assert said(edited(mini, file, edit)) == [(sentence, better)]


def test_a_new_question_and_a_new_document_name_whose_they_are(mini: Path) -> None:
    """The role has the name that people know from the life event."""

    def more(item: dict[str, Any]) -> None:
        why = dict.fromkeys(LANGUAGES, "要用")
        item["needs"].append({"element": "reader.age", "why": why, "when": "reader.name != null"})
        item["materials"].append({"material": "photo", "of": "reader", "necessity": "required"})

    assert said(edited(mini, "items/card", more)) == [
        ("多问一项：读者的年龄。", False),
        ("多交一份材料：读者的照片。", False),
    ]


def test_a_change_says_whom_it_touches(mini: Path) -> None:
    """An item's limit touches the life events that hold it; a document, the items that ask for it."""
    limit = edited(mini, "items/card", lambda item: item["limits"]["promised"].update(amount=1))
    photo = edited(mini, "materials/photo", lambda one: one["name"].update({"zh-hans": "证件照"}))

    assert [(one.items, one.life_events) for one in limit.changes] == [(("card",), ("join",))]
    assert [(one.items, one.life_events) for one in photo.changes] == [(("card",), ("join",))]
    assert limit.about("join") == limit.changes
    assert limit.about("other") == ()


def test_whole_things_come_and_go(mini: Path) -> None:
    """From nothing to the content, each thing is new once; the other way round each is gone once."""
    whole = load(mini)
    nothing = type(whole)(version="0", content={kind: {} for kind in KINDS})
    count = sum(len(things) for things in whole.content.values())

    assert [one.effect for one in difference(nothing, whole).changes] == ["added"] * count
    assert [one.effect for one in difference(whole, nothing).changes] == ["removed"] * count


def _edits(mini: Path) -> list[tuple[str, str, str]]:
    return [
        (kind, code, key)
        for kind, things in load(mini).content.items()
        for code, thing in things.items()
        for key in thing
        if key not in {"search", "declared", "source", "verified"} and thing[key] is not None
    ]


def test_no_change_goes_unsaid(mini: Path) -> None:
    """Whatever key of whatever file differs, somebody is told, in three languages, in a whole sentence."""
    old = load(mini)
    silent = []
    told: list[Change] = []
    for kind, code, key in _edits(mini):
        thing = {**old.content[kind][code]}
        del thing[key]
        content = {**old.content, kind: {**old.content[kind], code: thing}}
        found = difference(old, type(old)(**{**vars_of(old), "content": content, "version": "x"})).changes
        told += found
        if not found:
            silent.append((kind, code, key))

    # The code is the file's name: a file cannot lose it and stay the same file.
    assert [one for one in silent if one[2] not in {one[0].removesuffix("s"), "code"}] == []
    assert all(text and "{" not in text for one in told for text in one.sentence.to_json().values())


def vars_of(catalogue: Any) -> dict[str, Any]:
    """The things of a catalogue by kind."""
    return {kind: getattr(catalogue, kind) for kind in KINDS}
