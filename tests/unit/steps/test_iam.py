"""What states are allowed: derived from each, and no more than it needs."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

from mlmax_pipelines.compiled import CompiledPipeline, CompiledState
from mlmax_pipelines.compiler.entry import compile_project
from mlmax_pipelines.declared import Statement
from tests.unit.compiler.every_field import EVERY_FIELD, LONG, PARAMETERS, STEPS
from tests.unit.compiler.projects import REPOSITORY, compiled

BASE = """
  A: {module: copy}
  B: {module: fit, inputs: {rows: "${steps.A.outputs.rows}"}}
"""


def state(pipeline: CompiledPipeline, name: str) -> CompiledState:
    (found,) = (one for one in pipeline.states if one.name == name)
    return found


def allowed(pipeline: CompiledPipeline) -> dict[str, set[Statement]]:
    return {
        one.name: {_hashable(s) for s in (*one.execution_role, *one.job_role)}
        for one in pipeline.states
    }


def _hashable(statement: Statement) -> tuple[object, ...]:
    conditions = str(statement.conditions)
    return (statement.actions, statement.resources, statement.reason, conditions)


def actions(statements) -> set[str]:
    return {action for one in statements for action in one.actions}


def every_statement(root: Path) -> list[Statement]:
    pipelines = [
        *compile_project(REPOSITORY),
        compiled(root, STEPS, modules=EVERY_FIELD, parameters=PARAMETERS),
    ]
    return [
        statement
        for pipeline in pipelines
        for one in pipeline.states
        for statement in (*one.execution_role, *one.job_role)
    ]


def test_changing_one_state_changes_exactly_its_statements(tmp_path: Path) -> None:
    before = allowed(compiled(tmp_path, BASE))
    changed = BASE.replace("B: {module: fit", "B: {module: copy")
    after = allowed(compiled(tmp_path, changed))
    assert before["A"] == after["A"]
    assert before["A quality"] == after["A quality"]
    gone = {action for s in before["B"] - after["B"] for action in s[0]}
    come = {action for s in after["B"] - before["B"] for action in s[0]}
    assert {a for a in gone if a.startswith("sagemaker:")} == {
        "sagemaker:CreateTrainingJob",
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopTrainingJob",
        "sagemaker:AddTags",
        "sagemaker:ListTags",
    }
    assert "sagemaker:CreateProcessingJob" in come
    assert set(after) - set(before) == {"B quality", "B loose"}


def test_no_action_is_a_wildcard_and_a_wildcard_resource_has_its_reason(
    tmp_path: Path,
) -> None:
    statements = every_statement(tmp_path)
    assert len(statements) > 50
    assert not [s for s in statements for action in s.actions if "*" in action]
    everywhere = [s for s in statements if "*" in s.resources]
    assert {a for s in everywhere for a in s.actions} == {
        "ecr:GetAuthorizationToken",
        "cloudwatch:PutMetricData",
    }
    assert all(s.wildcard for s in everywhere)
    assert all(s.reason for s in statements)


def test_every_action_exists_and_takes_the_kind_of_resource_it_is_given(
    tmp_path: Path,
) -> None:
    # cfn-lint's copy of the Service Authorization Reference.
    place = files("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json"
    reference = json.loads(place.read_text())
    wrong = set()
    for statement in every_statement(tmp_path):
        for action in statement.actions:
            service, _, name = action.partition(":")
            known = reference[service]["Actions"].get(name.lower())
            kinds = known.get("Resources", ()) if known else ()
            forms = [
                re.sub(r"\$\{\w+\}", "[^:]*", form)
                for kind in kinds
                for form in reference[service]["Resources"][kind]["ARNFormats"]
            ]
            if known is None or not _fits(statement.resources, forms):
                wrong.add((action, statement.reason))
    # The reference does not say it; the guide's policies of model groups do.
    assert wrong == {("sagemaker:CreateModel", "makes a model of a registered version")}


def _fits(resources: tuple[str, ...], forms: list[str]) -> bool:
    """Whether one of the resources is of a kind the action is about."""
    texts = [re.sub(r"\$\{[\w:.]+\}", "x", text) for text in resources]
    named = [text for text in texts if text.startswith("arn:")]
    found = any(re.match(form, text) for form in forms for text in named)
    return found or not forms or not named


def test_a_job_is_started_with_the_rights_of_its_own_name(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, BASE)
    job, rule, role = state(pipeline, "B").execution_role
    place = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:"
    assert job.resources == (f"{place}training-job/${{Environment}}-p-b-*",)
    assert rule.resources[0].endswith(
        "rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    )
    assert role.resources == ("${JobRole.Arn}",)
    assert role.conditions == {
        "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}
    }


def test_reading_metrics_is_allowed_for_that_file_alone(tmp_path: Path) -> None:
    (reads,) = state(compiled(tmp_path, BASE), "A quality").execution_role
    assert reads.actions == ("s3:GetObject",)
    assert [r.partition(":::")[2] for r in reads.resources] == [
        "${ArtifactBucket}/p/*/A/*quality/metrics.json"
    ]


def test_a_job_reads_what_it_is_given_and_writes_its_own_folder(
    tmp_path: Path,
) -> None:
    role = state(compiled(tmp_path, BASE), "B").job_role
    objects = {
        action: [
            resource.partition(":::")[2]
            for one in role
            if action in one.actions
            for resource in one.resources
        ]
        for action in ("s3:GetObject", "s3:PutObject")
    }
    assert objects == {
        "s3:GetObject": [
            "${ArtifactBucket}/p/*/A/rows/*",
            "${CodeBucket}/code/*",
            "${CodeBucket}/data/*",
        ],
        "s3:PutObject": ["${ArtifactBucket}/p/*/B/*"],
    }


def test_what_the_registry_names_may_be_another_pipeline_s() -> None:
    inference = {p.name: p for p in compile_project(REPOSITORY)}["inference"]
    for name in ("Preprocess", "Predict"):
        reads = [
            s for s in state(inference, name).job_role if "s3:GetObject" in s.actions
        ]
        found = [resource for one in reads for resource in one.resources]
        assert any(r.endswith("${ArtifactBucket}/*") for r in found)
    collect = state(inference, "Collect").job_role[0]
    assert all("${ArtifactBucket}/inference/*/" in r for r in collect.resources)


def test_buckets_that_the_spec_names_may_be_read(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, STEPS, modules=EVERY_FIELD, parameters=PARAMETERS)
    resources = [r for s in state(pipeline, "Fit").job_role for r in s.resources]
    assert "arn:${AWS::Partition}:s3:::a-bucket/checks/*" in resources
    assert "arn:${AWS::Partition}:s3:::a-bucket" in resources
    others = [r for s in state(pipeline, LONG).job_role for r in s.resources]
    assert not [r for r in others if "a-bucket" in r]


def test_a_default_in_another_bucket_may_be_read(tmp_path: Path) -> None:
    steps = '  A: {module: copy, inputs: {rows: "${parameters.rows}"}}\n'
    parameters = "{rows: {type: s3, default: s3://lake/raw/}}"
    role = state(compiled(tmp_path, steps, parameters=parameters), "A").job_role
    assert "arn:${AWS::Partition}:s3:::lake/raw/*" in [
        r for s in role for r in s.resources
    ]


def test_a_step_may_write_where_it_is_told_to(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, STEPS, modules=EVERY_FIELD, parameters=PARAMETERS)
    writes = [
        s for s in state(pipeline, "By data").job_role if "s3:PutObject" in s.actions
    ]
    assert [r.partition(":::")[2] for s in writes for r in s.resources] == [
        "${ArtifactBucket}/p/*/By_data/*",
        "${ArtifactBucket}/p/*/scores*",
    ]


def test_a_model_of_a_registered_version_is_allowed_on_the_version(
    tmp_path: Path,
) -> None:
    pipeline = compiled(tmp_path, STEPS, modules=EVERY_FIELD, parameters=PARAMETERS)
    role = state(pipeline, "By package model").execution_role
    versions = [s for s in role if "sagemaker:DescribeModelPackage" in s.actions]
    assert versions[0].resources[0].endswith(":model-package/${Prefix}-*")
    assert "sagemaker:CreateModel" in versions[0].actions
    by_data = state(pipeline, "By data model").execution_role
    assert "sagemaker:DescribeModelPackage" not in actions(by_data)


def test_a_function_of_somebody_else_is_called_by_its_arn(tmp_path: Path) -> None:
    (calls,) = state(compiled(tmp_path, "  A: {module: call}\n"), "A").execution_role
    assert calls.resources[0].endswith(":function:somebodys-function")
    assert calls.resources[1].endswith(":function:somebodys-function:*")
