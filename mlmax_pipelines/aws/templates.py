"""Text of a CloudFormation template -> data in its long form.

What comes in: YAML with `!Sub` and the like, or JSON. What goes out: plain data with
`{"Fn::Sub": ...}` in their place. Never: a function evaluated (see `intrinsics`), or a
YAML tag that is no function of CloudFormation's obeyed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STACK = "AWS::CloudFormation::Stack"
_PLAIN = ("Ref", "Condition")


def parse(text: bytes | str) -> dict[str, Any]:
    """The template as data."""
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        """A loader of its own, so that no other one learns these tags."""

    Loader.add_multi_constructor("!", _function)
    loaded: dict[str, Any] = yaml.load(text, Loader)  # noqa: S506
    return loaded


def _function(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    import yaml

    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in _PLAIN else f"Fn::{suffix}": value}


def urls(root: Mapping[str, Any]) -> dict[str, str]:
    """Logical id -> address of the nested templates."""
    found = root.get("Resources", {}).items()
    return {
        logical_id: resource["Properties"]["TemplateURL"]
        for logical_id, resource in found
        if "TemplateURL" in resource.get("Properties", {})
    }


def parameters(root: Mapping[str, Any], logical_id: str) -> dict[str, Any]:
    """What a root template hands down to a nested stack, to be changed there."""
    properties = root["Resources"][logical_id]["Properties"]
    found: dict[str, Any] = properties.setdefault("Parameters", {})
    return found
