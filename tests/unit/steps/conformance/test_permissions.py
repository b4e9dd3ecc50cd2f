"""What is allowed exists, on resources it can be allowed on: AWS's own reference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape, apply, protections
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.declared import Protection, Statement
from mlmax_pipelines.steps import jobs
from tests.unit.cloudformation.deployed import deployed, statements
from tests.unit.steps.conformance import iam_reference
from tests.unit.steps.conformance.conftest import PROTECTED, Compiled
from tests.unit.steps.conformance.examples import FULL, MINIMAL, plugged_in, types

_ARN = "arn:aws:{0}:us-east-1:123456789012:{1}"
# What an ARN of the template's own resources is: by what they are called, or typed.
_OWN = {
    "JobRole": "arn:aws:iam::123456789012:role/x",
    "AWS::DynamoDB::Table": _ARN.format("dynamodb", "table/x"),
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/x",
    "AWS::Lambda::Function": _ARN.format("lambda", "function:x"),
    "AWS::Logs::LogGroup": _ARN.format("logs", "log-group:x:*"),
    "AWS::SQS::Queue": _ARN.format("sqs", "x"),
    "AWS::SNS::Topic": _ARN.format("sns", "x"),
    "AWS::StepFunctions::StateMachine": _ARN.format("states", "stateMachine:x"),
}
_KEY = _ARN.format("kms", "key/x")
_NAME = re.compile(r"\$\{[\w:.]+\}")
# What another resource of the stack is known by: `<stack:LogGroup.Arn>`.
_REFERENCE = re.compile(r"<[^>]*?:(\w+)(?:\.[\w.]+)?>")
with plugged_in():
    KINDS = dict(jobs.all_kinds())


def filled(resources: Iterable[str], pipeline: CompiledPipeline) -> Iterator[str]:
    """ARNs as a stack has them, `x` for what only a stack knows."""
    known = {"${KmsKeyArn}": _KEY, "${AWS::Partition}": "aws"}
    known["${JobRole.Arn}"] = _OWN["JobRole"]
    for one in pipeline.resources:
        service, form = one.kind.arn
        arn = _ARN.format(service, form.format(name="x"))
        known[f"${{{one.logical_id}.Arn}}"] = arn
    for text in resources:
        yield _NAME.sub(lambda m: known.get(m[0], "x"), text)


def found(
    who: str, statements: Iterable[Statement], pipeline: CompiledPipeline
) -> list[str]:
    return [
        f"{who}, which {one.reason}: {fault}"
        for one in statements
        for fault in iam_reference.faults(
            one.actions,
            filled(one.resources, pipeline),
            one.conditions,
            one.wildcard,
        )
    ]


@pytest.mark.parametrize("shape", [DEFAULT, PROTECTED], ids=["plain", "vpc-and-key"])
@pytest.mark.parametrize("variant", [MINIMAL, FULL])
@pytest.mark.parametrize("type", types())
def test_a_step_is_allowed_what_exists_where_it_can_be_allowed(
    type: str, variant: str, shape: Shape, compiled: Compiled
) -> None:
    pipeline = apply(compiled[variant], shape)
    of_type = [state for state in pipeline.states if state.step_type == type]
    needs = [n for s in of_type for n in (*s.execution_role, *s.job_role)]
    assert all(need.reason for need in needs), f"say why '{type}' needs it"
    wrong = found(f"a step of type '{type}'", needs, pipeline)
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_only_what_takes_no_resource_is_allowed_everywhere(compiled: Compiled) -> None:
    states = [state for pipeline in compiled.values() for state in pipeline.states]
    needs = [n for s in states for n in (*s.execution_role, *s.job_role)]
    everywhere = {a for n in needs if "*" in n.resources for a in n.actions}
    assert everywhere == {"ecr:GetAuthorizationToken", "cloudwatch:PutMetricData"}


@pytest.mark.parametrize("variant", [MINIMAL, FULL])
def test_what_steps_bring_along_is_allowed_what_exists(
    variant: str, compiled: Compiled
) -> None:
    pipeline = compiled[variant]
    for resource in pipeline.resources:
        changes = protections(resource.kind, PROTECTED)
        needs = [*resource.role, *(n for one in changes for n in one.own_role)]
        wrong = found(f"a {resource.kind.label}", needs, pipeline)
        assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", KINDS)
def test_what_a_kind_of_job_takes_are_actions_that_exist(name: str) -> None:
    kind = KINDS[name]
    assert kind.calls, f"say what asking for a {kind.label} takes: its `calls`"
    for action in (*kind.calls, *kind.follows, *kind.tags):
        known = iam_reference.privilege(action)
        assert known, f"'{name}' declares '{action}', which is no action of AWS's"
    needs = [n for one in (kind.network, kind.key) for n in _roles(one)]
    wrong = [
        fault
        for need in needs
        for fault in iam_reference.faults(
            need.actions,
            [_NAME.sub("x", r.replace("${KmsKeyArn}", _KEY)) for r in need.resources],
            need.conditions,
            need.wildcard,
        )
    ]
    assert not wrong, f"'{name}' in a VPC or with a key: {wrong}"


def _roles(protection: Protection) -> Iterator[Statement]:
    yield from protection.job_role
    yield from protection.own_role


@pytest.mark.parametrize("shape", [DEFAULT, PROTECTED], ids=["plain", "vpc-and-key"])
def test_every_role_of_the_templates_is_allowed_what_exists(
    shape: Shape, compiled: Compiled
) -> None:
    files = render([*compiled.values()], shape)
    view = deployed(files, "dev", "ml-dev")
    types = {name.logical_id: r["Type"] for name, r in view.resources.items()}

    def own(text: str) -> str:
        return _REFERENCE.sub(lambda m: _OWN.get(types.get(m[1], ""), "x"), text)

    wrong = []
    for name, one in statements(view):
        if one["Effect"] == "Allow":
            wrong += [
                f"{name}, {one.get('Sid')}: {fault}"
                for fault in iam_reference.faults(
                    _list(one["Action"]),
                    [own(text) for text in _list(one["Resource"])],
                    one.get("Condition", {}),
                    wildcard="the role's metadata says why",
                )
            ]
    assert not wrong, "\n".join(wrong)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_a_wrong_permission_is_found() -> None:
    def fault(action: str, resource: str, **more: Any) -> str:
        (text,) = iam_reference.faults([action], [resource], **more)
        return str(text)

    assert "is no action" in fault("glue:StartJob", "*", wildcard="so")
    assert "nothing says why" in fault("ecr:GetAuthorizationToken", "*")
    assert "it takes arn" in fault("glue:StartJobRun", "*", wildcard="takes none")
    assert "it takes arn" in fault("s3:GetObject", "arn:aws:s3:::bucket")
    arn = _ARN.format("glue", "job/x")
    where = {"StringEquals": {"s3:prefix": "a"}}
    assert "no condition key" in fault("glue:StartJobRun", arn, conditions=where)
