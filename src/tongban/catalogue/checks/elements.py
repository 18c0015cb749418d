"""Data elements, code lists and systems agree with themselves."""

import re
from collections.abc import Mapping

from tongban.catalogue.checks.report import Report
from tongban.catalogue.domain import CodeList, DataElement
from tongban.catalogue.domain.reading import did_you_mean
from tongban.catalogue.domain.values import split
from tongban.kernel import numbers
from tongban.kernel.errors import TongbanError

FORMATS: dict[str, frozenset[str]] = {
    "resident_id": frozenset({"string"}),
    "credit_code": frozenset({"string"}),
    "mobile": frozenset({"phone", "string"}),
    "phone": frozenset({"phone", "string"}),
    "postcode": frozenset({"string"}),
    "bank_account": frozenset({"string"}),
    "email": frozenset({"string"}),
    "region": frozenset({"string", "code"}),
    "year": frozenset({"integer", "string"}),
    "url": frozenset({"string"}),
}
"""Named check → the types whose values it can check."""
_NUMBERS = frozenset({"integer", "decimal", "money"})
_WORDS = frozenset({"string", "text", "address", "phone"})
_LITERAL = re.compile(r'([a-z_0-9]+\.[a-z_0-9]+)\s*(?:=|!=)\s*"([^"]*)"')
_REVERSE = re.compile(r'"([^"]*)"\s*(?:=|!=)\s*([a-z_0-9]+\.[a-z_0-9]+)')
_IN = re.compile(r"([a-z_0-9]+\.[a-z_0-9]+)\s+in\s*[(\[]([^)\]]*)[)\]]")


def check_elements(report: Report) -> None:
    """Type, format, code list, bounds and example of every element; codes of every list."""
    for element in report.catalogue.elements.values():
        _types(report, element)
        _bounds(report, element)
        _example(report, element)
    for code_list in report.catalogue.code_lists.values():
        _codes(report, code_list)


def _types(report: Report, element: DataElement) -> None:
    at = ("elements", element.code)
    if (element.type == "code") != (element.code_list is not None) and element.format != "region":
        report.error(
            "catalogue.type_conflict",
            "An element of the type `code` names its code list, and only such an element does.",
            (*at, "type"),
            "Add `code_list`, or change the type.",
        )
    if element.format and element.format not in FORMATS:
        report.warn(
            "catalogue.unknown_format",
            f"No check is known for the format `{element.format}`.",
            (*at, "format"),
            did_you_mean(element.format, FORMATS) or f"Known: {', '.join(sorted(FORMATS))}.",
        )
    elif element.format and element.type not in FORMATS[element.format]:
        report.error(
            "catalogue.type_conflict",
            f"The format `{element.format}` cannot check a value of the type `{element.type}`.",
            (*at, "format"),
            f"It checks {', '.join(sorted(FORMATS[element.format]))}.",
        )


def _bounds(report: Report, element: DataElement) -> None:
    at = ("elements", element.code)
    if (element.min is not None or element.max is not None) and element.type not in _NUMBERS:
        report.error(
            "catalogue.type_conflict", f"`min` and `max` say nothing of a {element.type}.", (*at, "type")
        )
    if element.max_length is not None and element.type not in _WORDS:
        report.error(
            "catalogue.type_conflict", f"`max_length` says nothing of a {element.type}.", (*at, "type")
        )
    if element.min is not None and element.max is not None and element.min > element.max:
        report.error(
            "catalogue.out_of_range", f"`min` {element.min} is above `max` {element.max}.", (*at, "min")
        )


def _example(report: Report, element: DataElement) -> None:
    if element.example is None:
        return
    at = ("elements", element.code, "example")
    try:
        if element.format == "credit_code":
            numbers.check_credit_code(element.example)
        elif element.format == "mobile":
            numbers.check_mobile(element.example)
    except TongbanError as error:
        report.warn("catalogue.wrong_example", f"The example is no {element.format}: {error.detail}", at)
    code_list = report.catalogue.code_lists.get(element.code_list or "")
    if code_list and element.example not in code_list:
        report.error(
            "catalogue.code_not_in_list", f"The example `{element.example}` is not in `{code_list.code}`.", at
        )


