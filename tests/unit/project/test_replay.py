"""An execution replayed from a step on: where it begins, and what is brought along."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project import Project
from mlmax_pipelines.project.replay import first_states, replay
from tests.unit.compiler.projects import compiled

_NUMBERS = count()


@pytest.fixture
def place() -> str:
    """The name of an environment of this machine that is empty."""
    return f"other{next(_NUMBERS)}"


def again(
    ran: Project, place: str, execution: str, step: str = ""
) -> tuple[list[str], list[str], LocalBackend]:
    """Replay in an environment of its own: the states entered, what was told."""
    source: Any = ran.backend(ran.environment("local"))
    target = LocalBackend(ran.root, Environment(place, "local"))
    told: list[str] = []
    record = source.describe(execution)
    pipeline = ran.pipeline("small")
    started = replay(source, record, target, pipeline, step, told.append)
    events = list(target.events(started.id, follow=True))
    entered = [e.details["name"] for e in events if e.type.endswith("StateEntered")]
    return [name for name in entered if name in ("First", "Second")], told, target


def source_data(ran: Project) -> str:
    """The data file that was shipped with `good`."""
    backend = ran.backend(ran.environment("local"))
    output: Any = backend.describe("good").output
    return str(output["parameters"]["data"])


def test_one_that_failed_begins_where_it_failed(ran: Project, place: str) -> None:
    entered, told, _ = again(ran, place, "bad")
    assert entered == ["Second"]
    assert told[-1] == "replaying 'bad' from 'Second'"


def test_one_that_succeeded_begins_at_its_first_step(ran: Project, place: str) -> None:
    entered, _, _ = again(ran, place, "good")
    assert entered == ["First", "Second"]


def test_what_its_data_point_to_comes_along_once(ran: Project, place: str) -> None:
    _, told, target = again(ran, place, "good", "Second")
    assert told[0].startswith("downloading ")
    assert told[0].endswith(" into the local store")
    uri = source_data(ran)
    assert [item.uri for item in target.objects(uri)] == [uri]
    _, told, _ = again(ran, place, "good", "Second")
    assert told == ["replaying 'good' from 'Second'"]
    names = {record.name for record in target.list()}
    assert names == {"good-replay", "good-replay-2"}


def test_a_step_that_is_not_there_or_was_never_reached_is_refused(
    ran: Project, place: str
) -> None:
    with pytest.raises(UsageError, match="has no step 'Third'") as caught:
        again(ran, place, "good", "Third")
    assert "there are: 'First', 'Second'; a step" in caught.value.problem.hint
    source: Any = ran.backend(ran.environment("local"))
    pipeline = ran.pipeline("small")
    states = {**pipeline.definition["States"], "New": {"Type": "Succeed"}}
    definition = {**pipeline.definition, "States": states}
    newer = replace(pipeline, definition=definition)
    target = LocalBackend(ran.root, Environment(place, "local"))
    with pytest.raises(UsageError, match="never came to 'New'") as caught:
        replay(source, source.describe("good"), target, newer, "New", print)
    # Its states, `First metrics` among them, are no steps.
    assert caught.value.problem.hint == "it came to: 'First', 'Second'"


def test_a_step_begins_with_its_first_state(tmp_path: Path) -> None:
    steps = """
  P: {module: score, inputs: {model_package: "p/1", input_path: "s3://b/r"}}
  M: {type: map, items: "${parameters.x}", steps: {In: {type: pass}}}
"""
    score = {"s": "name: score\ntype: batch_inference\n"}
    more = {"parameters": "{x: {type: list}}"}
    pipeline = compiled(tmp_path, steps, modules=score, **more)
    assert first_states(pipeline) == {"P": "P model", "M": "M"}
