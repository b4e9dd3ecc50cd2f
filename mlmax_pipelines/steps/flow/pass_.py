"""pass: sets values that later steps read, and does nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, Found, ResolvedStep, StepType
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.payload import faults
from mlmax_pipelines.steps.values import as_value, origins_of


class Pass(StepType):
    type = "pass"
    summary = "sets values that later steps read"
    is_job = False
    output_kinds = ()
    fields = {"result": Field("mapping", "the values, by name", items=Field("any"))}

    def output_types(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        return dict.fromkeys(fields.get("result") or {}, "any")

    def check(self, step: ResolvedStep) -> list[Found]:
        return list(faults(step.fields.get("result"), ("result",)))

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        values = step.fields.get("result")
        if not values:
            return [Draft(sdk.pass_(step.name))]
        path = f"$.steps.{step.key}.outputs"
        return [Draft(sdk.pass_(step.name, parameters=values, result_path=path))]

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        """Whatever the value comes from that it sets."""
        return _origins((step.fields.get("result") or {}).get(output))


def _origins(value: Any) -> tuple[Origin, ...]:
    if isinstance(value, Mapping):
        return tuple(o for inner in value.values() for o in _origins(inner))
    if isinstance(value, list):
        return tuple(o for inner in value for o in _origins(inner))
    return origins_of(as_value(value))


TYPE = Pass()
