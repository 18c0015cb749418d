"""An administrator appointed by the court asks for everything about a company, as often as needed."""

from collections.abc import Mapping
from typing import Any

from departments.population import World
from departments.walkers import Walker, persona


def answers(world: World, _username: str) -> Mapping[str, Any]:
    """Which company, and by which decision of the court."""
    return {
        "company.credit_code": world.companies[2].credit_code,
        "application.bankruptcy_case_number": "（2026）湘01破1号",
        "application.administrator_decision_number": "（2026）湘01破1号之一",
        "application.check_scope": "all",
        "application.check_reason": "制作财产状况报告",
    }


WALKER = Walker(role="administrator", people=persona("cofounder"), answers=answers, again=True)
