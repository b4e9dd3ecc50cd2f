"""The reference pipelines on the emulator: the same walk as on this machine.

Job by job the emulator gives the answers that SageMaker's stand-ins on this machine
gave (the Describe responses of real jobs on the real data).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.aws.conftest import ENVIRONMENT, Deployer, Emulator, new_account
from tests.functional.aws.recording import CASE, config, history, recorded, start
from tests.functional.aws.relay import Relay, choosing
from tests.patience import LONGEST_SECONDS

pytest.importorskip("xgboost", reason="the reference jobs need the extra 'local'")


@pytest.fixture(scope="module")
def reference(
    tmp_path_factory: pytest.TempPathFactory, emulator: Emulator
) -> Iterator[Deployer]:
    """The reference project, deployed; `good` and `bad` ran here and were recorded."""
    # Another one each time: tests that a worker steals make it again.
    account = new_account()
    root = tmp_path_factory.mktemp("reference") / "project"
    emulator.client("s3", account).create_bucket(Bucket=f"code-{account}")
    made = Deployer(root.parent, emulator, account)
    assert made("init", root).returncode == 0
    dev = Deployer(root, emulator, account)
    (root / "envs/dev.yaml").write_text(ENVIRONMENT.format(stack=dev.stack))
    deployed = dev.deploy()
    assert deployed.returncode == 0, deployed.stderr
    # Both at once: each leaves a core free.
    bad = start(dev, "run", "training", "--name", "bad", "-i", "min_roc_auc=0.99999")
    good = dev("run", "training", "--name", "good")
    _, errors = bad.communicate(timeout=LONGEST_SECONDS)
    assert good.returncode == 0, good.stderr
    assert bad.returncode == 4, errors
    answers = recorded(dev, "training", "good")
    emulator.answer_tasks(config(f"{dev.stack}-training", answers))
    with Relay(emulator.url) as relay:
        relay.rules.append(choosing(CASE))
        dev.url = relay.url
        yield dev


def entered_here(dev: Deployer, name: str) -> list[str]:
    """Without what ran inside of others, which the emulator's history leaves out."""
    folder = dev.root / ".mlmax/local/executions/training" / name
    definition = json.loads((folder / "definition.json").read_text())
    return [
        event["details"]["name"]
        for event in history(dev, "training", name)
        if event["type"].endswith("StateEntered")
        and event["details"]["name"] in definition["States"]
    ]


def entered_there(dev: Deployer, name: str) -> list[str]:
    """Asked of the emulator itself, not of the code under test."""
    machines = dev.emulator.client("stepfunctions", dev.account)
    found = machines.list_state_machines()["stateMachines"]
    (arn,) = [m["stateMachineArn"] for m in found if m["name"].endswith("-training")]
    execution = f"{arn.replace(':stateMachine:', ':execution:')}:{name}"
    events = machines.get_execution_history(executionArn=execution)["events"]
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in events
        if event["type"].endswith("StateEntered")
    ]


def test_training_goes_the_same_way_as_on_this_machine(reference: Deployer) -> None:
    result = reference("run", "training", "-e", "dev", "--name", "good")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("good  SUCCEEDED")
    assert entered_there(reference, "good") == entered_here(reference, "good")
    compared = reference("compare", "good", "good", "-e", "dev")
    assert compared.returncode == 0


def test_a_model_below_the_threshold_is_refused_there_as_here(
    reference: Deployer,
) -> None:
    run = ("run", "training", "-e", "dev", "--name", "bad")
    result = reference(*run, "-i", "min_roc_auc=0.99999")
    assert result.returncode == 4
    assert "ModelRejected" in result.stderr
    assert "below the threshold min_roc_auc of 0.99999" in result.stderr
    assert entered_there(reference, "bad") == entered_here(reference, "bad")


def test_metrics_and_steps_are_those_of_this_machine(reference: Deployer) -> None:
    name = "same"
    assert reference("run", "training", "-e", "dev", "--name", name).returncode == 0
    there = json.loads(
        reference("status", name, "-e", "dev", "--format", "json").stdout
    )
    here = json.loads(reference("status", "good", "--format", "json").stdout)
    assert [row["step"] for row in there["steps"]] == [
        row["step"] for row in here["steps"]
    ]
    evaluation = there["output"]["steps"]["Evaluate"]
    assert (
        evaluation["outputs"]["evaluation"]["values"]
        == (here["output"]["steps"]["Evaluate"]["outputs"]["evaluation"]["values"])
    )


def test_the_report_of_a_run_there_has_the_graph_and_the_metrics(
    reference: Deployer, tmp_path: Path
) -> None:
    assert reference("run", "training", "-e", "dev", "--name", "told").returncode == 0
    page = tmp_path / "page.html"
    result = reference("report", "told", "-e", "dev", "-o", page)
    assert result.returncode == 0, result.stderr
    text = page.read_text()
    assert "<svg" in text and "roc_auc" in text and "Versions" in text
