import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import canonical
from tongban.kernel.errors import InvalidInput

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_the_example_of_the_standard_comes_out_to_the_byte() -> None:
    """The example of RFC 8785 §3.2.2 has its published form."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\x0f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }

    assert canonical.dumps(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_by_utf16_units() -> None:
    """An emoji key stands before a compatibility Hebrew one, as RFC 8785 §3.2.3 orders."""
    assert canonical.dumps({"\ufb33": 1, "😀": 2, "€": 3}) == '{"€":3,"😀":2,"\ufb33":1}'.encode()


@given(json_values)
def test_the_form_reads_back_and_does_not_depend_on_order(value: Any) -> None:
    """Canonical bytes are JSON of the same value, and canonicalising them again changes nothing."""
    data = canonical.dumps(value)

    assert json.loads(data) == value
    assert canonical.dumps(json.loads(data)) == data


@given(json_values)
def test_the_quick_way_gives_the_same_bytes(value: Any) -> None:
    """What the standard encoder writes is what the library for RFC 8785 writes."""
    assert canonical.dumps(value) == rfc8785.dumps(value)


def test_a_digest_is_sha256_of_the_bytes() -> None:
    """Anyone can recompute a digest with a stock tool."""
    assert (
        canonical.digest({"b": 1, "a": "湖南"}) == hashlib.sha256('{"a":"湖南","b":1}'.encode()).hexdigest()
    )


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**53, Decimal("1.5"), {1: "x"}, b"x", "\ud800", {"a": object()}, {"x"}],
)
def test_what_has_no_canonical_form_is_refused_without_quoting_it(value: Any) -> None:
    """A value that JSON cannot carry exactly is refused, and the message keeps the value to itself."""
    with pytest.raises(InvalidInput) as caught:
        canonical.dumps({"secret": value})

    assert caught.value.code == "canonical.not_json"
    assert "secret" not in str(caught.value)
