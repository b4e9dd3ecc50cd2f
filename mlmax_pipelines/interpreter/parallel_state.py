"""The Parallel state: branches that run at the same time.

What comes in: a state's fields and how to compile and run the machines inside it. What
goes out: steps that run its branches. Never: decides when a branch runs; the scheduler
does.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.attempts import guard
from mlmax_pipelines.interpreter.flow import Flow
from mlmax_pipelines.interpreter.scheduler import Body, Gather
from mlmax_pipelines.interpreter.visit import Branch, Machine, Steps, Visit

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
            record_failure(visit, "ParallelStateFailed", error)
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


def record_failure(visit: Visit, type: str, error: StateError) -> None:
    """Record that a state's branches failed."""
    visit.branch.record(type, lambda: {"error": error.error, "cause": error.cause})
