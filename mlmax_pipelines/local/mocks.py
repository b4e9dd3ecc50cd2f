"""Mocked answers of tasks: read, checked, and given one call after another.

What comes in: a mapping from state names or resources to answers, or Step Functions
Local's `MockConfigFile.json`. What goes out: a task handler.
Never: calls anything.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any, Mapping

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.asl.walk import walk_states
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.forms import Each, fault
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.limits import HISTORY
from mlmax_pipelines.interpreter.contract import TaskHandler, TaskRequest

_ERROR = {"error": str, "cause": (str, None)}
Mocks = Mapping[str, "list[dict[str, Any]]"]

# AWS Step Functions Developer Guide, "Testing state machines with Step Functions
# Local": mocked service integrations.
_THROWN = {"Error": str, "Cause": (str, None)}
_CONFIGURATION = {
    "StateMachines": Each({"TestCases": Each(Each(str))}),
    "MockedResponses": Each(Each({"Throw": _THROWN})),
}
# Of one response: as many as an execution has room for.
_MOST_CALLS = HISTORY
_CALLS = "for which calls: '0', the first one, or '1-3'"
_HINT = (
    'a mock is {"result": ...} or {"error": "...", "cause": "..."}, or a list of them'
)


def read_mocks(content: Any, test_case: str | None = None) -> Mocks:
    """Check mocks and bring them into one form: name -> answers in order.

    `content` with `MockedResponses` is Step Functions Local's configuration; it needs
    `test_case`. Raises UsageError.
    """
    if isinstance(content, dict) and "MockedResponses" in content:
        if wrong := fault(_CONFIGURATION, content):
            raise UsageError(f"the mocks cannot be read: {wrong}")
        return _test_case(content, test_case)
    if test_case is not None:
        raise UsageError(
            f"no test case '{test_case}': the mocks have no 'StateMachines'"
        )
    if not isinstance(content, dict):
        raise UsageError(
            "mocks must map state names or resources to answers", hint=_HINT
        )
    return {name: _answers(name, value) for name, value in content.items()}


def check_names(mocks: Mocks, definition: Mapping[str, Any]) -> None:
    """Raise UsageError when a mock is for something the definition does not have."""
    tasks = [found for found in walk_states(definition) if "Resource" in found.state]
    known = [found.name for found in tasks] + [
        found.state["Resource"] for found in tasks
    ]
    for name in mocks:
        if name not in known:
            hint = question(name, known) or _listed(known)
            raise UsageError(f"the definition has no task '{name}' to mock", hint=hint)


def mock_handler(mocks: Mocks) -> TaskHandler:
    """Answer a task with its state's mocks, else its resource's; the last repeats.

    The handler raises UsageError for a task that has none.
    """
    calls: Counter[str] = Counter()
    lock = threading.Lock()

    def handle(request: TaskRequest) -> Any:
        name = request.state if request.state in mocks else request.resource
        if name not in mocks:
            raise UsageError(
                f"no mock answers the task '{request.state}' ({request.resource})",
                hint=f"add '{request.state}' to the mocks: {_HINT}",
            )
        with lock:
            call = calls[name]
            calls[name] += 1
        answers = mocks[name]
        answer = answers[min(call, len(answers) - 1)]
        if "error" in answer:
            raise StateError(answer["error"], answer.get("cause"))
        return answer["result"]

    return handle


def _answers(name: str, value: Any) -> list[dict[str, Any]]:
    answers = value if isinstance(value, list) else [value]
    for answer in answers:
        keys = set(answer) if isinstance(answer, dict) else set()
        known = keys == {"result"} or {"error"} <= keys <= {"error", "cause"}
        if not known or fault(_ERROR, answer):
            raise UsageError(f"the mock of '{name}' is not an answer", hint=_HINT)
    if not answers:
        raise UsageError(f"the mock of '{name}' has no answers", hint=_HINT)
    return answers


def _test_case(content: Mapping[str, Any], wanted: str | None) -> Mocks:
    """The answers of one test case; `wanted` is its name, or `Machine#name`."""
    cases = {
        f"{machine}#{name}": states
        for machine, about in content.get("StateMachines", {}).items()
        for name, states in about.get("TestCases", {}).items()
    }
    found = [key for key in cases if wanted in (key, key.split("#", 1)[1])]
    if len(found) != 1:
        what = "which test case to use" if wanted is None else f"'{wanted}'"
        raise UsageError(f"the mocks do not say {what}", hint=_listed(list(cases)))
    responses = content["MockedResponses"]
    return {
        state: _responses(name, responses) for state, name in cases[found[0]].items()
    }


def _responses(name: str, responses: Mapping[str, Any]) -> list[dict[str, Any]]:
    if name not in responses:
        hint = _listed(list(responses))
        raise UsageError(f"no mocked response '{name}'", hint=hint)
    answers = []
    for calls, response in responses[name].items():
        answers += [_response(name, response)] * _count(name, calls)
    if not answers:
        raise UsageError(f"the mocked response '{name}' answers no call", hint=_CALLS)
    return answers


def _count(name: str, calls: str) -> int:
    """How many calls `0` or `1-3` are."""
    first, _, last = calls.partition("-")
    if first.isdecimal() and (last or first).isdecimal():
        count = int(last or first) - int(first) + 1
        if 0 < count <= _MOST_CALLS:
            return count
    text = f"the mocked response '{name}' is for calls '{calls}'"
    raise UsageError(text, hint=_CALLS)


def _response(name: str, response: Mapping[str, Any]) -> dict[str, Any]:
    if "Return" in response:
        return {"result": response["Return"]}
    thrown = response.get("Throw", {})
    if "Error" in thrown:
        return {"error": thrown["Error"], "cause": thrown.get("Cause")}
    raise UsageError(f"the mocked response '{name}' has no 'Return' and no 'Throw'")


def _listed(names: list[str]) -> str:
    return "there are " + ", ".join(f"'{name}'" for name in names) if names else ""
