"""The states that start nothing: Pass, Succeed, Fail, Choice and Wait.

What comes in: a state's fields. What goes out: what to do when it is visited.
Never: starts a task or a branch.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.choice import compile_rule
from mlmax_pipelines.asl.failures import (
    RUNTIME,
    EvaluationError,
    PathNotFound,
    StateError,
)
from mlmax_pipelines.asl.payload import compile_template
from mlmax_pipelines.asl.query.expression import (
    Expression,
    Scope,
    compile_expression,
    constant,
    evaluate_field,
)
from mlmax_pipelines.asl.timestamps import parse_timestamp
from mlmax_pipelines.interpreter.flow import Flow
from mlmax_pipelines.interpreter.scheduler import Sleep
from mlmax_pipelines.interpreter.visit import Outcome, Steps, Visit

Execute = Callable[[Visit], Outcome]


def compile_pass(state: Mapping[str, Any]) -> Execute:
    """Hand on the input, or `Result`."""
    flow, following = Flow(state), state.get("Next")
    constant, result = "Result" in state, state.get("Result")

    def execute(visit: Visit) -> Outcome:
        effective = flow.effective_input(visit)
        output = flow.output(visit, result if constant else effective)
        visit.exit(output)
        return following, output

    return execute


def compile_succeed(state: Mapping[str, Any]) -> Execute:
    """End the machine well."""
    flow = Flow(state)

    def execute(visit: Visit) -> Outcome:
        output = flow.output(visit, flow.effective_input(visit))
        visit.exit(output)
        return None, output

    return execute


def compile_fail(state: Mapping[str, Any]) -> Execute:
    """End the machine with an error and a cause, either of which may be missing."""
    error, cause = _text_or_path(state, "Error"), _text_or_path(state, "Cause")

    def execute(visit: Visit) -> Outcome:
        raise StateError(error(visit.scope), cause(visit.scope))

    return execute


def _text_or_path(state: Mapping[str, Any], field: str) -> Expression:
    path_field = f"{field}Path"
    if path_field not in state:
        return constant(state.get(field))
    expression = compile_expression(state[path_field])

    def evaluate(scope: Scope) -> Any:
        value = evaluate_field(expression, scope, path_field)
        if not isinstance(value, str):
            raise EvaluationError(
                RUNTIME,
                f"The {path_field} parameter does not reference a string: "
                f"{state[path_field]}",
            )
        return value

    return evaluate


def compile_choice(state: Mapping[str, Any]) -> Execute:
    """Go where the first rule that matches says, else to Default."""
    flow = Flow(
        {key: state[key] for key in ("InputPath", "OutputPath") if key in state}
    )
    rules = [
        (compile_rule(rule), rule["Next"], compile_template(rule.get("Assign", {})))
        for rule in state["Choices"]
    ]
    default = state.get("Default")
    assign = compile_template(state.get("Assign", {}))

    def execute(visit: Visit) -> Outcome:
        value = flow.chosen_input(visit)
        scope = visit.scope.on(value)
        following, assigned = default, assign
        for matches, target, assigns in rules:
            if matches(scope):
                following, assigned = target, assigns
                break
        if following is None:
            # The guide says States.NoChoiceMatched; this is what AWS answers.
            raise EvaluationError(
                RUNTIME,
                "Failed to transition out of the state. The state does not point to a "
                "next state.",
            )
        output = flow.output(visit, value)
        visit.assigned.update(assigned(scope))
        visit.exit(output)
        return following, output

    return execute


def compile_wait(state: Mapping[str, Any]) -> Callable[[Visit], Steps]:
    """Wait for some seconds or until a time."""
    flow, following = Flow(state), state.get("Next")
    delay = _delay(state)

    def steps(visit: Visit) -> Steps:
        value = flow.chosen_input(visit)
        seconds = delay(visit.scope.on(value), visit.branch.run.now())
        if seconds > 0:
            yield Sleep(seconds)
        output = flow.output(visit, value)
        visit.exit(output)
        return following, output

    return steps


Delay = Callable[[Scope, float], float]


def _delay(state: Mapping[str, Any]) -> Delay:
    if "Seconds" in state:
        seconds = float(state["Seconds"])
        return lambda scope, now: seconds
    if "SecondsPath" in state:
        return _seconds_path(state["SecondsPath"])
    if "TimestampPath" in state:
        return _timestamp_path(state["TimestampPath"])
    moment = parse_timestamp(state.get("Timestamp"))
    if moment is None:
        raise ValueError(f"'{state.get('Timestamp')}' is not an ISO-8601 timestamp")
    return lambda scope, now: moment / 1e9 - now


def _seconds_path(text: str) -> Delay:
    expression = compile_expression(text)

    def delay(scope: Scope, now: float) -> float:
        value = _referenced(expression, scope, "SecondsPath")
        shown = f"{text} == {_plain(value)}"
        if isinstance(value, bool) or not isinstance(value, int):
            raise EvaluationError(
                RUNTIME,
                f"The SecondsPath parameter cannot be parsed as a long value: {shown}",
            )
        if value < 0:
            raise EvaluationError(
                RUNTIME,
                f"The SecondsPath parameter references a negative value: {shown}",
            )
        return value

    return delay


def _timestamp_path(text: str) -> Delay:
    expression = compile_expression(text)

    def delay(scope: Scope, now: float) -> float:
        value = _referenced(expression, scope, "TimestampPath")
        moment = parse_timestamp(value)
        if moment is None:
            raise EvaluationError(
                RUNTIME,
                "The TimestampPath parameter does not reference a valid ISO-8601 "
                f"extended offset date-time format string: {text} == {_plain(value)}",
            )
        return moment / 1e9 - now

    return delay


def _referenced(expression: Expression, scope: Scope, field: str) -> Any:
    try:
        return expression(scope)
    except PathNotFound as missing:
        raise EvaluationError(
            RUNTIME,
            f"The {field} parameter does not reference an input value: {missing.text}",
        ) from None


def _plain(value: Any) -> str:
    from mlmax_pipelines.asl.canonical import json_text

    return value if isinstance(value, str) else json_text(value)
