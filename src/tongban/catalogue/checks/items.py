"""Each item alone: its limits against the statute, its handlers, its entries."""

from tongban.catalogue.checks.report import Report
from tongban.catalogue.checks.spans import exceeds, says
from tongban.catalogue.domain import JointRule, MaterialNeed, Need, ServiceItem
from tongban.catalogue.domain.reading import Path
from tongban.kernel.clock import Limit, Unit


def check_items(report: Report) -> None:
    """Every item of the catalogue."""
    issuers: dict[str, str] = {}
    for item in report.catalogue.items.values():
        _limits(report, item)
        _handlers(report, item)
        _entries(report, item)
        for index, issued in enumerate(item.produces.certificates):
            first = issuers.setdefault(issued.certificate, item.code)
            if first != item.code:
                report.warn(
                    "catalogue.certificate_twice",
                    f"`{issued.certificate}` is issued by `{first}` too.",
                    ("items", item.code, "produces", "certificates", index),
                    "Give the certificates two codes unless they are the same document.",
                )


def _limits(report: Report, item: ServiceItem) -> None:
    statutory = item.limits.statutory
    if statutory is None:
        return
    promised = item.limits.promised
    over = exceeds(promised, statutory.limit)
    words = f"The promise of {says(promised)} {{}} the statutory {says(statutory.limit)}."
    at = ("items", item.code, "limits", "promised")
    if over:
        report.error(
            "law.promise_above_statute",
            words.format("is above"),
            at,
            f"Promise at most {says(statutory.limit)}.",
        )
    elif over is None:
        report.warn(
            "law.promise_above_statute",
            words.format("can last longer than"),
            at,
            "Count the same unit in both.",
        )
    if not statutory.law:
        report.warn(
            "law.no_basis",
            "The statutory limit names no law.",
            ("items", item.code, "limits", "statutory"),
            "Add `law`.",
        )


def _handlers(report: Report, item: ServiceItem) -> None:
    at = ("items", item.code)
    if item.handlers.at(item.handled_at) is None:
        report.error(
            "catalogue.no_handler",
            f"`handled_at` is {item.handled_at}, but `handlers` names nobody there.",
            (*at, "handled_at"),
            f"Handlers stand at: {', '.join(item.handlers.tiers()) or 'no tier'}.",
        )
    for tier in item.handlers.tiers():
        department = report.catalogue.departments.get(item.handlers.at(tier) or "")
        if department and tier not in department.tiers:
            report.error(
                "catalogue.no_handler",
                f"`{department.code}` has no office at the tier {tier}.",
                (*at, "handlers", tier),
                f"Its tiers: {', '.join(department.tiers)}.",
            )
    if item.department in item.joint:
        report.warn(
            "catalogue.joint_self", "The deciding department does not co-sign with itself.", (*at, "joint")
        )
    _joint(report, item)
    if not item.legal_basis:
        report.warn("law.no_basis", "The item names no legal basis.", at, "Add `legal_basis`.")
    if item.fee.amount > 0 and not item.fee.law:
        report.warn(
            "law.no_basis", "The fee names no law.", (*at, "fee"), "A fee without a legal basis is unlawful."
        )


def _joint(report: Report, item: ServiceItem) -> None:
    """Risk rules that call departments to co-sign: who, until when, and what they may see."""
    at = ("items", item.code, "joint_review")
    if item.reviews and item.via == "system":
        report.error(
            "catalogue.joint_in_system",
            "A joint review needs a decision that is taken here, but a department's system decides.",
            ("items", item.code, "via"),
            "Say `via: workbench`, or leave the co-signing to that system.",
        )
    codes = {"joint"}
    needed = {name for need in item.needs for name in need.addresses}
    for index, rule in enumerate(item.joint_review):
        if rule.code in codes:
            report.error("catalogue.duplicate_code", f"The rule `{rule.code}` stands twice.", (*at, index))
        codes.add(rule.code)
        for name in sorted(set(rule.shown or ()) - needed):
            report.error(
                "catalogue.joint_shows",
                f"Co-signers may not see `{name}`, which the item does not need.",
                (*at, index, "shows"),
                "Show only what stands in `needs`.",
            )
        if rule.limit is not None and exceeds(Limit(rule.limit, Unit.WORKING_DAY), item.limits.promised):
            report.warn(
                "law.joint_over_promise",
                f"The departments may take {rule.limit} working days, longer than the item's promise.",
                (*at, index, "limit"),
                "Shorten the limit, or promise more.",
            )
        _joint_rule(report, (*at, index), item.department, rule)


