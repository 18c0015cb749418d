"""Where one of several is enough: made, changed and taken away, one edit at a time."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalogue.small import content, either, item, need, text
from tests.fixtures import content as shipped
from tongban.catalogue.domain import from_content
from tongban.design.composing import alternatives
from tongban.kernel.errors import InvalidInput

CALLED = text("new")


def held(needs: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """An item's file."""
    return item("home", needs, **more)


def shapes(made: dict[str, Any], key: str = "needs") -> list[list[list[str]]]:
    """The ways of every entry."""
    return [alternatives.ways(key, one) for one in made[key]]


def test_a_second_way_makes_an_alternative() -> None:
    """What was needed in any case may be answered by something else; why it is needed stays."""
    before = held([need("mother.a", when="mother.c = 1", required=False), need("mother.b")])
    made, at = alternatives.add_way(before, "needs", 0, "father.a", CALLED)
    assert at == 0
    assert made["needs"][0] == {
        "any_of": [["mother.a"], ["father.a"]],
        "why": before["needs"][0]["why"],
        "when": "mother.c = 1",
        "required": False,
    }
    assert made["needs"][1] == before["needs"][1]
    assert before["needs"][0]["element"] == "mother.a", "the file that was given stays as it is"


def test_what_was_asked_for_by_itself_moves_in() -> None:
    """A value that the item always asks for is no alternative; chosen as one, it is asked no more."""
    before = held([need("father.a"), need("mother.a"), need("father.a", when="mother.c = 1")])
    made, at = alternatives.add_way(before, "needs", 1, "father.a", CALLED)
    assert at == 0
    assert shapes(made) == [[["mother.a"], ["father.a"]], [["father.a"]]]
    assert made["needs"][1]["when"] == "mother.c = 1"


def test_the_last_way_but_one_ends_the_choice() -> None:
    """What is left is simply needed, every value of it, under the same condition and for the same reason."""
    before = held([either(["mother.a", "mother.b"], ["father.a"], when="mother.c = 1", choice="which")])
    made = alternatives.remove_way(before, "needs", 0, 1)
    assert [one["element"] for one in made["needs"]] == ["mother.a", "mother.b"]
    assert all(one["when"] == "mother.c = 1" and "choice" not in one for one in made["needs"])
    assert alternatives.remove_value(before, 0, 1, "father.a") == made
    everything = alternatives.all_needed(before, "needs", 0)
    assert [one["element"] for one in everything["needs"]] == ["mother.a", "mother.b", "father.a"]


def test_nothing_is_needed_twice_when_a_choice_ends() -> None:
    """What the item asks for anyway does not come back as a second entry."""
    before = held([either(["mother.a"], ["mother.b"]), need("mother.a")])
    assert shapes(alternatives.all_needed(before, "needs", 0)) == [[["mother.b"]], [["mother.a"]]]


def test_names_go_with_their_ways() -> None:
    """Moved, added to and removed, a way keeps what it is called; a new one is called by its things."""
    named = either(["mother.a"], ["father.a"], ["mother.b"], ways=[text("one"), text("two"), text("three")])
    moved = alternatives.move_way(held([named]), "needs", 0, 2, -1)
    assert [one["en"] for one in moved["needs"][0]["ways"]] == ["one", "three", "two"]
    assert shapes(moved) == [[["mother.a"], ["mother.b"], ["father.a"]]]
    longer, _ = alternatives.add_way(moved, "needs", 0, "father.b", CALLED)
    assert [one["en"] for one in longer["needs"][0]["ways"]] == ["one", "three", "two", "new"]
    shorter = alternatives.remove_way(longer, "needs", 0, 0)
    assert [one["en"] for one in shorter["needs"][0]["ways"]] == ["three", "two", "new"]
    assert alternatives.move_way(moved, "needs", 0, 0, -1) == moved, "at the edge nothing moves"


def test_documents_keep_whose_they_are() -> None:
    """A document of the mother stays hers when another becomes enough, and when it is alone again."""
    papers = [{"material": "card", "of": "mother", "necessity": "required", "note": text("bring it")}]
    made, _ = alternatives.add_way(held([], materials=papers), "materials", 0, "book.father", CALLED)
    assert made["materials"] == [
        {"any_of": ["card.mother", "book.father"], "necessity": "required", "note": text("bring it")}
    ]
    alone = alternatives.remove_way(made, "materials", 0, 0)
    assert alone["materials"][0]["material"] == "book"
    assert alone["materials"][0]["of"] == "father"
    assert alternatives.remove_way(made, "materials", 0, 1)["materials"] == papers


