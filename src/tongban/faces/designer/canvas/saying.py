"""What the engine's check says, in the words of those who draw: the remarks that our palette can lead to.

The engine speaks plain English to whoever works on models; what is not known here is told as it is said.
"""

import re
from typing import Final

from tongban.faces.common import words

EXACT: Final = {
    "A sequence flow leads into a start event.": "into_start",
    "A sequence flow leads out of an end event.": "out_of_end",
    "Nothing follows the element; it ends its path.": "nothing_follows",
    "Nothing follows the gateway.": "nothing_follows_gateway",
    "Nothing leads to the gateway.": "nothing_leads",
    "Once here, the process never ends: no path leads to an end.": "no_end",
    "Several tokens can arrive here one after the other; each is worked.": "several_times",
    "The call activity does not say what it calls.": "calls_nothing",
    "The default flow has a condition, which is never asked.": "default_condition",
    "The element can never be reached from a start.": "unreachable",
    "The element takes part in no run that ends.": "no_run",
    "The flow leaves a gateway that chooses, but has no condition and is not the default.": "no_condition",
    "The gateway has no default flow: when no condition holds, the case stands still.": "no_default",
    "The only flow that leaves has a condition: when it fails, the case stands still.": "only_condition",
    "The only flow that leaves the gateway has a condition.": "only_condition",
    "The process cannot begin: every element waits for another one.": "no_begin",
    "The process has no start event; it begins with all that nothing leads to.": "no_start",
    "The process has several plain start events; all of them begin at once.": "several_starts",
    "The process never ends: it makes more and more tokens.": "never_ends",
    "The sequence flow has an empty condition.": "empty_condition",
    "The sequence flow leads from a gateway or event to itself.": "to_itself",
    "The timer does not say when.": "no_time",
    "There is nothing in the model that could be done.": "nothing",
    "Whoever takes this flow never comes to an end: something later waits for ever.": "waits_for_ever",
}
"""The engine's sentence → the end of our message's id."""
PATTERNS: Final = (
    (re.compile(r"The process gets stuck here: the .+ gateway waits for tokens on its "), "stuck"),
    (re.compile(r"The event waits for a message that nothing can be matched with: "), "no_message"),
    (re.compile(r"The expression is not FEEL: "), "not_feel"),
    (re.compile(r"The flow has a condition, but the .+ gateway before it does not choose\."), "not_choosing"),
    (re.compile(r"joint-days is “.*”; it has to be a number of working days\."), "joint_days"),
    (re.compile(r"“.*” is no .+ of ISO 8601"), "no_duration"),
)


def said(message: str) -> str:
    """A sentence of the engine in the person's language, as far as there are words for it."""
    known = EXACT.get(message) or next((end for pattern, end in PATTERNS if pattern.match(message)), "")
    return words.say(f"designer.canvas.said.{known}") if known else message
