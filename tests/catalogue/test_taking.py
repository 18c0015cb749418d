"""Stored content is taken as it is, which is quick; it must give what reading the same as a file gives."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures import content
from tongban.catalogue.domain import CatalogueError, from_content
from tongban.catalogue.domain.catalogue import KINDS
from tongban.catalogue.domain.reading import INVALID, Doubtful, Reader, Taker
from tongban.catalogue.domain.shapes import object_shape
from tongban.catalogue.domain.values import Place
from tongban.catalogue.domain.yaml_files import node_of

ODD: list[Any] = [
    *(None, True, False, 0, 1, -5, 10**30, 0.5, float("nan"), "", " ", "x", " x ", "true", "no", "1", "0.50"),
    *("2026-11-23", "2026-02-30", "a b", "child.name", "child.name = null", "((", "system", "430100", "cat"),
    *(
        [],
        ["x", "x"],
        ["x", 1],
        [None],
        {},
        {"zh-hans": "a", "zh-hant": "b", "en": "c"},
        {"en": ""},
        {1: "a"},
    ),
]
"""What an author or a damaged row may hold in the place of anything else."""


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container inside a value with each of its keys."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def read(kind: str, plain: Any) -> tuple[Any, Any]:
    """The slow way: over the nodes of a file."""
    reader = Reader("file")
    value = object_shape(KINDS[kind]).read(reader, node_of(plain), ())
    return (INVALID if reader.findings else value), reader.references


@given(st.data())
def test_taking_gives_what_reading_gives_or_leaves_it_to_reading(data: st.DataObject) -> None:
    """Whatever stands in the place of something right: never another value, never a fault missed."""
    kind = data.draw(st.sampled_from([kind for kind, things in content().content.items() if things]))
    things = content().content[kind]
    plain = copy.deepcopy(things[data.draw(st.sampled_from(sorted(things)))])
    holder, key = data.draw(st.sampled_from(list(places(plain))))
    if data.draw(st.booleans()) and isinstance(holder, dict):
        name = data.draw(st.sampled_from(["cat", "x y", " code", "child.name", "en"]))
        holder[name] = data.draw(st.sampled_from([holder.pop(key), *ODD]))
    else:
        holder[key] = data.draw(st.sampled_from(ODD))
    taker = Taker(Place("file", 1, 1))
    value, references = read(kind, plain)
    try:
        taken = object_shape(KINDS[kind]).take(taker, plain, ())
    except Doubtful:
        return
    assert repr(taken) == repr(value)
    assert taker.references == references


def test_all_our_content_is_taken_without_a_doubt() -> None:
    """Nothing of ours falls back to the slow way, and what was stored is the same catalogue again."""
    ours = content()
    for kind, things in ours.content.items():
        for code, plain in things.items():
            taker = Taker(Place("file", 1, 1))
            assert (object_shape(KINDS[kind]).take(taker, plain, ()), taker.references) == read(
                kind, plain
            ), code
    again = from_content(json.loads(ours.canonical))
    assert (again.version, again.canonical) == (ours.version, ours.canonical)
    assert all(getattr(again, kind) == getattr(ours, kind) for kind in KINDS)


@pytest.mark.parametrize(
    ("kind", "damage", "code"),
    [
        ("items", {"limits": None}, "catalogue.wrong_type"),
        ("items", {"item": "another"}, "catalogue.file_name"),
        ("processes", {"model": "<a"}, "xml.syntax"),
    ],
)
def test_a_damaged_row_is_told_in_the_same_words(kind: str, damage: dict[str, Any], code: str) -> None:
    """A stored version that somebody changed by hand says what is wrong with it, once, and is not used."""
    stored = copy.deepcopy(content().content)
    [*_, name] = stored[kind]
    assert damage.keys() <= stored[kind][name].keys()
    stored[kind][name].update(damage)
    with pytest.raises(CatalogueError) as caught:
        from_content(stored)
    [finding] = caught.value.findings
    assert code in finding.code
    assert finding.file.startswith(f"{kind}/{name}.")
