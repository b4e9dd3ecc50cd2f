from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines import environment
from mlmax_pipelines.base.errors import SpecError, UsageError

DEV = """\
backend: stepfunctions
region: eu-central-1
stack: churn-dev
tags: {team: ml}
steps:
  training:
    Train: {instance_type: ml.m5.large, instance_count: 2}
parameters:
  training: {min_roc_auc: 0.9}
values: {account: 0123}
"""


def write(root: Path, name: str, text: str) -> None:
    (root / "envs").mkdir(exist_ok=True)
    (root / "envs" / f"{name}.yaml").write_text(text)


def test_an_environment_is_what_its_file_says(tmp_path: Path) -> None:
    write(tmp_path, "dev", DEV)
    loaded = environment.load(tmp_path, "dev")
    assert (loaded.name, loaded.backend) == ("dev", "stepfunctions")
    assert (loaded.region, loaded.stack) == ("eu-central-1", "churn-dev")
    assert loaded.tags == {"team": "ml"}
    assert loaded.steps["training"]["Train"]["instance_count"] == 2
    assert loaded.parameters == {"training": {"min_roc_auc": 0.9}}
    assert loaded.values == {"account": "0123"}


def test_local_needs_no_file(tmp_path: Path) -> None:
    assert environment.load(tmp_path, "local") == environment.Environment(
        "local", "local"
    )


def test_an_environment_runs_on_aws_unless_it_says_otherwise(tmp_path: Path) -> None:
    write(tmp_path, "dev", "region: us-east-1\n")
    write(tmp_path, "local", "values: {a: 1}\n")
    write(tmp_path, "mine", "backend: local\nstack:\n")
    backends = [environment.load(tmp_path, n).backend for n in ("dev", "local", "mine")]
    assert backends == ["stepfunctions", "local", "local"]


def test_an_unknown_environment_is_told_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "prod", DEV)
    (tmp_path / "envs" / "other.yml").write_text("{}")
    with pytest.raises(UsageError, match="mv envs/other.yml envs/other.yaml"):
        environment.load(tmp_path, "other")
    with pytest.raises(UsageError, match="no environment 'prd'") as caught:
        environment.load(tmp_path, "prd")
    assert "did you mean 'prod'? there are: 'local', 'prod'" in str(caught.value)


@pytest.mark.parametrize("name", ["../secret", "a/b", "", ".", "a.b"])
def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.yaml").write_text("backend: local\n")
    with pytest.raises(UsageError, match="no environment"):
        environment.load(tmp_path, name)


def test_every_problem_is_told_at_once_and_in_its_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        "dev",
        """\
backend: aws
regions: eu-central-1
stack: 5
tags: {a: 1}
steps:
  training: {Train: [ml.m5.large]}
parameters: none
values: {x: {y: 1}}
""",
    )
    with pytest.raises(SpecError) as caught:
        environment.load(tmp_path, "dev")
    told = [str(problem).splitlines()[0] for problem in caught.value.problems]
    assert told == [
        "envs/dev.yaml:1:10: backend must be 'local' or 'stepfunctions', found 'aws'",
        "envs/dev.yaml:2:1: unknown key 'regions'",
        "envs/dev.yaml:3:8: 'stack' must be up to 37 lowercase letters, digits and "
        "hyphens, a letter first, found '5'",
        "envs/dev.yaml:4:11: 'a' must be text, found '1'",
        "envs/dev.yaml:6:21: 'Train' must be a mapping, found 'list'",
        "envs/dev.yaml:7:13: 'parameters' must be a mapping, found 'none'",
        "envs/dev.yaml:8:13: 'x' must be text, a number or true or false, "
        "found 'mapping'",
    ]
    assert "did you mean 'allowed_regions'?" in str(caught.value)


def test_local_stays_local(tmp_path: Path) -> None:
    write(tmp_path, "local", "backend: stepfunctions\n")
    with pytest.raises(SpecError, match="must have backend 'local'"):
        environment.load(tmp_path, "local")


AWS_KEYS = """\
schedule: {inference: true, training: [nightly]}
alert_email: ml-team@example.com
permissions_boundary: arn:aws:iam::123456789012:policy/bounds
log_retention_days: 30
job_profile: sandbox
data_buckets: [raw-data, other.data]
vpc: {subnets: [subnet-0a1, subnet-0b2], security_groups: [sg-0c3]}
kms_key: arn:aws:kms:eu-west-1:123456789012:key/0f1e-2d3c
"""


