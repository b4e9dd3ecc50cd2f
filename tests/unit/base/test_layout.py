"""Where things lie: keys that are made and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import UsageError

DIGEST = "0123456789abcdef" * 4


def test_an_address_is_a_bucket_and_a_key() -> None:
    assert layout.uri("b", "k/x") == "s3://b/k/x"
    assert layout.split("s3://b/k/x") == ("b", "k/x")
    assert layout.split(layout.uri("b")) == ("b", "")


@pytest.mark.parametrize("text", ["b/k", "s3://", "s3:///k", "https://b/k"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=f"not an S3 URI: '{text}'"):
        layout.split(text)


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("Train/model/a.tar.gz", ("Train", "model")),
        ("Train/model/deep/er.txt", ("Train", "model")),
        ("Each/model/17/a.tar.gz", ("Each", "model")),
        ("Train/loose.txt", ("Train", "")),
        ("evidence.json", ("evidence.json", "")),
    ],
)
def test_a_key_says_its_step_and_output(below: str, expected: tuple[str, str]) -> None:
    assert layout.step_and_output(below) == expected


def test_an_output_s_key_is_below_its_execution_s() -> None:
    assert "".join(layout.output("p", "run-1", "Fit", "model")) == "p/run-1/Fit/model/"
    item = layout.output("p", "run-1", "Fit", "model", "4/2")
    assert "".join(item) == "p/run-1/Fit/model/4/2/"
    assert layout.execution("p", "run-1") == "p/run-1/"
    assert layout.step_pattern("p", "Train") == "p/*/Train/*"


def test_code_and_data_carry_their_digest() -> None:
    version = layout.code(DIGEST)
    assert layout.code_digest([]) == ""
    assert layout.code_digest([DIGEST, DIGEST]) == DIGEST
    several = layout.code_digest([DIGEST, "ab" * 32])
    assert several == layout.code_digest(["ab" * 32, DIGEST])
    assert several not in (DIGEST, "ab" * 32) and len(several) == 64
    assert layout.code_digest_in(f'{{"a": "s3://b/{version}/src/"}}') == DIGEST
    assert layout.code_digest_in("s3://b/else/") == ""
    assert layout.data_digest(layout.uri("b", layout.data(DIGEST, "x.csv"))) == DIGEST
    assert layout.data_digest(layout.uri("b", layout.data(DIGEST, "folder/"))) == DIGEST


@pytest.mark.parametrize("value", [None, 4, "x", "s3://b/data/short/x", "s3://b/x"])
def test_what_was_not_shipped_has_no_digest(value: object) -> None:
    assert layout.data_digest(value) == ""


def test_what_a_deployment_needs_lies_by_its_content() -> None:
    assert layout.definition("d") == "definitions/d.json"
    assert layout.template("d", ".yaml") == "templates/d.yaml"
    assert layout.package("d") == "packages/d.json"


def test_an_environment_of_this_machine_has_a_folder_of_its_own() -> None:
    assert layout.home(Path("/p"), "local") == Path("/p/.mlmax/local")


@pytest.mark.parametrize("folder", ["src", "src/fit", "a/b/c"])
def test_an_archive_lies_beside_the_folders_and_says_which_it_is_of(
    folder: str,
) -> None:
    name = layout.packed(folder, ".tar.gz")
    assert "/" not in name
    assert layout.unpacked(name.removesuffix(".tar.gz")) == folder
