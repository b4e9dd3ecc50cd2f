"""map: the same steps for every item of a list, at the same time.

Inside, `${item}` is the item and `${map.index}` its place; every item has output
folders of its own.
"""

from __future__ import annotations

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.contract import (
    BuildContext,
    Draft,
    Field,
    Found,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.services.sagemaker import common as sagemaker
from mlmax_pipelines.steps.values import Value

_INDEX = "$$.Map.Item.Index"


class Map(StepType):
    kind = "map"
    summary = "the same steps for every item of a list"
    is_job = False
    outputs = {}
    fields = {
        "items": Field("any", "a reference to a list", required=True),
        "max_concurrency": Field("integer", "items at the same time", minimum=0),
        "steps": Field("any", "the steps of one item", required=True),
    }

    def check(self, step: ResolvedStep) -> list[Found]:
        items = step.fields["items"]
        if isinstance(items, Value) and items.expression.startswith("$"):
            if items.type in ("list", "any"):
                return []
            text = f"'items' of map step '{step.name}' must be a list, is: {items.type}"
            return [
                (("items",), text, "refer to a parameter or an output of type list")
            ]
        text = f"'items' of map step '{step.name}' must be one reference"
        return [(("items",), text, "items: ${parameters.files}")]

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        index = f"States.Format('{{}}', {_INDEX})"
        if step.in_map:
            index = f"States.Format('{{}}/{{}}', $.index, {_INDEX})"
        fields = {
            "items_path": step.fields["items"].expression,
            "item_selector": {
                "pipeline.$": "$.pipeline",
                "parameters.$": "$.parameters",
                "steps.$": "$.steps",
                "item.$": "$$.Map.Item.Value",
                "index.$": index,
            },
            **sagemaker.keep(step, {}),
        }
        if "max_concurrency" in step.fields:
            fields["max_concurrency"] = step.fields["max_concurrency"]
        if step.raw_reads:
            fields["result_selector"] = {"output": {"items.$": "$[*].steps"}}
        return [Draft(sdk.map_(step.name, context.chain(step.branches[0]), **fields))]


TYPE = Map()
