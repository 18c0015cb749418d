"""Replies of the health department as its own system would write them."""

from typing import Any

KINDS = {
    "accepted": "ACCEPTED",
    "correction": "INFO_REQUESTED",
    "approved": "COMPLETED",
    "rejected": "DECLINED",
}


def health(
    kind: str, *, reply_id: str, dispatch_id: str, receipt: str = "FY-1", **more: Any
) -> dict[str, Any]:
    """A reply; `more` stands at the top level of the document."""
    return {
        "eventId": reply_id,
        "eventType": KINDS.get(kind, kind),
        "occurredAt": "2026-11-23T10:00:00",
        "application": {"dispatchId": dispatch_id, "receiptNo": receipt},
        **more,
    }
