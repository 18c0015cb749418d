"""A matter from submission to its end, in every department's dialect."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest

from departments.population_cars import cars
from tests.departments.running import Platform, Running, dialect, people, wait_for
from tests.departments.values import (
    ITEMS,
    TODAY,
    Values,
    birth_certificate,
    contract,
    household,
    new_home,
    person,
)
from tests.departments.values_work import PRODUCED_BY_WORK, car_sale, hired, own_account
from tongban.exchange.dialect import DialectError, NotFound
from tongban.kernel.numbers import check_credit_code, check_resident_id

pytestmark = pytest.mark.slow

System = Callable[[str], Running]

PRODUCED: dict[str, tuple[set[str], set[str]]] = {
    "birth_certificate": (
        {
            "child.birth_certificate_number",
            "child.birth_certificate_issued_on",
            "child.birth_certificate_kind",
        },
        {"birth_certificate"},
    ),
    "vaccination_certificate": (
        {"child.vaccination_certificate_number", "child.first_vaccination_on"},
        {"vaccination_certificate"},
    ),
    "parenting_guidance": ({"child.guidance_file_number", "child.guidance_adviser_phone"}, set()),
    "household_registration_newborn": (
        {"child.id_number", "child.household_number", "child.household_address"},
        {"household_register_page"},
    ),
    "household_move": ({"buyer.new_household_number"}, {"moved_household_page"}),
    "seal_filing": ({"company.seal_filing_number"}, {"seal_filing_receipt"}),
    "maternity_benefit": ({"mother.maternity_payment_amount"}, set()),
    "resident_insurance_newborn": (
        {"child.insurance_number", "child.coverage_starts_on"},
        {"medical_insurance_certificate"},
    ),
    "employer_medical_insurance": ({"company.medical_insurance_unit_number"}, set()),
    "social_security_card_newborn": ({"child.social_security_card_number"}, {"social_security_card"}),
    "employer_social_insurance": ({"company.social_insurance_number"}, set()),
    "company_registration": ({"company.credit_code", "company.registered_on"}, {"new_business_license"}),
    "food_business_permit": ({"company.food_permit_number"}, {"food_business_permit"}),
    "tax_registration": ({"company.tax_file_number", "company.invoice_quota"}, set()),
    "deed_tax": ({"sale.deed_tax_receipt_number", "sale.deed_tax_amount"}, {"deed_tax_receipt"}),
    "income_tax_on_property": (
        {"sale.income_tax_receipt_number", "sale.income_tax_amount"},
        {"income_tax_receipt"},
    ),
    "vat_on_property": ({"sale.vat_receipt_number", "sale.vat_amount"}, {"vat_receipt"}),
    "sale_contract_filing": ({"sale.contract_number"}, {"filed_sale_contract"}),
    "road_transport_permit": ({"company.transport_permit_number"}, {"road_transport_permit"}),
    "housing_fund_withdrawal_retirement": (
        {"member.housing_fund_paid_amount", "member.housing_fund_paid_on"},
        set(),
    ),
    "housing_fund_withdrawal_home": (
        {"member.housing_fund_paid_amount", "member.housing_fund_paid_on"},
        set(),
    ),
    "new_home_contract_filing": ({"sale.contract_number"}, {"filed_new_home_contract"}),
    **PRODUCED_BY_WORK,
    "employer_housing_fund": ({"company.housing_fund_unit_number"}, set()),
}


@pytest.mark.parametrize("item", sorted(ITEMS))
def test_every_item_is_accepted_and_granted(system: System, shared_platform: Platform, item: str) -> None:
    """Right values are taken, acknowledged, and end in what the item promises."""
    code, values = ITEMS[item]
    dispatch = str(uuid4())
    receipt = system(code).send("submit", item, dispatch, values())
    accepted = shared_platform.wait(dispatch, "accepted")
    done = shared_platform.wait(dispatch, "approved")
    assert accepted.receipt == done.receipt == receipt != ""
    assert done.dispatch_id == dispatch
    expected, papers = PRODUCED[item]
    assert set(done.values) == expected
    assert {one.code for one in done.certificates} == papers
    assert all(one.number and one.issued_on for one in done.certificates)
    assert system(code).effects()["effects"][dispatch] == 1


@pytest.mark.parametrize(
    ("item", "address", "amount"),
    [
        # First home up to 140 m²: 1 % (Ministry of Finance notice of November 2024).
        ("deed_tax", "sale.deed_tax_amount", "15000.01"),
        # 20 % of the gain of 500,000.
        ("income_tax_on_property", "sale.income_tax_amount", "100000"),
        # 5 % of the price without the tax: 1,050,000 / 1.05 × 5 %.
        ("vat_on_property", "sale.vat_amount", "50000"),
        ("tax_registration", "company.invoice_quota", "80000"),
    ],
)
def test_the_tax_office_computes_the_tax(
    own: Callable[..., Running], platform: Platform, item: str, address: str, amount: str
) -> None:
    """Amounts go out in yuan, are computed in 分 over there, and come back in yuan."""
    tax = own("tax")
    tax.send("submit", item, "d1", ITEMS[item][1]())
    assert platform.wait("d1", "approved").values[address] == amount


def test_a_newborn_gets_a_valid_number(own: Callable[..., Running], platform: Platform) -> None:
    """The child's number fits its birth date, its sex and its parents' household."""
    police = own("public_security")
    police.send("submit", "household_registration_newborn", "d1", household())
    values = platform.wait("d1", "approved").values
    number = check_resident_id(str(values["child.id_number"]), today=TODAY)
    assert number.birth_date.isoformat() == household()["child.birth_date"]
    assert values["child.household_number"] == person("father").household_number
    # The register has the child now: a lookup finds it.
    key = {"subject.id_number": values["child.id_number"]}
    found = police.look_up("lookup_population", key, ["subject.name"])
    assert found == {"subject.name": household()["child.name"]}


def test_siblings_born_on_one_day_get_different_numbers(
    own: Callable[..., Running], platform: Platform
) -> None:
    """Twins of one sex have their own numbers."""
    police = own("public_security")
    for dispatch in ("d1", "d2", "d3"):
        police.send("submit", "household_registration_newborn", dispatch, household())
    numbers = {platform.wait(one, "approved").values["child.id_number"] for one in ("d1", "d2", "d3")}
    assert len(numbers) == 3


def test_a_founded_company_stands_in_the_register(own: Callable[..., Running], platform: Platform) -> None:
    """The new credit code is valid and can be looked up at once; the name is taken."""
    market = own("market_regulation")
    market.send("submit", "company_registration", "d1", ITEMS["company_registration"][1]())
    code = str(platform.wait("d1", "approved").values["company.credit_code"])
    check_credit_code(code)
    key = {"company.credit_code": code}
    found = market.look_up("lookup_company_registry", key, ["company.company_name"])
    assert found == {"company.company_name": "长沙示范新办科技有限公司"}
    market.send("submit", "company_registration", "d2", ITEMS["company_registration"][1]())
    assert platform.wait("d2", "correction").faults[0].address == "company.company_name"


def test_a_home_changes_hands(own: Callable[..., Running], platform: Platform) -> None:
    """Contract first, then the transfer; afterwards the buyer owns one home and the seller none."""
    estate = own("real_estate")
    estate.send("submit", "sale_contract_filing", "d1", contract())
    number = platform.wait("d1", "approved").values["sale.contract_number"]
    sale = {name: value for name, value in contract().items() if not name.startswith("sale.")}
    sale |= {"sale.contract_number": number, "property.sealed_up": False}
    estate.send("submit", "property_transfer", "d2", sale)
    assert platform.wait("d2", "correction").faults[0].address == "sale.deed_tax_receipt_number"
    mended = {**sale, "sale.deed_tax_receipt_number": "34326"}
    estate.send("supplement", "property_transfer", "d2", mended)
    done = platform.wait("d2", "approved")
    assert set(done.values) == {"property.new_certificate_number", "property.transferred_on"}
    for name, count in (("buyer", 1), ("seller", 0)):
        key = {"owner.id_number": person(name).id_number}
        assert estate.look_up("lookup_home_count", key, ["owner.homes_owned"]) == {"owner.homes_owned": count}


def test_a_completed_new_home_is_filed_paid_for_registered_and_mortgaged(
    own: Callable[..., Running], platform: Platform
) -> None:
    """The fund's amount is 90 yuan a square metre with a lift; the mortgage needs the new certificate."""
    bureau, estate = own("housing_construction"), own("real_estate")
    values = new_home()
    bureau.send("submit", "new_home_contract_filing", "d1", values)
    values |= platform.wait("d1", "approved").values
    bureau.send("submit", "maintenance_fund_payment", "d2", values)
    values |= platform.wait("d2", "approved").values
    assert values.pop("sale.maintenance_fund_amount") == "7020"
    values.pop("sale.subscription_number")
    values.pop("property.home_stage")
    estate.send("submit", "new_home_registration", "d3", values)
    assert platform.wait("d3", "correction").faults[0].address == "sale.deed_tax_receipt_number"
    estate.send("supplement", "new_home_registration", "d3", {"sale.deed_tax_receipt_number": "34326"})
    done = platform.wait("d3", "approved")
    assert [one.code for one in done.certificates] == ["first_property_certificate"]
    loan = {"sale.loan_amount": "700000", "sale.loan_contract_number": "JK1", "sale.loan_years": 25}
    estate.send("submit", "mortgage_registration", "d4", {**values, **done.values, **loan})
    assert platform.wait("d4", "correction").faults[0].address == "sale.loan_amount"
    estate.send("supplement", "mortgage_registration", "d4", {"sale.loan_amount": "500000"})
    assert set(platform.wait("d4", "approved").values) == {"sale.mortgage_number"}
    key = {"owner.id_number": person("buyer").id_number}
    assert estate.look_up("lookup_home_count", key, ["owner.homes_owned"]) == {"owner.homes_owned": 1}


