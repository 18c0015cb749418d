"""Items and documents that a guide names twice, or nearly twice."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from tongban.catalogue.guides.matching import canonical, core
from tongban.catalogue.guides.parts import Gathering, GuideItem, GuideMaterial, spelled

ALIKE = 88
"""The least likeness (0 to 100) at which two names are told as nearly the same."""
MOST_COMPARED = 1_500


def find(things: Sequence[GuideItem | GuideMaterial], what: str, found: Gathering) -> None:
    """Records what stands twice among `things` (`what`: item or material), each against the first like it."""
    names = [canonical(one.name) for one in things]
    cores = [core(one.name) for one in things]
    first: dict[str, int] = {}
    by_core: dict[str, int] = {}
    told: set[int] = set()
    for index, one in enumerate(things):
        if names[index] in first:
            told.add(index)
            _tell("duplicate", one, things[first[names[index]]], what, found)
            continue
        first[names[index]] = index
        if cores[index] in by_core:
            told.add(index)
            _tell("near_duplicate", one, things[by_core[cores[index]]], what, found)
        else:
            by_core[cores[index]] = index
    if len(things) > MOST_COMPARED:
        message = (
            f"There are {len(things)} {what}s; near duplicates were looked for by their names' cores only."
        )
        found.add("guide.not_compared", (), message, "Split the file.")
        return
    for index, one in enumerate(things):
        earlier = {number: names[number] for number in range(index) if number not in told}
        if index in told or not earlier:
            continue
        alike = process.extractOne(names[index], earlier, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if alike:
            _tell("near_duplicate", one, things[alike[2]], what, found)


def _tell(
    code: str,
    one: GuideItem | GuideMaterial,
    other: GuideItem | GuideMaterial,
    what: str,
    found: Gathering,
) -> None:
    same = "stands twice" if code == "duplicate" else "is nearly the same"
    found.add(
        f"guide.{code}_{what}",
        one.path,
        f"The {what} “{one.name}” {same}: see “{other.name}” at `{spelled(other.path)}`.",
        "Strike one, or say what tells them apart.",
    )
