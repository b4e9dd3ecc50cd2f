"""The states that run branches: Parallel and Map.

What comes in: a state's fields and how to compile a machine inside it. What goes out:
steps that run its branches. Never: decides when a branch runs; the scheduler does.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.expression import (
    Expression,
    compile_expression,
    evaluate_path,
)
from mlmax_pipelines.asl.failures import RUNTIME, EvaluationError, StateError
from mlmax_pipelines.asl.payload import compile_template
from mlmax_pipelines.local.interpreter.attempts import guard
from mlmax_pipelines.local.interpreter.flow import Flow
from mlmax_pipelines.local.interpreter.scheduler import Body, Gather
from mlmax_pipelines.local.interpreter.visit import Branch, Machine, Steps, Visit
from mlmax_pipelines.local.interpreter.whole_numbers import percentage, whole_number

# Service quota: how many iterations of an inline Map run at once.
MAX_CONCURRENCY = 40
THRESHOLD = "States.ExceedToleratedFailureThreshold"

CompileMachine = Callable[[Mapping[str, Any]], Machine]
RunMachine = Callable[[Machine, Branch, Any], Body]


def compile_parallel(
    state: Mapping[str, Any], compile_machine: CompileMachine, run: RunMachine
) -> Callable[[Visit], Steps]:
    """Run every branch with the same input; the result is the list of outputs."""
    flow, following = Flow(state), state.get("Next")
    machines = [compile_machine(branch) for branch in state["Branches"]]

    def work(visit: Visit) -> Steps:
        value = flow.effective_input(visit)
        visit.branch.record("ParallelStateStarted")
        bodies = [_branch_body(run, machine, visit, value) for machine in machines]
        try:
            results = yield Gather(bodies, len(bodies))
        except StateError as error:
            _record_failure(visit, "ParallelStateFailed", error)
            raise
        visit.branch.record("ParallelStateSucceeded")
        output = flow.output(visit, results)
        visit.exit(output)
        return following, output

    return guard(state, work)


def _branch_body(
    run: RunMachine, machine: Machine, visit: Visit, value: Any
) -> Callable[[], Body]:
    return lambda: run(machine, visit.branch.child(), value)


def _record_failure(visit: Visit, type: str, error: StateError) -> None:
    visit.branch.record(type, lambda: {"error": error.error, "cause": error.cause})


def compile_map(
    state: Mapping[str, Any], compile_machine: CompileMachine, run: RunMachine
) -> Callable[[Visit], Steps]:
    """Run the processor once per item; the result is the list of outputs."""
    machine = compile_machine(state.get("ItemProcessor") or state["Iterator"])
    flow, following = (
        Flow({**state, "Parameters": "$"}, "NoTemplate"),
        state.get("Next"),
    )
    plan = _MapPlan(state)

    def work(visit: Visit) -> Steps:
        chosen = flow.chosen_input(visit)
        items = plan.items(visit, chosen)
        limit, tolerates = (
            plan.limit(visit, chosen),
            plan.tolerance(visit, chosen, items),
        )
        visit.branch.record("MapStateStarted", lambda: {"length": len(items)})
        bodies = [
            _iteration(run, machine, visit, plan, chosen, index, item)
            for index, item in enumerate(items)
        ]
        try:
            results = yield Gather(bodies, limit, tolerates)
        except StateError as error:
            _record_failure(visit, "MapStateFailed", error)
            raise
        visit.branch.record("MapStateSucceeded")
        output = flow.output(visit, results)
        visit.exit(output)
        return following, output

    return guard(state, work)


def _iteration(
    run: RunMachine,
    machine: Machine,
    visit: Visit,
    plan: _MapPlan,
    chosen: Any,
    index: int,
    item: Any,
) -> Callable[[], Body]:
    """One iteration with its events."""

    def details() -> dict[str, Any]:
        return {"name": visit.state.name, "index": index}

    def body() -> Body:
        branch = visit.branch.child({"Index": index, "Value": item})
        branch.record("MapIterationStarted", details)
        try:
            value = plan.item_input(visit, branch, chosen, item)
            output = yield from run(machine, branch, value)
        except GeneratorExit:
            branch.record("MapIterationAborted", details)
            raise
        except StateError:
            branch.record("MapIterationFailed", details)
            raise
        branch.record("MapIterationSucceeded", details)
        return output

    return body


class _MapPlan:
    """The compiled fields that say which items a Map runs over, and how."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._state = state
        path = state.get("ItemsPath", "$")
        self._path = path
        self._items: Expression = compile_expression(path)
        selector = state.get("ItemSelector", state.get("Parameters"))
        self._selector = None if selector is None else compile_template(selector)

    def items(self, visit: Visit, chosen: Any) -> list[Any]:
        """The items; raises EvaluationError when they are not a list."""
        items = evaluate_path(self._items, visit.scope.on(chosen))
        if not isinstance(items, list):
            raise EvaluationError(
                RUNTIME, f'Reference path "{self._path}" must point to array.'
            )
        return items

    def item_input(self, visit: Visit, branch: Branch, chosen: Any, item: Any) -> Any:
        """What the processor gets for `item`."""
        if self._selector is None:
            return item
        scope = visit.scope.on(chosen)
        scope.context = lambda: {**visit.context(), "Map": {"Item": branch.item}}
        try:
            return self._selector(scope)
        except EvaluationError as error:
            raise visit.locate(error) from None

    def limit(self, visit: Visit, chosen: Any) -> int:
        """How many iterations may run at once; 0 asks for as many as AWS runs."""
        wanted = self._number(visit, chosen, "MaxConcurrency", whole_number) or 0
        return int(min(wanted or MAX_CONCURRENCY, MAX_CONCURRENCY))

    def tolerance(
        self, visit: Visit, chosen: Any, items: list[Any]
    ) -> Callable[[int], bool]:
        """Whether so many failed items leave the Map alive."""
        share = self._number(visit, chosen, "ToleratedFailurePercentage", percentage)
        count = self._number(visit, chosen, "ToleratedFailureCount", whole_number)
        if share is None and count is None:
            return lambda failures: False
        most_by_share = len(items) if share is None else len(items) * share / 100
        most = min(most_by_share, len(items) if count is None else count)
        return lambda failures: failures <= most

    def _number(
        self,
        visit: Visit,
        chosen: Any,
        field: str,
        read: Callable[[Expression, str, Any, str], float],
    ) -> float | None:
        path: str | None = self._state.get(f"{field}Path")
        if path is None:
            return self._state.get(field)
        scope = visit.scope.on(chosen)
        return read(compile_expression(path), path, scope, f"{field}Path")
