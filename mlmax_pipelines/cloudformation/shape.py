"""What an environment's networks and key change in compiled pipelines.

What comes in: a compiled pipeline and a shape. What goes out: the pipeline with the
fields that put its jobs into a VPC and encrypt all they keep, and the permissions
that go with them. Never: a subnet, a security group or a key: those are parameters of
the templates.

A definition is static, and a VPC left out is not the same as an empty one: so an
environment with a VPC or a key of its own gets other templates, with these fields in
them. The templates that are committed have neither. Nor may two steps share a
parameter if an environment changes the setting of one.

Which fields and which permissions those are, each kind of job declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.asl.walk import nested_machines
from mlmax_pipelines.base.limits import TAGS, check
from mlmax_pipelines.base.names import OWN_TAGS
from mlmax_pipelines.base.slots import TAKE
from mlmax_pipelines.cloudformation import daily, locks
from mlmax_pipelines.cloudformation.sharing import Own
from mlmax_pipelines.compiled import CompiledPipeline, CompiledState, Sub
from mlmax_pipelines.declared import JobKind, Protection, ResourceKind
from mlmax_pipelines.environment import Environment

_Path = tuple[Any, ...]
# What those policies have besides buckets and keys.
_POLICIES = 500


@dataclass(frozen=True)
class Shape:
    """Whether jobs run in a VPC, whether a key of the user's encrypts, which settings
    of steps are not as their modules have them, how many characters of a role's
    policies the other buckets take that jobs may read, which roles are `lent`:
    pipelines and kinds; which parameters are `locked`: pipelines and names; and the
    `tags` that all its jobs have, keys and values. Whether containers are `isolated`
    from the network, and what goes between them is `encrypted`. What the stack has
    `adopted` of an earlier one: types, names, logical ids. Whether its machines send
    `traces`, and it has a `dashboard`. How many executions `a_day` lets start of a
    pipeline with slots, and what its `budget` of a month is; 0 for any and for none."""

    vpc: bool = False
    kms: bool = False
    own: frozenset[Own] = frozenset()
    others: int = 0
    lent: frozenset[tuple[str, str]] = frozenset()
    locked: frozenset[tuple[str, str]] = frozenset()
    tags: tuple[tuple[str, str], ...] = ()
    isolated: bool = False
    encrypted: bool = False
    adopted: tuple[tuple[str, str, str], ...] = ()
    traces: bool = False
    dashboard: bool = False
    a_day: int = 0
    budget: float = 0

    def takes_in(self, logical_id: str) -> str:
        """The name of the resource that is there already; "" for one to be made."""
        return next((name for _, name, id in self.adopted if id == logical_id), "")

    def brings(self, pipeline: str) -> frozenset[str]:
        """The kinds of roles that the environment brings for a pipeline."""
        return frozenset(kind for name, kind in self.lent if name == pipeline)


DEFAULT = Shape()


def of(
    environment: Environment,
    pipelines: Iterable[CompiledPipeline] = (),
    adopted: tuple[tuple[str, str, str], ...] = (),
) -> Shape:
    """The shape of an environment's templates of these pipelines."""
    own = frozenset(
        (pipeline, step, key)
        for pipeline, steps in environment.steps.items()
        for step, settings in steps.items()
        for key in settings
    )
    lent = frozenset(
        (one.name, kind)
        for one in pipelines
        for kind, arn in environment.roles_of(one.name)._asdict().items()
        if arn
    )
    tags = {**environment.stack_tags, f"{OWN_TAGS}stack": environment.stack_name}
    return Shape(
        bool(environment.vpc),
        bool(environment.kms_key),
        own,
        _characters(environment),
        lent,
        _locked(environment, pipelines),
        tuple(sorted(tags.items())),
        environment.network_isolation,
        environment.encrypt_traffic,
        adopted,
        environment.has("tracing"),
        environment.has("dashboard"),
        int(environment.limits.get("executions_per_day", 0)),
        environment.budget,
    )


def _locked(
    environment: Environment, pipelines: Iterable[CompiledPipeline]
) -> frozenset[tuple[str, str]]:
    return frozenset(
        (one.name, parameter.name)
        for one in pipelines
        for parameter in one.parameters
        if parameter.name in environment.locked_of(one.name)
    )


def _characters(environment: Environment) -> int:
    """Of the policies that let jobs read other buckets (see `roles`)."""
    if not environment.buckets:
        return 0
    arn = len('"arn:aws-us-gov:s3:::",')
    keys = {one.kms_key for one in environment.buckets if one.kms_key}
    buckets = sum(2 * (arn + len(one.name)) + len("/*") for one in environment.buckets)
    return _POLICIES + buckets + sum(len(key) + len('"",') for key in keys)


def apply(pipeline: CompiledPipeline, shape: Shape) -> CompiledPipeline:
    """The pipeline in this shape; itself in the default one."""
    pipeline = _with_lent_roles(pipeline, shape.brings(pipeline.name))
    pipeline = _with_locks(pipeline, shape)
    if shape.a_day and pipeline.slots:
        pipeline = _with_count(pipeline, shape.a_day)
    changes = (shape.vpc, shape.kms, shape.tags, shape.isolated, shape.encrypted)
    if not any(changes):
        return pipeline
    change = _Change(pipeline, shape)
    parts = (
        p._replace(definition=change.machine(p.definition)) for p in pipeline.parts
    )
    return replace(
        pipeline,
        definition=change.machine(pipeline.definition),
        substitutions={**pipeline.substitutions, **_values(shape)},
        states=tuple(_allowed(state, shape) for state in pipeline.states),
        parts=tuple(parts),
    )


