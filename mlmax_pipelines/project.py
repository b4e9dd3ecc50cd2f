"""A project folder, and the parts of this package put together to work on it.

What comes in: a folder with pipelines/ in it, names of pipelines and environments,
inputs. What goes out: compiled pipelines, generated templates, a backend, a started
execution. Never: prints; imports a part that the call at hand does not need.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Sequence

from mlmax_pipelines.errors import UsageError, Where

if TYPE_CHECKING:
    from mlmax_pipelines.backends.base import Backend, ExecutionRecord
    from mlmax_pipelines.compiled import CompiledPipeline
    from mlmax_pipelines.environment import Environment
    from mlmax_pipelines.generated import Changes
    from mlmax_pipelines.inputs import Given, Inputs

SPECS = "pipelines"
TEMPLATES = "templates"
_BESIDE_SPECS = ("modules", "envs")
_EXECUTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


def find(start: Path, folder: str = "") -> Path:
    """The project `folder`, or else the one that `start` is in.

    Raises UsageError when that is no project.
    """
    if folder:
        if (Path(folder) / SPECS).is_dir():
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
    """One project folder: `root` is absolute."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def compile(self, names: Sequence[str] = ()) -> tuple[CompiledPipeline, ...]:
        """The pipelines of these names, all of them without names.

        Raises SpecError with every problem of their specs.
        """
        from mlmax_pipelines.compiler.entry import compile_project

        return compile_project(self.root, names)

    def pipeline(self, name: str) -> CompiledPipeline:
        """One pipeline, compiled. Raises SpecError."""
        return self.compile([name])[0]

    def create(self, names: Sequence[str] = (), check: bool = False) -> Changes | None:
        """Bring templates/ up to date, or with `check` only say what that takes.

        None when nothing changed since it last was. With names, only the templates of
        those pipelines. Raises SpecError with every problem of the specs.
        """
        from mlmax_pipelines import generated, stamp

        if not names and stamp.is_current(self.root):
            return None
        from mlmax_pipelines.cloudformation import templates

        specs = stamp.specs_digest(self.root)
        pipelines = self.compile(names)
        files = templates.render(pipelines)
        if names:
            files = {f"{name}.yaml": files[f"{name}.yaml"] for name in names}
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

    def backend(self, environment: Environment) -> Backend:
        """Where executions of this environment run. Raises UsageError."""
        if environment.backend == "local":
            from mlmax_pipelines.backends.local import LocalBackend

            return LocalBackend(self.root, environment)
        raise UsageError(
            f"environment '{environment.name}' runs on AWS (backend "
            f"'{environment.backend}'), which this version cannot do yet",
            hint="run it on this machine with '-e local'",
        )

    def check_inputs(
        self, pipeline: CompiledPipeline, env: Environment, given: Sequence[Given]
    ) -> Inputs:
        """The execution's input; an environment's values give way to those `given`.

        Raises SpecError with every problem.
        """
        from mlmax_pipelines import inputs

        settings = env.parameters.get(pipeline.name, {})
        where = Where(f"envs/{env.name}.yaml")
        preset = [
            inputs.Given(name, value, self.root, where=where)
            for name, value in settings.items()
        ]
        return inputs.check(pipeline.name, pipeline.parameters, [*preset, *given])

    def start(
        self,
        pipeline: CompiledPipeline,
        env: Environment,
        given: Sequence[Given],
        name: str = "",
    ) -> tuple[Backend, ExecutionRecord]:
        """Start an execution, once all of its inputs are known to be right.

        Raises SpecError for the inputs, UsageError for the name.
        """
        if name and not _EXECUTION_NAME.fullmatch(name):
            raise UsageError(
                f"'{name}' cannot name an execution: "
                "1 to 80 letters, digits, '-' and '_' are allowed"
            )
        checked = self.check_inputs(pipeline, env, given)
        backend = self.backend(env)
        uploaded = {key: backend.upload(path) for key, path in checked.uploads.items()}
        return backend, backend.start(pipeline, {**checked.values, **uploaded}, name)


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
