"""How many pipelines one operation may change; the rest is tried on the emulator."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import Quota
from mlmax_pipelines.project import groups


def plan(**sizes: int) -> Any:
    nested = {
        name: {"Resources": dict.fromkeys(map(str, range(count)))}
        for name, count in sizes.items()
    }
    return SimpleNamespace(package=SimpleNamespace(nested=nested))


def target(made: Any, *names: str) -> Any:
    pipelines = [
        SimpleNamespace(name=name, resources=(), parts=(), schedules=())
        for name in names
    ]
    return SimpleNamespace(
        pipelines=pipelines, stack=lambda: None, plan=lambda stack: made
    )


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "OPERATION", Quota(20, "resources", "a page", "fewer"))


def test_all_that_fit_are_one_operation() -> None:
    # Each nested stack is a resource of its own.
    assert groups.parts(target(plan(Shared=9, A=4, B=4), "a", "b")) == [()]


def test_more_are_groups_in_order() -> None:
    made = plan(Shared=9, A=4, B=4, C=4, D=9)
    found = groups.parts(target(made, "a", "b", "c", "d"))
    assert found == [("a", "b"), ("c",), ("d",)]


def test_more_than_that_is_refused_with_the_number() -> None:
    made = plan(Shared=9, A=4, B=4, C=4)
    with pytest.raises(PipelineError, match="has 25 resources, at most"):
        groups.check_size(made, (), "ml")
    groups.check_size(made, ("a", "c"), "ml")
