"""One department's system as a web application: signatures both ways, control plane, trouble on demand."""

import asyncio
import contextlib
import hmac
import ipaddress
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from departments._config import Config, span
from departments._department import Department, Whole
from departments._kinds import MESSAGES, Answer, Asked, Lookup, MessageKind, Unreadable
from departments._staff import CHINA, Staff
from departments._store import Store
from tongban.exchange import signatures
from tongban.exchange.signatures import SignatureRefused
from tongban.kernel.errors import InvalidInput

MAX_BODY = 1 << 20
PLATFORM = "platform"

Handler = Callable[[Asked], Answer]


class System:
    """The machinery around one `Department`."""

    def __init__(self, department: Department, config: Config) -> None:
        self.department, self.config = department, config
        self.store = Store(department, config)
        self.population = self.store.fill(datetime.now(CHINA).date())
        self.whole = Whole(department)
        self.latency_ms, self.error_rate = config.latency_ms, config.error_rate
        self.draw = random.Random()
        self.staff: Staff | None = None

    def app(self) -> Starlette:
        """The application; its staff works as long as it runs."""
        routes = [
            Route("/health", self.health),
            Route("/openapi.json", self.openapi),
            Route("/_control", self.control, methods=["GET", "POST"]),
            Route("/_control/effects", self.effects),
            *(
                Route(one.path, self._signed(self._looked_up(one)), methods=[one.method])
                for one in self._lookups
            ),
            *(
                Route(self.department.paths[kind], self._signed(self._taken(kind)), methods=["POST"])
                for kind in MESSAGES
                if kind in self.department.paths
            ),
        ]
        return Starlette(routes=routes, lifespan=self._life)

    @property
    def _lookups(self) -> tuple[Lookup, ...]:
        return self.whole.lookups()

    @contextlib.asynccontextmanager
    async def _life(self, _: Starlette) -> AsyncIterator[None]:
        self.staff = Staff(self.department, self.config, self.store)
        work = asyncio.create_task(self.staff.run())
        try:
            yield
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            self.store.close()

    # open to everyone -----------------------------------------------------------------------------------

    async def health(self, _: Request) -> Response:
        """Whether the system works."""
        if self._down():
            return self._broken()
        return JSONResponse({"status": "ok", "department": self.config.code, "synthetic": True})

    @cached_property
    def document(self) -> dict[str, Any]:
        """The system's own description, with examples from its population."""
        return self.whole.document(self.population())

    async def openapi(self, _: Request) -> Response:
        """The system's own description."""
        return self._broken() if self._down() else JSONResponse(self.document)

    # control plane ----------------------------------------------------------------------------------------

    async def control(self, request: Request) -> Response:
        """Read or change how much trouble this system makes."""
        if (refused := self._uncontrolled(request)) is not None:
            return refused
        if request.method == "POST":
            try:
                self._change(json.loads(await request.body()))
            except (ValueError, InvalidInput) as error:
                return JSONResponse({"error": str(error)}, status_code=422)
        staff = self._staff()
        return JSONResponse(
            {
                "latency_ms": list(self.latency_ms),
                "error_rate": self.error_rate,
                "outage": staff.outage,
                "staff_delay_ms": list(staff.staff_delay_ms),
                "script": self.store.script(),
            }
        )

    async def effects(self, request: Request) -> Response:
        """What this system did, dispatch by dispatch."""
        refused = self._uncontrolled(request)
        return JSONResponse(self.store.effects()) if refused is None else refused

    def _uncontrolled(self, request: Request) -> Response | None:
        client = request.client.host if request.client else ""
        try:
            near = ipaddress.ip_address(client).is_loopback
        except ValueError:
            near = False
        told = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if near and hmac.compare_digest(told, self.config.control_token.encode()):
            return None
        return JSONResponse({"error": "The control plane needs its token."}, status_code=403)

    def _change(self, told: Any) -> None:
        known = {"latency_ms", "error_rate", "outage", "staff_delay_ms", "script"}
        if not isinstance(told, dict) or set(told) - known:
            raise ValueError(f"Known settings: {', '.join(sorted(known))}.")
        staff = self._staff()
        script, rate, outage = told.get("script"), told.get("error_rate"), told.get("outage")
        latency, delay = told.get("latency_ms"), told.get("staff_delay_ms")
        if script is not None:
            _check_script(script, set(self.whole.items.values()))
        if rate is not None and (not isinstance(rate, int | float) or not 0 <= rate <= 1):
            raise ValueError("error_rate is a number from 0 to 1.")
        if outage is not None and not isinstance(outage, bool):
            raise ValueError("outage is true or false.")
        spans = [None if one is None else span(one, "milliseconds") for one in (latency, delay)]
        if script is not None:
            self.store.set_script(script)
        self.latency_ms, staff.staff_delay_ms = spans[0] or self.latency_ms, spans[1] or staff.staff_delay_ms
        self.error_rate = self.error_rate if rate is None else float(rate)
        staff.outage = staff.outage if outage is None else outage
        staff.wake()

    # signed -----------------------------------------------------------------------------------------------

    def _looked_up(self, lookup: Lookup) -> Handler:
        def handle(asked: Asked) -> Answer:
            self.store.count_lookup(lookup.name)
            return lookup.find(self.store.db, asked)

        return handle

    def _taken(self, kind: MessageKind) -> Handler:
        def handle(asked: Asked) -> Answer:
            taken = self.department.take(kind, asked)
            if kind == "submit" and taken.item not in self.whole.items:
                return self.department.refusal(422, "ITEM", "没有这个事项。")
            receipt = self.store.take(kind, taken, self._staff().act_at())
            if receipt is None:
                return self.department.refusal(404, "MATTER", "没有这个办件。")
            self._staff().wake()
            return self.department.receipt(receipt)

        return handle

    def _signed(self, handle: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            low, high = self.latency_ms
            await asyncio.sleep(self.draw.uniform(low, high) / 1000)
            if self._down():
                return self._broken()
            if self.error_rate and self.draw.random() < self.error_rate:
                return JSONResponse({"error": "internal"}, status_code=500)
            try:
                body = await _body(request)
                self._verify(request, body)
            except SignatureRefused as error:
                return JSONResponse(
                    error.to_problem(), int(error.status), media_type="application/problem+json"
                )
            except OverflowError:
                return JSONResponse({"error": "too large"}, status_code=413)
            asked = Asked(
                path=request.path_params,
                query=dict(request.query_params),
                content_type=request.headers.get("content-type", ""),
                body=body,
            )
            try:
                answer = handle(asked)
            except Unreadable as error:
                answer = self.department.refusal(422, "FORMAT", f"报文不符合格式：{error}")
            return self._sealed(request, answer)

        return endpoint

    def _verify(self, request: Request, body: bytes) -> None:
        raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
        query: bytes = request.scope["query_string"]
        target = (raw + (b"?" + query if query else b"")).decode("ascii", "replace")
        signatures.verify_request(
            request.method,
            target,
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
            body,
            public_key_of=lambda keyid: self.config.platform_key if keyid == PLATFORM else None,
            now=datetime.now(UTC),
            seen_nonce=self.store.seen_nonce,
        )

    def _sealed(self, request: Request, answer: Answer) -> Response:
        headers = {"content-type": answer.content_type}
        signed = signatures.sign_response(
            answer.status,
            headers,
            answer.body,
            request_signature=request.headers["signature"],
            private_key=self.config.own_key.private,
            keyid=self.config.code,
            now=datetime.now(UTC),
        )
        return Response(answer.body, answer.status, {**headers, **signed})

    def _staff(self) -> Staff:
        if self.staff is None:
            raise RuntimeError("The system is not running.")
        return self.staff

    def _down(self) -> bool:
        return self._staff().outage

    def _broken(self) -> Response:
        return Response("down for maintenance", 503, media_type="text/plain")


async def _body(request: Request) -> bytes:
    body = bytearray()
    with contextlib.suppress(ClientDisconnect):
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise OverflowError
    return bytes(body)


def _check_script(script: Any, items: set[str]) -> None:
    if not isinstance(script, dict) or not all(isinstance(steps, list) for steps in script.values()):
        raise ValueError("script maps an item to a list of steps.")
    if unknown := sorted(set(script) - items):
        raise ValueError(f"No such item here: {', '.join(unknown)}. Known: {', '.join(sorted(items))}.")
    for step in (one for steps in script.values() for one in steps):
        if not isinstance(step, dict) or len(step) > 1 or set(step) - {"correction", "reject", "decide"}:
            raise ValueError("A step is {correction: …}, {reject: …} or {decide: …}.")
        faults = step.get("correction", {"faults": [{"field": "x"}]}).get("faults")
        if not isinstance(faults, list) or not faults or not all("field" in one for one in faults):
            raise ValueError("A correction has faults, each with the department's own name of a field.")
