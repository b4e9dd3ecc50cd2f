"""A pipeline of no-op steps, run by Kubeflow Pipelines here: `jobs.py COUNT`.

What comes in: how many steps, each a process. What goes out: the folder `out` in the
folder of the call. Never: a container, a cluster, or an environment per step.
"""

import sys

from kfp import dsl, local

# Components are read by their annotations, which must be types and not texts: so no
# `from __future__ import annotations` here.


@dsl.component(base_image="python:3.11", install_kfp_package=False)
def noop(number: int) -> None:
    pass


@dsl.pipeline(name="jobs")
def jobs() -> None:
    """One step after the other."""
    previous = None
    for number in range(int(sys.argv[1])):
        step = noop(number=number)
        if previous:
            step.after(previous)
        previous = step


if __name__ == "__main__":
    local.init(local.SubprocessRunner(use_venv=False), pipeline_root="out")
    jobs()
