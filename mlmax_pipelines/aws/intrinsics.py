"""A template's functions, as far as they can be worked out before a deployment.

What comes in: a template in its long form, the values of its parameters. What goes
out: its resources with parameters, conditions and mappings filled in. Never: a guess:
what only AWS knows (an ARN, an output) stays as text, `${JobRole.Arn}`.

Source: "Intrinsic function reference" in the CloudFormation User Guide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NOTHING = object()
_NAME = re.compile(r"\$\{([A-Za-z0-9:._]+)\}")


class Values:
    """What the names in one template stand for: its parameters and pseudo parameters.

    `given` are the values handed to it; the others have their defaults.
    """

    def __init__(self, template: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self._names = dict(given)
        self._mappings = template.get("Mappings", {})
        self._conditions = template.get("Conditions", {})
        for name, declared in template.get("Parameters", {}).items():
            value = self._names.get(name, declared.get("Default", ""))
            is_list = declared["Type"].startswith(("CommaDelimitedList", "List<"))
            # A parameter is text to CloudFormation, whatever its default looks like.
            text = str(value).lower() if isinstance(value, bool) else str(value)
            self._names[name] = _split(",", text) if is_list else text

    def fill(self, value: Any) -> Any:
        """`value` with every function worked out that can be."""
        filled = self._fill(value)
        return None if filled is _NOTHING else filled

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template holds."""
        return bool(self._fill(self._conditions[condition]))

    def _fill(self, value: Any) -> Any:
        if isinstance(value, list):
            items = (self._fill(item) for item in value)
            return [item for item in items if item is not _NOTHING]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            function = _FUNCTIONS.get(name)
            if function is not None:
                return function(self, argument)
        filled = {key: self._fill(item) for key, item in value.items()}
        return {key: item for key, item in filled.items() if item is not _NOTHING}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        return self._names.get(name, f"${{{name}}}")

    def _get_att(self, path: Any) -> str:
        return f"${{{'.'.join(path) if isinstance(path, list) else path}}}"

    def _sub(self, argument: Any) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})
        own = {name: self._fill(item) for name, item in own.items()}
        known = {**self._names, **own}
        return _NAME.sub(lambda m: str(known.get(m[1], m[0])), text)

    def _if(self, argument: Any) -> Any:
        condition, then, otherwise = argument
        return self._fill(then if self.holds(condition) else otherwise)

    def _join(self, argument: Any) -> Any:
        separator, items = argument[0], self._fill(argument[1])
        return separator.join(map(str, items)) if isinstance(items, list) else items

    def _split(self, argument: Any) -> Any:
        text = self._fill(argument[1])
        return _split(argument[0], text) if isinstance(text, str) else text

    def _select(self, argument: Any) -> Any:
        index, items = self._fill(argument)
        return items[int(index)] if isinstance(items, list) else items

    def _find(self, argument: Any) -> Any:
        table, first, second = (self._fill(item) for item in argument[:3])
        try:
            return self._mappings[table][first][second]
        except KeyError:
            return f"${{{table}.{first}.{second}}}"

    def _equals(self, argument: Any) -> bool:
        one, other = self._fill(argument)
        return str(one) == str(other)

    def _not(self, argument: Any) -> bool:
        return not self._fill(argument[0])

    def _and(self, argument: Any) -> bool:
        return all(self._fill(item) for item in argument)

    def _or(self, argument: Any) -> bool:
        return any(self._fill(item) for item in argument)

    def _condition(self, argument: Any) -> Any:
        # Also the key of an IAM statement, which then has a mapping under it.
        if isinstance(argument, str):
            return self.holds(argument)
        return {"Condition": self._fill(argument)}


def _split(separator: str, text: str) -> list[str]:
    return text.split(separator) if text else []


_FUNCTIONS: Mapping[str, Any] = {
    "Ref": Values._ref,
    "Condition": Values._condition,
    "Fn::GetAtt": Values._get_att,
    "Fn::Sub": Values._sub,
    "Fn::If": Values._if,
    "Fn::Join": Values._join,
    "Fn::Split": Values._split,
    "Fn::Select": Values._select,
    "Fn::FindInMap": Values._find,
    "Fn::Equals": Values._equals,
    "Fn::Not": Values._not,
    "Fn::And": Values._and,
    "Fn::Or": Values._or,
}
