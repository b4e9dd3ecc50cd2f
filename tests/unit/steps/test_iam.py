"""What states are allowed: derived from each, and no more than it needs."""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.compiled import CompiledPipeline, Job
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps import iam
from mlmax_pipelines.steps.services.sagemaker.jobs import MODEL, TRAINING
from tests.unit.compiler.projects import compiled

BASE = """
  A: {module: copy}
  B: {module: fit, inputs: {rows: "${steps.A.outputs.rows}"}}
"""


def allowed(pipeline: CompiledPipeline) -> dict[str, set[Statement]]:
    return {
        one.name: {_hashable(s) for s in (*one.execution_role, *one.job_role)}
        for one in pipeline.states
    }


def _hashable(statement: Statement) -> tuple[object, ...]:
    conditions = str(statement.conditions)
    return (statement.actions, statement.resources, statement.reason, conditions)


def test_changing_one_state_changes_exactly_its_statements(tmp_path: Path) -> None:
    before = allowed(compiled(tmp_path, BASE))
    changed = BASE.replace("B: {module: fit", "B: {module: copy")
    after = allowed(compiled(tmp_path, changed))
    assert before["A"] == after["A"]
    assert before["A quality file"] == after["A quality file"]
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
    new = set(after) - set(before)
    assert {name for name in new if after[name]} == {"B quality file", "B loose file"}


def test_waiting_takes_more_than_asking() -> None:
    asked = iam.ask(Job(TRAINING), "arn", "starts its job")
    assert [one.actions for one in asked] == [(*TRAINING.calls, *TRAINING.tags)]
    waited = iam.ask(Job(TRAINING, ".sync"), "arn", "follows its job")
    job, rule = waited
    assert set(TRAINING.follows) < set(job.actions)
    assert rule.resources[0].endswith(
        ":rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    )
    assert len(iam.ask(Job(MODEL), "arn", "creates it")) == 1


def test_a_role_is_passed_to_one_service() -> None:
    passed = iam.pass_role("glue.amazonaws.com", "gives it its role")
    assert passed.resources == ("${JobRole.Arn}",)
    assert passed.conditions == {
        "StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}
    }


def test_a_bucket_and_an_object_are_told_apart() -> None:
    assert iam.s3_arn("b") == "arn:${AWS::Partition}:s3:::b"
    (reads,) = iam.read_objects("b", ("k/*",), "reads").resources
    assert reads == "arn:${AWS::Partition}:s3:::b/k/*"


def test_only_logging_in_to_a_registry_is_allowed_everywhere() -> None:
    pulls, login = iam.pull_image("sagemaker-xgboost")
    assert pulls.resources[0].endswith(":repository/sagemaker-xgboost")
    assert (login.resources, bool(login.wildcard)) == (("*",), True)
