"""Channels of a training job: its folders, each with what its files are.

What comes in: a resolved step. What goes out: InputDataConfig, and what is wrong with
it. Never: a value known only at run time is judged.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base.limits import CHANNELS
from mlmax_pipelines.steps.contract import FOLDERS, Found, InputPort, ResolvedStep
from mlmax_pipelines.steps.services.sagemaker import checks


def of(step: ResolvedStep) -> list[InputPort]:
    """The inputs that are folders."""
    return [port for port in step.inputs.values() if port.type in FOLDERS]


def requested(step: ResolvedStep) -> list[dict[str, Any]]:
    """InputDataConfig, in the API's own words."""
    return [_channel(step, port) for port in of(step)]


def problems(step: ResolvedStep) -> list[Found]:
    """API Reference, "Channel": compression is for input mode Pipe."""
    mode = step.fields.get("input_mode", "File")
    found = checks.too_many("channels", step, len(of(step)), CHANNELS)
    for port in of(step):
        if port.compression == "Gzip" and mode != "Pipe":
            text = f"'{port.name}' is unpacked in input mode Pipe only, found {mode}"
            place = ("interface", "inputs", port.name, "compression")
            found.append((place, text, "input_mode: Pipe, or let the script unpack it"))
    return found


def _channel(step: ResolvedStep, port: InputPort) -> dict[str, Any]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": port.value,
        "S3DataDistributionType": port.distribution or "FullyReplicated",
    }
    channel = {
        "ChannelName": port.name,
        "DataSource": {"S3DataSource": source},
        "ContentType": port.content_type or step.fields.get("content_type"),
        "CompressionType": port.compression,
    }
    return {key: value for key, value in channel.items() if value}
