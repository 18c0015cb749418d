"""Companies of the population in every situation that a department decides about, and what they send."""

from collections.abc import Callable
from typing import Any

from departments.population_companies import Facts, facts, has_ended, may_be_repaired, representatives
from departments.transport_companies import POSITIONED_KG, technical
from tests.departments.running import REFERENCE, people
from tests.departments.values import person

Values = dict[str, Any]


def place(fits: Callable[[Facts], bool]) -> int:
    """The first company that fits and that one person alone represents."""
    alone = set(representatives(people()).values())
    return next(at for at in sorted(alone) if fits(facts(people(), at)))


def firm(at: int) -> Values:
    """A company and its legal representative."""
    one = people().companies[at]
    who = people().people[one.representative]
    return {
        "company.company_name": one.name,
        "company.credit_code": one.credit_code,
        "legal_representative.id_number": who.id_number,
        "legal_representative.name": who.name,
    }


def may_close(known: Facts) -> bool:
    """A company without anything open whose notice has run."""
    return (
        known.closing is not None
        and known.closing.kind == "simple"
        and has_ended(known.closing, REFERENCE)
        and not (known.owes_tax or known.abnormal_taxpayer or known.owes_insurance)
        and not known.closing.objections
    )


CLOSING = place(may_close)
BUILDING = place(lambda known: known.project is not None and known.project.gas_main)
HAULAGE = next(
    at
    for at, truck in enumerate(people().vehicles)
    if technical(at, truck)[0] >= POSITIONED_KG and technical(at, truck)[1:] == ("I", True)
)
HAULAGE_OWNER = people().vehicles[HAULAGE].owner


def in_market(field: str) -> bool:
    """Whether the market regulator repairs penalties of a field."""
    return field in {"market", "food_drug"}


def repairable(*, market: bool, serious: bool = False) -> Callable[[Facts], bool]:
    """A company whose penalty was settled and published long enough."""

    def fits(known: Facts) -> bool:
        one = known.credit.penalty
        return (
            one is not None
            and one.settled
            and may_be_repaired(one, REFERENCE)
            and in_market(one.field) == market
            and (known.credit.serious_since is not None or not serious)
        )

    return fits


def clearance() -> Values:
    """Tax clearance."""
    return {**firm(CLOSING), "company.tax_arrears": False, "company.cancellation_reason": "resolved"}


def deregistration() -> Values:
    """The simple way, everything settled."""
    return {
        **firm(CLOSING),
        "company.cancellation_kind": "simple",
        "company.cancellation_reason": "resolved",
        "company.tax_clearance_number": "湘税一税企清〔2026〕1号",
        "company.no_objection_number": "WYY1",
        "company.notice_ended": True,
        "company.open_branches": 0,
    }


def insurance_end() -> Values:
    """The employer's registration ends."""
    return {
        **firm(CLOSING),
        "company.social_insurance_number": facts(people(), CLOSING).social_insurance_number,
        "company.insured_count": 0,
        "company.deregistration_number": "（长）登字〔2026〕第1号",
        "company.deregistered_on": "2026-11-23",
    }


def seals_end() -> Values:
    """The seals are struck off."""
    return {**firm(CLOSING), "company.deregistration_number": "1", "company.seal_handover_on": "2026-12-01"}


def unsettled(known: Facts) -> bool:
    """A company that has not fulfilled its penalty."""
    return known.credit.penalty is not None and not known.credit.penalty.settled


def site() -> Values:
    """A building that needs everything."""
    project = facts(people(), BUILDING).project
    assert project is not None
    return {
        "company.company_name": people().companies[BUILDING].name,
        "company.credit_code": people().companies[BUILDING].credit_code,
        "project.planning_permit_number": project.permit_number,
        "project.project_name": project.name,
        "project.property_address": project.address,
        "project.digs_road": False,
    }


def credit(at: int) -> Values:
    """Put right and promised."""
    one = facts(people(), at).credit.penalty
    assert one is not None
    return {
        **firm(at),
        "company.penalty_number": one.number,
        "company.penalty_office": one.office,
        "company.penalty_field": one.field,
        "company.penalty_settled": True,
        "company.corrected_on": "2026-11-01",
        "company.correction_account": "已缴清罚款。",
        "company.promises_to_comply": True,
    }


def market_credit() -> Values:
    """A penalty of the market regulator."""
    return credit(place(repairable(market=True)))


def general_credit() -> Values:
    """A penalty of another office."""
    return credit(place(repairable(market=False)))


def abnormal() -> Values:
    """A listing for a report that was not filed."""
    at = place(lambda known: known.credit.abnormal_reason == "no_report" and known.credit.penalty is not None)
    return {**credit(at), "company.on_abnormal_list": True, "company.abnormal_reason": "no_report"}


def serious() -> Values:
    """A serious listing that is older than a year."""
    return credit(place(lambda known: known.credit.serious_since is not None))


def changed() -> Values:
    """A new name and a new address."""
    return {
        **firm(CLOSING),
        "company.changes_name": True,
        "company.changes_address": True,
        "company.changes_representative": False,
        "changed.company_name": "长沙示范更名有限公司",
        "changed.company_address": "湖南省长沙市岳麓区麓山南路88号",
        "company.social_insurance_number": facts(people(), CLOSING).social_insurance_number,
    }


def follows() -> Values:
    """What follows the registered change."""
    return {**changed(), "company.change_number": "1", "company.changed_on": "2026-11-23"}


def food() -> Values:
    """A restaurant that was inspected."""
    return {
        **firm(CLOSING),
        "company.catering_kind": "hot",
        "company.site_inspection_number": "LHHC1",
        "food_safety_officer.id_number": person("cofounder").id_number,
        "food_safety_officer.name": person("cofounder").name,
        "food_safety_officer.health_certificate_number": "湘健证1",
    }


def haulage() -> Values:
    """A truck that needs a permit, and its driver."""
    world, at = people(), HAULAGE
    driver = world.drivers[0]
    return {
        **firm(world.vehicles[at].owner),
        "company.has_truck": True,
        "vehicle.plate_number": world.vehicles[at].plate,
        "driver.id_number": world.people[driver].id_number,
        "driver.driver_qualification_number": f"4301{driver:015d}",
    }


def spotless() -> Values:
    """A company without any record, asked about for a listing."""
    at = place(lambda known: not (known.credit.penalty or known.credit.abnormal_reason or known.owes_tax))
    checks = {f"company.compliance_{field}": "clean" for field in ("market", "tax", "labour", "medical")}
    others = {"company.compliance_court": "clean", "company.compliance_fire": "clean"}
    return {**firm(at), **checks, **others, "application.check_purpose": "listing"}


def bankrupt() -> Values:
    """A company whose administrator the court appointed."""
    return {
        **firm(HAULAGE_OWNER),
        "administrator.name": person("cofounder").name,
        "administrator.id_number": person("cofounder").id_number,
        "application.bankruptcy_case_number": "（2026）湘01破1号",
        "application.administrator_decision_number": "（2026）湘01破1号之一",
        "application.check_reason": "制作财产状况报告",
    }
