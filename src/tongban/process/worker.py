"""What happens to instances by itself: timers, messages and signals on their way, handlers' work.

Everything is found in rows, so a worker that is killed leaves nothing behind but what the next one finds.
Several may run: what one has locked the others step over, and of two that act on one instance only one moves
it (`tongban.process.store`). One thing that fails is put off; the others go on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from tongban.catalogue import calendars
from tongban.journal.events import SYSTEM
from tongban.kernel.errors import NotFound, TongbanError
from tongban.kernel.log import get_logger
from tongban.process import definitions, engine, jobs, store
from tongban.process.actions import batching, beginning, posting, stepping
from tongban.process.actions.beginning import Beginning
from tongban.process.domain import CALL, Outcome
from tongban.process.engine.core import Core
from tongban.process.engine.machine import listener
from tongban.process.models import Definition, Instance, OpenWork, Post, SeenMessage, Trigger
from tongban.process.timing import read_moment

log = get_logger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)
"""How long a handler may take before its work counts as left behind."""
ATTEMPTS = 3
"""How often a handler's work is tried by itself before it is an incident."""
PUT_OFF = timedelta(minutes=1)
"""When something that failed for a reason of ours is tried again."""
_DIRECT = frozenset(("signal", "done"))
"""Kinds of posts that are one event for the instance that they are meant for."""

_DUE = """
SELECT EXISTS (SELECT FROM process_instance WHERE next_due <= %(now)s),
       EXISTS (SELECT FROM process_trigger WHERE next_due <= %(now)s),
       EXISTS (SELECT FROM process_post WHERE NOT kept AND due_at <= %(now)s),
       EXISTS (SELECT FROM process_post WHERE kept AND due_at <= %(now)s),
       EXISTS (SELECT FROM process_openwork WHERE due_at <= %(now)s)
"""
_WANTED = """
SELECT p.id FROM process_post p
WHERE p.kept AND p.due_at <= %(now)s AND EXISTS (
    SELECT FROM process_subscription s JOIN process_instance i ON i.id = s.instance_id AND i.status = 'active'
    WHERE s.kind = 'message' AND (p.target = '' OR s.instance_id IS DISTINCT FROM p.origin)
      AND CASE WHEN p.target = '' THEN s.name = p.name ELSE s.element = p.target END
      AND (p."to" IS NULL OR p."to" = s.instance_id)
      AND (p.key = '' OR s.key = '' OR s.key = p.key))
ORDER BY p.created_at LIMIT %(limit)s
"""
_CLAIM = """
UPDATE process_openwork SET due_at = %(later)s, attempts = attempts + 1
WHERE id IN (SELECT w.id FROM process_openwork w JOIN process_instance i ON i.id = w.instance_id
            WHERE w.due_at <= %(now)s AND i.status = 'active' AND (w.kind = %(call)s) = %(calls)s
            ORDER BY w.due_at LIMIT %(limit)s FOR UPDATE OF w SKIP LOCKED)
RETURNING id, instance_id, token, kind, attempts
"""


def pump(now: datetime | None = None) -> int:
    """Do what is due; returns how many things were done. Nothing due costs one query."""
    now = now or datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now})
        due = cursor.fetchone()
    parts: tuple[Callable[[datetime], int], ...] = (ticks, begin_due, deliver_due, deliver_kept, work)
    return sum(part(now) for part, wanted in zip(parts, due, strict=True) if wanted)


def ticks(now: datetime) -> int:
    """Let timers fire that are due."""
    with transaction.atomic():
        rows = Instance.objects.select_for_update(skip_locked=True).filter(next_due__lte=now, owner="")
        done = _tick(list(rows.order_by("next_due").values_list("pk", flat=True)[:BATCH]), now)
    # The owner's rows are locked before the instance (`owners`), so these are not locked here.
    owned = Instance.objects.filter(next_due__lte=now).exclude(owner="").order_by("next_due")
    return done + sum(_tick([each], now) for each in list(owned.values_list("pk", flat=True)[:BATCH]))


def _tick(instances: Sequence[UUID], now: datetime) -> int:
    answers = batching.apply_each([(each, engine.Tick()) for each in instances], now=now)
    for instance, answer in zip(instances, answers, strict=True):
        if not isinstance(answer, Outcome):
            log.error("process.tick_failed", instance=str(instance), code=_code(answer), exc_info=answer)
            Instance.objects.filter(pk=instance, next_due__lte=now).update(next_due=now + PUT_OFF)
    return sum(isinstance(answer, Outcome) and answer.changed for answer in answers)


