"""What a pipeline's text becomes: values, types, rules for errors, chains."""

from __future__ import annotations

from mlmax_pipelines.compiled import MISSING, Parameter
from mlmax_pipelines.spec.model import Catcher, Pipeline, Retrier
from mlmax_pipelines.spec.pipelines import all_steps, parse_pipeline
from mlmax_pipelines.yaml import document as source


def _pipeline(text: str) -> Pipeline:
    pipeline, problems = parse_pipeline(source.parse(text, "p.yaml"))
    assert [str(problem) for problem in problems] == []
    assert pipeline is not None
    return pipeline


def test_what_is_left_out_has_its_default() -> None:
    pipeline = _pipeline("name: p\nsteps:\n  A: {module: m}\n")
    assert (pipeline.type, pipeline.description, pipeline.schedules) == (
        "Pipeline",
        "",
        (),
    )
    step = pipeline.steps["A"]
    assert (step.next, step.end, step.retry, step.catch) == ("", False, None, None)
    assert (step.inputs, step.fields, step.timeout_seconds) == ({}, {}, None)


def test_parameters_have_types_and_defaults() -> None:
    text = (
        "name: p\nparameters:\n"
        "  a: {type: s3}\n"
        "  b: {type: number, default: 2, description: two}\n"
        "  c: {type: string, default: 1.10, enum: [1.10, x]}\n"
        "steps:\n  A: {module: m}\n"
    )
    assert _pipeline(text).parameters == {
        "a": Parameter("a", "s3", MISSING),
        "b": Parameter("b", "number", 2, "two"),
        "c": Parameter("c", "string", "1.10", "", ("1.10", "x")),
    }


def test_rules_for_errors() -> None:
    text = (
        "name: p\nsteps:\n  A:\n    module: m\n"
        "    retry: [{errors: [X, Y], max_attempts: 5}]\n"
        "    catch: [{errors: [States.ALL], next: B}]\n"
        "  B: {module: m, retry: []}\n"
    )
    steps = _pipeline(text).steps
    assert steps["A"].retry == (Retrier(("X", "Y"), max_attempts=5),)
    path = ("steps", "A", "catch", 0)
    assert steps["A"].catch == (Catcher(("States.ALL",), "B", path),)
    assert steps["B"].retry == ()


def test_chains_inside_steps() -> None:
    text = (
        "name: p\nsteps:\n"
        "  P: {type: parallel, branches: [{steps: {A: {module: m}}}, "
        "{Steps: {B: {module: m}}}]}\n"
        "  M: {type: map, items: '${parameters.x}', steps: {C: {module: m}}}\n"
    )
    pipeline = _pipeline(text)
    assert [step.name for step in all_steps(pipeline.steps)] == [
        "P",
        "A",
        "B",
        "M",
        "C",
    ]
    assert [list(branch) for branch in pipeline.steps["P"].branches] == [["A"], ["B"]]
    assert list(pipeline.steps["M"].iterator) == ["C"]
    assert pipeline.steps["M"].fields == {"items": "${parameters.x}"}
    inner = pipeline.steps["P"].branches[1]["B"]
    assert str(inner.where) == "p.yaml:3:70"
