"""The grammar of `${...}`: what each form refers to, and what is refused."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base.literals import plain
from mlmax_pipelines.resolve import expressions
from mlmax_pipelines.resolve.expressions import Ref, parse
from mlmax_pipelines.yaml import document as source

STEP_OLDER = "context['step_execution']['DataLoader'].output()"


def _single(text: str) -> tuple[str, str, str, tuple[str | int, ...]]:
    template = parse(text)
    assert template.faults == ()
    ref = template.single
    assert ref is not None
    return ref.kind, ref.name, ref.output, ref.path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${parameters.x}", ("parameter", "x", "", ())),
        ("${ parameters.x }", ("parameter", "x", "", ())),
        ("${parameters.x.a[2].b}", ("parameter", "x", "", ("a", 2, "b"))),
        ("${steps.Train.outputs.model}", ("step_output", "Train", "model", ())),
        ("${steps.E.outputs.m.roc_auc}", ("step_output", "E", "m", ("roc_auc",))),
        ("${steps.Train Model.outputs.m}", ("step_output", "Train Model", "m", ())),
        ("${steps['Train Model'].outputs.m}", ("step_output", "Train Model", "m", ())),
        ("${steps.A.output}", ("step_raw", "A", "", ())),
        ("${steps.A.output.P[0].x}", ("step_raw", "A", "", ("P", 0, "x"))),
        ("${steps.A.output['odd.name']}", ("step_raw", "A", "", ("odd.name",))),
        ("${pipeline.execution_id}", ("pipeline", "execution_id", "", ())),
        ("${env.bucket}", ("env", "bucket", "", ())),
        ("${item}", ("item", "", "", ())),
        ("${item.path}", ("item", "", "", ("path",))),
        ("${map.index}", ("index", "", "", ())),
        (
            f"${{{STEP_OLDER}['Payload']['S3OutputArtifactUri']}}",
            ("step_raw", "DataLoader", "", ("Payload", "S3OutputArtifactUri")),
        ),
        (
            '${context["step_execution"]["A"].output()["b"][1]}',
            ("step_raw", "A", "", ("b", 1)),
        ),
        (
            "${context['pipeline_execution']['BaseLocation']}",
            ("pipeline", "base_location", "", ()),
        ),
    ],
)
def test_what_a_form_refers_to(
    text: str, expected: tuple[str, str, str, tuple[str | int, ...]]
) -> None:
    assert _single(text) == expected


def test_text_around_references_is_kept_in_order() -> None:
    parts = parse("s3://${env.b}/a/${map.index}.csv").parts
    assert parts == (
        "s3://",
        Ref("env", "b", text="env.b", offset=5),
        "/a/",
        Ref("index", text="map.index", offset=16),
        ".csv",
    )


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("plain", "plain"),
        ("", ""),
        ("$.steps.A", "$.steps.A"),
        ("$$.Execution.Name", "$$.Execution.Name"),
        ("$${parameters.x}", "${parameters.x}"),
        ("a $${b} $${c}", "a ${b} ${c}"),
    ],
)
def test_text_that_refers_to_nothing(text: str, literal: str) -> None:
    template = parse(text)
    assert plain(template.literal) == literal
    assert template.faults == ()


def test_an_escape_beside_a_reference() -> None:
    parts = parse("$${a}${env.b}").parts
    assert plain(parts) == ("${a}", Ref("env", "b", text="env.b", offset=5))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("${__import__('os')}", "expressions hold no code", "a chain of names"),
        ("${1 + 1}", "expressions hold no code", "parameters.X"),
        ("${parameters.x.upper()}", "expressions hold no code", "steps.S.outputs.N"),
        ("${parameters.x or 1; 2}", "expressions hold no code", "env.X"),
        ("${'a'.__class__}", "expressions hold no code", "a chain of names"),
        (f"${{{STEP_OLDER}.pop()}}", "expressions hold no code", "a chain of names"),
        ("${parameters.x", "without its closing '}'", "${...}"),
        ("${}", "empty expression", "a chain of names"),
        ("${ }", "empty expression", "a chain of names"),
        ("${env.${env.x}}", "inside an expression", "a chain of names"),
        ("${parameter.x}", "unknown name 'parameter'", "did you mean 'parameters'?"),
        ("${step.A.outputs.x}", "unknown name 'step'", "did you mean 'steps'?"),
        ("${parameters}", "stops short", "${parameters.X}"),
        ("${parameters[0]}", "stops short", "${parameters.X}"),
        ("${steps.A}", "names no output of step 'A'", "steps.A.outputs."),
        ("${steps.A.outputs}", "stops short", "${steps.A.outputs.N}"),
        ("${steps.A.result.x}", "names no output of step 'A'", "steps.A.outputs."),
        ("${pipeline.excution_id}", "no 'excution_id'", "did you mean 'execution_id'?"),
        ("${pipeline.name.x}", "a pipeline has no 'name.x'", "name"),
        ("${env.a.b}", "goes too deep", "env.X"),
        ("${map.idx}", "is unknown", "map.index"),
        ("${context['step_execution']['A']}", "names no output", ".output()"),
        ("${context['pipeline_execution']['X']}", "has no", "BaseLocation"),
    ],
)
def test_expressions_that_are_refused(text: str, message: str, hint: str) -> None:
    (fault,) = parse(text).faults
    assert message in fault.message
    assert hint in fault.hint


def test_all_faults_of_a_text_come_at_once() -> None:
    faults = parse("${a()} and ${env} and ${env.ok}").faults
    assert [fault.offset for fault in faults] == [0, 11]


def test_a_fault_is_reported_at_its_column() -> None:
    document = source.parse('a:\n  b: "x ${os()}"\n', "f.yaml")
    problems: list[expressions.Problem] = []
    expressions.read(document, ("a", "b"), document.data["a"]["b"], problems)
    (problem,) = problems
    assert str(problem.where) == "f.yaml:2:9"
