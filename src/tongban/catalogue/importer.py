"""Reads a list of service items in the common exchange shape. Pure: bytes in, rows and findings out.

The shape is a list of departments, each with ``items[].sub_items[]`` of ``name`` and ``link``; the link's
query carries ``itemCode``, ``areaCode``, ``taskType`` and ``deptCode``. An item code has the form
``<catalogue>-<area>-<seq>-<department>-<version>-<xx>``: area 12 digits, seq 3, xx 2; the catalogue part
may hold hyphens itself. Real lists break this form in places; no row is dropped for it: what is wrong is a
finding of the row. What a row says besides (limits, fees, documents, visits) is read as in a guide.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tongban.catalogue.guides.rows import read_row
from tongban.kernel import canonical, numbers
from tongban.kernel.errors import InvalidInput, TongbanError, TooLarge

MAX_BYTES = 200_000_000
MAX_KEY = 280
CREDIT_CODE_LENGTH = 18
"""Characters of a unified social credit code (GB 32100)."""
ORGANISATION_CODE_LENGTH = 9
"""Characters of an organisation code (GB 11714), which a credit code holds at its places 9 to 17."""
_CODE = re.compile(
    r"(?P<catalogue>.+)-(?P<area>[0-9]{12})-(?P<sequence>[0-9]{3})-"
    r"(?P<department>[0-9A-Za-z]+)-(?P<version>[0-9]{1,20})-(?P<suffix>[0-9]{2})",
    re.ASCII,
)
_LOOSE = re.compile(
    r"(?P<catalogue>.+)-(?P<area>[0-9]{12})-(?P<sequence>[0-9]{3})-"
    r"(?P<department>[^-].*)-(?P<version>[0-9]{1,20})-(?P<suffix>[0-9]{2})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One thing that is wrong with a row: a code of the rule, a sentence, and the value."""

    code: str
    message: str
    value: str = ""

    def to_json(self) -> dict[str, str]:
        """As a JSON object."""
        return {"code": self.code, "message": self.message, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeParts:
    """The parts of an item code; empty strings where the code does not have the form."""

    catalogue: str = ""
    area: str = ""
    sequence: str = ""
    department: str = ""
    version: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a list."""

    key: str
    position: int
    department: str
    main_item: str
    name: str
    code: str
    parts: CodeParts
    task_type: str
    raw: Mapping[str, Any]
    digest: str
    facts: Mapping[str, Any]
    """What it says of limits, fees, documents and visits, typed; empty for a row of name and link alone."""
    findings: tuple[RowFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """A whole list: every row, and what is wrong with the list itself."""

    digest: str
    rows: tuple[Row, ...]
    departments: int
    findings: tuple[RowFinding, ...] = ()

    def facts(self) -> dict[str, int]:
        """Kind of fact → how many rows say it, most first."""
        return dict(Counter(name for row in self.rows for name in row.facts).most_common())

    def counts(self) -> dict[str, int]:
        """Finding code → how many rows have it, most first."""
        found = Counter(code for row in self.rows for code in {finding.code for finding in row.findings})
        return dict(found.most_common())


def parse_code(code: str) -> tuple[CodeParts, RowFinding | None]:
    """The parts of an item code, and a finding when it does not have the form.

    A department part that holds a hyphen (an organisation code written ``00877868-5``) breaks the form, but
    its parts can still be told; they are given along with the finding.
    """
    exact = _CODE.fullmatch(code)
    if exact:
        return CodeParts(**exact.groupdict()), None
    finding = RowFinding("item_code.malformed", "The item code does not have the form of six parts.", code)
    loose = _LOOSE.fullmatch(code)
    return (CodeParts(**loose.groupdict()) if loose else CodeParts()), finding


def check_department_code(code: str) -> RowFinding | None:
    """What is wrong with a department code that is, or wants to be, a unified social credit code."""
    if len(code) == CREDIT_CODE_LENGTH:
        return _credit_code(code)
    bare = code.replace("-", "")
    if len(bare) == ORGANISATION_CODE_LENGTH:
        if _organisation_code(bare):
            return None
        return RowFinding(
            "organisation_code.invalid", "The check digit of the organisation code is wrong.", code
        )
    if abs(len(code) - CREDIT_CODE_LENGTH) <= 2:  # noqa: PLR2004 - one or two characters lost or doubled
        return RowFinding(
            "credit_code.invalid",
            f"A unified social credit code has 18 characters, this has {len(code)}.",
            code,
        )
    return RowFinding(
        "department_code.unknown_form", "The department code is neither 18 nor 9 characters long.", code
    )


def _credit_code(code: str) -> RowFinding | None:
    if code != code.upper():
        return RowFinding(
            "credit_code.invalid", "A unified social credit code has capital letters only.", code
        )
    try:
        numbers.check_credit_code(code)
    except TongbanError as error:
        return RowFinding("credit_code.invalid", error.detail, code)
    return None


def _organisation_code(code: str) -> bool:
    """GB 11714: weights 3 7 9 10 5 8 4 2 over the first eight, check = 11 − sum mod 11 (10 is X, 11 is 0)."""
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        return False
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(w * digits.index(c) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), code, strict=False))
    return "0123456789X0"[11 - total % 11] == code[8]


def parse(data: bytes) -> ItemList:
    """Every row of a list. Raises InvalidInput (or TooLarge) only when the file is not such a list at all."""
    departments = _json(data)
    if not isinstance(departments, list):
        raise InvalidInput(
            "import.wrong_shape",
            "The file must hold a list of departments.",
            hint="Each is {department, items: [{main_item, sub_items: [{name, link}]}]}.",
        )
    findings: list[RowFinding] = []
    seen: Counter[str] = Counter()
    rows = tuple(
        _row(position, *found, seen) for position, found in enumerate(_walk(departments, findings), 1)
    )
    if departments and not rows:
        raise InvalidInput(
            "import.no_rows",
            "The file holds no service item.",
            hint="Each department needs items[].sub_items[] with a name and a link.",
        )
    return ItemList(
        digest=hashlib.sha256(data).hexdigest(),
        rows=rows,
        departments=len(departments),
        findings=tuple(findings),
    )


def _json(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise TooLarge("import.too_large", f"The file has {len(data)} bytes; at most {MAX_BYTES} are read.")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "import.not_utf8", f"The file is not UTF-8: byte {error.start + 1}.", hint="Save it as UTF-8."
        ) from None
    except json.JSONDecodeError as error:
        raise InvalidInput(
            "import.not_json",
            f"The file is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).",
        ) from None
    except RecursionError:
        raise InvalidInput("import.not_json", "The file nests too deeply.") from None
    except ValueError:  # a number of thousands of digits
        raise InvalidInput("import.not_json", "The file holds a number that is too long.") from None


def _walk(departments: list[Any], findings: list[RowFinding]) -> Iterator[tuple[str, str, Any]]:
    """Department, main item and row; parts of the wrong type become findings of the list."""

    def members(owner: Any, name: str, where: str) -> list[Any]:
        value = owner.get(name) if isinstance(owner, Mapping) else None
        if not isinstance(value, list):
            findings.append(RowFinding("list.wrong_shape", f"{where} has no list `{name}`."))
            return []
        return value

    for number, department in enumerate(departments, 1):
        where = f"Department {number}"
        title = _text(department.get("department")) if isinstance(department, Mapping) else ""
        if not title:
            findings.append(RowFinding("list.no_department", f"{where} has no name."))
        for index, group in enumerate(members(department, "items", where), 1):
            main = _text(group.get("main_item")) if isinstance(group, Mapping) else ""
            for row in members(group, "sub_items", f"{where}, group {index}"):
                yield title, main, row


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


@dataclass(slots=True)
class _Reading:
    """One row while it is read."""

    findings: list[RowFinding] = field(default_factory=list)

    def query(self, link: str) -> dict[str, str]:
        """The first value of each key of the link's query."""
        try:
            found = parse_qs(urlsplit(link).query, keep_blank_values=True, max_num_fields=100)
        except ValueError:
            self.findings.append(RowFinding("link.malformed", "The link is no address.", link[:200]))
            return {}
        return {name: values[0].strip() for name, values in found.items()}


def _row(position: int, department: str, main_item: str, raw: Any, seen: Counter[str]) -> Row:
    reading = _Reading()
    fields = raw if isinstance(raw, Mapping) else {}
    if not isinstance(raw, Mapping):
        reading.findings.append(RowFinding("row.wrong_shape", "The row is not an object.", str(raw)[:200]))
    name = _text(fields.get("name"))
    if not name:
        reading.findings.append(RowFinding("row.no_name", "The row has no name."))
    query = reading.query(_text(fields.get("link")))
    code = query.get("itemCode", "")
    parts = CodeParts()
    if code:
        parts, malformed = parse_code(code)
        reading.findings += [malformed] if malformed else []
    else:
        reading.findings.append(RowFinding("item_code.missing", "The link carries no item code."))
    area = query.get("areaCode", "")
    if parts.area and area and area != parts.area:
        reading.findings.append(RowFinding("area.differs", "Link and item code name different areas.", area))
    for value in dict.fromkeys((parts.department, query.get("deptCode", ""))):
        wrong = check_department_code(value) if value else None
        reading.findings += [wrong] if wrong else []
    key = code[:MAX_KEY] or f"row-{position}"
    seen[key] += 1
    if seen[key] > 1:
        reading.findings.append(
            RowFinding("item_code.repeated", "An earlier row has the same item code.", code)
        )
        key = f"{key}#{seen[key]}"
    facts, problems = read_row(fields)
    reading.findings += [RowFinding(one.code, f"{one.message} {one.hint}", one.words) for one in problems]
    kept = {"department": department, "main_item": main_item, "row": raw}
    return Row(
        key=key,
        position=position,
        department=department,
        main_item=main_item,
        name=name,
        code=code,
        parts=parts,
        task_type=query.get("taskType", "")[:20],
        raw=kept,
        digest=_digest(kept),
        facts=facts,
        findings=tuple(reading.findings),
    )


def _digest(value: Any) -> str:
    try:
        return canonical.digest(value)
    except InvalidInput:  # a number beyond 2^53 or a lone surrogate: still a row, so digest its ASCII JSON
        return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
