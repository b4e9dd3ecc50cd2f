"""What an environment's networks and key change in compiled pipelines.

What comes in: a compiled pipeline and a shape. What goes out: the pipeline with the
fields that put its jobs into a VPC and encrypt all they keep, and the permissions
that go with them. Never: a subnet, a security group or a key: those are parameters of
the templates.

A definition is static, and a VPC left out is not the same as an empty one: so an
environment with a VPC or a key of its own gets other templates, with these fields in
them. The templates that are committed have neither.

Sources: Amazon SageMaker API Reference, CreateProcessingJob, CreateTrainingJob,
CreateTransformJob, CreateModel. SageMaker refuses a volume key for instance types with
local storage (ml.g5, ml.p4d, ...: "Instance Store Volumes"), which encrypt it in
hardware: jobs on those cannot run in an environment that has a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.asl.filled import fits
from mlmax_pipelines.asl.walk import nested_machines
from mlmax_pipelines.cloudformation import grants
from mlmax_pipelines.compiled import CompiledPipeline, CompiledState, Sub
from mlmax_pipelines.environment import Environment

_Path = tuple[Any, ...]


@dataclass(frozen=True)
class Shape:
    """Whether jobs run in a VPC, and whether a key of the user's encrypts."""

    vpc: bool = False
    kms: bool = False


DEFAULT = Shape()
ALL = (DEFAULT, Shape(vpc=True), Shape(kms=True), Shape(vpc=True, kms=True))


def of(environment: Environment) -> Shape:
    """The shape of an environment's templates."""
    return Shape(bool(environment.vpc), bool(environment.kms_key))


def apply(pipeline: CompiledPipeline, shape: Shape) -> CompiledPipeline:
    """The pipeline in this shape; itself in the default one."""
    if shape == DEFAULT:
        return pipeline
    change = _Change(pipeline, shape)
    parts = (
        replace(p, definition=change.machine(p.definition)) for p in pipeline.parts
    )
    return replace(
        pipeline,
        definition=change.machine(pipeline.definition),
        substitutions={**pipeline.substitutions, **_values(shape)},
        states=tuple(_allowed(state, shape) for state in pipeline.states),
        parts=tuple(parts),
    )


def is_definition_of(pipeline: CompiledPipeline, definition: Any) -> bool:
    """Whether a definition with values filled in is the pipeline's, in any shape."""
    shaped = (apply(pipeline, shape) for shape in ALL)
    return any(fits(p.definition, definition, p.substitutions) for p in shaped)


@dataclass(frozen=True)
class _Fields:
    """Where in a request the VPC goes ("" when nowhere), and where the key goes."""

    vpc: _Path = ()
    keys: tuple[_Path, ...] = ()


_REQUESTS: Mapping[str, _Fields] = {
    "createProcessingJob": _Fields(
        ("NetworkConfig", "VpcConfig"),
        (
            ("ProcessingOutputConfig", "KmsKeyId"),
            ("ProcessingResources", "ClusterConfig", "VolumeKmsKeyId"),
        ),
    ),
    "createTrainingJob": _Fields(
        ("VpcConfig",),
        (("OutputDataConfig", "KmsKeyId"), ("ResourceConfig", "VolumeKmsKeyId")),
    ),
    # A transform job runs where its model says.
    "createTransformJob": _Fields(
        (), (("TransformOutput", "KmsKeyId"), ("TransformResources", "VolumeKmsKeyId"))
    ),
    "createModel": _Fields(("VpcConfig",)),
}
# A substitution is text: the lists that the requests want are made by the state.
_VPC = {
    "Subnets.$": "States.StringSplit('${SubnetIds}', ',')",
    "SecurityGroupIds.$": "States.StringSplit('${SecurityGroupIds}', ',')",
}
_KEY = "${KmsKeyArn}"


class _Change:
    """Writes the fields of one shape into a pipeline's definitions."""

    def __init__(self, pipeline: CompiledPipeline, shape: Shape) -> None:
        self._shape = shape
        self._requests = {
            f"${{{name}}}": _REQUESTS[action]
            for name, value in pipeline.substitutions.items()
            if isinstance(value, Sub) and (action := _action(value.text)) in _REQUESTS
        }

    def machine(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of a definition, or of one inside a state, with the fields."""
        states = definition["States"].items()
        return {**definition, "States": {name: self._state(s) for name, s in states}}

    def _state(self, state: Mapping[str, Any]) -> Any:
        for path, inner in nested_machines(state):
            state = _put(state, path, self.machine(inner))
        fields = self._requests.get(state.get("Resource", ""))
        if fields is None:
            return state
        return {**state, "Parameters": self._request(state["Parameters"], fields)}

    def _request(self, request: Mapping[str, Any], fields: _Fields) -> Any:
        if self._shape.vpc and fields.vpc:
            request = _put(request, fields.vpc, _VPC)
        for path in fields.keys if self._shape.kms else ():
            # A job without outputs has nothing there to encrypt.
            if path[0] in request:
                request = _put(request, path, _KEY)
        return request


def _action(text: str) -> str:
    """`createModel` of `arn:...:states:::sagemaker:createModel.sync`."""
    return text.rpartition(":")[2].partition(".")[0]


def _put(value: Any, path: _Path, new: Any) -> Any:
    """A copy of a mapping or list in which `new` stands at the path."""
    if not path:
        return new
    first, *rest = path
    if isinstance(value, (list, tuple)):
        changed = _put(value[first], tuple(rest), new)
        return [*value[:first], changed, *value[first + 1 :]]
    return {**value, first: _put(value.get(first, {}), tuple(rest), new)}


def _values(shape: Shape) -> dict[str, Sub]:
    names = ["SubnetIds", "SecurityGroupIds"] if shape.vpc else []
    names += ["KmsKeyArn"] if shape.kms else []
    return {name: Sub(f"${{{name}}}") for name in names}


def _allowed(state: CompiledState, shape: Shape) -> CompiledState:
    """The state with what its job, and it itself, must be allowed in this shape."""
    job, own = list(state.job_role), list(state.execution_role)
    if shape.vpc and job:
        job += grants.NETWORK_OF_JOBS
    if shape.kms and job:
        job += grants.KEY_OF_JOBS
    if shape.kms and any("s3:GetObject" in need.actions for need in own):
        own.append(grants.READ_ENCRYPTED)
    return replace(state, job_role=tuple(job), execution_role=tuple(own))
