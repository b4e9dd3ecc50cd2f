from __future__ import annotations

from mlmax_pipelines.local.workspace import arn, execution_id


def test_arns_are_those_of_this_machine() -> None:
    assert arn("sagemaker", "model/m") == (
        "arn:aws:sagemaker:us-east-1:000000000000:model/m"
    )
    assert arn("iam", "role/r") == "arn:aws:iam::000000000000:role/r"


def test_an_execution_is_named_for_its_state_machine() -> None:
    machine = arn("states", "stateMachine:mlmax-local-p")
    assert execution_id(machine, "one") == (
        "arn:aws:states:us-east-1:000000000000:execution:mlmax-local-p:one"
    )
