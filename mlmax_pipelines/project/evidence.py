"""The evidence that every execution leaves beside its outputs, once.

What comes in: a project folder, an execution and its backend. What goes out: the
evidence, made and kept when nobody has yet: an execution that a schedule or the
console started has its own from the first time somebody looks at it. Never: changed
once it is there, unless the execution went on after its end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
from mlmax_pipelines.base import archives, layout
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.shape import is_definition_of
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.observe import evidence as lineage
from mlmax_pipelines.observe.evidence import Sources

_TEMPLATES = "templates"


def of(
    backend: Backend,
    record: ExecutionRecord,
    sources: Callable[[], Sources | None],
    tell: Callable[[str], None] = lambda line: None,
) -> Mapping[str, Any] | None:
    """The evidence of an execution; None while it runs. Raises PipelineError.

    Who may read and not write gets it too; `tell` is told that it was not kept.
    """
    if record.status == "RUNNING":
        return None
    kept = backend.kept(record.id, layout.EVIDENCE)
    if kept:
        known: Mapping[str, Any] = json.loads(kept)
        if known["execution"]["stop_time"] == record.stop_time:
            return known
    made = lineage.collect(backend, record, sources())
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    try:
        backend.keep(record.id, layout.EVIDENCE, text.encode())
    except PipelineError as error:
        tell(f"no {layout.EVIDENCE} was written: {error.problem.message}")
    return made


def sources(
    root: Path, pipeline: CompiledPipeline, definition: Mapping[str, Any]
) -> Sources:
    """What the project in folder `root` holds now for a pipeline; `definition` is that
    of an execution."""
    from mlmax_pipelines.local.evidence import GitState

    git = GitState(root)
    code = archives.code_files(root, pipeline.code) if pipeline.code else ()
    return Sources(
        spec=pipeline.digest,
        template=_template(root, pipeline.name),
        code=archives.digest(code) if code else "",
        git=git.read(),
        ran=is_definition_of(pipeline, definition),
    )


def recorded(root: Path, record: ExecutionRecord) -> Sources:
    """The sources of an execution that was started from this folder just now."""
    known = record.evidence
    template = _template(root, record.pipeline)
    return Sources(known["spec"], template, known["code"], {}, ran=True)


def _template(root: Path, pipeline: str) -> str:
    try:
        content = (root / _TEMPLATES / f"{pipeline}.yaml").read_bytes()
    except OSError:
        return ""
    return sha256(content).hexdigest()
