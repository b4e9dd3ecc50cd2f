"""A proxy in front of an AWS endpoint that fails as AWS and networks do.

What comes in: where the endpoint is, and which requests are to fail how, how often.
What goes out: every other request and its answer, byte for byte. Never: more than one
fault for a request.

    with FaultProxy(emulator.url) as proxy:
        proxy.fail("CreateChangeSet", throttled, times=2)

A request is known by its operation: the query protocol's `Action`, the last part of
`X-Amz-Target`, and for S3 the method and path, `PUT /bucket/key`.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
_SECONDS = 60


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        if action := _ACTION.search(self.body):
            return action[1].decode()
        if target := self.headers.get("x-amz-target"):
            return target.rpartition(".")[2]
        return f"{self.method} {self.path.partition('?')[0]}"

    @property
    def is_json(self) -> bool:
        return "x-amz-target" in self.headers


@dataclass(frozen=True)
class Answer:
    """What is sent back instead; None as status: the connection is reset."""

    status: int | None
    body: bytes = b""


Fault = Callable[[Request], Answer]


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


@dataclass
class _Rule:
    pattern: re.Pattern[str]
    fault: Fault
    left: int


@dataclass
class FaultProxy:
    """Serves on `url` until the `with` block ends. `seen` are operations, in order."""

    target: str
    seen: list[str] = field(default_factory=list)
    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, operation: str, fault: Fault, times: int = 1_000_000) -> None:
        """Let the next `times` requests fail whose operation matches a pattern."""
        with self._lock:
            self._rules.append(_Rule(re.compile(operation), fault, times))

    def heal(self) -> None:
        """Nothing fails any more."""
        with self._lock:
            self._rules.clear()

    def fault_for(self, request: Request) -> Fault | None:
        with self._lock:
            self.seen.append(request.operation)
            for rule in self._rules:
                if rule.left and rule.pattern.fullmatch(request.operation):
                    rule.left -= 1
                    return rule.fault
        return None

    def __enter__(self) -> FaultProxy:
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
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
    """Answers one connection; `proxy` is set by the proxy it belongs to."""

    proxy: FaultProxy
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        request = Request(self.command, self.path, headers, body)
        fault = self.proxy.fault_for(request)
        if fault is None:
            self.pass_on(request)
        else:
            self.refuse(fault(request))

    def pass_on(self, request: Request) -> None:
        place = urlsplit(self.proxy.target).netloc
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

    def refuse(self, answer: Answer) -> None:
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
