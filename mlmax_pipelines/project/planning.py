"""Compiled pipelines and an environment -> what would be deployed.

What comes in: pipelines, the environment, the bucket. What goes out: a `Plan`. Never:
asks AWS anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlmax_pipelines.aws import packaging
from mlmax_pipelines.aws.packaging import Contents, Package
from mlmax_pipelines.aws.retained import Kept
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base import layout, leaving
from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.base.layout import SCHEME
from mlmax_pipelines.compiled import CompiledPipeline, DataFile
from mlmax_pipelines.environment import FOLDER, Environment
from mlmax_pipelines.project import regions, settings


@dataclass(frozen=True)
class Plan:
    """What would be deployed: a package, and the root template's parameters.

    `parameters` are those given; `effective` has the others' defaults, too. `specs` are
    the digests of what was compiled, by pipeline; `origin` says where it is from when
    that is not the checkout at hand.
    """

    package: Package
    template_url: str
    parameters: Mapping[str, str]
    effective: Mapping[str, str]
    specs: Mapping[str, str]
    origin: Mapping[str, Any] = field(default_factory=dict)


def make(
    root: Path,
    environment: Environment,
    pipelines: Sequence[CompiledPipeline],
    session: Session,
    bucket: str,
    adopted: tuple[Kept, ...] = (),
) -> Plan:
    """The plan for the project in folder `root`; `session` tells region and partition,
    `adopted` is what the stack has of an earlier one.

    Raises PipelineError for settings or files that cannot be deployed.
    """
    regions.check(root, environment, pipelines, session)
    _check_data(root, environment, pipelines)
    files = rendered(pipelines, environment, adopted)
    contents = _contents(pipelines, files, environment)
    partition, suffix = session.partition
    address = f"https://s3.{session.region}.{suffix}/{bucket}/"
    made = packaging.package(root, contents, bucket, address)
    shipped = settings.Shipped(bucket, made.code, made.data)
    declared = {name: one["Parameters"] for name, one in made.nested.items()}
    declared[""] = made.root["Parameters"]
    values = settings.parameters(
        root, environment, pipelines, declared, shipped, partition
    )
    given = values.pop("")
    made = packaging.handed_down(made, values)
    effective = {**_defaults(declared[""]), **given}
    specs = {one.name: one.digest for one in pipelines}
    return Plan(made, address + made.root_key, given, effective, specs)


def _check_data(
    root: Path, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> None:
    """Raises SpecError for files that the environment puts in place of others, and that
    are not there, or must not leave the project."""
    from mlmax_pipelines.yaml.document import load

    problems = []
    for one in pipelines:
        files = (v for v in one.substitutions.values() if isinstance(v, DataFile))
        for value in files:
            chosen, path = settings.data_path(environment, one.name, value)
            if not path or chosen.startswith(SCHEME):
                continue
            text, hint = leaving.fault(root, chosen)
            if not text and not (root / chosen).exists():
                text = f"there is no file '{chosen}'"
            if text:
                file = f"{FOLDER}/{environment.name}.yaml"
                problems.append(load(root / file, file).problem(text, path, hint))
    if problems:
        raise SpecError(problems)


def rendered(
    pipelines: Sequence[CompiledPipeline],
    environment: Environment,
    adopted: tuple[Kept, ...] = (),
) -> Mapping[str, bytes]:
    """The templates as this environment has them: with its VPC, with its key."""
    from mlmax_pipelines.cloudformation import shape, templates

    return templates.render(pipelines, shape.of(environment, pipelines, adopted))


def write(folder: Path, plan: Plan) -> None:
    """Leave the packaged root template in a folder, for people to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(plan.package.root, indent=1)
    (folder / "master.json").write_text(text, "utf-8")


def _contents(
    pipelines: Sequence[CompiledPipeline],
    files: Mapping[str, bytes],
    environment: Environment,
) -> Contents:
    """What has to be uploaded for these pipelines; archives only if one asks."""
    code = sorted({folder for pipeline in pipelines for folder in pipeline.code})
    asked = "".join(
        json.dumps(definition)
        for one in pipelines
        for definition in (one.definition, *(part.definition for part in one.parts))
    )
    zipped = {r.code for p in pipelines for r in p.resources if r.code}
    data = {
        settings.data_path(environment, one.name, value)[0]
        for one in pipelines
        for value in one.substitutions.values()
        if isinstance(value, DataFile)
    }
    return Contents(
        files,
        code,
        [folder for folder in code if f"/{layout.packed(folder, '.tar.gz')}" in asked],
        sorted(zipped),
        sorted(path for path in data if not path.startswith(SCHEME)),
    )


def _defaults(declared: Mapping[str, Any]) -> dict[str, str]:
    items = declared.items()
    return {name: str(d["Default"]) for name, d in items if "Default" in d}
