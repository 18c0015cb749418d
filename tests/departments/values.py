"""What the applicants of the tests say, by item: right values for the synthetic population."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from departments.population import PERSONAS, Birth, Person
from departments.population_new_homes import new_homes
from tests.departments.running import REFERENCE, people
from tests.departments.values_work import WORK

Values = dict[str, Any]


def person(name: str) -> Person:
    """One of the named people."""
    return people().people[PERSONAS[name]]


def birth(name: str = "mother") -> Birth:
    """The delivery of a named mother."""
    return next(one for one in people().births if one.mother == PERSONAS[name])


def _mother(name: str = "mother") -> Values:
    one = person(name)
    return {"mother.id_number": one.id_number, "mother.name": one.name}


def _child() -> Values:
    one = birth()
    return {
        "child.name": person("father").name[0] + "安",
        "child.sex": one.sex,
        "child.birth_date": one.born_on.isoformat(),
        "child.birth_weight": str(Decimal(one.grams) / 1000),
        "child.gestational_weeks": one.weeks,
    }


def birth_certificate() -> Values:
    """First issue of a birth certificate after a birth in hospital."""
    return {
        **_mother(),
        **_child(),
        "child.birth_time": birth().born_at,
        "child.birth_length": "50",
        "child.plurality": 1,
        "child.health_at_birth": "good",
        "child.delivery_place": "hospital",
        "mother.marital_status": "20",
        "father.name": person("father").name,
        "father.id_number": person("father").id_number,
        "father.id_document_type": "111",
        "application.receive_by": "electronic",
        "application.contact_phone": person("mother").mobile,
    }


def vaccination() -> Values:
    """A vaccination record."""
    return {**_mother(), **_child(), "child.vaccination_clinic": "43010201"}


def guidance() -> Values:
    """Parenting guidance."""
    return {**_mother(), **{name: value for name, value in _child().items() if name != "child.name"}}


def household() -> Values:
    """The household registration of a newborn."""
    father = person("father")
    child = _child()
    return {
        **_mother(),
        "mother.ethnic_group": person("mother").ethnic_group,
        "child.name": child["child.name"],
        "child.sex": child["child.sex"],
        "child.birth_date": child["child.birth_date"],
        "child.birth_certificate_number": "Y430123456",
        "child.household_side": "father",
        "father.name": father.name,
        "father.id_number": father.id_number,
        "father.ethnic_group": father.ethnic_group,
    }


def household_move() -> Values:
    """The buyer moves into the home."""
    return {
        "buyer.id_number": person("buyer").id_number,
        "buyer.name": person("buyer").name,
        "property.new_certificate_number": "湘（2026）长沙市不动产权第0900001号",
        "property.property_address": "湖南省长沙市岳麓区麓山南路1号",
        "property.property_region": "430104",
        "application.move_reason": "bought_home",
        "application.movers_count": 2,
    }


def _firm() -> Values:
    return {
        "company.company_name": "长沙示范新办科技有限公司",
        "company.credit_code": "91430104MA4L16JQ9B",
        "legal_representative.id_number": person("founder").id_number,
        "legal_representative.name": person("founder").name,
    }


def seals() -> Values:
    """Seals of a new company."""
    return {**_firm(), "company.seal_count": 2}


def employer() -> Values:
    """A new employer's insurance."""
    return {**_firm(), "company.employee_count": 3, "company.insurance_start_on": "2026-12-01"}


def tax_file() -> Values:
    """Tax registration of a new company."""
    return {
        **_firm(),
        "company.accounting_standard": "small",
        "company.taxpayer_kind": "small",
        "company.invoice_kind": "ordinary",
        "company.monthly_invoice_amount": "80000",
        "company.industry": "I",
    }


def company() -> Values:
    """A company is founded."""
    firm = {name: value for name, value in _firm().items() if name != "company.credit_code"}
    return {
        **firm,
        "company.company_type": "1130",
        "company.registered_capital": "500000",
        "company.company_address": "湖南省长沙市岳麓区麓山南路2号",
        "company.company_region": "430104",
        "company.shareholder_kind": "person",
        "legal_representative.company_position": "executive_director",
    }


def food() -> Values:
    """A company that stands in the register sells food."""
    firm = people().companies[0]
    return {
        **_firm(),
        "company.company_name": firm.name,
        "company.credit_code": firm.credit_code,
        "company.food_business_kind": "catering",
        "company.food_area": "86.5",
    }


def transport() -> Values:
    """A company carries goods."""
    truck, driver = people().vehicles[0], people().drivers[0]
    return {
        **_firm(),
        "vehicle.plate_number": truck.plate,
        "vehicle.vehicle_vin": truck.vin,
        "vehicle.vehicle_kind": truck.kind,
        "vehicle.load_capacity": str(truck.tonnes),
        "driver.id_number": people().people[driver].id_number,
        "driver.name": people().people[driver].name,
        "driver.driver_qualification_number": f"4301{driver:015d}",
    }


def insurance() -> Values:
    """The newborn, who has a number by now, joins the residents' insurance."""
    return {
        **_mother(),
        "child.name": "邵安",
        "child.id_number": "430102202611149028",
        "child.birth_date": "2026-11-14",
        "child.sex": "2",
        "child.premium_payment_method": "online",
    }


def maternity() -> Values:
    """What the fund has not paid of a delivery."""
    one, mother = birth(), person("mother")
    return {
        **_mother(),
        "mother.insurance_kind": "employee",
        "mother.insurance_number": mother.insurance_number,
        "mother.maternity_settlement_number": one.settlement_number,
        "mother.maternity_diagnosis": "头位顺产",
        "mother.maternity_total_amount": str(Decimal(one.total_cents) / 100),
        "mother.maternity_fund_amount": str(Decimal(one.fund_cents) / 100),
        "mother.benefit_account_name": mother.name,
        "mother.benefit_account_bank": mother.bank,
        "mother.benefit_account_number": mother.bank_account,
    }


