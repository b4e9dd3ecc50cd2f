"""Jobs and their logs, and executions that time out, on moto.

moto (5.2) runs definitions with AWS's full history, time limits included, makes
SageMaker's jobs and keeps CloudWatch Logs; ministack has no SageMaker and records no
events for tasks that it answers from recordings. moto knows no `.sync` for jobs, so the
definition here only starts one; its startExecution.sync:2 fails on its own, so logs of
nested state machines are tested on recorded events (tests/unit/backends).
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.aws.conftest import Deployer, Emulator
from tests.functional.aws.moto_server import serving
from tests.functional.aws.recording import start
from tests.patience import LONGEST_SECONDS, OUTLASTS_SECONDS, wait_for

REGION = "us-east-1"
STACK = "ml"
GROUP = "/aws/sagemaker/ProcessingJobs"


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with serving(tmp_path_factory.mktemp("moto")) as found:
        _run_definitions(found.url)
        _set_up(found)
        yield found


def _run_definitions(url: str) -> None:
    body = json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode()
    kind = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/moto-api/config", body, kind)
    urllib.request.urlopen(request).close()


def _job(role: str, name: str) -> dict[str, Any]:
    machine = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createProcessingJob",
        "Parameters": {
            "ProcessingJobName.$": name,
            "RoleArn": role,
            "AppSpecification": {"ImageUri": "image"},
            "ProcessingResources": {"ClusterConfig": machine},
        },
    }


def _set_up(moto: Emulator) -> None:
    """A stack with the outputs of a deployed one, around two state machines."""
    iam, machines = moto.client("iam", "test"), moto.client("stepfunctions", "test")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    first = _job(role, "States.Format('dev-{}', $$.Execution.Name)")
    first["ResultPath"] = None
    # As long as the test says: it has to see something while it lasts, or only after.
    wait = {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}
    # Nobody answers for this job: the task times out.
    silent = {
        **_job(role, "States.Format('dev-{}', $$.Execution.Name)"),
        "Resource": "arn:aws:states:::sagemaker:createProcessingJob.waitForTaskToken",
        "TimeoutSeconds": 1,
        "End": True,
    }
    silent["Parameters"]["Environment"] = {"token.$": "$$.Task.Token"}
    definitions = {
        "small": {"First": {**first, "Next": "Second"}, "Second": wait},
        "silent": {"First": silent},
        "late": {"Pause": {"Type": "Wait", "Seconds": 900, "End": True}},
    }
    outputs = {"ArtifactBucket": {"Value": "artifacts"}}
    for name, states in definitions.items():
        seconds = 2 if name == "late" else OUTLASTS_SECONDS
        body = {
            "StartAt": next(iter(states)),
            "TimeoutSeconds": seconds,
            "States": states,
        }
        arn = machines.create_state_machine(
            name=f"{STACK}-{name}", definition=json.dumps(body), roleArn=role
        )["stateMachineArn"]
        outputs[f"{name.title()}StateMachineArn"] = {"Value": arn}
    moto.client("s3", "test").create_bucket(Bucket="artifacts")
    moto.client("logs", "test").create_log_group(logGroupName=GROUP)
    nothing = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    template = {"Resources": {"Nothing": nothing}, "Outputs": outputs}
    moto.client("cloudformation", "test").create_stack(
        StackName=STACK, TemplateBody=json.dumps(template)
    )


@pytest.fixture
def dev(project: Path, moto: Emulator) -> Deployer:
    """A project whose environment `dev` is that stack."""
    (project / "envs").mkdir()
    text = f"region: {REGION}\nstack: {STACK}\n"
    (project / "envs/dev.yaml").write_text(text)
    for name in ("silent", "late"):
        spec = f"name: {name}\ntype: Pipeline\nsteps:\n  Pause: {{type: pass}}\n"
        (project / f"pipelines/{name}.yaml").write_text(spec)
    return Deployer(project, moto, "test")


def printed(dev: Deployer, job: str, *lines: str, instance: int = 1) -> None:
    """A job's container prints lines."""
    logs = dev.emulator.client("logs", "test")
    where = {"logGroupName": GROUP, "logStreamName": f"{job}/algo-{instance}-17"}
    try:
        logs.create_log_stream(**where)
    except logs.exceptions.ResourceAlreadyExistsException:
        pass
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines]
    logs.put_log_events(**where, logEvents=events)


