"""What departments decide about companies: closing, changing, repairing, checking. Without any process."""

from collections.abc import Callable

import pytest

from departments.population_companies import Facts, facts, may_be_repaired
from tests.departments.desks import Desks, desks
from tests.departments.running import REFERENCE, people
from tests.departments.values_companies import (
    BUILDING,
    CLOSING,
    HAULAGE,
    Values,
    abnormal,
    bankrupt,
    changed,
    clearance,
    credit,
    deregistration,
    firm,
    follows,
    food,
    general_credit,
    haulage,
    insurance_end,
    market_credit,
    place,
    repairable,
    seals_end,
    serious,
    site,
    spotless,
    unsettled,
)
from tongban.exchange.dialect import NotFound

ITEMS: dict[str, tuple[str, Callable[[], Values], set[str], set[str]]] = {
    "tax_clearance": ("tax", clearance, {"company.tax_clearance_number"}, {"tax_clearance"}),
    "company_deregistration": (
        "market_regulation",
        deregistration,
        {"company.deregistration_number", "company.deregistered_on"},
        {"deregistration_notice"},
    ),
    "employer_insurance_cancellation": (
        "human_resources",
        insurance_end,
        {"company.insurance_cancelled_on"},
        set(),
    ),
    "seal_cancellation": ("public_security", seals_end, {"company.seal_cancellation_number"}, set()),
    "utilities_survey": ("utilities", site, {"project.survey_number"}, set()),
    "abnormal_list_removal": (
        "market_regulation",
        abnormal,
        {"company.abnormal_removal_number"},
        {"abnormal_removal_decision"},
    ),
    "serious_list_removal": (
        "market_regulation",
        serious,
        {"company.serious_removal_number"},
        {"serious_removal_decision"},
    ),
    "market_penalty_repair": (
        "market_regulation",
        market_credit,
        {"company.penalty_repair_number"},
        {"market_penalty_repair_decision"},
    ),
    "general_penalty_repair": (
        "development_reform",
        general_credit,
        {"company.penalty_repair_number"},
        {"penalty_repair_decision"},
    ),
    "credit_publication_update": (
        "development_reform",
        general_credit,
        {"company.credit_update_number"},
        {"credit_report"},
    ),
    "company_change_registration": (
        "market_regulation",
        changed,
        {"company.change_number", "company.changed_on"},
        {"changed_business_license"},
    ),
    "tax_information_change": ("tax", follows, {"company.tax_change_number"}, set()),
    "seal_renewal": ("public_security", follows, {"company.new_seal_number"}, set()),
    "employer_insurance_change": ("human_resources", follows, {"company.insurance_changed_on"}, set()),
    "employer_medical_change": ("medical_insurance", follows, {"company.medical_changed_on"}, set()),
    "business_licence_check": (
        "market_regulation",
        lambda: firm(CLOSING),
        {"company.licence_check_number"},
        set(),
    ),
    "catering_permit": ("market_regulation", food, {"company.food_permit_number"}, {"catering_permit"}),
    "small_food_permit": (
        "market_regulation",
        food,
        {"company.small_food_permit_number"},
        {"small_food_permit"},
    ),
    "compliance_check_market": ("market_regulation", spotless, {"company.compliance_market"}, set()),
    "compliance_check_tax": ("tax", spotless, {"company.compliance_tax"}, set()),
    "compliance_check_labour": ("human_resources", spotless, {"company.compliance_labour"}, set()),
    "compliance_check_medical": ("medical_insurance", spotless, {"company.compliance_medical"}, set()),
    "compliance_report": (
        "development_reform",
        spotless,
        {"company.compliance_report_number"},
        {"compliance_report"},
    ),
    "bankruptcy_registration_check": (
        "market_regulation",
        bankrupt,
        {"company.registration_extract"},
        set(),
    ),
    "bankruptcy_tax_check": ("tax", bankrupt, {"company.tax_debt_found"}, set()),
    "bankruptcy_insurance_check": ("human_resources", bankrupt, {"company.insurance_debt_found"}, set()),
    "bankruptcy_medical_check": ("medical_insurance", bankrupt, {"company.medical_record_found"}, set()),
    "bankruptcy_vehicles_check": ("transport", bankrupt, {"company.vehicles_found"}, set()),
    "freight_permit": ("transport", haulage, {"company.transport_permit_number"}, {"freight_licence"}),
}
"""Item → its department, values that it grants, what it produces, its certificates."""

