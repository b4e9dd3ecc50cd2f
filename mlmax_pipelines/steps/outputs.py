"""What a step leaves behind: its folders in S3, and what its state keeps.

What comes in: a resolved step and the build context. What goes out: addresses, and the
fields of a state that put its result under `$.steps.<Step>`. Never: more of a result
than later states read; the data of an execution has a limit (256 KiB).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base import layout
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import ResolvedStep
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.values import Value, join, origins_of, result

# A result that nobody reads, as nothing at a place where the next one replaces it:
# `ResultPath: null` would say so, and CloudFormation refuses null in a template
# (aws/serverless-application-model #1618). Nor an empty selector, which some that run
# definitions take for none.
DROPPED: Mapping[str, Any] = {
    "result_selector": {"kept": False},
    "result_path": "$.dropped",
}


def output_uri(step: ResolvedStep, name: str, context: BuildContext) -> Value:
    """The folder of one output in S3."""
    bucket = context.parameter("ArtifactBucket")
    return join(layout.uri(bucket), *output_key(step, name, context))


def output_key(
    step: ResolvedStep, name: str, context: BuildContext
) -> tuple[str | Value, ...]:
    """Its key, in parts to be joined."""
    return layout.output(context.pipeline, step.execution, step.key, name, *step.item)


def output_origins(step: ResolvedStep, output: str) -> tuple[Origin, ...]:
    """Where an output of a job is, whatever the execution. The job's description, its
    raw result (""), names all its outputs and its inputs."""
    bucket = layout.uri("${ArtifactBucket}")
    if output:
        key = "".join(layout.output(step.pipeline, "*", step.key, output))
        return (Origin(uri=f"{bucket}{key}*"),)
    inputs = (origins_of(port.value) for port in step.inputs.values())
    whole = Origin(uri=bucket + layout.step_pattern(step.pipeline, step.key))
    return (whole, *(o for origins in inputs for o in origins))


def keep(step: ResolvedStep, outputs: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What a task keeps of its result under `$.steps`: only what later states read.

    `outputs` and `more` are payload templates of the task's result.
    """
    kept: dict[str, Any] = {**({"outputs": dict(outputs)} if outputs else {}), **more}
    if "" in step.raw_reads:
        kept["output"] = result("$")
    elif step.raw_reads:
        kept["output"] = {key: result(path_text((key,))) for key in step.raw_reads}
    if not kept:
        return dict(DROPPED)
    return {"result_selector": kept, "result_path": f"$.steps.{step.key}"}
