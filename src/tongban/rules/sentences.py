"""What this room has to say to designers: codes with places, here in English, elsewhere in other languages.

A `Sentence` is its English text, so that logs, command line and errors use it as it is. A face that speaks
another language finds the code and the values of the places in it. A place may hold a sentence again. A place
whose name begins with a capital gets its value with a capital: ``{Kind}`` is filled from ``kind``.
"""

from collections.abc import Mapping
from typing import Any, Final

SENTENCES: Final[Mapping[str, str]] = {
    # Whole sentences and how they join
    "at": "{detail} (line {line}, column {column})",
    "both": "{one} {two}",
    "or": "{one} or {two}",
    "within": "{function}: {detail}",
    "mean": "Do you mean `{name}`?",
    "write": "Write `{text}`.",
    # What a value is
    "a_kind": "a {kind}",
    "null": "null",
    "kind.any": "any value",
    "kind.boolean": "boolean",
    "kind.context": "context",
    "kind.date": "date",
    "kind.date_and_time": "date and time",
    "kind.days_and_time_duration": "days and time duration",
    "kind.function": "function",
    "kind.list": "list",
    "kind.number": "number",
    "kind.range": "range",
    "kind.string": "string",
    "kind.time": "time",
    "kind.years_and_months_duration": "years and months duration",
    "kind.duration": "duration",
    # An expression in a drawing
    "not_feel": "The expression is not FEEL: {detail}",
    # Reading FEEL
    "expected": "Expected {expected}, found {found}.",
    "the_end": "the end",
    "a_value": "a value",
    "end_of_expression": "the end of the expression",
    "variable_name": "the name of the loop's variable",
    "named_argument": "a named argument",
    "positional_argument": "a positional argument",
    "a_key": "a key",
    "a_string": "a string",
    "a_type": "a type",
    "name_after_dot": "a name after `.`",
    "too_long": "The expression is too long.",
    "too_many_parts": "The expression has too many parts.",
    "too_deep": "The expression is nested too deeply.",
    "split": "Split it into named parts.",
    "chained": "Comparisons cannot be chained.",
    "chained.hint": "Write `x in (a..b)` or `a < x and x < b`.",
    "operator.sides": "An operator needs a value on each side.",
    "write_something": "Write a condition or a formula.",
    "missing_operator": "Is an operator such as `and`, `=` or `+` missing here?",
    "number_too_long": "The number is too long.",
    "number_out_of_range": "The number is too large or too small.",
    "filter.hint": "A filter is written list[condition].",
    "list.hint": "A list is written [a, b].",
    "range.hint": "A range is written [a..b] or (a..b).",
    "open_range.hint": "A range is written ]a..b[.",
    "context.hint": "A context is written {{key: value}}.",
    "type.hint": "A type is written list<number>.",
    "tests.hint": "Tests are written x in (a, b).",
    "bracket.hint": "Each ( needs its ).",
    "arguments.hint": "Name all arguments or none.",
    "external": "External functions are not allowed.",
    "external.hint": "Write the body in FEEL.",
    "key_twice": "The key `{key}` stands here twice.",
    "type_too_deep": "The type is nested too deeply.",
    "no_character": "No such character.",
    "open_comment": "This comment is not closed.",
    "open_comment.hint": "End it with */",
    "double_equals": "`==` is not FEEL.",
    "double_equals.hint": "Write a single =",
    "open_string": "This string is not closed.",
    "open_string.hint": 'End it with "',
    "bad_character": "`{character}` cannot stand here.",
    "hint.not": "Write `not(…)`, or `!=` for unequal.",
    "hint.quotes": 'Strings stand in double quotes: "…".',
    "hint.straight": 'Use the straight quote ".',
    "hint.comma": "Use the comma of the Latin keyboard: ,",
    "hint.open": "Use the bracket of the Latin keyboard: (",
    "hint.close": "Use the bracket of the Latin keyboard: )",
    "hint.colon": "Use the colon of the Latin keyboard: :",
    "hint.sign": "Use the sign of the Latin keyboard: {sign}",
    "no_function": "There is no function `{name}`.",
    "no_type": "`{name}` is no type.",
    "no_temporal": "This is no date, time or duration.",
    "no_temporal.hint": 'Write @"2026-11-23", @"08:30:00" or @"P3D".',
    "arguments.named": "`{function}` does not take arguments named {names}.",
    "arguments.count": "`{function}` does not take {number} arguments.",
    "usage": "Write {ways}.",
    # Evaluating FEEL
    "not_callable": "{Kind} is no function.",
    "given_for": "{Kind} was given for `{name}`.",
    "loop_over": "A loop runs over a list or a range, not over {kind}.",
    "in_test": "`in` cannot test {kind} here.",
    "unknown_name": "`{name}` is not known here.",
    "range_ends": "The ends of a range are of one ordered type.",
    "compare": "`{op}` cannot compare {left} with {right}.",
    "no_negative": "{Kind} has no negative.",
    "arithmetic": "`{op}` has no result for {left} and {right}.",
    "no_member": "`.{name}` is not known of {kind}.",
    "no_item": "The list has no item at this place.",
    "other_names": "The named arguments are not those of the function.",
    "other_count": "The function takes {wanted} arguments, not {number}.",
    "limit.steps": "More than {most} steps.",
    "limit.items": "A list of more than {most} items.",
    "limit.text": "A string of more than {most} characters.",
    "limit.turns": "A loop of more than {most} turns.",
    "limit.calls": "More than {most} functions inside one another.",
    "limit.depth": "The expression is nested too deeply for this call.",
    "limit.model": "The model is nested too deeply for this call.",
    # Arguments of built-in functions
    "argument.null": "`{name}` is null.",
    "argument.kind": "`{name}` is {found}, not a {wanted}.",
    "argument.whole": "`{name}` is no whole number of a usable size.",
    "argument.no_number_inside": "`list` holds something that is no number.",
    "argument.no_order": "`list` holds items that cannot be compared.",
    "argument.result_too_large": "The result is too large.",
    "argument.two_items": "`list` has less than two items.",
    "argument.no_boolean_inside": "`list` holds something that is no boolean.",
    "argument.length": "`length` is less than 1.",
    "argument.no_position": "The list has no such position.",
    "argument.match": "`match` gave something that is no boolean.",
    "argument.no_sorting": "The items cannot be put in order.",
    "argument.start": "`start position` lies outside the string.",
    "argument.no_string_inside": "`list` holds something that is no string.",
    "argument.string_too_long": "The string would be too long.",
    "argument.separators": "These separators are not allowed.",
    "argument.no_number": "The string is no number.",
    "argument.scale": "`scale` is outside of -6111 to 6176.",
    "argument.divisor": "`divisor` is zero.",
    "argument.negative": "`number` is negative.",
    "argument.not_positive": "`number` is not positive.",
    "argument.none_such": "This is no {kind}.",
    "argument.no_day": "The calendar has no such day.",
    "argument.no_clock": "The day has no such time.",
    "argument.entry": "An entry is {{key: string, value: anything}}.",
    "argument.key_twice": "A key stands there twice.",
    "argument.keys": "`keys` is a list of strings.",
    "argument.keys_through": "`keys` leads through something that is no context.",
    "argument.contexts": "`contexts` holds something that is no context.",
    "argument.no_range": "`from` is no range.",
    "argument.no_constants": "`from` is no range of constants.",
    "argument.backwards": "The range ends before it starts.",
    # Patterns
    "pattern.empty": "The pattern matches the empty string.",
    "pattern.backslash": "In a replacement, a backslash stands before $ or another backslash.",
    "pattern.dollar": "In a replacement, $ stands before the number of a group.",
    "pattern.flags": "The flags of a pattern are i, m, s, x and q.",
    "pattern.long": "The pattern is too long.",
    "pattern.early": "The pattern ends too early.",
    "pattern.close": "The pattern has a `)` too many.",
    "pattern.deep": "The pattern is nested too deeply.",
    "pattern.twice": "A quantifier follows a quantifier.",
    "pattern.counted": "A counted repetition is written {{2}}, {{2,}} or {{2,5}}.",
    "pattern.bounds": "A counted repetition has wrong bounds.",
    "pattern.nothing": "A quantifier has nothing to repeat.",
    "pattern.alone": "A `{sign}` stands alone.",
    "pattern.groups": "Only the groups (…) and (?:…) are allowed.",
    "pattern.open": "The pattern has a `(` too many.",
    "pattern.escape": "`\\{sign}` is not allowed in a pattern.",
    "pattern.category": "A category is written \\p{{L}}.",
    "pattern.no_category": "There is no such category.",
    "pattern.subtraction": "A subtraction ends its class.",
    "pattern.span": "A span in a class runs backwards.",
    "pattern.large": "The pattern is too large.",
    # Reading a decision model
    "root": "This is no DMN model: the outermost element is <{element}> of `{namespace}`.",
    "root.hint": "Expected is <definitions> of DMN {versions}.",
    "no_name": "The <{element}> has no name.",
    "other_name": "The variable is called `{variable}`, the {element} `{name}`: the standard wants one name.",
    "no_output_decision": "The service has no output decision.",
    "type_no_name": "A type has no name.",
    "several_expressions": "<{element}> holds {number} expressions; the first is taken.",
    "imported_values": "Imported values cannot be run here: write the expression itself.",
    "entry_twice": "The context has two entries `{name}`.",
    "unnamed_entry": "Only the last entry of a context may have no name: it is the result.",
    "row_cells": "A row has {number} cells for {columns} columns.",
    "no_parameter": "A binding has no parameter.",
    "no_iterator": "The <{element}> has no iterator variable.",
    "rule_tests": "The rule has {number} tests for {columns} columns.",
    "rule_results": "The rule has {number} results for {columns} columns.",
    "no_hit_policy": "`{name}` is no hit policy.",
    "no_aggregation": "`{name}` is no aggregation.",
    "only_collect": "Only COLLECT aggregates, not {hit}.",
    "aggregates_one": "A table that aggregates has one output.",
    "no_output": "The table has no output.",
    "outputs_named": "Each of several outputs needs a name.",
    "outputs_twice": "Two outputs have one name.",
    # Linking and compiling a decision model
    "not_a_model": "Only DMN models are imported; this import is passed over.",
    "import_circle": "The models import one another in a circle.",
    "import_many": "More than {most} models are imported.",
    "import_missing": "The imported model `{namespace}` was not found.",
    "import_unreadable": "The imported model cannot be read: {detail}",
    "import_other": "The imported file is the model `{found}`, not `{namespace}`.",
    "not_there": "The {what} `{href}` is not in the model.",
    "not_that": "The {what} `{href}` is no {what}.",
    "what.information": "required input or decision",
    "what.knowledge": "required knowledge",
    "what.output": "output decision",
    "what.encapsulated": "encapsulated decision",
    "what.input_data": "input data",
    "what.input_decision": "input decision",
    "circle": "`{one}` and `{other}` need one another: a circle.",
    "type_of_itself": "The type `{name}` is defined by itself.",
    "unknown_type": "The type `{name}` is not known.",
    "not_required": "`{name}` is not required here, so it is always null.",
    "no_element": "`{name}` is not known here: no element has this name, so it is taken from the input "
    "as it is, or null.",
    "no_component": "`{root}` has no component `{name}` here ({kind}).",
    "no_logic.decision": "The decision `{name}` has no logic, so it is always null.",
    "no_logic": "`{name}` has no logic, so it is always null.",
    "parameters_twice": "Two parameters have one name.",
    "function_kind": "Functions in {kind} cannot be run here: write the body in FEEL.",
    "no_expression": "There is no expression here.",
    "no_language": "Expressions in `{language}` are not run here: write FEEL.",
    "empty_expression": "The expression is empty.",
    "needs_order": "{hit} needs the output values in order of priority.",
    "no_decision": "The model has no decision `{name}`.",
    "no_outermost": "The model has no decision that no other one needs; say which is meant.",
    "several_outermost": "The model has {number} decisions that no other one needs; say which is meant.",
    "it_has": "It has: {names}.",
    "none": "none",
    "no_table": "The logic of this decision is no decision table.",
    "no_table.hint": "Edit it in a DMN editor.",
    "shape": "Rule {rule} has another number of cells than the table has columns.",
    # Deciding
    "not_given": "`{name}` is not given.",
    "no_fit": "{What} is {kind}, which is no {wanted}.",
    "named": "`{name}`",
    "the_result": "the result",
    "the_result_of": "the result of `{name}`",
    "the_result_here": "the result of the expression",
    "called_no_function": "{Kind} is called, but is no function.",
    "no_such_parameter": "The function has no parameter `{name}`.",
    "condition_kind": "The condition is {kind}, not a boolean.",
    "filter_boolean": "The filter gave something that is no boolean.",
    "quantified_boolean": "`{word}` found something that is no boolean.",
    "not_allowed": "The value of `{name}` is {kind} that the table does not allow.",
    "unique_broken": "The hit policy is UNIQUE, but {number} rules hold: {rules}.",
    "any_broken": "The hit policy is ANY, but {number} rules give different results.",
    "deep_result": "A result is nested too deeply to be written as JSON.",
    "deep_input": "The input is nested too deeply.",
    # Checking a decision table
    "not_read": "`{name}` is required but not read.",
    "not_needed": "No decision needs `{name}`.",
    "id_twice": "The id `{id}` is used twice.",
    "name_twice": "The name `{name}` is used twice.",
    "no_input_expression": "The input has no expression.",
    "no_rules": "The table has no rules.",
    "too_many_combinations": "The table has too many combinations to be searched for everything.",
    "more_overlaps": "There are more overlaps.",
    "unique_would_do": "No two rules overlap: the hit policy UNIQUE says so to readers.",
    "sum_of_strings": "SUM adds numbers, but rule {rule} gives a string.",
}
"""Code → English. A code stands for one sentence for ever; other languages hang on it."""


