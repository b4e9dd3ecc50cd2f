"""What a service's own model has against a request, patterns and lengths included."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

# All characters beyond the first 65,536, as Java writes them: two for one.
_PAIRS = r"\uD800\uDC00-\uDBFF\uDFFF"
SERVICES: dict[str, ServiceModel] = {}


def faults(state: str, resource: str, request: Any) -> Iterator[str]:
    """What the service's model has against a request."""
    words = resource.partition(":::")[2].removeprefix("aws-sdk:").partition(".")[0]
    service, _, action = words.partition(":")
    shape = operation(service, action).input_shape
    request = _as_python_sends_it(service, request)
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        yield f"{state}: {report.generate_report()}"
    else:
        yield from (f"{state}: {fault}" for fault in _forms(request, shape, ""))


def operation(service: str, action: str) -> Any:
    """An operation of a service's model, `createTrainingJob` of `sagemaker`."""
    name = {"states": "stepfunctions"}.get(service, service)
    if name not in SERVICES:
        SERVICES[name] = ServiceModel(Loader().load_service_model(name, "service-2"))
    return SERVICES[name].operation_model(action[0].upper() + action[1:])


def _as_python_sends_it(service: str, request: Any) -> Any:
    """Step Functions takes JSON where the API takes text, and other capitals."""
    if service == "lambda":
        return {**request, "Payload": json.dumps(request["Payload"])}
    if service == "states":
        names = {"StateMachineArn": "stateMachineArn", "Input": "input"}
        return {names[key]: _written(item) for key, item in request.items()}
    return request


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _forms(value: Any, shape: Any, path: str) -> Iterator[str]:
    """Patterns, lengths and choices, which botocore leaves to the service."""
    if shape.type_name == "structure":
        for key, item in value.items():
            yield from _forms(item, shape.members[key], f"{path}.{key}")
    elif shape.type_name == "list":
        yield from _size(len(value), shape, path)
        for index, item in enumerate(value):
            yield from _forms(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        yield from _size(len(value), shape, path)
        for key, item in value.items():
            yield from _forms(key, shape.key, f"{path}.{key}(key)")
            yield from _forms(item, shape.value, f"{path}.{key}")
    elif shape.type_name == "string":
        yield from _size(len(value), shape, path)
        yield from _text(value, shape, path)
    elif shape.type_name in ("integer", "long"):
        yield from _size(value, shape, path)


def _size(size: int, shape: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", size)
    if not low <= size <= high:
        yield f"{path}: {size} is not within {low} and {high}"


def _text(value: str, shape: Any, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"{path}: '{value}' is none of {shape.enum}"
    pattern = shape.metadata.get("pattern", "")
    # The model's own slip in the pattern of customer metadata.
    pattern = re.sub(r"\$\{\d+,\d+\}$", "", pattern)
    if pattern and not _pattern(pattern).fullmatch(value):
        yield f"{path}: '{value}' does not match {pattern}"


def _pattern(pattern: str) -> re.Pattern[str]:
    """Java's classes of characters in Python's words, as near as it has them."""
    every = r"\w\s!-~" if r"\p{P}" in pattern else r"\w\s"
    pattern = pattern.replace(r"\p{L}", every)
    pattern = pattern.replace(_PAIRS, r"\U00010000-\U0010FFFF")
    return re.compile(re.sub(r"\\p\{.\}", "", pattern), re.DOTALL)
