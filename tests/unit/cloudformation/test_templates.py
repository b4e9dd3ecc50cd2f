"""The files of templates/: complete, within limits, stable, clean to cfn-lint."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Mapping

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.templates import HEADER, render
from mlmax_pipelines.compiled import (
    CompiledPipeline,
    Resource,
)
from mlmax_pipelines.steps.services.lambda_.resources import function
from tests.unit.cloudformation.chains import long_chain

Load = Callable[[bytes], dict[str, Any]]
Lint = Callable[[Mapping[str, bytes]], str]


@pytest.mark.functional
def test_cfn_lint_finds_nothing_in_a_pipeline_of_parts(
    training: CompiledPipeline, lint: Lint
) -> None:
    assert lint(render([long_chain(training, 1600)])) == ""


@pytest.mark.functional
def test_cfn_lint_sees_into_the_definition(
    training: CompiledPipeline, lint: Lint
) -> None:
    broken: dict[str, dict[str, Any]] = {
        "Missing 'Next' target 'Nowhere'": {"StartAt": "Nowhere"},
        "'Reslut' was unexp": {"States": {"Defaults": {"Type": "Pass", "Reslut": {}}}},
        "'Paas' is not one of": {"States": {"Defaults": {"Type": "Paas", "End": True}}},
        "'Resource' is a req": {"States": {"Defaults": {"Type": "Task", "End": True}}},
    }
    files = {
        f"{number}/{name}": content
        for number, change in enumerate(broken.values())
        for name, content in render(
            [replace(training, definition={**training.definition, **change})]
        ).items()
    }
    lines = lint(files).splitlines()
    for number, finding in enumerate(broken):
        mine = [line for line in lines if f"/{number}/training.yaml:" in line]
        assert any("E3601" in line and finding in line for line in mine), lines


def test_equal_pipelines_give_equal_bytes_in_any_process() -> None:
    folder = str(Path(__file__).parent)
    code = (
        f"import sys; sys.path.insert(0, {folder!r}); import conftest, hashlib; "
        "from mlmax_pipelines.cloudformation.templates import render; "
        "one = conftest.chain(3); files = render([one, conftest.with_function(one)]); "
        "print(hashlib.sha256(repr(files).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_the_order_of_pipelines_does_not_matter(
    training: CompiledPipeline, inference: CompiledPipeline
) -> None:
    assert render([training, inference]) == render([inference, training])


def test_every_template_says_where_it_comes_from(training: CompiledPipeline) -> None:
    files = render([training])
    assert list(files) == ["master.yaml", "shared.yaml", "training.yaml"]
    assert all(content.startswith(HEADER.encode()) for content in files.values())
    assert b"#   modules/preprocess.yaml\n" in files["training.yaml"]


def functions(count: int) -> tuple[Resource, ...]:
    return tuple(
        function(f"F{i}", ("src", "key"), "a.b", "python3.12", 1, 128, "S")
        for i in range(count)
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resources": functions(200)}, "has 606 resources, at most 500"),
        ({"name": "shared"}, "cannot be named 'shared'"),
        (
            {"definition": {"Comment": "x" * 1_100_000}},
            "bytes, at most 1,048,576 can be",
        ),
    ],
)
def test_what_aws_would_refuse_is_refused_with_number_and_limit(
    training: CompiledPipeline, change: dict[str, Any], message: str
) -> None:
    other = replace(training, name="other")
    with pytest.raises(PipelineError, match=message):
        render([other, replace(training, **change)])
