"""So many executions of a pipeline at a time, whoever starts them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.functional.aws.conftest import Deployer
from tests.items import CONDITIONS, ITEM, NAMES, UPDATES, VALUES
from tests.patience import wait_for

# An execution of it is over when somebody stops it.
LONG = """
name: small
max_concurrent_executions: 1
when_full: fail
timeout_seconds: 900
steps:
  Long: {type: wait, seconds: 300}
"""


@pytest.fixture
def deployer(relayed: Deployer) -> Deployer:
    spec = next((relayed.root / "pipelines").glob("*.yaml"))
    spec.write_text(LONG)
    created = relayed("create")
    assert created.returncode == 0, created.stderr
    return relayed


class Slots:
    """The slots of a deployed pipeline, and its executions."""

    def __init__(self, deployer: Deployer) -> None:
        self.client = deployer.emulator.client("stepfunctions", deployer.account)
        self.table = deployer.emulator.client("dynamodb", deployer.account)
        self.machine = deployer.machines()[f"{deployer.stack}-small"]
        self.named = {
            "TableName": f"{deployer.stack}-slots",
            "Key": {"pipeline": {"S": f"{deployer.stack}-small"}},
        }

    def start(self, name: str) -> str:
        given = {"stateMachineArn": self.machine, "name": name, "input": "{}"}
        return str(self.client.start_execution(**given)["executionArn"])

    def told(self, arn: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_execution(executionArn=arn)
        return found

    def reached(self, arn: str) -> set[str]:
        history = self.client.get_execution_history(executionArn=arn)["events"]
        details = (event.get("stateEnteredEventDetails", {}) for event in history)
        return {one["name"] for one in details if one}

    def holders(self) -> set[str]:
        item = self.table.get_item(**self.named).get("Item", {})
        return {*item.get("executions", {}).get("SS", ())}

    def days(self) -> list[dict[str, Any]]:
        """The items of days."""
        found = self.table.scan(TableName=self.named["TableName"])["Items"]
        return [one for one in found if "/" in one["pipeline"]["S"]]

    def put(self, *holders: str) -> None:
        self.table.update_item(
            **self.named,
            UpdateExpression="ADD executions :them",
            ExpressionAttributeValues={":them": {"SS": [*holders]}},
        )


@pytest.fixture
def deploy(deployer: Deployer) -> Iterator[Callable[[], Slots]]:
    """Deploys it; what runs then is stopped after the test."""
    made: list[Slots] = []

    def deploy() -> Slots:
        deployed = deployer.deploy()
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        made.append(Slots(deployer))
        return made[-1]

    yield deploy
    found = made[-1]
    listed = found.client.list_executions(stateMachineArn=found.machine)["executions"]
    for one in listed:
        if one["status"] == "RUNNING":
            found.client.stop_execution(executionArn=one["executionArn"])


def test_one_too_many_fails_before_its_first_step(deploy: Callable[[], Slots]) -> None:
    slots = deploy()
    first = slots.start("first")
    wait_for(lambda: "Long" in slots.reached(first))
    assert slots.holders() == {first}
    second = slots.start("second")
    wait_for(lambda: slots.told(second)["status"] == "FAILED")
    ended = slots.told(second)
    assert ended["error"] == "Slots.Full"
    assert "1 executions run" in ended["cause"]
    assert "Long" not in slots.reached(second)
    # Stopped by hand, it gives its slot back; so does one that never had one.
    slots.client.stop_execution(executionArn=first)
    wait_for(lambda: slots.holders() == set())
    third = slots.start("third")
    wait_for(lambda: "Long" in slots.reached(third))


def test_a_slot_of_what_runs_no_more_is_taken_back(deploy: Callable[[], Slots]) -> None:
    slots = deploy()
    ended = slots.start("ended")
    slots.client.stop_execution(executionArn=ended)
    wait_for(lambda: slots.holders() == set())
    never = ended.replace(":ended", ":never-ran")
    slots.put(ended, never)
    next = slots.start("next")
    wait_for(lambda: "Long" in slots.reached(next))
    assert slots.holders() == {next}


def test_an_environment_says_how_many(
    deployer: Deployer, deploy: Callable[[], Slots]
) -> None:
    file = deployer.root / "envs/dev.yaml"
    file.write_text(file.read_text() + "max_concurrent_executions: {small: 2}\n")
    slots = deploy()
    started = [slots.start(name) for name in ("a", "b", "c")]
    wait_for(lambda: any(slots.told(one)["status"] == "FAILED" for one in started))
    assert sum(slots.told(one)["status"] == "RUNNING" for one in started) == 2


def test_an_environment_bounds_how_many_start_a_day(
    deployer: Deployer, deploy: Callable[[], Slots]
) -> None:
    file = deployer.root / "envs/dev.yaml"
    file.write_text(file.read_text() + "limits: {executions_per_day: 1}\n")
    slots = deploy()
    first = slots.start("first")
    wait_for(lambda: "Long" in slots.reached(first))
    second = slots.start("second")
    wait_for(lambda: slots.told(second)["status"] == "FAILED")
    assert slots.told(second)["error"] == "Executions.PerDay"
    assert "Take a slot" not in slots.reached(second)
    (day,) = slots.days()
    assert day["executions"]["SS"] == [first]
    assert int(day["expires"]["N"]) > 86_400
    told = deployer("status", "second", "-e", "dev")
    assert "Count a start" not in told.stdout and "No start is left" in told.stdout


@pytest.fixture
def table(deployer: Deployer) -> Any:
    client = deployer.emulator.client("dynamodb", deployer.account)
    client.create_table(
        TableName="items",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pipeline", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pipeline", "KeyType": "HASH"}],
    )
    return client


def _used(text: str) -> dict[str, Any]:
    """The names and values of an expression: DynamoDB refuses those it does not use."""
    words = text.replace("(", " ").replace(")", " ").replace(",", " ")
    parts = {part for word in words.split() for part in word.split(".")}
    plain = {part.partition("[")[0] for part in parts}
    names = {name: at for name, at in NAMES.items() if name in plain}
    values = {name: at for name, at in VALUES.items() if name in plain}
    found: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
    return {**found, **({"ExpressionAttributeValues": values} if values else {})}


def test_expressions_are_what_they_are_there(table: Any) -> None:
    """Of what is evaluated here nothing is otherwise in the emulator's DynamoDB."""
    for text, holds in CONDITIONS:
        table.put_item(TableName="items", Item=ITEM)
        try:
            table.put_item(
                TableName="items", Item=ITEM, ConditionExpression=text, **_used(text)
            )
            found = True
        except table.exceptions.ConditionalCheckFailedException:
            found = False
        assert found is holds, text
    for text, changed in UPDATES:
        table.put_item(TableName="items", Item=ITEM)
        answer = table.update_item(
            TableName="items",
            Key={"pipeline": {"S": "p"}},
            UpdateExpression=text,
            ReturnValues="ALL_NEW",
            **_used(text),
        )
        merged = {**ITEM, **changed}
        expected = {name: one for name, one in merged.items() if one is not None}
        assert json.dumps(_sorted(answer["Attributes"]), sort_keys=True) == json.dumps(
            _sorted(expected), sort_keys=True
        ), text


def _sorted(item: Any) -> Any:
    """Sets in one order, numbers in one spelling."""
    if isinstance(item, dict):
        return {key: _sorted(value) for key, value in item.items()}
    if isinstance(item, list) and all(isinstance(one, str) for one in item):
        return sorted(item)
    return [_sorted(one) for one in item] if isinstance(item, list) else item