def test_a_home_sold_off_plan_is_noticed_first(own: Callable[..., Running], platform: Platform) -> None:
    """The mortgage's notice stands on the home's; a completed home gets no notice."""
    estate = own("real_estate")
    theirs = ("sale.subscription_number", "property.home_stage")
    values = {name: value for name, value in new_home(2).items() if name not in theirs}
    values["sale.contract_number"] = "430104XF2026112300001"
    estate.send("submit", "new_home_advance_notice", "d1", values)
    notice = platform.wait("d1", "approved").values
    loan = {"sale.loan_amount": "500000", "sale.advance_notice_number": "X"}
    estate.send("submit", "mortgage_advance_notice", "d2", {**values, **loan})
    assert platform.wait("d2", "correction").faults[0].address == "sale.advance_notice_number"
    estate.send("supplement", "mortgage_advance_notice", "d2", notice)
    assert set(platform.wait("d2", "approved").values) == {"sale.mortgage_notice_number"}
    built = {"property.property_unit_number": new_home()["property.property_unit_number"]}
    estate.send("submit", "new_home_advance_notice", "d3", values | built)
    assert "现房" in platform.wait("d3", "rejected").reasons[0].text


def test_who_works_on_his_own_account_is_insured_and_subsidised(
    own: Callable[..., Running], platform: Platform
) -> None:
    """Registration first; a graduate gets two thirds of the lowest contribution for two years."""
    bureau = own("human_resources")
    worker = own_account(employment_register_number="X", pension_tier="100")
    bureau.send("submit", "flexible_pension_insurance", "d1", worker)
    assert platform.wait("d1", "correction").faults[0].address == "worker.employment_register_number"
    bureau.send(
        "submit", "flexible_employment_registration", "d2", own_account(flexible_work_kind="platform")
    )
    number = platform.wait("d2", "approved").values
    bureau.send("supplement", "flexible_pension_insurance", "d1", number)
    insured = platform.wait("d1", "approved").values
    asked = {**worker, **number, **insured, "worker.work_hardship": "graduate"}
    bureau.send("submit", "social_insurance_subsidy", "d3", asked)
    granted = platform.wait("d3", "approved").values
    assert granted["worker.subsidy_monthly_amount"] == "544"
    began = date.fromisoformat(str(insured["worker.insured_on"]))
    assert date.fromisoformat(str(granted["worker.subsidy_until"])).year == began.year + 2


