"""Addresses that an environment or an input names, in buckets that no role may read.

What comes in: an environment, compiled pipelines, an execution's input. What goes out:
a warning for each. Never: AWS is asked; whether there is such a bucket is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.compiled import CompiledPipeline, Setting
from mlmax_pipelines.environment import FOLDER, Environment

_BUCKET = re.compile(r"s3://([^/\s\"'\\,;|<>]+)")
_ALLOWED = re.compile(r":s3:::([^/]+)")
_SETTING = re.compile(r"\$\{(\w+)\}")
_Said = tuple[tuple[str, ...], str]


def warnings(
    root: Path, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """Each value of the environment that names a bucket which nothing allows."""
    from mlmax_pipelines.yaml.document import load

    file = f"{FOLDER}/{environment.name}.yaml"
    document = load(root / file, file)
    lent = {bucket.name for bucket in environment.buckets}
    seen = set()
    for one in pipelines:
        for path, bucket in _said(environment, one):
            if bucket in lent | _allowed(environment, one) or (path, bucket) in seen:
                continue
            seen.add((path, bucket))
            text = f"nothing allows jobs to read bucket '{bucket}', which is named here"
            hint = f"list it in 'data_buckets' of {file}"
            yield replace(document.problem(text, path, hint), source="")


def of_input(
    environment: Environment, pipeline: CompiledPipeline, input: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Each bucket that an execution's input names and nothing allows, and a warning."""
    lent = {bucket.name for bucket in environment.buckets}
    known = lent | _allowed(environment, pipeline)
    for name, value in input.items():
        for bucket in dict.fromkeys(_buckets(value)):
            if bucket not in known:
                text = f"input '{name}' names bucket '{bucket}', which nothing allows"
                hint = f"'data_buckets' of {FOLDER}/{environment.name}.yaml lists some"
                yield bucket, f"{text} jobs to read; {hint}"


def _said(environment: Environment, pipeline: CompiledPipeline) -> Iterator[_Said]:
    """Where this environment names a bucket for a pipeline."""
    for name, value in environment.parameters.get(pipeline.name, {}).items():
        for bucket in _buckets(value):
            yield ("parameters", pipeline.name, name), bucket
    for _, setting in _values(pipeline):
        for bucket in _buckets(environment.values.get(setting.key)):
            yield ("values", setting.key), bucket


def _buckets(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [found for item in items for found in _BUCKET.findall(str(item))]


def _values(pipeline: CompiledPipeline) -> Iterator[tuple[str, Setting]]:
    for name, value in pipeline.substitutions.items():
        if isinstance(value, Setting) and value.scope == "value":
            yield name, value


def _allowed(environment: Environment, pipeline: CompiledPipeline) -> set[str]:
    """The buckets that the pipeline's jobs and functions may read in any case."""
    known = {n: str(environment.values.get(s.key, "")) for n, s in _values(pipeline)}
    needs = [need for state in pipeline.states for need in state.job_role]
    needs += [need for resource in pipeline.resources for need in resource.role]
    places = (place for need in needs for place in need.resources)
    return {
        _SETTING.sub(lambda m: known.get(m[1], m[0]), bucket)
        for place in places
        for bucket in _ALLOWED.findall(place)
    }
