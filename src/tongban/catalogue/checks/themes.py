"""The law lint of an official guide (a *theme*): facts as a portal publishes them, not yet a catalogue.

A theme is JSON: ``promise_days``, ``linked_items`` (name, days, result), ``conditions``, ``materials`` (name,
required_code, and perhaps a note), ``notes`` and ``declared_before_after``. A file of service items
(``items`` with ``statutory_days`` and ``promise_days``) is checked too. Days are working days unless a note
says otherwise.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from tongban.catalogue.checks.spans import exceeds
from tongban.catalogue.checks.texts import LEAST_SHARED, contradicts, is_placeholder, strings
from tongban.catalogue.domain import Finding, Severity
from tongban.catalogue.domain.findings import order
from tongban.catalogue.guides import pages, portals
from tongban.catalogue.guides.limits import TimeLimit, TimeUnit, as_limit, read_limit, read_noted
from tongban.catalogue.guides.terms import read_count

Path = tuple[str | int, ...]
_NOTES = ("note", "notes", "remark", "description", "explain", "requirement")
_SKIP = {"codes", "provenance", "qrcode", "special_procedure"}
_NOT_NEEDED = re.compile(r"不再?(?:需要|用|必)(?:提供|提交)?|无[需须]|免于?(?:提供|提交)|(?<=[？?])不需要")
_MENTION = re.compile(r"材料?[“\"《「]([^”\"》」]+)[”\"》」](?:的?说明)?[：:]?")


class _Theme:
    """One theme with what was found in it."""

    def __init__(self, theme: Mapping[str, Any], file: str, lines: Mapping[Path, tuple[int, int]]) -> None:
        self.theme = theme
        self.file = file
        self.lines = lines
        self.subject = str(theme.get("theme_name") or theme.get("theme_code") or "theme")
        self.found: list[tuple[Path, Finding]] = []

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found, as one reads the file."""
        return sorted((finding for _, finding in self.found), key=order)

    def add(self, severity: Severity, code: str, message: str, path: Path, hint: str = "") -> None:
        """Records a finding at `path`, or at the nearest part around it whose line is known."""
        place = path
        while place and place not in self.lines:
            place = place[:-1]
        line, column = self.lines.get(place, (0, 0))
        finding = (
            path,
            Finding(
                severity=severity,
                code=code,
                message=message,
                file=self.file,
                line=line,
                column=column,
                hint=hint,
                subject=self.subject,
            ),
        )
        self.found.append(finding)

    def limit(self, value: Any, path: Path, note: Any = None) -> TimeLimit | None:
        """The limit of a number or of words, what the parser has against it recorded."""
        reading = read_noted(value, note)
        for problem in reading.problems:
            if problem.code != "guide.placeholder":
                self.add(problem.severity, problem.code, problem.message, path, problem.hint)
        return reading.value

    def members(self, name: str) -> list[tuple[int, Any]]:
        """The members of a list, none when it is missing; a finding when it is something else."""
        value = self.theme.get(name)
        if value is None:
            return []
        if isinstance(value, str) and name == "conditions":
            return [(0, value)]
        if not isinstance(value, list):
            self.add(Severity.ERROR, "theme.wrong_type", f"`{name}` must be a list.", (name,))
            return []
        return list(enumerate(value))


def check_theme(theme: Mapping[str, Any], *, file: str = "", text: str = "") -> list[Finding]:
    """What is wrong with an official guide; `text` is its JSON, for line numbers."""
    return _check(theme, file, line_table(text)).findings


def theme_findings(theme: Mapping[str, Any]) -> list[tuple[Path, Finding]]:
    """What `check_theme` finds, each with the field it is about; without file and line."""
    return _check(theme, "", {}).found


def _check(theme: Mapping[str, Any], file: str, lines: Mapping[Path, tuple[int, int]]) -> _Theme:
    found = _Theme(theme, file, lines)
    if not isinstance(theme, Mapping) or not ({"linked_items", "items", "promise_days"} & set(theme)):
        found.add(
            Severity.ERROR,
            "theme.unknown_shape",
            "This is neither a guide nor a list of service items.",
            (),
            "A guide has `promise_days` and `linked_items`.",
        )
        return found
    for step in (_promise, _conditions, _needless, _statutes, _declared, _placeholders):
        step(found)
    return found


def _longer(limit: TimeLimit, bound: TimeLimit) -> bool | None:
    """Whether `limit` is longer than `bound`: True always, False never, None when that cannot be told.

    Days of no said sort count as working days.
    """
    if limit.unit == bound.unit and limit.kind == bound.kind:
        return limit.amount > bound.amount
    one, other = as_limit(limit, "").value, as_limit(bound, "").value
    return exceeds(one, other) if one and other else None


