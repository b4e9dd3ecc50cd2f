"""What happens at the same time, and what stops it."""

import threading

import pytest

from mlmax_pipelines.interpreter import StateError
from mlmax_pipelines.interpreter.clock import RealTime
from tests.patience import LONGEST_SECONDS

PASS = {"Type": "Pass"}
BOOM = StateError("Boom", "it broke")


def parallel(*branches, **fields):
    return {"Type": "Parallel", "Branches": list(branches), **fields}


def mapped(processor, **fields):
    return {"Type": "Map", "ItemProcessor": processor, **fields}


def test_branches_run_at_the_same_time(interpret, machine, task):
    barrier = threading.Barrier(3, timeout=LONGEST_SECONDS)

    def meet(request):
        barrier.wait()
        return request.state

    branches = [machine(**{name: task()}) for name in "ABC"]
    tasks = dict.fromkeys("ABC", meet)
    got = interpret(machine(P=parallel(*branches)), tasks=tasks, real_time=True)
    assert got.output == ["A", "B", "C"]


def test_waits_of_branches_pass_together(interpret, machine, virtual):
    branches = [
        machine(**{f"W{seconds}": {"Type": "Wait", "Seconds": seconds}})
        for seconds in (30, 10, 20)
    ]
    interpret(machine(P=parallel(*branches)))
    assert sum(virtual.slept) == pytest.approx(30)


def test_a_failing_branch_stops_the_others(interpret, machine, task):
    started, stopped = threading.Event(), threading.Event()

    def hang(request):
        started.set()
        if request.stop.wait(LONGEST_SECONDS):
            stopped.set()

    def fail(request):
        started.wait(LONGEST_SECONDS)
        raise BOOM

    inner = machine(I=parallel(machine(Deep=task()), machine(W=PASS)))
    late = machine(Late={"Type": "Wait", "Seconds": 3600})
    branches = [machine(Bad=task()), inner, late]
    catch = [{"ErrorEquals": ["Boom"], "Next": "After"}]
    definition = machine(P=parallel(*branches, Catch=catch), After=PASS)
    got = interpret(definition, tasks={"Bad": fail, "Deep": hang}, real_time=True)
    assert got.output == {"Error": "Boom", "Cause": "it broke"}
    assert stopped.is_set()
    aborted = [
        event.details["name"]
        for event in got.events
        if event.type.endswith("StateAborted")
    ]
    assert sorted(aborted) == ["Deep", "I", "Late"]
    types = got.types()
    assert types.index("ParallelStateFailed") > types.index("TaskStateAborted")


@pytest.mark.parametrize(("limit", "most"), [(1, 1), (3, 3), (0, 8)])
def test_map_runs_no_more_items_at_once_than_it_may(
    interpret, machine, task, limit, most
):
    lock, running, peak = threading.Lock(), [0], [0]
    full = threading.Event()

    def work(request):
        with lock:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
            if peak[0] == most:
                full.set()
        full.wait(LONGEST_SECONDS)
        with lock:
            running[0] -= 1
        return request.arguments

    state = mapped(machine(T=task()), MaxConcurrency=limit)
    got = interpret(machine(M=state), list(range(8)), {"T": work}, real_time=True)
    assert got.output == list(range(8))
    assert peak[0] == most


def test_more_items_than_threads_all_run(interpret, machine, task):
    inner = mapped(machine(T=task()))
    items = [list(range(30))] * 4
    answer = {"T": lambda request: request.arguments + 1}
    got = interpret(machine(M=mapped(machine(I=inner))), items, answer)
    assert got.output == [list(range(1, 31))] * 4


def test_a_failing_item_stops_the_others(interpret, machine, task):
    started, stopped = threading.Event(), threading.Event()

    def work(request):
        if request.arguments == "bad":
            started.wait(LONGEST_SECONDS)
            raise BOOM
        started.set()
        if request.stop.wait(LONGEST_SECONDS):
            stopped.set()

    items = ["bad", "good", "never"]
    state = mapped(machine(T=task()), MaxConcurrency=2)
    got = interpret(machine(M=state), items, {"T": work}, real_time=True)
    assert (got.status, got.error) == ("FAILED", "Boom")
    assert stopped.is_set()
    assert got.details("MapIterationFailed") == [{"name": "M", "index": 0}]
    assert got.details("MapIterationAborted") == [{"name": "M", "index": 1}]
    assert len(got.details("MapIterationStarted")) == 2


def test_branches_without_tasks_start_no_threads(interpret, machine):
    threads = set()

    def listen(event):
        threads.add(threading.current_thread())

    state = mapped(machine(A=PASS, W={"Type": "Wait", "Seconds": 5}))
    before = threading.active_count()
    got = interpret(machine(M=state), list(range(100)), on_event=listen)
    assert got.output == list(range(100))
    assert threads == {threading.current_thread()}
    assert threading.active_count() == before


def test_a_task_that_takes_too_long_is_stopped(interpret, machine, task):
    stopped = threading.Event()

    def hang(request):
        if request.stop.wait(LONGEST_SECONDS):
            stopped.set()

    state = task(TimeoutSeconds=0.05, Catch=[{"ErrorEquals": ["States.Timeout"],
                                              "Next": "P"}])  # fmt: skip
    got = interpret(machine(T=state, P=PASS), tasks={"T": hang}, real_time=True)
    assert got.output == {"Error": "States.Timeout"}
    assert "TaskTimedOut" in got.types()
    assert stopped.is_set()


class HourLater(RealTime):
    """Real time, and an hour more once `started` is set."""

    def __init__(self, started):
        self.started = started

    def now(self):
        return super().now() + 3600 * self.started.is_set()


def test_a_machine_that_is_timed_out_stops_its_tasks(interpret, machine, task):
    started, stopped = threading.Event(), threading.Event()

    def hang(request):
        started.set()
        if request.stop.wait(LONGEST_SECONDS):
            stopped.set()

    # The machine's time is over once its task runs.
    clock = HourLater(started)
    definition = machine({"TimeoutSeconds": 60}, T=task())
    got = interpret(definition, tasks={"T": hang}, real_time=True, clock=clock)
    assert got.status == "TIMED_OUT"
    assert stopped.is_set()


def test_an_endless_loop_ends_at_the_timeout(interpret, machine):
    definition = machine(
        {"TimeoutSeconds": 100},
        W={"Type": "Wait", "Seconds": 1},
        P={**PASS, "Next": "W"},
    )
    assert interpret(definition).status == "TIMED_OUT"


def test_a_stop_ends_a_wait_at_once(interpret, machine):
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    definition = machine(W={"Type": "Wait", "Seconds": 3600})
    got = interpret(definition, stop=stop, real_time=True)
    assert got.status == "ABORTED"
    assert got.types()[-1] == "ExecutionAborted"


def test_a_stop_reaches_the_tasks(interpret, machine, task):
    stop, stopped = threading.Event(), threading.Event()

    def hang(request):
        stop.set()
        if request.stop.wait(LONGEST_SECONDS):
            stopped.set()

    got = interpret(machine(T=task()), tasks={"T": hang}, stop=stop, real_time=True)
    assert got.status == "ABORTED"
    assert stopped.is_set()
    assert got.types()[-2:] == ["TaskStateAborted", "ExecutionAborted"]


def test_a_bug_in_a_handler_is_not_hidden(interpret, machine, task):
    state = task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "P"}])
    with pytest.raises(ZeroDivisionError):
        interpret(machine(T=state, P=PASS), tasks={"T": lambda request: 1 / 0})
