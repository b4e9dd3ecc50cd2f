"""An HTTP server between a client and the emulator, which a test can interfere with.

What comes in: requests. What goes out: the emulator's answers, unless one of the rules
that the test has set says otherwise. A rule sees each request and returns what to do.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Union

_HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "host")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """`StartExecution`, of the services that say so in a header."""
        return self.headers.get("X-Amz-Target", "").rpartition(".")[2]

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    def saying(self, data: Any) -> Request:
        return replace(self, body=json.dumps(data).encode())


@dataclass(frozen=True)
class Answer:
    """What AWS says: `code` is the name of the error."""

    status: int
    code: str
    text: str = ""

    @property
    def body(self) -> bytes:
        return json.dumps({"__type": self.code, "message": self.text}).encode()


class Reset:
    """The connection is cut before an answer."""


Rule = Callable[[Request], Union[Request, Answer, Reset, None]]


class Relay:
    """`url` is where it listens; `seen` counts requests by operation."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.rules: list[Rule] = []
        self.seen: Counter[str] = Counter()
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                relay._handle(self)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator[Relay]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        request = Request(
            handler.command,
            handler.path,
            dict(handler.headers.items()),
            handler.rfile.read(length),
        )
        self.seen[request.operation] += 1
        for rule in list(self.rules):
            found = rule(request)
            if isinstance(found, Reset):
                # With no time to linger, closing sends RST instead of FIN.
                now = struct.pack("ii", 1, 0)
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
                handler.close_connection = True
                handler.connection.close()
                return
            if isinstance(found, Answer):
                _reply(handler, found.status, {}, found.body)
                return
            request = found or request
        _reply(handler, *self._forward(request))

    def _forward(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        headers = {
            key: value
            for key, value in request.headers.items()
            if key.lower() not in _HOP_BY_HOP
        }
        asked = urllib.request.Request(
            self.target + request.path,
            request.body if request.method not in ("GET", "HEAD") else None,
            headers,
            method=request.method,
        )
        try:
            with urllib.request.urlopen(asked) as answer:
                return answer.status, dict(answer.headers.items()), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers.items()), error.read()


def _reply(
    handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes
) -> None:
    handler.send_response(status)
    for key, value in headers.items():
        if key.lower() not in _HOP_BY_HOP:
            handler.send_header(key, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def choosing(case: str) -> Rule:
    """Executions start with that test case of the emulator's mock configuration."""

    def rule(request: Request) -> Request | None:
        if request.operation != "StartExecution":
            return None
        data = request.data
        return request.saying(
            {**data, "stateMachineArn": f"{data['stateMachineArn']}#{case}"}
        )

    return rule


def failing(operation: str, fault: Answer | Reset, times: int, after: int = 0) -> Rule:
    """`fault` in place of answers to `operation`: `times` of them, after the first
    `after`."""
    count = 0

    def rule(request: Request) -> Answer | Reset | None:
        nonlocal count
        if request.operation != operation:
            return None
        count += 1
        return fault if after < count <= after + times else None

    return rule