class Sentence(str):
    """A sentence of `SENTENCES` with its places filled."""

    __slots__ = ("code", "places")
    code: str
    places: Mapping[str, Any]

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.code, self.places)


class _Places(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return capital(self[name.lower()])


def said(code: str, /, **places: Any) -> Sentence:
    """The sentence of this code. Values of places are names, numbers and other sentences, never data."""
    made = Sentence(SENTENCES[code].format_map(_Places(places)))
    made.code, made.places = code, places
    return made


def capital(value: object) -> str:
    """The text of a value, beginning with a capital."""
    text = str(value)
    return text[:1].upper() + text[1:]


def either(parts: list[str]) -> str:
    """Names or sentences joined by *or*; at least one."""
    made, *rest = parts
    for part in rest:
        made = said("or", one=made, two=part)
    return made


def mean(near: str) -> str:
    """Whether `near` was meant; empty when nothing is near."""
    return said("mean", name=near) if near else ""


def joined(one: str, two: str) -> str:
    """A sentence and the one after it, which may be empty."""
    return said("both", one=one, two=two) if two else one


def typed(name: str) -> str:
    """The name of a type: a sentence when the language has it, else as the model writes it."""
    code = f"kind.{name.replace(' ', '_')}"
    return said(code) if code in SENTENCES else name


def _again(code: str, places: Mapping[str, Any]) -> Sentence:
    return said(code, **places)
