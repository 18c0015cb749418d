"""Functions on contexts (OMG DMN 1.5, 10.3.4.9), and `is defined`."""

from typing import Any

from tongban.rules.errors import Fault
from tongban.rules.functions.registry import builtin
from tongban.rules.run import Run
from tongban.rules.sentences import said


@builtin("is defined", "value: any")
def _defined(_run: Run, value: Any) -> bool:
    # A name that is missing and a name that is null are one thing here: nothing is known.
    return value is not None


@builtin("get value", "m: context", "key: string")
def _get(run: Run, context: dict[str, Any], key: str) -> Any:
    return run.take(context.get(key))


@builtin("get value", "m: context", "keys: list")
def _get_deep(run: Run, context: dict[str, Any], keys: list[Any]) -> Any:
    value: Any = context
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            return None
        value = run.take(value.get(key))
    return value if keys else None


@builtin("get entries", "m: context")
def _entries(run: Run, context: dict[str, Any]) -> list[Any]:
    return run.sized([{"key": key, "value": run.take(value)} for key, value in context.items()])


@builtin("context", "entries: list")
def _context(run: Run, entries: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for entry in run.sized(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise Fault("argument", said("argument.entry"))
        if entry["key"] in made:
            raise Fault("argument", said("argument.key_twice"))
        made[entry["key"]] = entry["value"]
    return made


@builtin("context put", "context: context", "key: string", "value: any")
def _put(run: Run, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    run.spend(len(context))
    return {**context, key: value}


@builtin("context put", "context: context", "keys: list", "value: any")
def _put_deep(run: Run, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    run.sized(keys)
    if not keys or len(keys) > 50 or not all(isinstance(key, str) for key in keys):  # noqa: PLR2004 - depth
        raise Fault("argument", said("argument.keys"))
    made = dict(context)
    inner = made
    for key in keys[:-1]:
        deeper = inner.get(key)
        if deeper is not None and not isinstance(deeper, dict):
            raise Fault("argument", said("argument.keys_through"))
        inner[key] = dict(deeper or {})
        inner = inner[key]
    inner[keys[-1]] = value
    return made


@builtin("context merge", "contexts: list")
def _merge(run: Run, contexts: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for context in run.sized(contexts):
        if not isinstance(context, dict):
            raise Fault("argument", said("argument.contexts"))
        made.update(context)
    return made
