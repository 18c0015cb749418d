"""A token opens one case for a while, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.runtime import live_tokens

NOW = 1_795_392_000.0
ONE, OTHER = "019a8c1e-7b2c-7d3e-8f4a-000000000001", "019a8c1e-7b2c-7d3e-8f4a-000000000002"


def test_it_opens_its_own_case_until_it_expires() -> None:
    """Good for the time it was made for, to the second."""
    token = live_tokens.sign("secret", ONE, now=NOW, lifetime=60)
    assert live_tokens.verify("secret", ONE, token, now=NOW + 59)
    assert not live_tokens.verify("secret", ONE, token, now=NOW + 60)


def test_it_opens_no_other_case_and_no_other_installation() -> None:
    """Another id or another secret: refused."""
    token = live_tokens.sign("secret", ONE, now=NOW)
    assert not live_tokens.verify("secret", OTHER, token, now=NOW)
    assert not live_tokens.verify("other", ONE, token, now=NOW)


def test_a_later_expiry_written_into_it_is_refused() -> None:
    """The end of its life is signed."""
    expiry, _dot, mac = live_tokens.sign("secret", ONE, now=NOW).partition(".")
    assert not live_tokens.verify("secret", ONE, f"{int(expiry) + 1}.{mac}", now=NOW)
    assert not live_tokens.verify("secret", ONE, f"0{expiry}.{mac}x", now=NOW)


@pytest.mark.parametrize(
    "token", ["", ".", "1.", ".x", "١٢.x", "9" * 5000 + ".x", "1795478400", "张.三", "-5.x"]
)
def test_nonsense_is_refused_without_an_error(token: str) -> None:
    """Whatever stands in the address, the answer is no."""
    assert not live_tokens.verify("secret", ONE, token, now=NOW)


@given(st.text())
def test_no_text_is_a_token(token: str) -> None:
    """Nobody guesses one."""
    assert not live_tokens.verify("secret", ONE, token, now=NOW)
