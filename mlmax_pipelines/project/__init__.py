"""A project folder, and the parts of this package put together to work on it.

What comes in: a folder with pipelines/ in it, names of pipelines and environments.
What goes out: compiled pipelines, generated templates, a backend. What is done with
executions is in `executions`, with stacks in `deploy`. Never: prints; imports a part
that the call at hand does not need.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Sequence

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import PipelineError, UsageError

if TYPE_CHECKING:
    from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
    from mlmax_pipelines.backends.local import LocalBackend
    from mlmax_pipelines.compiled import CompiledPipeline, CompiledState
    from mlmax_pipelines.environment import Environment
    from mlmax_pipelines.project.generated import Changes

SPECS = "pipelines"
# Called by every execution on this machine, in its own process.
LISTENER = "mlmax_pipelines.project.notify:notify"
TEMPLATES = "templates"
_BESIDE_SPECS = ("modules", "envs")


def find(start: Path, folder: str = "") -> Path:
    """The project `folder`, or else the one that `start` is in.

    Raises UsageError when that is no project.
    """
    if folder:
        if os.path.isdir(Path(folder) / SPECS):
            return Path(folder).resolve()
        raise UsageError(f"'{folder}' is no project: it has no folder '{SPECS}'")
    for candidate in (start, *start.parents):
        if (candidate / SPECS).is_dir() and any(
            (candidate / name).is_dir() for name in _BESIDE_SPECS
        ):
            return candidate
    raise UsageError(
        f"no project here: neither '{start}' nor a folder above it has '{SPECS}/' "
        f"with 'modules/' or 'envs/' beside it",
        hint="'pipeline init DIR' makes one; 'pipeline -C DIR ...' works on another",
    )


class Project:
    """One project folder: `root` is absolute. `tell` gets lines of progress."""

    def __init__(
        self, root: Path, tell: Callable[[str], None] = lambda line: None
    ) -> None:
        self.root = root
        self.tell = tell

    def specs(self, names: Sequence[str] = ()) -> Sequence[Path]:
        """The spec files of these names, all of them without names.

        Raises UsageError for a name without a spec.
        """
        from mlmax_pipelines.compiler.entry import pipeline_files

        return pipeline_files(self.root, names)

    def compile(
        self, names: Sequence[str] = (), environment: Environment | None = None
    ) -> tuple[CompiledPipeline, ...]:
        """The pipelines of these names, all of them without names; as an environment
        has them, if one is given.

        What may be wrong with them is told. Raises SpecError with every problem of
        their specs, or when the project is made for another release.
        """
        from mlmax_pipelines import manifest
        from mlmax_pipelines.compiler.entry import compile_project

        manifest.load(self.root)
        chosen = environment.steps if environment else {}
        pipelines = compile_project(self.root, names, chosen)
        for warning in dict.fromkeys(w for one in pipelines for w in one.warnings):
            self.tell(f"warning: {warning}")
        return pipelines

    def pipeline(
        self, name: str, environment: Environment | None = None
    ) -> CompiledPipeline:
        """One pipeline, compiled. Raises SpecError."""
        return self.compile([name], environment)[0]

    def of(self, record: ExecutionRecord) -> CompiledPipeline:
        """The pipeline that an execution is of, as its environment has it now. Raises
        PipelineError."""
        return self.pipeline(record.pipeline, self.environment(record.environment))

    def create(self, names: Sequence[str] = (), check: bool = False) -> Changes | None:
        """Bring templates/ up to date, or with `check` only say what that takes.

        None when nothing changed since it last was. With names, only the files of
        those pipelines and those made from all. Raises SpecError with every problem
        of the specs.
        """
        from mlmax_pipelines.project import generated, stamp

        if not names and stamp.is_current(self.root):
            return None
        from mlmax_pipelines.cloudformation import templates

        self.specs(names)
        specs = stamp.specs_digest(self.root)
        pipelines = self.compile()
        files = templates.render(pipelines)
        if names:
            others = {file for p in pipelines if p.name not in names for file in _of(p)}
            files = {name: files[name] for name in files if name not in others}
        header = templates.HEADER.encode()
        changes = generated.compare(self.root / TEMPLATES, files, header, not names)
        if not check:
            generated.apply(changes)
        if not (names or check and changes.stale):
            stamp.save(self.root, specs, _leans_on(pipelines))
        return changes

    def environment(self, name: str) -> Environment:
        """The environment of envs/`name`.yaml. Raises PipelineError."""
        from mlmax_pipelines.environment import load

        return load(self.root, name)

    def states(self, pipeline: str) -> tuple[CompiledState, ...]:
        """The states of a pipeline as it is specified now, with the steps they belong
        to; empty when there is no such pipeline, or no valid one."""
        from mlmax_pipelines.project import known_states

        try:
            quiet = Project(self.root)
            return known_states.of(
                self.root, pipeline, lambda: quiet.pipeline(pipeline)
            )
        except PipelineError:
            return ()

    def backend(self, environment: Environment) -> Backend:
        """Where executions of this environment run."""
        from mlmax_pipelines import backends

        return backends.make(self.root, environment, self.tell, LISTENER)

    def here(self, environment: Environment) -> LocalBackend:
        """The backend of an environment of this machine."""
        from mlmax_pipelines.backends import local

        return local.make(self.root, environment, self.tell, LISTENER)

    def place(self, environment: Environment, uri: str) -> Path | str:
        """Where a person finds what is at an s3 URI: a path, or the URI itself."""
        if environment.backend != "local" or not uri.startswith(layout.SCHEME):
            return uri
        from mlmax_pipelines.artifacts.disk import Store

        return Store(layout.home(self.root, environment.name) / layout.STORE).path(uri)


def _of(pipeline: CompiledPipeline) -> set[str]:
    """The names of the files of templates/ that are one pipeline's own."""
    machines = [pipeline.name, *(part.name for part in pipeline.parts)]
    return {f"{pipeline.name}.yaml", *(f"{n}.definition.json" for n in machines)}


def _leans_on(pipelines: Sequence[CompiledPipeline]) -> set[str]:
    """The project's files and folders that the compiled pipelines name."""
    from mlmax_pipelines.compiled import DataFile

    data = {
        value.path
        for pipeline in pipelines
        for value in pipeline.substitutions.values()
        if isinstance(value, DataFile)
    }
    return data.union(*(pipeline.code for pipeline in pipelines))