def begin_due(now: datetime) -> int:
    """Begin processes whose start timer is due, and set it for its next turn."""
    begun = 0
    with transaction.atomic():
        rows = Trigger.objects.select_for_update(skip_locked=True).filter(next_due__lte=now)
        for row in rows.order_by("next_due")[:BATCH]:
            try:
                with transaction.atomic():
                    posting.begin(row, None, actor=SYSTEM, now=now)
            except TongbanError as error:
                log.exception("process.begin_failed", definition=row.code, code=_code(error))
                Trigger.objects.filter(pk=row.pk).update(next_due=now + PUT_OFF)
                continue
            begun += 1
            _wind(row, now)
    return begun


def _wind(row: Trigger, now: datetime) -> None:
    """Set a start timer for its next turn after now; turns that were slept through are made up by one."""
    version = Definition.objects.filter(code=row.code, active=True).values_list("version", flat=True).first()
    timer = row.timer
    while version is not None and timer is not None and read_moment(timer["at"]) <= now:
        graph = definitions.compiled(row.code, version).graph
        core = Core(graph, engine.new(graph, row.process), now, calendars.current())
        core.again(timer)
        timer = core.state["timers"][0] if core.state["timers"] else None
    row.timer, row.next_due = timer, read_moment(timer["at"]) if timer else None
    row.save(update_fields=["timer", "next_due"])


def deliver_due(now: datetime) -> int:
    """Bring what was sent to where it goes."""
    due = Post.objects.filter(kept=False, due_at__lte=now).order_by("due_at", "pk")
    found = list(due.values_list("pk", "kind", "to")[:BATCH])
    wanted = [to for _, kind, to in found if to is not None and kind in _DIRECT]
    # The owner's rows are locked before the instance, so those that have one are brought one by one.
    free = set(Instance.objects.filter(pk__in=wanted, owner="").values_list("pk", flat=True))
    done = 0
    for together, posts in groupby(found, lambda each: each[1] in _DIRECT and each[2] in free):
        ids = [each[0] for each in posts]
        if together and len(ids) > 1:
            done += _deliver_many(ids, now)
        else:
            done += sum(_deliver(each, now) for each in ids)
    return done


def _deliver_many(ids: Sequence[UUID], now: datetime) -> int:
    """Bring what is meant for one instance each, such as a signal to all who wait for it."""
    with transaction.atomic():
        rows = Post.objects.select_for_update(skip_locked=True).filter(pk__in=ids)
        posts = list(rows.order_by("due_at", "pk"))
        answers = posting.deliver_many(posts, now=now)
        for post, answer in zip(posts, answers, strict=True):
            if not isinstance(answer, Outcome):
                _undelivered(post.pk, answer, now)
    return sum(isinstance(answer, Outcome) for answer in answers)


def _undelivered(post: UUID, error: Exception, now: datetime) -> None:
    """What becomes of a post that its instance did not take."""
    if _code(error) == "process.state":  # it is suspended
        Post.objects.filter(pk=post).update(due_at=now + posting.SUSPENDED)
        return
    log.error("process.delivery_failed", post=str(post), code=_code(error), exc_info=error)
    if isinstance(error, NotFound):
        Post.objects.filter(pk=post).delete()
    else:
        Post.objects.filter(pk=post).update(due_at=now + PUT_OFF)


def deliver_kept(now: datetime) -> int:
    """Bring messages that came too early to those who wait for them by now."""
    with connection.cursor() as cursor:
        cursor.execute(_WANTED, {"now": now, "limit": BATCH})
        wanted = [row[0] for row in cursor.fetchall()]
    return sum(_deliver(each, now) for each in wanted)


def _deliver(identity: UUID, now: datetime) -> int:
    try:
        with transaction.atomic():
            post = Post.objects.select_for_update(skip_locked=True).filter(pk=identity).first()
            if post is None:
                return 0
            kept = post.kept
            found = posting.deliver(post, now=now)
            if kept and found.result == "kept":  # it looked as if somebody waited; not at once again
                Post.objects.filter(pk=identity).update(due_at=now + PUT_OFF)
                return 0
            return int(found.result != "kept")
    except (TongbanError, LookupError) as error:
        _undelivered(identity, error, now)
        return 0


