"""The recorder's resources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mlmax_pipelines.cloudformation import recorder
from mlmax_pipelines.cloudformation.shape import DEFAULT


def test_its_own_events_start_nothing(training: Any) -> None:
    found = recorder.recorder([training], DEFAULT)
    name = found["Recorder"]["Properties"]["StateMachineName"]
    for rule in ("EndRule", "StartRule"):
        text = str(found[rule]["Properties"]["EventPattern"])
        assert ":stateMachine:${Prefix}-" in text
    assert name.value == "${Prefix}_recorder"


def test_it_encrypts_only_with_a_key_of_the_environment(training: Any) -> None:
    for shape in (DEFAULT, replace(DEFAULT, kms=True)):
        role = recorder.recorder([training], shape)["RecorderRole"]
        assert ("kms:GenerateDataKey" in str(role)) is shape.kms


def test_what_a_rule_hands_over_is_json() -> None:
    import json

    rule = recorder._rule("ends", recorder._END, {"a": "$.x", "b": "$.y"})
    (target,) = rule["Properties"]["Targets"]
    told = target["InputTransformer"]["InputTemplate"]
    assert json.loads(told.replace("<a>", '"1"').replace("<b>", '"2"')) == {
        "a": "1",
        "b": "2",
    }


def test_who_makes_no_role_gets_no_recorder(training: Any) -> None:
    lent = frozenset({(training.name, "execution")})
    assert recorder.recorder([training], replace(DEFAULT, lent=lent)) == {}
