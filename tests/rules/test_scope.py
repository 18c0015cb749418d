"""Values of an application become a context."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tongban import rules
from tongban.kernel.errors import InvalidInput


def test_addresses_become_nested_contexts_with_real_values() -> None:
    """Dates are dates, money is exact, codes stay text."""
    made = rules.context(
        {
            "child.birth_date": "2026-02-13",
            "child.weight": 3250,
            "fee": "0.10",
            "mother.code": "01",
            "m.at": None,
        },
        {
            "child.birth_date": "date",
            "child.weight": "integer",
            "fee": "money",
            "mother.code": "code",
            "m.at": "date",
        },
    )
    assert made == {
        "child": {"birth_date": date(2026, 2, 13), "weight": Decimal(3250)},
        "fee": Decimal("0.10"),
        "mother": {"code": "01"},
        "m": {"at": None},
    }


def test_a_moment_keeps_its_offset() -> None:
    """RFC 3339 moments are read with their offset."""
    made = rules.context({"a": "2026-02-13T08:30:00+08:00"}, {"a": "datetime"})
    assert made["a"] == datetime(2026, 2, 13, 8, 30, tzinfo=timezone(timedelta(hours=8)))


def test_a_list_is_read_item_by_item() -> None:
    """Several values of one element are a list."""
    assert rules.context({"a.b": ["1", "2"]}, {"a.b": "integer"}) == {"a": {"b": [Decimal(1), Decimal(2)]}}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2026-02-30", "date"),
        ("13.02.2026", "date"),
        (20260213, "date"),
        ("2026-02-13", "datetime"),
        ("abc", "decimal"),
        ("NaN", "decimal"),
        ("Infinity", "money"),
        (True, "integer"),
        ("1.5", "integer"),
        ("true", "boolean"),
        (1, "code"),
    ],
)
def test_a_value_that_is_not_of_its_type_is_refused_by_its_address(value: Any, kind: str) -> None:
    """The error names the field and not the value, which may be personal."""
    with pytest.raises(InvalidInput) as caught:
        rules.context({"child.field": value}, {"child.field": kind})
    assert caught.value.code == "rules.value"
    assert caught.value.params["address"] == "child.field"
    assert str(value) not in caught.value.detail


def test_an_unknown_type_is_refused() -> None:
    """A typing error in the catalogue is told with the known types."""
    with pytest.raises(InvalidInput, match="unknown type dat"):
        rules.context({"a.b": "x"}, {"a.b": "dat"})


@pytest.mark.parametrize("values", [{"a": "1", "a.b": "2"}, {"a.b": "2", "a": "1"}])
def test_an_address_cannot_lead_through_a_value(values: dict[str, str]) -> None:
    """`a` cannot be a value and hold `a.b` at once."""
    with pytest.raises(InvalidInput, match="leads through"):
        rules.context(values, {})
