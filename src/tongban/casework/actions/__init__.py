"""Named mutations of casework: what departments and the world do to a case. One transaction each.

Clerks' own moves (claim, bulk, joint signatures) stand in `casework.tasks`, the applicant's in
`casework.applicant`.
"""

from tongban.casework.actions.changes import (
    department_down,
    department_up,
    lapse_reviews,
    recompute_dates,
    resend,
    verified,
)
from tongban.casework.actions.deciding import accept, approve, ask_correction, mark_sent, reject
from tongban.casework.actions.erasing import erase
from tongban.casework.actions.opening import open_case
from tongban.casework.actions.replies import take_reply
from tongban.casework.domain.given import Fault, NewCase, NewCertificate, NewFile, NewValue, Reason

__all__ = [
    "Fault",
    "NewCase",
    "NewCertificate",
    "NewFile",
    "NewValue",
    "Reason",
    "accept",
    "approve",
    "ask_correction",
    "department_down",
    "department_up",
    "erase",
    "lapse_reviews",
    "mark_sent",
    "open_case",
    "recompute_dates",
    "reject",
    "resend",
    "take_reply",
    "verified",
]
