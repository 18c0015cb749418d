"""What the room of rules says about expressions and decision models, in the reader's language."""

from typing import Any

from tongban.faces.common import problems, words
from tongban.kernel.errors import TongbanError
from tongban.rules.sentences import Sentence, capital


def told(text: str) -> str:
    """A sentence of that room in the reader's language, with the sentences inside it; other text as it is."""
    if not isinstance(text, Sentence):
        return text
    places: dict[str, Any] = {
        name: told(value) if isinstance(value, str) else value for name, value in text.places.items()
    }
    return words.say(
        f"rules.{text.code}", **places, **{k.capitalize(): capital(v) for k, v in places.items()}
    )


def why(error: TongbanError) -> str:
    """What went wrong, as exactly as it can be said in the reader's language.

    A sentence of the room of rules says more than the message of its code, which many faults share.
    """
    if isinstance(error.detail, Sentence):
        return told(error.detail) + (
            " " * (words.language() == "en") + told(error.hint) if error.hint else ""
        )
    return problems.sentence(error)
