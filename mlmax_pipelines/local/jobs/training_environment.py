"""What the SageMaker training toolkit tells a training script.

What comes in: a training job's channels, hyperparameters and folders. What goes out:
the SM_* variables, the `--key value` arguments and the files below
/opt/ml/input/config. Never: anything of this machine but its number of processors.

The names are those of the toolkit's ENVIRONMENT_VARIABLES.md and of its `Environment`
class; values that are not text are JSON with sorted keys.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HOST = "algo-1"
_NETWORK = "eth0"
_GROUP = "homogeneousCluster"
_LOG_LEVEL = 20
# Hyperparameters that steer the toolkit and never reach the script.
_PREFIX = "sagemaker_"
_TUNING = "_tuning_objective_metric"
_KNOWN = (
    "sagemaker_program",
    "sagemaker_submit_directory",
    "sagemaker_enable_cloudwatch_metrics",
    "sagemaker_region",
    "sagemaker_container_log_level",
    "sagemaker_job_name",
    "sagemaker_s3_output",
)


def own_hyperparameters(hyperparameters: Mapping[str, str]) -> dict[str, Any]:
    """Those for the script, decoded: SageMaker's are text, the SDK writes JSON."""
    return {
        key: _decoded(value)
        for key, value in hyperparameters.items()
        if not key.startswith(_PREFIX) and key != _TUNING
    }


def toolkit_hyperparameters(hyperparameters: Mapping[str, str]) -> dict[str, Any]:
    """Those for the toolkit (`sagemaker_program`, ...), decoded."""
    return {
        key: _decoded(value)
        for key, value in hyperparameters.items()
        if key.startswith(_PREFIX)
    }


def _decoded(value: Any) -> Any:
    try:
        return json.loads(value)
    except (ValueError, TypeError):
        return value


def arguments(hyperparameters: Mapping[str, Any]) -> list[str]:
    """`--name value` for each, sorted by name; `-n value` for a one-letter name."""
    words = []
    for key in sorted(hyperparameters):
        words.append(f"--{key}" if len(key) > 1 else f"-{key}")
        words.append(_argument(hyperparameters[key]))
    return words


def _argument(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in sorted(value.items()))
    return "" if value is None else str(value)


def resource_config(instance_type: str) -> dict[str, Any]:
    """The content of resourceconfig.json: one host, whatever was asked for."""
    group = {
        "instance_group_name": _GROUP,
        "instance_type": instance_type,
        "hosts": [HOST],
    }
    return {
        "current_host": HOST,
        "current_instance_type": instance_type,
        "current_group_name": _GROUP,
        "hosts": [HOST],
        "instance_groups": [group],
        "network_interface_name": _NETWORK,
    }


def input_data_config(channels: Any) -> dict[str, Any]:
    """The content of inputdataconfig.json."""
    return {
        channel["ChannelName"]: {
            "TrainingInputMode": channel.get("InputMode", "File"),
            "S3DistributionType": channel.get("DataSource", {})
            .get("S3DataSource", {})
            .get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            **(
                {"ContentType": channel["ContentType"]}
                if "ContentType" in channel
                else {}
            ),
        }
        for channel in channels
    }


def variables(
    container: Path,
    channels: Any,
    hyperparameters: Mapping[str, str],
    instance_type: str,
) -> dict[str, str]:
    """Every SM_* variable; `container` is what stands for /opt/ml."""
    own = own_hyperparameters(hyperparameters)
    toolkit = toolkit_hyperparameters(hyperparameters)
    values = _values(container, channels, own, toolkit, instance_type)
    values["training_env"] = dict(values)
    for channel in channels:
        name = channel["ChannelName"]
        values[f"channel_{name}"] = str(container / "input" / "data" / name)
    for key, value in own.items():
        values[f"hp_{key}"] = value
    values["user_args"] = arguments(own)
    return {f"SM_{key.upper()}": _text(value) for key, value in values.items()}


def _values(
    container: Path,
    channels: Any,
    own: Mapping[str, Any],
    toolkit: Mapping[str, Any],
    instance_type: str,
) -> dict[str, Any]:
    program = str(toolkit.get("sagemaker_program", ""))
    return {
        **_hosts(instance_type),
        "channels": sorted(channel["ChannelName"] for channel in channels),
        "framework_module": "",
        "framework_params": {k: v for k, v in toolkit.items() if k not in _KNOWN},
        "hps": own,
        "input_config_dir": str(container / "input" / "config"),
        "input_data_config": input_data_config(channels),
        "input_dir": str(container / "input"),
        "log_level": toolkit.get("sagemaker_container_log_level", _LOG_LEVEL),
        "model_dir": str(container / "model"),
        "module_dir": toolkit.get(
            "sagemaker_submit_directory", str(container / "code")
        ),
        "module_name": program.removesuffix(".py"),
        "num_cpus": os.cpu_count() or 1,
        "num_gpus": 0,
        "num_neurons": 0,
        "output_data_dir": str(container / "output" / "data"),
        "output_dir": str(container / "output"),
        "output_intermediate_dir": str(container / "output" / "intermediate"),
        "user_entry_point": program,
    }


def _hosts(instance_type: str) -> dict[str, Any]:
    """One host, in a group of its own."""
    resources = resource_config(instance_type)
    return {
        "current_host": HOST,
        "current_instance_group": _GROUP,
        "current_instance_group_hosts": [HOST],
        "current_instance_type": instance_type,
        "distribution_instance_groups": [],
        "hosts": [HOST],
        "instance_groups": [_GROUP],
        "instance_groups_dict": {_GROUP: resources["instance_groups"][0]},
        "is_hetero": False,
        "network_interface_name": _NETWORK,
        "resource_config": resources,
    }


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
