"""When a log's lines were written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from mlmax_pipelines.local import stamps
from mlmax_pipelines.local.stamps import Stamps


def test_a_byte_has_the_time_at_which_it_was_first_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "Make[1]@2.log"
    now = [100.0]
    clock = SimpleNamespace(time=lambda: now[0], monotonic=lambda: now[0])
    monkeypatch.setattr(stamps, "time", clock)
    log.touch()
    watch = Stamps(log)
    for seconds, text in (
        (1, ""),
        (1, "one\n"),
        (0.1, "two\n"),
        (1, "three\n"),
        (1, ""),
    ):
        now[0] += seconds
        with log.open("a") as file:
            file.write(text)
        watch.look()
    with log.open("a") as file:
        file.write("four")
    now[0] += 0.05
    watch.look(last=True)
    at = stamps.read(log)
    # The second one was written too soon after the first to be told from the third.
    assert [at(offset) for offset in (0, 3, 4, 8, 14)] == pytest.approx(
        [102, 102, 103.1, 103.1, 104.15]
    )
    assert at(18) is None


def test_a_log_that_nobody_watched_has_no_times(tmp_path: Path) -> None:
    assert stamps.read(tmp_path / "none.log")(0) is None
