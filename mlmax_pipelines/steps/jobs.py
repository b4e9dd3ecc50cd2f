"""Which kinds of jobs there are: those that the services declare, and plug-ins'.

What comes in: what a state's Resource names, `sagemaker:createTrainingJob.sync`. What
goes out: its kind. A service declares them in `services/<service>/jobs.py` (with a `_`
where its name is a word of Python's); a step type of another package in its `jobs`.
Never: a guess; what nobody declared raises where it is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.declared import JobKind

_SDK = "aws-sdk:"
_FUNCTION = "lambda:function"


def integration(resource: str) -> str:
    """`arn:aws:states:::sagemaker:createModel` -> `sagemaker:createModel`; the ARN of
    a function is `lambda:function`."""
    parts = resource.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        if parts[2] == "states" and not parts[3] and not parts[4]:
            return parts[5]
        if parts[2] == "lambda" and parts[5].startswith("function:"):
            return _FUNCTION
    return resource


def split(name: str) -> tuple[str, str]:
    """`states:startExecution.sync:2` -> `states:startExecution`, `.sync:2`."""
    base, dot, pattern = name.partition(".")
    return base, dot + pattern


@cache
def find(name: str) -> JobKind:
    """The kind of an integration, whatever its pattern. Raises PipelineError."""
    base = split(name)[0]
    found = built_in(base) or _plugged_in().get(base)
    if found is None:
        known = sorted(all_kinds())
        text = f"nothing here knows what the integration '{base}' is"
        raise PipelineError(text, hint=did_you_mean(base, known, "known are"))
    return found


def built_in(base: str) -> JobKind | None:
    """The kind that a service's folder declares; None when none does."""
    return of_service(base.removeprefix(_SDK).partition(":")[0]).get(base)


@cache
def of_service(service: str) -> Mapping[str, JobKind]:
    """The kinds that a service's folder declares, by integration; {} without one."""
    for folder in (service, f"{service}_"):
        if (Path(__file__).with_name("services") / folder / "jobs.py").is_file():
            module = import_module(f"{__package__}.services.{folder}.jobs")
            kinds: tuple[JobKind, ...] = module.JOBS
            return {kind.integration: kind for kind in kinds}
    return {}


def all_kinds() -> Mapping[str, JobKind]:
    """Every declared kind, by integration."""
    folders = Path(__file__).with_name("services").iterdir()
    services = sorted(f.name.rstrip("_") for f in folders if (f / "jobs.py").is_file())
    built_in = [of_service(service) for service in services]
    return {**_plugged_in(), **{k: v for kinds in built_in for k, v in kinds.items()}}


def _plugged_in() -> Mapping[str, JobKind]:
    from mlmax_pipelines.steps.registry import plug_ins

    kinds = [kind for step_type in plug_ins().values() for kind in step_type.jobs]
    return {kind.integration: kind for kind in kinds}
