"""How a department's tasks find their clerk: what its supervisor reads and changes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.casework.assignment import names
from tongban.casework.assignment.giving import configure, strategy_of
from tongban.casework.domain.moves import AT_WORK
from tongban.casework.models import AssignmentPolicy, Dispatch
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Text
from tongban.identity import queries as identity
from tongban.identity.domain import Clerk

__all__ = ["Clerk", "DeskView", "configure", "desk", "is_configured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """One department's way of giving out work."""

    strategy: str
    strategies: tuple[str, ...]
    clerks: tuple[Clerk, ...]
    loads: Mapping[int, int]
    """Account → open tasks."""
    skills: tuple[tuple[str, Text | None], ...]
    """What a post may be limited to: kinds of items (`kind:<kind>`, no name), then items with their names."""


def is_configured(department: str) -> bool:
    """Whether anybody has said how a department's tasks find their clerk."""
    return AssignmentPolicy.objects.filter(department=department).exists()


def desk(department: str) -> DeskView:
    """What a department's tasks are given out by, as of now."""
    items = [
        item
        for item in catalogue_queries.current().items.values()
        if item.department == department and item.via == "workbench"
    ]
    rows = Dispatch.objects.filter(
        department=department, assigned_to__isnull=False, state__in=[str(state) for state in AT_WORK]
    )
    kinds: list[tuple[str, Text | None]] = [
        (f"kind:{kind}", None) for kind in sorted({i.kind for i in items})
    ]
    return DeskView(
        strategy=strategy_of(department),
        strategies=names(),
        clerks=identity.clerks(department),
        loads=Counter(one for one in rows.values_list("assigned_to", flat=True) if one is not None),
        skills=(*kinds, *((item.code, item.name) for item in sorted(items, key=lambda one: one.code))),
    )
