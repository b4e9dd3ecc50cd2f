"""A stack as CloudFormation has it, and what its state allows.

What comes in: a stack's name. What goes out: its parameters, outputs, templates and
state. Never: changes one.

Source: "Stack status codes" in the CloudFormation User Guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.aws import templates
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.environment import FOLDER, Environment

# Never came into being: CloudFormation lets nobody do anything but delete these.
STILLBORN = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
STUCK = "UPDATE_ROLLBACK_FAILED"
UNDER_REVIEW = "REVIEW_IN_PROGRESS"
UNDELETED = "DELETE_FAILED"
PROJECT = "Project"
# What the outputs of state machines are called: of one, and lists of many.
_MACHINE, _MACHINES = "StateMachineArn", "StateMachines"


@dataclass(frozen=True)
class Stack:
    """One stack; `parameters`, `tags` and `outputs` are name -> value, `changed` is
    when it was last made or changed."""

    name: str
    id: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    outputs: Mapping[str, str]
    changed: str = ""

    @property
    def in_progress(self) -> bool:
        busy = self.status.endswith("_IN_PROGRESS")
        return busy and self.status != UNDER_REVIEW

    @property
    def exists(self) -> bool:
        """False while it is only a change set that nobody has executed."""
        return self.status != UNDER_REVIEW

    @property
    def project(self) -> str:
        """The id of the project that deployed it; "" for one that had none."""
        return self.parameters.get(PROJECT, "")

    @property
    def tool(self) -> str:
        """The release of the tool that deployed it; "" for 0.1."""
        return self.parameters.get("ToolVersion", "")

    @property
    def machines(self) -> list[str]:
        """The ARNs of its pipelines' state machines."""
        return [
            arn
            for name, value in self.outputs.items()
            if name.endswith(_MACHINE) or name.startswith(_MACHINES)
            for arn in value.split(",")
        ]

    @property
    def lost(self) -> bool:
        """Whether it can only be deleted, and made anew."""
        return self.status in (*STILLBORN, UNDELETED)


def describe(session: Session, name: str) -> Stack | None:
    """The stack of that name or id, None when there is none. Raises Refused."""
    try:
        answer = session.call("cloudformation", "describe_stacks", StackName=name)
    except Refused as error:
        if is_missing(error):
            return None
        raise
    found = answer["Stacks"][0]
    if found["StackStatus"] == "DELETE_COMPLETE":
        return None
    return Stack(
        found["StackName"],
        found["StackId"],
        found["StackStatus"],
        found.get("StackStatusReason", ""),
        _pairs(found.get("Parameters", ()), "ParameterKey", "ParameterValue"),
        _pairs(found.get("Tags", ()), "Key", "Value"),
        _pairs(found.get("Outputs", ()), "OutputKey", "OutputValue"),
        str(found.get("LastUpdatedTime") or found.get("CreationTime", "")),
    )


def check_owner(
    stack: Stack, environment: Environment, take_over: bool = False
) -> None:
    """Raises AwsError for a stack that another project, or another environment of this
    one, has deployed; `take_over` makes the former this project's own."""
    ours, owner = environment.name, stack.parameters.get("Environment", "")
    if not stack.exists:
        return
    if not take_over and stack.project not in ("", environment.project):
        this = f"'{environment.project}'" if environment.project else "without an id"
        raise AwsError(
            f"stack '{stack.name}' is of project '{stack.project}', and this one is "
            f"{this}",
            hint=f"give it a 'stack' of its own in {FOLDER}/{ours}.yaml; 'pipeline "
            f"deploy -e {ours} --take-over' makes the other project's stack this one's",
        )
    if owner not in ("", ours):
        raise AwsError(
            f"stack '{stack.name}' is environment '{owner}', not '{ours}'",
            hint=f"give each environment its own 'stack' in {FOLDER}/{owner}.yaml and "
            f"{FOLDER}/{ours}.yaml",
        )


def is_missing(error: Refused) -> bool:
    """Whether AWS says that there is no such stack."""
    return error.code == "ValidationError" and "does not exist" in error.text


def deployed(session: Session, environment: Environment) -> Stack:
    """The stack of an environment. Raises AwsError when it was never deployed, or is
    another project's."""
    name, env = environment.stack_name, environment.name
    found = describe(session, name)
    if found is None or not found.exists:
        raise AwsError(
            f"environment '{env}' is not deployed: there is no stack '{name}' in "
            f"{session.region}",
            hint=f"deploy it: ./deploy.sh {env} BUCKET",
        )
    check_owner(found, environment)
    return found


def template(session: Session, stack: str) -> dict[str, Any]:
    """The template a stack was made from, in its long form. Raises Refused."""
    answer = session.call(
        "cloudformation", "get_template", StackName=stack, TemplateStage="Original"
    )
    body = answer["TemplateBody"]
    # boto3 gives a template written in JSON as data, one in YAML as text.
    return templates.parse(body) if isinstance(body, str) else _plain(body)


def resources(session: Session, stack: str) -> Iterator[Mapping[str, Any]]:
    """What is in a stack, as CloudFormation sums it up. Raises Refused."""
    pages = session.pages("cloudformation", "list_stack_resources", StackName=stack)
    return (item for page in pages for item in page["StackResourceSummaries"])


def nested_ids(session: Session, stack: str) -> dict[str, str]:
    """Logical id -> stack id of the stacks nested in one. Raises Refused."""
    return {
        item["LogicalResourceId"]: item["PhysicalResourceId"]
        for item in resources(session, stack)
        if item["ResourceType"] == templates.STACK and item.get("PhysicalResourceId")
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _pairs(items: Any, key: str, value: str) -> dict[str, str]:
    return {item[key]: item.get(value, "") for item in items}
