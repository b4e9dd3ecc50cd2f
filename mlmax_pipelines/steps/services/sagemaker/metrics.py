"""Metrics that a job wrote as JSON, read into the state and checked there: no Lambda.

What comes in: a step and its output of type metrics. What goes out: one Parallel state
around what reads the file and checks it against what the module declares. A file that
is not there, is no JSON, lacks a value or has one of another type fails that state with
an error of its own, which the step's `catch` receives. Never: a gate that compares a
text as a number.

A Task cannot raise an error of one's own choosing. A Fail state can, and from a branch
its error is that of the Parallel state. JSON that does not parse is told by JSONata's
`$parse`, whose States.QueryEvaluationError can be caught; an intrinsic function's
failure is States.Runtime, which nothing catches. Sources: AWS Step Functions Developer
Guide, "Handling errors in Step Functions workflows", "Transforming data with JSONata in
Step Functions", "Choice workflow state".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.names import state_name
from mlmax_pipelines.compiled import METRICS_INVALID, Job, MetricsFile
from mlmax_pipelines.steps import iam, retries, sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, OutputPort, ResolvedStep
from mlmax_pipelines.steps.outputs import output_key
from mlmax_pipelines.steps.queries import query
from mlmax_pipelines.steps.services.s3.jobs import GET_OBJECT
from mlmax_pipelines.steps.values import Value, result, state_data, to_text

Names = tuple[str, ...]
ERRORS = {
    METRICS_INVALID: "a metrics file is not what its module declares: not there, no "
    "JSON, a value missing or of another type; mend the script, then replay the step"
}
# What tells that the file is not there, is no JSON, or has more than a state may hold.
_UNREADABLE = (
    "S3.NoSuchKeyException",
    "States.QueryEvaluationError",
    "States.DataLimitExceeded",
)
_TESTS = {
    "number": "IsNumeric",
    "integer": "IsNumeric",
    "boolean": "IsBoolean",
    "string": "IsString",
    "s3": "IsString",
}
# What a list or an object is not. The language has no test for either.
_SCALARS = ("IsNumeric", "IsBoolean", "IsString", "IsNull")
# A number beyond these is NaN or infinite, whatever a parser makes of such a word.
_LEAST, _MOST = -1e300, 1e300
# A whole number as a text: `3`, `3.0`, `3.0E20`.
_WHOLE = ("*.0", "*.0E*")


def read_metrics(step: ResolvedStep, port: OutputPort, context: BuildContext) -> Draft:
    """The state that reads a metrics file into `$.steps.<Step>.outputs.<output>`."""
    name = (step.name, port.name)
    file = MetricsFile(step.name, port.name, port.file, port.values)
    failed = Draft(
        sdk.fail(
            state_name(*name, "invalid"), error=METRICS_INVALID, cause=must_be(file)
        )
    )
    read = _read(step, name, file, context)
    sdk.add_catch(read.state, _UNREADABLE, failed.state)
    checks = _checks(name, file.values, failed) if file.values else []
    if checks:
        read.state.next_step = checks[0].state
    inside = (read, *checks, failed)
    branch = sdk.definition(read.state.state_id, [draft.state for draft in inside])
    state = sdk.parallel(
        state_name(*name),
        [branch],
        result_selector={"values": result("$[0].values")},
        result_path=path_text(("steps", step.key, "outputs", port.name)),
    )
    return Draft(state, inside=inside)


def must_be(file: MetricsFile) -> str:
    """What the file must be, in one sentence."""
    names = ", ".join(f"'{name}' ({type})" for name, type in file.values.items())
    form = f"a JSON object with {names}" if names else "a JSON object"
    place = f"'{file.name}' to its output '{file.output}'"
    return f"step '{file.step}' must write {place}: {form}"


def _read(
    step: ResolvedStep, name: Names, file: MetricsFile, context: BuildContext
) -> Draft:
    bucket = context.parameter("ArtifactBucket")
    key = query(*output_key(step, file.output, context), file.name)
    draft = context.query(
        state_name(*name, "file"),
        Job(GET_OBJECT, metrics=file),
        {"Bucket": bucket, "Key": key},
        {"values": "{% $parse($states.result.Body) %}"},
    )
    items = ["*"] if step.item else []
    parts = layout.output(context.pipeline, "*", step.key, file.output, *items)
    place = "".join(parts) + file.name
    draft.execution_role = (
        iam.read_objects(bucket, (place,), "reads the metrics its job wrote"),
        iam.tell_missing(bucket),
    )
    if step.retry != ():  # how often the job is tried says nothing about its file
        retries.of_infrastructure(draft)
    if step.timeout_seconds:
        sdk.limit_time(draft.state, step.timeout_seconds)
    return draft


def _checks(name: Names, values: Mapping[str, str], failed: Draft) -> list[Draft]:
    """States that go on to the last one with values of the declared types only."""
    valid = Draft(sdk.succeed(state_name(*name, "valid")))
    rules = [r for key, type in values.items() for r in _rules(_value(key), type)]
    whole = [_value(key) for key, type in values.items() if type == "integer"]
    if not whole:
        return [_choice((*name, "check"), rules, valid, failed), valid]
    kept = {"values": state_data("$.values"), "texts": [to_text(one) for one in whole]}
    texts = Draft(sdk.pass_(state_name(*name, "texts"), parameters=kept))
    tests = [_is_whole(state_data(f"$.texts[{i}]")) for i in range(len(whole))]
    second = _choice((*name, "whole"), tests, valid, failed)
    texts.state.next_step = second.state
    return [_choice((*name, "check"), rules, texts, failed), texts, second, valid]


def _choice(name: Names, rules: Sequence[Any], fits: Draft, failed: Draft) -> Draft:
    draft = Draft(sdk.choice(state_name(*name)))
    draft.state.add_choice(_combined("And", rules), fits.state)
    draft.state.default_choice(failed.state)
    return draft


def _value(name: str) -> Value:
    return state_data(path_text(("values", name)))


def _rules(value: Value, type: str) -> list[Any]:
    """That a value is there, and of a declared type. The tests are made in order, up to
    the first that fails: a test of what is not there would end the execution."""
    there = sdk.rule("IsPresent", value, True)
    test = _TESTS.get(type)
    if test:
        tests = [sdk.rule(test, value, True)]
    else:
        tests = [sdk.combine("Not", [sdk.rule(t, value, True)]) for t in _SCALARS]
    if test == "IsNumeric":
        tests.append(sdk.rule("NumericGreaterThanEquals", value, _LEAST))
        tests.append(sdk.rule("NumericLessThanEquals", value, _MOST))
    if type == "s3":
        tests.append(sdk.rule("StringMatches", value, f"{layout.SCHEME}*"))
    return [there, *tests]


def _is_whole(text: Value) -> Any:
    """That a number's text is one of a whole number."""
    broken = sdk.combine("Not", [sdk.rule("StringMatches", text, "*.*")])
    return sdk.combine(
        "Or", [broken, *(sdk.rule("StringMatches", text, form) for form in _WHOLE)]
    )


def _combined(operator: str, rules: Sequence[Any]) -> Any:
    return rules[0] if len(rules) == 1 else sdk.combine(operator, rules)
