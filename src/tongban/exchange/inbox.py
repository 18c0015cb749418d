"""Replies of departments: verified, decoded, taken once."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.catalogue.domain import Catalogue
from tongban.exchange import partners, signatures
from tongban.exchange.dialect import Reply
from tongban.exchange.events import ReplyReceived, ReplyRefused
from tongban.exchange.models import Inbox, Nonce, Outbox
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import InvalidInput, NotAllowed, NotFound, TongbanError, TooLarge

MAX_REPLY_BYTES = 1024 * 1024
MAX_ID = 100
UNKNOWN = "unknown"
"""Stands in the journal for a caller who is no partner."""


def verify(
    department: str, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes
) -> None:
    """Check that `department` signed this request just now and for the first time; raises SignatureRefused.

    A refusal is recorded with its cause before it is raised.
    """
    try:
        if len(body) > MAX_REPLY_BYTES:
            raise too_large()
        keyid = signatures.verify_request(
            method,
            target,
            headers,
            body,
            public_key_of=partners.public_key_of,
            now=datetime.now(UTC),
            seen_nonce=_seen,
        )
        if keyid != department:
            raise NotAllowed(
                "exchange.other_party",
                "The signature is another department's.",
                hint="Use your own department's address.",
            )
    except TongbanError as error:
        refuse(department, error.code)
        raise


def too_large() -> TooLarge:
    """The refusal of a message that nobody needs to read."""
    return TooLarge(
        "exchange.reply_too_large",
        f"A message may have {MAX_REPLY_BYTES} bytes.",
        hint="Send files by address.",
    )


def take(catalogue: Catalogue, department: str, content_type: str, body: bytes) -> bool:
    """Decode a verified reply and store it; False when it had been taken before.

    Raises what the dialect says about a malformed one, NotFound when the dispatch was never sent to this
    department, InvalidInput when it holds what cannot be kept. Each is recorded.
    """
    try:
        dialect = partners.dialect(catalogue, department)
        if dialect is None:
            raise NotFound(
                "exchange.no_system", "This department has no system here.", hint="Check the address."
            )
        reply = dialect.decode_reply(content_type, body)
        application_id = _application_of(department, reply)
        _check_storable(reply)
    except TongbanError as error:
        refuse(department, error.code)
        raise
    try:
        with transaction.atomic():
            Inbox.objects.create(
                department=department,
                reply_id=reply.reply_id,
                application_id=application_id,
                dispatch_id=reply.dispatch_id,
                kind=reply.kind,
                received_at=datetime.now(UTC),
                content=_content(reply),
            )
            record(
                application_id,
                ReplyReceived(
                    department=department,
                    dispatch_id=str(reply.dispatch_id),
                    reply_id=reply.reply_id,
                    kind=reply.kind,
                ),
                actor=Actor("department", department),
            )
    except IntegrityError:
        # The same reply again: they deliver at least once. Whatever it says now, the first one counts.
        return False
    return True


def content(department: str, reply_id: str) -> dict[str, Any]:
    """A stored reply as plain JSON: kind, at, receipt, values, certificates, faults, reasons."""
    row = Inbox.objects.get(department=department, reply_id=reply_id)
    return dict(row.content)


def forget_nonces(now: datetime) -> int:
    """Drop nonces whose messages have expired anyway."""
    return Nonce.objects.filter(expires_at__lt=now).delete()[0]


def _application_of(department: str, reply: Reply) -> UUID:
    try:
        dispatch_id = UUID(reply.dispatch_id)
    except ValueError:
        raise InvalidInput(
            "exchange.dispatch_id", "The dispatch id is not one of ours.", hint="Send it back as it came."
        ) from None
    sent = Outbox.objects.filter(department=department, dispatch_id=dispatch_id)
    row = sent.exclude(kind="notify").first()  # what a process told it is nothing to decide
    if row is None:
        raise NotFound(
            "exchange.unknown_dispatch",
            "No such dispatch was sent to this department.",
            hint="Send the id back as it came.",
        )
    return row.application_id


def _check_storable(reply: Reply) -> None:
    check_storable(reply.reply_id, _content(reply))


def check_storable(identity: str, content: dict[str, Any]) -> None:
    """Raise InvalidInput for what cannot be kept: the database holds no NUL, and an id is a short word."""
    if len(identity) > MAX_ID:
        raise InvalidInput(
            "exchange.reply_id", f"A reply id has at most {MAX_ID} characters.", hint="Send a shorter one."
        )
    if "\\u0000" in json.dumps(content) or "\0" in identity:
        raise InvalidInput(
            "exchange.reply_text", "A text of the reply holds a NUL character.", hint="Send plain text."
        )


def _content(reply: Reply) -> dict[str, Any]:
    return {
        "kind": reply.kind,
        "at": reply.at.astimezone(UTC).isoformat(),
        "receipt": reply.receipt,
        "values": dict(reply.values),
        "certificates": [
            {
                "code": one.code,
                "number": one.number,
                "issued_on": one.issued_on.isoformat() if one.issued_on else None,
                "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            }
            for one in reply.certificates
        ],
        "faults": [
            {
                "address": one.address,
                "material": one.material,
                "what": one.what,
                "why": one.why,
                "how": one.how,
                "law": one.law,
            }
            for one in reply.faults
        ],
        "reasons": [{"code": one.code, "text": one.text, "law": one.law} for one in reply.reasons],
    }


def _seen(nonce: str, expires: datetime) -> bool:
    """Remember a nonce; True when it had been seen."""
    _, new = Nonce.objects.get_or_create(value=nonce, defaults={"expires_at": expires})
    return not new


def refuse(department: str, reason: str) -> None:
    """Record that a message under `department`'s address was refused.

    The journal is for ever and anyone may call, so a name that is no partner's is not written into it.
    """
    known = department if partners.is_partner(department) else UNKNOWN
    with transaction.atomic():
        record(
            f"department:{known}",
            ReplyRefused(department=known, reason=reason),
            actor=Actor("department", known),
        )
