"""http:invoke: a real request.

What comes in: the arguments of an HTTP task. What goes out: the response as Step
Functions gives it. Never: credentials; an EventBridge connection exists on AWS only,
so that the request goes out without what it would add.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from mlmax_pipelines.asl.canonical import parsed
from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base.limits import PAYLOAD
from mlmax_pipelines.interpreter.contract import TaskRequest
from mlmax_pipelines.local.workspace import Workspace

if TYPE_CHECKING:
    from urllib.request import Request

# AWS page "Call HTTPS APIs in Step Functions workflows": an HTTP task may take 60 s.
_SECONDS = 60.0


def invoke(request: TaskRequest, workspace: Workspace) -> dict[str, Any]:
    """The response; a status of 400 or more is `States.Http.StatusCode.<n>`."""
    from urllib.error import HTTPError, URLError
    from urllib.request import urlopen

    timeout = min(request.timeout_seconds or _SECONDS, _SECONDS)
    call = _call(request.arguments)
    try:
        with urlopen(call, timeout=timeout) as response:  # noqa: S310
            return _answer(response, response.status, response.reason)
    except HTTPError as error:
        answer = _answer(error, error.code, error.reason)
        text = json.dumps(answer, separators=(",", ":"))
        raise StateError(f"States.Http.StatusCode.{error.code}", text) from None
    except (URLError, TimeoutError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise StateError("States.Http.Socket", f"{call.full_url}: {reason}") from None


def _call(arguments: Mapping[str, Any]) -> Request:
    from urllib.request import Request

    url = str(arguments["ApiEndpoint"])
    if not url.startswith(("http://", "https://")):
        raise StateError("States.Runtime", f"not an HTTP endpoint: '{url}'")
    if arguments.get("QueryParameters"):
        url += "?" + urlencode(arguments["QueryParameters"], doseq=True)
    headers = {str(k): str(v) for k, v in (arguments.get("Headers") or {}).items()}
    body = arguments.get("RequestBody")
    data = None
    if body is not None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
    return Request(url, data, headers, method=str(arguments["Method"]))


def _answer(response: Any, status: int, reason: str) -> dict[str, Any]:
    body = response.read(PAYLOAD + 1)
    if len(body) > PAYLOAD:
        raise StateError("States.DataLimitExceeded", "the response is over 256 KiB")
    headers: dict[str, list[str]] = {}
    for name, value in response.headers.items():
        headers.setdefault(name.lower(), []).append(value)
    return {
        "Headers": headers,
        "ResponseBody": _parsed(body.decode("utf-8", "replace")),
        "StatusCode": status,
        "StatusText": reason,
    }


def _parsed(text: str) -> Any:
    try:
        return parsed(text)
    except ValueError:
        return text
