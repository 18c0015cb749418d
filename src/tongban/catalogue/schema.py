"""The published JSON Schema of the catalogue's files, generated from the same dataclasses that read them."""

import json
from pathlib import Path
from typing import Any

from tongban.catalogue.domain import KINDS, MODELS
from tongban.catalogue.domain.drawn import suffix
from tongban.catalogue.domain.shapes import object_shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {
    "type": "object",
    "description": "A text in the three languages of the house.",
    "properties": {
        "zh-hans": {"type": "string", "minLength": 1, "description": "Simplified Chinese"},
        "zh-hant": {"type": "string", "minLength": 1, "description": "Traditional Chinese"},
        "en": {"type": "string", "minLength": 1, "description": "English"},
    },
    "required": ["zh-hans", "zh-hant", "en"],
    "additionalProperties": False,
}


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a file in the folder `kind`."""
    shape = object_shape(KINDS[kind])
    definitions = {one.type.__name__: one for one in shape.definitions()}
    bodies = {name: definitions[name].body() for name in sorted(definitions)}
    return {
        "$schema": DIALECT,
        "$id": f"urn:tongban:schema:catalogue:{kind}",
        "title": f"catalogue/{kind}/*{suffix(kind)}"
        + (" as it stands in the content" if kind in MODELS else ""),
        "$ref": f"#/$defs/{KINDS[kind].__name__}",
        "$defs": {**bodies, "Text": _TEXT},
    }


def files() -> dict[str, str]:
    """File name → text of every published schema."""
    return {
        f"{kind}.schema.json": json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n"
        for kind in KINDS
    }


def write(folder: Path) -> list[Path]:
    """Writes the schemas into `folder`; the files that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in files().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