def _with_locks(pipeline: CompiledPipeline, shape: Shape) -> CompiledPipeline:
    names = sorted(name for one, name in shape.locked if one == pipeline.name)
    if not names:
        return pipeline
    return replace(
        pipeline,
        definition=locks.held(pipeline.definition, pipeline.parameters, names),
        states=(*locks.states(names), *pipeline.states),
    )


def _with_count(pipeline: CompiledPipeline, most: int) -> CompiledPipeline:
    (taking,) = (one for one in pipeline.states if one.name == TAKE)
    return replace(
        pipeline,
        definition=daily.counted(pipeline.definition, most),
        states=(*pipeline.states, *daily.states(taking, pipeline.name)),
    )


def _with_lent_roles(
    pipeline: CompiledPipeline, kinds: frozenset[str]
) -> CompiledPipeline:
    """The pipeline with the roles that its template is given, and does not make."""
    if "job" in kinds and "JobRoleArn" in pipeline.substitutions:
        given = {"JobRoleArn": Sub("${JobRoleArn}")}
        pipeline = replace(
            pipeline,
            substitutions={**pipeline.substitutions, **given},
            states=tuple(_passing(state) for state in pipeline.states),
        )
    if "function" in kinds:
        resources = (
            one._replace(properties={**one.properties, "Role": "${FunctionRoleArn}"})
            if one.kind.principal
            else one
            for one in pipeline.resources
        )
        pipeline = replace(pipeline, resources=tuple(resources))
    return pipeline


def _passing(state: CompiledState) -> CompiledState:
    """A state that passes the job role it is given."""
    needs = (
        need._replace(
            resources=tuple(
                text.replace("${JobRole.Arn}", "${JobRoleArn}")
                for text in need.resources
            )
        )
        for need in state.execution_role
    )
    return replace(state, execution_role=tuple(needs))


class _Change:
    """Writes what one shape changes into a pipeline's definitions."""

    def __init__(self, pipeline: CompiledPipeline, shape: Shape) -> None:
        self._tags = [{"Key": key, "Value": value} for key, value in shape.tags]
        self._changes = {
            state.name: protections(state.job.kind, shape)
            for state in pipeline.states
            if state.job is not None
        }

    def machine(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of a definition, or of one inside a state, with the fields."""
        states = definition["States"].items()
        changed = {name: self._state(name, state) for name, state in states}
        return {**definition, "States": changed}

    def _state(self, name: str, state: Mapping[str, Any]) -> Any:
        for path, inner in nested_machines(state):
            state = put(state, path, self.machine(inner))
        key = "Arguments" if "Arguments" in state else "Parameters"
        for change in self._changes.get(name, ()):
            state = {**state, key: fill(state[key], change)}
        if self._tags and name in self._changes and "Tags" in state[key]:
            own = state[key]["Tags"]
            # What a module or the pipeline says goes before.
            known = {tag["Key"] for tag in own}
            more = [tag for tag in self._tags if tag["Key"] not in known]
            check(f"tags of state '{name}'", len(own) + len(more), TAGS)
            state = {**state, key: {**state[key], "Tags": [*own, *more]}}
        return state


def protections(kind: JobKind | ResourceKind, shape: Shape) -> list[Protection]:
    """What a kind declares for the VPC and the key, as far as the shape has them."""
    found = [kind.network] * shape.vpc + [kind.key] * shape.kms
    if isinstance(kind, JobKind):
        found += [kind.isolation] * shape.isolated + [kind.traffic] * shape.encrypted
    return found


def fill(request: Mapping[str, Any], change: Protection) -> Any:
    """A copy of a request or of a resource's properties, with what changes."""
    for field in change.fields:
        # A job without outputs has nothing there to encrypt.
        if field[0] in request or not change.if_there:
            request = put(request, field, change.value)
    return request


def put(value: Any, path: _Path, new: Any) -> Any:
    """A copy of a mapping or list in which `new` stands at the path."""
    if not path:
        return new
    first, *rest = path
    if isinstance(value, (list, tuple)):
        changed = put(value[first], tuple(rest), new)
        return [*value[:first], changed, *value[first + 1 :]]
    return {**value, first: put(value.get(first, {}), tuple(rest), new)}


def _values(shape: Shape) -> dict[str, Sub]:
    names = ["SubnetIds", "SecurityGroupIds"] if shape.vpc else []
    names += ["KmsKeyArn"] if shape.kms else []
    return {name: Sub(f"${{{name}}}") for name in names}


def _allowed(state: CompiledState, shape: Shape) -> CompiledState:
    """The state with what its job, and it itself, must be allowed in this shape."""
    if state.job is None:
        return state
    changes = protections(state.job.kind, shape)
    job = [need for change in changes for need in change.job_role]
    own = [need for change in changes for need in change.own_role]
    return replace(
        state,
        # A job that runs with somebody else's role is none of ours to allow.
        job_role=(*state.job_role, *(job if state.job_role else ())),
        execution_role=(*state.execution_role, *own),
    )
