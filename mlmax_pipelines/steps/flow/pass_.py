"""pass: sets values that later steps read, and does nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.contract import (
    BuildContext,
    Draft,
    Field,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.values import Value, put


class Pass(StepType):
    kind = "pass"
    summary = "sets values that later steps read"
    is_job = False
    fields = {"result": Field("mapping", "the values, by name", items=Field("any"))}

    def output_types(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        return dict.fromkeys(fields.get("result") or {}, "any")

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        result = step.fields.get("result")
        if not result:
            return [Draft(sdk.pass_(step.name))]
        path = f"$.steps.{step.key}.outputs"
        state = sdk.pass_(step.name, parameters=_template(result), result_path=path)
        return [Draft(state)]


def _template(value: Any) -> Any:
    """Values inside mappings become `key.$`, as deep as they stand."""
    if isinstance(value, list):
        return [_template(item) for item in value]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, Value):
            put(result, key, item)
        else:
            result[key] = _template(item)
    return result


TYPE = Pass()
