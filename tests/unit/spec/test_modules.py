"""What a module's text becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.spec.model import Module, Port
from mlmax_pipelines.spec.modules import parse_module
from mlmax_pipelines.yaml import document as source
from tests.unit.compiler.projects import COPY, problems
from tests.unit.spec import cases


def _module(text: str) -> Module:
    module, problems = parse_module(source.parse(text, "m.yaml"))
    assert [str(problem) for problem in problems] == []
    assert module is not None
    return module


def test_an_interface_and_an_implementation() -> None:
    module = cases.read_module(cases.SPECS / "good" / "modules" / "preprocess.yaml")[0]
    assert module is not None
    assert (module.id, module.version, module.type) == ("12340", "1.10", "processing")
    assert module.input_ports == {
        "raw": Port("raw", "s3"),
        "mode": Port("mode", "string", "train", ("train", "infer")),
        "test_size": Port("test_size", "number", 0.2),
    }
    assert module.output_ports == {
        "train": Port("train", "s3"),
        "metrics": Port(
            "metrics", "metrics", file="quality.json", values={"roc_auc": "number"}
        ),
    }
    assert module.fields["instance"] == {"type": "ml.m5.xlarge", "count": 1}
    place = module.document.where(module.at("instance", "type"))
    assert str(place) == "preprocess.yaml:17:20"


def test_without_an_interface_inputs_are_values() -> None:
    file = cases.SPECS / "good" / "modules" / "batch_inference.yaml"
    module = cases.read_module(file)[0]
    assert module is not None
    assert (module.input_ports, module.output_ports) == (None, None)
    assert module.inputs["instance_count"] == 1
    assert module.inputs["output_path"].endswith("/output")


def test_an_interface_without_outputs_declares_none() -> None:
    module = _module("name: m\ntype: lambda\ninterface: {inputs: {a: {type: s3}}}\n")
    assert module.output_ports == {}


def test_a_choice_has_its_keys_at_the_top() -> None:
    module = _module(
        "name: m\ntype: choice\nDefault: B\n"
        "Choices: [{Variable: $.x, IsNull: true, Next: A}]\n"
    )
    assert module.fields == {
        "choices": [{"when": {"value": "$.x", "is_null": True}, "next": "A"}],
        "default": "B",
    }
    place = module.document.where(module.at("choices", 0, "next"))
    assert str(place) == "m.yaml:4:47"


@pytest.mark.parametrize("key", ["iam: []", "secrets: {A: b}"])
def test_what_every_type_has_stands_beside_the_implementation(
    tmp_path: Path, key: str
) -> None:
    modules = {"copy": f"{COPY}  {key}\n"}
    (found,) = problems(tmp_path, "  A: {module: copy}\n", modules=modules)
    name = key.partition(":")[0]
    assert found.startswith("modules/copy.yaml:17:3: ")
    assert f"'{name}' belongs beside 'implementation', not in it" in found


@pytest.mark.parametrize("written", ["3", "1.5", '""'])
def test_a_type_that_is_no_text_or_none_is_unknown(
    tmp_path: Path, written: str
) -> None:
    modules = {"copy": COPY.replace("type: processing", f"type: {written}", 1)}
    (found,) = problems(tmp_path, "  A: {module: copy}\n", modules=modules)
    assert "unknown step type '" in found
