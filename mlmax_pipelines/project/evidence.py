"""The evidence that every execution leaves beside its outputs, once.

What comes in: a project folder, an execution that has ended, its backend. What goes
out: the evidence that is kept, or one that is made and kept now. Never: changed once
it is there, unless the execution went on after its end.

What vouches for it is kept elsewhere: its digest in the execution's record on this
machine, its first version and that one's checksum in the bucket on AWS. Against
somebody who may rewrite both nothing is claimed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl import mark
from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
from mlmax_pipelines.base import archives, files, layout
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.forms import NUMBER, Has, fault, parse_json
from mlmax_pipelines.compiled import CodeFolder, CompiledPipeline
from mlmax_pipelines.observe.evidence import Finding, Sources, collect

_TEMPLATES = "templates"
# Who writes it when nobody had to come and look.
ITSELF = "the execution itself"


@dataclass(frozen=True)
class Vouched:
    """The first evidence of an execution's end, and what speaks against it. `evidence`
    is None when it cannot be read."""

    evidence: Mapping[str, Any] | None
    findings: tuple[Finding, ...]

    @property
    def made(self) -> Mapping[str, Any]:
        """When it was made and by whom, `time` and `by`; {} when it does not say."""
        found: Mapping[str, Any] = (self.evidence or {}).get("made", {})
        return found


def read(backend: Backend, record: ExecutionRecord) -> Mapping[str, Any] | None:
    """What is kept of an execution's last end; None when nothing is. Raises Unreadable
    for what is kept and cannot be read."""
    kept = backend.kept(record.id, layout.EVIDENCE)
    if kept is None:
        return None
    known: Mapping[str, Any] = files.read_content(
        kept, f"{layout.EVIDENCE} of execution '{record.name}'", _FORM
    )
    return known if known["execution"]["stop_time"] == record.stop_time else None


def vouched(backend: Backend, record: ExecutionRecord) -> Vouched | None:
    """What is kept, held against what the backend knows of it; or what was recorded at
    its end, where nobody has looked yet; None when nothing is.

    What an earlier end left behind is no part of it: an execution may have gone on.
    """
    found = list(backend.versions(record.id, layout.EVIDENCE))
    while found and _is_earlier(_parsed(found[0].content), record):
        found.pop(0)
    if not found:
        return _recorded(backend, record)
    first, last = found[0], found[-1]
    was = first.sha256 or _digest(first.content)
    findings = [Finding(layout.EVIDENCE, was, _digest(last.content))]
    if len(found) > 1:
        what = f"versions of {layout.EVIDENCE}"
        findings.append(Finding(what, 1, len(found)))
    known = _parsed(first.content)
    if known is None and findings[0].matches:
        findings.append(Finding(f"form of {layout.EVIDENCE}", "evidence", "none"))
    return Vouched(known, tuple(findings))


def _recorded(backend: Backend, record: ExecutionRecord) -> Vouched | None:
    left = backend.recorded(record)
    if left is None:
        return None
    made = {"time": record.stop_time, "by": ITSELF}
    return Vouched({**collect(backend, record, None, left), "made": made}, ())


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


_FORM = Has(
    (
        *("execution", "spec", "definition", "template", "code", "git", "images"),
        *("artifacts", "inputs"),
    ),
    {
        "git": (dict, None),
        "made": Has(("time", "by"), {"time": NUMBER, "by": str}),
        "execution": Has(
            ("id", "stop_time"), {"id": str, "stop_time": (*NUMBER, None)}
        ),
        "images": dict,
        "artifacts": [Has(("uri", "size"), {"uri": str})],
        "inputs": [Has(("uri", "size"), {"uri": str})],
    },
)


def _parsed(content: bytes | None) -> Mapping[str, Any] | None:
    """Evidence, as far as its form goes."""
    try:
        found: Mapping[str, Any] = parse_json(content or b"")
    except ValueError:
        return None
    return None if fault(_FORM, found) else found


def _is_earlier(known: Mapping[str, Any] | None, record: ExecutionRecord) -> bool:
    """Whether it is of an end after which the execution went on."""
    if known is None or known["execution"]["id"] != record.id:
        return False
    stopped = known["execution"]["stop_time"] or 0.0
    return bool(stopped < (record.stop_time or 0.0))


class EvidenceWriter:
    """The first listener of every execution: `written` is the evidence once it ended.

    `by` says who writes it. Who may read and not write has it too; `tell` is told that
    it was not kept.
    """

    def __init__(
        self,
        backend: Backend,
        sources: Callable[[], Sources | None],
        tell: Callable[[str], None],
        by: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._backend, self._sources, self._tell = backend, sources, tell
        self._by, self._clock = by, clock
        self.written: Mapping[str, Any] | None = None

    def on_end(self, record: ExecutionRecord) -> None:
        found = collect(self._backend, record, self._sources())
        made = {"time": self._clock(), "by": self._by()}
        self.written = {**found, "made": made}
        text = json.dumps(self.written, indent=2, ensure_ascii=False) + "\n"
        # Half a surrogate pair, which JSON may have and UTF-8 not, is escaped again.
        content = text.encode(errors="backslashreplace")
        try:
            self._backend.keep(record.id, layout.EVIDENCE, content, sealed=True)
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
    return Sources(
        spec=pipeline.digest,
        template=_template(root, pipeline.name),
        code=_code(root, pipeline),
        git=git.read(),
        ran=mark.carries(definition, pipeline.digest),
    )


def _code(root: Path, pipeline: CompiledPipeline) -> str:
    """The digest of the code that the definition names."""
    text = json.dumps(pipeline.definition)
    named = pipeline.substitutions.items()
    folders = [
        value.folder
        for token, value in named
        if isinstance(value, CodeFolder) and f"${{{token}}}" in text
    ]
    files = (archives.code_files(root, [folder]) for folder in folders)
    return layout.code_digest(map(archives.digest, files))


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
