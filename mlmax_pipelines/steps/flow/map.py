"""map: the same steps for every item of a list, at the same time.

Inside, `${item}` is the item and `${map.index}` its place; every item has output
folders of its own.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base.names import state_name
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, Found, ResolvedStep, StepType
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.outputs import keep
from mlmax_pipelines.steps.payload import faults
from mlmax_pipelines.steps.registry import find
from mlmax_pipelines.steps.values import (
    Value,
    context_object,
    expression,
    join,
    result,
    state_data,
)

_INDEX = context_object("$$.Map.Item.Index", "integer")


class Map(StepType):
    type = "map"
    summary = "the same steps for every item of a list"
    is_job = False
    outputs = {}
    output_kinds = ()
    fields = {
        "items": Field("any", "a reference to a list, or a list", required=True),
        "max_concurrency": Field("integer", "items at the same time", minimum=0),
        "steps": Field("any", "the steps of one item", required=True),
    }

    def check(self, step: ResolvedStep) -> list[Found]:
        items = step.fields["items"]
        if isinstance(items, list):
            return list(faults(items, ("items",)))
        if isinstance(items, Value) and items.is_path:
            if items.type in ("list", "any"):
                return []
            text = f"'items' of map step '{step.name}' must be a list, is: {items.type}"
            return [
                (("items",), text, "refer to a parameter or an output of type list")
            ]
        text = f"'items' of map step '{step.name}' must be one reference or a list"
        return [(("items",), text, "items: ${parameters.files}")]

    def warn(self, step: ResolvedStep) -> list[Found]:
        """No list of the spec has so many items that it had to say so."""
        if "max_concurrency" in step.fields or isinstance(step.fields["items"], list):
            return []
        types = [find(inner.type) for inner in step.branches[0]]
        if not any(type and type.is_job for type in types):
            return []
        text = (
            f"map step '{step.name}' starts jobs for all items of a list at the same "
            "time, however many those are"
        )
        return [(("items",), text, "max_concurrency: 10 bounds them")]

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        outer = (state_data("$.index", "string"), "/") if step.in_map else ()
        items = step.fields["items"]
        drafts = _listed(step, items) if isinstance(items, list) else []
        items = state_data(_path(step)) if drafts else items
        fields = {
            "items_path": expression(items),
            "item_selector": {
                "pipeline": state_data("$.pipeline"),
                "parameters": state_data("$.parameters"),
                "steps": state_data("$.steps"),
                "item": context_object("$$.Map.Item.Value", "any"),
                "index": join(*outer, _INDEX),
                "number": _INDEX,
            },
            **keep(step, {}),
        }
        if "max_concurrency" in step.fields:
            fields["max_concurrency"] = step.fields["max_concurrency"]
        if step.raw_reads:
            fields["result_selector"] = {"output": {"items": result("$[*].steps")}}
        state = sdk.map_(step.name, context.chain(step.branches[0]), **fields)
        return [*drafts, Draft(state)]

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        """The list of its items holds whatever the steps inside put out."""
        return tuple(
            Origin(step=inner.key, output=name)
            for branch in step.branches
            for inner in branch
            for name in inner.outputs
        )


def _listed(step: ResolvedStep, items: list[Any]) -> list[Draft]:
    """The state that puts a list of the spec where a map can read it."""
    name = state_name(step.name, "items")
    path = f"$.steps.{step.key}"
    return [Draft(sdk.pass_(name, parameters={"items": items}, result_path=path))]


def _path(step: ResolvedStep) -> str:
    return f"$.steps.{step.key}.items"


TYPE = Map()
