"""The only door to the Step Functions Data Science SDK.

What comes in: names and fields. What goes out: the SDK's own state objects, and the
definition they make. Never: `sagemaker`, `boto3`, a region, a credential.

Importing the SDK as it comes takes seconds: its package imports sagemaker, pandas and
boto3, and raises the root log level. Its states need none of that, so its two
packages are stood in for by empty modules with the real `__path__` while `states` and
`choice_rule` are imported. The SDK knows fewer fields than the language has today
(ResultSelector, ItemProcessor, ...): the subclasses below add them.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType, SimpleNamespace
from typing import Any

from mlmax_pipelines.steps.payload import payload
from mlmax_pipelines.steps.values import RESULT, STATE, Value, expression

# The SDK has no types. A state has `state_id`, `state_type`, `next_step`, `to_dict()`.
State = Any

_PACKAGES = ("stepfunctions", "stepfunctions.steps")
_EXTRA = {
    "Task": ("result_selector", "credentials", "query_language", "arguments", "output"),
    "Parallel": ("result_selector",),
    "Map": ("result_selector", "item_selector", "tolerated_failure_percentage"),
    "Fail": ("error_path", "cause_path"),
    "Retry": ("max_delay_seconds", "jitter_strategy"),
}
# The fields that are payload templates, and what their expressions may read.
_TEMPLATES = {"parameters": STATE, "item_selector": STATE, "result_selector": RESULT}
_FIRST = ("Type", "Comment", "QueryLanguage", "Resource")
_LAST = ("ResultSelector", "ResultPath", "Retry", "Catch", "Default", "Next", "End")


@cache
def sdk() -> SimpleNamespace:
    """The SDK's state classes, widened, and its choice rules."""
    shells = [name for name in _PACKAGES if name not in sys.modules]
    try:
        for name in shells:
            sys.modules[name] = _shell(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            states = import_module("stepfunctions.steps.states")
            rules = import_module("stepfunctions.steps.choice_rule")
    finally:
        # A later `import stepfunctions` must find the real package.
        for name in shells:
            sys.modules.pop(name, None)
    widened = {
        name: _widen(getattr(states, name), more) for name, more in _EXTRA.items()
    }
    plain = {
        name: getattr(states, name) for name in ("Pass", "Wait", "Choice", "Succeed")
    }
    others = {"State": states.State, "Catch": states.Catch, "rules": rules}
    return SimpleNamespace(**widened, **plain, **others)


def _shell(name: str) -> ModuleType:
    spec = PathFinder.find_spec(name.partition(".")[0])
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"no package '{name}': pip install stepfunctions")
    inner = name.partition(".")[2]
    shell = ModuleType(name)
    shell.__path__ = [
        f"{place}/{inner}" if inner else place
        for place in spec.submodule_search_locations
    ]
    return shell


def _widen(base: Any, more: Sequence[str]) -> Any:
    names = frozenset(field.value for field in base.allowed_fields(base)) | set(more)

    def is_field_allowed(self: Any, name: str) -> bool:
        return name in names

    def unchanged(self: Any, parameters: Any) -> Any:
        """Nothing here is one of the SDK's placeholders: no need to look for them."""
        return parameters

    own = {"is_field_allowed": is_field_allowed, "_replace_placeholders": unchanged}
    return type(base.__name__, (base,), own)


def task(name: str, resource: str, **fields: Any) -> State:
    return sdk().Task(name, resource=resource, **_payloads(fields))


def pass_(name: str, **fields: Any) -> State:
    return sdk().Pass(name, **_payloads(fields))


def _payloads(fields: dict[str, Any]) -> dict[str, Any]:
    """A state's fields, payload templates written out, each in its scope."""
    for name, scope in _TEMPLATES.items():
        if name in fields:
            fields[name] = payload(fields[name], scope)
    return fields


def wait(name: str, **fields: Any) -> State:
    return sdk().Wait(name, **fields)


def succeed(name: str) -> State:
    return sdk().Succeed(name)


def fail(name: str, **fields: Any) -> State:
    return sdk().Fail(name, **fields)


def choice(name: str) -> State:
    return sdk().Choice(name)


def parallel(name: str, branches: Sequence[Mapping[str, Any]], **fields: Any) -> State:
    """A Parallel state around finished branch definitions.

    The SDK would build each branch again by recursion over its states; the branches
    are complete here, so they are set as they are.
    """
    return _with(sdk().Parallel(name, **_payloads(fields)), "Branches", list(branches))


def map_(name: str, processor: Mapping[str, Any], **fields: Any) -> State:
    """A Map state around a finished item processor."""
    inline = {"ProcessorConfig": {"Mode": "INLINE"}, **processor}
    return _with(sdk().Map(name, **_payloads(fields)), "ItemProcessor", inline)


def _with(state: State, key: str, value: Any) -> State:
    """The state with a field that its class would build by recursion."""
    plain = sdk().State.to_dict
    state.to_dict = lambda: {**plain(state), key: value}
    return state


def rule(operator: str, variable: Value, value: Any) -> Any:
    """One comparison of a choice, `operator` in the language's own words."""
    return sdk().rules.Rule(expression(variable), operator, value)


def combine(operator: str, rules: Sequence[Any]) -> Any:
    """`And` or `Or` of several rules, or `Not` of one."""
    kinds = sdk().rules
    if operator == "Not":
        return kinds.NotRule(rules[0])
    return kinds.CompoundRule(operator, list(rules))


def request(state: State) -> Mapping[str, Any]:
    """What a task asks its service for."""
    found: Mapping[str, Any] = state.fields.get("parameters") or {}
    return found


def add_retry(state: State, **fields: Any) -> None:
    state.add_retry(sdk().Retry(**fields))


def add_catch(
    state: State, errors: Sequence[str], target: State, path: str = ""
) -> None:
    """What these errors lead to; they are kept at `path`, or take the data's place."""
    kept = {"result_path": path} if path else {}
    state.add_catch(sdk().Catch(error_equals=list(errors), next_step=target, **kept))


def describe(state: State, text: str) -> None:
    state.fields["comment"] = text


def limit_time(state: State, seconds: int) -> None:
    """TimeoutSeconds of a Task state: it fails when it takes longer."""
    state.fields["timeout_seconds"] = seconds


def definition(start: str, states: Iterable[State], **fields: Any) -> dict[str, Any]:
    """The definition these states make; each is asked for its own fields only.

    The SDK's Graph walks a chain by recursion, which ends at 986 states.
    """
    listed = {state.state_id: rendered(state) for state in states}
    return {**fields, "StartAt": start, "States": listed}


def rendered(state: State) -> dict[str, Any]:
    """A linked state as it stands in a definition; made once."""
    known: dict[str, Any] | None = state.__dict__.get("rendered")
    if known is None:
        known = state.rendered = _ordered(state.to_dict())
    return known


def end(state: State) -> None:
    """Nothing comes after the state any more, whatever did before."""
    state.next_step = state.rendered = None


def _ordered(state: dict[str, Any]) -> dict[str, Any]:
    """Keys in the order people read them: what it is, what it does, where it goes."""
    first = {key: state[key] for key in _FIRST if key in state}
    last = {key: state[key] for key in _LAST if key in state}
    return {**first, **{k: v for k, v in state.items() if k not in last}, **last}
