"""The published JSON Schema says what the loader does."""

import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.fixtures import content
from tongban.catalogue.domain import KINDS, Catalogue, load
from tongban.catalogue.schema import files, schema_of

ROOT = Path(__file__).resolve().parents[2]
MINI = Path(__file__).parent / "data" / "mini"


@cache
def mini() -> Catalogue:
    """The small catalogue."""
    return load(MINI)


def test_the_published_schemas_are_those_of_the_loader() -> None:
    """When this fails: `tongban catalogue schema docs/catalogue-schema`."""
    folder = ROOT / "docs" / "catalogue-schema"

    assert {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")} == files()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_schema_is_a_schema_and_accepts_what_the_loader_accepts(kind: str) -> None:
    """Good files are good by both; the small catalogue and our own content."""
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for catalogue in (mini(), content()):
        for code, plain in catalogue.content[kind].items():
            assert [f"{code}: {error.message}" for error in validator.iter_errors(plain)] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_schema_refuses_unknown_keys_and_missing_ones(kind: str) -> None:
    """The schema is as strict as the loader."""
    validator = Draft202012Validator(schema_of(kind))
    plain = json.loads(json.dumps(next(iter(mini().content[kind].values()))))

    assert list(validator.iter_errors(plain | {"surprise": 1}))
    for key in validator.schema["$defs"][KINDS[kind].__name__]["required"]:
        assert list(validator.iter_errors({name: value for name, value in plain.items() if name != key}))
