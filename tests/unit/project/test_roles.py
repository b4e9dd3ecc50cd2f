"""What pipelines need of the roles that an environment brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.cloudformation import shape
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project import roles
from mlmax_pipelines.project.roles import Need
from tests.unit.cloudformation.deployed import PSEUDO, deployed
from tests.unit.compiler.projects import compiled

STEPS = """
  Copy: {module: copy, inputs: {rows: "s3://known/a"}}
  Load: {module: load}
  Also: {module: also}
"""
LOAD = "name: {0}\ntype: lambda\nimplementation: {{handler: src/load.handler}}\n"
# A root template that hands nothing down.
NOTHING_SET: dict[str, dict[str, object]] = {"Resources": {}}
KEY = "arn:aws:kms:eu-west-1:123456789012:key/a"
ARNS = {
    kind: f"arn:aws:iam::123456789012:role/team/our-{kind}"
    for kind in ("execution", "job", "function", "schedule")
}


@pytest.fixture
def pipeline(tmp_path: Path) -> CompiledPipeline:
    from tests.unit.compiler.projects import COPY

    modules = {"copy": COPY, "load": LOAD.format("load"), "also": LOAD.format("also")}
    return compiled(tmp_path, STEPS, modules=modules, schedule="rate(1 day)")


def environment(**lent: object) -> Environment:
    buckets = [{"name": "lake", "kms_key": KEY}]
    return Environment("dev", "stepfunctions", roles=lent, data_buckets=buckets)


def needed(
    pipeline: CompiledPipeline, stack: Stack | None = None, **lent: object
) -> dict[str, Need]:
    pseudo = {**PSEUDO, "AWS::StackName": "ml-dev"}
    given = {"Environment": "dev", "CodeBucket": "code", "CodeVersion": "code/0"}
    found = (environment(**lent), [pipeline], given, pseudo)
    return {n.kind: n for n in roles.needs(*found, stack, NOTHING_SET)}


def resources(need: Need, action: str) -> list[str]:
    found = (one for one in need.statements if action in one["Action"])
    return [resource for one in found for resource in one["Resource"]]


def test_each_role_needs_what_the_templates_own_would_be_allowed(
    pipeline: CompiledPipeline,
) -> None:
    found = needed(pipeline, **ARNS)
    assert {kind: need.arn for kind, need in found.items()} == ARNS
    assert found["execution"].services == ("states.amazonaws.com",)
    assert found["schedule"].services == ("scheduler.amazonaws.com",)
    place = "arn:aws:states:eu-west-1:123456789012:stateMachine:ml-dev-p"
    assert resources(found["schedule"], "states:StartExecution") == [place]
    assert resources(found["execution"], "iam:PassRole") == [ARNS["job"]]
    assert "arn:aws:s3:::known/a*" in resources(found["job"], "s3:GetObject")
    assert "arn:aws:s3:::lake/*" in resources(found["job"], "s3:GetObject")
    assert resources(found["job"], "kms:Decrypt") == [KEY]
    logs = resources(found["function"], "logs:PutLogEvents")
    prefix = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/ml-dev-p-"
    assert logs == [f"{prefix}AlsoFunction:*", f"{prefix}LoadFunction:*"] or logs == [
        f"{prefix}LoadFunction:*",
        f"{prefix}AlsoFunction:*",
    ]
    every = [
        r for need in found.values() for s in need.statements for r in s["Resource"]
    ]
    assert not [resource for resource in every if "${" in resource]


def test_the_bucket_is_known_once_it_is_deployed(pipeline: CompiledPipeline) -> None:
    writes = resources(needed(pipeline, **ARNS)["job"], "s3:PutObject")
    assert writes == ["arn:aws:s3:::ml-dev-shared-*/p/*/Copy/*"]
    outputs = {"ArtifactBucket": "the-bucket"}
    stack = Stack("ml-dev", "arn", "CREATE_COMPLETE", "", {}, {}, outputs)
    writes = resources(needed(pipeline, stack, **ARNS)["job"], "s3:PutObject")
    assert writes == ["arn:aws:s3:::the-bucket/p/*/Copy/*"]


def test_only_roles_that_are_brought_are_asked_about(
    pipeline: CompiledPipeline,
) -> None:
    assert needed(pipeline) == {}
    found = needed(pipeline, p={"job": ARNS["job"]})
    assert list(found) == ["job"]
    found = needed(pipeline, execution=ARNS["execution"])
    own = resources(found["execution"], "iam:PassRole")
    assert own == ["arn:aws:iam::123456789012:role/ml-dev-*"]


def test_templates_make_no_role_that_is_brought(pipeline: CompiledPipeline) -> None:
    own = environment(**ARNS)
    given = {f"P{n}": a for n, a in roles.parameters(own, "p")}
    files = render([pipeline], shape.of(own, [pipeline]))
    view = deployed(files, "dev", "ml-dev", **given)
    assert not view.of_type("AWS::IAM::Role")
    (machine,) = view.of_type("AWS::StepFunctions::StateMachine").values()
    assert machine["RoleArn"] == ARNS["execution"]
    assert machine["DefinitionSubstitutions"]["JobRoleArn"] == ARNS["job"]
    functions = view.of_type("AWS::Lambda::Function").values()
    assert {one["Role"] for one in functions} == {ARNS["function"]}
    (schedule,) = view.of_type("AWS::Scheduler::Schedule").values()
    assert schedule["Target"]["RoleArn"] == ARNS["schedule"]


def test_an_execution_role_of_the_templates_passes_the_job_role_it_is_given(
    pipeline: CompiledPipeline,
) -> None:
    own = environment(job=ARNS["job"])
    files = render([pipeline], shape.of(own, [pipeline]))
    view = deployed(files, "dev", "ml-dev", PJobRoleArn=ARNS["job"])
    found = view.of_type("AWS::IAM::Role").items()
    (execution,) = [r for n, r in found if n.logical_id == "ExecutionRole"]
    statements = execution["Policies"][0]["PolicyDocument"]["Statement"]
    passes = [s["Resource"] for s in statements if "iam:PassRole" in s["Action"]]
    assert passes == [[ARNS["job"]]]


def test_a_deployment_hands_its_roles_to_their_services(
    pipeline: CompiledPipeline,
) -> None:
    assert roles.passed(environment(**ARNS), [pipeline]) == {
        ARNS["execution"]: "states.amazonaws.com",
        ARNS["function"]: "lambda.amazonaws.com",
        ARNS["schedule"]: "scheduler.amazonaws.com",
    }
    assert roles.passed(environment(job=ARNS["job"]), [pipeline]) == {}
