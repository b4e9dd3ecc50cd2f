"""`pipeline run` and the commands around executions, on a deployed environment.

The emulator answers Task states with recorded answers: what a run on this machine got
for the same pipeline. It records no TaskScheduled or TaskSucceeded event for those
(ministack 1.5), so jobs' names, and with them their logs, are tested in test_follow
against moto, which runs no such recordings.
"""

from __future__ import annotations

import hashlib
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.functional.aws.conftest import Deployer
from tests.functional.aws.recording import (
    CASE,
    config,
    read_until,
    recorded,
    start,
)
from tests.functional.aws.relay import Relay, choosing
from tests.patience import LONGEST_SECONDS, wait_for

SLOW = """\
name: slow
type: Pipeline
steps:
  Pause: {type: wait, seconds: 900}
"""


@pytest.fixture
def dev(deployer: Deployer, relay: Relay) -> Deployer:
    """The small project, deployed, its tasks answered as they were on this machine."""
    (deployer.root / "pipelines/slow.yaml").write_text(SLOW)
    assert deployer("create").returncode == 0
    deployed = deployer.deploy()
    assert deployed.returncode == 0, deployed.stderr
    local = deployer("run", "small", "--name", "here")
    assert local.returncode == 0, local.stderr
    answers = recorded(deployer, "small", "here")
    deployer.emulator.answer_tasks(config(f"{deployer.stack}-small", answers))
    deployer.url = relay.url
    relay.rules.append(choosing(CASE))
    return deployer


def states(dev: Deployer, *where: str) -> list[tuple[str, str]]:
    shown = dev("status", *where, "--format", "json")
    assert shown.returncode == 0, shown.stderr
    return [(row["step"], row["status"]) for row in json.loads(shown.stdout)["steps"]]


def test_a_run_looks_like_one_on_this_machine(dev: Deployer) -> None:
    result = dev("run", "small", "-e", "dev", "--name", "there")
    assert result.returncode == 0, result.stderr
    lines = [line.split("  ")[1:] for line in result.stderr.splitlines()]
    assert ["started 'there'"] in lines
    assert any(line[:2] == ["Second", "SUCCEEDED"] for line in lines)
    assert "https://us-east-1.console.aws.amazon.com/states/home" in result.stderr
    assert result.stdout.startswith("there  SUCCEEDED  in ")
    assert "metrics of First" in result.stdout and "letters 5" in result.stdout
    assert "next: pipeline report there -e dev" in result.stdout
    assert states(dev, "there", "-e", "dev") == states(dev, "here")


def test_a_name_starts_one_execution(dev: Deployer) -> None:
    run = ("run", "small", "-e", "dev", "--name", "once")
    assert dev(*run).returncode == 0
    again = dev(*run)
    assert again.returncode == 2
    assert "'once' of 'small' already exists and is SUCCEEDED" in again.stderr
    other = dev(*run, "-i", "text=bye")
    assert other.returncode == 2
    assert "already exists and has another input" in other.stderr
    running = dev("run", "slow", "-e", "dev", "--name", "long", "--no-wait")
    same = dev("run", "slow", "-e", "dev", "--name", "long", "--no-wait")
    assert (running.stdout, same.stdout) == ("long\n", "long\n")
    assert len(executions(dev)) == 2


def test_ctrl_c_ends_following_and_not_the_execution(dev: Deployer) -> None:
    process = start(dev, "run", "slow", "-e", "dev", "--name", "long")
    wait_for(lambda: executions(dev, "--status", "RUNNING"))
    read_until(process, "Pause  RUNNING")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=LONGEST_SECONDS)
    assert process.returncode == 130
    assert "to end it: 'pipeline stop long -e dev'" in errors
    assert "to follow it again: 'pipeline status long -e dev --follow'" in errors
    assert "Traceback" not in errors
    assert [one["status"] for one in executions(dev)] == ["RUNNING"]
    following = start(dev, "status", "long", "-e", "dev", "--follow")
    read_until(following, "Pause  RUNNING")
    stopped = dev("stop", "long", "-e", "dev", "--cause", "enough")
    assert stopped.stdout == "stopped 'long'\n"
    shown, _ = following.communicate(timeout=LONGEST_SECONDS)
    assert following.returncode == 0
    assert "ABORTED" in shown
    (record,) = executions(dev)
    assert record["status"] == "ABORTED"


