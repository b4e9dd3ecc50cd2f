"""A definition as CloudFormation makes it of the template and an environment's file.

Its provider of state machines replaces text in the definition's JSON until nothing is
left to replace (DefinitionProcessor).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mlmax_pipelines.aws import templates, views
from mlmax_pipelines.aws.intrinsics import Values
from mlmax_pipelines.cloudformation import shape
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline, DataFile
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project import settings

PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "mlmax-dev",
    "AWS::URLSuffix": "amazonaws.com",
}


def definition(root: Path, pipeline: CompiledPipeline, env: Environment) -> Any:
    """The definition of `pipeline` in `env`, whose file is in the project `root`."""
    files = render([pipeline], shape.of(env))
    master = templates.parse(files["master.yaml"])
    nested = templates.parse(files[f"{pipeline.name}.yaml"])
    sources = pipeline.substitutions.values()
    data = {s.path: f"s3://code/{s.path}" for s in sources if isinstance(s, DataFile)}
    code = dict.fromkeys(pipeline.code, "code/0a1b")
    shipped = settings.Shipped("code", code, data)
    stack = next(
        name
        for name, resource in master["Resources"].items()
        if resource["Properties"]["TemplateURL"] == f"./{pipeline.name}.yaml"
    )
    declared = {"": master["Parameters"], stack: nested["Parameters"]}
    given = settings.parameters(root, env, [pipeline], declared, shipped, "aws")
    values = Values(master, {**PSEUDO, **given[""]})
    handed = values.fill({**templates.parameters(master, stack), **given[stack]})
    made = views.view(nested, {}, handed, PSEUDO)
    (machine,) = made.of_type("AWS::StepFunctions::StateMachine").values()
    text = files.get(f"{pipeline.name}.definition.json", b"").decode()
    text = text or json.dumps(machine["Definition"])
    tokens = machine["DefinitionSubstitutions"]
    for _ in range(2 * len(tokens)):
        for name, value in tokens.items():
            text = text.replace(f"${{{name}}}", value)
    return json.loads(text)
