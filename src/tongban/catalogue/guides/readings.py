"""What reading a value of a guide gives: the value, or why there is none."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tongban.catalogue.domain import Severity

T = TypeVar("T")
MAX_WORDS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a value was refused, or what somebody should look at although it was read."""

    code: str
    """Dotted lower-case code: ``limit.several``."""
    message: str
    """One plain English sentence that names the words."""
    hint: str
    """What to do."""
    words: str
    """The words as they stand in the guide."""
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A typed value with what is to be said of it; `value` is None when it is absent or refused."""

    value: T | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether something stands there that could not be read."""
        return self.value is None and any(one.code != "guide.placeholder" for one in self.problems)


def shown(value: Any) -> str:
    """A value as it is quoted in a message: one line, not too long."""
    text = " ".join(str(value).split())
    return text if len(text) <= MAX_WORDS else f"{text[: MAX_WORDS - 1]}…"


def refuse(code: str, message: str, hint: str, words: Any) -> Reading[Any]:
    """No value, and why; ``{}`` in the message becomes the quoted words."""
    said = shown(words)
    return Reading(None, (Problem(code=code, message=message.replace("{}", said), hint=hint, words=said),))


def placeholder(words: Any) -> Reading[Any]:
    """No value, since the text stands for nothing."""
    return refuse(
        "guide.placeholder",
        "“{}” stands for nothing.",
        "Ask the department for the value, or leave the key out.",
        words,
    )


def wrong_type(words: Any, wanted: str) -> Reading[Any]:
    """No value, since it is not even a text or a number."""
    kind = {dict: "an object", list: "a list", bool: "true or false"}.get(type(words), type(words).__name__)
    return refuse(
        "guide.wrong_type", f"This must be {wanted}, but is {kind}: “{{}}”.", f"Write {wanted}.", words
    )
