"""Giving tasks to clerks (智能分派): strategies behind one interface, found by name.

Takes: a task that has become ready, the clerks who may work it, figures of what they have and had.
Gives: the clerk, with the figures that led there; a person may overrule with a reason. A department without
a configured strategy keeps the free pool: whoever comes first takes the task.
"""

from tongban.casework.assignment.base import Candidate, Strategy
from tongban.casework.assignment.registry import names, register, strategy

__all__ = ["Candidate", "Strategy", "names", "register", "strategy"]
