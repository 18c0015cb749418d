"""The legal representative of a company changes its name, address and scope, any number of times."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from departments.population import Company, World
from departments.population_companies import facts, owners, reference
from departments.walkers import Walker
from tongban.kernel.ids import new_id


def _plain(world: World, at: int, _firm: Company) -> bool:
    return facts(world, at).closing is None


def answers(world: World, _username: str) -> Mapping[str, Any]:
    """What changes; a name is registered once, so every walk brings a new one."""
    return {
        "company.changes_name": True,
        "company.changes_address": True,
        "company.changes_representative": False,
        "company.changes_scope": True,
        "company.changes_capital": False,
        "company.resolved_on": reference(world).isoformat(),
        "company.seal_handover_on": (reference(world) + timedelta(days=10)).isoformat(),
        "changed.company_name": f"长沙示范更名{new_id().hex[-6:].upper()}有限公司",
        "changed.company_address": "湖南省长沙市岳麓区麓山南路88号",
        "changed.business_scope": "软件开发；信息技术咨询服务。",
    }


WALKER = Walker(role="legal_representative", people=owners("changing", _plain), answers=answers, again=True)
