"""Which settings of steps share a parameter, and what each parameter is called.

What comes in: compiled pipelines. What goes out: for each the names of its settings'
parameters. Never: a parameter of two steps of which an environment changes one.

A template has at most 200 parameters. Settings (instance types, counts) are parameters
of their own as long as that works. A pipeline that has more of them shares: one
parameter for all steps that have the same default.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Collection, Mapping, Sequence

from mlmax_pipelines.base.limits import PARAMETERS
from mlmax_pipelines.cloudformation.tags import pascal
from mlmax_pipelines.compiled import CodeFolder, CompiledPipeline, DataFile, Setting

# Left free for the parameters that do not belong to one pipeline.
_COMMON_ROOM = 20
# Substitution name -> parameter, for every setting of one pipeline.
Names = Mapping[str, str]
# A setting that has to have a parameter of its own: its pipeline, step and key.
Own = tuple[str, str, str]


def settings(pipeline: CompiledPipeline) -> dict[str, Setting]:
    """Substitution name -> setting."""
    return {
        name: value
        for name, value in pipeline.substitutions.items()
        if isinstance(value, Setting)
    }


def names(
    pipelines: Sequence[CompiledPipeline], own: Collection[Own] = ()
) -> dict[str, Names]:
    """Pipeline -> the names of its settings' parameters.

    One that would have too many shares them, never those in `own`.
    """
    return {one.name: _names(one, own) for one in pipelines}


def _names(pipeline: CompiledPipeline, own: Collection[Own]) -> Names:
    each = {name: name for name in settings(pipeline)}
    if _count(pipeline, each) <= PARAMETERS - _COMMON_ROOM:
        return each
    return _shared(pipeline, own)


def _shared(pipeline: CompiledPipeline, own: Collection[Own]) -> dict[str, str]:
    """What belongs to no step is not shared."""
    return {
        name: name
        if one.scope != "step" or (pipeline.name, one.step, one.key) in own
        else _shared_name(one.key, one.default)
        for name, one in settings(pipeline).items()
    }


@lru_cache(maxsize=None)
def _shared_name(key: str, default: object) -> str:
    """`InstanceTypeMlM5Xlarge`: the parameter of all steps with this default."""
    return pascal(f"{key.replace('_', ' ')} {default}")


def _count(pipeline: CompiledPipeline, names: Names) -> int:
    """How many parameters of its own a pipeline has."""
    every = pipeline.substitutions.values()
    files = [v for v in every if isinstance(v, (DataFile, CodeFolder))]
    return len(set(names.values())) + len(files) + len(pipeline.schedules)
