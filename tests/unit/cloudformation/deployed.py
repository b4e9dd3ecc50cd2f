"""Templates with all their functions worked out, as a deployment would have them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlmax_pipelines.aws import templates
from mlmax_pipelines.aws.views import Name, View, view
from mlmax_pipelines.base.names import jobs_owner
from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape

# Every shape that an environment can have.
SEEN = Shape(traces=True, dashboard=True, budget=500)
ALL = (DEFAULT, SEEN, Shape(vpc=True), Shape(kms=True), Shape(vpc=True, kms=True))

PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::URLSuffix": "amazonaws.com",
}
GIVEN = {
    "CodeBucket": "code",
    "SubnetIds": "subnet-0a,subnet-0b",
    "SecurityGroupIds": "sg-0c",
    "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/k",
}
_NAMED = re.compile(r"\$\{([\w.]+)\}")


def deployed(
    files: Mapping[str, bytes], environment: str, stack: str, **more: str
) -> View:
    """Every resource of the root template's stack and its nested ones.

    Text such as `${Shared.Outputs.ArtifactBucket}`, which only AWS could fill in, has
    the stack's name in front: another stack has other resources.
    """
    root = templates.parse(files["master.yaml"])
    nested = {
        logical_id: templates.parse(files[resource["Properties"]["TemplateURL"][2:]])
        for logical_id, resource in root["Resources"].items()
    }
    for logical_id, template in nested.items():
        handed = templates.parameters(root, logical_id)
        for name in template["Parameters"]:
            if isinstance(handed.get(name, ""), str):
                if name.startswith("Data"):
                    handed[name] = "s3://code/d"
                if f"{logical_id}{name}" in more:
                    handed[name] = more.pop(f"{logical_id}{name}")
    known = {name: GIVEN[name] for name in root["Parameters"] if name in GIVEN}
    own = {"Environment": environment, "JobOwner": jobs_owner(stack)}
    given = {**known, **own, **more}
    found = view(root, nested, given, {**PSEUDO, "AWS::StackName": stack})
    filled = {
        name: _own(item, f"{stack}/{name.stack}")
        for name, item in found.resources.items()
    }
    return View(filled, found.parameters)


def _own(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        # `${...}` in a definition is filled in from DefinitionSubstitutions.
        return {
            key: item if key == "Definition" else _own(item, place)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_own(item, place) for item in value]
    if isinstance(value, str):
        return _NAMED.sub(rf"<{place}:\1>", value)
    return value


def texts(value: Any) -> Iterator[str]:
    """Every text in a piece of a template."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def statements(found: View) -> Iterator[tuple[Name, dict[str, Any]]]:
    """Every statement of a role or a resource's policy, trust left out."""
    for name, resource in found.resources.items():
        properties = resource["Properties"]
        documents = [p["PolicyDocument"] for p in properties.get("Policies", ())]
        documents += [d for d in [properties.get("PolicyDocument")] if d]
        for document in documents:
            for one in document["Statement"]:
                yield name, one


def dashboard(found: View) -> list[dict[str, Any]]:
    """The widgets of the one dashboard."""
    (properties,) = found.of_type("AWS::CloudWatch::Dashboard").values()
    widgets: list[dict[str, Any]] = json.loads(properties["DashboardBody"])["widgets"]
    return widgets
