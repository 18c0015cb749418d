"""What the applicants of the tests say about work and cars."""

from typing import Any

from departments.population import PERSONAS, Person
from departments.population_cars import cars
from tests.departments.running import people


def _person(name: str) -> Person:
    return people().people[PERSONAS[name]]


def hired(*more: str) -> dict[str, Any]:
    """The cofounder starts work at the first company of the register; `more` names what an item adds."""
    firm, one = people().companies[0], _person("cofounder")
    every = {
        "employee.hired_on": "2026-11-20",
        "employee.monthly_wage": "6500",
        "employee.job_title": "会计",
        "employee.contract_kind": "fixed",
        "employee.contract_until": "2029-11-19",
        "employee.file_keeper": "湖南省人才服务中心",
        "employee.card_bank": "102",
        "company.housing_fund_unit_number": "4301000000",
        "company.social_insurance_number": "4301000000",
    }
    return {
        "company.credit_code": firm.credit_code,
        "company.company_name": firm.name,
        "employee.id_number": one.id_number,
        "employee.name": one.name,
        **{name: every[name] for name in more},
    }


def own_account(**more: str) -> dict[str, Any]:
    """The founder works on his own account."""
    one = _person("founder")
    return {
        "worker.id_number": one.id_number,
        "worker.name": one.name,
        **{f"worker.{name}": value for name, value in more.items()},
    }


def car_sale() -> dict[str, Any]:
    """A free car changes hands; the first of the register."""
    car, buyer = next(one for one in cars(people()) if one.free), _person("founder")
    seller = people().people[car.owner]
    return {
        "seller.id_number": seller.id_number,
        "seller.name": seller.name,
        "buyer.id_number": buyer.id_number,
        "buyer.name": buyer.name,
        "vehicle.plate_number": car.plate,
        "vehicle.vehicle_vin": car.vin,
    }


WORK = {
    "used_car_invoice": ("tax", lambda: {**car_sale(), "sale.car_price": "68000.5"}),
    "employee_social_insurance": (
        "human_resources",
        lambda: hired("company.social_insurance_number", "employee.hired_on", "employee.monthly_wage"),
    ),
    "labour_contract_filing": (
        "human_resources",
        lambda: hired("employee.hired_on", "employee.contract_kind", "employee.contract_until"),
    ),
    "employment_registration": ("human_resources", lambda: hired("employee.hired_on", "employee.job_title")),
    "personnel_file_transfer": ("human_resources", lambda: hired("employee.file_keeper")),
    "employee_medical_insurance": (
        "medical_insurance",
        lambda: hired("employee.hired_on", "employee.monthly_wage"),
    ),
    "employee_housing_fund": (
        "housing_fund",
        lambda: hired("company.housing_fund_unit_number", "employee.hired_on", "employee.monthly_wage"),
    ),
    "flexible_employment_registration": (
        "human_resources",
        lambda: own_account(flexible_work_kind="platform", flexible_since="2026-10-01"),
    ),
    "flexible_medical_insurance": (
        "medical_insurance",
        lambda: own_account(employment_register_number="LH1", medical_tier="60"),
    ),
    "flexible_housing_fund": (
        "housing_fund",
        lambda: own_account(employment_register_number="LH1", fund_monthly_choice="600"),
    ),
}
"""Item → its department and values that it grants."""

PRODUCED_BY_WORK: dict[str, tuple[set[str], set[str]]] = {
    "used_car_invoice": ({"sale.used_car_invoice_number"}, {"used_car_invoice"}),
    "employee_social_insurance": ({"employee.insured_on"}, set()),
    "labour_contract_filing": ({"employee.labour_filing_number"}, set()),
    "employment_registration": ({"employee.employment_register_number"}, set()),
    "personnel_file_transfer": ({"employee.file_transfer_number"}, {"file_transfer_letter"}),
    "employee_medical_insurance": ({"employee.coverage_starts_on"}, set()),
    "employee_housing_fund": ({"employee.housing_fund_account", "employee.housing_fund_joined_on"}, set()),
    "flexible_employment_registration": (
        {"worker.employment_register_number"},
        {"flexible_employment_certificate"},
    ),
    "flexible_medical_insurance": ({"worker.coverage_starts_on"}, set()),
    "flexible_housing_fund": ({"worker.housing_fund_account", "worker.housing_fund_joined_on"}, set()),
}
"""Item → the addresses and certificates that come back."""
