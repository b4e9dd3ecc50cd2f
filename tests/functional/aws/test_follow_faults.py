"""Following an execution while the network, AWS or the credentials let it down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

import pytest

from tests.functional.aws.conftest import Deployer, Emulator
from tests.functional.aws.recording import read_until, start
from tests.functional.aws.relay import Answer, Relay, Reset, failing

HISTORY = "GetExecutionHistory"
SHORT = """\
name: short
type: Pipeline
steps:
  Pause: {type: wait, seconds: 3}
  Rest: {type: wait, seconds: 1}
"""
# boto3 gives up sooner than it would, so that what comes after it is seen.
SOON = {"AWS_MAX_ATTEMPTS": "1"}


@pytest.fixture
def relay(emulator: Emulator) -> Iterator[Relay]:
    with Relay(emulator.url).running() as found:
        yield found


@pytest.fixture
def dev(deployer: Deployer, relay: Relay) -> Deployer:
    (deployer.root / "pipelines/short.yaml").write_text(SHORT)
    deployed = deployer.deploy()
    assert deployed.returncode == 0, deployed.stderr
    deployer.url = relay.url
    return deployer


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Answer(400, "ThrottlingException", "Rate exceeded"), "AWS throttled"),
        (Answer(503, "ServiceUnavailableException", "later"), "failed at AWS"),
        (Reset(), "lost the connection to stepfunctions"),
    ],
)
def test_following_survives_what_passes(
    dev: Deployer, relay: Relay, fault: Union[Answer, Reset], said: str
) -> None:
    relay.rules.append(failing(HISTORY, fault, times=2, after=1))
    result = dev("run", "short", "-e", "dev", "--name", "one", **SOON)
    assert result.returncode == 0, result.stderr
    told = [line for line in result.stderr.splitlines() if said in line]
    assert [line.rpartition("; ")[2] for line in told] == [
        "trying again in 2 s",
        "trying again in 4 s",
    ]
    rows = [line.split("  ")[1:3] for line in result.stderr.splitlines()]
    for step in ("Pause", "Rest"):
        assert rows.count([step, "SUCCEEDED"]) == 1
    assert result.stdout.startswith("one  SUCCEEDED")


def test_credentials_that_ran_out_end_following_and_say_how_to_go_on(
    dev: Deployer, relay: Relay
) -> None:
    expired = Answer(400, "ExpiredTokenException", "The security token is expired")
    relay.rules.append(failing(HISTORY, expired, times=99, after=1))
    result = dev("run", "short", "-e", "dev", "--name", "one", **SOON)
    assert result.returncode == 3
    assert "your AWS credentials have expired" in result.stderr
    assert "the execution goes on" in result.stderr
    again = "pipeline status one -e dev --follow"
    assert f"'{again}' takes up following it again" in result.stderr
    relay.rules.clear()
    followed = dev(*again.split()[1:])
    assert followed.returncode == 0, followed.stderr
    assert "SUCCEEDED" in followed.stdout


def test_credentials_that_were_renewed_meanwhile_are_taken_up(
    dev: Deployer, relay: Relay
) -> None:
    expired = Answer(400, "ExpiredTokenException", "The security token is expired")
    relay.rules.append(failing(HISTORY, expired, times=1, after=1))
    result = dev("run", "short", "-e", "dev", "--name", "one", **SOON)
    assert result.returncode == 0, result.stderr


def test_only_new_events_are_fetched(dev: Deployer, relay: Relay) -> None:
    asked = []

    def watch(request: object) -> None:
        if getattr(request, "operation", "") == HISTORY:
            asked.append(request.data)  # type: ignore[attr-defined]

    relay.rules.append(watch)
    process = start(dev, "run", "short", "-e", "dev", "--name", "one")
    read_until(process, "Rest  SUCCEEDED")
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not asked[0].get("reverseOrder")
    assert all(data["reverseOrder"] for data in asked[1:])