ONCE = (
    "tax_clearance",
    "company_deregistration",
    "employer_insurance_cancellation",
    "seal_cancellation",
    "abnormal_list_removal",
    "serious_list_removal",
    "market_penalty_repair",
    "general_penalty_repair",
    "catering_permit",
    "small_food_permit",
    "freight_permit",
)


@pytest.mark.parametrize("item", sorted(ITEMS))
def test_every_item_is_granted_and_says_what_it_produced(item: str) -> None:
    """Right values end in what the item promises, through the department's own dialect both ways."""
    code, values, produced, papers = ITEMS[item]
    reply = Desks(code).send(item, values())
    assert reply.kind == "approved", reply
    assert set(reply.values) == produced
    assert {one.code for one in reply.certificates} == papers
    assert all(one.number and one.issued_on for one in reply.certificates)


@pytest.mark.parametrize("item", ONCE)
def test_what_is_granted_once_is_refused_the_second_time(item: str) -> None:
    """A company closes once."""
    code, values, _, _ = ITEMS[item]
    own = Desks(code)
    assert own.send(item, values()).kind == "approved"
    again = own.send(item, values())
    assert again.kind == "rejected"
    assert "《" in again.reasons[0].law


REFUSED: list[tuple[str, Values]] = [
    ("tax_clearance", firm(place(lambda known: known.owes_tax))),
    ("company_deregistration", {"company.tax_clearance_number": None}),
    ("company_deregistration", {"company.no_objection_number": None}),
    ("seal_cancellation", {"company.deregistration_number": None}),
    ("market_penalty_repair", {"company.promises_to_comply": False}),
    *(
        (item, {"application.administrator_decision_number": None})
        for item in (
            "bankruptcy_registration_check",
            "bankruptcy_tax_check",
            "bankruptcy_insurance_check",
            "bankruptcy_medical_check",
            "bankruptcy_vehicles_check",
        )
    ),
    ("compliance_report", {"company.compliance_court": "found"}),
    ("tax_information_change", {"company.change_number": None}),
    ("seal_renewal", {"company.change_number": None}),
    ("employer_insurance_change", {"company.change_number": None}),
    ("employer_medical_change", {"company.change_number": None}),
    ("catering_permit", {"company.site_inspection_number": None}),
    (
        "general_penalty_repair",
        credit(place(unsettled)),
    ),
]


@pytest.mark.parametrize(("item", "wrong"), REFUSED)
def test_what_the_law_forbids_is_refused_with_its_law(item: str, wrong: Values) -> None:
    """The reason and the law come back."""
    code, values, _, _ = ITEMS[item]
    changed = {name: value for name, value in {**values(), **wrong}.items() if value is not None}
    reply = desks(code).send(item, changed)
    assert reply.kind == "rejected", reply
    assert reply.reasons[0].text
    assert "《" in reply.reasons[0].law


CORRECTED: list[tuple[str, Values, str]] = [
    ("tax_clearance", {"company.credit_code": "91430100MATB9999XX"}, "company.credit_code"),
    ("company_deregistration", {"legal_representative.id_number": "1"}, "legal_representative.id_number"),
    ("employer_insurance_cancellation", {"company.social_insurance_number": "1"}, "company.credit_code"),
    ("seal_cancellation", {"company.credit_code": "1"}, "company.credit_code"),
    (
        "company_change_registration",
        {"company.changes_name": False, "company.changes_address": False},
        "company.changes_name",
    ),
    (
        "company_change_registration",
        {"changed.company_name": people().companies[1].name},
        "changed.company_name",
    ),
    ("employer_medical_change", {"company.credit_code": "1"}, "company.credit_code"),
    (
        "small_food_permit",
        {"food_safety_officer.health_certificate_number": None},
        "food_safety_officer.health_certificate_number",
    ),
    ("freight_permit", {"vehicle.plate_number": "湘A90000X"}, "vehicle.plate_number"),
    ("freight_permit", {"driver.driver_qualification_number": "1"}, "driver.driver_qualification_number"),
    ("utilities_survey", {"project.planning_permit_number": "1"}, "project.planning_permit_number"),
    ("market_penalty_repair", {"company.penalty_number": "1"}, "company.penalty_number"),
    ("general_penalty_repair", {"legal_representative.id_number": "1"}, "legal_representative.id_number"),
]