def _promise(found: _Theme) -> None:
    """An item of the guide takes longer than the whole guide promises."""
    if "linked_items" not in found.theme:
        return
    value = found.theme.get("promise_days")
    promise = found.limit(value, ("promise_days",), found.theme.get("promise_note"))
    if promise is None:
        found.add(
            Severity.WARNING, "theme.no_promise", "The guide promises no number of days.", ("promise_days",)
        )
    for index, item in found.members("linked_items"):
        path: Path = ("linked_items", index)
        if not isinstance(item, Mapping):
            found.add(Severity.ERROR, "theme.wrong_type", "An item must be an object.", path)
            continue
        limit = found.limit(item.get("days"), (*path, "days"))
        name = item.get("name") or f"item {index + 1}"
        if limit is None:
            found.add(Severity.WARNING, "theme.no_limit", f"`{name}` names no number of days.", path)
            continue
        longer = _longer(limit, promise) if promise else False
        if longer is not False:
            words = "above" if longer else "which can be above"
            found.add(
                Severity.ERROR if longer else Severity.WARNING,
                "law.item_over_promise",
                f"`{name}` takes {limit}, {words} the promise of {promise} for the whole.",
                (*path, "days"),
                "Shorten the item, promise more, or deliver its result later and say so.",
            )


def _texts(value: Any) -> str:
    """The text of a note, which may be a string, a list of strings, or missing."""
    return "；".join(text for _, text in strings(value))


def _material_notes(found: _Theme) -> list[tuple[int, Mapping[str, Any], str]]:
    """Each material with everything that is noted about it: its own note and what `notes` says of it."""
    notes = _texts(found.theme.get("notes"))
    mentions = list(_MENTION.finditer(notes))
    gathered = []
    for index, material in found.members("materials"):
        if not isinstance(material, Mapping):
            found.add(
                Severity.ERROR, "theme.wrong_type", "A material must be an object.", ("materials", index)
            )
            continue
        name = str(material.get("name") or "")
        own = [_texts(material.get(key)) for key in _NOTES]
        for number, mention in enumerate(mentions):
            end = mentions[number + 1].start() if number + 1 < len(mentions) else len(notes)
            if mention[1] == name:
                own.append(notes[mention.end() : end])
        gathered.append((index, material, "；".join(text for text in own if text)))
    return gathered


def _conditions(found: _Theme) -> None:
    """A condition of the guide excludes the only case a material is for, or another condition."""
    conditions = [(index, _texts(condition)) for index, condition in found.members("conditions")]
    noted = _material_notes(found)
    for position, (index, condition) in enumerate(conditions):
        for other_index, other in conditions[position + 1 :]:
            if contradicts(condition, other):
                found.add(
                    Severity.ERROR,
                    "law.contradiction",
                    f"The conditions “{condition}” and “{other}” exclude each other.",
                    ("conditions", other_index),
                )
        for material_index, material, note in noted:
            clauses = contradicts(condition, note)
            if clauses:
                found.add(
                    Severity.ERROR,
                    "law.contradiction",
                    f"The material `{material.get('name')}` is for “{clauses[1]}”, "
                    f"which the condition “{condition}” excludes.",
                    ("materials", material_index),
                    f"Drop the material, or widen condition {index + 1}.",
                )


def _needless(found: _Theme) -> None:
    """A material counts as required although the guide says that it is not needed."""
    notes = _texts(found.theme.get("notes"))
    needless = [one for one in re.split(r"[；;。\n]", notes) if _NOT_NEEDED.search(one)]
    for index, material, note in _material_notes(found):
        name = re.sub(r"[（(][^）)]*[）)]", "", str(material.get("name") or ""))
        required = str(material.get("required_code") or material.get("required")) in {"1", "必要"}
        said = len(name) >= LEAST_SHARED and any(
            name in sentence or name.removeprefix("居民") in sentence for sentence in needless
        )
        if required and (said or _NOT_NEEDED.search(note)):
            found.add(
                Severity.WARNING,
                "law.required_yet_not_needed",
                f"`{material.get('name')}` counts as required, but a note says that it is not needed.",
                ("materials", index),
                "Ask for it nowhere, or strike the note.",
            )


def _unit(note: str) -> str:
    if "工作日" in note:
        return "working"
    return "natural" if re.search(r"自然日|日历日|[一二三四五六七八九十百\d]+日内|个月", note) else ""


def _statutes(found: _Theme) -> None:
    """A service item promises more days than its statute allows."""
    for index, item in found.members("items"):
        if not isinstance(item, Mapping):
            found.add(Severity.ERROR, "theme.wrong_type", "An item must be an object.", ("items", index))
            continue
        limits = [
            found.limit(
                item.get(f"{which}_days"), ("items", index, f"{which}_days"), item.get(f"{which}_note")
            )
            for which in ("statutory", "promise")
        ]
        statutory, promised = limits
        if statutory is None or promised is None:
            continue
        units = [_unit(_texts(item.get(f"{which}_note"))) for which in ("statutory", "promise")]
        path: Path = ("items", index, "promise_days")
        if promised.amount > statutory.amount and _longer(promised, statutory):
            found.add(
                Severity.ERROR,
                "law.promise_above_statute",
                f"`{item.get('name')}` promises {promised}, above the statutory {statutory}.",
                path,
            )
        elif all(units) and units[0] != units[1]:
            found.add(
                Severity.WARNING,
                "law.units_differ",
                f"`{item.get('name')}` counts its statutory limit in {units[0]} days, "
                f"its promise in {units[1]} days.",
                path,
                "Count the same unit in both.",
            )


