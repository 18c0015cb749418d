"""What a guide claims for a life event, and the law articles that nobody has verified."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.catalogue.conftest import Broken
from tongban.catalogue.checks.laws import unverified
from tongban.catalogue.domain import read
from tongban.runtime.commands.catalogue import app

EVENT = "life_events/join.yaml"
LINE = "search: [借书"


def claims(broken: Broken, before: str, after: str) -> list[tuple[str, str]]:
    """Code and message of what is found about these claims."""
    declared = f"declared: {{before: {{{before}}}, after: {{{after}}}, source: 某指南}}\n{LINE}"
    found = broken(EVENT, LINE, declared)
    return [(one.code, one.message) for one in found if one.code.startswith("declared.")]


def test_claims_that_fit_are_not_mentioned(broken: Broken) -> None:
    """Two items of two working days each, ten by law; two documents; two visits."""
    assert claims(broken, "steps: 2, days: 20, materials: 2, trips: 2", "steps: 1, days: 5, trips: 0") == []


@pytest.mark.parametrize(
    ("claim", "code", "words"),
    [
        (("days: 20", "days: 4"), "declared.better_than_computed", "the promise is 5 working days"),
        (("materials: 2", "materials: 0"), "declared.better_than_computed", "nothing replaces 1: paper"),
        (("days: 21", "days: 5"), "declared.worse_than_computed", "all items make 20"),
        (("materials: 9", "materials: 1"), "declared.worse_than_computed", "all items make 3"),
        (("trips: 3", "trips: 0"), "declared.worse_than_computed", "all items make 2"),
        (("steps: 2", "steps: 0"), "declared.impossible", "0 steps"),
        (("trips: -1", "trips: -1"), "declared.impossible", "-1 trips"),
        (("steps: 1", "steps: 2"), "declared.impossible", "more steps after"),
        (("smiles: 1", "smiles: 1"), "declared.unknown_figure", "smiles"),
    ],
)
def test_claims_that_cannot_be_are_mentioned(
    mini: Path, broken: Broken, claim: tuple[str, str], code: str, words: str
) -> None:
    """Better than the content can be, worse than all of it together, or impossible for anybody."""
    if "materials" in claim[0]:
        paper = "material: paper\nname: {zh-hans: 户型图, zh-hant: 戶型圖, en: Plan}\nkind: proof\n"
        (mini / "materials" / "paper.yaml").write_text(paper, encoding="utf-8")
        item = mini / "items" / "card.yaml"
        text = item.read_text(encoding="utf-8")
        asks = "materials:\n  - {material: paper, necessity: required}\n"
        item.write_text(text.replace("materials:\n", asks, 1), encoding="utf-8")

    found = claims(broken, *claim)

    assert any(one == code and words in message for one, message in found)


def test_a_counter_item_cannot_be_done_without_a_visit(mini: Path, broken: Broken) -> None:
    """Whoever claims no visit must let it be done from home."""
    item = mini / "items" / "card.yaml"
    item.write_text(item.read_text(encoding="utf-8") + "channels: [hall]\n", encoding="utf-8")

    [(code, message)] = claims(broken, "trips: 2", "trips: 0")

    assert code == "declared.better_than_computed"
    assert "`" not in message
    assert "card" in message


def test_unverified_articles_are_listed_with_their_uses(mini: Path) -> None:
    """Each article, used or not, and the law as a whole where no article is named."""
    law = mini / "laws" / "library_rules.yaml"
    law.write_text(
        law.read_text(encoding="utf-8").replace("{第一条: 每人一证}", "{第一条: 每人一证, 第二条: 按时归还}"),
        encoding="utf-8",
    )

    found = unverified(read(mini)[0])

    assert [(one.article, len(one.used)) for one in found] == [("", 2), ("第一条", 3), ("第二条", 0)]
    assert all(place.partition(":")[2].isdigit() for one in found for place in one.used)

    law.write_text(law.read_text(encoding="utf-8") + "verified: true\n", encoding="utf-8")
    assert unverified(read(mini)[0]) == []


def test_the_command_lists_them(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for a draft that brings no laws of its own and rests on the content's."""
    draft = mini.parent / "draft"
    (draft / "items").mkdir(parents=True)
    (draft / "items" / "card.yaml").write_text((mini / "items" / "card.yaml").read_text("utf-8"), "utf-8")
    monkeypatch.setenv("TONGBAN_CATALOGUE", str(mini))

    def listed(path: Path) -> dict[str | None, list[str]]:
        result = CliRunner().invoke(app, ["check", str(path), "--unverified", "--json"])
        assert result.exit_code == 0
        return {one["article"]: one["used"] for one in json.loads(result.stdout)["unverified"]}

    assert {article: len(used) for article, used in listed(mini).items()} == {None: 2, "第一条": 3}
    assert {article: len(used) for article, used in listed(draft).items()} == {None: 1, "第一条": 1}
    assert CliRunner().invoke(app, ["check", str(draft / "x"), "--unverified"]).exit_code == 1
