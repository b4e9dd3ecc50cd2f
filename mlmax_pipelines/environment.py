"""envs/<env>.yaml -> a frozen Environment.

What comes in: a project folder and an environment's name. What goes out: its
settings, checked. Never: AWS is asked anything, a client is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

LOCAL = "local"


@dataclass(frozen=True)
class Environment:
    """Where executions of this name run, and with what.

    `backend` is `local` or `stepfunctions`. `steps` maps pipeline name -> step name
    -> setting key (`instance_type`, `instance_count`) -> value. `parameters` maps
    pipeline name -> parameter -> value used as default in this environment.
    `values` is what `${env.X}` in a spec stands for.
    """

    name: str
    backend: str
    region: str = ""
    stack: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
