"""Code is shipped as folders."""

from __future__ import annotations

import pytest

from mlmax_pipelines.steps.code import code_uri, split_entry_point
from mlmax_pipelines.steps.context import BuildContext


@pytest.mark.parametrize(
    ("entry_point", "parts"),
    [
        ("src/train.py", ("src", "train.py")),
        ("src/deep/train.py", ("src", "deep/train.py")),
        ("train.py", (".", "train.py")),
    ],
)
def test_a_script_is_in_the_folder_that_is_shipped(
    entry_point: str, parts: tuple[str, str]
) -> None:
    assert split_entry_point(entry_point) == parts


def test_a_folder_that_runs_is_shipped_under_the_deployments_version() -> None:
    context = BuildContext("p", lambda steps: {}, [], {})
    packed = code_uri("src", ".tar.gz", context)
    assert packed == "s3://${CodeBucket}/${CodeVersion}/src.tar.gz"
    assert list(context.code) == ["src"]
    assert set(context.substitutions) == {"CodeBucket", "CodeVersion"}
