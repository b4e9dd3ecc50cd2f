"""Every field of a step type is in its example, in the schema and in the docs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mlmax_pipelines.spec.schema import json_schema
from mlmax_pipelines.steps.contract import Field, StepType
from mlmax_pipelines.steps.registry import all_step_types, step_types
from tests.unit.compiler.projects import REPOSITORY
from tests.unit.steps.conformance.examples import (
    EXAMPLES,
    FULL,
    MINIMAL,
    examples,
    types,
)

Path = tuple[str, ...]
# Keys of the spec that every pipeline's tables explain, wherever a chain forks.
_CHAINS = ("steps",)


def step_type(type: str) -> StepType:
    return all_step_types()[type]


def deep(fields: Mapping[str, Field], at: Path = ()) -> Iterator[tuple[Path, Field]]:
    """Every field by its path; `[]` stands for what a list or a mapping holds."""
    for name, field in fields.items():
        path = (*at, name)
        yield path, field
        yield from deep(field.fields or {}, path)
        if field.items is not None:
            yield (*path, "[]"), field.items
            yield from deep(field.items.fields or {}, (*path, "[]"))


def uses(data: Any, path: Path) -> bool:
    """Whether a spec has something at a path."""
    if not path:
        return data is not None
    first, *rest = path
    if first == "[]":
        items = data.values() if isinstance(data, Mapping) else data
        return any(uses(item, tuple(rest)) for item in items or ())
    return isinstance(data, Mapping) and uses(data.get(first), tuple(rest))


@pytest.mark.parametrize("type", types())
def test_every_step_type_has_an_example_of_its_least_and_of_all_of_it(
    type: str,
) -> None:
    place = f"{EXAMPLES.name}/{type}.yaml"
    assert type in examples(), f"add {place}: minimal and full steps of '{type}'"
    for variant in (MINIMAL, FULL):
        steps = list(examples()[type].of_type(type, variant))
        assert steps, f"{place} has no step of type '{type}' under '{variant}'"


def test_there_is_no_example_of_a_type_that_is_gone() -> None:
    assert set(examples()) == set(types())


@pytest.mark.parametrize("type", types())
def test_the_full_example_uses_every_field_and_every_input(type: str) -> None:
    assert type in examples(), f"'{type}' has no example"
    steps = list(examples()[type].of_type(type, FULL))
    declared = [path for path, _ in deep(step_type(type).fields)]
    declared += [("inputs", name) for name in step_type(type).inputs or ()]
    unused = [path for path in declared if not any(uses(s, path) for s in steps)]
    assert not unused, f"use these fields of '{type}' in {type}.yaml: {unused}"


@pytest.mark.parametrize("type", types())
def test_every_field_is_in_the_schema(type: str) -> None:
    schema = own_schema(step_type(type))
    for path, field in deep(step_type(type).fields):
        found = at(schema, path)
        assert found is not None, f"the schema of '{type}' lacks {'.'.join(path)}"
        if field.description and path[-1] not in _CHAINS:
            text = found.get("description", field.description)
            assert text == field.description, f"{type}: {'.'.join(path)}"


def own_schema(step_type: StepType) -> Any:
    """Of what is written under `implementation`, or in the step itself."""
    definitions = json_schema()["definitions"]
    if not step_type.is_job:
        return definitions[f"step {step_type.type}"]
    rules = [rule for rule in definitions["module"]["allOf"] if "if" in rule]
    of_type = {r["if"]["properties"]["type"]["const"]: r["then"] for r in rules}
    return of_type[step_type.type]["properties"]["implementation"]


def at(schema: Any, path: Path) -> Any:
    """What a schema says of a path; what it refers to elsewhere is said there."""
    for key in path:
        while "anyOf" in schema or "else" in schema:
            schema = schema["else"] if "else" in schema else schema["anyOf"][0]
        if "$ref" in schema:
            return schema
        if key == "[]":
            schema = schema.get("items", schema.get("additionalProperties"))
        else:
            schema = schema.get("properties", {}).get(key)
        if not isinstance(schema, dict):
            return None
    return schema


def named(path: Path) -> str:
    """A path as the docs have it: `instance.count`, `metric_definitions[].name`."""
    return ".".join(path).replace(".[]", "[]")


@pytest.fixture(scope="module")
def page() -> str:
    """docs/step-types.md as `make docs` writes it: whether it is stale is not asked."""
    code = "from pages import step_types; print(*step_types.page(), sep='\\n')"
    place = os.pathsep.join((str(REPOSITORY / "docs"), str(REPOSITORY)))
    environment = {**os.environ, "PYTHONPATH": place}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, stdout=-1, text=True, check=True
    ).stdout


def documented(type: str, page: str) -> str:
    """What the page says of a type; of a plug-in's, what it would say."""
    one = step_type(type)
    if type in step_types():
        return page.partition(f"## `{type}`\n")[2].partition("\n## ")[0]
    rows = [f"`{named(path)}` {field.description}" for path, field in deep(one.fields)]
    return "\n".join((one.summary, *rows))


@pytest.mark.parametrize("type", types())
def test_every_field_is_in_the_docs(type: str, page: str) -> None:
    one, text = step_type(type), documented(type, page)
    assert one.type == type, f"the entry point of '{type}' names '{one.type}'"
    assert one.summary, f"say in one line what '{type}' is: its `summary`"
    assert one.summary[1:] in text
    for path, field in deep(one.fields):
        if path[-1] not in ("[]", *_CHAINS):
            assert field.description, f"say what {named(path)} of '{type}' is"
            assert f"`{named(path)}`" in text, f"the docs lack {named(path)}"
            assert field.description in text
