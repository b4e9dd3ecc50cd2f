"""The evidence that every execution leaves beside its outputs, once.

What comes in: a project folder, an execution that has ended, its backend. What goes
out: the evidence that is kept, or one that is made and kept now. Never: changed once
it is there, unless the execution went on after its end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl import mark
from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
from mlmax_pipelines.base import archives, files, layout
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.forms import NUMBER, Has
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.observe.evidence import Sources, collect

_TEMPLATES = "templates"
_ENDED = Has(("stop_time",), {"stop_time": (*NUMBER, None)})
_FORM = Has(("execution",), {"execution": _ENDED})


def read(backend: Backend, record: ExecutionRecord) -> Mapping[str, Any] | None:
    """What is kept of an execution's last end; None when nothing is. Raises Unreadable
    for what is kept and cannot be read."""
    kept = backend.kept(record.id, layout.EVIDENCE)
    if kept is None:
        return None
    known: Mapping[str, Any] = files.read_content(
        kept, f"{layout.EVIDENCE} of execution '{record.name}'", _FORM
    )
    if known["execution"]["stop_time"] == record.stop_time:
        return known
    return None


class EvidenceWriter:
    """The first listener of every execution: `written` is the evidence once it ended.

    Who may read and not write has it too; `tell` is told that it was not kept.
    """

    def __init__(
        self,
        backend: Backend,
        sources: Callable[[], Sources | None],
        tell: Callable[[str], None],
    ) -> None:
        self._backend, self._sources, self._tell = backend, sources, tell
        self.written: Mapping[str, Any] | None = None

    def on_end(self, record: ExecutionRecord) -> None:
        self.written = collect(self._backend, record, self._sources())
        text = json.dumps(self.written, indent=2, ensure_ascii=False) + "\n"
        try:
            self._backend.keep(record.id, layout.EVIDENCE, text.encode())
        except PipelineError as error:
            self._tell(f"no {layout.EVIDENCE} was written: {error.problem.message}")
        except OSError as error:
            self._tell(f"no {layout.EVIDENCE} was written: {error.strerror or error}")


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
        ran=mark.carries(definition, pipeline.digest),
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