def test_a_local_file_is_uploaded_once(dev: Deployer, relay: Relay) -> None:
    (dev.root / "mine.txt").write_text("mine")
    first = dev("run", "small", "-e", "dev", "-i", "data=mine.txt")
    assert first.returncode == 0, first.stderr
    assert "uploaded 'mine.txt'" in first.stderr
    again = dev("run", "small", "-e", "dev", "-i", "data=mine.txt")
    assert again.returncode == 0
    assert "uploaded" not in again.stderr
    digest = hashlib.sha256(b"mine").hexdigest()
    assert f"data/{digest}/mine.txt" in dev.keys()


def test_a_failed_run_says_which_step(dev: Deployer) -> None:
    answers = recorded(dev, "small", "here")
    cause = {"ProcessingJobStatus": "Failed", "FailureReason": "AlgorithmError: no"}
    thrown = {"Error": "States.TaskFailed", "Cause": json.dumps(cause)}
    answers["Second"] = {"Throw": thrown}
    dev.emulator.answer_tasks(config(f"{dev.stack}-small", answers))
    result = dev("run", "small", "-e", "dev", "--name", "bad")
    assert result.returncode == 4
    assert "'bad' ended FAILED: step 'Second' failed" in result.stderr
    assert "AlgorithmError: no" in result.stderr
    assert states(dev, "bad", "-e", "dev") == [
        ("First", "SUCCEEDED"),
        ("Second", "FAILED"),
    ]
    again = dev("redrive", "bad", "-e", "dev")
    # ministack 1.5 has no RedriveExecution; what it answers reaches the user.
    assert again.returncode == 3
    assert "RedriveExecution" in again.stderr


def test_what_was_started_elsewhere_is_listed_and_reported(dev: Deployer) -> None:
    machines = dev.emulator.client("stepfunctions", dev.account)
    arns = [
        m["stateMachineArn"] for m in machines.list_state_machines()["stateMachines"]
    ]
    (arn,) = [arn for arn in arns if arn.endswith("-small")]
    machines.start_execution(
        stateMachineArn=f"{arn}#{CASE}", name="console", input="{}"
    )
    wait_for(lambda: executions(dev, "--status", "SUCCEEDED"))
    report = dev("report", "console", "-e", "dev", "--format", "md", "-o", "-")
    assert report.returncode == 0, report.stderr
    assert "`small` succeeded" in report.stdout
    assert "evidence.json" in artifacts(dev, "console")
    evidence = json.loads(artifacts(dev, "console")["evidence.json"])
    assert evidence["execution"]["name"] == "console"
    assert evidence["code"] and evidence["spec"] and evidence["template"]
    assert evidence["parameters"]["text"] == "hello"
    assert evidence["metrics"]["First.letters"] == 5
    assert evidence["inputs"][0]["uri"].endswith("/in.txt")
    assert set(evidence["images"]) == {"First", "Second"}


def test_whoever_follows_an_execution_tells_its_listeners(
    dev: Deployer, diary: dict[str, str]
) -> None:
    result = dev("run", "small", "-e", "dev", "--name", "one", **diary)
    assert result.returncode == 0, result.stderr
    assert "listener 'broken' failed in on_end: ValueError: out of ink" in result.stderr
    assert dev("report", "one", "-e", "dev", **diary).returncode == 0
    told = [line.split()[1:] for line in Path(diary["DIARY"]).read_text().splitlines()]
    assert told == [["start", "one", "RUNNING"], ["end", "one", "SUCCEEDED"]]


