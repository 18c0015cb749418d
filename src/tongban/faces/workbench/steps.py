"""Forms in two steps, without any memory on the server: fill in, look at what goes out, send.

What is looked at is what is sent: the second page carries every value in hidden fields and offers no field
to change. A page that is out of date is shown again with the new version and everything that was typed.
"""

from collections.abc import Iterable
from typing import Final, Literal

from django.http import QueryDict

from tongban.casework.inbox import WorkView
from tongban.catalogue.domain import BoundMaterial, LawRef
from tongban.faces.common import forms, words
from tongban.faces.workbench import present

Step = Literal["fill", "check", "send"]
NEUTRAL: Final = frozenset({"csrfmiddlewaretoken", "step", "version"})
"""Fields of the form that are not the clerk's words."""


def step_of(post: QueryDict) -> Step:
    """What the clerk pressed: back to the fields, on to the look, or send."""
    raw = post.get("step", "check")
    return "send" if raw == "send" else "fill" if raw == "fill" else "check"


def carried(post: QueryDict) -> list[tuple[str, str]]:
    """Everything that was typed, for hidden fields."""
    return [(name, value) for name, values in post.lists() if name not in NEUTRAL for value in values]


def item_laws(view: WorkView) -> list[present.Law]:
    """The law that a clerk may cite for this item: its own basis, its limits, its needs, its rules."""
    item = view.dispatch.item
    refs: list[LawRef] = list(item.legal_basis)
    if item.limits.statutory:
        refs += item.limits.statutory.law
    for need in item.needs:
        refs += need.law
    for one in view.dispatch.bound.materials:
        refs += one.need.law
    for rule in item.rules:
        refs += rule.law
    return present.laws(refs, view.catalogue)


def law_field(name: str, laws: Iterable[present.Law], chosen: str) -> forms.Field:
    """A choice of articles; the one that fits is chosen already."""
    return forms.Field(
        name=name,
        label=words.say("workbench.law"),
        kind="select",
        required=False,
        groups=(
            (
                "",
                tuple(forms.Option(value=law.key, words=law.title, chosen=law.key == chosen) for law in laws),
            ),
        ),
    )


def first_key(refs: Iterable[LawRef], view: WorkView) -> str:
    """The form value of the first of `refs` that the catalogue knows; empty when there is none."""
    known = present.laws(refs, view.catalogue)
    return known[0].key if known else ""


def material_label(one: BoundMaterial, view: WorkView) -> str:
    """A document's name with whose it is."""
    name = words.text(one.material.name)
    if one.need.of is None:
        return name
    role = next((line.role for line in view.elements if line.address.startswith(f"{one.need.of}.")), None)
    return words.say("workbench.of", role=words.text(role), name=name) if role else name
