"""A small project on disk, and its package."""

from __future__ import annotations

import os
from pathlib import Path

from mlmax_pipelines.aws.packaging import Contents, Package, package

ROOT = b"""\
Parameters: {}
Resources:
  Small:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./small.yaml}
"""
FILES = {"master.yaml": ROOT, "small.yaml": b"Resources: {}\n"}
NAMES = ["src/a.py", "src/sub/b.py", "data/in.csv", "data/many/x.csv"]


def project(root: Path, seconds: int, order: list[str]) -> Path:
    for name in order:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"the text of {Path(name).name}")
        os.utime(path, (seconds, seconds))
    return root


def packed(root: Path, bucket: str = "bucket") -> Package:
    data = ["data/in.csv", "data/many"]
    contents = Contents(FILES, ["src"], ["src"], ["src"], data)
    address = f"https://s3.us-east-1.amazonaws.com/{bucket}/"
    return package(root, contents, bucket, address)
