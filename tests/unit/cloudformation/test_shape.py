"""An environment's VPC and key reach every job and all that is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.asl import mark
from mlmax_pipelines.asl.walk import walk_states
from mlmax_pipelines.aws.views import Name
from mlmax_pipelines.base import tags
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.shape import Shape, apply, of
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline, Part
from mlmax_pipelines.compiler.entry import compile_project
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.steps import api
from tests.unit.cloudformation.conftest import compiled_state
from tests.unit.cloudformation.deployed import ALL, GIVEN, deployed, statements

ROOT = Path(__file__).parents[3]
BOTH = Shape(vpc=True, kms=True)
VPC = {
    "Subnets.$": "States.StringSplit('${SubnetIds}', ',')",
    "SecurityGroupIds.$": "States.StringSplit('${SecurityGroupIds}', ',')",
}
KEY = "${KmsKeyArn}"


@pytest.fixture(scope="module")
def project() -> dict[str, CompiledPipeline]:
    """The reference pipelines: every kind of job is in them."""
    return {one.name: one for one in compile_project(ROOT)}


def requests(pipeline: CompiledPipeline) -> dict[str, Any]:
    return {
        found.name: found.state.get("Parameters") or found.state["Arguments"]
        for found in walk_states(pipeline.definition)
        if found.state["Type"] == "Task"
    }


def test_every_kind_of_job_gets_its_fields(
    project: dict[str, CompiledPipeline],
) -> None:
    training = requests(apply(project["training"], BOTH))
    inference = requests(apply(project["inference"], BOTH))
    processing = training["Preprocess"]
    assert processing["NetworkConfig"] == {"VpcConfig": VPC}
    assert processing["ProcessingOutputConfig"]["KmsKeyId"] == KEY
    cluster = processing["ProcessingResources"]["ClusterConfig"]
    assert cluster["VolumeKmsKeyId"] == KEY
    fit = training["Train"]
    assert fit["VpcConfig"] == VPC
    assert fit["OutputDataConfig"]["KmsKeyId"] == KEY
    assert fit["ResourceConfig"]["VolumeKmsKeyId"] == KEY
    transform = inference["Predict"]
    assert transform["TransformOutput"]["KmsKeyId"] == KEY
    assert transform["TransformResources"]["VolumeKmsKeyId"] == KEY
    assert "VpcConfig" not in transform
    assert inference["Predict model"]["VpcConfig"] == VPC


def test_nothing_but_these_fields_changes(training: CompiledPipeline) -> None:
    before = json.dumps(training.definition)
    for shape in ALL:
        apply(training, shape)
    assert json.dumps(training.definition) == before
    only_vpc, only_key = (
        apply(training, Shape(vpc=True)),
        apply(training, Shape(kms=True)),
    )
    assert "Kms" not in json.dumps(only_vpc.definition)
    assert "Vpc" not in json.dumps(only_key.definition)
    assert apply(training, Shape()) is training


def test_a_job_without_outputs_has_no_key_for_them(training: CompiledPipeline) -> None:
    # The pipeline's processing jobs name no outputs.
    request = requests(apply(training, Shape(kms=True)))["Step0"]
    assert "ProcessingOutputConfig" not in request
    assert request["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == KEY


def test_jobs_in_branches_maps_and_parts_are_reached(
    training: CompiledPipeline,
) -> None:
    inner = training.definition
    nested = {
        "StartAt": "Both",
        "States": {
            "Both": {"Type": "Parallel", "Branches": [inner, inner], "Next": "Each"},
            "Each": {"Type": "Map", "ItemProcessor": inner, "End": True},
        },
    }
    whole = replace(
        training, definition=nested, parts=(Part("Part1", "training-1", inner),)
    )
    shaped = apply(whole, Shape(vpc=True))
    texts = [json.dumps(d) for d in (shaped.definition, shaped.parts[0].definition)]
    assert [text.count("VpcConfig") for text in texts] == [9, 3]


def test_the_lists_reach_the_state_machine_as_text(
    training: CompiledPipeline,
) -> None:
    found = deployed(render([training], BOTH), "dev", "ml-dev").resources
    machine = found[Name("Training", "StateMachine")]["Properties"]
    filled = machine["DefinitionSubstitutions"]
    assert filled["SubnetIds"] == "subnet-0a,subnet-0b"
    assert filled["SecurityGroupIds"] == "sg-0c"
    assert filled["KmsKeyArn"] == GIVEN["KmsKeyArn"]


def test_functions_run_in_the_vpc_and_logs_and_bucket_have_the_key(
    inference: CompiledPipeline,
) -> None:
    found = deployed(render([inference], BOTH), "dev", "ml-dev").resources
    function = found[Name("Inference", "LoadFunction")]["Properties"]
    assert function["VpcConfig"] == {
        "SubnetIds": ["subnet-0a", "subnet-0b"],
        "SecurityGroupIds": ["sg-0c"],
    }
    assert function["KmsKeyArn"] == GIVEN["KmsKeyArn"]
    for log in ("LogGroup", "LoadFunctionLogGroup"):
        properties = found[Name("Inference", log)]["Properties"]
        assert properties["KmsKeyId"] == GIVEN["KmsKeyArn"]
    bucket = found[Name("Shared", "ArtifactBucket")]["Properties"]
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": GIVEN["KmsKeyArn"],
    }


def allowed(files: Mapping[str, bytes], role: str) -> dict[str, list[str]]:
    """Action -> resources, of one role of pipeline training."""
    found: dict[str, list[str]] = {}
    for name, one in statements(deployed(files, "dev", "ml-dev")):
        if name == Name("Training", role):
            for action in one["Action"]:
                found.setdefault(action, []).extend(one["Resource"])
    return found


@pytest.mark.parametrize("shape", ALL)
def test_jobs_may_use_the_vpc_and_exactly_that_key(
    project: dict[str, CompiledPipeline], shape: Shape
) -> None:
    files = render([project["training"]], shape)
    job = allowed(files, "JobRole")
    assert ("ec2:CreateNetworkInterface" in job) == shape.vpc
    assert {one for one in job if one.startswith("kms:")} == (
        {"kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant"}
        if shape.kms
        else set()
    )
    keys = {
        place for action in job if action.startswith("kms:") for place in job[action]
    }
    assert keys == ({GIVEN["KmsKeyArn"]} if shape.kms else set())
    # The states themselves read the metrics that jobs wrote.
    own = allowed(files, "ExecutionRole")
    assert {one for one in own if one.startswith("kms:")} == (
        {"kms:Decrypt"} if shape.kms else set()
    )


def test_grants_are_for_volumes_and_objects_go_through_s3(
    project: dict[str, CompiledPipeline],
) -> None:
    files = render([project["training"]], Shape(kms=True))
    conditions = {
        one["Action"][0]: one.get("Condition", {})
        for name, one in statements(deployed(files, "dev", "ml-dev"))
        if name == Name("Training", "JobRole")
    }
    grant = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert conditions["kms:CreateGrant"] == grant
    via = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    assert conditions["kms:Decrypt"] == via


@pytest.mark.proof("shapes", [BOTH], ALL)
@pytest.mark.functional
def test_cfn_lint_finds_nothing_in_any_shape(
    case: Shape,
    project: dict[str, CompiledPipeline],
    inference: CompiledPipeline,
    lint: Callable[[Mapping[str, bytes]], str],
) -> None:
    pipelines = [*project.values(), replace(inference, name="loading")]
    assert lint(render(pipelines, case)) == ""


def test_the_environment_decides_the_shape() -> None:
    vpc = {"subnets": ["subnet-1"], "security_groups": ["sg-1"]}
    key = GIVEN["KmsKeyArn"]
    shapes = [
        of(Environment("dev", "stepfunctions", vpc=given, kms_key=arn))
        for given in ({}, vpc)
        for arn in ("", key)
    ]
    found = [replace(shape, tags=()) for shape in shapes]
    assert found == [Shape(), Shape(kms=True), Shape(vpc=True), BOTH]


@pytest.mark.parametrize("shape", ALL)
def test_an_execution_is_known_in_whatever_shape_it_ran(
    project: dict[str, CompiledPipeline], shape: Shape
) -> None:
    training, inference = project["training"], project["inference"]
    shaped = apply(training, shape)
    assert mark.carries(shaped.definition, training.digest)
    assert not mark.carries(shaped.definition, inference.digest)


def test_a_state_that_starts_no_job_is_left_alone(training: CompiledPipeline) -> None:
    states = tuple(replace(state, job=None) for state in training.states)
    changed = replace(training, states=states)
    assert apply(changed, BOTH).definition == training.definition


def test_other_buckets_take_their_room_in_the_policies_of_jobs(
    training: CompiledPipeline, load: Callable[[bytes], Any]
) -> None:
    names = tuple(f"bucket-{number:03}" for number in range(60))
    few, many = (
        of(Environment("dev", "x", data_buckets=some)) for some in (names[:1], names)
    )
    assert 500 < few.others < 600 and 4000 < many.others < 5000
    states = tuple(compiled_state(f"Step{number}") for number in range(36))
    long = replace(training, states=states)
    roles = [
        load(render([long], shape)["training.yaml"])["Resources"]["JobRole"]
        for shape in (few, many)
    ]
    narrow, joined = (
        role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        for role in roles
    )
    # With room each state has statements of its own; without, they are joined.
    assert len(narrow) > len(joined)
    with pytest.raises(PipelineError, match="at most 10,240 can be") as caught:
        render([long], replace(many, others=10_000))
    assert "'data_buckets' take 10,000: name fewer" in caught.value.problem.hint


def test_every_job_and_model_has_the_tags_of_its_environment(
    project: dict[str, CompiledPipeline],
) -> None:
    given = {"team": "ml", "cost-center": "4711", "mlmax:step": "not this"}
    environment = Environment(
        "dev", "stepfunctions", stack="ml-dev", tags=given, project="fraud-1"
    )
    shape = of(environment, project.values())
    seen = 0
    for pipeline in project.values():
        found = requests(apply(pipeline, shape))
        for name, request in requests(pipeline).items():
            if "Tags" not in request:
                assert found[name] == request
                continue
            seen += 1
            values = {
                t["Key"]: t.get("Value", t.get("Value.$")) for t in request["Tags"]
            }
            now = {
                t["Key"]: t.get("Value", t.get("Value.$")) for t in found[name]["Tags"]
            }
            assert now == {
                **values,
                "team": "ml",
                "cost-center": "4711",
                "mlmax:project": "fraud-1",
                "mlmax:stack": "ml-dev",
            }
            own = [key for key in now if key.startswith("mlmax:")]
            assert len(own) == tags.OWN
    # Three of SageMaker's jobs in each pipeline, and a model.
    assert seen >= 7


def test_more_tags_than_a_job_can_have_are_refused(
    project: dict[str, CompiledPipeline],
) -> None:
    many = Shape(tags=tuple((f"k{n}", "v") for n in range(47)))
    with pytest.raises(PipelineError, match="tags of state '.*' has 51 tags"):
        apply(project["training"], many)


def test_jobs_are_cut_off_from_the_network_and_encrypt_what_goes_between_them(
    project: dict[str, CompiledPipeline],
) -> None:
    environment = Environment(
        "dev", "stepfunctions", network_isolation=True, encrypt_traffic=True
    )
    shape = replace(of(environment, project.values()), vpc=True)
    training = requests(apply(project["training"], shape))
    own, between = "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption"
    network = {"VpcConfig": VPC, own: True, between: True}
    assert training["Preprocess"]["NetworkConfig"] == network
    assert training["Train"][own] is True and training["Train"][between] is True
    inference = requests(apply(project["inference"], shape))
    (model,) = [one for one in inference.values() if "ExecutionRoleArn" in one]
    assert model[own] is True and between not in model
    for pipeline in project.values():
        for name, request in requests(apply(pipeline, shape)).items():
            state = next(s for s in pipeline.states if s.name == name)
            assert state.job is not None
            assert not list(api.faults(state.job.kind.integration, request)), name
