"""A real AWS emulator process, and projects deployed to it by the real command.

`emulator` is one process for the whole session: start clients with `emulator.client`,
commands with `emulator.variables()` as their environment. Each test that changes
something takes an account of its own (`account`), so that tests do not meet and need
no cleaning up: the emulator keeps accounts apart by access key.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.functional.aws.relay import Relay
from tests.patience import LONGEST_SECONDS, wait_for

HERE = Path(__file__).parent
REGION = "us-east-1"
_ACCOUNTS = count(100_000_000_001)


@dataclass(frozen=True)
class Emulator:
    """The emulator at `url`."""

    url: str

    def variables(self, account: str, url: str = "") -> dict[str, str]:
        """What makes a process talk to it as that account; `url` to go by a proxy."""
        return {
            "AWS_ENDPOINT_URL": url or self.url,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, account: str) -> Any:
        """A boto3 client of that account."""
        import boto3

        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=account,
            aws_secret_access_key="test",
        )

    def answer_tasks(self, mocks: dict[str, Any]) -> None:
        """Answer Task states from now on as a mock configuration says.

        The format is that of Step Functions Local ("Using mocked service
        integrations"); an execution picks its test case by `<state machine ARN>#Case`.
        """
        body = json.dumps({"stepfunctions._sfn_mock_config": mocks}).encode()
        request = urllib.request.Request(f"{self.url}/_ministack/config", body)
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The process, on a free port of the loopback interface."""
    with running(tmp_path_factory.mktemp("emulator")) as found:
        yield found


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[Emulator]:
    """An emulator process with its files in `folder`, ended with the block."""
    pytest.importorskip("ministack", reason="the emulator is in the extra 'dev'")
    environment = {**os.environ, "TMPDIR": str(folder), **variables}
    program = [str(HERE / "emulator.py"), "{port}"]
    with served(program, folder, environment, "/_ministack/health") as found:
        yield found


@contextmanager
def served(
    program: list[str], folder: Path, environment: dict[str, str], health: str
) -> Iterator[Emulator]:
    """A Python program that serves on a free port of the loopback interface, `{port}`
    in its words; there once the path `health` answers, ended with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *(word.format(port=port) for word in program)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        found = Emulator(f"http://127.0.0.1:{port}")
        _wait(process, found.url + health, log)
        yield found
    finally:
        process.terminate()
        process.wait(LONGEST_SECONDS)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            return False
        return True

    wait_for(answers, every=0.1)


def new_account() -> str:
    """An account that no other test uses: 12 digits, also its access key."""
    return str(next(_ACCOUNTS))


@pytest.fixture
def account() -> str:
    return new_account()


@pytest.fixture
def bucket(emulator: Emulator, account: str) -> str:
    """A bucket of that account, for code and templates."""
    name = f"code-{account}"
    emulator.client("s3", account).create_bucket(Bucket=name)
    return name


@pytest.fixture
def relay(emulator: Emulator) -> Iterator[Relay]:
    """A way to the emulator on which requests can be changed or fail."""
    with Relay(emulator.url) as found:
        yield found


ENVIRONMENT = """\
region: us-east-1
stack: {stack}
tags: {{team: ml}}
"""
Finished = subprocess.CompletedProcess[str]


class Deployer:
    """A project and the account it is deployed to: runs commands, edits files."""

    def __init__(self, root: Path, emulator: Emulator, account: str, url: str = ""):
        self.root, self.emulator, self.account, self.url = root, emulator, account, url
        self.bucket = f"code-{account}"
        self.stack = f"ml-{account}"

    def __call__(self, *args: object, answer: str = "", **variables: str) -> Finished:
        """Run `pipeline ARGS` in the project; `answer` is typed into it."""
        command = [sys.executable, "-m", "mlmax_pipelines", *map(str, args)]
        return self.run(command, answer, variables)

    def run(self, command: list[str], answer: str, more: dict[str, str]) -> Finished:
        own = self.emulator.variables(self.account, self.url)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        return subprocess.run(
            command,
            cwd=self.root,
            env={**inherited, **own, "PATH": path, **more},
            input=answer,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )

    def deploy(self, *args: object, **more: Any) -> Finished:
        """`pipeline deploy` to the account's bucket, questions answered with yes."""
        always = ("deploy", "-e", "dev", "--bucket", self.bucket, "--yes")
        return self(*always, *args, **more)

    def machines(self) -> dict[str, str]:
        """The state machines of pipelines: name -> ARN."""
        client = self.emulator.client("stepfunctions", self.account)
        found = client.list_state_machines()["stateMachines"]
        return {
            one["name"]: one["stateMachineArn"]
            for one in found
            if not one["name"].endswith("_recorder")
        }

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text()
        assert old in text, f"'{old}' is not in {file}"
        path.write_text(text.replace(old, new))

    def keys(self) -> list[str]:
        """The keys in the code bucket."""
        client = self.emulator.client("s3", self.account)
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def artifact_bucket(self) -> str:
        """The bucket that executions write to."""
        stacks = self.emulator.client("cloudformation", self.account)
        (stack,) = stacks.describe_stacks(StackName=self.stack)["Stacks"]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        return str(outputs["ArtifactBucket"])

    def status(self) -> str:
        """The stack's status, "" when there is none."""
        client = self.emulator.client("cloudformation", self.account)
        for stack in client.describe_stacks()["Stacks"]:
            if stack["StackName"] == self.stack:
                return str(stack["StackStatus"])
        return ""


def with_environment(found: Deployer) -> Deployer:
    """A deployer whose project has an environment `dev`."""
    (found.root / "envs").mkdir()
    (found.root / "envs/dev.yaml").write_text(ENVIRONMENT.format(stack=found.stack))
    return found


@pytest.fixture
def deployer(project: Path, emulator: Emulator, account: str, bucket: str) -> Deployer:
    """The small project, with an environment `dev` in an account of its own."""
    return with_environment(Deployer(project, emulator, account))


@pytest.fixture
def relayed(
    project: Path, emulator: Emulator, account: str, bucket: str, relay: Relay
) -> Deployer:
    """The same, its account reached through the relay."""
    return with_environment(Deployer(project, emulator, account, relay.url))