def test_what_an_environment_may_say_for_aws(tmp_path: Path) -> None:
    write(tmp_path, "dev", AWS_KEYS)
    loaded = environment.load(tmp_path, "dev")
    assert loaded.schedule == {"inference": True, "training": ["nightly"]}
    assert loaded.alert_email == "ml-team@example.com"
    assert loaded.permissions_boundary.endswith("policy/bounds")
    assert loaded.log_retention_days == 30
    assert loaded.job_profile == "sandbox"
    assert loaded.data_buckets == ["raw-data", "other.data"]
    assert loaded.vpc["subnets"] == ["subnet-0a1", "subnet-0b2"]
    assert loaded.vpc["security_groups"] == ["sg-0c3"]
    assert loaded.kms_key.endswith(":key/0f1e-2d3c")


def test_a_name_too_long_for_a_file_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no environment 'xxx"):
        environment.load(tmp_path, "x" * 300)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("backend: {local: true}", "1:10: 'backend' must be the name of one"),
        ("region: us_east_1", "1:9: 'region' must be an AWS region's name, such as"),
        ("region: [us-east-1]", "1:9: 'region' must be an AWS region's name, such as"),
        ("stack: Churn", "1:8: 'stack' must be up to 37 lowercase letters, digits and"),
        ("stack: a_b", "1:8: 'stack' must be up to 37 lowercase letters, digits and"),
        (f"stack: {'a' * 38}", "1:8: 'stack' must be up to 37 lowercase letters"),
        ("access_logs: s3://b", "1:14: 'access_logs' must be a bucket's name"),
        (
            "schedule: {inference: daily}",
            "1:23: 'inference' must be true, false or names of schedules",
        ),
        ("schedule: {inference: [1]}", "1:24: 'inference' must be text, found '1'"),
        ("alert_email: nobody", "1:14: 'alert_email' must be an e-mail address"),
        ("permissions_boundary: bounds", "must be the ARN of a policy, found 'bounds'"),
        ("log_retention_days: a month", "must be a whole number of days"),
        ("vpc: vpc-1", "must be a mapping with 'subnets' and 'security_groups'"),
        ("vpc: {subnets: [subnet-1]}", "must be a mapping with 'subnets' and"),
        (
            "vpc: {subnets: [sub-1], security_groups: [sg-1]}",
            "1:17: 'subnets' must be the id of one (subnet-...), found 'sub-1'",
        ),
        (
            "vpc: {subnets: [subnet-1], security_groups: []}",
            "'security_groups' must have 1 to 5 ids, found 0",
        ),
        ("job_profile: a b", "must be the name of an AWS profile, found 'a b'"),
        ("kms_key: alias/mine", "must be the ARN of a KMS key, found 'alias/mine'"),
        ("data_buckets: raw", "1:15: 'data_buckets' must be a list, found 'raw'"),
        ("data_buckets: [raw, s3://x]", "1:21: 'data_buckets' must be a bucket's name"),
    ],
)
def test_what_aws_could_not_use_is_refused(
    tmp_path: Path, text: str, found: str
) -> None:
    write(tmp_path, "dev", text + "\n")
    with pytest.raises(SpecError) as caught:
        environment.load(tmp_path, "dev")
    assert found in str(caught.value)


TAGS = "tags:\n" + "".join(f"  tag{number}: x\n" for number in range(49))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (TAGS, "envs/dev.yaml:1:1: 'tags' has 49 tags, at most 44 can be"),
        ("tags: {AWS:owner: x}", "1:8: tag 'AWS:owner' begins with 'aws:'"),
        ("tags: {team: 'a&b'}", "1:8: tag 'team' has a value that has '&': allowed"),
        ("tags: {a*b: c}", "1:8: tag 'a*b' has '*': allowed are letters"),
        ("tags: {team: ''}", "1:8: tag 'team' has a value that is empty"),
        (f"tags: {{team: {'v' * 257}}}", "a value that has 257 characters, at most"),
        (f"tags: {{{'k' * 129}: v}}", "has 129 characters, at most 128 can be"),
    ],
)
def test_tags_that_aws_refuses(tmp_path: Path, text: str, fault: str) -> None:
    write(tmp_path, "dev", text)
    with pytest.raises(SpecError) as caught:
        environment.load(tmp_path, "dev")
    assert fault in str(caught.value)
    assert "vvv" not in str(caught.value)


def test_tags_in_any_script(tmp_path: Path) -> None:
    write(tmp_path, "dev", "tags: {équipe: データ 1_2.3:4/5=6+7-8@9}\n")
    assert list(environment.load(tmp_path, "dev").tags) == ["équipe"]


def test_values_are_taken_as_they_are_written(tmp_path: Path) -> None:
    write(tmp_path, "dev", "values: {a: 1.10, b: 007, c: 1e-05, d: true, e: x}\n")
    values = environment.load(tmp_path, "dev").values
    assert values == {"a": "1.10", "b": "007", "c": "1e-05", "d": True, "e": "x"}
