"""Small projects, compiled, and run by the interpreter with tasks that answer.

Tasks answer as AWS does: with the shape of the Describe call, or of the API's own
response. What each was asked for is kept.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.compiled import CompiledPipeline, DataFile
from mlmax_pipelines.compiler.entry import compile_project
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.interpreter import Execution, StateError, run
from mlmax_pipelines.local import substitutions

REPOSITORY = Path(__file__).parents[3]
# The longest name an environment may have.
ENVIRONMENT = Environment("production", "local", values={"team": "ml", "rows": 3})
ARN = "arn:aws:sagemaker:us-east-1:000000000000"

COPY = """
name: copy
type: processing
interface:
  inputs:
    rows: {type: s3, default: null}
    other: {type: s3, default: null}
    level: {type: number, default: null}
    word: {type: string, default: null}
  outputs:
    rows: {type: s3}
    quality: {type: metrics, values: {score: number, name: string}}
    loose: {type: metrics}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/copy.py
"""
FIT = """
name: fit
type: training
interface:
  inputs: {rows: {type: s3}, depth: {type: integer, default: 3}}
  outputs: {model: {type: s3}}
implementation:
  image: {framework: xgboost, version: 3.0-5}
  entry_point: src/fit.py
"""
CALL = """
name: call
type: lambda
implementation: {function: somebodys-function}
"""
MODULES = {"copy": COPY, "fit": FIT, "call": CALL}
CODE = {
    "src/copy.py": "",
    "src/fit.py": "",
    "src/load.py": "def handler(event, context):\n    return event\n",
    "data/rows.csv": "a\n1\n",
}


def write(
    root: Path, steps: str, modules: Mapping[str, str] = MODULES, **head: str
) -> Path:
    """A project with the pipeline `p` in a folder; `head` are keys of the pipeline."""
    keys = "".join(f"{key}: {value}\n" for key, value in head.items())
    files = {f"modules/{name}.yaml": text for name, text in modules.items()}
    files["pipelines/p.yaml"] = f"name: p\n{keys}steps:\n{steps}"
    for name, text in {**CODE, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def compiled(root: Path, steps: str, **more: Any) -> CompiledPipeline:
    (pipeline,) = compile_project(write(root, steps, **more))
    return pipeline


def problems(root: Path, steps: str, **more: Any) -> list[str]:
    """What is wrong: `file:line:column: message | hint` each."""
    try:
        compile_project(write(root, steps, **more))
    except SpecError as error:
        return [f"{p.where}: {p.message} | {p.hint}" for p in error.problems]
    return []


@dataclass
class Ran:
    """An execution that has ended. `calls` are (state, resource, arguments); `events`
    are those of its own state machine."""

    status: str
    output: Any
    error: str | None
    cause: str | None
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    events: list[HistoryEvent] = field(default_factory=list)

    def arguments(self, state: str) -> Any:
        """What the one call of a state was given."""
        (found,) = self.all_arguments(state)
        return found

    def all_arguments(self, state: str) -> list[Any]:
        return [arguments for name, _, arguments in self.calls if name == state]

    def job_names(self) -> list[str]:
        keys = ("ProcessingJobName", "TrainingJobName", "TransformJobName")
        return [a[key] for _, _, a in self.calls for key in keys if key in a]


def execute(
    pipeline: CompiledPipeline,
    input: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
    name: str = "a-run",
    redrives: int = 0,
) -> Ran:
    """Run a compiled pipeline; `answers` by state: a value, an error, or a function."""
    sources = pipeline.substitutions.values()
    files = {s.path: f"s3://code/{s.path}" for s in sources if isinstance(s, DataFile)}
    code = dict.fromkeys(pipeline.code, "code/0a1b")
    filled = substitutions.values(pipeline, ENVIRONMENT, code, files)
    parts = {
        substitutions.machine_arn(part.name): substitutions.resolve(
            part.definition, filled
        )
        for part in pipeline.parts
    }
    ran = Ran("", None, None, None)
    lock = threading.Lock()

    def handle(request: Any) -> Any:
        with lock:
            ran.calls.append((request.state, request.resource, request.arguments))
        if "startExecution" in request.resource:
            part = parts[request.arguments["StateMachineArn"]]
            done = _run(
                part, request.arguments["Input"], handle, f"part-{len(ran.calls)}"
            )
            if done.status != "SUCCEEDED":
                raise StateError("States.TaskFailed", f"{done.error}: {done.cause}")
            return {"Output": done.output}
        return _answer(request, answers or {})

    definition = substitutions.resolve(pipeline.definition, filled)
    result = _run(
        definition, dict(input or {}), handle, name, redrives, ran.events.append
    )
    ran.status, ran.output = result.status, result.output
    ran.error, ran.cause = result.error, result.cause
    return ran


def run_definition(definition: Any) -> Any:
    """How a definition without tasks ends."""
    return _run(definition, {}, None, "a-run")


def _run(
    definition: Any,
    input: Any,
    tasks: Any,
    name: str,
    redrives: int = 0,
    on_event: Callable[[HistoryEvent], None] | None = None,
) -> Any:
    execution = Execution(
        id=f"arn:aws:states:us-east-1:000000000000:execution:p:{name}",
        name=name,
        state_machine_id="arn:aws:states:us-east-1:000000000000:stateMachine:p",
        state_machine_name="p",
        start_time=1_900_000_000.0,
        redrive_count=redrives,
    )
    return run(
        definition,
        json.loads(json.dumps(input)),
        execution=execution,
        tasks=tasks,
        on_event=on_event,
        stop=threading.Event(),
        clock=_Clock(),
    )


class _Clock:
    """Waiting takes no time, and every look at the clock a millisecond."""

    def __init__(self) -> None:
        self.time = 1_900_000_000.0

    def now(self) -> float:
        self.time += 0.001
        return self.time

    def wait(self, seconds: float, stop: threading.Event) -> None:
        self.time += seconds


def _answer(request: Any, answers: Mapping[str, Any]) -> Any:
    answer = answers.get(request.state)
    if isinstance(answer, list):
        answer = answer.pop(0) if answer else None
    if isinstance(answer, StateError):
        raise StateError(answer.error, answer.cause)
    if callable(answer):
        return answer(request)
    if answer is not None:
        return answer
    action = request.resource.partition(":::")[2]
    assert action in _AWS, f"say what AWS answers to '{request.state}' ({action})"
    return _AWS[action](request.arguments)


def _trained(given: Any) -> Any:
    model = (
        f"{given['OutputDataConfig']['S3OutputPath']}{given['TrainingJobName']}/output/"
    )
    return {**given, "ModelArtifacts": {"S3ModelArtifacts": f"{model}model.tar.gz"}}


def _package(given: Any) -> Any:
    return {
        "ModelPackageArn": given["ModelPackageName"],
        "ModelPackageVersion": 7,
        "InferenceSpecification": {
            "Containers": [{"ModelDataUrl": "s3://artifacts/train/model.tar.gz"}]
        },
        "CustomerMetadataProperties": {"transformer": "s3://artifacts/train/t/"},
    }


_METRICS = json.dumps({"score": 0.5, "name": "first"})
_AWS: Mapping[str, Callable[[Any], Any]] = {
    "sagemaker:createProcessingJob.sync": lambda given: {**given},
    "sagemaker:createTrainingJob.sync": _trained,
    "sagemaker:createTransformJob.sync": lambda given: {**given},
    "sagemaker:createModel": lambda g: {"ModelArn": f"{ARN}:model/{g['ModelName']}"},
    "aws-sdk:sagemaker:deleteModel": lambda given: {},
    "aws-sdk:sagemaker:createModelPackage": lambda given: {
        "ModelPackageArn": f"{ARN}:model-package/{given['ModelPackageGroupName']}/7"
    },
    "aws-sdk:sagemaker:listModelPackages": lambda given: {
        "ModelPackageSummaryList": [
            {
                "ModelPackageArn": f"{ARN}:model-package/"
                f"{given['ModelPackageGroupName']}/7"
            }
        ]
    },
    "aws-sdk:sagemaker:describeModelPackage": _package,
    "aws-sdk:s3:getObject": lambda given: {"Body": _METRICS},
    "lambda:invoke": lambda given: {"StatusCode": 200, "Payload": given["Payload"]},
}
