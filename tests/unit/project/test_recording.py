"""A deployment that cannot be recorded is a deployment all the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.aws import deployments
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.project import recording
from tests.unit.project.deployments import DEPLOYED, Someone


def test_who_may_not_record_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    def refused(*given: Any) -> Any:
        raise Refused("s3:PutObject is not allowed", "", "AccessDenied", "no")

    monkeypatch.setattr(recording.stacks, "deployed", refused)
    target: Any = SimpleNamespace(root=tmp_path, session=None, environment=None)
    person = Someone()
    recording.record(target, SimpleNamespace(), person)  # type: ignore[arg-type]
    assert person.heard == [
        "this deployment was not recorded: s3:PutObject is not allowed"
    ]


def test_without_a_record_nothing_has_drifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployments, "latest", lambda *given: None)
    target: Any = SimpleNamespace(session=None, stack_name="ml")
    assert recording.drifted(target, None) == ()
    assert recording.drifted(target, DEPLOYED) == ()


def test_what_aws_does_not_tell_of_yet_is_waited_for_and_never_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    told = {"AWS::IAM::Role r": {"of": ["P", "Role"], "set": {"policies": {}}}}
    statement = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject"}
    policy = {"PolicyName": "Allowed", "PolicyDocument": {"Statement": [statement]}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}
    package = SimpleNamespace(nested={"P": {"Resources": {"Role": role}}})
    monkeypatch.setattr(recording.drift, "seen", lambda *given: told)
    target: Any = SimpleNamespace(session=None, sleep=waited.append)
    plan: Any = SimpleNamespace(package=package)
    assert recording._seen(target, plan, DEPLOYED) == {}
    assert len(waited) == 9
    there = {"Allowed": {"Statement": [statement]}}
    told["AWS::IAM::Role r"]["set"] = {"policies": there}
    assert recording._seen(target, plan, DEPLOYED) == told and len(waited) == 9
