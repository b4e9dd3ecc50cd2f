"""Values of a definition: literals, and expressions the state machine evaluates.

What comes in: Python data and paths, each said to be of state data, of a task's result
or of the context object. What goes out: values that know their scope, and payload
templates in the terms of the Amazon States Language (`key` or `key.$`). Never: an
expression is evaluated here, or stands where its data is not.

`${Name}` in a text is a substitution (see `compiled`): it is replaced before the
state machine exists, so it is never escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.layout import SCHEME
from mlmax_pipelines.base.names import step_key
from mlmax_pipelines.compiled import MISSING

_ESCAPED = re.compile(r"(\$\{[A-Za-z0-9]+\})|([\\'{}])")

# What an expression reads. Nothing (a literal, an intrinsic of literals) and the
# context object fit anywhere; state data and a task's result never meet ("Processing
# input and output in Step Functions", AWS Step Functions Developer Guide).
NOTHING, CONTEXT = "nothing", "the context object"
STATE, RESULT = "state data", "the task's result"
_ANYWHERE = (NOTHING, CONTEXT)


@dataclass(frozen=True)
class Origin:
    """Where the text of a value may come from, for what may then be read.

    `step` and `output` name an output of a step (its key; "" for its raw result),
    `parameter` an input of the execution, `item` the key of the map whose item it is,
    `uri` an s3:// address with `*` for what is known only at run time. With `registry`
    a version of a model names it. Nothing is set when nobody can tell.
    """

    step: str = ""
    output: str = ""
    parameter: str = ""
    item: str = ""
    uri: str = ""
    registry: bool = False


@dataclass(frozen=True)
class Value:
    """A literal, or an `expression` (`$.a.b`, `$$.Execution.Name`, `States...`).

    `type` is the declared type of the value, `any` when nobody declared one; `scope`
    what the expression reads. `parts` are those of a text that was joined, so that
    joining it again nests nothing.
    """

    type: str = "any"
    literal: Any = MISSING
    expression: str = ""
    scope: str = NOTHING
    parts: tuple[str | Value, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def is_literal(self) -> bool:
        return not self.expression

    @property
    def is_path(self) -> bool:
        return self.expression.startswith("$")


def literal(value: Any, type: str = "any") -> Value:
    return Value(type=type, literal=value)


def path_text(parts: Sequence[str | int]) -> str:
    """`("steps", "A", 0, "b-c")` -> `$.steps.A[0]['b-c']`.

    A reference path may have both notations ("Using JSONPath paths", AWS Step Functions
    Developer Guide); a name that is more than a word needs the second.
    """
    texts = ["$"]
    for part in parts:
        if isinstance(part, int):
            texts.append(f"[{part}]")
        elif part and step_key(part) == part and not part[0].isdigit():
            texts.append(f".{part}")
        else:
            quoted = part.replace("\\", "\\\\").replace("'", "\\'")
            texts.append(f"['{quoted}']")
    return "".join(texts)


def state_data(path: str, type: str = "any", *origins: Origin) -> Value:
    """What stands at a path (`$.steps.Train`) of the data that a state is given."""
    return Value(type, expression=path, scope=STATE, origins=origins)


def result(path: str, type: str = "any") -> Value:
    """What stands at a path (`$.Body`) of a task's raw result."""
    return Value(type, expression=path, scope=RESULT)


def context_object(path: str, type: str = "string") -> Value:
    """What stands at a path (`$$.Execution.Id`) of the context object."""
    return Value(type, expression=path, scope=CONTEXT)


def call(function: str, *arguments: Any, type: str = "any") -> Value:
    """An intrinsic function of values and literals: `call("States.Hash", v, "MD5")`."""
    values = [as_value(argument) for argument in arguments]
    inner = ", ".join(map(_argument, values))
    return Value(type, expression=f"{function}({inner})", scope=_scope_of(values))


def json_value(data: Any) -> Value:
    """Literal data that only JSON can say: null, and what holds it."""
    return call("States.StringToJson", _written(data))


def as_value(value: Any) -> Value:
    """What a spec says as a value; a list that holds values is made while it runs."""
    if isinstance(value, Value):
        return value
    if isinstance(value, (list, tuple)) and refers(value):
        return array([as_value(item) for item in value])
    return Value(literal=value)


def refers(data: Any) -> bool:
    """Whether a reference is in it, however deep."""
    if isinstance(data, Mapping):
        return any(map(refers, data.values()))
    if isinstance(data, (list, tuple)):
        return any(map(refers, data))
    return isinstance(data, Value)


def expression(value: Value, scope: str = STATE) -> str:
    """The text of an expression that stands where it may read `scope`."""
    if value.scope != scope and value.scope not in _ANYWHERE:
        text = f"'{value.expression}' reads {value.scope} where there is {scope}"
        raise wrong(text, "mend the step type: each value says what it reads")
    return value.expression


