"""A step of any type runs here, is explained, drawn, watched and deployed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.aws.templates import parse
from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.drawing.render import graph_of
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.observe.explain import lines
from mlmax_pipelines.steps.registry import all_step_types
from tests.unit.cloudformation.deployed import ALL, SEEN, dashboard, deployed
from tests.unit.steps.conformance.conftest import Compiled
from tests.unit.steps.conformance.examples import FULL, MINIMAL, plugged_in, types
from tests.unit.steps.test_payload import nulls

every_type = pytest.mark.parametrize("type", types())
Lint = Callable[[Mapping[str, bytes]], str]


@pytest.fixture(scope="module")
def ran(project: Path, compiled: Compiled) -> tuple[str, list[HistoryEvent]]:
    """How the minimal pipeline ended on this machine, and its history."""
    with plugged_in():
        backend = LocalBackend(project, Environment("local", "local"))
        started = backend.start(compiled[MINIMAL], {})
        events = list(backend.events(started.id, follow=True))
        ended = backend.describe(started.id)
    return f"{ended.status} {ended.error} {ended.cause}", events


@every_type
def test_a_step_runs_on_this_machine(
    type: str, compiled: Compiled, ran: tuple[str, list[HistoryEvent]]
) -> None:
    end, events = ran
    assert end == "SUCCEEDED None None", end
    entered = {e.details["name"] for e in events if e.type.endswith("StateEntered")}
    states = {s.name for s in compiled[MINIMAL].states if s.step_type == type}
    assert states & entered, f"no state of a '{type}' step was entered"


@every_type
def test_explain_names_every_state_with_its_type_and_statements(
    type: str, compiled: Compiled
) -> None:
    for variant in (MINIMAL, FULL):
        pipeline = compiled[variant]
        text = "\n".join(lines(pipeline))
        for state in pipeline.states:
            if state.step_type != type:
                continue
            own = "\n".join(lines(pipeline, state.step))
            assert f"{state.name}  (" in text and f"from step '{state.step}'" in own
            if type != state.type.lower():
                assert f"{state.name}  ({type}, {state.type})" in own
            for statement in (*state.execution_role, *state.job_role):
                assert statement.reason in own
                assert all(f"on {place}" in own for place in statement.resources)


@every_type
def test_the_graph_draws_every_step(type: str, compiled: Compiled) -> None:
    for variant in (MINIMAL, FULL):
        pipeline = compiled[variant]
        steps = {s.step for s in pipeline.states if s.step_type == type}
        nodes = {node.id: node for node in graph_of(pipeline).walk()}
        drawn = {state for node in nodes.values() for state in node.states}
        assert {s.name for s in pipeline.states if s.step_type == type} <= drawn
        for step in steps & set(nodes):
            assert nodes[step].note.startswith(type.replace("_", " "))


@every_type
def test_the_dashboard_has_its_jobs(type: str, compiled: Compiled) -> None:
    pipeline = compiled[FULL]
    made = deployed(render([pipeline], SEEN), "dev", "ml-dev")
    widgets = json.dumps(dashboard(made))
    for state in pipeline.states:
        if state.step_type == type and state.job and state.job.kind.namespace:
            source = f"{{{state.job.kind.namespace},{state.job.kind.dimension}}}"
            assert source in widgets, f"the dashboard does not search {source}"


@pytest.mark.functional
def test_cfn_lint_finds_nothing_in_a_pipeline_of_all_types(
    compiled: Compiled, lint: Lint
) -> None:
    used = {state.step_type for state in compiled[FULL].states}
    assert set(all_step_types()) <= used
    kinds = ("execution", "job", "function", "schedule")
    lent = Shape(lent=frozenset((FULL, kind) for kind in kinds))
    for shape in (DEFAULT, lent):
        assert lint(render([compiled[FULL]], shape)) == ""


@pytest.mark.parametrize("shape", ALL, ids=str)
def test_no_template_of_any_type_holds_a_null(compiled: Compiled, shape: Shape) -> None:
    for variant in (MINIMAL, FULL):
        files = render([compiled[variant]], shape)
        assert all(name.endswith(".yaml") for name in files), "a definition has a null"
        for name, content in files.items():
            assert nulls(parse(content)) == [], name
