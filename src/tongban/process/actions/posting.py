"""Messages and signals: who waits gets them, a process that begins with them begins, early ones are kept."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from tongban.journal.events import SYSTEM, Actor
from tongban.kernel.errors import Conflict
from tongban.kernel.ids import new_id
from tongban.process import definitions, engine, store
from tongban.process.actions.batching import Answer, apply_each
from tongban.process.actions.beginning import start
from tongban.process.actions.stepping import apply
from tongban.process.domain import Facts, Outcome
from tongban.process.graph import Kind
from tongban.process.models import Instance, Post, Subscription, Trigger
from tongban.process.projecting import key_text

SUSPENDED = timedelta(seconds=30)
"""How long something for a suspended instance waits before it is tried again."""
_LIVE = ("active", "suspended")
_CANDIDATES = 200
"""Instances that are asked whether they take a message."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message."""

    result: str
    """`taken` by one that waited, `began` an instance, `kept` until somebody waits, or `seen` before."""
    outcome: Outcome | None = None


def message(
    name: str,
    values: Mapping[str, Any] | None = None,
    *,
    key: Any = None,
    id_: str = "",
    to: UUID | None = None,
    target: str = "",
    keep: timedelta = store.KEPT,
    actor: Actor = SYSTEM,
    now: datetime | None = None,
) -> Delivery:
    """Bring a message: to the instance that waits longest for the name and key, or to a process it begins.

    Args:
        name: of the message.
        values: variables that it brings.
        key: what tells the right instance from others; None: any that waits for the name.
        id_: the sender's id of the message; the same again changes nothing.
        to: the one instance that it is for.
        target: the one element that it is for.
        keep: how long it waits for somebody who wants it.
        actor: who.
        now: when.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        if id_:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO process_seenmessage (id, expires_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    [id_, now + max(keep, store.KEPT)],
                )
                if not cursor.rowcount:
                    return Delivery("seen")
        post = Post.objects.create(
            kind="message", name=name, key=key_text(key), values=dict(values or {}), message_id=id_,
            target=target, to=to, created_at=now, due_at=now, expires_at=now + keep,
        )  # fmt: skip
        return deliver(post, actor=actor, now=now)


def signal(
    name: str, values: Mapping[str, Any] | None = None, *, actor: Actor = SYSTEM, now: datetime | None = None
) -> int:
    """Give a signal to everybody who waits for it now; returns how many instances it goes to or begins.

    It reaches each of them in a step of its own, made by the workers.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        post = Post.objects.create(
            kind="signal", name=name, values=dict(values or {}), created_at=now, due_at=now,
            expires_at=now + store.KEPT,
        )  # fmt: skip
        return _spread(post, actor, now)


def deliver(post: Post, *, actor: Actor = SYSTEM, now: datetime) -> Delivery:
    """Bring something to where it goes, in the caller's transaction with the post locked."""
    if post.kind == "message":
        found = _message(post, actor, now)
        if found.result == "kept":
            Post.objects.filter(pk=post.pk).update(kept=True, due_at=now)
            return found
        post.delete()
        return found
    if post.kind == "signal" and post.to is None:
        _spread(post, actor, now)
        return Delivery("taken")
    if post.kind == "stop":
        children = Instance.objects.filter(parent=post.origin, parent_token=post.target, status__in=_LIVE)
        for child in children.values_list("pk", flat=True):
            apply(child, engine.Cancel(), actor=actor, now=now)
    elif post.to is not None and _awake(post.to, _event(post), actor, now) is None:
        Post.objects.filter(pk=post.pk).update(due_at=now + SUSPENDED)
        return Delivery("kept")
    post.delete()
    return Delivery("taken")


def deliver_many(posts: Sequence[Post], *, actor: Actor = SYSTEM, now: datetime) -> list[Answer]:
    """Bring what is meant for one instance each, in as few statements as can be, with the posts locked.

    Of those whose instance is suspended, or refuses what it is brought, the posts stay; what becomes of
    them is the caller's to say.
    """
    answers = apply_each(
        [(post.to, _event(post)) for post in posts if post.to is not None], actor=actor, now=now
    )
    taken = [post.pk for post, answer in zip(posts, answers, strict=True) if isinstance(answer, Outcome)]
    Post.objects.filter(pk__in=taken).delete()
    return answers


def _event(post: Post) -> engine.Event:
    """What a post that is meant for one instance is to it."""
    if post.kind == "signal":
        return engine.Signal(post.name, post.values)
    return engine.Complete(post.target, post.values)


def _message(post: Post, actor: Actor, now: datetime) -> Delivery:
    """To the first that takes it; else a process begins with it."""
    key = None if not post.key else json.loads(post.key)
    waiting = Subscription.objects.filter(kind="message")
    target = post.target
    if post.origin is None:
        waiting = waiting.filter(element=target) if target else waiting.filter(name=post.name)
    elif target:
        way = _along(post, actor, now)
        if isinstance(way, Delivery):
            return way
        waiting, target = way
    else:
        waiting = waiting.filter(name=post.name).exclude(instance_id=post.origin)
    if post.to is not None:
        waiting = waiting.filter(instance_id=post.to)
    if post.key:
        waiting = waiting.filter(Q(key="") | Q(key=post.key))
    event = engine.Message(post.name, post.message_id or str(post.pk), key, post.values, post.keys, target)
    ids = waiting.order_by("created_at", "pk").values_list("instance_id", flat=True)
    taken = _first(ids[:_CANDIDATES], event, actor, now)
    if taken is not None or post.target or post.to is not None:
        return taken or Delivery("kept")
    begun = _begin(post, key, actor, now)
    if begun.result != "kept" or post.origin is None:
        return begun
    # Nobody else wants it: perhaps its sender does.
    own = Subscription.objects.filter(kind="message", name=post.name, instance_id=post.origin)
    return _first(own.values_list("instance_id", flat=True), event, actor, now) or begun