def escape(text: str) -> str:
    """Text inside an intrinsic's quotes; substitutions stay as they are.

    Source: AWS Step Functions, Intrinsics, "Reserved characters".
    """
    return _ESCAPED.sub(lambda m: m.group(1) or "\\" + m.group(2), text)


def join(*parts: str | Value) -> Value:
    """One string of literal texts and values, as short as it can be written."""
    texts = texts_of(*parts)
    values = [text for text in texts if isinstance(text, Value)]
    if not values:
        return literal("".join(map(str, texts)), "string")
    if len(texts) == 1:
        return to_text(texts[0])
    template = "".join("{}" if isinstance(t, Value) else escape(t) for t in texts)
    inner = ", ".join([f"'{template}'", *(_shown(value) for value in values)])
    return Value(
        "string",
        expression=f"States.Format({inner})",
        scope=_scope_of(values),
        parts=tuple(texts),
        origins=_origins(texts),
    )


def to_text(value: str | Value) -> Value:
    """A value as a string: whatever is no text is written as JSON.

    States.Format writes numbers and booleans out, and takes no list and no object;
    States.JsonToString writes those (AWS Step Functions, Intrinsics).
    """
    if isinstance(value, str):
        return literal(value, "string")
    if value.is_literal:
        return literal(_written(value.literal), "string")
    if value.type in ("string", "s3"):
        return value
    text = (
        _shown(value)
        if _is_nested(value)
        else f"States.Format('{{}}', {_shown(value)})"
    )
    return Value("string", expression=text, scope=value.scope, origins=value.origins)


def _shown(value: Value) -> str:
    """An expression that States.Format takes."""
    text = value.expression
    return f"States.JsonToString({text})" if _is_nested(value) else text


def _is_nested(value: Value) -> bool:
    return value.type in ("list", "object")


def array(values: list[Value]) -> Value:
    """A list: literal when every item is, else `States.Array` of them."""
    if all(value.is_literal for value in values):
        return literal([value.literal for value in values], "list")
    made = call("States.Array", *values, type="list")
    origins = dict.fromkeys(origin for value in values for origin in origins_of(value))
    return Value(
        "list", expression=made.expression, scope=made.scope, origins=(*origins,)
    )


def origins_of(value: Value) -> tuple[Origin, ...]:
    """Where an s3 address may come from; a literal is its own origin."""
    if not value.is_literal:
        return value.origins or (Origin(),)
    return tuple(Origin(uri=text) for text in _addresses(value.literal))


def _addresses(data: Any) -> Iterator[str]:
    if isinstance(data, str) and data.startswith(SCHEME):
        yield data
    elif isinstance(data, (list, tuple)):
        for item in data:
            yield from _addresses(item)


def _origins(parts: list[str | Value]) -> tuple[Origin, ...]:
    """Of a text: a pattern when it begins with a bucket, else what it begins with."""
    first = parts[0]
    if isinstance(first, Value):
        return origins_of(first)
    if "/" not in first.removeprefix(SCHEME):
        return (Origin(),)
    return (Origin(uri="".join(p if isinstance(p, str) else "*" for p in parts)),)


def _scope_of(values: Iterable[Value]) -> str:
    scopes = {value.scope for value in values}
    if {STATE, RESULT} <= scopes:
        raise wrong(f"an expression reads {STATE} and {RESULT}", "keep them apart")
    return next((s for s in (STATE, RESULT, CONTEXT) if s in scopes), NOTHING)


def wrong(message: str, hint: str) -> PipelineError:
    """A step type that says what the language cannot."""
    return PipelineError(message, hint=hint)


def texts_of(*parts: str | Value) -> list[str | Value]:
    """The parts of a text, literals as their texts, nothing nested."""
    return [_plain(part) for part in _flat(parts)]


def _plain(part: str | Value) -> str | Value:
    """A literal as its text, anything else as it is."""
    if isinstance(part, str) or not part.is_literal:
        return part
    return _written(part.literal)


def _flat(parts: Iterable[str | Value]) -> Iterator[str | Value]:
    for part in parts:
        if isinstance(part, Value) and part.parts:
            yield from part.parts
        else:
            yield part


def _argument(value: Value) -> str:
    """A value as an argument of an intrinsic: a path, a text, a number, another one.

    Source: AWS Step Functions, Intrinsics: neither null nor a list is an argument.
    """
    if not value.is_literal:
        return value.expression
    if isinstance(value.literal, str):
        return f"'{escape(value.literal)}'"
    if value.literal is None or isinstance(value.literal, (Mapping, list, tuple)):
        return json_value(value.literal).expression
    return _written(value.literal)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, ensure_ascii=False)
