"""An HTTP server between a client and the emulator, which a test can interfere with.

What comes in: where the emulator is, and rules: which requests are changed, or fail as
AWS and networks do, how often. What goes out: every other request and its answer, byte
for byte. Never: more than one fault for a request.

    with Relay(emulator.url) as relay:
        relay.fail("CreateChangeSet", throttled, times=2)

A request is known by its operation: the last part of `X-Amz-Target`, the query
protocol's `Action`, and for S3 the method and path, `PUT /bucket/key`.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Union
from urllib.parse import urlsplit

_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
_SECONDS = 60


@dataclass(frozen=True)
class Request:
    """What a client sent; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        if self.is_json:
            return self.headers["x-amz-target"].rpartition(".")[2]
        if action := _ACTION.search(self.body):
            return action[1].decode()
        return f"{self.method} {self.path.partition('?')[0]}"

    @property
    def is_json(self) -> bool:
        return "x-amz-target" in self.headers

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    def saying(self, data: Any) -> Request:
        """The same request with other data."""
        body = json.dumps(data).encode()
        headers = {**self.headers, "content-length": str(len(body))}
        return replace(self, headers=headers, body=body)


@dataclass(frozen=True)
class Answer:
    """What is sent back instead; None as status: the connection is reset."""

    status: int | None
    body: bytes = b""


Fault = Callable[[Request], Answer]
# What to do with a request: pass on another one, answer it, or None: leave it be.
Rule = Callable[[Request], Union[Request, Answer, None]]


def error(status: int, code: str, message: str) -> Fault:
    """An error as the request's own protocol spells it."""

    def answer(request: Request) -> Answer:
        if request.is_json:
            text = json.dumps({"__type": code, "message": message})
            return Answer(status, text.encode())
        inner = f"<Code>{code}</Code><Message>{message}</Message>"
        whole = f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>"
        if " /" in request.operation:
            whole = f"<Error>{inner}</Error>"
        return Answer(status, whole.encode())

    return answer


throttled = error(400, "Throttling", "Rate exceeded")
slow_down = error(503, "SlowDown", "Please reduce your request rate.")
broken = error(500, "InternalFailure", "We encountered an internal error.")
expired = error(403, "ExpiredToken", "The security token included is expired")


def reset(request: Request) -> Answer:
    """The connection is gone while the client waits for an answer."""
    return Answer(None)


def preview(inner: str) -> Fault:
    """What CloudFormation says of a change set, as its XML."""
    inner = f"<DescribeChangeSetResult>{inner}</DescribeChangeSetResult>"
    text = f"<DescribeChangeSetResponse>{inner}</DescribeChangeSetResponse>"
    return lambda request: Answer(200, text.encode())


def refused_preview(reason: str) -> Fault:
    """A change set that CloudFormation could not make, and why."""
    return preview(f"<Status>FAILED</Status><StatusReason>{reason}</StatusReason>")


def choosing(case: str) -> Rule:
    """Executions start with that test case of the emulator's mock configuration."""

    def rule(request: Request) -> Request | None:
        if request.operation != "StartExecution":
            return None
        data = request.data
        machine = f"{data['stateMachineArn']}#{case}"
        return request.saying({**data, "stateMachineArn": machine})

    return rule


def failing(operation: str, fault: Fault, times: int, after: int) -> Rule:
    """`fault` for `times` requests whose operation matches a pattern, the first
    `after` of them spared."""
    pattern, count = re.compile(operation), 0

    def rule(request: Request) -> Answer | None:
        nonlocal count
        if not pattern.fullmatch(request.operation):
            return None
        count += 1
        return fault(request) if after < count <= after + times else None

    return rule


@dataclass
class Relay:
    """Serves on `url` until the `with` block ends. `seen` are operations, in order."""

    target: str
    rules: list[Rule] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    # A fault may add rules itself.
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def fail(
        self, operation: str, fault: Fault, times: int = 1_000_000, after: int = 0
    ) -> None:
        self.rules.append(failing(operation, fault, times, after))

    def heal(self) -> None:
        """Nothing fails any more, or is changed."""
        self.rules.clear()

    def decide(self, request: Request) -> Request | Answer:
        """What the first rule with an answer says, or what to pass on."""
        with self._lock:
            self.seen.append(request.operation)
            for rule in list(self.rules):
                found = rule(request)
                if isinstance(found, Answer):
                    return found
                request = found or request
        return request

    def __enter__(self) -> Relay:
        handler = type("Handler", (_Handler,), {"relay": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        # Leaving waits for a whole poll of the server's loop.
        poll = {"poll_interval": 0.02}
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs=poll, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection; `relay` is set by the relay it belongs to."""

    relay: Relay
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        found = self.relay.decide(Request(self.command, self.path, headers, body))
        if isinstance(found, Request):
            self.pass_on(found)
        else:
            self.answer(found)

    def pass_on(self, request: Request) -> None:
        place = urlsplit(self.relay.target).netloc
        upstream = http.client.HTTPConnection(place, timeout=_SECONDS)
        try:
            upstream.request(
                request.method, request.path, request.body, request.headers
            )
            found = upstream.getresponse()
            content = found.read()
        finally:
            upstream.close()
        self.send_response_only(found.status, found.reason)
        for name, value in found.getheaders():
            if name.lower() not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        if found.getheader("Content-Length") is None:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def answer(self, answer: Answer) -> None:
        if answer.status is None:
            # Closing with nothing to linger for sends a reset, not an end.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = handle_any

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at `seen` instead."""

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            # The connection was reset on purpose.
            pass
