"""An execution followed to its end, or left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.cli import follow

RECORD = ExecutionRecord("id", "one", "training", "dev", "RUNNING", 0.0)


class Backend:
    """One whose events are given, and an exception at their end."""

    tells_listeners = False

    def __init__(self, events: list[HistoryEvent], error: BaseException | None) -> None:
        self._events, self._error = events, error
        self.stopped: list[str] = []
        self.ends_with_caller = False

    def events(self, execution: str, follow: bool = False) -> Iterator[HistoryEvent]:
        yield from self._events
        if self._error:
            raise self._error

    def stop(self, execution: str, cause: str) -> None:
        self.stopped.append(cause)


@pytest.fixture
def backend(training: Any, history: Any) -> Any:
    return lambda error=None: Backend(history(training), error)


def test_the_timeline_has_it_to_its_end(
    backend: Any, pipeline_of: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    timeline = follow.follow(backend(), pipeline_of, RECORD)
    assert timeline.status == "FAILED"
    err = capsys.readouterr().err
    assert err.splitlines()[0].endswith("started 'one'") and "Train" in err


def test_an_error_of_the_backend_is_raised_where_somebody_waits(
    backend: Any, pipeline_of: Any
) -> None:
    with pytest.raises(AwsError, match="no network"):
        follow.follow(backend(AwsError("no network")), pipeline_of, RECORD)


@pytest.mark.parametrize(("ends", "own"), [(True, False), (False, True)])
def test_ctrl_c_leaves_what_does_not_end_with_us(
    backend: Any,
    pipeline_of: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    ends: bool,
    own: bool,
) -> None:
    running = interrupted(backend, monkeypatch, ends)
    with pytest.raises(KeyboardInterrupt):
        follow.follow(running, pipeline_of, RECORD, own)
    assert running.stopped == []
    assert "to end it: 'pipeline stop one -e dev'" in capsys.readouterr().err


def test_ctrl_c_stops_what_does(
    backend: Any, pipeline_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = interrupted(backend, monkeypatch, True)
    with pytest.raises(KeyboardInterrupt):
        follow.follow(running, pipeline_of, RECORD)
    assert running.stopped == ["interrupted at the terminal (Ctrl-C)"]


def interrupted(backend: Any, monkeypatch: pytest.MonkeyPatch, ends: bool) -> Any:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    running = backend()
    running.ends_with_caller = ends
    monkeypatch.setattr(follow, "watch", interrupt)
    return running


@pytest.fixture
def pipeline_of(training: Any, request: pytest.FixtureRequest) -> Any:
    """The compiled pipeline of that history."""
    from tests.unit.conftest import pipeline_of as compiled

    return compiled(training)
