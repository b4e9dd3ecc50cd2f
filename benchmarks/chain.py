"""A project with one long chain of processing steps, to time the compiler on.

    python benchmarks/chain.py 1000 /tmp/chain

What comes in: how many steps, and a folder that does not exist yet. What goes out: a
project in it, with one pipeline, one module and one script; each step reads what the
step before it wrote. Never: a step is run, a time is taken.
"""

from __future__ import annotations

import argparse
from pathlib import Path

HEAD = """\
name: chain
description: A chain of {count} processing steps, each fed by the one before.
parameters:
  input_data: {{type: s3, default: data/rows.csv, description: what the first reads}}
steps:
"""
STEP = """\
  Step {number}:
    module: copy
    inputs: {{rows: "{source}", number: {number}}}
"""
MODULE = """\
name: copy
id: 1
version: 1.0.0
type: processing
description: Copies its input to its output.
interface:
  inputs:
    rows: {type: s3}
    number: {type: integer}
  outputs:
    rows: {type: s3}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/copy_rows.py
  instance: {type: ml.m5.large, count: 1, volume_gb: 30, max_runtime_seconds: 600}
"""
SCRIPT = '''\
"""Copies the rows of its input folder to its output folder."""

import shutil

ROOT = "/opt/ml/processing"

if __name__ == "__main__":
    shutil.copytree(f"{ROOT}/input/rows", f"{ROOT}/output/rows", dirs_exist_ok=True)
'''


def write_project(count: int, folder: Path) -> None:
    """Write a project with a chain of `count` steps into a new folder.

    Raises FileExistsError when the folder is there already.
    """
    steps = [STEP.format(number=n, source=_source(n)) for n in range(1, count + 1)]
    files = {
        "pipelines/chain.yaml": HEAD.format(count=count) + "".join(steps),
        "modules/copy.yaml": MODULE,
        "src/copy_rows.py": SCRIPT,
        "data/rows.csv": "a,b\n1,2\n",
    }
    folder.mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _source(number: int) -> str:
    if number == 1:
        return "${parameters.input_data}"
    return f"${{steps.Step {number - 1}.outputs.rows}}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int, help="how many steps")
    parser.add_argument("folder", type=Path, help="where the project goes")
    arguments = parser.parse_args()
    write_project(arguments.count, arguments.folder)


if __name__ == "__main__":
    main()
