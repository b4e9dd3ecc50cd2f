"""The record of an execution that begins.

What comes in: what it runs, with which input. What goes out: plain data, as they are
kept in record.json. Never: writes them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.asl.canonical import digest
from mlmax_pipelines.asl.timestamps import format_timestamp
from mlmax_pipelines.base import layout
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.local import evidence
from mlmax_pipelines.local.orders import Plan
from mlmax_pipelines.local.workspace import execution_id


def new(
    pipeline: CompiledPipeline,
    environment: str,
    input: Mapping[str, Any],
    name: str,
    plan: Plan,
) -> dict[str, Any]:
    """An execution that runs from now on."""
    data = {key: layout.data_digest(value) for key, value in input.items()}
    return {
        "id": execution_id(plan.machine, name),
        "name": name,
        "pipeline": pipeline.name,
        "environment": environment,
        "status": "RUNNING",
        "start_time": time.time(),
        "input": dict(input),
        "evidence": {
            "spec": pipeline.digest,
            "definition": digest(plan.definition),
            "code": layout.code_digest_in(json.dumps(plan.definition)),
            "data": {key: sha for key, sha in data.items() if sha},
            "starter": evidence.caller(),
            **evidence.versions(),
        },
    }


def adopted(data: Any, record: Mapping[str, Any]) -> Any:
    """State data of another execution as this one's: what it writes is its own."""
    if not isinstance(data, dict) or not isinstance(data.get("pipeline"), dict):
        return data
    own = {
        "execution_name": record["name"],
        "execution_tag": record["name"],
        "execution_id": record["id"],
        "start_time": format_timestamp(record["start_time"]),
    }
    return {**data, "pipeline": {**data["pipeline"], **own}}
