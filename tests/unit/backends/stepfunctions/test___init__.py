"""The backend, against an emulator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.backends.contract import Backend
from mlmax_pipelines.backends.stepfunctions import StepFunctionsBackend
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.compiled import CompiledPipeline


@pytest.fixture
def backend(dev: Any) -> Backend:
    return StepFunctionsBackend(dev.environment, dev.session)


def pipeline(name: str) -> CompiledPipeline:
    return CompiledPipeline(name, "", "Pipeline", (), {}, {}, (), ())


def test_an_execution_runs_and_is_described(backend: Backend) -> None:
    record = backend.start(pipeline("quick"), {"a": 1}, "one")
    assert (record.name, record.pipeline, record.environment) == ("one", "quick", "dev")
    types = [event.type for event in backend.events(record.id, follow=True)]
    assert (types[0], types[-1]) == ("ExecutionStarted", "ExecutionSucceeded")
    ended = backend.describe("one")
    assert (ended.status, ended.output) == ("SUCCEEDED", {"a": 1})
    assert backend.definition("one")["States"]["Only"]["Type"] == "Pass"
    assert list(backend.logs("one")) == []
    assert [found.name for found in backend.list("quick")] == ["one"]


def test_a_bucket_that_jobs_may_not_read_is_told_of(dev: Any) -> None:
    heard: list[str] = []
    lends = replace(dev.environment, data_buckets=["lake", {"name": "raw"}])
    backend = StepFunctionsBackend(lends, dev.session, heard.append)
    places = ["s3://lake/a", "s3://raw/a", f"s3://{dev.bucket}/a", "s3://other/a"]
    backend.start(pipeline("quick"), {"rows": places, "n": 3}, "one")
    (warning,) = heard
    assert warning.startswith("warning: input 'rows' names bucket 'other', which")
    assert "'data_buckets' of envs/dev.yaml" in warning


def test_a_made_up_name_says_which_pipeline(backend: Backend) -> None:
    assert backend.start(pipeline("slow"), {}, "").name.startswith("slow-")


def test_starting_what_already_runs_gives_it_back(backend: Backend) -> None:
    first = backend.start(pipeline("slow"), {"a": 1}, "one")
    assert backend.start(pipeline("slow"), {"a": 1}, "one").id == first.id
    with pytest.raises(UsageError, match="already exists and has another input"):
        backend.start(pipeline("slow"), {"a": 2}, "one")


def test_a_stopped_execution_stays_stopped(backend: Backend) -> None:
    record = backend.start(pipeline("slow"), {}, "one")
    backend.stop(record.id, "enough")
    ended = backend.describe(record.id)
    assert (ended.status, ended.cause) == ("ABORTED", "enough")
    backend.stop(record.id, "again")
    assert backend.describe(record.id).cause == "enough"
    with pytest.raises(UsageError, match="already exists and is ABORTED"):
        backend.start(pipeline("slow"), {}, "one")


def test_what_it_wrote_is_listed_by_step_and_output(
    backend: Backend, dev: Any, tmp_path: Path
) -> None:
    record = backend.start(pipeline("quick"), {}, "one")
    for key in ("Step/out/x.txt", "Each/3/out/y.txt"):
        dev.session.call(
            *("s3", "put_object"),
            Bucket=dev.bucket,
            Key=f"quick/one/{key}",
            Body=key.encode(),
        )
    uri = backend.keep(record.id, "evidence.json", b"{}")
    assert uri == f"s3://{dev.bucket}/quick/one/evidence.json"
    assert backend.kept(record.id, "evidence.json") == b"{}"
    assert backend.kept(record.id, "none") is None
    found = {(item.step, item.output): item for item in backend.artifacts(record.id)}
    assert set(found) == {("Step", "out"), ("Each", "out")}
    uri = found["Step", "out"].uri
    assert [item.uri for item in backend.objects(uri)] == [uri]
    assert backend.fetch(uri, tmp_path).read_text() == "Step/out/x.txt"


def test_data_are_uploaded_beside_the_code(
    backend: Backend, dev: Any, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text("1")
    uri = backend.upload(tmp_path / "in.csv")
    assert uri.startswith(f"s3://{dev.bucket}/data/") and uri.endswith("/in.csv")
    with pytest.raises(UsageError, match="no file or folder"):
        backend.upload(tmp_path / "none")


def test_a_page_shows_the_execution(backend: Backend) -> None:
    record = backend.start(pipeline("quick"), {}, "one")
    assert record.id in backend.link(record.id)
    assert backend.link(record.id, "Only") == ""
    with pytest.raises(UsageError, match="state 'Only' of .* has no log"):
        backend.log_location(record.id, "Only")


def test_models_that_were_not_deleted_are_found(
    backend: Backend, dev: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ["ml-quick-score-1", "ml-quick-score-2", "my-ml-quick-one"]

    def pages(self: Any, service: str, operation: str, NameContains: str) -> Any:
        assert (service, operation) == ("sagemaker", "list_models")
        found = [name for name in there if NameContains in name]
        yield {"Models": [{"ModelName": name} for name in found]}

    monkeypatch.setattr(Session, "pages", pages)
    assert backend.models_left({"quick", "slow"}) == there[:2]
    assert backend.models_left(()) == []


def test_who_may_not_look_for_models_finds_none(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: Any, **more: Any) -> Any:
        raise Refused("refused", "", "AccessDeniedException", "no")

    monkeypatch.setattr(Session, "pages", refused)
    assert backend.models_left({"quick"}) == []
