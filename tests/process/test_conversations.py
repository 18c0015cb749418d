"""Messages that belong together: correlation keys and subscriptions, and what repeated work tells."""

# ruff: noqa: E501 - a model is read best on one line

from tests.process.drawing import (
    DECLARED,
    boundary,
    catch,
    end,
    flows,
    model,
    on,
    play,
    refused,
    start,
    sub,
    task,
    throw,
    trace,
)
from tongban.process.bpmn import read

ENDS = start() + end()
THRICE = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
PROPERTY = (
    '<correlationProperty id="case"><correlationPropertyRetrievalExpression messageRef="m"><messagePath>number</messagePath>'
    '</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef="m2"><messagePath>about</messagePath>'
    "</correlationPropertyRetrievalExpression></correlationProperty>"
)
KEY = '<correlationKey id="k"><correlationPropertyRef>case</correlationPropertyRef></correlationKey>'
POOLS = f'<collaboration id="co"><participant id="pp" processRef="p"/>{KEY}</collaboration>'


def test_an_answer_finds_the_one_who_asked() -> None:
    """Three ask at once, each about its own case; the answers come in another order."""
    scope = sub(
        "ask",
        THRICE + start("s1") + throw("q", on("message", "m")) + catch("c", on("message", "m2")) + task("t") + end("e1")
        + flows("s1>q q>c c>t t>e1"),
    )  # fmt: skip
    data = model(
        ENDS + scope + flows("s>ask ask>e"), DECLARED + PROPERTY.replace("number", "loopCounter") + POOLS
    )
    answers = [
        {"name": "withdrawn", "at": f"PT{k}H", "set": {"about": case}} for k, case in enumerate((3, 1, 9, 2))
    ]
    assert play(data, messages=answers[:3]).trace.count("c") == 2
    assert play(data, messages=answers).status == "completed"
    assert "c" not in play(data, messages=answers[2:3]).trace


def test_the_first_message_opens_a_conversation() -> None:
    """What began the process says its case; a message about another one is not for it."""
    body = start("s", on("message", "m")) + catch("c", on("message", "m2")) + end() + flows("s>c c>e")
    data = model(body, DECLARED + PROPERTY + POOLS)
    paid = {"name": "paid", "set": {"number": 7}}
    assert play(data, messages=[paid, {"name": "withdrawn", "at": 5, "set": {"about": 8}}]).trace == ("s",)
    assert trace(data, messages=[paid, {"name": "withdrawn", "at": 5, "set": {"about": 7}}]) == "s c e"


def test_a_process_may_say_itself_what_it_is_about() -> None:
    """A subscription binds the property to the data of the process."""
    bound = '<correlationSubscription id="su" correlationKeyRef="k"><correlationPropertyBinding correlationPropertyRef="case"><dataPath>mine</dataPath></correlationPropertyBinding></correlationSubscription>'
    data = model(
        bound + ENDS + catch("c", on("message", "m")) + flows("s>c c>e"), DECLARED + PROPERTY + POOLS
    )
    for number, expected in ((4, "completed"), (5, "waiting")):
        outcome = play(data, variables={"mine": 4}, messages=[{"name": "paid", "set": {"number": number}}])
        assert outcome.status == expected


def test_processes_talk_in_their_own_conversation() -> None:
    """Each instance that was begun answers the one that began it, the slow one, too."""
    asks = sub(
        "ask",
        THRICE + start("s1") + throw("q", on("message", "m")) + catch("c", on("message", "m2")) + task("t") + end("e1")
        + flows("s1>q q>c c>t t>e1"),
    )  # fmt: skip
    answers = (
        start("qs", on("message", "m")) + task("w") + end("qe", on("message", "m2")) + flows("qs>w w>qe")
    )
    pools = POOLS.replace(KEY, f'<participant id="pq" processRef="other"/>{KEY}')
    other = f'<process id="other" isExecutable="true">{answers}</process>'
    data = model(
        ENDS + asks + flows("s>ask ask>e"),
        DECLARED + PROPERTY.replace("number", "loopCounter") + pools + other,
    )
    outcome = play(data, answers={"w": [{"never": True}, {"after": "PT2H"}]})
    assert (outcome.status, outcome.trace.count("c"), outcome.trace.count("qe")) == ("waiting", 2, 2)


def test_a_property_of_an_unknown_message_is_refused() -> None:
    """Nothing could ever be matched by it."""
    assert "case" in refused(model(ENDS + flows("s>e"), DECLARED + PROPERTY.replace('"m2"', '"mx"') + POOLS))


def test_repeated_work_tells_of_its_instances() -> None:
    """Of each, of the first, or of those that a condition names; usually of none."""
    escalation = '<escalationEventDefinition id="tell" escalationRef="es"/>'
    border = boundary("b", "a", on("escalation", "es"), interrupting=False) + end("x") + flows("s>a a>e b>x")

    def told(behavior: str, inner: str = "") -> int:
        loop = f"<multiInstanceLoopCharacteristics {behavior}><loopCardinality>3</loopCardinality>{inner}</multiInstanceLoopCharacteristics>"
        return play(model(ENDS + task("a", inner=loop) + border, DECLARED + escalation)).trace.count("b")

    assert told("") == 0
    assert told('behavior="None" noneBehaviorEventRef="tell"') == 3
    assert told('behavior="One" oneBehaviorEventRef="tell"') == 1
    when = '<complexBehaviorDefinition><condition>numberOfCompletedInstances = 2</condition><event id="ev"><escalationEventDefinition escalationRef="es"/></event></complexBehaviorDefinition>'
    assert told('behavior="Complex"', when) == 1
    assert read(
        model(
            ENDS
            + task(
                "a",
                inner='<multiInstanceLoopCharacteristics behavior="Some"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>',
            )
            + flows("s>a a>e")
        )
    ).refused
