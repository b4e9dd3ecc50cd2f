from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from mlmax_pipelines.local.workspace import Workspace


def sent(workspace: Workspace, path: str) -> list[Any]:
    text = (workspace.services / path).read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_published_messages_are_kept_by_topic(workspace: Workspace, call: Any) -> None:
    topic = "arn:aws:sns:us-east-1:000000000000:alarms"
    result = call("sns:publish", {"TopicArn": topic, "Message": {"failed": 1}})
    [message] = sent(workspace, "sns/alarms.jsonl")
    assert message["Message"] == '{"failed":1}'
    assert message["MessageId"] == result["MessageId"]


def test_queued_messages_are_kept_by_queue(workspace: Workspace, call: Any) -> None:
    url = "https://sqs.us-east-1.amazonaws.com/000000000000/jobs"
    result = call("sqs:sendMessage", {"QueueUrl": url, "MessageBody": "hello"})
    assert result["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592"
    assert [m["MessageBody"] for m in sent(workspace, "sqs/jobs.jsonl")] == ["hello"]


def test_events_are_kept_by_bus(workspace: Workspace, call: Any) -> None:
    entries = [{"Source": "me", "DetailType": "t", "Detail": {"a": 1}}] * 2
    result = call("events:putEvents", {"Entries": entries})
    assert result["FailedEntryCount"] == 0 and len(result["Entries"]) == 2
    assert len(sent(workspace, "events/default.jsonl")) == 2


def test_names_of_topics_cannot_leave_the_folder(
    workspace: Workspace, call: Any
) -> None:
    call("sns:publish", {"TopicArn": "arn:..", "Message": "x"})
    kept = [path for path in workspace.services.rglob("*") if path.is_file()]
    assert kept == [workspace.services / "sns" / "default.jsonl"]


KEY = {"id": {"S": "a"}}


def test_an_item_is_found_by_its_key(call: Any) -> None:
    item = {**KEY, "n": {"N": "1"}}
    call("dynamodb:putItem", {"TableName": "t", "Item": item})
    assert call("dynamodb:getItem", {"TableName": "t", "Key": KEY}) == {"Item": item}
    other = {"id": {"S": "b"}}
    assert call("dynamodb:getItem", {"TableName": "t", "Key": other}) == {}
    assert call("dynamodb:getItem", {"TableName": "t2", "Key": KEY}) == {}


def test_an_item_put_again_replaces_the_first(call: Any) -> None:
    for number in ("1", "2"):
        item = {**KEY, "n": {"N": number}}
        call("dynamodb:putItem", {"TableName": "t", "Item": item})
        found = call("dynamodb:getItem", {"TableName": "t", "Key": KEY})
        assert found == {"Item": item}
    call("dynamodb:deleteItem", {"TableName": "t", "Key": KEY})
    assert call("dynamodb:getItem", {"TableName": "t", "Key": KEY}) == {}


def test_a_condition_is_refused_and_not_passed_over(failure: Any) -> None:
    arguments = {"TableName": "t", "Item": KEY, "ConditionExpression": "x"}
    error, cause = failure("dynamodb:putItem", arguments)
    assert error == "States.Runtime" and "'ConditionExpression'" in cause


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
