"""Step types as they declare themselves: fields, ports, jobs, errors, an example.

The example is the least one that the conformance tests have. Never: a type of another
package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from mlmax_pipelines.compiled import MISSING
from mlmax_pipelines.spec.tables import INPUT, MODULE, OUTPUT, SECRET
from mlmax_pipelines.steps.contract import Field, StepType
from mlmax_pipelines.steps.registry import step_types
from pages.markdown import GENERATED, Lines, code, link, table

PAGE = "step-types.md"
_EXAMPLES = Path(__file__).parents[2] / "tests/unit/steps/conformance/examples"


def jobs_then_flow() -> list[StepType]:
    return sorted(step_types().values(), key=lambda one: not one.is_job)


def in_short() -> Lines:
    rows = [[link(f"docs/{PAGE}", one.type), one.summary] for one in jobs_then_flow()]
    yield from table(["Type", "What it is"], rows)


def page() -> Lines:
    yield from ["# Step types", "", GENERATED]
    yield from _module()
    for one in jobs_then_flow():
        yield from ["", f"## {code(one.type)}", "", f"{_sentence(one.summary)}."]
        yield from _fields(one)
        if one.is_job:
            yield from ["", f"What its module's `iam` allows goes to {one.role}."]
            yield from _ports("Inputs", one.inputs)
            yield from _ports("Outputs", one.outputs)
            yield from _port_keys(one)
        yield from _jobs(one)
        yield from _errors(one.errors)
        yield from _example(one.type)


def _module() -> Lines:
    """The keys of every module, whatever its type."""
    yield from ["", "## Every module", "", "A module has:", ""]
    rows = [row for name, form in MODULE.items() for row in _rows(name, form)]
    yield from table(["Key", "Type", "Default", "What it is"], rows)
    yield from ["", "A secret is a name, an ARN, or a mapping:", ""]
    rows = [row for name, form in SECRET.items() for row in _rows(name, form)]
    yield from table(["Key", "Type", "Default", "What it is"], rows)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fields(one: StepType) -> Lines:
    if not one.fields:
        return
    place = "A module has under `implementation`" if one.is_job else "A step has"
    yield from ["", f"{place}:", ""]
    rows = [row for name, form in one.fields.items() for row in _rows(name, form)]
    yield from table(["Key", "Type", "Default", "What it is"], rows)


def _rows(name: str, form: Field) -> Iterator[list[str]]:
    """A key, and those inside it."""
    type_ = " ".join(map(code, form.enum)) if form.enum else _type(form)
    if form.minimum is not None:
        type_ += f", at least {form.minimum}"
    yield [code(name), type_, _default(form), form.description]
    inner = form.items if form.type == "list" and form.items else form
    prefix = f"{name}[]." if inner is form.items else f"{name}."
    for key, one in (inner.fields or {}).items():
        yield from _rows(prefix + key, one)


def _type(form: Field) -> str:
    if form.type == "list" and form.items and form.items.type != "any":
        return f"list of {form.items.type}"
    return form.type


def _default(form: Field) -> str:
    if form.required:
        return "required"
    if form.default is MISSING:
        return ""
    value = form.default
    return code(", ".join(map(str, value)) if isinstance(value, tuple) else value)


def _ports(title: str, ports: Mapping[str, str] | None) -> Lines:
    words = [f"{code(name)} ({type_})" for name, type_ in (ports or {}).items()]
    yield from ["", f"{title}: {', '.join(words) or 'what its module declares'}."]


def _port_keys(one: StepType) -> Lines:
    """What its ports may say beyond what every port may."""
    sides = (("input", one.input_keys, INPUT), ("output", one.output_keys, OUTPUT))
    rows = [
        [f"{side}: {code(key)}", *next(_rows(key, forms[key]))[1::2]]
        for side, keys, forms in sides
        for key in keys
    ]
    if rows:
        yield from ["", "A port of its interface may have:", ""]
        yield from table(["Key", "Type", "What it is"], rows)


def _jobs(one: StepType) -> Lines:
    if not one.jobs:
        return
    rows = [
        [kind.label, code(kind.integration), "yes" if kind.local else "no"]
        for kind in one.jobs
    ]
    yield ""
    yield from table(["On AWS", "Integration", "Runs on this machine"], rows)


def _errors(found: Mapping[str, str]) -> Lines:
    if found:
        yield from ["", "Errors:", ""]
        rows = [[code(name), text] for name, text in found.items()]
        yield from table(["Error", "What it means"], rows)


def _example(type: str) -> Lines:
    """The least steps of the type, and the modules they run."""
    path = _EXAMPLES / f"{type}.yaml"
    if not path.exists():
        return
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps, modules = found["minimal"], found.get("modules", {})
    yield from ["", "The least of it:", "", "```yaml"]
    for name in re.findall(r"module: ([\w-]+)", _written(steps)):
        yield from [f"# modules/{name}.yaml", *_lines({"name": name, **modules[name]})]
        yield ""
    yield from ["# in a pipeline", *_lines({"steps": steps}), "```"]


def _lines(data: Any) -> list[str]:
    return _written(data).splitlines()


def _written(data: Any) -> str:
    text: str = yaml.safe_dump(data, sort_keys=False, default_flow_style=None, width=80)
    return text
