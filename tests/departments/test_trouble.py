"""What goes wrong in real life: crashes, outages, repeated messages, forged ones."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from departments._config import load
from tests.departments.running import ROOT, Platform, Running, dialect, wait_for
from tests.departments.values import ITEMS, birth_certificate, household, person
from tongban.exchange.dialect import DialectError
from tongban.exchange.signatures import sign_request
from tongban.kernel.crypto import ED25519, to_base64
from tongban.kernel.errors import InvalidInput

pytestmark = pytest.mark.slow

System = Callable[..., Running]
KEY = {"mother.id_number": person("mother").id_number}


def test_the_same_message_again_has_no_second_effect(own: System, platform: Platform) -> None:
    """Ten times the same dispatch, at once and after its end: one matter, one decision, one receipt."""
    health = own("health")
    receipts: list[str] = []

    def send() -> None:
        receipts.append(health.send("submit", "birth_certificate", "d1", birth_certificate()))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    platform.wait("d1", "approved")
    receipts.append(health.send("submit", "birth_certificate", "d1", birth_certificate()))
    receipts.append(
        health.send("submit", "birth_certificate", "d1", birth_certificate(), message="another attempt")
    )
    assert len(receipts) == 10
    assert len(set(receipts)) == 1
    effects = health.effects()
    assert (effects["opened"]["d1"], effects["effects"]["d1"], effects["messages"]["d1"]) == (1, 1, 10)
    assert len(platform.of("d1", "accepted")) == len(platform.of("d1", "approved")) == 1


def test_a_supplement_twice_is_one(own: System, platform: Platform) -> None:
    """The answer to a correction counts once; after the decision it changes nothing."""
    police = own("public_security")
    police.send("submit", "household_registration_newborn", "d1", {**household(), "child.name": "7"})
    platform.wait("d1", "correction")
    mended = {"child.name": household()["child.name"]}
    first = police.send("supplement", "household_registration_newborn", "d1", mended)
    platform.wait("d1", "approved")
    assert police.send("supplement", "household_registration_newborn", "d1", mended) == first
    assert police.send("supplement", "household_registration_newborn", "d1", mended, "late") == first
    assert police.effects()["states"]["d1"] == "decided"
    assert police.effects()["effects"]["d1"] == 1


def test_replies_wait_for_the_platform(own: System, platform: Platform) -> None:
    """While the platform is down nothing is lost; when it is back the replies come in their order."""
    platform.down = True
    health = own("health")
    health.send("submit", "parenting_guidance", "d1", ITEMS["parenting_guidance"][1]())
    wait_for(lambda: health.effects()["effects"].get("d1"))
    assert platform.of("d1") == []
    assert health.effects()["undelivered"] == 2
    platform.down = False
    platform.wait("d1", "approved")
    assert [one.kind for one in platform.of("d1")] == ["accepted", "approved"]


def test_a_reply_whose_answer_was_lost_comes_again(own: System, platform: Platform) -> None:
    """At least once: the same reply id comes again until it is acknowledged, then no more."""
    platform.forgetful = 2
    health = own("health")
    health.send("submit", "parenting_guidance", "d1", ITEMS["parenting_guidance"][1]())
    platform.wait("d1", "approved")
    accepted = platform.of("d1", "accepted")
    assert len(accepted) == 3
    assert len({one.reply_id for one in accepted}) == 1
    wait_for(lambda: health.effects()["undelivered"] == 0)
    assert health.effects()["effects"]["d1"] == 1


@pytest.mark.parametrize("code", ["health", "public_security"])
def test_a_killed_system_goes_on_where_it_was(own: System, platform: Platform, code: str) -> None:
    """Kill -9 again and again in the middle of many matters: each ends once, none is lost."""
    item, values = {
        "health": ("parenting_guidance", ITEMS["parenting_guidance"][1]()),
        "public_security": ("household_registration_newborn", household()),
    }[code]
    system = own(code, staff_delay_ms=[0, 250])
    for round_ in range(4):
        for number in range(6):
            dispatch = f"d{round_}-{number}"
            assert system.send("submit", item, dispatch, values)
        time.sleep(0.03 * round_)
        system.kill()
        system.start()
    dispatches = [f"d{round_}-{number}" for round_ in range(4) for number in range(6)]
    for dispatch in dispatches:
        platform.wait(dispatch, "approved")
        # Nothing that was acknowledged is forgotten: asking again gives the matter there is.
        assert system.send("submit", item, dispatch, values)
    effects = system.effects()
    assert effects["effects"] == dict.fromkeys(dispatches, 1)
    assert effects["opened"] == dict.fromkeys(dispatches, 1)
    produced = [next(iter(sorted(platform.of(one, "approved")[0].values.items()))) for one in dispatches]
    address = {"health": "child.guidance_file_number", "public_security": "child.id_number"}[code]
    numbers = [platform.of(one, "approved")[0].values[address] for one in dispatches]
    assert len(set(numbers)) == len(produced) == 24
    # A reply that came twice is the same reply.
    for dispatch in dispatches:
        assert len({one.reply_id for one in platform.of(dispatch, "approved")}) == 1


def test_a_killed_system_remembers_its_script_and_the_nonces(own: System, platform: Platform) -> None:
    """A replay is refused after a restart too, and the clerks still know what they were told."""
    health = own("health")
    told = {"parenting_guidance": [{"reject": {"text": "试验"}}]}
    health.control(script=told)
    request = dialect("health").encode_lookup("lookup_birth_record", KEY)
    headers = health.signed(request)
    assert health.raw("GET", request.target, headers, None).status == 200
    health.kill()
    health.start()
    replay = health.raw("GET", request.target, headers, None)
    assert (replay.status, replay.json()["code"]) == (409, "signature.replayed")
    assert health.control()["script"] == told
    health.send("submit", "parenting_guidance", "d1", ITEMS["parenting_guidance"][1]())
    assert platform.wait("d1", "rejected").reasons[0].text == "试验"


def test_an_outage_stops_everything_and_loses_nothing(own: System, platform: Platform) -> None:
    """During an outage every request fails and no clerk works; afterwards the matter ends."""
    health = own("health", staff_delay_ms=[1500, 1500])
    health.send("submit", "parenting_guidance", "d1", ITEMS["parenting_guidance"][1]())
    assert health.control(outage=True)["outage"] is True
    with pytest.raises(DialectError) as caught:
        health.look_up("lookup_birth_record", KEY, [])
    assert caught.value.code == "dialect.unavailable"
    assert health.raw("GET", "/health", {}, None).status == 503
    time.sleep(2.0)  # past the time at which the clerk would have been done
    assert platform.of("d1", "approved") == []
    health.control(outage=False)
    platform.wait("d1", "approved")
    assert health.raw("GET", "/health", {}, None).status == 200


def test_errors_come_at_the_rate_that_was_set(own: System) -> None:
    """With a rate of one every request fails, with zero none."""
    tax = own("tax", error_rate=1)
    request = dialect("tax").encode_lookup("lookup_tax_person", {"subject.id_number": "x"})
    assert {tax.ask(request)[0] for _ in range(5)} == {500}
    tax.control(error_rate=0)
    assert {tax.ask(request)[0] for _ in range(5)} == {200}


def test_latency_is_what_was_set(own: System) -> None:
    """A slow department is slow."""
    tax = own("tax")
    request = dialect("tax").encode_lookup("lookup_tax_person", {"subject.id_number": "x"})
    tax.control(latency_ms=[250, 260])
    start = time.monotonic()
    tax.ask(request)
    assert time.monotonic() - start >= 0.25


def _changed(headers: dict[str, str], **change: str) -> dict[str, str]:
    return {**headers, **{name.replace("_", "-"): value for name, value in change.items()}}


def test_a_bad_signature_is_refused(own: System) -> None:
    """Unsigned, forged, changed, expired and misdirected requests each get their own refusal."""
    system = own("public_security")
    request = dialect("public_security").encode_lookup(
        "lookup_population", {"subject.id_number": person("mother").id_number}
    )
    stranger = ED25519.generate().private

    def ask(headers: dict[str, str], body: bytes = request.body, target: str = request.target) -> Any:
        answer = system.raw("POST", target, headers, body)
        assert "signature" not in answer.headers
        return answer.status, answer.json()["code"]

    good = system.signed(request)
    old = {"content-type": request.content_type}
    old |= sign_request(
        "POST",
        request.target,
        old,
        request.body,
        private_key=system.platform.keys.private,
        keyid="platform",
        now=datetime.now(UTC) - timedelta(hours=1),
    )
    other = {"content-type": request.content_type}
    other |= sign_request(
        "POST",
        request.target,
        other,
        request.body,
        private_key=system.keys.private,
        keyid="public_security",
        now=datetime.now(UTC),
    )
    assert ask({"content-type": request.content_type}) == (401, "signature.missing")
    assert ask(system.signed(request, key=stranger)) == (401, "signature.invalid")
    assert ask(good, body=request.body + b" ") == (401, "signature.digest_mismatch")
    assert ask(good, target="/gaapi/hjxx/cx") == (401, "signature.invalid")
    assert ask(good, target=request.target + "?x=1") == (401, "signature.invalid")
    assert ask(_changed(good, content_type="application/json; charset=gbk")) == (401, "signature.invalid")
    assert ask(old) == (401, "signature.expired")
    assert ask(other) == (401, "signature.unknown_key")
    assert system.effects()["lookups"] == {}
    assert system.ask(request)[0] == 200


def test_a_huge_body_is_refused(own: System) -> None:
    """More than a megabyte is not read to its end."""
    health = own("health")
    request = health.message("submit", "parenting_guidance", "d1", {})
    huge = replace(request, body=b"{" + b" " * (1 << 20) + b"}")
    answer = health.raw("POST", huge.target, health.signed(huge), huge.body)
    assert answer.status == 413


def test_the_control_plane_needs_its_token(own: System) -> None:
    """Without the token nobody reads or changes anything, and nonsense is explained."""
    health = own("health")
    for headers in ({}, {"authorization": "Bearer wrong"}):
        assert health.raw("GET", "/_control", headers, None).status == 403
        assert health.raw("GET", "/_control/effects", headers, None).status == 403
        assert health.raw("POST", "/_control", headers, b'{"outage": true}').status == 403
    token = {"authorization": "Bearer token-of-the-tests"}
    for nonsense in (
        b"",
        b"[]",
        b'{"colour": 1}',
        b'{"error_rate": 2}',
        b'{"outage": "yes"}',
        b'{"latency_ms": [5, 1]}',
        b'{"script": {"deed_tax": []}}',
        b'{"script": {"birth_certificate": [{"dance": 1}]}}',
        b'{"script": {"birth_certificate": [{"correction": {"faults": []}}]}}',
        b'{"script": {"birth_certificate": [{"correction": {"faults": [{"what": "x"}]}}]}}',
    ):
        answer = health.raw("POST", "/_control", token, nonsense)
        assert answer.status == 422, nonsense
        assert answer.json()["error"], nonsense
    assert health.control()["error_rate"] == 0


def test_a_taken_port_is_told_in_one_sentence(own: System, tmp_path: Path) -> None:
    """A system that cannot listen ends at once with a sentence and status 2."""
    health = own("health")
    folder = tmp_path / "second"
    shutil.copytree(health.folder, folder, ignore=shutil.ignore_patterns("data"))
    good = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**good, "port": health.port}))
    done = subprocess.run(
        [sys.executable, "-m", "departments", "health", "--config", str(folder / "config.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2
    assert f"127.0.0.1:{health.port}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"port": "80"}, "port"),
        ({"port": 70000}, "port"),
        ({"host": "192.0.2.1"}, "host"),
        ({"private_key_file": "nowhere.pem"}, "private_key_file"),
        ({"colour": "red"}, "keys"),
        ({"code": "tax"}, "code"),
        ({"seed": {"residents": "many"}}, "seed"),
        ({"seed": {"reference_date": "today"}}, "seed"),
        ({"latency_ms": [5, 1]}, "latency_ms"),
        ({"staff_delay_ms": -1}, "staff_delay_ms"),
        ({"error_rate": 2}, "error_rate"),
        ({"control_token": ""}, "control_token"),
    ],
)
def test_a_wrong_configuration_names_its_key(tmp_path: Path, change: dict[str, Any], code: str) -> None:
    """Whoever writes the file learns which key is wrong."""
    pair = ED25519.generate()
    (tmp_path / "key.pem").write_bytes(ED25519.to_pem(pair.private))
    good = {
        "port": 0,
        "database": "data.sqlite",
        "platform_url": "http://127.0.0.1:8000/",
        "platform_public_key": to_base64(pair.public),
        "private_key_file": "key.pem",
        "control_token": "token",
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(good))
    found = load("health", path)
    assert (found.host, found.platform_url) == ("127.0.0.1", "http://127.0.0.1:8000")
    assert found.staff_delay_ms == (200, 600)
    path.write_text(json.dumps({**good, **change}))
    with pytest.raises(InvalidInput) as caught:
        load("health", path)
    assert caught.value.code == f"department_config.{code}"
    path.write_text("{")
    with pytest.raises(InvalidInput, match="JSON"):
        load("health", path)


def test_filling_again_changes_nothing_and_other_people_replace_them(own: System) -> None:
    """The same seed keeps what happened since; another seed brings other people."""
    health = own("health")
    path = health.folder / "data" / "system.sqlite"

    def women() -> list[Any]:
        with sqlite3.connect(path) as db:
            found = db.execute("select id_no from women order by 1").fetchall()
        db.close()
        return found

    health.send("submit", "parenting_guidance", "d1", ITEMS["parenting_guidance"][1]())
    before = women()
    health.stop()
    health.start()
    assert women() == before
    assert health.effects()["opened"] == {"d1": 1}
    health.stop()
    health.settings["seed"] = {"residents": 300, "companies": 20, "seed": 7}
    health.start()
    assert len(women()) < len(before)
    assert women() != before
