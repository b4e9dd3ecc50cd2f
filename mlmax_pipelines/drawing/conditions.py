"""A choice rule -> the words a person would use for it.

What comes in: a rule of a Choice state. What goes out: one line such as
`roc_auc >= ${parameters.min_roc_auc}`. Never: evaluates the rule.
"""

from __future__ import annotations

import json
import re
from typing import Any, Mapping

_SIGNS = {
    "Equals": "==",
    "GreaterThanEquals": ">=",
    "GreaterThan": ">",
    "LessThanEquals": "<=",
    "LessThan": "<",
    "Matches": "matches",
}
_COMPARISON = re.compile(
    r"(?:String|Numeric|Boolean|Timestamp)"
    r"(Equals|GreaterThanEquals|GreaterThan|LessThanEquals|LessThan|Matches)(Path)?"
)
_TESTS = {
    "IsPresent": ("is present", "is missing"),
    "IsNull": ("is null", "is not null"),
    "IsString": ("is a string", "is not a string"),
    "IsNumeric": ("is a number", "is not a number"),
    "IsBoolean": ("is a boolean", "is not a boolean"),
    "IsTimestamp": ("is a timestamp", "is not a timestamp"),
}
_SPOKEN = re.compile(r"\$\.(?:parameters|item|pipeline)\b")
_STEP_VALUE = re.compile(r"\$\.steps\.\w+\.(?:outputs?\.)?(?:.+\.)?(\w+)")


def words(rule: Mapping[str, Any]) -> str:
    """The condition of one choice rule, in one line."""
    if "Condition" in rule:
        text = str(rule["Condition"]).strip()
        return text.removeprefix("{%").removesuffix("%}").strip()
    for joint in ("And", "Or"):
        if joint in rule:
            return f" {joint.lower()} ".join(_nested(part) for part in rule[joint])
    if "Not" in rule:
        return f"not {_nested(rule['Not'], always=True)}"
    return _compare(rule)


def _nested(rule: Mapping[str, Any], always: bool = False) -> str:
    compound = "And" in rule or "Or" in rule
    return f"({words(rule)})" if compound or always else words(rule)


def _compare(rule: Mapping[str, Any]) -> str:
    left = value(str(rule.get("Variable", "")))
    for key, right in rule.items():
        if key in _TESTS:
            return f"{left} {_TESTS[key][0 if right else 1]}"
        match = _COMPARISON.fullmatch(key)
        if match:
            text = value(right) if match[2] else json.dumps(right, ensure_ascii=False)
            return f"{left} {_SIGNS[match[1]]} {text}"
    return left


def value(path: str) -> str:
    """A path as the spec would write it: `${parameters.X}`, or a metric's name."""
    if path == "$.index":
        return "${map.index}"
    if _SPOKEN.match(path):
        return "${" + path[2:] + "}"
    match = _STEP_VALUE.fullmatch(path)
    return match[1] if match else path
