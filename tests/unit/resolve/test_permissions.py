"""What a module allows, as a template has it, in the role that does its work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.declared import Statement
from tests.unit.cloudformation.deployed import deployed, statements
from tests.unit.compiler.projects import COPY, FIT, compiled, problems

TABLE = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/"
ALLOWED = {
    "actions": ["dynamodb:PutItem"],
    "resources": [TABLE + "${env.team}-${pipeline.name}"],
    "reason": "keeps its scores",
}
PLAIN = "${parameters.place}"


def module(text: str, **changes: Any) -> str:
    iam = [{**ALLOWED, **changes}]
    return text + yaml.safe_dump({"iam": iam}, sort_keys=False)


def one(root: Path, steps: str, text: str, **more: Any) -> CompiledPipeline:
    return compiled(root, steps, modules={"m": text}, **more)


def of(needs: Any) -> list[Statement]:
    return [need for need in needs if need.reason == ALLOWED["reason"]]


@pytest.mark.parametrize("text", [COPY, FIT.replace("rows: {type: s3}, ", "")])
def test_a_job_gets_it_with_its_job_role(tmp_path: Path, text: str) -> None:
    name = yaml.safe_load(text)["name"]
    pipeline = one(tmp_path, f"  A: {{module: {name}}}\n", module(text))
    state = next(state for state in pipeline.states if state.name == "A")
    (found,) = of(state.job_role)
    assert found.resources == (TABLE + "${EnvTeam}-p",)
    assert of(state.execution_role) == []


def test_a_function_gets_it_with_a_role_of_its_own(tmp_path: Path) -> None:
    made = "name: m\ntype: lambda\nimplementation: {handler: src/load.handler}\n"
    steps = "  A: {module: m}\n  B: {module: m}\n"
    pipeline = one(tmp_path, steps, module(made))
    (function,) = pipeline.resources
    assert len(of(function.role)) == 1
    assert not any(of(s.execution_role + s.job_role) for s in pipeline.states)


def test_what_the_state_machine_itself_asks_for_it_is_allowed(tmp_path: Path) -> None:
    newest = "name: m\ntype: latest_model\nimplementation: {group: best}\n"
    pipeline = one(tmp_path, "  A: {module: m}\n", module(newest))
    asking = [state for state in pipeline.states if of(state.execution_role)]
    assert len(asking) == 1 and asking[0].job is not None
    assert not any(of(state.job_role) for state in pipeline.states)


def test_the_template_has_it_with_its_reason(tmp_path: Path) -> None:
    pipeline = one(tmp_path, "  A: {module: copy}\n", module(COPY))
    view = deployed(render([pipeline]), "dev", "ml-dev")
    found = [s for _, s in statements(view) if s.get("Sid") == "APutItem"]
    assert [s["Action"] for s in found] == [["dynamodb:PutItem"]]
    text = render([pipeline])["p.yaml"].decode()
    assert 'APutItem: "A: keeps its scores"' in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name: m\ntype: choice\nchoices:\n- {when: {value: '${parameters.n}', "
            "equals: 1}, next: B}\ndefault: B\n",
            "a choice step asks AWS for nothing: 'A' has no role",
        ),
        (
            "name: m\ntype: lambda\nimplementation: {function: theirs}\n",
            "the function of step 'A' exists, with a role of its own",
        ),
    ],
)
def test_what_has_no_role_of_ours_cannot_be_allowed_anything(
    tmp_path: Path, text: str, message: str
) -> None:
    steps = "  A: {module: m}\n  B: {type: succeed}\n"
    parameters = "{n: {type: integer, default: 1}}"
    (found,) = problems(
        tmp_path, steps, modules={"m": module(text)}, parameters=parameters
    )
    assert found.startswith("modules/m.yaml:") and message in found


def test_a_model_that_exists_has_a_role_of_its_own(tmp_path: Path) -> None:
    text = "name: m\ntype: batch_inference\nimplementation: {}\n"
    steps = "  A: {module: m, inputs: {model_name: x, input_path: 's3://b/k'}}\n"
    (found,) = problems(tmp_path, steps, modules={"m": module(text)})
    assert "the model of step 'A' exists, with a role of its own" in found


def test_a_role_is_made_before_there_is_an_execution(tmp_path: Path) -> None:
    steps = "  A: {module: copy}\n"
    resource = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{PLAIN}"
    text = module(COPY, resources=[resource])
    (found,) = problems(
        tmp_path, steps, modules={"m": text}, parameters="{place: {type: string}}"
    )
    line, column = 21, 5 + resource.index(PLAIN)
    assert found.startswith(f"modules/m.yaml:{line}:{column}: ")
    assert "'${parameters.place}' has no value when the role is made" in found
    assert "env.X, pipeline.name, AWS::Partition" in found


def test_what_iam_fills_in_itself_stays(tmp_path: Path) -> None:
    own = "arn:aws:s3:::b/$${aws:PrincipalTag/team}/*"
    both = ["${AWS::Region}", "us-east-1"]
    conditions = {
        "StringEquals": {"aws:RequestedRegion": "${AWS::Region}"},
        "StringLike": {"aws:RequestedRegion": both},
    }
    text = module(COPY, resources=[own], conditions=conditions)
    pipeline = one(tmp_path, "  A: {module: copy}\n", text)
    (found,) = of(need for s in pipeline.states for need in s.job_role)
    assert found.resources == ("arn:aws:s3:::b/${!aws:PrincipalTag/team}/*",)
    likes = {"aws:RequestedRegion": tuple(both)}
    assert found.conditions == {**conditions, "StringLike": likes}
    view = deployed(render([pipeline]), "dev", "ml-dev")
    (one_,) = [s for _, s in statements(view) if s.get("Sid") == "APutItem"]
    regions = one_["Condition"]["StringLike"]["aws:RequestedRegion"]
    assert regions == ["eu-west-1", "us-east-1"]
