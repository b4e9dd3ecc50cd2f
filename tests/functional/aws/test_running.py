"""A deployment that takes from executions what they run with."""

from __future__ import annotations

from tests.functional.aws.conftest import Deployer
from tests.functional.aws.recording import start
from tests.patience import LONGEST_SECONDS, wait_for

WAIT = """\
steps:
  Pause: {type: wait, seconds: 600}
"""


def test_running_executions_are_told_of_and_waited_for(deployer: Deployer) -> None:
    spec = deployer.root / "pipelines" / "small.yaml"
    whole = spec.read_text().replace("steps:\n", WAIT, 1)
    spec.write_text(whole)
    assert deployer.deploy().returncode == 0
    run = ("run", "small", "-e", "dev", "--no-wait", "--name", "slow")
    assert deployer(*run).returncode == 0
    # Without its jobs, the pipeline may start none.
    spec.write_text("name: small\n" + WAIT)
    shown = deployer("diff", "-e", "dev")
    assert shown.returncode == 1
    assert f"1 execution of {deployer.stack}-small runs with" in shown.stdout

    waits = start(deployer, "deploy", "-e", "dev", "--yes", "--when-idle")
    try:
        assert waits.stderr is not None
        line = ""
        while "waiting:" not in line:
            line = waits.stderr.readline()
            assert line, "it ended without a word of waiting"
        assert waits.poll() is None and deployer.status() == "CREATE_COMPLETE"
        assert deployer("stop", "slow", "-e", "dev").returncode == 0
        assert waits.wait(LONGEST_SECONDS) == 0
    finally:
        waits.kill()
    wait_for(lambda: deployer.status() == "UPDATE_COMPLETE")
