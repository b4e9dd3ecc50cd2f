"""Where executions run: one module for each, all with the contract of `contract`.

What comes in: an environment, whose `backend` names one. What goes out: that backend.
Never: imports one that nobody asked for.

A backend is a module here with a function `make` like this one's, and a line in
`environment.backends`; or a function of another package with an entry point in the
group `ENTRY_POINTS` there.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mlmax_pipelines.environment.backends import BACKENDS, installed_backends

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend
    from mlmax_pipelines.environment import Environment


def make(
    root: Path, environment: Environment, tell: Callable[[str], None], listener: str
) -> Backend:
    """The backend of an environment of the project in folder `root`.

    `tell` gets lines about what takes long or goes wrong. `listener`, a function
    spelled `module:function` or "", is told of executions by a backend that runs them
    on this machine: with the project's folder, the environment's name, and the
    execution's id, in its own process, before its first state and after its end.
    """
    name = environment.backend
    found = BACKENDS.get(name) or installed_backends()[name]
    module, _, function = found.partition(":")
    backend: Backend = getattr(import_module(module), function)(
        root, environment, tell, listener
    )
    return backend
