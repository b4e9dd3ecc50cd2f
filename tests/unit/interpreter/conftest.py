"""Running a definition: what it came to, and the events on the way."""

from __future__ import annotations

import threading

import pytest

from mlmax_pipelines.interpreter import Execution, StateError, run

EXECUTION = Execution(
    id="arn:aws:states:local:000000000000:execution:machine:name",
    name="name",
    state_machine_id="arn:aws:states:local:000000000000:stateMachine:machine",
    state_machine_name="machine",
    start_time=0.25,
)


class Interpreted:
    """A finished execution."""

    def __init__(self, result, events):
        self.result = result
        self.events = events
        self.status = result.status
        self.output = result.output
        self.error = result.error
        self.cause = result.cause

    def types(self):
        return [event.type for event in self.events]

    def details(self, type):
        return [event.details for event in self.events if event.type == type]


class VirtualTime:
    """A clock that sleeping moves."""

    def __init__(self):
        self.moment = 1_000_000.0
        self.slept = []

    def now(self):
        return self.moment

    def wait(self, seconds, stop):
        self.slept.append(seconds)
        self.moment += seconds


@pytest.fixture
def virtual():
    return VirtualTime()


@pytest.fixture
def interpret(virtual):
    """Run a definition in virtual time; `tasks` maps a state's name to an answer.

    An answer is a value, an error to raise, a function of the request, or a list of
    those, one per call.
    """

    def interpret(definition, input=None, tasks=None, real_time=False, **options):
        events = []
        result = run(
            definition,
            {} if input is None else input,
            execution=EXECUTION,
            tasks=_handler(tasks or {}),
            on_event=options.pop("on_event", events.append),
            stop=options.pop("stop", threading.Event()),
            **({} if real_time else {"clock": virtual}),
            **options,
        )
        return Interpreted(result, events)

    return interpret


def _handler(tasks):
    lock = threading.Lock()

    def handle(request):
        answer = tasks[request.state]
        if isinstance(answer, list):
            with lock:
                answer = answer.pop(0)
        if isinstance(answer, StateError):
            raise StateError(answer.error, answer.cause)
        return answer(request) if callable(answer) else answer

    return handle


@pytest.fixture
def machine():
    """A machine of states that follow each other, as they are given."""

    def machine(_options=None, **states):
        names = list(states)
        linked = {}
        for index, (name, state) in enumerate(states.items()):
            ends = state["Type"] in ("Succeed", "Fail", "Choice") or "Next" in state
            if not ends and index + 1 < len(names):
                state = {**state, "Next": names[index + 1]}
            elif not ends:
                state = {**state, "End": True}
            linked[name] = state
        return {"StartAt": names[0], "States": linked, **(_options or {})}

    return machine


@pytest.fixture
def task():
    """A Task state."""

    def task(**fields):
        resource = "arn:aws:states:::sagemaker:createProcessingJob.sync"
        return {"Type": "Task", "Resource": resource, **fields}

    return task
