"""Names of jobs: unique, short enough, and known by how they begin."""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.base.limits import SAGEMAKER_NAME
from mlmax_pipelines.compiler.entry import compile_project
from mlmax_pipelines.interpreter import StateError
from tests.unit.compiler.projects import compiled, execute, write

BEGINNING = "customer-churn-training"

THROTTLED = StateError("SageMaker.AmazonSageMakerException", "rate exceeded")


def test_job_names_differ_in_a_loop_and_between_attempts(tmp_path: Path) -> None:
    steps = """
  A: {module: fit, inputs: {rows: "s3://b/r"}}
  Again:
    type: choice
    choices:
      - {when: {value: "${steps.A.output.TrainingJobName}", matches: "*"}, next: Pause}
    default: Done
  Pause: {type: wait, seconds: 1, next: A}
  Done: {type: succeed}
"""
    names = {"TrainingJobName": None}
    answers = [THROTTLED, {"TrainingJobName": "x"}, {"TrainingJobName": "x"}, names]
    ran = execute(compiled(tmp_path, steps), answers={"A": answers})
    assert len(ran.job_names()) == 4
    assert len(set(ran.job_names())) == 4


def test_a_redrive_that_enters_nothing_anew_has_new_names(tmp_path: Path) -> None:
    """The same execution, state, time and attempt: only the redrive is another."""
    pipeline = compiled(tmp_path, "  A: {module: copy}\n")
    names = [execute(pipeline, redrives=n).job_names() for n in (0, 0, 1, 2)]
    assert names[0] == names[1]
    assert len({name for found in names for name in found}) == 3


def test_names_that_are_cut_to_the_same_prefix_stay_apart(tmp_path: Path) -> None:
    long = "A name that is far too long for the name of a job"
    steps = "".join(
        f"  {long} {end}: {{module: fit, inputs: {{rows: 's3://b/r'}}}}\n"
        for end in "xy"
    )
    names = execute(compiled(tmp_path, steps)).job_names()
    assert len(set(names)) == 2
    assert len({name[:-32] for name in names}) == 1


def test_a_limit_says_how_long_a_name_gets_at_the_most(tmp_path: Path) -> None:
    steps = "  %s: {module: fit, inputs: {rows: 's3://b/r'}}\n" % ("Long" * 15)
    (state,) = (s for s in compiled(tmp_path, steps).states if s.job)
    (limit,) = (one for one in state.limits if one.name == "job name characters")
    assert (limit.used, limit.allowed) == (SAGEMAKER_NAME, SAGEMAKER_NAME)


def test_a_job_is_allowed_by_what_its_name_begins_with(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  A b__c: {module: copy}\n")
    (state,) = (s for s in pipeline.states if s.name == "A b__c")
    assert state.job is not None and state.job.prefix == "${JobOwner}-p-a-b-c"
    assert (
        state.execution_role[0]
        .resources[0]
        .endswith(":processing-job/${JobOwner}-p-a-b-c-*")
    )


def test_pipelines_that_begin_alike_have_prefixes_of_their_own(tmp_path: Path) -> None:
    """Roles may do what they may to jobs and logs that begin so."""
    found = []
    for end in ("eu", "us"):
        root = write(tmp_path / end, "  A: {module: copy}\n")
        spec = root / "pipelines" / "p.yaml"
        text = spec.read_text().replace("name: p\n", f"name: {BEGINNING}-{end}\n")
        spec.with_name(f"{BEGINNING}-{end}.yaml").write_text(text)
        spec.unlink()
        (pipeline,) = compile_project(root)
        (state,) = (state for state in pipeline.states if state.name == "A")
        assert state.job is not None
        logs = [
            resource
            for need in state.job_role
            for resource in need.resources
            if "log-stream" in resource
        ]
        found.append({state.job.prefix, *logs})
    assert len(found[0]) == len(found[1]) == 2
    assert not found[0] & found[1]