def card() -> Values:
    """A social security card for the newborn."""
    return {
        **_mother(),
        "child.name": "邵安",
        "child.id_number": "430102202611149028",
        "child.birth_date": "2026-11-14",
        "child.card_bank": "102",
    }


def _sale() -> Values:
    home = people().homes[0]
    return {
        "seller.id_number": person("seller").id_number,
        "seller.name": person("seller").name,
        "buyer.id_number": person("buyer").id_number,
        "buyer.name": person("buyer").name,
        "property.property_certificate_number": home.certificate_number,
        "property.property_unit_number": home.unit_number,
        "property.property_address": home.address,
        "property.floor_area": str(home.square_metres),
        "property.house_use": "10",
    }


def contract() -> Values:
    """The contract of a sale is filed."""
    return {
        **_sale(),
        "sale.sale_price": "1500000",
        "sale.signed_on": "2026-11-20",
        "sale.payment_method": "full",
    }


def _part(*roles: str) -> Values:
    return {name: value for name, value in _sale().items() if name.partition(".")[0] in roles}


def deed_tax() -> Values:
    """The buyer's deed tax: first home, 98.5 m²."""
    found = {**_part("buyer", "property"), "buyer.homes_owned": 0, "sale.contract_number": "WQ1"}
    found.pop("property.property_certificate_number")
    return {**found, "sale.sale_price": "1500000.55"}


def income_tax() -> Values:
    """The seller's income tax on the gain, second home held three years."""
    return {
        "seller.id_number": person("seller").id_number,
        "seller.name": person("seller").name,
        "seller.homes_owned": 2,
        "property.house_use": "10",
        "property.held_years": 3,
        "sale.contract_number": "WQ1",
        "sale.sale_price": "1500000",
        "sale.income_tax_basis": "actual",
        "sale.original_price": "1000000",
    }


def vat() -> Values:
    """VAT on a home held less than two years."""
    return {
        "seller.id_number": person("seller").id_number,
        "seller.name": person("seller").name,
        "property.house_use": "10",
        "property.held_years": 1,
        "sale.contract_number": "WQ1",
        "sale.sale_price": "1050000",
    }


def fund_of_a_pensioner() -> Values:
    """Somebody who retired takes the money out of the housing fund."""
    holder = people().people[PERSONAS["father_home_birth"]]
    return {
        "member.id_number": holder.id_number,
        "member.name": holder.name,
        "member.housing_fund_account": f"4301{PERSONAS['father_home_birth']:08d}",
        "member.housing_fund_bank": holder.bank,
        "member.housing_fund_card": holder.bank_account,
        "member.retired_on": "2026-11-01",
    }


def fund_for_a_home() -> Values:
    """The buyer of a home takes part of the money out of the housing fund."""
    holder = person("buyer")
    return {
        "member.id_number": holder.id_number,
        "member.name": holder.name,
        "member.housing_fund_account": f"4301{PERSONAS['buyer']:08d}",
        "member.housing_fund_withdrawal_amount": "20000.5",
        "sale.contract_number": "430102XF2026112300001",
        "sale.sale_price": "764400",
        "property.house_use": "10",
    }


def new_home(at: int = 0) -> Values:
    """What the buyer of a reserved home has filed."""
    home = new_homes(people())[at]
    return {
        "buyer.id_number": person("buyer").id_number,
        "buyer.name": person("buyer").name,
        "sale.subscription_number": home.reservation,
        "sale.sale_price": str(home.price),
        "sale.signed_on": "2026-11-20",
        "sale.payment_method": "full",
        "property.home_stage": "completed" if home.completed else "off_plan",
        "property.property_unit_number": home.unit_number,
        "property.floor_area": str(home.square_metres),
        "property.house_use": "10",
    }


ITEMS: dict[str, tuple[str, Callable[[], Values]]] = {
    "birth_certificate": ("health", birth_certificate),
    "vaccination_certificate": ("health", vaccination),
    "parenting_guidance": ("health", guidance),
    "household_registration_newborn": ("public_security", household),
    "household_move": ("public_security", household_move),
    "seal_filing": ("public_security", seals),
    "maternity_benefit": ("medical_insurance", maternity),
    "resident_insurance_newborn": ("medical_insurance", insurance),
    "employer_medical_insurance": ("medical_insurance", employer),
    "social_security_card_newborn": ("human_resources", card),
    "employer_social_insurance": ("human_resources", employer),
    "company_registration": ("market_regulation", company),
    "food_business_permit": ("market_regulation", food),
    "tax_registration": ("tax", tax_file),
    "deed_tax": ("tax", deed_tax),
    "income_tax_on_property": ("tax", income_tax),
    "vat_on_property": ("tax", vat),
    "sale_contract_filing": ("real_estate", contract),
    "road_transport_permit": ("transport", transport),
    "housing_fund_withdrawal_retirement": ("housing_fund", fund_of_a_pensioner),
    "housing_fund_withdrawal_home": ("housing_fund", fund_for_a_home),
    "new_home_contract_filing": ("housing_construction", new_home),
    **WORK,
    "employer_housing_fund": ("housing_fund", lambda: {**_firm(), "company.fund_ratio": 8}),
}
"""Item → its department and values that it grants (what needs a filed contract first is tried in a chain)."""

TODAY = REFERENCE
