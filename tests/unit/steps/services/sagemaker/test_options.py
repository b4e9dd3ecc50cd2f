"""Options reach every kind of script alike: names, booleans, flags."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.environment import Environment
from mlmax_pipelines.local.jobs import training_environment as toolkit
from mlmax_pipelines.steps.services.sagemaker import options
from tests.unit.compiler import projects
from tests.unit.compiler.projects import compiled, execute, problems

PORTS = """
interface:
  inputs:
    n: {type: integer}
    max_depth: {type: integer, default: null}
    dry: {type: boolean}
    verbose: {type: boolean, flag: true}
"""
SKLEARN = "image: {framework: sklearn, version: 1.4-2}"
PROCESS = f"""name: m
type: processing{PORTS}implementation: {{{SKLEARN}, entry_point: src/copy.py}}
"""
TRAIN = PROCESS.replace("processing", "training")
GIVEN = {"n": 3, "dry": True}


def steps(**inputs: Any) -> str:
    return f"  A: {{module: m, inputs: {json.dumps(inputs)}}}\n"


def line(root: Path, module: str, written: str, input: Any = None) -> list[str]:
    """The words behind the script's name, wherever it runs."""
    parameters = "{verbose: {type: boolean, default: true}}"
    pipeline = compiled(root, written, modules={"m": module}, parameters=parameters)
    request = execute(pipeline, input).arguments("A")
    if "AppSpecification" in request:
        app = request["AppSpecification"]
        both = [*app["ContainerEntrypoint"], *app.get("ContainerArguments", ())]
        return [str(word) for word in both[2:]]
    return toolkit.arguments(toolkit.own_hyperparameters(request["HyperParameters"]))


def test_how_a_name_is_spelled() -> None:
    assert options.spelled("max_depth") == "--max_depth"
    assert options.spelled("n") == "-n"


@pytest.mark.parametrize("module", [PROCESS, TRAIN], ids=["processing", "training"])
@pytest.mark.parametrize("verbose", [True, False])
@pytest.mark.parametrize("at_run_time", [False, True])
def test_every_script_has_the_same_options(
    tmp_path: Path, module: str, verbose: bool, at_run_time: bool
) -> None:
    flag: Any = "${parameters.verbose}" if at_run_time else verbose
    written = steps(n=3, dry=False, verbose=flag)
    words = line(tmp_path, module, written, {"verbose": verbose})
    # Where a container gives each option a value, a flag's is itself once more.
    times = (1 if module is PROCESS else 2) if verbose else 0
    assert words.count("--verbose") == times
    words = [word for word in words if word != "--verbose"]
    pairs = dict(zip(words[::2], words[1::2], strict=True))
    assert pairs == {"-n": "3", "--dry": "false"}


def test_a_flag_that_stands_alone_is_an_argument_or_none(tmp_path: Path) -> None:
    module = PROCESS.replace("{type: integer}", "{type: integer, default: null}")
    module = module.replace("{type: boolean}", "{type: boolean, default: null}")
    written = steps(verbose="${parameters.verbose}")
    found = [
        line(tmp_path / str(given), module, written, {"verbose": given})
        for given in (True, False)
    ]
    assert found == [["--verbose"], []]


def test_an_images_own_program_needs_a_certain_argument(tmp_path: Path) -> None:
    own = """name: m
type: processing
interface: {inputs: {verbose: {type: boolean, flag: true}}}
implementation: {image: {ecr: "own:1"}}
"""
    head = {"parameters": "{verbose: {type: boolean}}", "modules": {"m": own}}
    written = steps(verbose="${parameters.verbose}")
    (found,) = problems(tmp_path, written, **head)  # type: ignore[arg-type]
    assert "step 'A' has no argument but flags known only at run time" in found


@pytest.mark.parametrize(
    ("type", "more", "message"),
    [
        ("processing", "type: string", "only an input of type boolean has 'flag'"),
        ("lambda", "type: boolean", "'flag' of 'x' means nothing to a lambda step"),
        (
            "training",
            "type: boolean",
            "'flag' of 'x' means nothing to an image's own algorithm",
        ),
    ],
)
def test_a_flag_where_there_is_no_option(
    tmp_path: Path, type: str, more: str, message: str
) -> None:
    fields = "{function: f}" if type == "lambda" else f"{{{SKLEARN}}}"
    module = f"""name: m
type: {type}
interface: {{inputs: {{x: {{{more}, flag: true}}}}}}
implementation: {fields}
"""
    written = steps(x="a" if "string" in more else True)
    (found,) = problems(tmp_path, written, modules={"m": module})
    assert "modules/m.yaml:3:" in found
    assert message in found


@pytest.mark.parametrize("module", [PROCESS, TRAIN], ids=["processing", "training"])
def test_beside_a_flag_an_environment_may_say_anything(
    tmp_path: Path, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = 'say "it\'s" \\ {done}'
    environment = Environment("production", "local", values={"team": odd})
    monkeypatch.setattr(projects, "ENVIRONMENT", environment)
    module = module.replace("n: {type: integer}", "n: {type: string}")
    written = steps(n="x ${env.team}", dry=False, verbose="${parameters.verbose}")
    words = line(tmp_path, module, written)
    assert words[words.index("-n") + 1] == f"x {odd}"
