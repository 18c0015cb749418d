"""Each life event as a whole: roles fit, every value comes from somewhere, the promise can be kept."""

import itertools

from tongban.catalogue.checks.report import Report
from tongban.catalogue.checks.satisfy import relevant, together
from tongban.catalogue.checks.spans import exceeds, says
from tongban.catalogue.domain import CHOICE, BoundEvent, Feel, JointRule, LifeEvent, Rule, Shape
from tongban.catalogue.domain.reading import did_you_mean
from tongban.catalogue.domain.values import split
from tongban.kernel.clock import Limit
from tongban.kernel.errors import NotFound

ACCOUNT = ("name", "id_number", "credit_code")
"""Elements that the signed-in applicant's account brings."""


def check_events(report: Report) -> None:
    """Every life event of the catalogue; events with unknown codes are left to `check_references`."""
    for event in report.catalogue.life_events.values():
        if CHOICE in event.roles:
            report.error(
                "catalogue.reserved_role",
                f"The role `{CHOICE}` is the form's own: what was chosen stands there.",
                ("life_events", event.code, "roles", CHOICE),
                "Give the role another name.",
            )
        _roles(report, event)
        _many(report, event)
        try:
            bound = report.catalogue.shaped(event, Shape())
        except (NotFound, KeyError):
            continue
        _origins(report, bound)
        _promise(report, bound)
        _contradictions(report, bound)


def _roles(report: Report, event: LifeEvent) -> None:
    """Every formal role of an item or a resource is played by a role of the same kind."""
    at = ("life_events", event.code)
    uses = [("items", index, use.item, use.roles) for index, use in enumerate(event.items)]
    sources = [
        ("sources", index, source.resource, source.roles) for index, source in enumerate(event.sources)
    ]
    seen: set[str] = set()
    for kind, index, code, binding in uses + sources:
        things = report.catalogue.items if kind == "items" else report.catalogue.resources
        if code not in things:
            continue
        place = (*at, kind, index)
        if kind == "items" and code in seen:
            report.error("catalogue.duplicate_code", f"The item `{code}` stands twice.", place)
        seen |= {code} if kind == "items" else set()
        formal = things[code].roles
        for role in binding:
            if role not in formal:
                report.error(
                    "catalogue.unknown_role",
                    f"`{code}` has no role `{role}`.",
                    (*place, "roles", role),
                    did_you_mean(role, formal) or f"Its roles: {', '.join(formal)}.",
                )
        for role, wanted in formal.items():
            played = binding.get(role, role)
            if played not in event.roles:
                if role not in binding:
                    report.error(
                        "catalogue.role_not_played",
                        f"Nobody plays the role `{role}` of `{code}`.",
                        place,
                        f"Add `roles: {{{role}: …}}`; the event has {', '.join(event.roles)}.",
                    )
            elif event.roles[played].kind != wanted:
                report.error(
                    "catalogue.role_kind",
                    f"`{role}` of `{code}` is a {wanted}, but `{played}` is a {event.roles[played].kind}.",
                    place,
                )


def _many(report: Report, event: LifeEvent) -> None:
    """`each` names a role that several play and the item has; who applies is one."""
    at = ("life_events", event.code)
    for index, use in enumerate(event.items):
        if use.each is None or use.item not in report.catalogue.items:
            continue
        role = event.roles.get(use.each)
        played = {use.roles.get(name, name) for name in report.catalogue.items[use.item].roles}
        if role is None or role.many is None or use.each not in played:
            report.error(
                "catalogue.each_of_one",
                f"`{use.item}` cannot be done for each `{use.each}`.",
                (*at, "items", index, "each"),
                "Name a role with `many` that the item's own roles are played by.",
            )
    for index, name in enumerate(event.applicant):
        if name in event.roles and event.roles[name].many:
            report.error(
                "catalogue.many_applicants",
                f"Several play `{name}`, but one person applies.",
                (*at, "applicant", index),
                "Give the applicant a role of its own.",
            )


