from __future__ import annotations

import sys
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.local.jobs.job import JobFailed, fetch_object
from mlmax_pipelines.local.jobs.kin import EXECUTION_MARK


def test_a_job_has_a_folder_like_its_container(create: Any) -> None:
    job = create("job-1")
    assert job.container == job.folder / "opt" / "ml"
    assert (job.container / "output").is_dir()
    assert job.arn.endswith(":processing-job/job-1")
    assert job.member("Arn") == "ProcessingJobArn"
    assert job.log.name == "State.log"


@pytest.mark.parametrize("name", ["", "-a", "a_b", "a" * 64, None])
def test_what_is_no_name_is_refused(create: Any, name: Any) -> None:
    with pytest.raises(StateError) as caught:
        create(name)
    assert caught.value.error == "SageMaker.AmazonSageMakerException"
    assert "'ProcessingJobName' failed to satisfy" in (caught.value.cause or "")


def test_a_name_is_given_once(create: Any) -> None:
    create("job-1")
    with pytest.raises(StateError) as caught:
        create("job-1")
    assert caught.value.error == "SageMaker.ResourceInUseException"


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("/opt/ml/x", "{}/x"),
        ("--to=/opt/ml", "--to={}"),
        ("s3://b/opt/ml/x", "s3://b/opt/ml/x"),
        ("/opt/mlx", "/opt/mlx"),
    ],
)
def test_container_paths_are_those_of_this_machine(
    create: Any, text: str, local: str
) -> None:
    job = create("job-1")
    assert job.local(text) == local.format(job.container)


def test_a_path_stays_inside_the_container(create: Any) -> None:
    job = create("job-1")
    assert job.path("/opt/ml/a/../b") == job.container / "b"
    for outside in ("/opt/ml/../x", "/etc/passwd"):
        with pytest.raises(JobFailed, match="is not a path under /opt/ml"):
            job.path(outside)


def test_python_is_the_one_that_runs(create: Any) -> None:
    job = create("job-1")
    assert job.command(["python3", "/opt/ml/a.py"]) == [
        sys.executable,
        f"{job.container}/a.py",
    ]
    assert job.command(["bash", "python3"]) == ["bash", "python3"]
    assert job.command([]) == []


def test_an_environment_has_no_credentials_and_a_mark(
    create: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    job = create("job-1")
    given = job.environment({"A": "1", "B": "/opt/ml/b"}, {"A": "2"})
    assert "AWS_SECRET_ACCESS_KEY" not in given
    assert given["HTTPS_PROXY"] == "http://proxy"
    assert (given["A"], given["B"]) == ("2", f"{job.container}/b")
    assert given[EXECUTION_MARK] == str(job.workspace.folder)


def test_one_object_is_wanted(create: Any) -> None:
    job = create("job-1")
    job.workspace.store.write("s3://box/model", b"1")
    assert fetch_object(job, "s3://box/model", "the model").read_bytes() == b"1"
    for uri in ("s3://box/none", "s3://box/"):
        with pytest.raises(JobFailed, match=r"no S3 object .*\(the model\)"):
            fetch_object(job, uri, "the model")


def test_an_input_has_to_be_there(create: Any) -> None:
    job = create("job-1")
    with pytest.raises(JobFailed, match=r"under 's3://box/none' \(input 'data'\)"):
        job.download("s3://box/none", job.container / "in", "data")
