"""A module's document -> a Module.

What comes in: a document. What goes out: the module, when it can be made, and every
problem of its form. Never: an entry point or image looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.base.names import module_name_fault, near
from mlmax_pipelines.spec import tables
from mlmax_pipelines.spec.conditions import read_choices
from mlmax_pipelines.spec.fields import Path, Reader, canonical, in_order
from mlmax_pipelines.spec.model import Module, Port
from mlmax_pipelines.spec.permissions import read_statements
from mlmax_pipelines.spec.ports import read_inputs, read_outputs
from mlmax_pipelines.spec.secrets import read_secrets
from mlmax_pipelines.spec.steps import own_fields
from mlmax_pipelines.steps.contract import Field
from mlmax_pipelines.steps.registry import all_step_types, find
from mlmax_pipelines.yaml.document import Document

# Steps of these types hold chains of steps, which belong to a pipeline.
_FORKS = ("parallel", "map")


def parse_module(document: Document) -> tuple[Module | None, list[Problem]]:
    """The module a document describes, and what is wrong with it, in line order."""
    reader = Reader(document)
    type = _type(reader, document)
    keys = reader.read_keys(_table(type), _at_top(reader, type), ())
    if "name" in keys and (fault := module_name_fault(keys["name"])):
        message = f"'{keys['name']}' cannot be a module's name: {fault}"
        reader.report(message, ("name",), near(keys["name"]))
    fields, fields_path = _fields(reader, type, keys)
    inputs, outputs = _interface(reader, keys)
    iam = read_statements(reader, keys.get("iam", ()), ("iam",))
    secrets = read_secrets(reader, keys.get("secrets", {}), ("secrets",))
    problems = in_order(reader.problems)
    if "name" not in keys or not type:
        return None, problems
    module = Module(
        name=keys["name"],
        id=keys.get("id", ""),
        version=keys.get("version", ""),
        type=type,
        description=keys.get("description", ""),
        inputs=keys.get("inputs", {}),
        input_ports=inputs,
        output_ports=outputs,
        fields=fields,
        document=document,
        fields_path=fields_path,
        inputs_path=("inputs",),
        iam=iam,
        secrets=secrets,
        whole=not problems,
    )
    return module, problems


def _type(reader: Reader, document: Document) -> str:
    """The step type, "" when it is missing, unknown or none a module can have."""
    written = document.data.get("type")
    if written is None or isinstance(written, bool | Mapping | list):
        return ""
    type = document.text_of(("type",))
    if type in _FORKS:
        message = f"a module cannot be of type '{type}'"
        reader.report(message, ("type",), "write it as a step: its chains are steps")
    elif find(type) is None:
        allowed = [name for name in all_step_types() if name not in _FORKS]
        reader.report(
            f"unknown step type '{type}'", ("type",), did_you_mean(type, allowed)
        )
    else:
        return type
    return ""


def _at_top(reader: Reader, type: str) -> Mapping[str, Any]:
    """The file's own keys, without those that belong under `implementation`."""
    data: Mapping[str, Any] = reader.document.data
    if not type or not _is_job(type):
        return data
    own = own_fields(type)
    lost = {key for key in data if key in own and key not in tables.MODULE}
    for key in lost:
        message = f"'{key}' belongs under 'implementation'"
        reader.report(message, (key,), f"implementation: {{{key}: ...}}", key=True)
    return {key: value for key, value in data.items() if key not in lost}


def _table(type: str) -> Mapping[str, Field]:
    """The keys of a module's file: flow types have their own at the top."""
    if not type or _is_job(type):
        return tables.MODULE
    own = {
        name: Field("any", field.description)
        for name, field in own_fields(type).items()
    }
    return {**own, **tables.MODULE}


def _fields(
    reader: Reader, type: str, keys: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Path]:
    """The keys of the step type, and where they stand in the document."""
    if not type:
        return {}, ()
    own, data = own_fields(type), reader.document.data
    templated = reader.templated
    if "implementation" in keys or _is_job(type):
        path: Path = ("implementation",)
        inside = _inside(reader, keys.get("implementation", {}), own)
        return templated.read_keys(own, inside, path), path
    at_top = {key: value for key, value in data.items() if canonical(key, own) in own}
    fields = templated.read_keys(own, at_top, ())
    if "choices" in fields:
        written = "choices" if "choices" in data else "Choices"
        fields["choices"] = read_choices(reader, fields["choices"], (written,))
    return fields, ()


def _inside(
    reader: Reader, data: Mapping[str, Any], own: Mapping[str, Field]
) -> Mapping[str, Any]:
    """The keys under `implementation`, without those that belong beside it."""
    lost = [key for key in ("iam", "secrets") if key in data and key not in own]
    for key in lost:
        message = f"'{key}' belongs beside 'implementation', not in it"
        hint = "indent it as 'implementation' itself is"
        reader.report(message, ("implementation", key), hint, key=True)
    return {key: value for key, value in data.items() if key not in lost}


def _is_job(type: str) -> bool:
    step_type = find(type)
    return step_type is not None and step_type.is_job


def _interface(
    reader: Reader, keys: Mapping[str, Any]
) -> tuple[Mapping[str, Port] | None, Mapping[str, Port] | None]:
    interface = keys.get("interface")
    if interface is None:
        return None, None
    inputs = interface.get("inputs", {})
    outputs = interface.get("outputs", {})
    return (
        read_inputs(reader, inputs, ("interface", "inputs")),
        read_outputs(reader, outputs, ("interface", "outputs")),
    )