def test_a_car_changes_hands_and_the_seller_keeps_the_number(
    own: Callable[..., Running], platform: Platform
) -> None:
    """Invoice first; the car gets a new plate, and only then the old number may be kept."""
    police, sale = own("public_security"), car_sale()
    keep = {name: sale[name] for name in ("seller.id_number", "seller.name", "vehicle.plate_number")}
    police.send("submit", "plate_retention", "d1", keep)
    assert platform.wait("d1", "correction").faults[0].address == "vehicle.plate_number"
    police.send("submit", "vehicle_transfer_registration", "d2", sale)
    assert platform.wait("d2", "correction").faults[0].address == "sale.used_car_invoice_number"
    police.send("supplement", "vehicle_transfer_registration", "d2", {"sale.used_car_invoice_number": "1"})
    done = platform.wait("d2", "approved")
    assert [one.code for one in done.certificates] == ["new_vehicle_licence"]
    police.send("supplement", "plate_retention", "d1", keep)
    assert set(platform.wait("d1", "approved").values) == {"seller.plate_kept_until"}
    key = {"vehicle.plate_number": sale["vehicle.plate_number"], "owner.id_number": sale["seller.id_number"]}
    assert police.look_up("lookup_vehicle_registry", key, []) == NotFound()


def test_a_car_goes_to_another_city(own: Callable[..., Running], platform: Platform) -> None:
    """The file is sent elsewhere, never here; a seized car stays."""
    police = own("public_security")
    sale = {**car_sale(), "sale.used_car_invoice_number": "1", "sale.new_vehicle_region": "430102"}
    police.send("submit", "vehicle_file_transfer", "d1", sale)
    assert platform.wait("d1", "correction").faults[0].address == "sale.new_vehicle_region"
    police.send("supplement", "vehicle_file_transfer", "d1", {"sale.new_vehicle_region": "430302"})
    assert [one.code for one in platform.wait("d1", "approved").certificates] == ["temporary_plate"]
    seized = next(one for one in cars(people()) if one.sealed)
    owner = people().people[seized.owner]
    told = {
        "vehicle.plate_number": seized.plate,
        "vehicle.vehicle_vin": seized.vin,
        "seller.id_number": owner.id_number,
        "seller.name": owner.name,
    }
    police.send("submit", "vehicle_file_transfer", "d2", {**sale, **told})
    assert "查封" in platform.wait("d2", "rejected").reasons[0].text


