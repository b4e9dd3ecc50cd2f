"""A deployed environment as its backend finds it, in an emulator talked to by HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.environment import Environment
from tests.functional.aws.conftest import Emulator

_ACCOUNTS = count(400_000_000_001)
ROLE = "arn:aws:iam::123456789012:role/r"
PASS = {"Type": "Pass", "End": True}
WAIT = {"Type": "Wait", "Seconds": 600, "End": True}
PIPELINES = {"quick": PASS, "slow": WAIT}


@dataclass(frozen=True)
class Dev:
    """The environment `dev`, its stack `ml` with state machines and buckets."""

    environment: Environment
    session: Session
    bucket: str

    def start(self, pipeline: str, name: str, input: Any = None) -> str:
        """Start an execution as anybody may; its ARN."""
        machine = f"arn:aws:states:us-east-1:{self.account}:stateMachine:ml-{pipeline}"
        answer = self.session.call(
            *("stepfunctions", "start_execution"),
            stateMachineArn=machine,
            name=name,
            input=json.dumps(input or {}),
        )
        return str(answer["executionArn"])

    @property
    def account(self) -> str:
        return self.bucket.rpartition("-")[2]


@pytest.fixture
def dev(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Dev:
    account = str(next(_ACCOUNTS))
    for name, value in emulator.variables(account).items():
        monkeypatch.setenv(name, value)
    machines = emulator.client("stepfunctions", account)
    outputs = {"ArtifactBucket": {"Value": f"artifacts-{account}"}}
    for name, state in PIPELINES.items():
        definition = {"StartAt": "Only", "States": {"Only": state}}
        made = machines.create_state_machine(
            name=f"ml-{name}", definition=json.dumps(definition), roleArn=ROLE
        )
        outputs[f"{name.title()}StateMachineArn"] = {"Value": made["stateMachineArn"]}
    emulator.client("s3", account).create_bucket(Bucket=f"artifacts-{account}")
    _create_stack(emulator.client("cloudformation", account), outputs, account)
    environment = Environment("dev", "stepfunctions", "us-east-1", "ml")
    return Dev(environment, Session("us-east-1"), f"artifacts-{account}")


def _create_stack(client: Any, outputs: Any, account: str) -> None:
    template = {
        "Parameters": {"CodeBucket": {"Type": "String"}},
        "Resources": {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
        "Outputs": outputs,
    }
    code = {"ParameterKey": "CodeBucket", "ParameterValue": f"artifacts-{account}"}
    client.create_stack(
        StackName="ml", TemplateBody=json.dumps(template), Parameters=[code]
    )
    client.get_waiter("stack_create_complete").wait(
        StackName="ml", WaiterConfig={"Delay": 1}
    )
