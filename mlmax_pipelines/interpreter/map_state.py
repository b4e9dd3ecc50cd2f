"""The Map state: one machine run once per item.

What comes in: a state's fields and how to compile and run the machine inside it. What
goes out: steps that run an iteration per item. Never: knows where items come from or
results go to beyond the data of the state; the ports `items` and `results` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from mlmax_pipelines.asl.failures import RUNTIME, EvaluationError, StateError
from mlmax_pipelines.asl.payload import compile_template
from mlmax_pipelines.asl.query.expression import (
    Expression,
    compile_expression,
    evaluate_path,
)
from mlmax_pipelines.base.limits import INLINE_MAP
from mlmax_pipelines.interpreter.attempts import guard
from mlmax_pipelines.interpreter.contract import MapRequest
from mlmax_pipelines.interpreter.flow import Flow
from mlmax_pipelines.interpreter.parallel_state import (
    CompileMachine,
    RunMachine,
    record_failure,
)
from mlmax_pipelines.interpreter.scheduler import Body, Gather
from mlmax_pipelines.interpreter.visit import Branch, Machine, Steps, Visit
from mlmax_pipelines.interpreter.whole_numbers import percentage, whole_number

THRESHOLD_ERROR = "States.ExceedToleratedFailureThreshold"
THRESHOLD_CAUSE = "The specified tolerated failure threshold was exceeded"
UNSUPPORTED_FIELDS = ("ItemReader", "ItemBatcher", "ResultWriter")


def compile_map(
    state: Mapping[str, Any], compile_machine: CompileMachine, run: RunMachine
) -> Callable[[Visit], Steps]:
    """Run the processor once per item; the result is the list of outputs.

    A distributed Map runs here like an inline one, but for the failures it tolerates:
    their outputs are left out. Raises ValueError for the fields that only reading and
    writing S3 needs.
    """
    for field in UNSUPPORTED_FIELDS:
        if field in state:
            raise ValueError(f"'{field}' is not supported yet")
    plan = _Plan(state, compile_machine(_processor(state)), run)
    own = {key: value for key, value in state.items() if key != "Parameters"}
    flow, following = Flow(own), state.get("Next")

    def work(visit: Visit) -> Steps:
        results = yield from _iterate(plan, visit, flow.chosen_input(visit))
        output = flow.output(visit, results)
        visit.exit(output)
        return following, output

    return guard(state, work)


def _processor(state: Mapping[str, Any]) -> Mapping[str, Any]:
    processor: Mapping[str, Any] = state.get("ItemProcessor") or state["Iterator"]
    return processor


def _iterate(plan: _Plan, visit: Visit, chosen: Any) -> Body:
    """Run every iteration; returns the Map's result."""
    request, run = plan.request(visit, chosen), visit.branch.run
    items = run.items(request)
    limit = plan.limit(visit, chosen)
    tolerates = plan.tolerance(visit, chosen, len(items))
    visit.branch.record("MapStateStarted", lambda: {"length": len(items)})
    bodies = [
        _Iteration(plan, visit, chosen, index, item).body
        for index, item in enumerate(items)
    ]
    try:
        results = yield Gather(bodies, limit, tolerates)
    except StateError as failure:
        error = plan.failure(failure)
        record_failure(visit, "MapStateFailed", error)
        raise error from None
    visit.branch.record("MapStateSucceeded")
    outputs = [result for result in results if not isinstance(result, StateError)]
    return run.results(request, outputs)


def given_items(request: MapRequest) -> Sequence[Any]:
    """The list in the state's data. Raises EvaluationError when it is none."""
    if not isinstance(request.data, list):
        raise EvaluationError(
            RUNTIME, f'Reference path "{request.path}" must point to array.'
        )
    return request.data


def listed_results(request: MapRequest, outputs: Sequence[Any]) -> Any:
    """The outputs themselves."""
    return outputs


@dataclass(frozen=True)
class _Iteration:
    """One item on its way through the processor."""

    plan: _Plan
    visit: Visit
    chosen: Any
    index: int
    item: Any

    def body(self) -> Body:
        """Run the processor, with the iteration's events around it."""
        branch = self.visit.branch.child({"Index": self.index, "Value": self.item})
        branch.record("MapIterationStarted", self._details)
        try:
            value = self.plan.item_input(self.visit, branch, self.chosen, self.item)
            output = yield from self.plan.run(self.plan.machine, branch, value)
        except GeneratorExit:
            branch.record("MapIterationAborted", self._details)
            raise
        except StateError:
            branch.record("MapIterationFailed", self._details)
            raise
        branch.record("MapIterationSucceeded", self._details)
        return output

    def _details(self) -> dict[str, Any]:
        return {"name": self.visit.state.name, "index": self.index}


class _Plan:
    """The compiled fields that say which items a Map runs over, and how."""

    def __init__(
        self, state: Mapping[str, Any], machine: Machine, run: RunMachine
    ) -> None:
        self.machine = machine
        self.run = run
        self._state = state
        config = _processor(state).get("ProcessorConfig", {})
        self._distributed = config.get("Mode") == "DISTRIBUTED"
        path = state.get("ItemsPath", "$")
        self._path = path
        self._items: Expression = compile_expression(path)
        selector = state.get("ItemSelector", state.get("Parameters"))
        self._selector = None if selector is None else compile_template(selector)

    def request(self, visit: Visit, chosen: Any) -> MapRequest:
        """Which items are wanted; raises EvaluationError for a path to nothing."""
        data = evaluate_path(self._items, visit.scope.on(chosen))
        return MapRequest(visit.state.name, data, self._path)

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
        return int(min(wanted or INLINE_MAP, INLINE_MAP))

    def failure(self, first: StateError) -> StateError:
        """The Map's error, when `first` was one failure too many."""
        if self._distributed:
            return StateError(THRESHOLD_ERROR, THRESHOLD_CAUSE)
        return first

    def tolerance(self, visit: Visit, chosen: Any, items: int) -> Callable[[int], bool]:
        """Whether so many failed items out of `items` leave the Map alive."""
        share = self._number(visit, chosen, "ToleratedFailurePercentage", percentage)
        count = self._number(visit, chosen, "ToleratedFailureCount", whole_number)
        if share is None and count is None:
            return lambda failures: False
        most_by_share = items if share is None else items * share / 100
        most = min(most_by_share, items if count is None else count)
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
