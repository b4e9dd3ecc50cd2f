"""Following an execution while the network, AWS or the credentials let it down."""

from __future__ import annotations

import pytest

from tests.functional.aws.conftest import Deployer
from tests.functional.aws.recording import read_until, start
from tests.functional.aws.relay import Fault, Relay, Request, error, reset
from tests.patience import LONGEST_SECONDS

HISTORY = "GetExecutionHistory"
SHORT = """\
name: short
type: Pipeline
steps:
  Pause: {type: wait, seconds: 3}
  Rest: {type: wait, seconds: 1}
"""
EXPIRED = error(400, "ExpiredTokenException", "The security token is expired")
# boto3 gives up sooner than it would, so that what comes after it is seen.
SOON = {"AWS_MAX_ATTEMPTS": "1"}


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
        (error(400, "ThrottlingException", "Rate exceeded"), "AWS throttled"),
        (error(503, "ServiceUnavailableException", "later"), "failed at AWS"),
        (reset, "lost the connection to stepfunctions"),
    ],
)
def test_following_survives_what_passes(
    dev: Deployer, relay: Relay, fault: Fault, said: str
) -> None:
    relay.fail(HISTORY, fault, times=2, after=1)
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
    relay.fail(HISTORY, EXPIRED, after=1)
    result = dev("run", "short", "-e", "dev", "--name", "one", **SOON)
    assert result.returncode == 3
    assert "your AWS credentials have expired" in result.stderr
    assert "the execution goes on" in result.stderr
    again = "pipeline status one -e dev --follow"
    assert f"'{again}' takes up following it again" in result.stderr
    relay.heal()
    followed = dev(*again.split()[1:])
    assert followed.returncode == 0, followed.stderr
    assert "SUCCEEDED" in followed.stdout


def test_credentials_that_were_renewed_meanwhile_are_taken_up(
    dev: Deployer, relay: Relay
) -> None:
    relay.fail(HISTORY, EXPIRED, times=1, after=1)
    result = dev("run", "short", "-e", "dev", "--name", "one", **SOON)
    assert result.returncode == 0, result.stderr


def test_only_new_events_are_fetched(dev: Deployer, relay: Relay) -> None:
    asked = []

    def watch(request: Request) -> None:
        if request.operation == HISTORY:
            asked.append(request.data)

    relay.rules.append(watch)
    process = start(dev, "run", "short", "-e", "dev", "--name", "one")
    read_until(process, "Rest  SUCCEEDED")
    process.communicate(timeout=LONGEST_SECONDS)
    assert process.returncode == 0
    assert not asked[0].get("reverseOrder")
    assert all(data["reverseOrder"] for data in asked[1:])
