"""The content as a whole: placeholders, and things that nobody uses."""

from tongban.catalogue.checks.report import Report
from tongban.catalogue.checks.texts import is_placeholder, strings
from tongban.catalogue.domain import MODELS

_FREE = {"code_lists": {"codes"}, "systems": {"fields", "operations", "replies", "encoding", "roles", "xml"}}
"""Parts of a file whose texts may be such words: 无 is a proper name in a code list."""


def check_placeholders(report: Report) -> None:
    """No text that people see stands for nothing."""
    for kind, things in report.catalogue.content.items():
        for code, plain in things.items() if kind not in MODELS else ():
            for path, text in strings(plain):
                free = path and path[0] in _FREE.get(kind, ())
                if (
                    not free
                    and path[-1:] not in {("unit",), ("code",), ("example",)}
                    and is_placeholder(text)
                ):
                    report.error(
                        "catalogue.placeholder",
                        f"`{'.'.join(map(str, path))}` holds the placeholder “{text[:40]}”.",
                        (kind, code, *path),
                        "Write the text, or leave the key out.",
                    )


def check_unused(report: Report) -> None:
    """Materials that no item asks for, items in no life event."""
    catalogue = report.catalogue
    asked = {code for item in catalogue.items.values() for need in item.materials for code, _ in need.papers}
    for code in catalogue.materials:
        if code not in asked:
            report.warn(
                "catalogue.material_never_needed",
                f"No item asks for the material `{code}`.",
                ("materials", code),
                "Delete it, or let an item ask for it.",
            )
    used = {use.item for event in catalogue.life_events.values() for use in event.items}
    for code in catalogue.items:
        if code not in used:
            report.warn(
                "catalogue.item_never_used", f"No life event uses the item `{code}`.", ("items", code)
            )
