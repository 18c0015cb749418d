"""What the engine's check says, in the words of those who draw: the remarks that our palette can lead to.

The engine speaks plain English to whoever works on models. What our palette cannot lead to is told by its
kind: a drawing from elsewhere is mended by drawing the place anew. What the room of rules says about a
formula is told exactly.
"""

import re
from typing import Final

from tongban.faces.common import words
from tongban.faces.common.sentences import told
from tongban.rules.sentences import Sentence

EXACT: Final = {
    "A condition on a flow that leaves an event; it is kept to.": "condition_after_event",
    "A default flow stands where nothing is chosen; take it away.": "default_nothing",
    "A joint review names no department that reviews.": "joint_nobody",
    "A sequence flow leads into a boundary event.": "into_border",
    "A sequence flow leads into a start event.": "into_start",
    "A sequence flow leads out of an end event.": "out_of_end",
    "An id holds no blanks; rename it.": "id_blank",
    "No way leads on from the gateway: all its conditions are false, and none is the default.": "all_shut",
    "Nothing follows the boundary event.": "border_nothing",
    "Nothing follows the element; it ends its path.": "nothing_follows",
    "Nothing follows the gateway.": "nothing_follows_gateway",
    "Nothing leads to the gateway.": "nothing_leads",
    "Once here, the process never ends: no path leads to an end.": "no_end",
    "Several tokens can arrive here one after the other; each is worked.": "several_times",
    "Only a business rule task asks a decision; here it means nothing.": "decision_elsewhere",
    "The activity has more than one kind of repetition.": "repeated_twice",
    "The activity is done several times, but nothing says how often or for what.": "repeated_unsaid",
    "The ad-hoc sub-process holds no activity.": "sub_empty",
    "The call activity does not say what it calls.": "calls_nothing",
    "The default flow has a condition, which is never asked.": "default_condition",
    "The element can never be reached from a start.": "unreachable",
    "The element takes part in no run that ends.": "no_run",
    "The event has a signal without saying which.": "no_signal",
    "The event waits for a condition that is not given.": "no_event_condition",
    "The expression is cut off.": "cut_off",
    "The flow leaves a gateway that chooses, but has no condition and is not the default.": "no_condition",
    "The gateway has no default flow: when no condition holds, the case stands still.": "no_default",
    "The inclusive gateway chooses among its flows, but none of them has a condition.": "inclusive_plain",
    "The loop has neither a condition nor a maximum; it is done once.": "loop_once",
    "The loop never ends: its condition is always true, and it has no maximum.": "loop_never",
    "The only flow that leaves has a condition: when it fails, the case stands still.": "only_condition",
    "The only flow that leaves the gateway has a condition.": "only_condition",
    "The process cannot begin: every element waits for another one.": "no_begin",
    "The process has no start event; it begins with all that nothing leads to.": "no_start",
    "The process has several plain start events; all of them begin at once.": "several_starts",
    "The process never ends: it makes more and more tokens.": "never_ends",
    "The receive task names no message; it is done like any task.": "receive_nothing",
    "The script task has no script.": "no_script",
    "The sequence flow has an empty condition.": "empty_condition",
    "The sequence flow leads from a gateway or event to itself.": "to_itself",
    "The sub-process cannot begin: every element waits for another one.": "sub_no_begin",
    "The sub-process has no start event; it begins with all that nothing leads to.": "sub_no_start",
    "The sub-process has several start events.": "sub_several_starts",
    "The timer does not say when.": "no_time",
    "The timer has more than one of date, duration and cycle.": "several_times_said",
    "The timer is a cron expression that is run only when it is replaced.": "cron",
    "There is nothing in the model that could be done.": "nothing",
    "Whoever takes this flow never comes to an end: something later waits for ever.": "waits_for_ever",
    "joint-inputs are no list of inputs with values, such as {area: company.floor_area}.": "joint_inputs",
    "joint-inputs belong to a joint-decision, which is not here.": "joint_inputs_alone",
}
"""The engine's sentence → the end of our message's id."""
PATTERNS: Final = (
    (re.compile(r"The process gets stuck here: the .+ gateway waits for tokens on its "), "stuck"),
    (re.compile(r"The event waits for a message that nothing can be matched with: "), "no_message"),
    (re.compile(r"The expression is not FEEL: "), "not_feel"),
    (re.compile(r"The flow has a condition, but the .+ gateway before it does not choose\."), "not_choosing"),
    (re.compile(r"joint-days is “.*”; it has to be a number of working days\."), "joint_days"),
    (re.compile(r"“.*” is no .+ of ISO 8601"), "no_duration"),
    (re.compile(r"“.*” is no cron expression: "), "no_duration"),
    (re.compile(r"The timer “"), "never_time"),
    (re.compile(r"An event-based gateway (waits for one of several events|leads to )"), "event_gateway"),
    (re.compile(r"It waits for the same .+; nobody can tell "), "same_event"),
    (re.compile(r"Two events that catch the same thing at one place: "), "same_event"),
    (re.compile(r"The (event throws an |error |escalation ).*nothing catches it\."), "nobody_catches"),
    (re.compile(r"The id is used twice, "), "id_twice"),
    (re.compile(r"The sequence flow dangles: "), "dangling"),
    (re.compile(r"The sequence flow crosses the border "), "crosses"),
    (re.compile(r"The .+ has no name by which it could be matched\."), "no_name_to_match"),
    (re.compile(r"Its .+ has no name, so nothing can be matched with it\."), "no_name_to_match"),
    (re.compile(r"The script is in a language that is not run here "), "script_language"),
    (re.compile(r"The process .+ is not in this model; "), "call_elsewhere"),
    (re.compile(r"The process .+ calls itself "), "call_itself"),
    (re.compile(r"The expression .*(is|are) cut off|The expression “.*” is cut off, "), "cut_off"),
    (re.compile(r"The condition “.*” is neither true nor false"), "no_condition_value"),
    (re.compile(r"The gateway never goes on: "), "gateway_never"),
    (re.compile(r"The default flow .+ does not leave this element\."), "default_elsewhere"),
    (re.compile(r"BPMN has no attribute "), "attribute"),
    (re.compile(r"The .+ does not exist( in the model)?\."), "missing"),
    (re.compile(r"An error(| or cancel event) always interrupts"), "always_interrupts"),
    (re.compile(r"An element names the sequence flow .+, which does not exist\."), "missing"),
    (re.compile(r"The (.+ is|process .+ is) declared in another file\."), "call_elsewhere"),
    (re.compile(r"(The association dangles: |No sequence flow leads to the end event)"), "dangling"),
    (re.compile(r"What follows an event-based gateway may be reached "), "event_gateway"),
    (re.compile(r".+ catches the same .+; only one of them can\."), "same_event"),
    (re.compile(r".+ is in a language that is not run here; left out\."), "script_language"),
    (re.compile(r"The boundary event (is attached to|lies in) "), "border_place"),
    (
        re.compile(r"The message flow stays in one pool; |A lane holds |The element lies in two lanes "),
        "lane",
    ),
    (re.compile(r"The link |A sequence flow leads (into the catching|out of the throwing) end "), "link"),
    (re.compile(r"A cancel end event stands outside a transaction\."), "cancel_outside"),
    (
        re.compile(
            r"A process as a whole is never undone; |Only what throws a compensation "
            r"|The activity undoes work|The compensation event leads |The activity .+ that is to be undone "
            r"|.+ is to be undone, but |.+ is undone in two ways: "
        ),
        "undone",
    ),
    (
        re.compile(
            r"An event sub-process (has|begins) |The start event of an embedded "
            r"|The start of an event sub-process "
        ),
        "sub_event",
    ),
    (re.compile(r"(A|An) .+ cannot be of the kind |The .+ does not say what it waits for\."), "event_kind"),
    (
        re.compile(
            r"Data are (assigned|moved) |Nothing is handed over as |What the (call|activity) |Parameters are "
            r"|It names .+ as |The repetition has |The (interface|operation) "
        ),
        "data",
    ),
    (re.compile(r"The number of instances "), "instances"),
    (re.compile(r"The repetition says "), "repeated_twice"),
    (re.compile(r"No (error|signal) .+ is declared; |The name of the .+ is an expression; "), "taken_name"),
    (re.compile(r"“.*” is taken as .+ of ISO 8601\."), "taken_time"),
    (
        re.compile(
            r"<.+> (is nothing that BPMN has|stands twice|stands in the process itself|has no id)"
            r"|A <.+> cannot hold |A choreography is no |The <.+> lies outside |A process has no id "
            r"|The model has no process"
            r"|.+ is “.*”; it has to be |behavior is “|gatewayDirection is "
            r"|A condition is given for it, but it has none "
        ),
        "foreign",
    ),
)


def known(message: str) -> str:
    """The end of our message's id for a sentence of the engine; empty when there are no words for it."""
    return EXACT.get(message) or next((end for pattern, end in PATTERNS if pattern.match(message)), "")


def said(message: str) -> str:
    """A sentence of the engine in the person's language, as far as there are words for it."""
    if isinstance(message, Sentence):
        return told(message)
    if end := known(message):
        return words.say(f"designer.canvas.said.{end}")
    return message if words.language() == "en" else words.say("designer.canvas.said.rare")