def _origins(report: Report, bound: BoundEvent) -> None:
    """Every value that is needed or read comes from a sibling, a source or a question."""
    event = bound.event
    at = ("life_events", event.code)
    brought = set(bound.needed) | set(bound.produced) | set(bound.answered) | set(event.situation)
    brought |= {f"{role}.{element}" for role in event.applicant for element in ACCOUNT}
    brought |= {name for source in bound.sources for name in source.key if name in bound.needed}
    for where, condition in _conditions(bound):
        for name in sorted(condition.names - brought):
            report.error(
                "catalogue.nobody_provides",
                f"A condition reads `{name}`, which no need, source or situation brings.",
                (*at, *where),
                f"Add `{name}` to `situation`. {did_you_mean(name, brought)}".strip(),
            )
    for index, source in enumerate(bound.sources):
        for name in source.key:
            if name not in brought:
                report.error(
                    "catalogue.nobody_provides",
                    f"`{source.code}` is asked with `{name}`, which nothing brings.",
                    (*at, "sources", index),
                    "Add it to `situation`, or let an item need it.",
                )
        if not set(source.answers) & (brought - set(bound.answered) | bound.needed | set(event.situation)):
            report.warn(
                "catalogue.source_unused",
                f"Nothing reads what `{source.code}` answers.",
                (*at, "sources", index),
            )
    _asked(report, bound)


def _asked(report: Report, bound: BoundEvent) -> None:
    """Every need that nobody produces or shares can be asked, and should be.

    What an authority knows should come from it, with two exceptions: a registry can be asked only with its
    key, so that somebody has to tell the key; and of whom gets his number in this very event (a child, a
    company) no registry holds anything yet.
    """
    event, elements = bound.event, report.catalogue.elements
    told = {key for source in bound.sources for key in source.key} | _of_the_new(report, bound)
    asked: set[str] = set()
    for item in bound.items:
        for need in item.needs:
            name = need.element
            element = elements.get(split(name)[1])
            if element is None or name in bound.answered or name in asked:
                continue
            if set(bound.produced.get(name, ())) - {item.code}:
                continue
            asked.add(name)
            place = ("items", item.code, "needs", need.entry)
            if element.owner and element.question is None:
                report.error(
                    "law.nobody_provides",
                    f"In `{event.code}` nobody produces or shares `{name}`, and it has no question.",
                    place,
                    "Bind a resource, let a sibling produce it, or give the element a question.",
                )
            elif element.owner and name not in told:
                report.warn(
                    "law.asked_although_owned",
                    f"In `{event.code}` the person is asked `{name}`, which `{element.owner}` knows.",
                    place,
                    "Bind a resource that answers it in the life event's `sources`.",
                )


def _of_the_new(report: Report, bound: BoundEvent) -> set[str]:
    """The needs about roles that get, in this event, the number by which registries know their like."""
    numbers = {split(key)[1] for resource in report.catalogue.resources.values() for key in resource.key}
    new = {split(name)[0] for name in bound.produced if split(name)[1] in numbers}
    return {need.element for item in bound.items for need in item.needs if split(need.element)[0] in new}


def _conditions(bound: BoundEvent) -> list[tuple[tuple[str | int, ...], Feel]]:
    """Every condition of the event and where it stands, the items' own ones at their use."""
    event = bound.event
    found: list[tuple[tuple[str | int, ...], Feel]] = [
        (("conditions", index, "when"), one.when) for index, one in enumerate(event.conditions)
    ]
    found += [(("sources", index, "when"), one.when) for index, one in enumerate(event.sources) if one.when]
    for index, item in enumerate(bound.items):
        inside = [item.when, *(need.condition for need in item.needs)]
        inside += [one.need.condition for one in item.materials]
        asking: list[Rule | JointRule] = [*item.rules, *item.item.joint_review]
        inside += [feel for rule in asking for feel in rule.inputs.values()]
        inside += [rule.when for rule in asking if rule.decision is None]
        inside.append(item.item.skip_when)
        found += [(("items", index), one) for one in inside if one]
    return found


