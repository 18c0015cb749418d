import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.crypto import ED25519, SUITES, KeyPair, from_base64, to_base64
from tongban.kernel.errors import InvalidInput

VECTORS = Path(__file__).parents[3] / "shared/data/trust-vectors/wycheproof/ed25519_test.json"
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def small_order_encodings() -> set[bytes]:
    """Every 32 bytes that decode to a point of order 1, 2, 4 or 8, found by the curve's equation."""
    root = pow(2, (P - 1) // 4, P)

    def square_roots(square: int) -> set[int]:
        candidate = pow(square, (P + 3) // 8, P)
        return {y for c in (candidate, candidate * root % P) for y in (c, P - c) if y * y % P == square % P}

    # order 1: y = 1; order 2: y = -1; order 4: y = 0; order 8: x² = -y², so d·y⁴ + 2y² - 1 = 0
    ys = {0, 1, P - 1}
    for s in square_roots(1 + D):
        ys |= square_roots((s - 1) * pow(D, -1, P) % P)
    return {
        (value + sign * 2**255).to_bytes(32, "little")
        for y in ys
        for value in (y, y + P)
        if value < 2**255
        for sign in (0, 1)
    }


def test_the_first_vector_of_the_standard() -> None:
    """RFC 8032 §7.1, test 1: key and signature are the published ones."""
    private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    pair = ED25519.key_pair(private)

    assert pair.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert ED25519.sign(private, b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )


def test_wycheproof() -> None:
    """Every Wycheproof case for Ed25519 is judged as published."""
    if not VECTORS.exists():
        pytest.skip(f"Wycheproof vectors are not here: {'/'.join(VECTORS.parts[-5:])}")
    document = json.loads(VECTORS.read_text("utf-8"))
    wrong = [
        case["tcId"]
        for group in document["testGroups"]
        for case in group["tests"]
        if ED25519.verify(
            bytes.fromhex(group["publicKey"]["pk"]), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        )
        != (case["result"] == "valid")
    ]

    assert wrong == []
    assert sum(len(group["tests"]) for group in document["testGroups"]) == document["numberOfTests"] > 100


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_signature_holds_for_its_own_message_only(message: bytes, other: bytes) -> None:
    """What was signed verifies; anything else does not."""
    pair = ED25519.generate()
    signature = ED25519.sign(pair.private, message)

    assert ED25519.verify(pair.public, message, signature)
    assert ED25519.verify(pair.public, other, signature) is (other == message)


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_garbage_is_answered_with_no(public: bytes, message: bytes, signature: bytes) -> None:
    """A stranger's bytes never crash a verification."""
    assert ED25519.verify(public, message, signature) is False


def test_every_low_order_key_is_refused() -> None:
    """A key for which one signature fits many messages is refused in all of its spellings."""
    encodings = small_order_encodings()

    # Five y-values, two of them with a second spelling, each with either sign bit.
    assert len(encodings) == 14
    for public in encodings:
        with pytest.raises(InvalidInput) as caught:
            ED25519.check_public(public)
        assert caught.value.code == "crypto.weak_key"
        # The identity as R with s = 0 satisfies the equation for such keys, whatever the message.
        assert not ED25519.verify(public, b"any", (1).to_bytes(32, "little") + bytes(32))


@pytest.mark.parametrize(
    "raw", [b"", b"x" * 31, b"x" * 33, (P + 3).to_bytes(32, "little"), b"\x02" + bytes(31)]
)
def test_what_is_no_public_key_is_refused(raw: bytes) -> None:
    """A wrong length, a second spelling of a point or bytes off the curve are no key."""
    with pytest.raises(InvalidInput):
        ED25519.check_public(raw)


def test_a_key_goes_to_a_file_and_comes_back() -> None:
    """A private key saved as PEM is the same key after loading."""
    pair = ED25519.generate()
    pem = ED25519.to_pem(pair.private)

    assert pem.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert ED25519.key_pair(ED25519.from_pem(pem)) == pair
    assert ED25519.check_public(from_base64(to_base64(pair.public))) == pair.public


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_broken_key_file_gets_a_clear_answer(pem: bytes) -> None:
    """A file that holds no key says so and does not quote itself."""
    with pytest.raises(InvalidInput) as caught:
        ED25519.from_pem(pem)

    assert caught.value.code == "crypto.pem"


@pytest.mark.parametrize("text", ["", "AA", "AB==", "A A=", "AAA=\n", "é"])
def test_base64_has_one_spelling(text: str) -> None:
    """A key text with stray bits, spaces or missing padding is refused."""
    with pytest.raises(InvalidInput):
        from_base64(text)


def test_a_private_key_does_not_show_itself() -> None:
    """A key pair in a traceback shows only its public half."""
    pair = ED25519.key_pair(bytes(range(32)))

    assert repr(pair) == f"KeyPair(public='{to_base64(pair.public)}')"
    with pytest.raises(InvalidInput):
        ED25519.key_pair(b"short")
    assert isinstance(pair, KeyPair)
    assert SUITES["ed25519"] is ED25519
