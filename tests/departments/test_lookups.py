"""Each department answers in its dialect, and the mapping understands it: against the population itself."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from departments.population import PERSONAS
from departments.population_cars import cars
from departments.population_new_homes import new_homes
from tests.departments.running import Running, answers, people
from tests.departments.values import birth, person
from tongban.exchange.dialect import NotFound

pytestmark = pytest.mark.slow

NOBODY = "430102199001019999"

System = Callable[[str], Running]


def plain(number: Decimal) -> str:
    """A number as it travels."""
    return format(number.normalize(), "f")


def lookups() -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Department, operation, key, and what must come back."""
    mother, father, seller = person("mother"), person("father"), person("seller")
    one, world = birth(), people()
    home, firm, truck = world.homes[0], world.companies[0], world.vehicles[0]
    employer = world.companies[mother.employer or 0]
    driver = world.people[world.drivers[0]]
    new, car = new_homes(world)[0], cars(world)[0]
    assert one.hospital is not None
    assert mother.married_on is not None
    return [
        (
            "public_security",
            "lookup_population",
            {"subject.id_number": mother.id_number},
            {
                "subject.name": mother.name,
                "subject.sex": "2",
                "subject.birth_date": mother.birth_date.isoformat(),
                "subject.ethnic_group": mother.ethnic_group,
                "subject.nationality": "CHN",
                "subject.residence_address": mother.address,
                "subject.residence_region": mother.region,
            },
        ),
        (
            "public_security",
            "lookup_household",
            {"subject.id_number": mother.id_number},
            {
                "subject.household_number": mother.household_number,
                "subject.household_kind": "family",
                "subject.household_address": mother.address,
                "subject.household_region": "430102",
                "subject.household_head_name": father.name,
                "subject.relation_to_head": "10",
            },
        ),
        (
            "civil_affairs",
            "lookup_marriage",
            {"subject.id_number": mother.id_number},
            {
                "subject.marital_status": "20",
                "subject.marriage_certificate_number": mother.marriage_number,
                "subject.marriage_registered_on": mother.married_on.isoformat(),
                "spouse.marital_status": "20",
                "spouse.id_document_type": "111",
                "spouse.id_number": father.id_number,
                "spouse.name": father.name,
                "spouse.birth_date": father.birth_date.isoformat(),
                "spouse.nationality": "CHN",
            },
        ),
        (
            "civil_affairs",
            "lookup_marriage",
            {"subject.id_number": person("mother_father_abroad").id_number},
            {
                "subject.marital_status": "20",
                "subject.marriage_certificate_number": "J430105-2022-000901",
                "subject.marriage_registered_on": "2022-05-20",
                "spouse.marital_status": "20",
                "spouse.id_document_type": "414",
                "spouse.travel_document_number": "E12345678",
                "spouse.name": "JAMES MILLER",
                "spouse.birth_date": "1990-05-04",
                "spouse.nationality": "GBR",
            },
        ),
        (
            "civil_affairs",
            "lookup_marriage",
            {"subject.id_number": person("mother_unmarried").id_number},
            {"subject.marital_status": "10"},
        ),
        (
            "health",
            "lookup_birth_record",
            {"mother.id_number": mother.id_number},
            {
                "child.birth_record_number": one.record_number,
                "child.sex": one.sex,
                "child.birth_date": one.born_on.isoformat(),
                "child.birth_time": one.born_at,
                "child.birth_weight": plain(Decimal(one.grams) / 1000),
                "child.birth_length": str(one.centimetres),
                "child.gestational_weeks": one.weeks,
                "child.delivery_place": "hospital",
                "child.delivery_mode": one.mode,
                "child.plurality": 1,
                "child.birth_order": 1,
                "child.birth_hospital": one.hospital[0],
                "child.birth_hospital_code": one.hospital[1],
                "child.birth_region": one.hospital[2],
                "child.attendant_name": one.attendant,
                "child.health_at_birth": "good",
            },
        ),
        (
            "medical_insurance",
            "lookup_medical_insurance_person",
            {"subject.id_number": mother.id_number},
            {
                "subject.insurance_kind": "employee",
                "subject.insurance_number": mother.insurance_number,
                "subject.insured_region": "430100",
                "subject.insured_since": mother.insured_since.isoformat(),
                "subject.benefit_account_name": mother.name,
                "subject.benefit_account_bank": mother.bank,
                "subject.benefit_account_number": mother.bank_account,
            },
        ),
        (
            "medical_insurance",
            "lookup_maternity_settlement",
            {"subject.id_number": mother.id_number},
            {
                "subject.maternity_settlement_number": one.settlement_number,
                "subject.maternity_total_amount": plain(Decimal(one.total_cents) / 100),
                "subject.maternity_fund_amount": plain(Decimal(one.fund_cents) / 100),
                "subject.maternity_diagnosis": "剖宫产分娩" if one.mode == "caesarean" else "头位顺产",
            },
        ),
        (
            "human_resources",
            "lookup_social_insurance_person",
            {"subject.id_number": mother.id_number},
            {
                "subject.social_security_card_number": mother.card_number,
                "subject.employer_name": employer.name,
                "subject.employer_credit_code": employer.credit_code,
                "subject.insured_by_employer": True,
                "subject.holds_social_security_card": True,
            },
        ),
        (
            "tax",
            "lookup_tax_person",
            {"subject.id_number": seller.id_number},
            {"subject.tax_arrears": False, "subject.abnormal_taxpayer": False},
        ),
        (
            "market_regulation",
            "lookup_company_registry",
            {"company.credit_code": firm.credit_code},
            {
                "company.company_name": firm.name,
                "company.company_type": firm.kind,
                "company.company_address": firm.address,
                "company.company_region": firm.region,
                "company.company_status": firm.status,
                "company.registered_on": firm.registered_on.isoformat(),
                "company.registered_capital": str(firm.capital),
            },
        ),
        (
            "market_regulation",
            "lookup_company_name",
            {"company.company_name": firm.name},
            {"company.company_name_available": False},
        ),
        (
            "market_regulation",
            "lookup_company_name",
            {"company.company_name": "长沙示范从未有过有限公司"},
            {"company.company_name_available": True},
        ),
        (
            "market_regulation",
            "lookup_officer_record",
            {"subject.id_number": person("founder").id_number},
            {"subject.banned_from_office": False},
        ),
        (
            "real_estate",
            "lookup_property_registry",
            {
                "property.property_certificate_number": home.certificate_number,
                "owner.id_number": seller.id_number,
            },
            {
                "property.property_unit_number": home.unit_number,
                "property.property_address": home.address,
                "property.property_region": home.region,
                "property.floor_area": "98.5",
                "property.house_use": "10",
                "property.ownership_kind": "sole",
                "property.property_registered_on": home.registered_on.isoformat(),
                "property.held_years": 14,
                "property.mortgaged": False,
                "property.sealed_up": False,
                "property.land_use_until": home.land_until.isoformat(),
                "property.floor": home.floor,
                "property.total_floors": home.floors,
                "property.built_year": 2008,
            },
        ),
        ("real_estate", "lookup_home_count", {"owner.id_number": seller.id_number}, {"owner.homes_owned": 1}),
        (
            "real_estate",
            "lookup_home_count",
            {"owner.id_number": person("buyer").id_number},
            {"owner.homes_owned": 0},
        ),
        (
            "education",
            "lookup_education_record",
            {"subject.id_number": seller.id_number},
            {
                "subject.education": seller.education,
                "subject.graduated_on": seller.graduated_on.isoformat() if seller.graduated_on else "",
            },
        ),
        (
            "transport",
            "lookup_transport_vehicle",
            {"vehicle.plate_number": truck.plate},
            {
                "vehicle.vehicle_vin": truck.vin,
                "vehicle.vehicle_kind": truck.kind,
                "vehicle.load_capacity": plain(truck.tonnes),
                "vehicle.inspection_valid_until": truck.inspected_until.isoformat(),
                "vehicle.vehicle_owner": world.companies[truck.owner].name,
            },
        ),
        (
            "transport",
            "lookup_transport_worker",
            {"subject.id_number": driver.id_number},
            {
                "subject.driver_qualification_number": f"4301{world.drivers[0]:015d}",
                "subject.qualification_valid_until": f"2029-{1 + world.drivers[0] % 12:02d}-01",
                "subject.driving_licence_class": "B2",
            },
        ),
        (
            "public_security",
            "lookup_vehicle_registry",
            {"vehicle.plate_number": car.plate, "owner.id_number": world.people[car.owner].id_number},
            {
                "vehicle.vehicle_vin": car.vin,
                "vehicle.engine_number": car.engine,
                "vehicle.car_type": car.kind,
                "vehicle.car_brand": car.brand,
                "vehicle.car_registered_on": car.registered_on.isoformat(),
                "vehicle.inspection_valid_until": car.inspected_until.isoformat(),
                "vehicle.compulsory_insurance_until": car.insured_until.isoformat(),
                "vehicle.scrap_due_on": "2099-12-31",
                "vehicle.vehicle_mortgaged": False,
                "vehicle.vehicle_sealed": False,
                "vehicle.open_violations": 0,
            },
        ),
        (
            "human_resources",
            "lookup_employer_insurance",
            {"company.credit_code": firm.credit_code},
            {"company.social_insurance_number": "4301000000", "company.insurance_in_order": True},
        ),
        (
            "housing_fund",
            "lookup_employer_fund",
            {"company.credit_code": firm.credit_code},
            {"company.housing_fund_unit_number": "4301000000"},
        ),
        (
            "housing_construction",
            "lookup_new_home_unit",
            {"sale.subscription_number": new.reservation, "buyer.id_number": person("buyer").id_number},
            {
                "developer.company_name": firm.name,
                "developer.credit_code": firm.credit_code,
                "property.home_stage": "completed",
                "property.presale_permit_number": new.permit,
                "property.property_unit_number": new.unit_number,
                "property.property_address": new.address,
                "property.property_region": new.region,
                "property.floor_area": "78",
                "property.house_use": "10",
                "property.floor": 1,
                "property.total_floors": 11,
                "property.has_gas": True,
                "property.sealed_up": False,
                "sale.sale_price": "764400",
                "sale.handover_on": "2026-12-01",
            },
        ),
        (
            "housing_fund",
            "lookup_housing_fund_account",
            {"subject.id_number": person("buyer").id_number},
            {
                "subject.housing_fund_account": f"4301{PERSONAS['buyer']:08d}",
                "subject.housing_fund_status": "normal",
                "subject.housing_fund_balance": "192000",
                "subject.housing_fund_monthly_deposit": "1600",
                "subject.housing_fund_months": 120,
                "subject.housing_fund_loan_balance": "0",
                "subject.housing_fund_bank": person("buyer").bank,
                "subject.housing_fund_card": person("buyer").bank_account,
            },
        ),
    ]


