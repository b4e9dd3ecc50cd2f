"""Runs the branches of an execution: many at a time, in one thread.

What comes in: a generator that yields effects (Sleep, Call, Gather). What goes out:
what it returns or raises. A branch costs no thread: only a Call runs in one.
Never: knows what a state is.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Callable, Generator, NamedTuple

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.interpreter.contract import Clock, Stopped

MAX_THREADS = 40
# How soon a stop is seen while calls run, and how long stopped calls may take to end.
POLL_SECONDS = 0.02
GRACE_SECONDS = 15.0


class Sleep(NamedTuple):
    """Resume after `seconds`."""

    seconds: float


class Call(NamedTuple):
    """Run `function` in a thread and resume with what it returns or raises.

    After `timeout` seconds, `stop` is set and the branch resumes with States.Timeout.
    """

    function: Callable[[], Any]
    stop: threading.Event
    timeout: float | None = None


class Gather(NamedTuple):
    """Run `bodies`, at most `limit` at a time, and resume with the list of results.

    A body that fails with StateError stops the others and is raised, unless
    `tolerates(count)` allows so many failures; the error is then its result.
    """

    bodies: list[Callable[[], Body]]
    limit: int
    tolerates: Callable[[int], bool] = lambda failures: False


Effect = Sleep | Call | Gather
Body = Generator[Effect, Any, Any]


@dataclass(eq=False)
class _Fiber:
    """One running body; `waiting` is what it waits for, `done` takes its end."""

    body: Body
    done: Callable[[Any, Exception | None], None]
    waiting: Any = None


@dataclass(eq=False)
class _Group:
    """A Gather under way."""

    effect: Gather
    results: list[Any]
    running: dict[int, _Fiber] = field(default_factory=dict)
    started: int = 0
    failures: int = 0


@dataclass(eq=False)
class _Pending:
    """A Call under way; `fiber` is None once nobody waits for it."""

    effect: Call
    fiber: _Fiber | None


class Scheduler:
    """The loop. The clock may be a virtual one; `stop` ends everything."""

    def __init__(self, stop: threading.Event, clock: Clock) -> None:
        self._stop = stop
        self._clock = clock
        self._deadline: float | None = None
        self._ready: deque[tuple[_Fiber, Any, Exception | None]] = deque()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._inbox: queue.SimpleQueue[tuple[_Pending, Any, Exception | None]] = (
            queue.SimpleQueue()
        )
        self._queued: deque[_Pending] = deque()
        self._threads: dict[_Pending, threading.Thread] = {}

    def set_deadline(self, seconds: float) -> None:
        """End everything as TIMED_OUT that many seconds from now."""
        self._deadline = self._clock.now() + seconds
        self._after(seconds, self.check)

    def check(self) -> None:
        """Raise Stopped when the execution is to end; bodies call it in long loops."""
        if self._stop.is_set():
            raise Stopped("ABORTED")
        if self._deadline is not None and self._clock.now() >= self._deadline:
            raise Stopped("TIMED_OUT")

    def run(self, body: Body) -> Any:
        """Run to the end; raises what the body raises, or Stopped."""
        ends: list[tuple[Any, Exception | None]] = []
        main = _Fiber(body, lambda result, error: ends.append((result, error)))
        self._ready.append((main, None, None))
        try:
            while not ends:
                self.check()
                if self._ready:
                    self._resume(*self._ready.popleft())
                else:
                    self._wait()
        finally:
            if not ends:
                self._cancel(main)
            self._join()
        result, error = ends[0]
        if error is not None:
            raise error
        return result

    def _resume(self, fiber: _Fiber, value: Any, error: Exception | None) -> None:
        fiber.waiting = None
        try:
            effect = fiber.body.throw(error) if error else fiber.body.send(value)
        except StopIteration as end:
            fiber.done(end.value, None)
        except StateError as failure:
            fiber.done(None, failure)
        else:
            self._start(fiber, effect)

    def _start(self, fiber: _Fiber, effect: Effect) -> None:
        if isinstance(effect, Sleep):
            fiber.waiting = effect
            self._after(effect.seconds, lambda: self._awake(fiber, effect))
        elif isinstance(effect, Call):
            self._call(fiber, effect)
        else:
            group = _Group(effect, [None] * len(effect.bodies))
            fiber.waiting = group
            self._fill(fiber, group)

    def _awake(self, fiber: _Fiber, effect: Sleep) -> None:
        if fiber.waiting is effect:
            self._ready.append((fiber, None, None))

    # Calls

    def _call(self, fiber: _Fiber, effect: Call) -> None:
        pending = _Pending(effect, fiber)
        fiber.waiting = pending
        self._queued.append(pending)
        self._launch()
        if effect.timeout is not None:
            self._after(effect.timeout, lambda: self._timeout(pending))

    def _launch(self) -> None:
        while self._queued and len(self._threads) < MAX_THREADS:
            pending = self._queued.popleft()
            thread = threading.Thread(target=self._work, args=(pending,), daemon=True)
            self._threads[pending] = thread
            thread.start()

    def _work(self, pending: _Pending) -> None:
        try:
            answer: Any = pending.effect.function()
        except Exception as error:
            self._inbox.put((pending, None, error))
        else:
            self._inbox.put((pending, answer, None))

    def _answered(self, pending: _Pending, answer: Any, error: Any) -> None:
        del self._threads[pending]
        fiber, pending.fiber = pending.fiber, None
        if fiber is not None:
            self._ready.append((fiber, answer, error))
        self._launch()

    def _timeout(self, pending: _Pending) -> None:
        fiber = pending.fiber
        if fiber is not None:
            self._abandon(pending)
            self._ready.append((fiber, None, StateError("States.Timeout")))

    def _abandon(self, pending: _Pending) -> None:
        pending.fiber = None
        pending.effect.stop.set()
        if pending in self._queued:
            self._queued.remove(pending)

    # Groups

    def _fill(self, fiber: _Fiber, group: _Group) -> None:
        bodies, limit = group.effect.bodies, group.effect.limit
        while group.started < len(bodies) and len(group.running) < limit:
            index = group.started
            group.started += 1
            child = _Fiber(bodies[index](), self._child_end(fiber, group, index))
            group.running[index] = child
            self._ready.append((child, None, None))
        if not group.running:
            self._ready.append((fiber, group.results, None))

    def _child_end(
        self, fiber: _Fiber, group: _Group, index: int
    ) -> Callable[[Any, Exception | None], None]:
        def done(result: Any, error: Exception | None) -> None:
            del group.running[index]
            group.results[index] = result if error is None else error
            group.failures += error is not None
            if error is not None and not group.effect.tolerates(group.failures):
                self._cancel_group(group)
                self._ready.append((fiber, None, error))
            else:
                self._fill(fiber, group)

        return done

    def _cancel_group(self, group: _Group) -> None:
        for child in group.running.values():
            self._cancel(child)
        group.running.clear()

    def _cancel(self, fiber: _Fiber) -> None:
        waiting, fiber.waiting = fiber.waiting, None
        if isinstance(waiting, _Pending):
            self._abandon(waiting)
        elif isinstance(waiting, _Group):
            self._cancel_group(waiting)
        self._ready = deque(item for item in self._ready if item[0] is not fiber)
        fiber.body.close()

    # Time

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        due = self._clock.now() + seconds
        heapq.heappush(self._timers, (due, next(self._order), action))

    def _wait(self) -> None:
        """Until the next answer, timer or stop."""
        until = self._timers[0][0] - self._clock.now() if self._timers else POLL_SECONDS
        if self._threads:
            try:
                answer = self._inbox.get(timeout=max(0.0, min(until, POLL_SECONDS)))
                self._answered(*answer)
            except queue.Empty:
                pass
        elif until > 0:
            self._clock.wait(until, self._stop)
        while self._timers and self._timers[0][0] <= self._clock.now():
            heapq.heappop(self._timers)[2]()

    def _join(self) -> None:
        """Give calls that were told to stop the time to do so: threads take real time,
        whatever the clock says."""
        end = time.monotonic() + GRACE_SECONDS
        for thread in list(self._threads.values()):
            thread.join(max(0.0, end - time.monotonic()))