def test_outputs_are_downloaded_and_verified(dev: Deployer) -> None:
    assert dev("run", "small", "-e", "dev", "--name", "there").returncode == 0
    put_outputs(dev, "there")
    got = dev("download", "there", "First.out", "-e", "dev", "--to", "got")
    assert got.returncode == 0, got.stderr
    assert (dev.root / "got/First/out/text.txt").read_text() == "hello ['shipped']"
    assert not (dev.root / "got/Second").exists()
    wrong = dev("download", "there", "First.model", "-e", "dev")
    assert wrong.returncode == 2
    assert "there are: First.metrics, First.out" in wrong.stderr


def test_evidence_that_no_longer_holds_is_found(dev: Deployer) -> None:
    name = "to-be-verified"
    # What is there when it ends is recorded.
    put_outputs(dev, name)
    dev("run", "small", "-e", "dev", "--no-wait", "--name", name)
    wait_for(lambda: executions(dev, "--status", "SUCCEEDED"))
    s3 = dev.emulator.client("s3", dev.account)
    wait_for(lambda: records(dev, name))
    # Nobody has looked yet: what the stack recorded is what counts.
    none = dev("verify", name, "-e", "dev")
    assert none.returncode == 0 and "matches its evidence" in none.stdout
    forget(dev, name)
    none = dev("verify", name, "-e", "dev")
    assert none.returncode == 4 and "there is no evidence" in none.stderr
    assert "evidence.json" not in artifacts(dev, name)
    assert dev("report", name, "-e", "dev").returncode == 0
    whole = dev("verify", name, "-e", "dev")
    assert whole.returncode == 0, whole.stderr + whole.stdout
    assert f"after its end, by arn:aws:iam::{dev.account}:" in whole.stderr
    key = f"small/{name}/First/out/text.txt"
    s3.put_object(Bucket=dev.artifact_bucket(), Key=key, Body=b"changed")
    dev.edit("src/work.py", "still at work", "at work")
    broken = dev("verify", name, "-e", "dev")
    assert broken.returncode == 4
    changed = [line.split()[0] for line in broken.stdout.splitlines()[1:]]
    assert changed == [f"s3://{dev.artifact_bucket()}/{key}"]
    assert "the project has moved on since: another code" in broken.stderr


def records(dev: Deployer, name: str) -> list[str]:
    """The keys of what the stack recorded of an execution."""
    s3 = dev.emulator.client("s3", dev.account)
    prefix = f"_records/{dev.stack}-small/{name}/"
    found = s3.list_objects_v2(Bucket=dev.artifact_bucket(), Prefix=prefix)
    keys = [one["Key"] for one in found.get("Contents", ())]
    return keys if f"{prefix}objects-1.json" in keys else []


def forget(dev: Deployer, name: str) -> None:
    """As in a stack without a recorder."""
    s3 = dev.emulator.client("s3", dev.account)
    for key in records(dev, name):
        s3.delete_object(Bucket=dev.artifact_bucket(), Key=key)


def test_evidence_that_was_written_twice_is_found(dev: Deployer) -> None:
    name = "outputs-are-there-0"
    # What is there when it ends is recorded.
    put_outputs(dev, name)
    dev("run", "small", "-e", "dev", "--no-wait", "--name", name)
    wait_for(lambda: executions(dev, "--status", "SUCCEEDED"))
    assert dev("report", name, "-e", "dev").returncode == 0
    s3 = dev.emulator.client("s3", dev.account)
    place = {"Bucket": dev.artifact_bucket(), "Key": f"small/{name}/evidence.json"}
    whole = s3.get_object(**place)["Body"].read()
    s3.put_object(**place, Body=b"")
    emptied = dev("verify", name, "-e", "dev")
    assert emptied.returncode == 4
    rows = [line.split() for line in emptied.stdout.splitlines()[1:]]
    assert [row[0] for row in rows] == ["evidence.json", "versions"]
    s3.put_object(**place, Body=whole)
    back = dev("verify", name, "-e", "dev")
    assert back.returncode == 4
    (row,) = back.stdout.splitlines()[1:]
    assert row.split() == ["versions", "of", "evidence.json", "1", "3"]


