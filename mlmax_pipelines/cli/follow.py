"""An execution followed to its end: a live table, or lines where there is no terminal.

What comes in: a backend and an execution that runs there. What goes out: progress on
stderr; after Ctrl-C a stopped execution. Never: anything on stdout.
"""

from __future__ import annotations

import os
import sys
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Protocol, Union

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.cli.app import in_environment, say
from mlmax_pipelines.observe.timeline import Timeline
from mlmax_pipelines.project.listeners import failures

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.compiled import CompiledPipeline

_TICK_SECONDS = 0.125

_News = SimpleQueue[Union[HistoryEvent, Exception, None]]


class View(Protocol):
    """What a person watches while an execution runs."""

    def show(self, timeline: Timeline) -> None:
        """Called after news, and some times a second without any."""

    def close(self) -> None: ...


def follow(
    backend: Backend,
    pipeline: CompiledPipeline,
    record: ExecutionRecord,
    own: bool = True,
) -> Timeline:
    """Watch an execution to its end. Ctrl-C stops one's `own`, where it ends with us.

    Raises KeyboardInterrupt once it has stopped, or at once when Ctrl-C comes again:
    the backend has been told by then, and kills the jobs.
    """
    try:
        timeline = watch(backend, pipeline, record)
        for line in failures(backend, record):
            say(line)
        return timeline
    except KeyboardInterrupt:
        if not (own and backend.ends_with_caller):
            end = f"{record.name}{in_environment(record.environment)}"
            say(
                f"'{record.name}' goes on without you; to end it: 'pipeline stop {end}'"
            )
            say(f"to follow it again: 'pipeline status {end} --follow'")
            raise
        say(f"stopping '{record.name}' ... (Ctrl-C again: kill its jobs)")
        backend.stop(record.id, "interrupted at the terminal (Ctrl-C)")
        say(f"stopped; 'pipeline status {record.name}' shows how far it came")
        raise


def watch(
    backend: Backend, pipeline: CompiledPipeline, record: ExecutionRecord
) -> Timeline:
    """Show an execution until it ends; its timeline."""
    view = _view(backend, pipeline, record)
    try:
        return _watch(backend, pipeline, record.id, view)
    finally:
        view.close()


def _view(
    backend: Backend, pipeline: CompiledPipeline, record: ExecutionRecord
) -> View:
    if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        from mlmax_pipelines.cli.live import LiveTable

        return LiveTable(backend, pipeline, record)
    from mlmax_pipelines.cli.plain import PlainLines

    return PlainLines(record)


def _watch(
    backend: Backend, pipeline: CompiledPipeline, execution: str, view: View
) -> Timeline:
    timeline = Timeline(pipeline.states)
    news: _News = SimpleQueue()
    # The backend's wait for the next event cannot be interrupted; this thread can be
    # left behind.
    Thread(target=_pump, args=(backend, execution, news), daemon=True).start()
    while True:
        try:
            item = news.get(timeout=_TICK_SECONDS)
        except Empty:
            view.show(timeline)
            continue
        if isinstance(item, Exception):
            raise item
        if item is None:
            view.show(timeline)
            return timeline
        timeline.feed(item)
        if news.empty():
            view.show(timeline)


def _pump(backend: Backend, execution: str, news: _News) -> None:
    try:
        for event in backend.events(execution, follow=True):
            news.put(event)
        news.put(None)
    except Exception as error:
        # Raised where somebody waits for it.
        news.put(error)
