"""What texts name of a bucket of code; what is reached is tried on the emulator."""

from __future__ import annotations

from mlmax_pipelines.aws import references

A, B = "a" * 64, "b" * 64


def test_keys_are_found_in_any_text() -> None:
    text = (
        f"https://s3.us-east-1.amazonaws.com/bucket/templates/{A}.yaml "
        f"s3://bucket/code/{B}/src.tar.gz data/{A}/x.csv code/short/src"
    )
    found = references.keys_in(text)
    assert found == {f"templates/{A}", f"code/{B}", f"data/{A}"}
