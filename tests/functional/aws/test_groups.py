"""Some pipelines deployed, and the others left as they are."""

from __future__ import annotations

import json
from shutil import copy

import pytest

from mlmax_pipelines.base.limits import Quota
from mlmax_pipelines.cli.main import run
from mlmax_pipelines.project import groups
from tests.functional.aws.conftest import Deployer

ALL = ("-e", "dev", "--yes", "--allow", "iam", "--allow", "replace")


def limits(deployer: Deployer) -> dict[str, int | None]:
    """Pipeline -> the time limit of its machine."""
    client = deployer.emulator.client("stepfunctions", deployer.account)
    found = {}
    for name, arn in deployer.machines().items():
        if not name.endswith("_recorder"):
            told = client.describe_state_machine(stateMachineArn=arn)
            limit = json.loads(told["definition"]).get("TimeoutSeconds")
            found[name.removeprefix(f"{deployer.stack}-")] = limit
    return found


@pytest.fixture
def three(deployer: Deployer) -> Deployer:
    """Pipelines `small`, `b` and `c`, of a second each."""
    set_limits(deployer, 1)
    return deployer


def set_limits(deployer: Deployer, seconds: int) -> None:
    folder = deployer.root / "pipelines"
    for name in ("small", "b", "c"):
        text = (
            f"name: {name}\ntimeout_seconds: {seconds}\nsteps:\n  A: {{type: pass}}\n"
        )
        (folder / f"{name}.yaml").write_text(text)
    for path in folder.glob("*.yaml"):
        if path.stem not in ("small", "b", "c"):
            path.unlink()


def test_what_is_not_named_stays_as_it_is(three: Deployer) -> None:
    refused = three("deploy", "d", "-e", "dev", "--bucket", three.bucket, "--yes")
    assert refused.returncode == 2 and "no pipeline 'd'" in refused.stderr
    first = three("deploy", "b", "-e", "dev", "--bucket", three.bucket, "--yes")
    assert first.returncode == 0, first.stderr
    assert limits(three) == {"b": 1}
    assert three("deploy", *ALL).returncode == 0
    assert limits(three) == {"small": 1, "b": 1, "c": 1}

    set_limits(three, 2)
    shown = three("diff", "c", "-e", "dev")
    assert shown.returncode == 1 and " c" in shown.stdout
    assert "small" not in shown.stdout
    done = three("deploy", "c", *ALL)
    assert done.returncode == 0, done.stderr
    assert limits(three) == {"small": 1, "b": 1, "c": 2}
    assert three("diff", "c", "-e", "dev").returncode == 0
    assert three("run", "b", "-e", "dev", "--name", "x").returncode == 0
    # One that the project no longer has stays, too, until all are deployed.
    (three.root / "pipelines/small.yaml").unlink()
    again = three("deploy", "b", *ALL)
    assert again.returncode == 0, again.stderr
    assert limits(three) == {"small": 1, "b": 2, "c": 2}
    last = three("deploy", *ALL)
    assert last.returncode == 0, last.stderr
    assert limits(three) == {"b": 2, "c": 2}


def test_too_many_for_one_operation_go_group_by_group(
    three: Deployer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in three.emulator.variables(three.account).items():
        monkeypatch.setenv(name, value)
    assert three("create").returncode == 0
    monkeypatch.setattr(groups, "OPERATION", Quota(27, "resources", "a page"))
    given = ["-C", str(three.root), "deploy", *ALL]
    assert run([*given, "--bucket", three.bucket]) == 0
    said = capsys.readouterr().err
    assert "groups of pipelines" in said
    assert limits(three) == {"small": 1, "b": 1, "c": 1}
    # And what the project no longer has goes.
    (three.root / "pipelines/c.yaml").unlink()
    copy(three.root / "pipelines/b.yaml", three.root / "pipelines/d.yaml")
    text = (three.root / "pipelines/d.yaml").read_text()
    (three.root / "pipelines/d.yaml").write_text(text.replace("name: b", "name: d"))
    assert three("create").returncode == 0
    assert run(given) == 0, capsys.readouterr().err
    assert limits(three) == {"small": 1, "b": 1, "d": 1}
