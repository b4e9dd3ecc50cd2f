"""Back to what was deployed before, without its specs."""

from __future__ import annotations

import json
from shutil import rmtree

from tests.functional.aws.conftest import Deployer


def test_an_earlier_deployment_is_deployed_from_its_package(
    deployer: Deployer,
) -> None:
    def state() -> str:
        client = deployer.emulator.client("stepfunctions", deployer.account)
        found = client.list_state_machines()["stateMachines"]
        arns = [one["stateMachineArn"] for one in found]
        told = [client.describe_state_machine(stateMachineArn=arn) for arn in arns]
        return json.dumps([one["definition"] for one in told])

    none = deployer("deployments", "-e", "dev")
    assert none.returncode == 3 and "is not deployed" in none.stderr
    assert deployer.deploy().returncode == 0
    first = state()
    nothing = deployer("rollback", "-e", "dev", "--yes")
    assert nothing.returncode == 2
    assert "there is nothing to go back to" in nothing.stderr
    spec = next((deployer.root / "pipelines").glob("*.yaml"))
    spec.write_text(spec.read_text() + "timeout_seconds: 777\n")
    assert deployer.deploy().returncode == 0
    second = state()
    assert first != second and "777" in second

    # The specs at hand do not matter, be there any.
    rmtree(deployer.root / "modules")
    done = deployer("rollback", "-e", "dev", "--yes")
    assert done.returncode == 0, done.stderr
    assert "TimeoutSeconds" in done.stdout
    assert state() == first
    listed = json.loads(deployer("deployments", "-e", "dev", "--format", "json").stdout)
    assert len(listed) == 3 and listed[0]["rolled_back_to"] == listed[2]["id"]
    shown = deployer("deployments", "-e", "dev").stdout
    assert f"(back to {listed[2]['id']})" in shown
    again = deployer("rollback", "-e", "dev", "--yes", "--to", listed[1]["id"])
    assert again.returncode == 0, again.stderr
    assert state() == second
    unknown = deployer("rollback", "-e", "dev", "--to", "20200101-000000-0a1b")
    assert unknown.returncode == 2
    assert "no deployment '20200101-000000-0a1b' is recorded" in unknown.stderr


def test_a_project_without_job_code_is_deployed_twice(
    deployer: Deployer,
) -> None:
    for folder in ("pipelines", "modules"):
        rmtree(deployer.root / folder, ignore_errors=True)
    (deployer.root / "pipelines").mkdir()
    spec = deployer.root / "pipelines" / "plain.yaml"
    spec.write_text("name: plain\nsteps:\n  A: {type: succeed}\n")
    assert deployer.deploy().returncode == 0
    spec.write_text("name: plain\nsteps:\n  B: {type: succeed}\n")
    again = deployer("deploy", "-e", "dev", "--yes")
    assert again.returncode == 0, again.stderr