@pytest.mark.parametrize(("code", "operation", "keys", "expected"), lookups())
def test_a_lookup_gives_what_the_department_knows(
    system: System, code: str, operation: str, keys: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Ask a department in its words and its answer means what the population says."""
    assert system(code).look_up(operation, keys, answers(operation)) == expected


@pytest.mark.parametrize(
    ("code", "operation", "keys"),
    [
        ("public_security", "lookup_population", {"subject.id_number": NOBODY}),
        ("public_security", "lookup_household", {"subject.id_number": NOBODY}),
        ("civil_affairs", "lookup_marriage", {"subject.id_number": NOBODY}),
        ("health", "lookup_birth_record", {"mother.id_number": NOBODY}),
        ("health", "lookup_birth_record", {"mother.id_number": person("mother_home_birth").id_number}),
        ("medical_insurance", "lookup_medical_insurance_person", {"subject.id_number": NOBODY}),
        ("medical_insurance", "lookup_maternity_settlement", {"subject.id_number": NOBODY}),
        ("human_resources", "lookup_social_insurance_person", {"subject.id_number": NOBODY}),
        ("tax", "lookup_tax_person", {"subject.id_number": NOBODY}),
        ("market_regulation", "lookup_company_registry", {"company.credit_code": "91430100MATB9999XX"}),
        ("market_regulation", "lookup_officer_record", {"subject.id_number": NOBODY}),
        (
            "real_estate",
            "lookup_property_registry",
            {"property.property_certificate_number": "湘（1999）1", "owner.id_number": NOBODY},
        ),
        ("real_estate", "lookup_home_count", {"owner.id_number": NOBODY}),
        ("education", "lookup_education_record", {"subject.id_number": NOBODY}),
        ("transport", "lookup_transport_vehicle", {"vehicle.plate_number": "湘A00000"}),
        ("transport", "lookup_transport_worker", {"subject.id_number": NOBODY}),
        ("housing_fund", "lookup_housing_fund_account", {"subject.id_number": NOBODY}),
        (
            "public_security",
            "lookup_vehicle_registry",
            {"vehicle.plate_number": "湘A00000", "owner.id_number": NOBODY},
        ),
        ("housing_fund", "lookup_employer_fund", {"company.credit_code": "91430100MATB9999XX"}),
        ("human_resources", "lookup_employer_insurance", {"company.credit_code": "91430100MATB9999XX"}),
        (
            "housing_construction",
            "lookup_new_home_unit",
            {"sale.subscription_number": "RG2026000001", "buyer.id_number": NOBODY},
        ),
    ],
)
def test_each_department_has_its_way_to_say_nobody(
    system: System, code: str, operation: str, keys: dict[str, Any]
) -> None:
    """404, an own code, an empty list, an XML attribute, an RPC error: all mean no such record."""
    assert system(code).look_up(operation, keys, []) == NotFound()


def test_lookups_are_counted(system: System) -> None:
    """The control plane tells how often each lookup was asked."""
    tax = system("tax")
    before = tax.effects()["lookups"].get("纳税人信息", 0)
    tax.look_up("lookup_tax_person", {"subject.id_number": NOBODY}, [])
    assert tax.effects()["lookups"]["纳税人信息"] == before + 1


def test_every_birth_persona_has_a_record_of_its_kind() -> None:
    """The named mothers are the cases that a demo needs."""
    world = people()
    assert len(world.births) >= 60
    assert birth("mother_home_birth").place == "home"
    assert person("mother_father_abroad").spouse is None
    assert person("mother_father_abroad").foreign_spouse is not None
    assert person("mother_unmarried").marital_status == "10"
    mixed = person("mother_mixed")
    assert mixed.spouse == PERSONAS["father_mixed"]
    assert world.people[mixed.spouse].ethnic_group != mixed.ethnic_group
