"""A guide as a Markdown page → the guide shape.

The page has one second-level heading per part (办理条件, 申请材料, 办理流程与方式, 联办事项与结果,
收费与中介, 常见问题), a third-level heading per material and question, bullets ``- key：value``, and a table
of items. Parts may be missing or stand in another order; a page without any of them is refused.
"""

import re
from typing import Any

from tongban.kernel.errors import InvalidInput

_PARTS = ("办理条件", "申请材料", "联办事项", "办理流程", "收费", "常见问题")
_BULLET = re.compile(r"^\s*[-*+]\s+(.*)$")
_VALUE = re.compile(r"`([^`]*)`")
_NOTE_KEYS = ("材料说明", "材料来源说明", "填报须知", "备注")
_BASIS_KEYS = ("要求提供依据", "依据")


def is_page(text: str) -> bool:
    """Whether a text is such a page."""
    return any(re.match(rf"##\s*{part}", line) for line in text.splitlines() for part in _PARTS)


def read(text: str) -> dict[str, Any]:
    """The guide of a page. Raises InvalidInput when the page holds none of the parts."""
    head, lines = _front(text.splitlines())
    sections = _sections(lines, "## ")
    guide: dict[str, Any] = {
        "theme_code": head.get("theme_id") or head.get("theme_code"),
        "theme_name": _title(head.get("title"), lines),
        "variant_id": head.get("variant_id"),
    }
    found = False
    for name, body in sections:
        part = next((one for one in _PARTS if name.startswith(one)), None)
        found = found or part is not None
        match part:
            case "办理条件":
                guide["conditions"] = _bullets(body)
            case "申请材料":
                guide["materials"] = [_material(*one) for one in _sections(body, "### ")]
            case "联办事项":
                guide["linked_items"] = [_item(row) for row in _table(body)]
            case "办理流程":
                _process(guide, body)
            case "收费":
                guide["fee"] = _fee(body)
            case "常见问题":
                guide["notes"] = [
                    f"{asked} {' '.join(body)}".strip() for asked, body in _sections(body, "### ")
                ]
            case _:
                pass
    if not found:
        raise InvalidInput(
            "import.unknown_shape",
            "The page has none of the parts of a guide.",
            hint=f"It needs headings such as {'、'.join(f'## {part}' for part in _PARTS[:3])}.",
        )
    return guide


def _front(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The keys between the two lines of three dashes at the top, and the lines after them."""
    if not lines or lines[0].strip() != "---":
        return {}, lines
    for end, line in enumerate(lines[1:], 1):
        if line.strip() == "---":
            pairs = (one.partition(":") for one in lines[1:end])
            return {key.strip(): value.strip().strip('"') for key, colon, value in pairs if colon}, lines[
                end + 1 :
            ]
    return {}, lines


def _title(title: str | None, lines: list[str]) -> str | None:
    first = next((line[2:] for line in lines if line.startswith("# ")), None)
    name = (first or title or "").strip().removesuffix("业务版本").removesuffix("办事指南")
    return name or None


def _sections(lines: list[str], mark: str) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(mark):
            sections.append((re.sub(r"^\d+[.、]\s*", "", line[len(mark) :].strip()), []))
        elif sections:
            sections[-1][1].append(line)
    return sections


def _bullets(lines: list[str]) -> list[str]:
    """The bullets of a part; a line without a bullet goes on with the one before."""
    found: list[str] = []
    for line in lines:
        match = _BULLET.match(line)
        if match:
            found.append(match[1].strip())
        elif line.strip() and found:
            found[-1] += "\n" + line.strip()
    return [one for one in found if one]


def _keyed(lines: list[str]) -> dict[str, str]:
    pairs = (re.split(r"[：:]", one, maxsplit=1) for one in _bullets(lines))
    return {pair[0].strip(): pair[1].strip() for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - key and value


def _code(text: str, word: str) -> str | None:
    match = re.search(rf"{word}[^`；;]*`([^`]*)`", text)
    return match[1] if match else None


def _material(name: str, lines: list[str]) -> dict[str, Any]:
    keyed = _keyed(lines)
    codes = next((value for key, value in keyed.items() if "枚举" in key), "")
    notes = [keyed[key] for key in _NOTE_KEYS if key in keyed]
    return {
        "name": name,
        "required_code": _code(codes, "必要性") or keyed.get("必要性"),
        "source_code": _code(codes, "来源") or keyed.get("来源"),
        "note": "；".join(notes) or None,
        "basis": next((keyed[key] for key in _BASIS_KEYS if key in keyed), None),
    }


def _process(guide: dict[str, Any], lines: list[str]) -> None:
    for key, value in _keyed(lines).items():
        if key.startswith("承诺") and "时限" in key:
            limit, _, rest = value.partition("；")
            guide["promise_days"] = limit.strip()
            unit = _VALUE.search(rest)
            guide["promise_unit_code"] = unit[1] if unit else None
        elif key == "办理流程":
            guide["process"] = value


def _table(lines: list[str]) -> list[list[str]]:
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        for line in lines
        if line.lstrip().startswith("|")
    ]
    return [row for row in rows[1:] if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]


def _item(row: list[str]) -> dict[str, Any]:
    name, days, result = (*row, "", "", "")[:3]
    return {"name": name or None, "days": days or None, "result": None if result in {"", "—"} else result}


def _fee(lines: list[str]) -> Any:
    rows = _table(lines)
    if rows:
        return [{"name": row[0], "standard": row[1] if len(row) > 1 else ""} for row in rows if row]
    whether = next((value for key, value in _keyed(lines).items() if key.startswith("是否收费")), None)
    return whether.strip("`") if whether else None
