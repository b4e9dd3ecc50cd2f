"""What an environment lends: buckets of others, with the keys that encrypt them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines import environment
from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.lent import Bucket

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0f1e-2d3c"


def load(root: Path, text: str) -> environment.Environment:
    (root / "envs").mkdir()
    (root / "envs/dev.yaml").write_text(text + "\n")
    return environment.load(root, "dev")


def test_a_bucket_is_a_name_or_a_name_and_a_key(tmp_path: Path) -> None:
    text = f"data_buckets: [raw, {{name: lake, kms_key: '{KEY}'}}, {{name: other}}]"
    found = load(tmp_path, text).buckets
    assert found == (Bucket("raw"), Bucket("lake", KEY), Bucket("other"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("raw", "1:15: 'data_buckets' must be a list, found 'raw'"),
        ("[raw, s3://x]", "1:21: 'data_buckets' must be a bucket's name"),
        ("[{kms_key: x}]", "a bucket lacks 'name'"),
        ("[{name: x_y}]", "1:23: 'name' must be a bucket's name, found 'x_y'"),
        ("[{name: raw, kms_key: alias/a}]", "'kms_key' must be the ARN of a KMS key"),
        ("[{name: raw, key: a}]", "1:28: unknown key 'key'"),
        ("[[raw]]", "must be a bucket's name, found 'keys or a list'"),
    ],
)
def test_a_bucket_of_another_form_is_refused(
    tmp_path: Path, text: str, found: str
) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, f"data_buckets: {text}")
    assert found in str(caught.value)
