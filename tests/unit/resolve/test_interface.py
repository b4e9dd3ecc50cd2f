"""A module's interface says nothing that its step type cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import compiled, problems

CALL = """name: m
type: lambda
interface:
  inputs: {now: {type: boolean, flag: true}}
implementation: {function: f}
"""


def test_a_key_that_means_nothing_is_refused_at_its_place(tmp_path: Path) -> None:
    steps = "  A: {module: m, inputs: {now: true}}\n"
    (found,) = problems(tmp_path, steps, modules={"m": CALL})
    text = "'flag' of 'now' means nothing to a lambda step"
    assert found.startswith(f"modules/m.yaml:4:33: {text}")


def test_two_steps_of_a_module_are_one_problem(tmp_path: Path) -> None:
    steps = "".join(f"  {s}: {{module: m, inputs: {{now: true}}}}\n" for s in "AB")
    assert len(problems(tmp_path, steps, modules={"m": CALL})) == 1


@pytest.mark.parametrize(
    ("type", "output", "fields", "message"),
    [
        (
            "processing",
            "string",
            "{image: {uri: 'a/b:1'}}",
            "a processing step never has an output of type string | "
            "'x' can be: s3, metrics",
        ),
        (
            "training",
            "metrics",
            "{image: {uri: 'a/b:1'}}",
            "a training step never has an output of type metrics | 'x' can be: s3",
        ),
        (
            "register_model",
            "integer",
            "{image: {uri: 'a/b:1'}, group: g}",
            "a register_model step never has an output of type integer | "
            "'x' can be: string",
        ),
        ("latest_model", "number", "{group: g}", "output of type number"),
        ("lambda", "metrics", "{function: f}", "output of type metrics"),
        (
            "pass",
            "string",
            "{result: {y: 1}}",
            "a pass step never has an output 'x' | leave it out",
        ),
        ("wait", "string", "{seconds: 1}", "a wait step never has an output 'x'"),
    ],
)
def test_an_output_that_can_never_exist(
    tmp_path: Path, type: str, output: str, fields: str, message: str
) -> None:
    module = f"""name: m
type: {type}
interface: {{outputs: {{x: {{type: {output}}}}}}}
implementation: {fields}
"""
    steps = "  A: {module: m%s}\n" % (
        ", inputs: {model_data: 's3://b/k'}" if type == "register_model" else ""
    )
    if type == "register_model":
        module = module.replace(
            "interface: {", "interface: {inputs: {model_data: {type: s3}}, "
        )
    found = problems(tmp_path, steps, modules={"m": module})
    assert len(found) == 1
    assert "modules/m.yaml:3:" in found[0] and message in found[0]


@pytest.mark.parametrize(
    ("known", "declared", "message"),
    [
        ("model_data", "string", ""),
        ("version", "number", ""),
        ("version", "string", "output 'version' of a latest_model step is an integer"),
        ("model_package", "s3", "is a string, not an s3 | type: string"),
        ("model_data", "metrics", "is an s3, not a metrics"),
        ("transformer", "s3", ""),
    ],
)
def test_an_output_that_is_known_has_its_type(
    tmp_path: Path, known: str, declared: str, message: str
) -> None:
    module = f"""name: m
type: latest_model
interface: {{outputs: {{{known}: {{type: {declared}}}}}}}
implementation: {{group: g}}
"""
    found = problems(tmp_path, "  A: {module: m}\n", modules={"m": module})
    assert len(found) == bool(message)
    assert message in "".join(found)


@pytest.mark.parametrize("type", ["processing", "training"])
def test_an_output_that_nobody_declares(tmp_path: Path, type: str) -> None:
    module = f"name: m\ntype: {type}\nimplementation: {{image: {{uri: 'a/b:1'}}}}\n"
    steps = "  A: {module: m}\n  B: {type: pass, result: {x: '${steps.A.outputs.x}'}}\n"
    (found,) = problems(tmp_path, steps, modules={"m": module})
    assert "step 'A' has no output 'x'" in found


@pytest.mark.parametrize(
    ("default", "warned"),
    [("${env.X}", True), ("$${env.X}", False), ("${HOME}/x", False), ("x", False)],
)
def test_a_default_that_looks_like_a_reference_is_a_warning(
    tmp_path: Path, default: str, warned: bool
) -> None:
    text = CALL.replace("boolean, flag: true", f"string, default: '{default}'")
    found = compiled(tmp_path, "  A: {module: m}\n", modules={"m": text}).warnings
    assert bool(found) == warned
    for warning in found:
        assert str(warning.where).startswith("modules/m.yaml:4:")
        assert warning.message.startswith(
            "the default of input 'now' refers to nothing"
        )