def _declared(found: _Theme) -> None:
    """The figures that a guide claims for itself disagree with its own promise."""
    declared = found.theme.get("declared_before_after")
    days = declared.get("days") if isinstance(declared, Mapping) else None
    after = read_count(days.get("after")).value if isinstance(days, Mapping) else None
    promise = read_limit(found.theme.get("promise_days"), TimeUnit.DAY).value
    if after is not None and promise is not None and after != promise.amount:
        found.add(
            Severity.WARNING,
            "theme.figures_disagree",
            f"The guide claims {after} days after bundling, but promises {promise}.",
            ("declared_before_after", "days", "after"),
        )
    for name, pair in declared.items() if isinstance(declared, Mapping) else ():
        figures = (
            [read_count(pair.get(key)) for key in ("before", "after")] if isinstance(pair, Mapping) else []
        )
        path: Path = ("declared_before_after", str(name))
        for key, figure in zip(("before", "after"), figures, strict=False):
            for problem in figure.problems:
                found.add(problem.severity, problem.code, problem.message, (*path, key), problem.hint)
        known = [figure.value for figure in figures if figure.value is not None]
        if len(known) > 1 and known[1] > known[0]:
            found.add(
                Severity.WARNING,
                "theme.figures_impossible",
                f"The guide claims {known[1]} {name} after bundling, more than the {known[0]} before.",
                path,
                "Ask the department for the figures.",
            )


def _placeholders(found: _Theme) -> None:
    """A text that stands for nothing."""
    for path, text in strings({key: value for key, value in found.theme.items() if key not in _SKIP}):
        if is_placeholder(text) and not re.fullmatch(r"\d+", text):
            found.add(
                Severity.WARNING,
                "catalogue.placeholder",
                f"`{'.'.join(map(str, path))}` holds the placeholder “{text}”.",
                path,
                "Write it, or leave it out.",
            )


def line_table(text: str) -> dict[Path, tuple[int, int]]:
    """Line and column of every value in a JSON text; empty when it cannot be told.

    JSON is nearly YAML, so the YAML reader tells the lines; the values come from the JSON reader.
    """
    found: dict[Path, tuple[int, int]] = {}
    try:
        node = yaml.compose(text.replace("\t", " "), Loader=yaml.CSafeLoader) if text else None
    except (yaml.YAMLError, AttributeError):
        return found

    def walk(one: yaml.Node, path: Path) -> None:
        found[path] = (one.start_mark.line + 1, one.start_mark.column + 1)
        if isinstance(one, yaml.MappingNode):
            for name, child in one.value:
                walk(child, (*path, str(name.value)))
        elif isinstance(one, yaml.SequenceNode):
            for index, child in enumerate(one.value):
                walk(child, (*path, index))

    if node is not None:
        walk(node, ())
    return found


def check_theme_text(file: str, data: bytes) -> list[Finding]:
    """`check_theme` of a file's bytes; anything that is no guide in a known shape is a finding too."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"The file is not UTF-8: byte {error.start + 1}."
        line = data[: error.start].count(b"\n") + 1
        return [
            Finding(code="theme.not_utf8", message=message, file=file, line=line, hint="Save it as UTF-8.")
        ]
    try:
        return _check_text(file, text)
    except json.JSONDecodeError as error:
        message, place = f"This is not JSON: {error.msg}.", (error.lineno, error.colno)
    except RecursionError:
        message, place = "This JSON nests too deeply.", (0, 0)
    except ValueError:  # a number of thousands of digits
        message, place = "This JSON holds a number that is too long.", (0, 0)
    return [Finding(code="theme.not_json", message=message, file=file, line=place[0], column=place[1])]


def _check_text(file: str, text: str) -> list[Finding]:
    if pages.is_page(text):
        return check_theme(pages.read(text), file=file)
    theme = json.loads(text)
    themes = theme if isinstance(theme, list) else [theme]
    if not all(isinstance(one, dict) for one in themes):
        message = "A guide is a JSON object."
        return [Finding(code="theme.unknown_shape", message=message, file=file)]
    lines = text if isinstance(theme, dict) and not portals.is_answer(theme) else ""
    themes = [portals.read(one) if portals.is_answer(one) else one for one in themes]
    return [finding for one in themes for finding in check_theme(one, file=file, text=lines)]