def test_words_are_whole_in_every_language_or_not_there() -> None:
    """A name in one language is enough to save; where none is given the usual ones are used."""
    before = held([either(["mother.a"], ["father.a"])])
    blank = {"zh-hans": "", "zh-hant": "", "en": ""}
    usual = [text("mother's"), text("father's")]
    made = alternatives.set_words(
        before,
        "needs",
        0,
        question=blank | {"zh-hans": "哪种？"},
        names=[blank | {"en": "Hers"}, blank],
        usual=usual,
    )
    entry = made["needs"][0]
    assert entry["question"] == text("哪种？")
    assert entry["ways"] == [text("mother's") | {"en": "Hers"}, text("father's")]
    plain = alternatives.set_words(made, "needs", 0, question=blank, names=[blank, blank], usual=usual)
    assert plain == before


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda file: alternatives.add_way(file, "needs", 0, "mother.a", CALLED), "compose.twice"),
        (lambda file: alternatives.add_value(file, 0, 0, "mother.a"), "compose.twice"),
        (lambda file: alternatives.add_value(file, 1, 0, "mother.c"), "compose.no_choice"),
        (lambda file: alternatives.remove_way(file, "needs", 0, 2), "compose.gone"),
        (lambda file: alternatives.remove_way(file, "needs", 9, 0), "compose.gone"),
        (lambda file: alternatives.remove_value(file, 0, 0, "mother.c"), "compose.gone"),
        (
            lambda file: alternatives.set_words(file, "needs", 0, question={}, names=[{}], usual=[{}]),
            "compose.gone",
        ),
    ],
)
def test_an_edit_that_cannot_be_made_is_refused(edit: Any, code: str) -> None:
    """A way that is there already, or a part that is gone, changes nothing and says so."""
    with pytest.raises(InvalidInput) as caught:
        edit(held([either(["mother.a"], ["father.a"]), need("mother.b")]))
    assert caught.value.code == code


def test_two_ways_never_become_the_same() -> None:
    """What tells two ways apart is not taken, and nothing is added that would make them the same."""
    file = held([either(["mother.a", "mother.b"], ["mother.a"])])
    for edit in (
        lambda: alternatives.add_value(file, 0, 1, "mother.b"),
        lambda: alternatives.remove_value(file, 0, 0, "mother.b"),
    ):
        with pytest.raises(InvalidInput, match="same values"):
            edit()


ADDRESSES = [f"{role}.{code}" for role in ("mother", "father") for code in "abc"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.sampled_from(ADDRESSES)), max_size=12))
def test_whatever_is_clicked_the_file_can_be_read(clicks: list[tuple[int, int, str]]) -> None:
    """No run of edits leaves an alternative of one way, an empty way or a value that is needed twice."""
    made = held([need("mother.a"), need("father.a")])
    for act, way, name in clicks:
        place = 0
        try:
            match act:
                case 0 | 1:
                    made, _ = alternatives.add_way(made, "needs", place, name, CALLED)
                case 2:
                    made = alternatives.add_value(made, place, way, name)
                case 3:
                    made = alternatives.remove_value(made, place, way, name)
                case 4:
                    made = alternatives.remove_way(made, "needs", place, way)
                case 5:
                    made = alternatives.move_way(made, "needs", place, way, 1)
                case _:
                    made = alternatives.all_needed(made, "needs", place)
        except InvalidInput:
            continue
    catalogue = from_content(content(made, elements=("a", "b", "c")))
    entries = catalogue.items["home"].needs
    singles = [one.element for one in entries if one.element]
    assert len(singles) == len(set(singles))
    assert all(len(one.any_of) != 1 and all(one.any_of) for one in entries)


def test_every_alternative_of_the_content_comes_back_as_it_was() -> None:
    """One more way and away again leaves a shipped item's alternatives with the same ways and names."""
    tried = 0
    for code, file in shipped().content["items"].items():
        for key in alternatives.ONE:
            for place, entry in enumerate(file.get(key, ())):
                if "any_of" not in entry:
                    continue
                name = "applicant.name" if key == "needs" else "portrait_photo"
                longer, at = alternatives.add_way(file, key, place, name, CALLED)
                back = alternatives.remove_way(longer, key, at, len(alternatives.ways(key, entry)))
                assert back[key][at] == entry, code
                tried += 1
    assert tried >= 4