@pytest.mark.parametrize(("item", "wrong", "address"), CORRECTED)
def test_what_can_be_mended_comes_back_with_the_field(item: str, wrong: Values, address: str) -> None:
    """The correction names our field, with what, why, how and law."""
    code, values, _, _ = ITEMS[item]
    told = {name: value for name, value in {**values(), **wrong}.items() if value is not None}
    reply = desks(code).send(item, told)
    assert reply.kind == "correction", reply
    fault = reply.faults[0]
    assert fault.address == address
    assert fault.what
    assert fault.why
    assert fault.how
    assert "《" in fault.law


def test_a_person_is_found_as_the_representative_of_one_company() -> None:
    """Nobody has to type the credit code of their own company."""
    key = {"subject.id_number": firm(CLOSING)["legal_representative.id_number"]}
    found = desks("market_regulation").look_up("lookup_represented_company", key, ["company.credit_code"])
    assert found == {"company.credit_code": people().companies[CLOSING].credit_code}
    key = {"subject.id_number": "430102199001019999"}
    nobody = desks("market_regulation").look_up("lookup_represented_company", key, ["company.credit_code"])
    assert isinstance(nobody, NotFound)


def test_a_closing_company_is_known_with_its_notice() -> None:
    """The register tells of the notice and of what stands in the way; a company without one has none."""
    key = {"company.credit_code": people().companies[CLOSING].credit_code}
    wanted = ["company.cancellation_kind", "company.notice_ended", "company.notice_objections"]
    found = desks("market_regulation").look_up("lookup_company_closing", key, wanted)
    assert found == {
        "company.cancellation_kind": "simple",
        "company.notice_ended": True,
        "company.notice_objections": 0,
    }
    other = place(lambda known: known.closing is None)
    key = {"company.credit_code": people().companies[other].credit_code}
    assert desks("market_regulation").look_up("lookup_company_closing", key, wanted) == {}


def test_tax_and_insurance_tell_what_is_open() -> None:
    """What is owed comes from those to whom it is owed."""
    owing = place(lambda known: known.owes_tax)
    key = {"company.credit_code": people().companies[owing].credit_code}
    found = desks("tax").look_up("lookup_tax_company", key, ["company.tax_arrears"])
    assert found == {"company.tax_arrears": True}
    known = facts(people(), CLOSING)
    key = {"company.credit_code": people().companies[CLOSING].credit_code}
    wanted = ["company.social_insurance_number", "company.insured_count", "company.insurance_arrears"]
    assert desks("human_resources").look_up("lookup_insurance_unit", key, wanted) == {
        "company.social_insurance_number": known.social_insurance_number,
        "company.insured_count": 0,
        "company.insurance_arrears": False,
    }


@pytest.mark.parametrize(
    ("item", "values", "produced"),
    [
        (
            "water_connection",
            {"project.daily_water": "12.5"},
            {"project.water_account", "project.water_plan_number"},
        ),
        (
            "power_connection",
            {"project.power_load": "80"},
            {"project.electricity_account", "project.power_voltage"},
        ),
        (
            "gas_connection",
            {"project.hourly_gas": "6", "project.gas_use": "catering"},
            {"project.gas_account", "project.gas_plan_number"},
        ),
        ("network_connection", {"project.network_points": 40}, {"project.network_plan_number"}),
    ],
)
def test_a_building_is_connected_once_after_its_survey(item: str, values: Values, produced: set[str]) -> None:
    """Without the survey nothing is connected; with it once; where a road is dug up not without approval."""
    own = Desks("utilities")
    faulty = own.send(item, {**site(), **values, "project.survey_number": "TK1"})
    assert faulty.faults[0].address == "project.survey_number"
    digs = {**site(), **values, "project.digs_road": True}
    number = own.send("utilities_survey", digs).values["project.survey_number"]
    ready = {**digs, "project.survey_number": number}
    assert own.send(item, ready).kind == "rejected"
    ready["project.outside_works_number"] = "WX1"
    done = own.send(item, ready)
    assert done.kind == "approved"
    assert set(done.values) == produced
    assert own.send(item, ready).kind == "rejected"