@dataclass(frozen=True, slots=True)
class _Claimed:
    """Work that this worker has taken for a while."""

    pk: int
    instance: UUID
    token: str
    kind: str
    attempts: int


def work(now: datetime) -> int:
    """Do work that no person does: begin the processes that are called, then what handlers do."""
    called = _claim(now, calls=True, limit=BATCH)
    if called:
        _call(called, now)
    done = len(called)
    while done < BATCH and (claimed := _claim(now)):
        done += 1
        try:
            _handle(claimed[0], now)
        except (TongbanError, LookupError) as error:
            _put_back(claimed[0], error)
    return done


def _put_back(claimed: _Claimed, error: Exception) -> None:
    """It is tried again when its time is up."""
    log.error("process.job_failed", instance=str(claimed.instance), code=_code(error), exc_info=error)


def _claim(now: datetime, *, calls: bool = False, limit: int = 1) -> list[_Claimed]:
    given: dict[str, Any] = {"now": now, "later": now + LEASE, "call": CALL, "calls": calls, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, given)
        return [_Claimed(*row) for row in cursor.fetchall()]


def _handle(claimed: _Claimed, now: datetime) -> None:
    answer = jobs.run(claimed.instance, claimed.token, now=now)
    if answer.error is not None:
        stepping.fail(claimed.instance, claimed.token, answer.error.code, values=answer.error.values, now=now)
    elif answer.values is not None:
        stepping.complete(claimed.instance, claimed.token, answer.values, now=now)
    elif answer.lasting or claimed.attempts >= ATTEMPTS:
        stepping.apply(claimed.instance, engine.Hold(claimed.token, jobs.FAULT, answer.fault), now=now)
    else:
        again = now + timedelta(seconds=5 * 2**claimed.attempts)
        OpenWork.objects.filter(pk=claimed.pk, attempts=claimed.attempts).update(due_at=again)


def _call(many: Sequence[_Claimed], now: datetime) -> None:
    """Begin the processes that are called; their ends complete the work."""
    known = store.load_many([each.instance for each in many])
    wanted: list[tuple[_Claimed, Beginning]] = []
    for each in many:
        try:
            loaded = known.get(each.instance)
            what = None if loaded is None else _called(loaded, each.token, now)
        except (TongbanError, LookupError) as error:
            _put_back(each, error)
            continue
        if what is not None:
            wanted.append((each, what))
    begun: list[int] = []
    answers = beginning.begin_each([what for _, what in wanted], now=now)
    for (each, what), answer in zip(wanted, answers, strict=True):
        if isinstance(answer, Outcome):
            begun.append(each.pk)
        elif isinstance(answer, NotFound):
            fault = answer.detail if what.code else "The call activity names no process."
            try:
                stepping.apply(each.instance, engine.Hold(each.token, jobs.FAULT, fault), now=now)
            except (TongbanError, LookupError) as error:
                _put_back(each, error)
        else:
            _put_back(each, answer)
    OpenWork.objects.filter(pk__in=begun).update(due_at=None)


def _called(loaded: store.Loaded, token: str, now: datetime) -> Beginning | None:
    """What a call activity begins; None when its token is gone."""
    facts, held = loaded.facts, loaded.state["tokens"].get(token)
    if held is None:
        return None
    made = definitions.compiled(facts.code, facts.definition)
    node = made.graph.nodes[held["node"]]
    core = listener(made.graph, loaded.state, now, calendars.current())
    seen = {name: value for name, value in core.values(token).items() if name not in {"now", "today"}}
    given = seen if node.share_in else {}
    given |= {name: core.evaluate(expression, seen) for name, expression in node.inputs}
    return Beginning(
        code=node.calls, key=facts.key, variables=given, instance=uuid5(facts.id, token),
        parent=(facts.id, token),
    )  # fmt: skip


def forget_expired(now: datetime) -> None:
    """Drop messages that nobody wanted in time, and ids of messages that are too old to come again."""
    with transaction.atomic():
        Post.objects.filter(kept=True, expires_at__lt=now).delete()
        SeenMessage.objects.filter(expires_at__lt=now).delete()


def _code(error: Exception) -> str:
    return error.code if isinstance(error, TongbanError) else type(error).__name__