def test_a_card_is_not_issued_twice(own: Callable[..., Running], platform: Platform) -> None:
    """An employee who has a card is refused another."""
    bureau = own("human_resources")
    bureau.send("submit", "social_security_card_employee", "d1", hired("employee.card_bank"))
    assert "社会保障卡" in platform.wait("d1", "rejected").reasons[0].text


WRONG: list[tuple[str, Values, str]] = [
    ("birth_certificate", {"mother.name": "王不对"}, "mother.name"),
    ("birth_certificate", {"child.birth_weight": "9.99"}, "child.birth_weight"),
    ("birth_certificate", {"child.birth_date": "2099-01-01"}, "child.birth_date"),
    ("household_registration_newborn", {"child.name": "7"}, "child.name"),
    ("household_registration_newborn", {"child.ethnic_group": "29"}, "child.ethnic_group"),
    ("seal_filing", {"legal_representative.name": "王不对"}, "legal_representative.id_number"),
    ("maternity_benefit", {"mother.maternity_total_amount": "1"}, "mother.maternity_total_amount"),
    ("maternity_benefit", {"mother.benefit_account_name": "王不对"}, "mother.benefit_account_name"),
    ("resident_insurance_newborn", {"child.birth_date": "2026-11-13"}, "child.birth_date"),
    ("social_security_card_newborn", {"mother.name": "王不对"}, "mother.id_number"),
    ("deed_tax", {"buyer.name": "王不对"}, "buyer.name"),
    ("food_business_permit", {"company.credit_code": "91430100MATB9999XX"}, "company.credit_code"),
    ("sale_contract_filing", {"buyer.name": "王不对"}, "buyer.name"),
    ("road_transport_permit", {"vehicle.vehicle_vin": "X"}, "vehicle.vehicle_vin"),
    ("housing_fund_withdrawal_retirement", {"member.retired_on": "2099-01-01"}, "member.retired_on"),
    (
        "housing_fund_withdrawal_home",
        {"member.housing_fund_withdrawal_amount": "700000"},
        "member.housing_fund_withdrawal_amount",
    ),
    ("new_home_contract_filing", {"sale.sale_price": "1"}, "sale.sale_price"),
    ("employee_social_insurance", {"employee.hired_on": "2099-01-01"}, "employee.hired_on"),
    ("personnel_file_transfer", {"employee.name": "王不对"}, "employee.name"),
    ("employer_housing_fund", {"company.fund_ratio": 13}, "company.fund_ratio"),
    ("employee_medical_insurance", {"employee.name": "王不对"}, "employee.name"),
    (
        "employee_housing_fund",
        {"company.housing_fund_unit_number": "1"},
        "company.housing_fund_unit_number",
    ),
    ("flexible_employment_registration", {"worker.name": "王不对"}, "worker.name"),
]


