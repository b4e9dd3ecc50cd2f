"""`pipeline simulate`: a definition and mocks in, the execution's output out.

Never: starts a job, calls AWS, or waits.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from mlmax_pipelines.asl.canonical import parsed
from mlmax_pipelines.base.errors import ExecutionError, UsageError
from mlmax_pipelines.cli.app import show


@click.command()
@click.argument("definition", required=False, metavar="[DEFINITION.json]")
@click.option(
    "--input", "-i", "given", default="{}", metavar="FILE|JSON", help="Execution input."
)
@click.option(
    "--mocks", "-m", metavar="FILE", help="Answers of the tasks, JSON or YAML."
)
@click.option(
    "--test-case", metavar="NAME", help="Test case of Step Functions Local's mocks."
)
@click.option(
    "--jsonl", is_flag=True, help="Answer a JSON line on stdout per line on stdin."
)
def simulate(
    definition: str | None,
    given: str,
    mocks: str | None,
    test_case: str | None,
    jsonl: bool,
) -> None:
    """Run a state machine definition with its tasks answered by mocks.

    Any Amazon States Language definition will do. Waits and retries take no time. The
    output is printed to stdout, the states gone through to stderr; the exit code is 4
    when the execution fails.

    A mocks file maps a state's name, or a resource, to what it answers: one answer,
    or one per call, of which the last repeats.

    \b
      Train:
        - {error: SageMaker.AmazonSageMakerException, cause: throttled}
        - {result: {TrainingJobName: job-1}}

    \b
    Examples:
      pipeline simulate training.asl.json --mocks mocks.yaml
      pipeline simulate training.asl.json -i '{"min_roc_auc": 0.9}' -m mocks.yaml
      pipeline simulate machine.json -m MockConfigFile.json --test-case HappyPath
    """
    from mlmax_pipelines.local.simulate import serve_lines

    if jsonl:
        serve_lines(sys.stdin, sys.stdout)
        return
    if definition is None:
        raise UsageError(
            "no definition given", hint="pipeline simulate DEFINITION.json --mocks FILE"
        )
    _simulate_one(definition, given, mocks, test_case)


def _simulate_one(
    definition: str, given: str, mocks: str | None, test_case: str | None
) -> None:
    from mlmax_pipelines.local.simulate import simulate_file, trace

    result = simulate_file(
        _read(Path(definition)),
        _input(given),
        _read(Path(mocks)) if mocks else {},
        test_case,
        trace(sys.stderr),
    )
    if result.status != "SUCCEEDED":
        told = [part for part in (result.error, result.cause) if part]
        raise ExecutionError(
            ": ".join([f"the execution {result.status.lower()}", *told])
        )
    show(json.dumps(result.output, indent=2, ensure_ascii=False))


def _input(given: str) -> Any:
    if os.path.isfile(given):
        return _read(Path(given))
    try:
        return parsed(given)
    except ValueError as error:
        raise UsageError(
            f"the input is neither a file nor JSON: '{given}' ({error})",
            hint="give a path, or JSON such as '{\"key\": 1}'",
        ) from None


def _read(path: Path) -> Any:
    """The JSON or YAML of a file."""
    if path.suffix in (".yaml", ".yml"):
        from mlmax_pipelines.yaml.document import load

        return load(path, str(path)).data
    try:
        return parsed(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read '{path}': {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"'{path}' is not JSON: {error}") from None
