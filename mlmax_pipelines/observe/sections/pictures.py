"""The pictures among an execution's artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.observe.blocks import Picture, Pictures, Section
from mlmax_pipelines.observe.facts import Facts

PLACE = 60
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST = 1_000_000
_MOST = 24


def section(facts: Facts) -> Section | None:
    pictures = list(islice(_pictures(facts), _MOST))
    return Section("Pictures", [Pictures(pictures)]) if pictures else None


def _pictures(facts: Facts) -> Iterator[Picture]:
    for artifact in facts.artifacts:
        is_picture = artifact.uri.lower().endswith(".png")
        if not is_picture or artifact.size > _LARGEST:
            continue
        try:
            content = facts.reading.artifact(artifact)
        except (PipelineError, OSError):
            continue
        if content.startswith(_PNG):
            yield Picture(artifact, content)
