"""Tokens: what they stand for, and that no order changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.compiled import Image, Job, Resource, Sub
from mlmax_pipelines.declared import JobKind
from mlmax_pipelines.steps.context import BuildContext, identifier, identifiers
from mlmax_pipelines.steps.services.lambda_.resources import FUNCTION
from tests.unit.compiler.projects import compiled


@pytest.fixture
def context() -> BuildContext:
    return BuildContext("p", lambda steps: {}, [], {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Train Model", "TrainModel"), ("a-b_c.1", "ABC1"), ("größe", "GrE")],
)
def test_an_identifier_has_letters_and_digits(text: str, expected: str) -> None:
    assert identifier(text) == expected


def test_names_that_a_token_cannot_tell_apart_all_get_a_digest() -> None:
    found = identifiers(["Train it", "Train-it", "Other"])
    assert found == identifiers(["Other", "Train-it", "Train it"])
    assert found["Other"] == "Other"
    assert len({*found.values()}) == 3
    assert all(found[n].startswith("TrainIt") for n in ("Train it", "Train-it"))
    assert "TrainIt" not in found.values()


def test_a_step_of_a_reserved_name_is_told_apart() -> None:
    assert identifiers(["Image"])["Image"].startswith("Image")
    assert identifiers(["Image"])["Image"] != "Image"


def test_tokens_do_not_depend_on_the_order_of_steps(tmp_path: Path) -> None:
    one = "  A: {module: copy}\n"
    other = "  B: {module: fit, inputs: {rows: 's3://b/r'}}\n"
    found = [
        compiled(tmp_path / str(number), steps).substitutions
        for number, steps in enumerate((one + other, other + one))
    ]
    assert found[0] == found[1]
    assert "SagemakerCreateTrainingJobSync" in found[0]


def test_a_token_stands_for_one_thing(context: BuildContext) -> None:
    assert context.use("Name", Sub("${A}")) == context.use("Name", Sub("${A}"))
    with pytest.raises(AssertionError, match="'Name' stands for two things"):
        context.use("Name", Sub("${B}"))


def test_an_integration_is_a_token_named_for_service_and_action(
    context: BuildContext,
) -> None:
    kind = JobKind("aws-sdk:s3:getObject", "call", patterns=("", ".sync:2"))
    draft = context.task("A", Job(kind, ".sync:2"), {"Key": "k"})
    assert draft.state.to_dict()["Resource"] == "${SdkS3GetObjectSync2}"
    assert context.substitutions["SdkS3GetObjectSync2"] == Sub(
        "arn:${AWS::Partition}:states:::aws-sdk:s3:getObject.sync:2"
    )
    with pytest.raises(AssertionError, match="there is no aws-sdk:s3:getObject.sync"):
        context.task("A", Job(kind, ".sync"), {})


def test_an_image_is_itself_or_a_token(context: BuildContext) -> None:
    assert context.image(Image(uri="a.b/c:1")) == "a.b/c:1"
    picked = context.image(Image("sklearn", "1.4-2"))
    assert picked == "${ImageSklearn1x4x2TrainingCpu}"
    own = context.image(Image(uri="${AWS::AccountId}.dkr/c:1"))
    assert own.startswith("${ImageCustom")


def test_a_resource_is_brought_once_in_one_form(context: BuildContext) -> None:
    one = Resource(FUNCTION, "F", {"Timeout": 1})
    context.bring(one)
    context.bring(Resource(FUNCTION, "F", {"Timeout": 1}))
    assert context.resources == {"F": one}
    with pytest.raises(PipelineError, match="want 'F' in two different forms"):
        context.bring(Resource(FUNCTION, "F", {"Timeout": 2}))
