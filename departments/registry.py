"""The systems by department code."""

from departments._department import Department
from departments.civil_affairs import CivilAffairs
from departments.development_reform import DevelopmentReform
from departments.disabled_federation import DisabledFederation
from departments.education import Education
from departments.health import Health
from departments.housing_construction import HousingConstruction
from departments.housing_fund import HousingFund
from departments.human_resources import HumanResources
from departments.market_regulation import MarketRegulation
from departments.medical_insurance import MedicalInsurance
from departments.public_security import PublicSecurity
from departments.real_estate import RealEstate
from departments.tax import Tax
from departments.transport import Transport
from departments.utilities import Utilities

DEPARTMENTS: dict[str, type[Department]] = {
    one.code: one
    for one in (
        PublicSecurity,
        HumanResources,
        MedicalInsurance,
        Tax,
        MarketRegulation,
        RealEstate,
        CivilAffairs,
        Health,
        Education,
        Transport,
        DisabledFederation,
        HousingFund,
        HousingConstruction,
        Utilities,
        DevelopmentReform,
    )
}
