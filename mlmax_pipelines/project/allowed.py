"""What CloudFormation would say against the value of a parameter.

What comes in: a value, the parameter's declaration. What goes out: what is wrong with
it. Never: shows a value that no parameter can hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.limits import PARAMETER_VALUE
from mlmax_pipelines.environment import FOLDER

# What is neither a line's end nor a tab; and halves of characters.
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def unspeakable(value: str) -> str:
    """What no parameter can hold, or no definition; the value is not worth showing."""
    size = len(value.encode())
    if size > PARAMETER_VALUE:
        return f"makes {size:,} bytes of a template's parameter, at most " + (
            f"{PARAMETER_VALUE:,} can be"
        )
    if found := _CONTROL.search(value):
        return f"has the control character U+{ord(found[0]):04X}"
    return ""


def wrong(value: str, declared: Mapping[str, Any]) -> str:
    """What its declaration says against a value; "" when nothing."""
    allowed = declared.get("AllowedValues")
    if allowed and value not in map(str, allowed):
        return f"must be one of {', '.join(map(str, allowed))}"
    if len(value) > declared.get("MaxLength", len(value)):
        return f"at most {declared['MaxLength']} characters are allowed"
    pattern = declared.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        return str(declared.get("ConstraintDescription", f"must match {pattern}"))
    return ""


def check_stack_name(
    name: str, nested: Mapping[str, Mapping[str, Any]], env: str
) -> None:
    """Raises UsageError when names that begin with the stack's would be refused."""
    for template in nested.values():
        declared = template.get("Parameters", {}).get("Prefix")
        if declared and (fault := wrong(name, declared)):
            raise UsageError(
                f"'{name}' cannot be a stack's name: {fault}",
                hint=f"write another 'stack' into {FOLDER}/{env}.yaml",
            )
