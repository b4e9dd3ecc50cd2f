"""What is compiled and run: projects and definitions, made once per call.

What comes in: how long they are to be. What goes out: folders and files in the build
folder. Never: measures.
"""

from __future__ import annotations

import json
from pathlib import Path
from shutil import rmtree

from bench import HERE, Bench

NO_OP = '"""A step that does nothing."""\n'
_NO_OP_MODULE = """\
name: noop
id: 1
version: 1.0.0
type: processing
interface: {inputs: {}, outputs: {}}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/noop.py
  instance: {type: ml.m5.large, count: 1}
"""


def reference(bench: Bench) -> Path:
    """The reference project, as `pipeline init` copies it."""
    folder = _new(bench, "reference")
    bench.do(bench.pipeline(bench.folder("home"), "init", folder), "init")
    return folder


def chain(bench: Bench, count: int) -> Path:
    """A project with one pipeline, a chain of `count` steps."""
    folder = _new(bench, f"chain-{count}")
    bench.do(bench.python(HERE / "chain.py", str(count), folder), "chain")
    return folder


def jobs(bench: Bench, count: int) -> Path:
    """A project with one pipeline, `jobs`: `count` jobs that do nothing."""
    folder = _new(bench, f"jobs-{count}")
    steps = "".join(f"  Step {n}: {{module: noop}}\n" for n in range(1, count + 1))
    files = {
        "pipelines/jobs.yaml": f"name: jobs\nsteps:\n{steps}",
        "modules/noop.yaml": _NO_OP_MODULE,
        "src/noop.py": NO_OP,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return folder


def passes(bench: Bench, count: int) -> Path:
    """A definition of `count` Pass states, one after the other."""
    names = [f"Pass {number}" for number in range(1, count + 1)]
    states = {
        name: {"Type": "Pass", "Next": following}
        for name, following in zip(names, names[1:])
    }
    last = {names[-1]: {"Type": "Pass", "End": True}}
    definition = {"StartAt": names[0], "States": {**states, **last}}
    path = bench.folder("projects") / f"passes-{count}.json"
    path.write_text(json.dumps(definition), encoding="utf-8")
    return path


def no_op(bench: Bench) -> Path:
    """A script that does nothing."""
    path = bench.folder("projects") / "noop.py"
    path.write_text(NO_OP, encoding="utf-8")
    return path


def _new(bench: Bench, name: str) -> Path:
    folder = bench.folder("projects") / name
    if folder.exists():
        rmtree(folder)
    return folder
