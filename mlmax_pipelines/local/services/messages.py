"""SNS, SQS and EventBridge: what is sent is kept, one JSON line each.

What comes in: a topic, queue or bus and a message. What goes out: the call's response;
the message is a line of `services/<service>/<name>.jsonl`. Never: delivers anything.
"""

from __future__ import annotations

import re
import time
import uuid
from hashlib import md5
from pathlib import Path
from typing import Any

from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.services.answers import append_line, as_text
from mlmax_pipelines.local.workspace import Workspace


def publish(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """sns:publish to a topic, a target or a phone number."""
    arguments = request.arguments
    target = next(
        str(arguments[key])
        for key in ("TopicArn", "TargetArn", "PhoneNumber")
        if key in arguments
    )
    message = {**arguments, "Message": as_text(arguments["Message"])}
    return {"MessageId": _keep(workspace, "sns", target, message)}


def send_message(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """sqs:sendMessage."""
    body = as_text(request.arguments["MessageBody"])
    message = {**request.arguments, "MessageBody": body}
    digest = md5(body.encode(), usedforsecurity=False).hexdigest()
    queue = str(request.arguments["QueueUrl"])
    return {
        "MD5OfMessageBody": digest,
        "MessageId": _keep(workspace, "sqs", queue, message),
    }


def put_events(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """events:putEvents."""
    entries = []
    for entry in request.arguments["Entries"]:
        message = {**entry, "Detail": as_text(entry.get("Detail", {}))}
        bus = str(entry.get("EventBusName", "default"))
        entries.append({"EventId": _keep(workspace, "events", bus, message)})
    return {"Entries": entries, "FailedEntryCount": 0}


def _keep(workspace: Workspace, service: str, target: str, message: Any) -> str:
    message_id = str(uuid.uuid4())
    line = {"MessageId": message_id, "Time": time.time(), **message}
    append_line(_file(workspace, service, target), line)
    return message_id


def _file(workspace: Workspace, service: str, target: str) -> Path:
    """By the last part of an ARN or URL."""
    name = re.split(r"[:/]", target)[-1]
    safe = re.sub(r"[^\w.+-]", "_", name).lstrip(".") or "default"
    return workspace.services / service / f"{safe}.jsonl"
