"""A compiled pipeline's digest, and the definition that carries it."""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.asl import mark
from mlmax_pipelines.asl.canonical import canonical_json, digest
from tests.unit.compiler.projects import compiled

STEPS = "  A: {type: pass}\n  B: {type: wait, seconds: 1}\n"


def test_the_definition_carries_the_digest_of_all_but_the_digest(
    tmp_path: Path,
) -> None:
    pipeline = compiled(tmp_path, STEPS)
    assert mark.carries(pipeline.definition, pipeline.digest)
    assert pipeline.digest == digest([mark.removed(pipeline.definition)])


def test_equal_specs_have_equal_digests_and_others_have_not(tmp_path: Path) -> None:
    first, again = compiled(tmp_path, STEPS), compiled(tmp_path, STEPS)
    assert first.digest == again.digest
    other = compiled(tmp_path, STEPS.replace("1", "2"))
    assert not mark.carries(other.definition, first.digest)


def test_the_size_shown_is_that_of_the_definition_with_its_digest(
    tmp_path: Path,
) -> None:
    pipeline = compiled(tmp_path, STEPS)
    (size, _) = pipeline.limits
    assert size.used == len(canonical_json(pipeline.definition))
