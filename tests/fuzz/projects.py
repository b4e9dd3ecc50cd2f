"""What fuzzing begins with: projects that are right, and what is done with them."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation import templates
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.drawing.render import render
from mlmax_pipelines.environment import load
from mlmax_pipelines.local import plan
from mlmax_pipelines.observe.explain import lines

LOCAL = {"values": {"team": "ml", "rows": 3}}


def survives(action: Callable[[], Any]) -> Any:
    """What the action gives; None when it ends in an error that says what is wrong."""
    try:
        return action()
    except PipelineError as error:
        said = str(error)
        assert said.strip() and said.encode(), traceback.format_exc()
    return None


def text(data: Any) -> str:
    """Data as YAML, as it may stand in a project."""
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def use(root: Path, pipeline: CompiledPipeline) -> None:
    """All that is done with a compiled pipeline short of running it."""
    templates.render([pipeline])
    for states in (False, True):
        for form in ("text", "mermaid", "svg"):
            render(pipeline, form, states)
    lines(pipeline)
    plan.make(root, root / ".mlmax", load(root, "local"), pipeline)
