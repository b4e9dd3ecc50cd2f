"""Which step each state of a pipeline belongs to, without compiling it again.

What comes in: a project folder and a way to compile. What goes out: states with their
steps, kept in .mlmax/states.json as long as no spec changes. Never: what a state does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlmax_pipelines import __version__
from mlmax_pipelines.base.layout import STATES
from mlmax_pipelines.compiled import CompiledPipeline, CompiledState
from mlmax_pipelines.project import stamp


def of(
    root: Path, name: str, compile: Callable[[], CompiledPipeline]
) -> tuple[CompiledState, ...]:
    """The states of pipeline `name`, with name, type, step and its type only."""
    key = f"{__version__} {stamp.specs_digest(root)}"
    known = _read(root)
    if known.get("specs") != key:
        known = {"specs": key, "pipelines": {}}
    if name not in known["pipelines"]:
        states = [[s.name, s.type, s.step, s.step_type] for s in compile().states]
        known["pipelines"][name] = states
        _write(root, known)
    return tuple(
        CompiledState(state, type, step, step_type, None)
        for state, type, step, step_type in known["pipelines"][name]
    )


def _read(root: Path) -> dict[str, Any]:
    try:
        found = json.loads((root / STATES).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(root: Path, known: object) -> None:
    from mlmax_pipelines.base.files import write_json

    try:
        (root / STATES.parent).mkdir(exist_ok=True)
        write_json(root / STATES, known)
    except OSError:
        # A folder nobody may write to can still be looked at.
        pass