def _first(instances: Iterable[UUID], event: engine.Event, actor: Actor, now: datetime) -> "Delivery | None":
    """The first of them that takes a message."""
    for instance in dict.fromkeys(instances):
        outcome = _awake(instance, event, actor, now)
        if outcome is not None and outcome.changed and not outcome.unmatched:
            return Delivery("taken", outcome)
    return None


def _awake(instance: UUID, event: engine.Event, actor: Actor, now: datetime) -> Outcome | None:
    """Let something happen to an instance; None when it is suspended."""
    try:
        return apply(instance, event, actor=actor, now=now)
    except Conflict as error:
        if error.code != "process.state":
            raise
        return None


def _along(post: Post, actor: Actor, now: datetime) -> "Delivery | tuple[QuerySet[Subscription], str]":
    """Who waits at the end of a message flow: a partner in the same model, about the same thing."""
    sender = store.load(cast("UUID", post.origin)).facts
    graph = definitions.compiled(sender.code, sender.definition).graph
    node = graph.nodes.get(post.target)
    process = graph.process_of(post.target)
    partners = Instance.objects.filter(
        status__in=_LIVE, code=sender.code, definition=sender.definition, process=process, key=sender.key
    ).exclude(pk=sender.id)
    waiting = Subscription.objects.filter(kind="message", instance__in=partners)
    if node is None:
        return waiting.filter(name=post.name), ""
    if node.kind is Kind.START or node.instantiate:
        outcome = _partner(post, sender, process, actor, now)
        if node.kind is not Kind.START:
            event = engine.Message(post.name, str(post.pk), None, post.values, post.keys, node.id)
            outcome = apply(outcome.instance.id, event, actor=actor, now=now)
        return Delivery("began", outcome)
    if not partners.exists():
        _partner(post, sender, process, actor, now)
    return waiting.filter(element=node.id), node.id


def _begin(post: Post, key: Any, actor: Actor, now: datetime) -> Delivery:
    """A process that such a message begins; its own sender's does not."""
    sender = store.load(post.origin).facts if post.origin is not None else None
    for trigger in Trigger.objects.filter(kind="message", name=post.name).order_by("code", "pk"):
        if sender is not None and (trigger.code, trigger.process) == (sender.code, sender.process):
            continue
        key_of = key if isinstance(key, str) else sender.key if sender is not None else ""
        outcome = begin(trigger, post, key_of, actor=actor, now=now)
        facts = outcome.instance
        node = definitions.compiled(facts.code, facts.definition).graph.nodes[trigger.element]
        if node.kind is not Kind.START:  # it begins by waiting for just this message
            event = engine.Message(post.name, post.message_id or str(post.pk), key, post.values, post.keys)
            outcome = apply(facts.id, event, actor=actor, now=now)
        return Delivery("began", outcome)
    return Delivery("kept")


def begin(trigger: Trigger, post: Post | None, key: str = "", *, actor: Actor, now: datetime) -> Outcome:
    """Begin the process of a start event; for one post only once."""
    identity = uuid5(post.pk, f"{trigger.code}:{trigger.element}") if post is not None else new_id()
    return start(
        trigger.code,
        process=trigger.process,
        at=trigger.element,
        key=key,
        variables=post.values if post is not None else None,
        keys=post.keys if post is not None else None,
        instance=identity,
        actor=actor,
        now=now,
    )


def _partner(post: Post, sender: Facts, process: str, actor: Actor, now: datetime) -> Outcome:
    """Another process of the sender's model begins, about the same thing."""
    graph = definitions.compiled(sender.code, sender.definition).graph
    return start(
        sender.code,
        version=sender.definition,
        process=process,
        at=post.target if post.target in graph.scopes[process].triggered else "",
        key=sender.key,
        variables=post.values,
        keys=post.keys,
        instance=uuid5(post.pk, process),
        stream=sender.stream if sender.stream != str(sender.id) else "",
        owner=sender.owner,
        actor=actor,
        now=now,
    )


def _spread(post: Post, actor: Actor, now: datetime) -> int:
    """One signal becomes one post for each instance that waits for it; processes that it begins begin."""
    waiting = Subscription.objects.filter(kind="signal", name=post.name)
    sender: Facts | None = None
    if post.origin is not None:
        waiting = waiting.exclude(instance_id=post.origin)
        sender = store.load(post.origin).facts
    many = list(waiting.values_list("instance_id", flat=True).distinct())
    Post.objects.bulk_create(
        Post(kind="signal", name=post.name, values=post.values, to=each, origin=post.origin,
             created_at=now, due_at=now, expires_at=post.expires_at)
        for each in many
    )  # fmt: skip
    begun = 0
    for trigger in Trigger.objects.filter(kind="signal", name=post.name).order_by("code", "pk"):
        if sender is None or (trigger.code, trigger.process) != (sender.code, sender.process):
            begin(trigger, post, actor=actor, now=now)
            begun += 1
    post.delete()
    return len(many) + begun
