"""A real request."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest


class Server(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 404 if "missing" in self.path else 200
        answer = {"path": self.path, "body": json.loads(body)}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Any:
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def request(url: str) -> dict[str, Any]:
    query = {"a": "1", "b": ["2", "3"]}
    body = {"x": 1}
    return {
        "ApiEndpoint": url,
        "Method": "POST",
        "QueryParameters": query,
        "RequestBody": body,
    }


def test_an_http_task_makes_a_real_request(call: Any, server: str) -> None:
    result = call("http:invoke", request(server + "/run"))
    assert result["StatusCode"] == 200
    assert result["ResponseBody"] == {"path": "/run?a=1&b=2&b=3", "body": {"x": 1}}


def test_a_bad_status_is_the_error_by_its_number(failure: Any, server: str) -> None:
    error, cause = failure("http:invoke", request(server + "/missing"))
    assert error == "States.Http.StatusCode.404"
    assert cause["ResponseBody"]["body"] == {"x": 1}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x", "/x"])
def test_only_http_is_requested(failure: Any, url: str) -> None:
    error, cause = failure("http:invoke", {"ApiEndpoint": url, "Method": "GET"})
    assert error == "States.Runtime" and "not an HTTP endpoint" in cause