def _codes(report: Report, code_list: CodeList) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(code_list.codes):
        if entry.code in seen:
            report.error(
                "catalogue.duplicate_code",
                f"The code `{entry.code}` stands twice in this list.",
                ("code_lists", code_list.code, "codes", index),
            )
        seen.add(entry.code)
    if not code_list.codes:
        report.error("catalogue.empty", "The list has no codes.", ("code_lists", code_list.code, "codes"))


def check_literals(report: Report) -> None:
    """Literals that conditions compare with are codes of the list, and of the element's type."""
    seen: set[tuple[str | int, ...]] = set()
    for reference in report.catalogue.references:
        if reference.kind != "feel" or reference.path in seen:
            continue
        seen.add(reference.path)
        plain = report.catalogue.plain(reference.path)
        if isinstance(plain, str):
            for address, literal in literals(plain):
                _literal(report, reference.path, address, literal)


def literals(text: str) -> list[tuple[str, str]]:
    """Address and string literal of each comparison with a string in a FEEL text."""
    found = _LITERAL.findall(text) + [(address, literal) for literal, address in _REVERSE.findall(text)]
    for address, members in _IN.findall(text):
        found += [
            (address, literal) for literal in re.findall(r'"([^"]*)"', members) if "date" not in members
        ]
    return found


def _literal(report: Report, at: tuple[str | int, ...], address: str, literal: str) -> None:
    element = report.catalogue.elements.get(split(address)[1])
    if element is None:
        return
    code_list = report.catalogue.code_lists.get(element.code_list or "")
    if code_list and literal not in code_list:
        report.error(
            "catalogue.code_not_in_list",
            f"`{literal}` is not a code of `{code_list.code}` (compared with `{address}`).",
            at,
            did_you_mean(literal, [entry.code for entry in code_list.codes]),
        )
    elif element.type in _NUMBERS | {"boolean", "date", "datetime"}:
        right = {"boolean": "true or false", "date": f'date("{literal}")'}.get(element.type, "a number")
        report.error(
            "catalogue.type_conflict",
            f"`{address}` is a {element.type}, but is compared with the string `{literal}`.",
            at,
            f"Compare with {right}.",
        )


def check_systems(report: Report) -> None:
    """A system's code mappings are one to one; its operations serve the resources and items that name it."""
    catalogue = report.catalogue
    for system in catalogue.systems.values():
        for name, mapping in system.fields.items():
            codes = mapping.get("codes") if isinstance(mapping, dict) else None
            if isinstance(codes, dict):
                _mapping(report, system.code, name, codes)
    for resource in catalogue.resources.values():
        found = catalogue.systems.get(resource.department)
        if found and resource.operation not in found.operations:
            report.error(
                "catalogue.unknown_operation",
                f"The system `{found.code}` has no operation `{resource.operation}`.",
                ("resources", resource.code, "operation"),
                did_you_mean(resource.operation, found.operations),
            )
    for item in catalogue.items.values():
        department = catalogue.departments.get(item.department)
        if item.via == "system" and department and not department.system:
            report.error(
                "catalogue.no_system",
                f"`{department.code}` has no system, but the item goes to one.",
                ("items", item.code, "via"),
                "Write `via: workbench`, or give the department a system.",
            )


def _mapping(report: Report, system: str, name: str, codes: Mapping[str, object]) -> None:
    """Codes ours → theirs: each of theirs once, each of ours in the element's list."""
    at = ("systems", system, "fields", name)
    if len(set(map(str, codes.values()))) != len(codes):
        report.error("catalogue.not_one_to_one", f"Two codes of `{name}` become the same.", at)
    element = report.catalogue.elements.get(split(name)[1])
    code_list = report.catalogue.code_lists.get(element.code_list or "") if element else None
    for code in codes if code_list else ():
        if code_list and str(code) not in code_list:
            report.error("catalogue.code_not_in_list", f"`{code}` is not a code of `{code_list.code}`.", at)