def test_the_latest_execution_of_one_pipeline(dev: Deployer) -> None:
    assert dev("run", "small", "-e", "dev").returncode == 0
    dev("run", "slow", "-e", "dev", "--no-wait")
    steps = [step for step, _ in states(dev, "small/latest", "-e", "dev")]
    assert steps == ["First", "Second"]
    none = dev("status", "quick/latest", "-e", "dev")
    assert none.returncode == 2


def test_a_run_on_aws_is_replayed_here_from_a_step(dev: Deployer) -> None:
    assert dev("run", "small", "-e", "dev", "--name", "there").returncode == 0
    result = dev("replay", "there", "-e", "dev", "--from", "Second")
    assert result.returncode == 0, result.stderr
    assert "downloading 1 files, 7 B" in result.stderr
    assert "replaying 'there' from 'Second'" in result.stderr
    assert states(dev, "latest") == [("Second", "SUCCEEDED")]
    wrong = dev("replay", "there", "-e", "dev", "--from", "Third")
    assert wrong.returncode == 2
    assert "has no step 'Third'" in wrong.stderr


def test_an_execution_nobody_knows_has_a_near_name(dev: Deployer) -> None:
    none = dev("status", "-e", "dev")
    assert none.returncode == 2
    assert "there is no execution yet" in none.stderr
    assert dev("run", "small", "-e", "dev", "--name", "there").returncode == 0
    wrong = dev("status", "their", "-e", "dev")
    assert wrong.returncode == 2
    assert "no execution 'their'" in wrong.stderr
    assert "did you mean 'there'?" in wrong.stderr


def test_an_environment_that_is_not_deployed_says_so(deployer: Deployer) -> None:
    result = deployer("run", "small", "-e", "dev")
    assert result.returncode == 3
    assert f"no stack '{deployer.stack}'" in result.stderr
    assert "./deploy.sh dev BUCKET" in result.stderr


def executions(dev: Deployer, *options: str) -> list[dict[str, Any]]:
    listed = dev("list", "-e", "dev", "--format", "json", *options)
    assert listed.returncode == 0, listed.stderr
    return json.loads(listed.stdout) if listed.stdout else []


def artifacts(dev: Deployer, execution: str) -> dict[str, bytes]:
    s3, bucket = dev.emulator.client("s3", dev.account), dev.artifact_bucket()
    base = f"small/{execution}/"
    found = s3.list_objects_v2(Bucket=bucket, Prefix=base).get("Contents", ())
    return {
        one["Key"][len(base) :]: s3.get_object(Bucket=bucket, Key=one["Key"])[
            "Body"
        ].read()
        for one in found
    }


def put_outputs(dev: Deployer, execution: str) -> None:
    """What the jobs of the recorded run wrote, as if they had written it there."""
    s3, bucket = dev.emulator.client("s3", dev.account), dev.artifact_bucket()
    folder = dev.root / ".mlmax/local/s3/artifacts/small/here"
    for path in folder.glob("*/*/*"):
        key = f"small/{execution}/{path.relative_to(folder).as_posix()}"
        s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())


def test_a_list_is_fetched_in_pages_as_far_as_it_is_shown(
    dev: Deployer, relay: Relay
) -> None:
    machines = dev.emulator.client("stepfunctions", dev.account)
    found = machines.list_state_machines()["stateMachines"]
    (arn,) = [m["stateMachineArn"] for m in found if m["name"].endswith("-slow")]
    for number in range(250):
        machines.start_execution(stateMachineArn=arn, name=f"n{number:03}", input="{}")
    machines.start_execution(stateMachineArn=arn.replace("-slow", "-small"), name="new")
    relay.seen.clear()
    newest = dev("list", "-e", "dev", "-n", "2", "--format", "json")
    assert [one["name"] for one in json.loads(newest.stdout)] == ["new", "n249"]
    assert relay.seen.count("ListExecutions") == 2
    relay.seen.clear()
    some = dev("list", "slow", "-e", "dev", "-n", "230", "--format", "json")
    names = [one["name"] for one in json.loads(some.stdout)]
    assert names == [f"n{number:03}" for number in range(249, 19, -1)]
    assert relay.seen.count("ListExecutions") == 3
