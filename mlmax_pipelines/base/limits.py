"""The limits of CloudFormation and IAM that a project can outgrow.

What comes in: what a template uses. What goes out: a PipelineError that names the
number and the limit. Sources: "CloudFormation quotas" in the CloudFormation User
Guide, "IAM and STS quotas" in the IAM User Guide, "Quotas" in the Step Functions
Developer Guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from mlmax_pipelines.base.errors import PipelineError


@dataclass(frozen=True)
class Quota:
    """`allowed` of something, and what helps when more is needed."""

    unit: str
    allowed: int
    hint: str


_SPLIT = "divide the pipeline: a step can start another pipeline"
RESOURCES = Quota("resources", 500, _SPLIT)
PARAMETERS = Quota("parameters", 200, _SPLIT)
OUTPUTS = Quota("outputs", 200, "keep fewer pipelines in one project")
# The documentation says 1 MB; CloudFormation refuses what is above a million bytes.
TEMPLATE = Quota("bytes", 1_000_000, _SPLIT)
DEFINITION = Quota("bytes", 1_048_576, _SPLIT)
INLINE_POLICY = Quota("characters", 10_240, _SPLIT)
# Amazon CloudWatch User Guide, "Dashboard body structure and syntax".
WIDGETS = Quota("widgets", 500, "keep fewer pipelines in one project")
MACHINE_NAME = Quota("characters", 80, "give the pipeline a shorter name")


def refuse(what: str, used: int, quota: Quota) -> PipelineError:
    """The error for something over its limit."""
    message = f"the {what} has {used:,} {quota.unit}, at most {quota.allowed:,} can be"
    return PipelineError(message, hint=quota.hint)


def check(what: str, used: int, quota: Quota) -> None:
    if used > quota.allowed:
        raise refuse(what, used, quota)


def check_template(name: str, template: Mapping[str, Any]) -> None:
    """Raises PipelineError when a template has more of something than it may."""
    check(f"template '{name}'", len(template["Resources"]), RESOURCES)
    check(f"template '{name}'", len(template["Parameters"]), PARAMETERS)
    check(f"template '{name}'", len(template.get("Outputs", ())), OUTPUTS)


# Amazon SageMaker API Reference, CreateTrainingJob and its like.
JOB_NAME = 63
