"""The pictures among artifacts."""

from __future__ import annotations

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.observe.sections.pictures import section
from tests.unit.observe.histories import PNG


def test_small_pictures_are_shown_and_large_ones_are_not(facts):
    (block,) = section(facts()).blocks
    assert [picture.artifact.uri for picture in block.pictures] == ["s3://b/roc.png"]
    assert block.pictures[0].content == PNG


def test_what_is_no_picture_or_cannot_be_read_is_left_out(facts):
    def refuse(artifact):
        raise PipelineError("gone")

    assert section(facts(read=refuse)) is None
    assert section(facts(read=lambda artifact: b"<svg/>")) is None


def test_of_many_pictures_only_as_many_are_read_as_are_shown(facts):
    read = []

    def count(artifact):
        read.append(artifact.uri)
        return PNG

    many = [Artifact(f"s3://b/{n}.PNG", "S", "o", 9) for n in range(40)]
    (block,) = section(facts(read=count, artifacts=many)).blocks
    assert len(block.pictures) == len(read) == 24