def test_logs_of_jobs_are_read_from_every_instance(dev: Deployer) -> None:
    printed(dev, "dev-one", "reading", "done")
    printed(dev, "dev-one", "helping", instance=2)
    printed(dev, "dev-one-more", "of another job")
    result = dev("run", "small", "-e", "dev", "--name", "one", "-i", "seconds=0")
    assert result.returncode == 0, result.stderr
    logs = dev("logs", "one", "-e", "dev")
    assert logs.stdout.splitlines() == [
        "First | reading",
        "First | done",
        "First | helping",
    ]
    assert dev("logs", "one", "First", "-e", "dev").stdout.startswith("reading\n")
    none = dev("logs", "one", "Second", "-e", "dev")
    assert (none.returncode, none.stdout) == (0, "")
    assert "no job has printed anything" in none.stderr


def test_log_lines_come_while_the_execution_runs(dev: Deployer) -> None:
    run = ("run", "small", "-e", "dev", "--no-wait", "-i", "seconds=900")
    started = dev(*run, "--name", "two")
    assert started.returncode == 0, started.stderr
    printed(dev, "dev-two", "first line")
    process = start(dev, "logs", "two", "-e", "dev", "--follow")
    assert process.stdout
    assert process.stdout.readline() == "First | first line\n"
    printed(dev, "dev-two", "second line")
    assert process.stdout.readline() == "First | second line\n"
    assert dev("stop", "two", "-e", "dev").returncode == 0
    rest, errors = process.communicate(timeout=LONGEST_SECONDS)
    assert process.returncode == 0, errors
    assert rest == ""


def test_a_failed_job_shows_the_end_of_its_log_and_where_it_is(dev: Deployer) -> None:
    lines = [*(f"line {n}" for n in range(30)), "it broke"]
    printed(dev, "dev-bad", *lines)
    result = dev("run", "silent", "-e", "dev", "--name", "bad")
    assert result.returncode == 4
    told = "step 'First' timed out: States.Timeout: over its time limit of "
    assert told in result.stderr
    assert "    line 29\n    it broke\n" in result.stderr
    assert "    line 20\n" not in result.stderr
    assert "#/processing-jobs/dev-bad\n" in result.stderr
    where = result.stderr.partition("whole log: ")[2].strip()
    assert where.startswith("https://us-east-1.console.aws.amazon.com/cloudwatch/")
    assert "$252Faws$252Fsagemaker$252FProcessingJobs" in where
    assert "dev-bad" in where


def test_an_execution_that_times_out_ends_so(dev: Deployer) -> None:
    result = dev("run", "late", "-e", "dev", "--name", "late")
    assert result.returncode == 4
    assert "'late' ended TIMED_OUT" in result.stderr
    listed = dev("list", "-e", "dev", "--status", "TIMED_OUT", "--format", "json")
    assert [record["name"] for record in json.loads(listed.stdout)] == ["late"]
    assert "Pause" in dev("status", "late", "-e", "dev").stdout


def test_attempts_and_details_are_those_of_the_history(dev: Deployer) -> None:
    run = ("run", "small", "-e", "dev", "--no-wait", "-i", "seconds=4")
    dev(*run, "--name", "three")
    done = ("list", "small", "-e", "dev", "--status", "SUCCEEDED")
    wait_for(lambda: "three" in dev(*done).stdout)
    shown = json.loads(dev("status", "three", "-e", "dev", "--format", "json").stdout)
    first, second = shown["steps"]
    assert (first["step"], first["attempts"], first["status"]) == (
        *("First", 1),
        "SUCCEEDED",
    )
    assert second["stopped"] - second["started"] >= 3
