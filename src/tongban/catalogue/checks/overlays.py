"""Region overlays: they fit their item, and promise no more than the law allows."""

from tongban.catalogue.checks.report import Report
from tongban.catalogue.checks.spans import exceeds, says
from tongban.catalogue.domain.overlays import KEYS, Overlay, apply, chain


def check_overlays(report: Report) -> None:
    """Every overlay against its item and the overlays above it."""
    for overlay in report.catalogue.overlays.values():
        if overlay.item in report.catalogue.items:
            _promise(report, overlay)
            _documents(report, overlay)
            _sense(report, overlay)


def _promise(report: Report, overlay: Overlay) -> None:
    """A region may promise less time than the item, or more, but never more than the statute."""
    statutory = report.catalogue.items[overlay.item].limits.statutory
    if overlay.promised is None or statutory is None:
        return
    over = exceeds(overlay.promised, statutory.limit)
    if over is False:
        return
    add = report.error if over else report.warn
    add(
        "law.promise_above_statute",
        f"The region's promise of {says(overlay.promised)} {'is above' if over else 'can last longer than'} "
        f"the statutory {says(statutory.limit)}.",
        ("overlays", overlay.code, "promised"),
        f"Promise at most {says(statutory.limit)}.",
    )


def _documents(report: Report, overlay: Overlay) -> None:
    """What is dropped was asked for, what is added was not, as the regions above leave the item."""
    above = [
        report.catalogue.overlays[f"{one}/{overlay.item}"]
        for one in chain(overlay.region)[:-1]
        if f"{one}/{overlay.item}" in report.catalogue.overlays
    ]
    there = {one.id for one in apply(report.catalogue.items[overlay.item], above).item.materials}
    for index, name in enumerate(overlay.drops):
        if name not in there:
            report.error(
                "catalogue.nothing_to_drop",
                f"`{overlay.item}` does not ask for `{name}` by itself.",
                ("overlays", overlay.code, "drops", index),
                f"It asks for: {', '.join(sorted(there)) or 'nothing'}.",
            )
    for index, one in enumerate(overlay.adds):
        if one.id in there - set(overlay.drops):
            report.error(
                "catalogue.duplicate_code",
                f"`{overlay.item}` asks for `{one.id}` already.",
                ("overlays", overlay.code, "adds", index),
            )
        if not (one.law or overlay.law):
            report.warn(
                "law.no_basis",
                "A document that only this region asks for names no law.",
                ("overlays", overlay.code, "adds", index),
                "Add `law`.",
            )


def _sense(report: Report, overlay: Overlay) -> None:
    if not (overlay.adds or overlay.drops or any(getattr(overlay, key) is not None for key in KEYS)):
        report.error(
            "catalogue.empty", "The overlay changes nothing.", ("overlays", overlay.code), "Remove it."
        )
    if overlay.fee and overlay.fee.amount > 0 and not (overlay.fee.law or overlay.law):
        report.warn(
            "law.no_basis",
            "The fee names no law.",
            ("overlays", overlay.code, "fee"),
            "A fee without a legal basis is unlawful.",
        )
