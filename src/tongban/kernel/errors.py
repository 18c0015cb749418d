"""One tree of errors for the whole house; each says what happened and what to do next.

::

    TongbanError
    ├── InvalidInput   422  a value breaks a rule the sender can mend
    ├── NotSignedIn    401  nobody is signed in, or the session has ended
    ├── NotAllowed     403  signed in, but without the right
    ├── NotFound       404  there is no such thing, or not for this person
    ├── Conflict       409  the thing has changed or the move is not allowed in its state
    ├── TooLarge       413  an upload or a body is over the limit
    ├── Unavailable    503  another system is down; trying again later may help
    └── Internal       500  a fault of this system

A face renders an error from its *code*: the message id is ``error.<code>`` and `params` fills its places.
An API answers `TongbanError.to_problem`, which is RFC 9457 ``application/problem+json``. Neither `detail`
nor `hint` nor `params` may hold personal data: they are logged.
"""

# ruff: noqa: N818 -- a branch is named for what happened; a suffix on each would only repeat the root

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Self

TYPE_PREFIX = "urn:tongban:problem:"

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that is wrong: where, which rule, the sentence and how to mend it."""

    address: str
    """``role.element``, for example ``mother.id_number``."""
    code: str
    """Dotted lower-case code of the rule that is broken."""
    detail: str
    """What is wrong, without the value itself."""
    hint: str = ""
    """What to do next; empty when `detail` says it already."""

    def to_json(self) -> dict[str, str]:
        """This fault as a member of the problem's ``errors`` list."""
        fault = {"address": self.address, "code": self.code, "detail": self.detail}
        return fault | {"hint": self.hint} if self.hint else fault


class TongbanError(Exception):
    """Root of the tree; raise one of its branches.

    Args:
        code: dotted lower-case code, stable for ever: people's translations and clients hang on it.
        detail: one English sentence for developers and logs, without personal data.
        hint: what the reader can do next.
        status: HTTP status; the branch's own when omitted.
        faults: field errors, when several fields are wrong at once.
        params: values for the places in the translated message; JSON values without personal data. The
            param ``address`` also goes into the problem, since it tells a form which field to mark.
    """

    STATUS: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    """Status of the branch; a subclass sets its own."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        hint: str = "",
        status: int | None = None,
        faults: Iterable[FieldFault] = (),
        **params: Any,
    ) -> None:
        if not _CODE.fullmatch(code):
            raise ValueError(f"An error code is dotted lower case such as 'id_number.length', not {code!r}.")
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.hint = hint
        self.status = HTTPStatus(self.STATUS if status is None else status)
        self.faults = tuple(faults)
        self.params = params

    def __str__(self) -> str:
        return f"{self.detail} {self.hint}".strip()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.detail!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are pickled between worker processes; the default would lose the keyword arguments.
        keywords = {"hint": self.hint, "status": int(self.status), "faults": self.faults, **self.params}
        return (_rebuild, (type(self), self.code, self.detail, keywords))

    def at(self, address: str) -> Self:
        """The same error, told of the field it was found in."""
        params = self.params | {"address": address}
        return type(self)(
            self.code, self.detail, hint=self.hint, status=self.status, faults=self.faults, **params
        )

    def fault(self, address: str = "") -> FieldFault:
        """This error as one field's fault, to be gathered with others."""
        return FieldFault(address or str(self.params.get("address", "")), self.code, self.detail, self.hint)

    def to_problem(self, instance: str | None = None) -> dict[str, Any]:
        """The RFC 9457 problem object.

        Members: type, title, status, detail, code and hint always; instance, address and errors when known.
        `title` is the status phrase, which does not change between occurrences (RFC 9457 §3.1.4).
        """
        problem: dict[str, Any] = {
            "type": TYPE_PREFIX + self.code,
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "code": self.code,
            "hint": self.hint,
        }
        if instance is not None:
            problem["instance"] = instance
        if "address" in self.params:
            problem["address"] = self.params["address"]
        if self.faults:
            problem["errors"] = [fault.to_json() for fault in self.faults]
        return problem


def _rebuild(kind: type[TongbanError], code: str, detail: str, keywords: dict[str, Any]) -> TongbanError:
    return kind(code, detail, **keywords)


class InvalidInput(TongbanError):
    """A value breaks a rule; whoever sent it can mend it."""

    # The number, not HTTPStatus.UNPROCESSABLE_ENTITY: Python 3.13 renamed that member.
    STATUS = HTTPStatus(422)


class NotSignedIn(TongbanError):
    """Nobody is signed in, or the session has ended."""

    STATUS = HTTPStatus.UNAUTHORIZED


class NotAllowed(TongbanError):
    """The actor is known and has no right to this."""

    STATUS = HTTPStatus.FORBIDDEN


class NotFound(TongbanError):
    """There is no such thing, or none this actor may know of."""

    STATUS = HTTPStatus.NOT_FOUND


class Conflict(TongbanError):
    """The thing has changed meanwhile, or its state does not allow the move."""

    STATUS = HTTPStatus.CONFLICT


class TooLarge(TongbanError):
    """A body or an upload is over the limit."""

    STATUS = HTTPStatus(413)


class Unavailable(TongbanError):
    """Another system does not answer; the same request may work later."""

    STATUS = HTTPStatus.SERVICE_UNAVAILABLE


class Internal(TongbanError):
    """A fault of this system: nothing the sender could have done."""

    STATUS = HTTPStatus.INTERNAL_SERVER_ERROR
