"""A definition of Pass states, executed by moto's engine: `execute.py DEFINITION.json`.

What comes in: the definition. What goes out: the execution's output on stdout. Never:
AWS is called; moto answers in this process.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import boto3
from moto import mock_aws

ROLE = "arn:aws:iam::123456789012:role/states"
LOOK_SECONDS = 0.005


@mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
def main() -> None:
    client = boto3.client("stepfunctions", region_name="eu-west-1")
    definition = Path(sys.argv[1]).read_text(encoding="utf-8")
    machine = client.create_state_machine(
        name="passes", definition=definition, roleArn=ROLE
    )
    started = client.start_execution(
        stateMachineArn=machine["stateMachineArn"], input="{}"
    )
    while True:
        execution = client.describe_execution(executionArn=started["executionArn"])
        if execution["status"] != "RUNNING":
            break
        time.sleep(LOOK_SECONDS)
    if execution["status"] != "SUCCEEDED":
        sys.exit(f"the execution ended {execution['status']}")
    print(execution["output"])


if __name__ == "__main__":
    main()
