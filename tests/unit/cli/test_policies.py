"""`pipeline policies`: one document, or a list of them, or one of the list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlmax_pipelines.project.deployment import Deployment
from tests.unit.cli.conftest import Pipeline

WORDS = ("policies", "-e", "dev", "--bucket", "my-bucket")


def test_a_policy_that_fits_is_one_document(project: Path, pipeline: Pipeline) -> None:
    looks = ("policies", "look", *WORDS[1:])
    ended = pipeline(project, *looks)
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["Version"] == "2012-10-17"
    assert pipeline(project, *looks, "--part", "1").out == ended.out


def test_a_longer_one_is_a_list_and_each_can_be_had_alone(
    project: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [{"Version": "1"}, {"Version": "2"}]
    monkeypatch.setattr(Deployment, "policies", lambda self, *given: found)
    ended = pipeline(project, *WORDS)
    assert json.loads(ended.out) == found
    assert "2 documents: attach each as a managed policy" in ended.err
    assert json.loads(pipeline(project, *WORDS, "--part", "2").out) == found[1]
    beyond = pipeline(project, *WORDS, "--part", "3")
    assert beyond.code == 2
    assert "there is no document 3" in beyond.err and "there are 2" in beyond.err
