"""A department's dialect: our addresses and codes on one side, its field names and formats on the other.

Takes a mapping (``catalogue/systems/<department>.yaml``, see `mapping` for its language) and the catalogue's
element types. Gives requests as bytes ready to sign, and reads answers and replies back into addresses.
Pure: no Django, no network, no clock. Strict: what the mapping does not say is an error that names the
department, the path and what was expected, never the value.
"""

from tongban.exchange.dialect.dialect import Dialect
from tongban.exchange.dialect.faults import DialectError
from tongban.exchange.dialect.messages import (
    Answer,
    Attachment,
    Certificate,
    Encoded,
    Fault,
    Letter,
    NotFound,
    Reason,
    Reply,
)
from tongban.exchange.dialect.speech import ElementFacts

__all__ = [
    "Answer",
    "Attachment",
    "Certificate",
    "Dialect",
    "DialectError",
    "ElementFacts",
    "Encoded",
    "Fault",
    "Letter",
    "NotFound",
    "Reason",
    "Reply",
]
