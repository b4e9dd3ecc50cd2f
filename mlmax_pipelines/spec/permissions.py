"""IAM statements of a module, checked for form.

What comes in: mappings already read by their table. What goes out: those that are
right, and problems. Never: an action looked up in a list; AWS adds some every week.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mlmax_pipelines.spec.fields import EXPRESSION, Path, Reader, label, shown

# Service Authorization Reference: a service's prefix and an action's name.
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z][A-Za-z0-9-]*")
_REFERENCE = re.compile(r"\$\{[^}]*\}")
_PARTS = 6
_NEEDED = ("actions", "resources", "reason")


def read_statements(
    reader: Reader, data: Sequence[Mapping[str, Any]], path: Path
) -> tuple[Mapping[str, Any], ...]:
    """The statements that are right, as they are written."""
    right = []
    for index, one in enumerate(data):
        before = len(reader.problems)
        _check(reader, one, (*path, index))
        if len(reader.problems) == before and all(key in one for key in _NEEDED):
            right.append(one)
    return tuple(right)


def _check(reader: Reader, one: Mapping[str, Any], path: Path) -> None:
    for key in _NEEDED:
        if key in one and not one[key]:
            reader.report(f"{label((*path, key))} is empty", (*path, key))
    for operator, tests in one.get("conditions", {}).items():
        for key, value in tests.items():
            at = (*path, "conditions", operator, key)
            for text in value if isinstance(value, list) else [value]:
                if not isinstance(text, str):
                    hint = f'quote it: "{shown(text)}"'
                    reader.expect("text, or a list of texts", text, at, hint)
    for index, action in enumerate(one.get("actions", ())):
        _check_action(reader, action, (*path, "actions", index))
    for index, resource in enumerate(one.get("resources", ())):
        _check_resource(reader, resource, one, (*path, "resources", index))


def _check_action(reader: Reader, action: str, path: Path) -> None:
    if _ACTION.fullmatch(action):
        return
    if "*" in action or "?" in action:
        hint = "name every action that the module's code calls"
        reader.report(f"action '{action}' has a wildcard", path, hint)
        return
    hint = "service:Action, such as s3:GetObject"
    reader.report(f"{shown(action)} is no action of IAM", path, hint)


def _check_resource(
    reader: Reader, resource: str, statement: Mapping[str, Any], path: Path
) -> None:
    if resource.startswith(EXPRESSION):
        return  # an ARN that the environment has
    parts = _REFERENCE.sub("x", resource).split(":", _PARTS - 1)
    if resource != "*" and (parts[0] != "arn" or len(parts) < _PARTS):
        hint = "arn:aws:dynamodb:eu-west-1:123456789012:table/scores"
        if resource.startswith("s3://"):
            hint = f"arn:aws:s3:::{resource.removeprefix('s3://')}"
        reader.report(f"{shown(resource)} is no ARN", path, hint)
    elif _is_anything(parts) and not statement.get("wildcard"):
        text = f"resource '{resource}' is anything, and nothing says why"
        hint = "name the resource, or say in 'wildcard' why AWS offers nothing narrower"
        reader.report(text, path, hint)


def _is_anything(parts: Sequence[str]) -> bool:
    """`*`, `arn:aws:s3:::*`, `arn:*:*:*:*:*`: no name in it."""
    service = parts[2] if len(parts) > 2 else "*"
    return not parts[-1].strip("*?") or not service.strip("*?")
