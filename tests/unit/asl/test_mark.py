"""The digest that a definition carries in its comment."""

from __future__ import annotations

import pytest

from mlmax_pipelines.asl import mark

DIGEST, OTHER = "0123456789abcdef" * 4, "f" * 64
DEFINITION = {"Comment": "Trains a model.", "StartAt": "A", "States": {"A": {}}}


def test_the_comment_s_own_text_comes_first() -> None:
    marked = mark.put(DEFINITION, DIGEST)
    assert marked["Comment"] == f"Trains a model. [sha256:{DIGEST}]"
    assert list(marked) == list(DEFINITION)
    assert len(marked["Comment"]) == len(DEFINITION["Comment"]) + mark.LENGTH


def test_a_definition_is_known_by_its_digest() -> None:
    marked = mark.put(DEFINITION, DIGEST)
    assert mark.carries(marked, DIGEST)
    assert not mark.carries(marked, OTHER)


@pytest.mark.parametrize(
    "comment", ["Trains a model.", "", "a [sha256:0123]", f"[sha256:{DIGEST}] a", 4]
)
def test_a_definition_without_a_digest_is_nobody_s(comment: object) -> None:
    definition = {**DEFINITION, "Comment": comment}
    assert not mark.carries(definition, DIGEST)
    assert not mark.carries(definition, "")
    assert mark.removed(definition) is definition


def test_a_definition_without_a_comment_is_nobody_s() -> None:
    assert not mark.carries({"StartAt": "A"}, DIGEST)


@pytest.mark.parametrize("text", ["Trains.", "two\nlines", f"twice [sha256:{OTHER}]"])
def test_what_was_put_is_removed(text: str) -> None:
    definition = {**DEFINITION, "Comment": text}
    assert mark.removed(mark.put(definition, DIGEST)) == definition
