"""Structured logs, without people in them.

One line of JSON per entry (`TONGBAN_LOG=json`, the default when output is no terminal) or a readable one.
Entries name things by id and code; should a personal value slip in, `drop_personal` replaces it before it is
written.
"""

import logging
import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from tongban.kernel.log import structlog

EventDict = MutableMapping[str, Any]
Processor = Callable[[Any, str, EventDict], Any]

DROPPED = "[not logged]"

PERSONAL = frozenset(
    [
        "name",
        "full_name",
        "applicant_name",
        "given_name",
        "family_name",
        "former_name",
        "alias",
        "nickname",
        "id_number",
        "resident_id",
        "passport_number",
        "document_number",
        "credit_code",
        "licence_number",
        "mobile",
        "phone",
        "telephone",
        "email",
        "address",
        "residence",
        "postcode",
        "wechat",
        "birth_date",
        "birthday",
        "sex",
        "gender",
        "ethnic_group",
        "nationality",
        "religion",
        "marital_status",
        "account",
        "bank_account",
        "card_number",
        "account_number",
        "password",
        "passwd",
        "secret",
        "token",
        "cookie",
        "session",
        "authorization",
        "csrfmiddlewaretoken",
        "values",
        "answers",
        "payload",
        "body",
        "form",
        "photo",
        "signature",
    ]
)
"""Keys whose value is about a person, or opens something; also as the last part of `mother.id_number`."""

# Neither may be a part of a longer word: application ids are hexadecimal and may hold eleven digits in a row.
_RESIDENT_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])",
    re.ASCII,
)
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z.])(?<![0-9A-Fa-f]-)(?:\+?86[- ]?)?1[3-9]\d{9}(?![0-9A-Za-z.])", re.ASCII
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_DSN = re.compile(r"(\w+://)[^@/\s]+@")


def drop_personal(_logger: object, _method: str, entry: EventDict) -> EventDict:
    """A structlog processor: values of personal keys go, numbers and addresses inside texts are blacked out.

    Goes into mappings and lists. The name of the event, the level and the time stay as they are.
    """
    return {key: _clean(key, value) for key, value in entry.items()}


def _clean(key: str, value: Any) -> Any:
    if _is_personal(key):
        return DROPPED
    return _without_people(value)


def _without_people(value: Any) -> Any:
    if isinstance(value, str):
        return _black_out(value)
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_people(inner) for inner in value]
    if isinstance(value, bool | int | float) or value is None:
        # A number may be somebody's, too: 18 or 11 digits with the right shape.
        cleaned = _black_out(str(value))
        return value if cleaned == str(value) else cleaned
    return _black_out(str(value))


def _is_personal(key: str) -> bool:
    """`mother.id_number`, `idNumber` and `ID-Number` are all `id_number`."""
    last = re.split(r"[.\[\]/]", key.strip("]"))[-1]
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last).replace("-", "_").lower()
    return snake in PERSONAL


def _black_out(text: str) -> str:
    for pattern in (_RESIDENT_ID, _MOBILE, _EMAIL):
        text = pattern.sub(DROPPED, text)
    return _DSN.sub(r"\1", text)


def configure(process: str | None = None, *, level: int = logging.INFO) -> None:
    """Set up structlog and the standard library's logging for one process; once, at its start.

    Args:
        process: short name of the process, in every entry; default: the supervisor's name for it.
        level: entries below it are dropped.
    """
    as_json = os.environ.get("TONGBAN_LOG", "console" if sys.stderr.isatty() else "json") == "json"

    name = process or os.environ.get("TONGBAN_SERVICE", "").rpartition(":")[2] or "tongban"

    def who(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        entry["process"] = name
        return entry

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        who,
        _trace_without_values,
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def _trace_without_values(_logger: object, _method: str, entry: EventDict) -> EventDict:
    """An exception becomes its type and its places in the code: its message may quote what somebody typed.

    Messages of our own errors stay: they hold no personal data by their contract.
    """
    from tongban.kernel.errors import TongbanError

    info = entry.pop("exc_info", None)
    if not info:
        return entry
    error = sys.exc_info()[1]
    if isinstance(info, BaseException):
        error = info
    elif isinstance(info, tuple):
        error = info[1]
    if error is None:
        return entry
    entry["error"] = type(error).__qualname__
    if isinstance(error, TongbanError):
        entry["error_code"], entry["detail"] = error.code, error.detail
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    entry["trace"] = places[-12:]
    return entry