def _joint_rule(report: Report, at: Path, leads: str, rule: JointRule) -> None:
    if not rule.departments:
        report.error("catalogue.joint_nobody", "The rule asks no department.", at, "Name one.")
    if leads in rule.departments:
        report.error(
            "catalogue.joint_self",
            "The deciding department does not co-sign with itself.",
            (*at, "departments"),
        )
    if rule.silence != "waits" and rule.limit is None:
        report.error(
            "catalogue.joint_no_limit",
            f"`silence: {rule.silence}` needs a limit after which it counts.",
            (*at, "silence"),
            "Add `limit` in working days.",
        )
    if len({one.code for one in rule.objections}) < len(rule.objections):
        report.error("catalogue.duplicate_code", "A reason to object stands twice.", at)
    if not rule.law:
        report.warn("law.no_basis", "The joint review names no legal basis.", at, "Add `law`.")


def _entries(report: Report, item: ServiceItem) -> None:
    at = ("items", item.code)
    needs: dict[tuple[str, str], int] = {}
    produced = set(item.produces.elements)
    for index, need in enumerate(item.needs):
        for name in need.addresses:
            mark = (name, need.when.text if need.when else "")
            first = needs.setdefault(mark, index)
            # Two ways of one alternative may share an address; an entry that always asks for it may not.
            if first != index:
                report.error("catalogue.duplicate_code", f"`{name}` is needed twice.", (*at, "needs", index))
            if name in produced:
                report.error(
                    "catalogue.cycle",
                    f"The item needs `{name}`, which it produces itself.",
                    (*at, "needs", index),
                )
        for group in need.any_of:
            if len(set(group)) < len(group):
                report.error(
                    "catalogue.duplicate_code", "One way names an address twice.", (*at, "needs", index)
                )
        if len({frozenset(group) for group in need.any_of}) < len(need.any_of):
            report.error("catalogue.duplicate_code", "Two ways are the same.", (*at, "needs", index))
        _superfluous(report, (*at, "needs", index), need)
    _papers_and_rules(report, item)


def _papers_and_rules(report: Report, item: ServiceItem) -> None:
    at = ("items", item.code)
    materials: set[str] = set()
    for index, material in enumerate(item.materials):
        place = (*at, "materials", index)
        for code, of in material.papers:
            name = f"{code}.{of}" if of else code
            if name in materials:
                report.error(
                    "catalogue.duplicate_code",
                    f"`{name}` is asked twice.",
                    place,
                    "Tell them apart with `of`.",
                )
            materials.add(name)
        _superfluous(report, place, material)
        if material.necessity == "conditional" and material.when is None:
            report.warn(
                "catalogue.no_condition",
                f"`{material.papers[0][0]}` is conditional, but no `when` says of what.",
                place,
            )
    if (item.skip_when is None) != (item.skip_reason is None):
        report.error(
            "catalogue.no_reason",
            "`skip_when` and `skip_reason` go together: who is spared an item is told why.",
            (*at, "skip_when" if item.skip_when else "skip_reason"),
            "Give both or neither.",
        )
    if item.skip_held and not item.produces.certificates:
        report.error(
            "catalogue.no_certificate",
            "`skip_held` looks for the item's certificate, but it issues none.",
            (*at, "skip_held"),
            "Say in `skip_when` when the item is not needed.",
        )
    rules: set[str] = set()
    for index, rule in enumerate(item.rules):
        if rule.code in rules:
            report.error(
                "catalogue.duplicate_code", f"The rule `{rule.code}` stands twice.", (*at, "rules", index)
            )
        rules.add(rule.code)
        if rule.outcome == "correct" and not rule.names:
            report.warn(
                "catalogue.no_names", "A correction names no address to correct.", (*at, "rules", index)
            )


def _superfluous(report: Report, at: Path, entry: Need | MaterialNeed) -> None:
    """`choice`, `question` and `ways` speak of an alternative; beside a single thing they are lost."""
    if not entry.any_of and (entry.choice or entry.question or entry.ways):
        report.error(
            "catalogue.no_alternative",
            "`choice`, `question` and `ways` belong to `any_of`, which is not here.",
            at,
            "Remove them, or say what may stand for each other.",
        )
