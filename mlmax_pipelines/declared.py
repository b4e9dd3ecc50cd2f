"""What the services declare of themselves, once, for every stage that asks.

What comes in: nothing. What goes out: the forms of a declaration: kinds of jobs, kinds
of resources, the statements and limits they are made of. Never: an instance; those
stand in `steps/services/<service>/`, and travel with what is built of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Union

# Named tuples, and not frozen dataclasses: every command that compiles makes these
# classes, which takes a dataclass four times as long.
_NOTHING: Mapping[str, Any] = MappingProxyType({})


# Operator -> key -> a value, or some.
Conditions = Mapping[str, Mapping[str, Union[str, tuple[str, ...]]]]


class Statement(NamedTuple):
    """One IAM statement of a role, and why it is needed.

    `resources` are `Fn::Sub` texts. `reason` says what the state does with it;
    `wildcard` says, when a resource is `*`, why AWS offers nothing narrower.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str
    conditions: Conditions = _NOTHING
    wildcard: str = ""


class Secret(NamedTuple):
    """A secret that code fetches: `variable` has its value in a run on this machine,
    and on AWS that name with `_ARN` has `arn`, an `Fn::Sub` text. `allowed` is what
    fetching it takes."""

    variable: str
    arn: str
    allowed: tuple[Statement, ...]

    @property
    def arn_variable(self) -> str:
        return f"{self.variable}_ARN"


class Limit(NamedTuple):
    """How much of one AWS quota something uses."""

    name: str
    used: int
    allowed: int

    @property
    def percent(self) -> float:
        return 100.0 * self.used / self.allowed


class Protection(NamedTuple):
    """What an environment's VPC or key changes in a request, and what that takes.

    `fields` are the places of the request in which `value` then stands: a payload
    template; with `if_there` only where the request has the place's first key already.
    `job_role` and `own_role` are what the job, or who asks for it, must be allowed.
    `why_no_fields` says why nothing changes in a request that names something.
    """

    fields: tuple[tuple[str | int, ...], ...] = ()
    value: Any = None
    if_there: bool = False
    job_role: tuple[Statement, ...] = ()
    own_role: tuple[Statement, ...] = ()
    why_no_fields: str = ""


NO_PROTECTION = Protection()


class JobKind(NamedTuple):
    """What a task asks a service for, a job or one call: all that anybody asks of it.

    Declared by the service's folder; it travels with every state that is built of it.
    `integration` is what stands behind `states:::` (`sagemaker:createTrainingJob`),
    `patterns` what may follow it ("", `.sync`, `.waitForTaskToken`). `calls`, `follows`
    and `tags` are the IAM actions of asking, of waiting for the end, and of tagging;
    `rule` names the EventBridge rule that tells of the end. `name` is the argument that
    names the job, of at most `name_length` characters; `resource` what its ARN has
    before the name; `principal` the service that assumes the role it runs with. The
    streams in `log_group` and the values of `dimension` in the metrics' `namespace`
    begin with the job's name. `console` is its page, `<service>#<path>/{name}`.
    `images` are the arguments that name a container image. `retries` are the errors of
    its infrastructure that are worth another try, in the groups of one retrier each,
    `scarce` those of a quota that is in use, which is waited for;
    `vague` those of a name that throttling has, and a request that is invalid or not
    allowed, too. `network` and `key` are what a VPC and a key change, `isolation` and
    `traffic` what cuts its containers off from the network and encrypts what goes
    between them. `runtime` are the arguments that bound how long it runs, the first one
    that is there, `longest` the seconds that it takes at most without one (0: nobody
    knows), `machines` the argument with the types and numbers of its machines.
    `local` maps a pattern to the `module:function` that answers it here.
    """

    integration: str
    label: str
    patterns: tuple[str, ...] = ("",)
    calls: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    rule: str = ""
    name: str = ""
    name_length: int = 0
    resource: str = ""
    principal: str = ""
    log_group: str = ""
    namespace: str = ""
    dimension: str = ""
    console: str = ""
    images: tuple[str, ...] = ()
    retries: tuple[tuple[str, ...], ...] = ()
    scarce: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    network: Protection = NO_PROTECTION
    key: Protection = NO_PROTECTION
    isolation: Protection = NO_PROTECTION
    traffic: Protection = NO_PROTECTION
    runtime: tuple[tuple[str, ...], ...] = ()
    longest: int = 0
    machines: tuple[str, ...] = ()
    local: Mapping[str, str] = _NOTHING


# Why a handler names an action that no property of a resource asks for.
LISTING = "only a search for all that an account has"
NO_ACTION = "nothing: IAM has no such action"
NO_PROPERTY = "nothing that a template can say"


class Need(NamedTuple):
    """What CloudFormation's handlers of a type of resource take of IAM.

    `actions` are names of one service's, between spaces; `places` what they are allowed
    on: what follows the account in an ARN, or `*` where AWS knows no resource. In them
    {stack} is the stack's name, {region} its region, {key} the environment's key,
    {made} a name that CloudFormation makes up, {logs} what those of log groups begin
    with, {bucket} the bucket of the code, {owner} what names of jobs begin with. With
    `properties` (dotted below the first) only a resource that sets one takes them.
    Without `places`, no template sets it: it is listed, so that nothing is forgotten.
    """

    service: str
    actions: str
    places: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What scanners find in a resource that lacks a property, and why it does: the
    option that gives it, or why there is no use for it.

    `checks` are those of checkov, `rules` those of cfn-guard's registry. Without a
    `property` it is found in every resource of the type.
    """

    property: str
    reason: str
    checks: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class ResourceKind(NamedTuple):
    """A type of resource that steps bring along: all that anybody asks of it.

    `arn` is the service and the resource of its ARN (`{name}` for the name), `deploy`
    what making, changing and deleting it take. `principal` is the service that runs it
    with a role of its own, `log_group` what the name of its log group begins with.
    `shared` ones stand once in an environment; `retained` ones stay when the stack
    goes. `made_by` is the call that takes its properties, `lambda:createFunction`;
    `answers` are for scanners.
    """

    type: str
    label: str
    arn: tuple[str, str]
    deploy: tuple[Need, ...]
    principal: str = ""
    log_group: str = ""
    shared: bool = False
    retained: bool = False
    made_by: str = ""
    network: Protection = NO_PROTECTION
    key: Protection = NO_PROTECTION
    answers: tuple[Answer, ...] = ()
