"""The figures that an official guide claims for a life event, against what its own content makes possible.

`declared` is a claim; the product computes its own figures. The check compares the claim with bounds that
hold for every applicant, so that it never cries wolf: what is always asked, and what can be asked at most.
"""

from collections.abc import Iterator

from tongban.catalogue.checks.report import Report
from tongban.catalogue.checks.spans import exceeds, says
from tongban.catalogue.domain import BoundEvent, BoundItem, LifeEvent
from tongban.catalogue.domain.reading import did_you_mean
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.errors import NotFound

FIGURES = ("steps", "days", "materials", "trips")
_FROM_HOME = {"online", "mobile", "tv", "phone"}


def check_declared(report: Report) -> None:
    """Every life event whose guide claims figures; unknown codes are left to `check_references`."""
    for event in report.catalogue.life_events.values():
        if event.declared is None:
            continue
        _impossible(report, event)
        try:
            bound = report.catalogue.bound(event)
        except NotFound:
            continue
        for side, figure, message in (*_too_good(bound), *_too_bad(bound)):
            code = "declared.better_than_computed" if side == "after" else "declared.worse_than_computed"
            report.warn(
                code,
                message,
                ("life_events", event.code, "declared", side, figure),
                "Look at the guide again; if it says so, its claim does not fit its own items.",
            )


def _impossible(report: Report, event: LifeEvent) -> None:
    """Figures that no life event can have."""
    declared = event.declared
    if declared is None:
        return
    at = ("life_events", event.code, "declared")
    for side, figures in (("before", declared.before), ("after", declared.after)):
        for figure, value in figures.items():
            if figure not in FIGURES:
                report.warn(
                    "declared.unknown_figure",
                    f"`{figure}` is no figure that is compared.",
                    (*at, side, figure),
                    did_you_mean(figure, FIGURES) or f"Known: {', '.join(FIGURES)}.",
                )
            elif value < 0 or (value == 0 and figure == "steps"):
                message = f"{value} {figure} are not possible."
                report.error("declared.impossible", message, (*at, side, figure), "Look at the guide again.")
    for figure in declared.before:
        before, after = declared.before[figure], declared.after.get(figure)
        if after is not None and after > before:
            report.warn(
                "declared.impossible",
                f"The guide claims more {figure} after bundling ({after}) than before ({before}).",
                (*at, "after", figure),
                "Look at the guide again; perhaps the two are swapped.",
            )


Claim = tuple[str, str, str]
"""Side, figure, and what is wrong with it."""


def _always(bound: BoundEvent) -> list[BoundItem]:
    return [item for item in bound.items if item.when is None and item.use.chosen_by is None]


def _too_good(bound: BoundEvent) -> Iterator[Claim]:
    """Claims after bundling that the content cannot keep for anybody."""
    claimed = bound.event.declared.after if bound.event.declared else {}
    promise = bound.event.promise
    if claimed.get("days", -1) >= 0 and exceeds(promise, Limit(claimed["days"])):
        yield (
            "after",
            "days",
            f"The guide claims {claimed['days']} working days, but the promise is {says(promise)}.",
        )
    papers = {
        paper.key
        for item in _always(bound)
        for paper in item.materials
        if paper.need.necessity == "required"
        and paper.need.when is None
        and not paper.need.way
        and not paper.replacements
    }
    if claimed.get("materials", len(papers)) < len(papers):
        named = ", ".join(sorted(papers)[:5])
        message = (
            f"The guide claims {claimed['materials']} documents, but nothing replaces {len(papers)}: {named}."
        )
        yield "after", "materials", message
    counter = [item.item.code for item in _always(bound) if not _FROM_HOME & set(item.item.channels)]
    if counter and claimed.get("trips") == 0:
        message = f"The guide claims no visit, but {', '.join(counter)} can be done at the counter only."
        yield "after", "trips", message


def _too_bad(bound: BoundEvent) -> Iterator[Claim]:
    """Claims before bundling that are more than all items together can take."""
    claimed = bound.event.declared.before if bound.event.declared else {}
    most = {
        "materials": sum(len(item.materials) for item in bound.items),
        "trips": sum(item.item.visits for item in bound.items),
    }
    limits = [item.item.limits.statutory or item.item.limits.promised for item in bound.items]
    if all(limit.unit is Unit.WORKING_DAY for limit in limits):
        most["days"] = sum(max(limit.amount, 1) for limit in limits)
    for figure, bound_of_it in most.items():
        if claimed.get(figure, 0) > bound_of_it:
            message = f"The guide claims {claimed[figure]} {figure} before; all items make {bound_of_it}."
            yield "before", figure, message
