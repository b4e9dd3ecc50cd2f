"""The files of templates/: complete, within limits, stable, clean to cfn-lint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Callable, Mapping

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.definitions import definition_key
from mlmax_pipelines.cloudformation.tags import Tag, get_att, ref
from mlmax_pipelines.cloudformation.templates import HEADER, render
from mlmax_pipelines.compiled import (
    CompiledPipeline,
    DataFile,
    Image,
    Part,
    Resource,
    Setting,
    Sub,
)
from mlmax_pipelines.steps.services.lambda_.resources import function
from mlmax_pipelines.steps.services.sagemaker.images import image_uris

Load = Callable[[bytes], dict[str, Any]]
Lint = Callable[[Mapping[str, bytes]], str]


def long_chain(pipeline: CompiledPipeline, steps: int) -> CompiledPipeline:
    """The pipeline with its first job repeated in two parts, each with settings."""
    state = pipeline.definition["States"]["Step0"]
    names = [f"Long{index}" for index in range(steps)]

    def definition(some: list[str]) -> dict[str, Any]:
        text = json.dumps(state)
        states = {
            name: {
                **json.loads(
                    text.replace("Step0", name).replace('"Step1"', f'"{after}"')
                )
            }
            for name, after in zip(some, [*some[1:], "Done"])
        }
        return {"StartAt": some[0], "States": {**states, "Done": {"Type": "Succeed"}}}

    middle = steps // 2
    settings = {
        f"{name}InstanceType": Setting("String", "ml.m5.xlarge", name, "instance_type")
        for name in names
    }
    return replace(
        pipeline,
        substitutions={**pipeline.substitutions, **settings},
        parts=(
            Part("Part1", "training-part-1", definition(names[:middle])),
            Part("Part2", "training-part-2", definition(names[middle:])),
        ),
    )


def resources(files: Mapping[str, bytes], name: str, load: Load) -> dict[str, Any]:
    found: dict[str, Any] = load(files[f"{name}.yaml"])["Resources"]
    return found


def test_cfn_lint_finds_nothing(
    training: CompiledPipeline, inference: CompiledPipeline, lint: Lint
) -> None:
    assert lint(render([training, inference])) == ""


def test_cfn_lint_finds_nothing_in_a_pipeline_of_parts(
    training: CompiledPipeline, lint: Lint
) -> None:
    assert lint(render([long_chain(training, 1600)])) == ""


def test_cfn_lint_sees_into_the_definition(
    training: CompiledPipeline, lint: Lint
) -> None:
    broken: dict[str, dict[str, Any]] = {
        "Missing 'Next' target 'Nowhere'": {"StartAt": "Nowhere"},
        "'Reslut' was unexp": {"States": {"Defaults": {"Type": "Pass", "Reslut": {}}}},
        "'Paas' is not one of": {"States": {"Defaults": {"Type": "Paas", "End": True}}},
        "'Resource' is a req": {"States": {"Defaults": {"Type": "Task", "End": True}}},
    }
    files = {
        f"{number}/{name}": content
        for number, change in enumerate(broken.values())
        for name, content in render(
            [replace(training, definition={**training.definition, **change})]
        ).items()
    }
    lines = lint(files).splitlines()
    for number, finding in enumerate(broken):
        mine = [line for line in lines if f"/{number}/training.yaml:" in line]
        assert any("E3601" in line and finding in line for line in mine), lines


def test_equal_pipelines_give_equal_bytes_in_any_process() -> None:
    folder = str(Path(__file__).parent)
    code = (
        f"import sys; sys.path.insert(0, {folder!r}); import conftest, hashlib; "
        "from mlmax_pipelines.cloudformation.templates import render; "
        "one = conftest.chain(3); files = render([one, conftest.with_function(one)]); "
        "print(hashlib.sha256(repr(files).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_the_order_of_pipelines_does_not_matter(
    training: CompiledPipeline, inference: CompiledPipeline
) -> None:
    assert render([training, inference]) == render([inference, training])


def test_every_template_says_where_it_comes_from(training: CompiledPipeline) -> None:
    files = render([training])
    assert list(files) == ["master.yaml", "shared.yaml", "training.yaml"]
    assert all(content.startswith(HEADER.encode()) for content in files.values())
    assert b"#   modules/preprocess.yaml\n" in files["training.yaml"]


def test_substitutions_carry_what_only_the_stack_knows(
    training: CompiledPipeline, load: Load
) -> None:
    machine = resources(render([training]), "training", load)["StateMachine"]
    assert machine["Properties"]["Definition"] == training.definition
    assert machine["Properties"]["DefinitionSubstitutions"] == {
        "CreateProcessingJobSync": Tag(
            "Sub", "arn:${AWS::Partition}:states:::sagemaker:createProcessingJob.sync"
        ),
        "DataWdbc": ref("DataWdbc"),
        "ImageSklearn": Tag(
            "FindInMap", ["Images", ref("AWS::Region"), "ImageSklearn"]
        ),
        "JobRoleArn": get_att("JobRole"),
        **{f"Step{i}InstanceType": ref(f"Step{i}InstanceType") for i in range(3)},
    }


def test_a_placeholder_without_a_value_is_refused(training: CompiledPipeline) -> None:
    missing = dict(training.substitutions)
    del missing["JobRoleArn"]
    with pytest.raises(PipelineError, match=r"nothing fills in '\$\{JobRoleArn\}'"):
        render([replace(training, substitutions=missing)])


def test_what_nothing_uses_is_not_a_parameter(
    training: CompiledPipeline, load: Load
) -> None:
    more = {"CodeBucket": Sub("${CodeBucket}"), "DataOther": DataFile("d.csv", "other")}
    substitutions = {**training.substitutions, **more}
    files = render([replace(training, substitutions=substitutions)])
    assert files == render([training])
    assert "CodeBucket" not in load(files["training.yaml"])["Parameters"]


def test_images_are_those_of_the_regions_that_have_all_of_them(
    training: CompiledPipeline, load: Load
) -> None:
    images = {
        "ImageSklearn": Image("sklearn", "1.2-1"),
        "ImageTorch": Image("pytorch", "2.1.0", py_version="py310"),
        "ImageOwn": Image(uri="${AWS::AccountId}.dkr.ecr.example/own:1"),
    }
    definition = json.loads(json.dumps(training.definition))
    definition["Comment"] = "${ImageTorch} ${ImageOwn}"
    substitutions = {**training.substitutions, **images}
    changed = replace(training, definition=definition, substitutions=substitutions)
    template = load(render([changed])["training.yaml"])
    uris = [image_uris(images[name]) for name in ("ImageSklearn", "ImageTorch")]
    regions = uris[0].keys() & uris[1].keys()
    assert regions != uris[0].keys() | uris[1].keys()
    assert template["Mappings"]["Images"] == {
        region: {"ImageSklearn": uris[0][region], "ImageTorch": uris[1][region]}
        for region in regions
    }
    machine = template["Resources"]["StateMachine"]["Properties"]
    own = machine["DefinitionSubstitutions"]["ImageOwn"]
    assert own == Tag("Sub", images["ImageOwn"].uri)


def test_the_schedule_is_off_and_starts_with_the_defaults(
    inference: CompiledPipeline, load: Load
) -> None:
    template = load(render([inference])["inference.yaml"])
    assert template["Parameters"]["ScheduleState"]["Default"] == "DISABLED"
    schedule = template["Resources"]["Schedule"]["Properties"]
    assert schedule["ScheduleExpression"] == "rate(1 day)"
    assert schedule["State"] == ref("ScheduleState")
    assert schedule["Target"]["Input"] == "{}"


def test_a_function_runs_its_handler_from_the_zip_of_its_folder(
    inference: CompiledPipeline, load: Load
) -> None:
    function = resources(render([inference]), "inference", load)["LoadFunction"]
    assert function["Properties"]["Handler"] == "load.handler"
    assert function["Properties"]["Code"]["S3Key"] == Tag(
        "Sub", "${CodeVersion}/src.zip"
    )


def test_what_holds_data_is_kept(training: CompiledPipeline, load: Load) -> None:
    found = resources(render([training]), "shared", load)
    for name in ("ArtifactBucket", "CancerModelGroup"):
        assert found[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert found[name]["UpdateReplacePolicy"] == "Retain"
    group = found["CancerModelGroup"]["Properties"]["ModelPackageGroupName"]
    assert group == Tag("Sub", "${Prefix}-cancer")


def test_the_artifact_bucket_is_closed(training: CompiledPipeline, load: Load) -> None:
    found = resources(render([training]), "shared", load)
    bucket = found["ArtifactBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]
    policy = found["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"]
    (refusal,) = policy["Statement"]
    assert refusal["Effect"] == "Deny"
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_no_rule_deletes_what_a_registered_model_may_point_to(
    training: CompiledPipeline, load: Load
) -> None:
    found = resources(render([training]), "shared", load)
    rules = found["ArtifactBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert not [rule for rule in rules if "ExpirationInDays" in rule]


def test_the_master_hands_down_every_parameter(
    training: CompiledPipeline, inference: CompiledPipeline, load: Load
) -> None:
    files = render([training, inference])
    master = load(files["master.yaml"])
    for stack in master["Resources"].values():
        name = stack["Properties"]["TemplateURL"].removeprefix("./")
        given = stack["Properties"]["Parameters"]
        assert list(given) == list(load(files[name])["Parameters"])
    given = master["Resources"]["Training"]["Properties"]["Parameters"]
    assert given["Prefix"] == ref("AWS::StackName")
    assert given["ArtifactBucket"] == get_att("Shared", "Outputs.ArtifactBucket")
    assert given["Step0InstanceType"] == ref("TrainingStep0InstanceType")
    assert given["LogRetentionDays"] == ref("LogRetentionDays")


def test_large_definitions_are_files_found_by_content(
    training: CompiledPipeline, load: Load
) -> None:
    long = long_chain(training, 1600)
    files = render([long])
    found = resources(files, "training", load)
    for part in long.parts:
        content = files[f"{part.name}.definition.json"]
        place = found[part.logical_id]["Properties"]["DefinitionS3Location"]
        assert place == {"Bucket": ref("CodeBucket"), "Key": definition_key(content)}
        assert sha256(content).hexdigest() in place["Key"]
        states = json.loads(content)["States"]
        assert list(states) == list(part.definition["States"])
        assert content.count(b"\n") == len(states) + 2


def test_settings_beyond_the_limit_are_shared_by_default_value(
    training: CompiledPipeline, inference: CompiledPipeline, load: Load
) -> None:
    few = replace(training, name="few")
    files = render([long_chain(training, 1600), few])
    parameters = load(files["training.yaml"])["Parameters"]
    assert parameters["InstanceTypeMlM5Xlarge"]["Default"] == "ml.m5.xlarge"
    assert "Step0InstanceType" not in parameters
    assert "Step0InstanceType" in load(files["few.yaml"])["Parameters"]
    assert "TrainingInstanceTypeMlM5Xlarge" in load(files["master.yaml"])["Parameters"]
    states = json.loads(files["training-part-1.definition.json"])["States"]
    cluster = states["Long0"]["Parameters"]["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceType"] == "${InstanceTypeMlM5Xlarge}"


def functions(count: int) -> tuple[Resource, ...]:
    return tuple(
        function(f"F{i}", "src/a.b", "python3.12", 1, 128, "S") for i in range(count)
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resources": functions(200)}, "has 606 resources, at most 500"),
        ({"name": "x" * 43}, "has 81 characters, at most 80"),
        ({"name": "shared"}, "cannot be named 'shared'"),
        ({"name": "tra-ining"}, "the logical id 'TraIning', taken already"),
        (
            {"definition": {"Comment": "x" * 1_100_000}},
            "bytes, at most 1,048,576 can be",
        ),
    ],
)
def test_what_aws_would_refuse_is_refused_with_number_and_limit(
    training: CompiledPipeline, change: dict[str, Any], message: str
) -> None:
    other = replace(training, name="tra.ining")
    with pytest.raises(PipelineError, match=message):
        render([other, replace(training, **change)])