@pytest.mark.parametrize(
    ("load", "voltage"), [("8", "220V"), ("12", "220V"), ("12.001", "380V"), ("160", "380V"), ("161", "10kV")]
)
def test_the_voltage_follows_the_load(load: str, voltage: str) -> None:
    """Kilowatts go out, watts arrive, and the right voltage comes back."""
    own = Desks("utilities")
    number = own.send("utilities_survey", site()).values["project.survey_number"]
    done = own.send(
        "power_connection", {**site(), "project.survey_number": number, "project.power_load": load}
    )
    assert done.values["project.power_voltage"] == voltage


def test_the_planning_office_knows_the_building_of_a_company() -> None:
    """Neither the number of the permit nor what it says has to be typed."""
    estate, project = desks("real_estate"), facts(people(), BUILDING).project
    assert project is not None
    key = {"company.credit_code": people().companies[BUILDING].credit_code}
    found = estate.look_up("lookup_company_project", key, ["project.planning_permit_number"])
    assert found == {"project.planning_permit_number": project.permit_number}
    wanted = ["project.project_name", "project.property_address", "project.floor_area", "project.house_use"]
    assert estate.look_up("lookup_construction_project", found, wanted) == {
        "project.project_name": project.name,
        "project.property_address": project.address,
        "project.floor_area": str(project.square_metres),
        "project.house_use": project.use,
    }


@pytest.mark.parametrize(
    ("fits", "channel"),
    [
        (lambda known: known.credit.penalty is None, "none"),
        (repairable(market=True), "market"),
        (repairable(market=False), "general"),
        (
            lambda known: (
                known.credit.penalty is not None and not may_be_repaired(known.credit.penalty, REFERENCE)
            ),
            "waiting",
        ),
    ],
)
def test_the_credit_record_says_who_may_repair(fits: Callable[[Facts], bool], channel: str) -> None:
    """Nobody is asked whether there is a penalty, whether it is too early, or where to turn."""
    key = {"company.credit_code": people().companies[place(fits)].credit_code}
    wanted = ["company.penalty_channel"]
    found = desks("development_reform").look_up("lookup_credit_record", key, wanted)
    assert found == {"company.penalty_channel": channel}


def test_a_truck_gets_its_certificate_with_the_permit() -> None:
    """First the permit, then one certificate for the truck, once."""
    own = Desks("transport")
    early = own.send("vehicle_transport_certificate", {**haulage(), "company.transport_permit_number": "1"})
    assert early.kind == "rejected"
    permit = own.send("freight_permit", haulage()).values["company.transport_permit_number"]
    values = {**haulage(), "company.transport_permit_number": permit}
    done = own.send("vehicle_transport_certificate", values)
    assert set(done.values) == {"vehicle.transport_certificate_number"}
    assert {one.code for one in done.certificates} == {"vehicle_transport_certificate"}
    assert own.send("vehicle_transport_certificate", values).kind == "rejected"


def test_the_transport_office_knows_the_trucks_of_a_company() -> None:
    """Plate and technical record come from the register; tonnes here are kilograms there."""
    own, truck = desks("transport"), people().vehicles[HAULAGE]
    key = {"company.credit_code": people().companies[truck.owner].credit_code}
    found = own.look_up("lookup_company_vehicle", key, ["vehicle.plate_number"])
    assert found == {"vehicle.plate_number": truck.plate}
    wanted = ["vehicle.gross_mass", "vehicle.vehicle_grade", "vehicle.positioning_device"]
    assert own.look_up("lookup_vehicle_technical", found, wanted) == {
        "vehicle.gross_mass": "25",
        "vehicle.vehicle_grade": "1",
        "vehicle.positioning_device": True,
    }


def test_a_registered_change_is_what_the_register_says_from_then_on() -> None:
    """The new name and address are looked up at once."""
    own = Desks("market_regulation")
    own.send("company_change_registration", changed())
    key = {"company.credit_code": firm(CLOSING)["company.credit_code"]}
    assert own.look_up(
        "lookup_company_registry", key, ["company.company_name", "company.company_address"]
    ) == {
        "company.company_name": "长沙示范更名有限公司",
        "company.company_address": "湖南省长沙市岳麓区麓山南路88号",
    }
