"""Channels: a training job's folders, and what their files are."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute, problems

FIT = """
name: fit
type: training
interface: {inputs: {rows: {type: s3}, max_depth: {type: integer}}}
implementation:
  image: {framework: xgboost, version: 3.0-5}
  entry_point: src/fit.py
"""
ALGORITHM = """
name: fit
type: training
interface: {inputs: {rows: {type: s3}, max_depth: {type: integer}}}
implementation: {image: {framework: xgboost, version: 3.0-5}}
"""
STEPS = "  A: {module: fit, inputs: {rows: 's3://b/r', max_depth: 3}}\n"


def test_folders_are_channels(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, STEPS, modules={"f": FIT}))
    (channel,) = ran.arguments("A")["InputDataConfig"]
    assert channel["ChannelName"] == "rows"
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == "s3://b/r"


def test_a_channel_says_what_its_files_are(tmp_path: Path) -> None:
    ports = "rows: {type: s3, content_type: text/csv, compression: Gzip, "
    fit = ALGORITHM.replace("rows: {type: s3", ports + "distribution: ShardedByS3Key")
    fit = fit.replace("3.0-5}}", "3.0-5}, input_mode: Pipe, content_type: x/y}")
    ran = execute(compiled(tmp_path, STEPS, modules={"f": fit}))
    (channel,) = ran.arguments("A")["InputDataConfig"]
    assert channel["ContentType"] == "text/csv"
    assert channel["CompressionType"] == "Gzip"
    source = channel["DataSource"]["S3DataSource"]
    assert source["S3DataDistributionType"] == "ShardedByS3Key"
    (found,) = problems(tmp_path, STEPS, modules={"f": fit.replace("Pipe", "File")})
    assert "'rows' is unpacked in input mode Pipe only, found File" in found
