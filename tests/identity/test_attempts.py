"""How often a sign-in may fail."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client, RequestFactory

from tests.identity.test_sign_in import enrol
from tongban.identity import attempts
from tongban.identity.events import SignInHeld
from tongban.identity.models import Account, SignInFailure
from tongban.journal import queries as journal

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
RIGHT = "long-enough-1"


def sign_in(client: Client, password: str, name: str = "mama", address: str = "127.0.0.1") -> tuple[int, str]:
    """The sign-in form, sent."""
    response = client.post("/login", {"username": name, "password": password}, REMOTE_ADDR=address)
    return response.status_code, response.content.decode()


def test_after_ten_failures_the_page_says_when_to_try_again(client: Client) -> None:
    """Even the right password waits then; fifteen minutes after the failures it signs in."""
    enrol()
    with time_machine.travel(NOON, tick=False):
        for _ in range(10):
            assert sign_in(client, "wrong")[0] == 422
        status, page = sign_in(client, RIGHT)
        assert status == 429
        assert "大约 15 分钟后再试" in page
        assert client.post("/login", {"username": "mama", "password": RIGHT}).headers["Retry-After"] == "900"
    with time_machine.travel(NOON + dt.timedelta(minutes=14), tick=False):
        assert "大约 1 分钟后再试" in sign_in(client, "wrong")[1]
    with time_machine.travel(NOON + dt.timedelta(minutes=15), tick=False):
        assert sign_in(client, RIGHT)[0] == 302
    assert not SignInFailure.objects.exists()


def test_a_stranger_shuts_nobody_out_for_longer_than_the_window(client: Client) -> None:
    """Attempts that are refused by the limit are not counted, so that going on trying lengthens nothing."""
    enrol()
    with time_machine.travel(NOON, tick=False):
        for _ in range(10):
            sign_in(client, "wrong")
    for minute in range(1, 15):
        with time_machine.travel(NOON + dt.timedelta(minutes=minute), tick=False):
            assert sign_in(client, "wrong")[0] == 429
    with time_machine.travel(NOON + dt.timedelta(minutes=15), tick=False):
        assert sign_in(client, RIGHT)[0] == 302


def test_an_unknown_name_is_held_just_the_same(client: Client) -> None:
    """Whether a name exists is not told by the limit either; the record names nobody."""
    with time_machine.travel(NOON, tick=False):
        answers = [sign_in(client, "wrong", name="nobody")[0] for _ in range(11)]
    assert answers == [422] * 10 + [429]
    [held] = journal.stream("sign-in", [SignInHeld.TYPE])
    assert held.data == {"method": "local", "limit": "name"}
    assert not [
        row
        for row in SignInFailure.objects.all()
        if "nobody" in row.key or not re.fullmatch(r"[0-9a-f]{64}", row.key)
    ]


def test_the_limit_is_on_the_record_of_the_account(client: Client) -> None:
    """Who looks at an account sees that it was attacked, once per time that it was held."""
    enrol()
    for _ in range(12):
        sign_in(client, "wrong")
    account = Account.objects.get(username="mama")
    assert len(journal.stream(f"account:{account.pk}", [SignInHeld.TYPE])) == 1


def test_one_address_cannot_try_name_after_name(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures under different names from one address add up; another address is not touched."""
    enrol()
    monkeypatch.setitem(attempts._MOST, "address", 3)
    for number in range(3):
        assert sign_in(client, "wrong", name=f"guess-{number}", address="8.8.4.4")[0] == 422
    assert sign_in(client, RIGHT, address="8.8.4.4")[0] == 429
    assert sign_in(client, RIGHT, address="8.8.8.8")[0] == 302


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "fd00::1", "", "unix:"])
def test_an_address_of_the_own_network_is_not_counted(address: str) -> None:
    """Behind a proxy everybody would share one; nobody is held up for the others."""
    assert set(attempts.keys_of("mama", RequestFactory().get("/", REMOTE_ADDR=address))) == {"name"}


def test_a_household_is_one_address() -> None:
    """Of IPv6 the network counts, since a household has more addresses than anybody can try."""
    one, other, far = (
        attempts.keys_of("mama", RequestFactory().get("/", REMOTE_ADDR=address))["address"]
        for address in ("2408:8000::1", "2408:8000::ffff", "2408:8000:0:1::1")
    )
    assert one == other
    assert one != far


def test_old_failures_are_dropped() -> None:
    """Nothing about an attempt is kept for longer than it counts."""
    attempts.failed({"name": "a" * 64}, NOON)
    assert attempts.forget(NOON + dt.timedelta(minutes=14)) == 0
    assert attempts.forget(NOON + dt.timedelta(minutes=15)) == 1
