"""A definition compiled into a machine: each state once, before anything runs.

What comes in: a definition. What goes out: a Machine, or UsageError saying what in the
definition cannot be run. Never: runs a state.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.interpreter import jsonata, simple_states
from mlmax_pipelines.interpreter.map_state import compile_map
from mlmax_pipelines.interpreter.parallel_state import compile_parallel
from mlmax_pipelines.interpreter.scheduler import Body
from mlmax_pipelines.interpreter.task_state import compile_task
from mlmax_pipelines.interpreter.visit import (
    Branch,
    Machine,
    Outcome,
    State,
    Steps,
    Visit,
)

QUERY_LANGUAGES = ("JSONPath", "JSONata")

_NUMBERS = (
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "MaxConcurrency",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
)

_EXECUTE: dict[str, Callable[[Mapping[str, Any]], simple_states.Execute]] = {
    "Pass": simple_states.compile_pass,
    "Succeed": simple_states.compile_succeed,
    "Fail": simple_states.compile_fail,
    "Choice": simple_states.compile_choice,
}


def compile_machine(
    definition: Mapping[str, Any], query_language: str = "JSONPath"
) -> Machine:
    """Compile a definition; raises UsageError naming the state that cannot be run."""
    query_language = definition.get("QueryLanguage", query_language)
    states = definition.get("States")
    if not isinstance(states, dict) or definition.get("StartAt") not in states:
        raise UsageError("the definition has no state that 'StartAt' names")
    compiled = {
        name: _compile_state(name, state, states, query_language)
        for name, state in states.items()
    }
    return Machine(definition["StartAt"], compiled, definition.get("TimeoutSeconds"))


def _compile_state(
    name: str, state: Mapping[str, Any], states: Mapping[str, Any], inherited: str
) -> State:
    try:
        _check(state, states)
        if state.get("QueryLanguage", inherited) == "JSONata":
            return _compile_jsonata(name, state, inherited)
        return _compile_fields(name, state, inherited)
    except (KeyError, ValueError) as error:
        raise UsageError(f"state '{name}' cannot be run: {_told(error)}") from None
    except (TypeError, AttributeError) as error:
        # A field holds another type than its own, found where it was used.
        raise UsageError(f"state '{name}' is malformed: {error}") from None


def _check(state: Mapping[str, Any], states: Mapping[str, Any]) -> None:
    """Raise ValueError for what compiling the fields one by one would not find."""
    for target in _targets(state):
        if target not in states:
            raise ValueError(f"it goes to '{target}', which the machine does not have")
    if state.get("QueryLanguage", "JSONPath") not in QUERY_LANGUAGES:
        raise ValueError(f"no query language '{state['QueryLanguage']}'")
    for field in _NUMBERS:
        if not isinstance(state.get(field, 0), (int, float)):
            raise ValueError(f"'{field}' must be a number, found '{state[field]}'")


def _compile_jsonata(name: str, state: Mapping[str, Any], inherited: str) -> State:
    unsupported = jsonata.unsupported(state)
    if unsupported is None:
        return _compile_fields(name, jsonata.as_jsonpath(state), inherited)

    def refuse(visit: Visit) -> Outcome:
        raise EvaluationError(
            jsonata.QUERY_ERROR, f"JSONata is not supported yet: '{unsupported}'"
        )

    return State(name, state["Type"], execute=refuse)


def _compile_fields(name: str, state: Mapping[str, Any], language: str) -> State:
    type = state["Type"]

    def inner(definition: Mapping[str, Any]) -> Machine:
        return compile_machine(definition, language)

    if type in _EXECUTE:
        return State(name, type, execute=_EXECUTE[type](state))
    if type == "Wait":
        return State(name, type, steps=simple_states.compile_wait(state))
    if type == "Task":
        return State(name, type, steps=compile_task(state))
    if type == "Parallel":
        return State(name, type, steps=compile_parallel(state, inner, run_machine))
    if type == "Map":
        return State(name, type, steps=compile_map(state, inner, run_machine))
    raise ValueError(f"no state type '{type}'")


def _told(error: Exception) -> str:
    return f"no field {error}" if isinstance(error, KeyError) else str(error)


def _targets(state: Mapping[str, Any]) -> list[str]:
    targets = [state.get("Next"), state.get("Default")]
    targets += [rule.get("Next") for rule in state.get("Choices", ())]
    targets += [catcher.get("Next") for catcher in state.get("Catch", ())]
    return [target for target in targets if target is not None]


def _abortable(visit: Visit, steps: Steps) -> Steps:
    try:
        return (yield from steps)
    except GeneratorExit:
        state = visit.state
        visit.branch.record(f"{state.type}StateAborted", lambda: {"name": state.name})
        raise


def run_machine(
    machine: Machine, branch: Branch, value: Any, start_at: str | None = None
) -> Body:
    """Go from state to state; returns the last one's output, raises StateError."""
    name: str | None = start_at or machine.start_at
    run = branch.run
    while name is not None:
        run.scheduler.check()
        run.recorder.check_room()
        state = machine.states[name]
        visit = Visit(branch, state, value)
        try:
            if state.execute is not None:
                name, value = state.execute(visit)
            elif state.steps is not None:
                name, value = yield from _abortable(visit, state.steps(visit))
        except EvaluationError as error:
            raise visit.locate(error) from None
    return value
