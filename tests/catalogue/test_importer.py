"""Taking in a district's list: every row is kept, and what is wrong with it is told."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue.importer import CodeParts, check_department_code, parse, parse_code
from tongban.kernel.errors import InvalidInput, TongbanError
from tongban.kernel.numbers import make_credit_code

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "catalogue" / "guangan_items.json"
GOOD = "11511301008778183N"


def listing(*rows: Any) -> bytes:
    """A list of one department with these rows."""
    return json.dumps(
        [{"department": "甲局", "items": [{"main_item": "甲", "sub_items": list(rows)}]}]
    ).encode()


def row(code: str, department: str = "", area: str = "") -> dict[str, str]:
    """A row whose link carries these codes."""
    link = f"http://example.org/item?areaCode={area}&itemCode={code}&taskType=1&deptCode={department}"
    return {"name": "某事项", "link": link, "qrcode": ""}


def test_a_code_with_hyphens_in_its_catalogue_part_is_read_from_the_end() -> None:
    """`G-000007-001` is one catalogue part, not three."""
    parts, finding = parse_code(f"G-000007-001-511602000000-000-{GOOD}-1-00")

    assert finding is None
    assert parts == CodeParts(
        catalogue="G-000007-001",
        area="511602000000",
        sequence="000",
        department=GOOD,
        version="1",
        suffix="00",
    )


@pytest.mark.parametrize(
    ("code", "area"),
    [
        ("512C0107400001-511602000000-000-00877868-5-1-00", "511602000000"),
        ("E-000021-001-1111111111111111", ""),
        (f"511A-51160200000-000-{GOOD}-1-00", ""),
        (f"511A-511602000000-000-{GOOD}-1-0", ""),
        (f"511A-５１１６０２００００００-000-{GOOD}-1-00", ""),
        ("-", ""),
    ],
)
def test_a_malformed_code_is_reported_and_what_can_be_read_is_read(code: str, area: str) -> None:
    """A broken code is a finding with the code; the parts that can be told are kept."""
    parts, finding = parse_code(code)

    assert finding is not None
    assert (finding.code, finding.value) == ("item_code.malformed", code)
    assert parts.area == area


def _corrupt(code: str) -> str:
    return code[:-1] + ("1" if code[-1] != "1" else "2")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (GOOD, None),
        (_corrupt(GOOD), "credit_code.invalid"),
        (GOOD.lower(), "credit_code.invalid"),
        ("1151130108778239R", "credit_code.invalid"),
        ("TE5116020105116050", "credit_code.invalid"),
        ("083372204", None),
        ("083372205", "organisation_code.invalid"),
        ("00877836X", None),
        ("2222222222222", "department_code.unknown_form"),
    ],
)
def test_department_codes_are_checked_as_what_they_want_to_be(code: str, expected: str | None) -> None:
    """Eighteen characters are a credit code, nine an organisation code, the rest is told too."""
    finding = check_department_code(code)

    assert (finding.code if finding else None) == expected


@given(st.integers(min_value=0, max_value=999_999))
def test_every_valid_credit_code_passes_and_a_changed_check_digit_does_not(serial: int) -> None:
    """No valid code is reported."""
    code = make_credit_code("511602", serial)

    assert check_department_code(code) is None
    assert check_department_code(_corrupt(code)) is not None


def test_no_row_is_dropped_whatever_it_holds() -> None:
    """Rows without a name, a link, a code, or that are no rows at all are kept with findings."""
    rows: list[Any] = [
        row(f"A-511602000000-000-{GOOD}-1-00", GOOD),
        {},
        None,
        7,
        "x",
        {"name": 3, "link": ["a"]},
    ]
    rows += [{"name": "坏", "link": "http://[bad"}, row("broken"), row("broken")]

    found = parse(listing(*rows))

    assert [one.position for one in found.rows] == list(range(1, len(rows) + 1))
    assert [bool(one.findings) for one in found.rows] == [False] + [True] * (len(rows) - 1)
    assert len({one.key for one in found.rows}) == len(rows)
    assert found.counts()["item_code.repeated"] == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.not_json"),
        (b"[{", "import.not_json"),
        (b"{}", "import.wrong_shape"),
        (b"3", "import.wrong_shape"),
        (b'[{"department": "x"}]', "import.no_rows"),
        (b'["x"]', "import.no_rows"),
        ('["名"]'.encode("gbk"), "import.not_utf8"),
        (b"[" * 100_000, "import.not_json"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_clearly(data: bytes, code: str) -> None:
    """A wrong file is refused with what is wrong, not half taken in."""
    with pytest.raises(TongbanError) as caught:
        parse(data)

    assert caught.value.code == code


def test_an_empty_list_is_an_empty_list() -> None:
    """A district without items is possible."""
    assert parse(b"[]").rows == ()


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["department", "items", "sub_items", "name", "link"]), inner, max_size=3
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_a_list_or_a_clear_error(value: Any) -> None:
    """No JSON makes the import crash."""
    with suppress(InvalidInput):
        found = parse(json.dumps(value).encode())
        assert len({row.key for row in found.rows}) == len(found.rows)


@pytest.mark.skipif(not REAL.is_file(), reason="the real list is not on this machine")
def test_the_real_list_keeps_all_1135_rows_and_reports_its_defects() -> None:
    """1,135 rows of 34 departments; the malformed codes and the invalid credit codes are told."""
    found = parse(REAL.read_bytes())

    assert (len(found.rows), found.departments, found.findings) == (1135, 34, ())
    counts = found.counts()
    assert counts["item_code.malformed"] == 19
    malformed = {one.code for one in found.rows if any(f.code == "item_code.malformed" for f in one.findings)}
    assert {"E-000021-001-1111111111111111", "H-000185-001-4444444444"} <= malformed
    assert (
        all(one.parts.area == "511602000000" for one in found.rows if one.code not in malformed)
        or counts["area.differs"]
    )
    wrong = {f.value for one in found.rows for f in one.findings if f.code == "credit_code.invalid"}
    assert {"1151130108778239R", "TE5116020105116050"} <= wrong
    assert "115113010833722043" not in wrong


def test_what_a_row_says_besides_its_code_is_read() -> None:
    """Limits, fees, documents and visits, under the keys that portals use; what cannot be read is told."""
    full = row("") | {
        "commitmentLimit": "15",
        "commitmentLimitExplain": "自受理之日起15个工作日",
        "approveLimit": 20,
        "isCharge": "是",
        "minSeq": "0",
        "isSpecialProcedure": "专家评审10个工作日",
        "materialList": [{"materialTitle": "甲"}, {"materialTitle": "乙"}],
    }
    found = parse(listing(full, row(""), row("") | {"承诺时限": "三五天", "收费标准": "不收费"}))

    facts = found.rows[0].facts
    assert (facts["promised"]["amount"], facts["promised"]["unit"]) == ("15", "working_day")
    assert (facts["statutory"]["unit"], facts["visits"], facts["materials"]) == ("day", 0, 2)
    assert facts["special_procedures"][0]["kind"] == "expert_review"
    assert found.rows[1].facts == {}
    assert found.rows[2].facts == {"fee": []}
    assert found.facts()["fee"] == 1
    codes = [{one.code for one in line.findings} - {"item_code.missing"} for line in found.rows]
    assert codes == [{"fee.no_amount"}, set(), {"limit.number_unreadable"}]


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    """It is JSON, and no number."""
    with pytest.raises(InvalidInput) as error:
        parse(b"[" + b"9" * 5000 + b"]")

    assert error.value.code == "import.not_json"
