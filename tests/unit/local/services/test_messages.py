"""Messages that nobody receives here are kept."""

from __future__ import annotations

import json
from typing import Any

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