@pytest.mark.parametrize(("item", "wrong", "address"), WRONG)
def test_a_clerk_finds_what_is_wrong_and_a_supplement_mends_it(
    system: System, shared_platform: Platform, item: str, wrong: Values, address: str
) -> None:
    """The correction names our field with what, why, how and law; the mended field alone is enough."""
    code, values = ITEMS[item]
    dispatch = str(uuid4())
    system(code).send("submit", item, dispatch, {**values(), **wrong})
    fault = shared_platform.wait(dispatch, "correction").faults[0]
    assert fault.address == address
    assert fault.what
    assert fault.why
    assert fault.how
    assert "《" in fault.law
    right = {name: values().get(name, "01") for name in wrong}
    system(code).send("supplement", item, dispatch, right)
    # Granted now, or refused because another of these tests was granted the same thing before.
    wait_for(lambda: shared_platform.of(dispatch, "approved") or shared_platform.of(dispatch, "rejected"))
    assert system(code).effects()["effects"][dispatch] == 1


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        ("birth_certificate", {"mother.id_number": "430102199001019999"}),
        ("household_registration_newborn", {"mother.id_number": "430102199001019999"}),
        ("sale_contract_filing", {"seller.id_number": "430102199001019999"}),
    ],
)
def test_what_cannot_be_mended_is_rejected_with_its_law(
    system: System, shared_platform: Platform, item: str, wrong: Values
) -> None:
    """A stranger's number ends in a rejection with a reason and an article."""
    code, values = ITEMS[item]
    dispatch = str(uuid4())
    system(code).send("submit", item, dispatch, {**values(), **wrong})
    reason = shared_platform.wait(dispatch, "rejected").reasons[0]
    assert reason.text
    assert "《" in reason.law
    assert shared_platform.of(dispatch, "approved") == []


