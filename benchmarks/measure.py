"""Commands run in turn, and what they took.

What comes in: commands, and how often to run them. What goes out: medians of wall time,
peak memory, and of ratios or differences taken round by round, so that they hold while
the machine's speed drifts. Never: judges; reads a clock in the process measured.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

_ONCE = Path(__file__).with_name("once.py")
_LONGEST_SECONDS = 600
_SHOWN_CHARACTERS = 160
# How often, each round, what a piece takes by itself is run: the mean of them is as
# sure as that of the pieces.
_OWN_RUNS = 10


class Failed(Exception):
    """A row that could not be measured; the message is one line that says why."""


@dataclass(frozen=True)
class Command:
    """One whole process. `fresh` are paths in `folder` removed before every run."""

    words: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    fresh: Sequence[str] = ()


@dataclass(frozen=True)
class Run:
    """What one run took: seconds of wall time and of CPU, bytes at its peak."""

    seconds: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Times:
    """To measure: how many times the wall time of `unit` does `command` take?"""

    command: Command
    unit: Command


@dataclass(frozen=True)
class Each:
    """To measure: milliseconds per piece, from a run with more `pieces` and one with
    fewer, so that start-up drops out; `own` is what a piece takes by itself."""

    few: Command
    many: Command
    pieces: int
    own: Command | None = None


@dataclass(frozen=True)
class Figure:
    """What was measured, over all rounds.

    `value`, `low` and `high` are the median, the least and the most, of ratios or in
    milliseconds per piece; `cpu` is the median of the ratios of CPU time, None where
    there are pieces; `seconds` and `peak` (bytes) are medians of the row's own (or
    larger) command.
    """

    value: float
    low: float
    high: float
    cpu: float | None
    seconds: float
    peak: float


@dataclass(frozen=True)
class Rounds:
    """At least `least` rounds, then more while there are seconds left, to `most`."""

    least: int = 5
    most: int = 15
    seconds: float = 10.0


def measure(what: Times | Each, rounds: Rounds, log: Path) -> Figure:
    """Run the commands of a row in turn and take the medians.

    What they print is left in `log`, of the last run. Raises Failed.
    """
    if isinstance(what, Times):
        runs = _in_turn([what.unit, what.command], rounds, log)
        values = [own.seconds / unit.seconds for unit, own in runs]
        cpu: float | None = median(own.cpu / unit.cpu for unit, own in runs)
    else:
        own = [what.own] * _OWN_RUNS if what.own else []
        runs = _in_turn([*own, what.few, what.many], rounds, log)
        values = [_each(run, what.pieces) for run in runs]
        cpu = None
    return Figure(
        median(values),
        min(values),
        max(values),
        cpu,
        median(run[-1].seconds for run in runs),
        median(run[-1].peak for run in runs),
    )


def _each(runs: Sequence[Run], pieces: int) -> float:
    *own, few, many = (run.seconds for run in runs)
    return ((many - few) / pieces - (fmean(own) if own else 0)) * 1000


def _in_turn(
    commands: Sequence[Command], rounds: Rounds, log: Path
) -> list[Sequence[Run]]:
    """Rounds of one run of each command; the first, which fills caches, not kept."""
    _round(commands, log)
    kept: list[Sequence[Run]] = []
    started = time.monotonic()
    while len(kept) < rounds.least or (
        len(kept) < rounds.most and time.monotonic() - started < rounds.seconds
    ):
        kept.append(_round(commands, log))
    return kept


def _round(commands: Sequence[Command], log: Path) -> Sequence[Run]:
    return [run_once(command, log) for command in commands]


def run_once(command: Command, log: Path) -> Run:
    """Run a command to its end. Raises Failed with the end of what it printed."""
    _remove(command.folder, command.fresh)
    words = [sys.executable, "-I", "-S", str(_ONCE), str(log), *command.words]
    process = subprocess.Popen(
        words,
        cwd=command.folder,
        env=dict(command.environment),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=_LONGEST_SECONDS)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise Failed(f"not done after {_LONGEST_SECONDS} seconds") from None
        raise
    if process.returncode:
        raise Failed(f"could not be started: {command.words[0]}")
    seconds, cpu, peak, code = printed.split()
    if int(code):
        raise Failed(f"exit code {code}: {last_line(log)} (see {log})")
    return Run(float(seconds), float(cpu), int(peak))


def last_line(log: Path) -> str:
    """The last line of a file that says something, cut to fit."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:_SHOWN_CHARACTERS] if said else "no output"


def _remove(folder: Path, names: Sequence[str]) -> None:
    from shutil import rmtree

    for name in names:
        path = folder / name
        if path.is_dir():
            rmtree(path)
        else:
            path.unlink(missing_ok=True)
