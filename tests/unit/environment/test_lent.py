"""What an environment lends: buckets of others, with the keys that encrypt them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines import environment
from mlmax_pipelines.base.errors import SpecError, UsageError
from mlmax_pipelines.environment.lent import Bucket, Roles

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0f1e-2d3c"


def load(root: Path, text: str) -> environment.Environment:
    (root / "envs").mkdir()
    (root / "envs/dev.yaml").write_text(text + "\n")
    return environment.load(root, "dev")


def test_a_bucket_is_a_name_or_a_name_and_a_key(tmp_path: Path) -> None:
    text = f"data_buckets: [raw, {{name: lake, kms_key: '{KEY}'}}, {{name: other}}]"
    found = load(tmp_path, text).buckets
    assert found == (Bucket("raw"), Bucket("lake", KEY), Bucket("other"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("raw", "1:15: 'data_buckets' must be a list, found 'raw'"),
        ("[raw, s3://x]", "1:21: 'data_buckets' must be a bucket's name"),
        ("[{kms_key: x}]", "a bucket lacks 'name'"),
        ("[{name: x_y}]", "1:23: 'name' must be a bucket's name, found 'x_y'"),
        ("[{name: raw, kms_key: alias/a}]", "'kms_key' must be the ARN of a KMS key"),
        ("[{name: raw, key: a}]", "1:28: unknown key 'key'"),
        ("[[raw]]", "must be a bucket's name, found 'keys or a list'"),
    ],
)
def test_a_bucket_of_another_form_is_refused(
    tmp_path: Path, text: str, found: str
) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, f"data_buckets: {text}")
    assert found in str(caught.value)


ROLE = "arn:aws:iam::123456789012:role/team/our-job"


def test_a_pipelines_own_roles_go_before_those_of_all(tmp_path: Path) -> None:
    text = (
        f"roles: {{job: '{ROLE}', inference: {{job: '{ROLE}-2', function: '{ROLE}'}}}}"
    )
    found = load(tmp_path, text)
    assert found.roles_of("training") == Roles(job=ROLE)
    assert found.roles_of("inference") == Roles(job=f"{ROLE}-2", function=ROLE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x", "'roles' must be ARNs by kind (execution, job, function, schedule)"),
        ("{jobs: x}", "1:9: unknown kind of role 'jobs'"),
        ("{job: our-job}", "1:14: 'job' must be the ARN of a role, found 'our-job'"),
        ("{job: 'arn:aws:iam::123456789012:policy/x'}", "must be the ARN of a role"),
        ("{training: {jop: x}}", "unknown kind of role 'jop'"),
        ("{training: {job: x}}", "'job' must be the ARN of a role, found 'x'"),
    ],
)
def test_a_role_of_another_form_is_refused(
    tmp_path: Path, text: str, found: str
) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, f"roles: {text}")
    assert found in str(caught.value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[]", "'pipelines' must be a list of pipelines"),
        ("small", "'pipelines' must be a list of pipelines, found 'small'"),
        ("[[small]]", "'pipelines' must be the name of a pipeline"),
        ("[smal]", "1:13: no pipeline 'smal'\n"),
    ],
)
def test_pipelines_are_those_of_the_project(
    tmp_path: Path, text: str, found: str
) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/small.yaml").write_text("name: small\n")
    with pytest.raises(SpecError) as caught:
        load(tmp_path, f"pipelines: {text}")
    assert found in str(caught.value)


def test_an_environment_has_all_pipelines_or_those_it_lists(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    for name in ("one", "two"):
        (tmp_path / f"pipelines/{name}.yaml").write_text(f"name: {name}\n")
    found = load(tmp_path, "pipelines: [one]")
    found.check_deploys("one")
    with pytest.raises(UsageError, match="environment 'dev' has no pipeline 'two'"):
        found.check_deploys("two")
    environment.Environment("dev", "stepfunctions").check_deploys("two")