def test_a_script_tells_the_clerks_what_to_do(own: Callable[..., Running], platform: Platform) -> None:
    """First a correction, then a rejection, as told; without a script the clerk judges alone."""
    health = own("health")
    field = dialect("health").field_name("child.name")
    told = {"faults": [{"field": field, "what": "有一个字看不清。", "law": "第七条"}]}
    health.control(script={"birth_certificate": [{"correction": told}, {"reject": {"text": "材料不实。"}}]})
    health.send("submit", "birth_certificate", "d1", birth_certificate())
    fault = platform.wait("d1", "correction").faults[0]
    assert (fault.address, fault.what, fault.law) == ("child.name", "有一个字看不清。", "第七条")
    health.send("supplement", "birth_certificate", "d1", {"child.name": "李安"})
    assert platform.wait("d1", "rejected").reasons[0].text == "材料不实。"
    health.control(script={})
    health.send("submit", "birth_certificate", "d2", birth_certificate())
    assert platform.wait("d2", "approved").certificates[0].issued_on is not None


def test_a_withdrawn_matter_is_not_decided(own: Callable[..., Running], platform: Platform) -> None:
    """Who withdraws in time gets no certificate."""
    health = own("health", staff_delay_ms=[1500, 1500])
    receipt = health.send("submit", "birth_certificate", "d1", birth_certificate())
    assert health.send("withdraw", "birth_certificate", "d1", {}) == receipt
    health.control(staff_delay_ms=[0, 0])
    health.send("submit", "parenting_guidance", "d2", ITEMS["parenting_guidance"][1]())
    platform.wait("d2", "approved")
    assert health.effects()["states"]["d1"] == "withdrawn"
    assert platform.of("d1", "approved") == []


def test_an_unknown_item_or_matter_is_refused(system: System) -> None:
    """A department says no in its own format, signed, and the platform understands that it is a no."""
    for code in ("public_security", "health", "human_resources", "medical_insurance", "tax", "transport"):
        item = next(name for name, (owner, _) in ITEMS.items() if owner == code)
        unknown = dialect(code)
        answer = system(code).ask(system(code).message("supplement", item, str(uuid4()), {}))
        with pytest.raises(DialectError) as caught:
            unknown.decode_answer("supplement", *answer)
        assert caught.value.code == "dialect.refused", code


def test_a_message_in_another_format_is_refused(system: System) -> None:
    """A broken body is a refusal that names the place, never a crash and never a matter."""
    from dataclasses import replace

    for code, (path, bodies) in {
        "public_security": ("/gaapi/ywsl/tj", [b"", b"[]", b"{}", b'{"xxid":1}', b"\xff", b"[" * 5000]),
        "medical_insurance": ("/ybfw/services/apply", [b"", b"<a/>", b"<!DOCTYPE a><a/>", b"<ybRequest/>"]),
        "human_resources": ("/rsgw/YW/SBSL", [b"", b"a", b"a=%ff", b"BWBH=1"]),
        "real_estate": ("/bdcdj/ywsq", [b"{}", b"[]", b'[{"k":"BWT","v":1}]']),
        "transport": ("/rpc/permit.apply", [b"{}", b'{"jsonrpc":"2.0","params":[]}']),
    }.items():
        item = next(name for name, (owner, _) in ITEMS.items() if owner == code)
        good = system(code).message("submit", item, "broken", {})
        for body in bodies:
            status, _, _ = system(code).ask(replace(good, path=path, body=body))
            assert status in {404, 422}, (code, body)
        assert "broken" not in system(code).effects()["opened"]


def test_the_validity_of_a_permit_is_told(own: Callable[..., Running], platform: Platform) -> None:
    """A permit that ends says when."""
    market = own("market_regulation")
    market.send("submit", "food_business_permit", "d1", ITEMS["food_business_permit"][1]())
    paper = platform.wait("d1", "approved").certificates[0]
    assert isinstance(paper.valid_until, date)
    assert paper.issued_on is not None
    assert paper.valid_until.year == paper.issued_on.year + 5
