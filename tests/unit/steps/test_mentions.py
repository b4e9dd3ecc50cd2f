"""An address in a text carries a permission for that place, or a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.compiled import CompiledPipeline
from tests.unit.compiler.projects import COPY, FIT, compiled

PARAMETERS = """{
  place: {type: string, default: 's3://lake/default/'},
  plain: {type: string, default: text},
  rows: {type: s3, default: 's3://lake/rows/'},
  bucket: {type: string, default: lake}}"""


def one(root: Path, inputs: str = "", more: str = "", text: str = COPY) -> object:
    steps = f"  A: {{module: m, inputs: {{{inputs}}}}}\n"
    text = text.replace("name: copy", "name: m").replace("name: fit", "name: m")
    modules = {"m": f"{text}{more}\n"}
    return compiled(root, steps, modules=modules, parameters=PARAMETERS)


def reads(pipeline: object) -> dict[str, str]:
    """What may be read outside of the code's bucket -> why."""
    assert isinstance(pipeline, CompiledPipeline)
    needs = [need for state in pipeline.states for need in state.job_role]
    needs += [need for resource in pipeline.resources for need in resource.role]
    return {
        resource.partition(":::")[2]: need.reason
        for need in needs
        if need.actions == ("s3:GetObject",)
        for resource in need.resources
        if not resource.partition(":::")[2].startswith("${CodeBucket}")
    }


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("s3://lake/raw/", "lake/raw/*"),
        ("s3://lake/raw.csv", "lake/raw.csv*"),
        ("from s3://lake/raw.csv to here", "lake/raw.csv*"),
        ("${parameters.place}", "lake/default/*"),
        ("s3://lake/${parameters.plain}/x", "lake/*/x*"),
        ("--in s3://lake/${parameters.plain}", "lake/**"),
        ("s3://${env.team}-lake/raw/", "${EnvTeam}-lake/raw/*"),
        ("s3://${env.team}/${parameters.plain}/x", "${EnvTeam}/*/x*"),
        ("${pipeline.base_location}/x", "${ArtifactBucket}/p/*/x*"),
    ],
)
def test_a_string_that_is_an_address_may_be_read(
    tmp_path: Path, word: str, place: str
) -> None:
    pipeline = one(tmp_path, f'word: "{word}"')
    assert isinstance(pipeline, CompiledPipeline)
    found = reads(pipeline)
    assert list(found) == [place.replace("**", "*")]
    assert pipeline.warnings == ()


def test_an_address_of_another_type_keeps_what_it_carries(tmp_path: Path) -> None:
    found = reads(one(tmp_path, 'word: "${parameters.rows}"'))
    assert found == {
        "lake/rows/*": "reads what input 'word' names",
        "${ArtifactBucket}/p/*": "reads what its pipeline's parameters name of what "
        "the pipeline wrote",
    }


@pytest.mark.parametrize(
    ("more", "text", "why"),
    [
        ("  environment: {PLACE: 's3://lake/raw/'}", COPY, "variable 'PLACE'"),
        ("  arguments: [--in, 's3://lake/raw/']", COPY, "an argument"),
        ("  command: [python3, -m, s3, 's3://lake/raw/']", COPY, "the command"),
        (
            "  hyperparameters: {place: 's3://lake/raw/'}",
            FIT.replace("rows: {type: s3}, ", ""),
            "hyperparameter 'place'",
        ),
        (
            "  environment: {PLACE: 's3://lake/raw/'}",
            "name: m\ntype: lambda\nimplementation:\n  handler: src/load.handler\n",
            "variable 'PLACE'",
        ),
    ],
)
def test_wherever_a_text_names_one(
    tmp_path: Path, more: str, text: str, why: str
) -> None:
    found = reads(one(tmp_path, more=more, text=text))
    assert found == {"lake/raw/*": f"reads what {why} names"}


def test_a_function_reads_what_it_is_given(tmp_path: Path) -> None:
    text = "name: m\ntype: lambda\n"
    text += "interface: {inputs: {rows: {type: s3}, n: {type: integer, default: 1}}}\n"
    text += "implementation: {handler: src/load.handler}"
    found = reads(one(tmp_path, "rows: 's3://lake/raw/'", text=text))
    assert found == {"lake/raw/*": "reads its input 'rows'"}


@pytest.mark.parametrize("word", ["${parameters.plain}", "text", "${env.team}"])
def test_a_text_that_names_nothing_allows_nothing(tmp_path: Path, word: str) -> None:
    assert reads(one(tmp_path, f'word: "{word}"')) == {}


@pytest.mark.parametrize(
    ("inputs", "more", "what"),
    [
        ('word: "s3://${parameters.bucket}/raw/"', "", "input 'word'"),
        ("", '  environment: {P: "s3://${parameters.bucket}/r"}', "variable 'P'"),
        ("", '  arguments: ["s3://${parameters.bucket}/r"]', "an argument"),
    ],
)
def test_a_bucket_that_only_an_execution_knows_is_warned_about(
    tmp_path: Path, inputs: str, more: str, what: str
) -> None:
    pipeline = one(tmp_path, inputs, more)
    assert isinstance(pipeline, CompiledPipeline)
    (warning,) = pipeline.warnings
    text = (
        f"{what} of step 'A' names a bucket that is known only while the pipeline runs"
    )
    assert warning.message == text
    assert "list it in 'data_buckets'" in warning.hint
    assert reads(pipeline) == {}
