"""Nothing personal reaches a log."""

import io
import json
import logging
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tongban.kernel.errors import InvalidInput
from tongban.runtime import logs


def _dropped(**entry: Any) -> Any:
    return logs.drop_personal(None, "info", entry)


@pytest.mark.parametrize(
    "key",
    [
        "id_number",
        "mother.id_number",
        "name",
        "applicant.mobile",
        "idNumber",
        "ID-Number",
        "password",
        "body",
    ],
)
def test_a_personal_key_loses_its_value(key: str) -> None:
    """The key may stay: it tells that a value was there."""
    assert _dropped(**{key: "张三"}) == {key: logs.DROPPED}


def test_codes_and_ids_stay() -> None:
    """What support needs to find a case is kept."""
    entry = {"event": "dispatch.sent", "department": "health", "seq": 7, "ok": True, "item": None}
    assert _dropped(**entry) == entry


def test_nested_values_are_cleaned() -> None:
    """A mapping inside a list inside an entry is no hiding place."""
    assert _dropped(people=[{"id_number": "1", "role": "mother"}]) == {
        "people": [{"id_number": logs.DROPPED, "role": "mother"}]
    }


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "身份证110101199003077758。",
        "call 13812345678 now",
        "+86-13812345678",
        "a.b@example.cn",
    ],
)
def test_numbers_inside_a_text_are_blacked_out(text: str) -> None:
    """A message that quotes what somebody typed does not carry it into the log."""
    assert logs.DROPPED in _dropped(event=text)["event"]
    assert not any(
        part in _dropped(event=text)["event"] for part in ("1381234", "19491231", "19900307", "example")
    )


def test_a_number_is_no_hiding_place() -> None:
    """Eleven digits are somebody's telephone, whatever their type."""
    assert _dropped(number=13812345678) == {"number": logs.DROPPED}


def test_an_application_id_is_never_taken_for_a_number() -> None:
    """An id of hexadecimal digits may hold eleven decimal ones in a row."""
    identity = uuid.UUID("019a8c1e-7b2c-7d3e-8f4a-a13812345678")
    assert _dropped(application=identity) == {"application": str(identity)}


def test_a_database_address_loses_its_password() -> None:
    """Connection errors quote the address they tried."""
    assert _dropped(event="postgresql://tongban:s3cret@db/x failed") == {"event": "postgresql://db/x failed"}


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The standard error stream of a process with logs configured, as JSON."""
    output = io.StringIO()
    monkeypatch.setattr(sys, "stderr", output)
    monkeypatch.setenv("TONGBAN_LOG", "json")
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logs.configure("test")
    yield output
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_an_entry_is_one_line_of_json(stream: io.StringIO) -> None:
    """Machines read the log: one object per line, with time, level, logger and process."""
    structlog.get_logger("tongban.x").info("dispatch.sent", department="health", name="张三")
    entry = json.loads(stream.getvalue())
    assert entry["event"] == "dispatch.sent"
    assert entry["process"] == "test"
    assert entry["level"] == "info"
    assert entry["department"] == "health"
    assert entry["name"] == logs.DROPPED
    assert entry["timestamp"].endswith("Z")


def test_other_libraries_log_the_same_way(stream: io.StringIO) -> None:
    """Django and the drivers use the standard library; their lines are cleaned too."""
    logging.getLogger("django.request").error("Not Found: /cases/%s", "13812345678")
    entry = json.loads(stream.getvalue())
    assert "13812345678" not in stream.getvalue()
    assert entry["logger"] == "django.request"


def test_an_exception_tells_where_not_what(stream: io.StringIO) -> None:
    """The message of a foreign exception may quote somebody's data; ours may not, so it stays."""
    try:
        int("张三")
    except ValueError:
        structlog.get_logger("tongban.x").exception("import.failed")
    entry = json.loads(stream.getvalue())
    assert "张三" not in stream.getvalue()
    assert entry["error"] == "ValueError"
    assert "test_logs.py" in entry["trace"][-1]
    stream.truncate(0)
    stream.seek(0)
    structlog.get_logger("tongban.x").error("failed", exc_info=InvalidInput("a.b", "It is too long."))
    assert json.loads(stream.getvalue())["detail"] == "It is too long."
