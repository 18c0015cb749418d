"""What one member of the synthetic population is: people, companies, births, homes, vehicles."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One synthetic resident, with what the departments together know."""

    id_number: str
    name: str
    sex: str
    """GB/T 2261.1: 1 man, 2 woman."""
    birth_date: date
    ethnic_group: str
    region: str
    """County of the household register."""
    address: str
    household_number: str
    household_kind: str
    """``family`` or ``collective``."""
    household_head: str
    relation_to_head: str
    mobile: str
    marital_status: str = "10"
    spouse: int | None = None
    """Position of the spouse in `people`; None also when the spouse is no resident."""
    foreign_spouse: tuple[str, str, str, date] | None = None
    """Name, nationality, passport number and birth date of a spouse from abroad."""
    marriage_number: str = ""
    married_on: date | None = None
    employer: int | None = None
    """Position of the employer in `World.companies`."""
    insurance_kind: str = "resident"
    insurance_number: str = ""
    insured_since: date = date(2015, 1, 1)
    bank: str = "102"
    bank_account: str = ""
    card_number: str = ""
    education: str = "20"
    graduated_on: date | None = None
    synthetic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One synthetic company."""

    credit_code: str
    name: str
    kind: str
    region: str
    address: str
    capital: int
    """Registered capital in yuan."""
    registered_on: date
    representative: int
    status: str = "active"
    synthetic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """One delivery in the last 60 days; `record_number` is empty when it was not in a hospital."""

    mother: int
    sex: str
    born_on: date
    born_at: str
    grams: int
    centimetres: int
    weeks: int
    place: str
    mode: str
    plurality: int
    order: int
    hospital: tuple[str, str, str] | None
    attendant: str
    condition: str
    record_number: str
    settlement_number: str
    total_cents: int
    fund_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One property with its owner."""

    certificate_number: str
    unit_number: str
    owner: int
    address: str
    region: str
    square_metres: Decimal
    use: str
    ownership: str
    registered_on: date
    mortgaged: bool
    sealed: bool
    land_until: date
    floor: int
    floors: int
    built_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One goods vehicle of a company."""

    plate: str
    vin: str
    kind: str
    tonnes: Decimal
    inspected_until: date
    owner: int


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The whole population of one seed."""

    people: tuple[Person, ...]
    companies: tuple[Company, ...]
    births: tuple[Birth, ...]
    homes: tuple[Home, ...]
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[int, ...]
    """Positions of people with a qualification for goods transport."""
