"""Every code and address in the files names something, and the right sort of thing."""

from collections.abc import Callable, Mapping

from tongban.catalogue.checks.report import Report
from tongban.catalogue.domain import KINDS, Catalogue
from tongban.catalogue.domain.catalogue import one
from tongban.catalogue.domain.drawn import suffix
from tongban.catalogue.domain.reading import Reference, did_you_mean
from tongban.catalogue.domain.ruling import is_result
from tongban.catalogue.domain.values import split
from tongban.kernel import regions
from tongban.kernel.errors import TongbanError

_ONE = {kind: one(kind).replace("_", " ") for kind in KINDS}


def known_certificates(catalogue: Catalogue) -> set[str]:
    """Certificates that an item issues or a resource's record stands for."""
    records = {one.certificate for one in catalogue.resources.values() if one.certificate}
    return set(catalogue.certificates) | records


def check_references(report: Report) -> None:
    """Unknown codes, addresses, roles and names in conditions."""
    certificates = known_certificates(report.catalogue)
    for reference in report.catalogue.references:
        at = reference.path
        match reference.kind:
            case "certificates":
                # A resource's own certificate is what makes it known, so it needs no issuer here.
                if reference.code not in certificates:
                    report.error(
                        "catalogue.certificate_nobody_issues",
                        f"Nobody issues the certificate `{reference.code}`.",
                        at,
                        did_you_mean(reference.code, certificates)
                        or "Let an item produce it or a resource stand for it.",
                    )
            case kind if kind in _SPECIAL:
                _SPECIAL[kind](report, reference)
            case "systems" if not report.catalogue.systems:
                # Content can be written and published before any system is connected; one that is missing
                # among others is a mistake.
                report.warn(
                    "catalogue.no_systems",
                    f"No system is described yet, so `{reference.code}` cannot be reached.",
                    at,
                    f"Write systems/{reference.code}.yaml.",
                )
            case kind:
                things = getattr(report.catalogue, kind)
                if reference.code not in things:
                    report.error(
                        "catalogue.unknown_code",
                        f"There is no {_ONE[kind]} `{reference.code}`.",
                        at,
                        did_you_mean(reference.code, things)
                        or f"Write {kind}/{reference.code}{suffix(kind)}.",
                    )
                elif kind == "laws":
                    _article(report, reference)


def roles_of(catalogue: Catalogue, kind: str, code: str) -> Mapping[str, str] | None:
    """Role → kind of the file `kind/code`; None where roles are free (materials, systems)."""
    if kind == "items" and code in catalogue.items:
        return catalogue.items[code].roles
    if kind == "overlays" and code in catalogue.overlays:
        return roles_of(catalogue, "items", catalogue.overlays[code].item)
    if kind == "resources" and code in catalogue.resources:
        return catalogue.resources[code].roles
    if kind == "life_events" and code in catalogue.life_events:
        return {role: one.kind for role, one in catalogue.life_events[code].roles.items()}
    return None


def _is_list(catalogue: Catalogue, kind: str, code: str, name: str) -> bool:
    """Whether a bare name in a condition is a role that several may play: a list of its members."""
    if kind == "items":
        return name in (roles_of(catalogue, kind, code) or ())
    event = catalogue.life_events.get(code) if kind == "life_events" else None
    role = event.roles.get(name) if event else None
    return role is not None and role.many is not None


def _region(report: Report, reference: Reference) -> None:
    try:
        regions.region(reference.code)
    except TongbanError as error:
        report.error("catalogue.unknown_region", error.detail, reference.path, error.hint)


def _paper(report: Report, reference: Reference) -> None:
    """`material` or `material.role`."""
    code, _, role = reference.code.partition(".")
    materials = report.catalogue.materials
    if code not in materials:
        report.error(
            "catalogue.unknown_code",
            f"There is no material `{code}`.",
            reference.path,
            did_you_mean(code, materials) or f"Write materials/{code}.yaml.",
        )
    if role:
        _role(report, reference, role)


def _address(report: Report, reference: Reference) -> None:
    kind, code = str(reference.path[0]), str(reference.path[1])
    role, element = split(reference.code)
    elements = report.catalogue.elements
    if (
        reference.kind == "feel"
        and is_result(reference.code)
        and _after_decision(report.catalogue, reference)
    ):
        return
    if reference.kind == "feel" and not role and _is_list(report.catalogue, kind, code, element):
        return
    if reference.kind == "feel" and not role:
        report.error(
            "catalogue.unknown_name",
            f"The condition reads `{reference.code}`, which is no address.",
            reference.path,
            "A condition reads addresses such as `mother.id_number`.",
        )
        return
    if element not in elements:
        report.error(
            "catalogue.unknown_address",
            f"There is no element `{element}` (in `{reference.code}`).",
            reference.path,
            did_you_mean(element, elements) or f"Write elements/{element}.yaml.",
        )
    roles = roles_of(report.catalogue, kind, code)
    if roles is None or not role or not _role(report, reference, role) or element not in elements:
        return
    of = elements[element].of
    if roles[role] not in of:
        report.error(
            "catalogue.role_kind",
            f"`{reference.code}`: the role is a {roles[role]}, but `{element}` describes {', '.join(of)}.",
            reference.path,
            f"Add {roles[role]} to `of` in elements/{element}.yaml, or use another element.",
        )


def _after_decision(catalogue: Catalogue, reference: Reference) -> bool:
    """Whether a name stands in the `when` of a rule that asks a decision: there `result` is its answer."""
    plain = catalogue.plain(reference.path[:-1])
    return reference.path[-1] == "when" and isinstance(plain, dict) and bool(plain.get("decision"))


def _role(report: Report, reference: Reference, role: str) -> bool:
    roles = roles_of(report.catalogue, str(reference.path[0]), str(reference.path[1]))
    if roles is None or role in roles:
        return True
    report.error(
        "catalogue.unknown_role",
        f"`{role}` is not a role here.",
        reference.path,
        did_you_mean(role, roles) or f"Roles: {', '.join(roles)}.",
    )
    return False


def cited_article(catalogue: Catalogue, reference: Reference) -> str:
    """The article that a reference to a law names; empty when it cites the law as a whole."""
    # A reference may stand without the brackets of a list: then the path has an index more than the file.
    plain = catalogue.plain(reference.path[:-1]) or catalogue.plain(reference.path[:-2])
    article = plain.get("article") if isinstance(plain, dict) else None
    return article if isinstance(article, str) else ""


def _article(report: Report, reference: Reference) -> None:
    law = report.catalogue.laws[reference.code]
    article = cited_article(report.catalogue, reference)
    if article and law.articles and article not in law.articles:
        report.warn(
            "catalogue.unknown_article",
            f"`{reference.code}` quotes no {article}.",
            reference.path,
            did_you_mean(article, law.articles) or f"Add it to laws/{reference.code}.yaml.",
        )


_SPECIAL: dict[str, Callable[[Report, Reference], object]] = {
    "addresses": _address,
    "feel": _address,
    "roles": lambda report, reference: _role(report, reference, reference.code),
    "papers": _paper,
    "regions": _region,
}
"""Kind of a reference that is no folder's → how it is looked up."""