def _promise(report: Report, bound: BoundEvent) -> None:
    """No item, and no chain of items that wait for each other, outlasts the event's promise."""
    event = bound.event
    promise = event.promise
    for index, item in enumerate(bound.items):
        limit = item.item.limits.promised
        over = exceeds(limit, promise)
        if over is False:
            continue
        words = "is above" if over else "can last longer than"
        message = f"`{item.code}` takes {says(limit)}, which {words} the event's promise of {says(promise)}."
        add = report.error if over else report.warn
        add(
            "law.item_over_promise",
            message,
            ("life_events", event.code, "items", index),
            "Shorten the item or promise more.",
        )
    edges: dict[str, dict[str, str]] = {item.code: {} for item in bound.items}
    for item in bound.items:
        for need in item.needs:
            for maker in bound.produced.get(need.element, ()):
                if maker != item.code and need.element not in bound.answered:
                    edges[item.code][maker] = need.element
    cycle = _cycle(edges)
    if cycle:
        steps = ", ".join(
            f"`{one}` needs `{edges[one][two]}` of `{two}`" for one, two in itertools.pairwise(cycle)
        )
        report.error(
            "catalogue.cycle",
            f"These items wait for each other: {steps}.",
            ("life_events", event.code, "items"),
            "Let one of them do without, or merge them.",
        )
        return
    limits = {item.code: item.item.limits.promised for item in bound.items}
    chain = _longest(edges, limits)
    total = Limit(sum(limits[code].amount for code in chain), promise.unit) if chain else promise
    if (
        len(chain) > 1
        and all(limits[code].unit == promise.unit for code in chain)
        and exceeds(total, promise)
    ):
        report.warn(
            "law.chain_over_promise",
            f"{' → '.join(chain)} together take {says(total)}, above the event's promise of {says(promise)}.",
            ("life_events", event.code, "promise"),
            "Shorten an item of the chain or promise more.",
        )


def _cycle(edges: dict[str, dict[str, str]]) -> list[str]:
    """One cycle as a closed path, empty when there is none."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            code, depth = stack.pop()
            del path[depth:]
            if code in path:
                return [*path[path.index(code) :], code]
            path.append(code)
            if code not in done:
                stack += [(maker, depth + 1) for maker in edges[code]]
        done |= _reach(edges, start)
    return []


def _reach(edges: dict[str, dict[str, str]], start: str) -> set[str]:
    found, rest = {start}, [start]
    while rest:
        new = set(edges[rest.pop()]) - found
        found |= new
        rest += new
    return found


def _longest(edges: dict[str, dict[str, str]], limits: dict[str, Limit]) -> list[str]:
    """The chain of items with the greatest sum of limits, first to last; `edges` has no cycle."""
    best: dict[str, tuple[int, list[str]]] = {}

    def visit(code: str) -> tuple[int, list[str]]:
        if code not in best:
            before = max((visit(maker) for maker in edges[code]), default=(0, []), key=lambda found: found[0])
            best[code] = (before[0] + limits[code].amount, [*before[1], code])
        return best[code]

    return max((visit(code) for code in edges), default=(0, []), key=lambda found: found[0])[1]


def _contradictions(report: Report, bound: BoundEvent) -> None:
    """Nothing that the event's own conditions make impossible is asked, used or decided."""
    event = bound.event
    at = ("life_events", event.code)
    conditions = [one.when for one in event.conditions]
    for index, one in enumerate(event.conditions):
        if together(report.catalogue, relevant(conditions, one.when)) is False:
            report.error(
                "law.contradiction",
                "The event's conditions can never hold together.",
                (*at, "conditions", index),
            )
            return
    for index, item in enumerate(bound.items):
        inside = [*conditions, *([item.when] if item.when else [])]
        checks: list[tuple[str, Feel, tuple[str | int, ...]]] = []
        if item.when:
            checks.append(
                (f"the item `{item.code}` can never be part of a case", item.when, (*at, "items", index))
            )
        place = ("items", item.code)
        checks += [
            (
                f"`{one.need.id}` of `{item.code}` can never be asked",
                one.need.condition,
                (*place, "materials", one.need.entry),
            )
            for one in item.materials
            if one.need.condition
        ]
        checks += [
            (
                f"`{one.element}` of `{item.code}` can never be needed",
                one.condition,
                (*place, "needs", one.entry),
            )
            for one in item.needs
            if one.condition
        ]
        for what, condition, where in checks:
            others = conditions if condition is item.when else inside
            if together(report.catalogue, relevant(others, condition)) is False:
                report.error(
                    "law.contradiction",
                    f"Under the conditions of `{event.code}`, {what}: `{condition.text}` contradicts them.",
                    where,
                    "Drop it, or widen the event's conditions.",
                )
