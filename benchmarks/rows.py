"""The rows of ours: what is measured, and what it may take.

What comes in: a Bench. What goes out: rows whose commands are made when they are
measured. Never: runs a command that is not needed by the rows chosen.

The targets are those that the project set itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import projects
from bench import Bench
from measure import Each, Times

START = "START AND LOOK"
COMPILE = "COMPILE: peers do one pipeline of five steps, ours both of the project's"
CHAIN = "COMPILE A LONG CHAIN"
JOBS = "RUN HERE: per job, on top of the job's own process"
PASSES = "RUN HERE: per Pass state"
PER_JOB, PER_STATE = "ms a job", "ms a state"
_COLD = (".mlmax", "templates")
_FEW, _MANY = 1, 41
_FEW_PASSES, _MANY_PASSES = 10, 10_000


@dataclass(frozen=True)
class Row:
    """One row of the table. `target` and `aim` are in `unit`, `megabytes` the target
    of the peak; 0 where there is none. `peer` is a folder of peers/, "" for ours."""

    id: str
    section: str
    title: str
    make: Callable[[Bench], Times | Each]
    unit: str = "x base"
    target: float = 0
    aim: float = 0
    megabytes: float = 0
    peer: str = ""


def ours() -> list[Row]:
    """All of ours, in the table's order."""
    return [
        Row("help", START, "pipeline --help", _help, target=1.5),
        Row("status", START, "pipeline status", _looking("status")),
        Row("list", START, "pipeline list", _looking("list")),
        Row("create", COMPILE, "create, cold", _cold, "x base", 4, 2, 40),
        Row("unchanged", COMPILE, "create, nothing changed", _unchanged, target=2),
        Row("chain", CHAIN, "1,000 steps", _chain, target=12, aim=8),
        Row("linear", CHAIN, "10,000 steps", _linear, "x 1,000 steps", 10),
        Row("jobs", JOBS, "pipeline run", _jobs, PER_JOB, 20, 5),
        Row("passes", PASSES, "pipeline simulate", _passes, PER_STATE, 0.1),
    ]


def _help(bench: Bench) -> Times:
    return Times(bench.pipeline(bench.folder("home"), "--help"), bench.base())


def _looking(word: str) -> Callable[[Bench], Times]:
    """A look at a project that has one execution of some jobs."""

    def make(bench: Bench) -> Times:
        folder = projects.jobs(bench, _MANY)
        bench.do(bench.pipeline(folder, "run", "jobs"), "run")
        return Times(bench.pipeline(folder, word), bench.base())

    return make


def _cold(bench: Bench) -> Times:
    return _create(bench, projects.reference(bench))


def _unchanged(bench: Bench) -> Times:
    folder = projects.reference(bench)
    bench.do(bench.pipeline(folder, "create"), "create")
    return Times(bench.pipeline(folder, "create"), bench.base())


def _chain(bench: Bench) -> Times:
    return _create(bench, projects.chain(bench, 1_000))


def _linear(bench: Bench) -> Times:
    short, long = (projects.chain(bench, count) for count in (1_000, 10_000))
    unit = bench.pipeline(short, "create", fresh=_COLD)
    return Times(bench.pipeline(long, "create", fresh=_COLD), unit)


def _create(bench: Bench, folder: Path) -> Times:
    return Times(bench.pipeline(folder, "create", fresh=_COLD), bench.base())


def _jobs(bench: Bench) -> Each:
    few, many = (
        bench.pipeline(projects.jobs(bench, count), "run", "jobs", fresh=[".mlmax"])
        for count in (_FEW, _MANY)
    )
    return Each(few, many, _MANY - _FEW, bench.python(projects.no_op(bench)))


def _passes(bench: Bench) -> Each:
    few, many = (
        bench.pipeline(bench.folder("home"), "simulate", projects.passes(bench, count))
        for count in (_FEW_PASSES, _MANY_PASSES)
    )
    return Each(few, many, _MANY_PASSES - _FEW_PASSES)
