"""The form of a definition: which field holds what, in every state alike.

What comes in: a definition that anybody wrote. What goes out: the first field that
holds something else. Never: judged whether the definition makes sense: a state type's
own fields are compiled, or refused, by the interpreter.

Source: "Amazon States Language", the fields of each state type. What JSONata may
compute (`{% ... %}`) may be text.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.base.forms import NUMBER, Each, fault

_COMPUTED = (*NUMBER, str)
_PATH = (str, None)

_RETRIER = {
    "ErrorEquals": [str],
    "IntervalSeconds": NUMBER,
    "MaxAttempts": NUMBER,
    "BackoffRate": NUMBER,
    "MaxDelaySeconds": NUMBER,
    "JitterStrategy": str,
}
_CATCHER = {"ErrorEquals": [str], "Next": str, "ResultPath": _PATH, "Assign": dict}
_RULE: dict[str, Any] = {"Next": str, "Variable": str, "Assign": dict}
_RULE |= {"And": [_RULE], "Or": [_RULE], "Not": _RULE}
_MACHINE: dict[str, Any] = {
    "StartAt": str,
    "QueryLanguage": str,
    "TimeoutSeconds": NUMBER,
}
_STATE = {
    **dict.fromkeys(("Type", "Next", "Default", "QueryLanguage", "Resource"), str),
    **dict.fromkeys(("InputPath", "OutputPath", "ResultPath", "ItemsPath"), _PATH),
    **dict.fromkeys(("Error", "Cause", "ErrorPath", "CausePath", "Timestamp"), str),
    **dict.fromkeys(("TimestampPath", "SecondsPath", "TimeoutSecondsPath"), str),
    **dict.fromkeys(("HeartbeatSecondsPath", "MaxConcurrencyPath"), str),
    **dict.fromkeys(("ItemReader", "ItemBatcher", "ResultWriter", "Assign"), dict),
    **dict.fromkeys(("Seconds", "TimeoutSeconds", "HeartbeatSeconds"), _COMPUTED),
    **dict.fromkeys(("MaxConcurrency", "ToleratedFailureCount"), _COMPUTED),
    "ToleratedFailurePercentage": _COMPUTED,
    "End": bool,
    "Choices": [_RULE],
    "Retry": [_RETRIER],
    "Catch": [_CATCHER],
    "Branches": [_MACHINE],
    "Iterator": _MACHINE,
    "ItemProcessor": _MACHINE,
}
_MACHINE["States"] = Each(_STATE)


def wrong(definition: Any) -> str:
    """What is wrong with the form of a definition, "" when nothing is."""
    return fault(_MACHINE, definition)
