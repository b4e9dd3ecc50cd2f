"""Typed names, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.spec.modules import parse_module
from mlmax_pipelines.spec.pipelines import parse_pipeline
from mlmax_pipelines.spec.ports import fits
from mlmax_pipelines.yaml.document import parse

STEPS = "steps: {A: {type: pass}}"


def _faults(parameters: str) -> list[str]:
    text = f"name: p\nparameters: {{{parameters}}}\n{STEPS}\n"
    found = parse_pipeline(parse(text, "p.yaml"))[1]
    return [f"{one.message} | {one.hint}" if one.hint else one.message for one in found]


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        ("number", 1, True),
        ("number", True, False),
        ("boolean", True, True),
        ("integer", 1.5, False),
        ("s3", "s3://b/k", True),
        ("object", [], False),
    ],
)
def test_a_value_is_of_a_type(type: str, value: Any, expected: bool) -> None:
    assert fits(type, value) is expected


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ("n: {type: integer, default: many}", "must be a whole number"),
        ("n: {type: string, enum: [slow, fast], default: fats}", "did you mean 'fast'"),
        ("2n: {type: integer}", "'2n' cannot be a name"),
        ("n: {type: integer}, N: {type: integer}", "differ only in capitals"),
    ],
)
def test_what_is_wrong_with_a_parameter(parameters: str, fault: str) -> None:
    (found,) = _faults(parameters)
    assert fault in found


def test_a_number_is_taken_as_written_where_text_is_wanted() -> None:
    text = f"name: p\nparameters: {{v: {{type: string, default: 1.20}}}}\n{STEPS}\n"
    pipeline, problems = parse_pipeline(parse(text, "p.yaml"))
    assert pipeline is not None and problems == []
    assert pipeline.parameters["v"].default == "1.20"


def test_one_whose_type_cannot_be_read_is_there_all_the_same() -> None:
    text = f"name: p\nparameters: {{v: {{default: 3}}, w: 5}}\n{STEPS}\n"
    pipeline, problems = parse_pipeline(parse(text, "p.yaml"))
    assert pipeline is not None and len(problems) == 2
    assert {p.name: p.type for p in pipeline.parameters.values()} == {
        "v": "any",
        "w": "any",
    }


def test_inputs_and_parameters_may_be_left_out_by_null() -> None:
    text = (
        "name: m\ntype: lambda\n"
        "interface: {inputs: {a: {type: string, default: null}}}\n"
        "implementation: {handler: src/load.handler}\n"
    )
    module, problems = parse_module(parse(text, "m.yaml"))
    assert module is not None and problems == []
    assert module.input_ports is not None
    assert module.input_ports["a"].default is None
    assert _faults("a: {type: string, default: null}") == []


def test_values_and_files_belong_to_metrics() -> None:
    text = (
        "name: m\ntype: lambda\n"
        "interface: {outputs: {a: {type: string, file: a.json}}}\n"
        "implementation: {handler: src/load.handler}\n"
    )
    (problem,) = parse_module(parse(text, "m.yaml"))[1]
    assert problem.message == "only an output of type metrics has 'file'"


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        (
            f"x: {{type: string, default: {'v' * 5000}}}",
            "3:30: 'parameters.x.default' has 5,000 bytes, at most 4,096 can be",
        ),
        (
            f"x: {{type: s3, default: 's3://b/{'é' * 2100}'}}",
            "3:26: 'parameters.x.default' has 4,207 bytes, at most 4,096 can be",
        ),
        (
            f"x: {{type: string, enum: [a, {'v' * 4097}]}}",
            "3:31: 'parameters.x.enum[1]' has 4,097 bytes, at most 4,096 can be",
        ),
        (
            f"x: {{type: string, description: {'v' * 4500}}}",
            "3:34: 'parameters.x.description' has 4,500 characters, at most 4,000 can",
        ),
    ],
)
def test_what_no_template_can_hold_is_told_where_it_is_and_not_shown(
    parameters: str, fault: str
) -> None:
    text = f"name: p\nparameters:\n  {parameters}\n{STEPS}\n"
    (found,) = parse_pipeline(parse(text, "p.yaml"))[1]
    assert str(found).startswith(f"p.yaml:{fault}")
    assert "vvv" not in str(found) and "ééé" not in str(found)


def test_as_much_as_a_template_can_hold_is_fine() -> None:
    text = f"x: {{type: string, default: {'v' * 4096}, description: {'d' * 4000}}}"
    assert _faults(text) == []
    assert _faults(f"x: {{type: list, default: [{'v' * 5000}]}}") == []


@pytest.mark.parametrize(
    ("ports", "message"),
    [
        (
            "inputs: {a: {type: string, local_path: /opt/ml/processing/a}}",
            "only an input of type s3 or metrics has 'local_path'",
        ),
        (
            "inputs: {a: {type: s3, flag: true}}",
            "only an input of type boolean has 'flag'",
        ),
        (
            "outputs: {a: {type: string, local_path: /opt/ml/processing/a}}",
            "only an output of type s3 or metrics has 'local_path'",
        ),
        (
            "inputs: {a: {type: s3, compression: Zip}}",
            "'interface.inputs.a.compression' cannot be 'Zip'",
        ),
    ],
)
def test_keys_that_only_some_ports_have(ports: str, message: str) -> None:
    text = f"name: m\ntype: processing\ninterface: {{{ports}}}\n"
    found = parse_module(parse(text, "m.yaml"))[1]
    assert message in "\n".join(problem.message for problem in found)
