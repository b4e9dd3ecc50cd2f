"""The JSON Schema of pipelines and modules, for editors.

What comes in: the tables the parser reads with, and the step types' fields. What goes
out: one schema (draft 7, which editors know best). Never: a rule written down twice;
what tables do not say (references, flow) is left to `pipeline validate`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.base import names
from mlmax_pipelines.compiled import MISSING
from mlmax_pipelines.spec import conditions, tables
from mlmax_pipelines.spec.steps import own_fields
from mlmax_pipelines.steps.contract import Field
from mlmax_pipelines.steps.flow.choice import RULE
from mlmax_pipelines.steps.registry import all_step_types, step_types

Schema = dict[str, Any]

_EXPRESSION: Schema = {"type": "string", "pattern": re.escape("${")}
_JSON_TYPES = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "mapping": "object",
    "list": "array",
}


def json_schema() -> Schema:
    """The schema of a file: a pipeline when it has steps, else a module."""
    has_steps = {"anyOf": [{"required": ["steps"]}, {"required": ["Steps"]}]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "mlmax-pipelines: a pipeline or a module",
        "if": has_steps,
        "then": _ref("pipeline"),
        "else": _ref("module"),
        "definitions": {
            "pipeline": _pipeline(),
            "module": _module(),
            "steps": _steps(),
            "step": _step(),
            "condition": _condition(),
            **{f"step {type}": _step_of(type) for type in _types()},
            "step with a module": _step_of(""),
        },
    }


def _types() -> list[str]:
    """The built-in step types in their own order, then the installed ones."""
    return [*step_types(), *sorted(set(all_step_types()) - set(step_types()))]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _pipeline() -> Schema:
    schema = _keys(tables.PIPELINE)
    for key in ("steps", "Steps"):
        schema["properties"][key] = _ref("steps")
    schema["properties"]["parameters"]["propertyNames"] = _named(names.PORT_FORM)
    return schema


def _module() -> Schema:
    """A module: its own keys, and what its type has under `implementation`."""
    schema = _keys(tables.MODULE)
    types = [
        type for type in _types() if not {"branches", "steps"} & {*own_fields(type)}
    ]
    schema["properties"]["type"] = {"enum": types}
    ports = schema["properties"]["interface"]["properties"]
    for side in ("inputs", "outputs"):
        ports[side]["propertyNames"] = _named(names.PORT_FORM)
    known = all_step_types()
    jobs = [type for type in types if known[type].is_job]
    flow = [_keys(own_fields(type)) for type in types if type not in jobs]
    for own in flow:
        schema["properties"] |= _structured(own)["properties"]
    schema["allOf"] += [
        _if_type(type, {"properties": {"implementation": _keys(own_fields(type))}})
        for type in jobs
    ]
    return schema


def _steps() -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {**_named(names.STEP_FORM), "maxLength": names.LONGEST_STEP},
        "additionalProperties": _ref("step"),
    }


def _step() -> Schema:
    by_module = {"anyOf": [{"required": ["module"]}, {"required": ["ModuleId"]}]}
    return {
        "type": "object",
        "properties": {"type": {"enum": _types()}},
        "anyOf": [*by_module["anyOf"], {"required": ["type"]}],
        "allOf": [
            {"if": by_module, "then": _ref("step with a module")},
            *(_if_type(type, _ref(f"step {type}")) for type in _types()),
        ],
    }


def _if_type(type: str, then: Schema) -> Schema:
    is_type = {"properties": {"type": {"const": type}}, "required": ["type"]}
    return {"if": is_type, "then": then}


def _step_of(type: str) -> Schema:
    """A step of one type: the keys of every step, and the type's own."""
    schema = _structured(_keys(own_fields(type)))
    common = _keys(tables.STEP)["properties"]
    del common["type" if not type else "module"]
    if type:
        del common["ModuleId"]
    if type == "choice":
        ways = ("default", "Default", "next", "Next")
        schema["allOf"].append({"anyOf": [{"required": [key]} for key in ways]})
    schema["properties"] |= common
    return schema


def _structured(schema: Schema) -> Schema:
    """The schema with the forms of the keys where chains fork."""
    branch = {
        "type": "object",
        "properties": {"steps": _ref("steps"), "Steps": _ref("steps")},
        "additionalProperties": False,
        "minProperties": 1,
    }
    rule = _keys(RULE)
    rule["properties"]["when"] = _ref("condition")
    older = {"required": ["Variable"]}, {"required": ["variable"]}
    combined = [{"required": [key]} for key in conditions.OLDER_COMBINATORS]
    choice = {"if": {"anyOf": [*older, *combined]}, "then": {}, "else": rule}
    forms = {
        "branches": {"type": "array", "minItems": 1, "items": branch},
        "choices": {"type": "array", "minItems": 1, "items": choice},
        "Choices": {"type": "array", "minItems": 1, "items": choice},
        "steps": _ref("steps"),
        "Steps": _ref("steps"),
    }
    for key, form in forms.items():
        if key in schema["properties"]:
            schema["properties"][key] = form
    return schema


def _condition() -> Schema:
    several = {"type": "array", "minItems": 1, "items": _ref("condition")}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            "value": {"type": "string"},
            **{key: {} for key in conditions.OPERATORS},
            **{key: {"type": "boolean"} for key in conditions.TESTS},
            "all": several,
            "any": several,
            "not": _ref("condition"),
            "Variable": {"type": "string"},
            "variable": {"type": "string"},
            **{key: {} for key in conditions.OLDER_OPERATORS},
            **{key: {} for key in conditions.OLDER_COMBINATORS},
        },
        "additionalProperties": False,
    }


def _keys(fields: Mapping[str, Field]) -> Schema:
    """An object with these keys, in their older spelling too."""
    properties = {name: _field(field) for name, field in fields.items()}
    schema: Schema = {"type": "object", "properties": properties}
    needed = []
    for name, field in fields.items():
        spellings = [o for o, present in names.OLDER_KEYS.items() if present == name]
        properties |= {older: properties[name] for older in spellings}
        if field.required:
            needed.append({"anyOf": [{"required": [n]} for n in (name, *spellings)]})
    if needed:
        schema["allOf"] = needed
    schema["additionalProperties"] = False
    return schema


def _field(field: Field) -> Schema:
    form = _form(field)
    if field.forms:
        form = {"anyOf": [form, *map(_form, field.forms)]}
    if field.references and field.type not in ("any", "string", "step"):
        form = {"anyOf": [form, _EXPRESSION]}
    if field.description:
        form["description"] = field.description
    if field.default is not MISSING:
        default = field.default
        form["default"] = list(default) if isinstance(default, tuple) else default
    return form


def _form(field: Field) -> Schema:
    if field.type == "any":
        return {}
    if field.enum:
        return {"enum": list(field.enum)}
    if field.type in ("string", "step"):
        return {"type": ["string", "number"]}  # 1.10 is taken as the text it is
    if field.type == "mapping" and field.fields is not None:
        return _keys(field.fields)
    form: Schema = {"type": _JSON_TYPES[field.type]}
    if field.minimum is not None:
        form["minimum"] = field.minimum
    if field.items is not None:
        key = "items" if field.type == "list" else "additionalProperties"
        form[key] = _field(field.items)
    return form


def _named(form: re.Pattern[str]) -> Schema:
    return {"pattern": f"^(?:{form.pattern})$"}
