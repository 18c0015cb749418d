"""Simulated clerks and the outbox: what a department does between a message and its replies."""

import asyncio
import contextlib
import logging
import random
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import urllib3

from departments._config import Config
from departments._department import Department, Whole
from departments._kinds import Callback, Decision, Flaw, Matter, correction, rejected
from departments._store import Store, Waiting
from tongban.exchange import signatures
from tongban.kernel.ids import new_id

CHINA = ZoneInfo("Asia/Shanghai")
FIRST_RETRY = 0.2
LAST_RETRY = 30.0
PARALLEL = 8
"""Replies on their way at one time."""
AFTER_A_FAULT = 5.0
IDLE = 60.0

log = logging.getLogger("departments")
"""The library's own: a better one would double the time that a department takes to start."""


class Staff:
    """Works the desk and empties the outbox until it is stopped."""

    def __init__(self, department: Department, config: Config, store: Store) -> None:
        self.whole, self.config, self.store = Whole(department), config, store
        self.staff_delay_ms = config.staff_delay_ms
        self.outage = False
        self.wake_desk, self.wake_outbox = asyncio.Event(), asyncio.Event()
        self.draw = random.Random(f"{config.seed.seed}:{config.code}")
        self.pool = urllib3.PoolManager(maxsize=PARALLEL, retries=False, timeout=urllib3.Timeout(5.0))
        path = urlsplit(config.platform_url).path.rstrip("/")
        self.target = f"{path}/api/departments/{config.code}/"
        self.url = f"{config.platform_url}/api/departments/{config.code}/"

    def act_at(self) -> float:
        """When a clerk will look at something that comes in now."""
        low, high = self.staff_delay_ms
        return datetime.now(UTC).timestamp() + self.draw.randint(low, high) / 1000

    async def run(self) -> None:
        """Work for ever: the clerks and the outbox do not wait for each other."""
        await asyncio.gather(
            self._rounds(self._desk_round, self.store.next_decision, self.wake_desk),
            self._rounds(self.deliver, self.store.next_delivery, self.wake_outbox),
        )

    def wake(self) -> None:
        """Something has changed: look again now."""
        self.wake_desk.set()
        self.wake_outbox.set()

    async def _rounds(
        self, work: Callable[[], Awaitable[None]], next_at: Callable[[], float | None], wake: asyncio.Event
    ) -> None:
        while True:
            wake.clear()
            pause = IDLE
            try:
                if not self.outage:
                    await work()
                    at = next_at()
                    pause = IDLE if at is None else at - datetime.now(UTC).timestamp()
            except Exception as error:  # noqa: BLE001, the loop must outlive any fault of one round
                # Not log.exception: a traceback could quote a field.
                kind = type(error).__name__
                log.error("%s: staff.round_failed: %s", self.config.code, kind)  # noqa: TRY400
                pause = AFTER_A_FAULT
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), min(max(pause, 0.001), IDLE))

    async def _desk_round(self) -> None:
        if self.decide_due():
            self.wake_outbox.set()

    def decide_due(self) -> bool:
        """Decide every matter whose turn has come, each in its own transaction; whether there were any."""
        now = datetime.now(UTC)
        due = self.store.due(now.timestamp())
        for matter, step in due:
            try:
                with self.store.transaction() as db:
                    decision = self._scripted(matter, step)
                    if decision is None:
                        decision = self.whole.decide(db, matter, now.astimezone(CHINA).date())
                    self.store.decided(matter, self._reply(matter, decision, now))
            except (KeyError, TypeError, ValueError, AttributeError, sqlite3.Error) as error:
                kind = type(error).__name__
                log.error("%s: staff.undecided: %s", self.config.code, kind)  # noqa: TRY400, likewise
                self.store.postpone(matter, now.timestamp() + AFTER_A_FAULT)
        return bool(due)

    def _reply(self, matter: Matter, decision: Decision, now: datetime) -> Callback:
        return Callback(
            reply_id=str(new_id()),
            dispatch_id=matter.dispatch_id,
            receipt=matter.receipt,
            item=matter.item,
            kind=decision.kind,
            at=now,
            decision=decision,
        )

    def _scripted(self, matter: Matter, step: int) -> Decision | None:
        steps = self.store.script().get(self.whole.items.get(matter.item, matter.item), [])
        if step >= len(steps):
            return None
        told = steps[step]
        if "reject" in told:
            why = told["reject"] if isinstance(told["reject"], dict) else {}
            return rejected(
                str(why.get("code", "SCRIPT")),
                str(why.get("text", "不符合办理条件。")),
                str(why.get("law", "")),
            )
        if "correction" in told:
            return correction(*(_flaw(one) for one in told["correction"]["faults"]))
        return None

    async def deliver(self) -> None:
        """Send what waits, some at a time; several replies of one dispatch go one after the other."""
        waiting = self.store.outgoing(datetime.now(UTC).timestamp(), PARALLEL)
        done = await asyncio.gather(*(asyncio.to_thread(self._post, reply) for reply in waiting))
        now = datetime.now(UTC).timestamp()
        for reply, good in zip(waiting, done, strict=True):
            if good:
                self.store.delivered(reply, now)
            else:
                pause = min(FIRST_RETRY * 2**reply.attempts, LAST_RETRY)
                self.store.retry(reply, now + pause * self.draw.uniform(0.8, 1.2))

    def _post(self, reply: Waiting) -> bool:
        headers = {"content-type": reply.content_type}
        place = "messages" if reply.letter else "replies"
        signed = signatures.sign_request(
            "POST",
            self.target + place,
            headers,
            reply.body,
            private_key=self.config.own_key.private,
            keyid=self.config.code,
            now=datetime.now(UTC),
        )
        try:
            url, headers = self.url + place, {**headers, **signed}
            answer = self.pool.request("POST", url, body=reply.body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            log.warning("%s: reply.unreachable: %s", self.config.code, type(error).__name__)
            return False
        if not 200 <= answer.status < 300:  # noqa: PLR2004, success
            log.warning("%s: reply.refused: %d", self.config.code, answer.status)
            return False
        return True


def _flaw(told: dict[str, Any]) -> Flaw:
    return Flaw(
        field=str(told["field"]),
        what=str(told.get("what", "填写的内容和证件不一致。")),
        why=str(told.get("why", "核对时发现不一致，无法登记。")),
        how=str(told.get("how", "请按证件上的内容重新填写。")),
        law=str(told.get("law", "")),
    )
