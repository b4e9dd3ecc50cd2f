"""Values of a definition: literals, and expressions the state machine evaluates.

What comes in: Python data and paths, each said to be of state data, of a task's result
or of the context object. What goes out: values that know their scope, and payload
templates in the terms of the Amazon States Language (`key` or `key.$`). Never: an
expression is evaluated here, or stands where its data is not.

`${Name}` in a text is a substitution (see `compiled`): it is replaced before the
state machine exists, so it is never escaped. One that may stand for any text has
another name in the quotes of an intrinsic, whose replacement is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.layout import SCHEME
from mlmax_pipelines.compiled import MISSING
from mlmax_pipelines.steps.origins import Origin

_ESCAPED = re.compile(r"(\$\{[A-Za-z0-9]+\})|([\\'{}])")

# What an expression reads. Nothing (a literal, an intrinsic of literals) and the
# context object fit anywhere; state data and a task's result never meet ("Processing
# input and output in Step Functions", AWS Step Functions Developer Guide).
NOTHING, CONTEXT = "nothing", "the context object"
STATE, RESULT = "state data", "the task's result"
_ANYWHERE = (NOTHING, CONTEXT)


@dataclass(frozen=True)
class Value:
    """A literal, or an `expression` (`$.a.b`, `$$.Execution.Name`, `States...`).

    `type` is the declared type of the value, `any` when nobody declared one; `scope`
    what the expression reads. `parts` are those of a text that was joined, so that
    joining it again nests nothing. `quoted` is how a literal stands in the quotes of an
    intrinsic, when that is not how `escape` writes it. An `optional` one may be null.
    """

    type: str = "any"
    literal: Any = MISSING
    expression: str = ""
    scope: str = NOTHING
    parts: tuple[str | Value, ...] = ()
    origins: tuple[Origin, ...] = ()
    quoted: str = ""
    optional: bool = False

    @property
    def is_literal(self) -> bool:
        return not self.expression

    @property
    def is_path(self) -> bool:
        return self.expression.startswith("$")


def literal(value: Any, type: str = "any") -> Value:
    return Value(type=type, literal=value)


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
    if refers(data):
        text = "a list has references beside objects with references"
        raise wrong(text, "a list can hold values, or objects of them")
    return call("States.StringToJson", _written(plain(data)))


def as_value(value: Any) -> Value:
    """What a spec says as a value; a list that holds values is made while it runs."""
    if isinstance(value, Value):
        return value
    if isinstance(value, (list, tuple)) and refers(value):
        return array([as_value(item) for item in value])
    return Value(literal=value)


def refers(data: Any) -> bool:
    """Whether a value known only later is in it, however deep."""
    if isinstance(data, Mapping):
        return any(map(refers, data.values()))
    if isinstance(data, (list, tuple)):
        return any(map(refers, data))
    return isinstance(data, Value) and bool(data.expression or data.quoted)


def plain(data: Any) -> Any:
    """Data without the Values that literals are wrapped in."""
    if isinstance(data, Mapping):
        return {key: plain(item) for key, item in data.items()}
    if isinstance(data, (list, tuple)):
        return [plain(item) for item in data]
    return data.literal if isinstance(data, Value) else data


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
    values = [t for t in texts if isinstance(t, Value) and not t.is_literal]
    if not values:
        return _joined(texts)
    if len(texts) == 1:
        return to_text(texts[0])
    template = "".join("{}" if t in values else _in_quotes(t) for t in texts)
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
        return replace(value, type="string", literal=_written(value.literal))
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
    if all(value.is_literal and not value.quoted for value in values):
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
    parts = [_said(part) for part in parts]
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
    """A literal as its text, unless it is another one in quotes."""
    return part if isinstance(part, Value) and part.quoted else _said(part)


def _said(part: str | Value) -> str | Value:
    """A literal as its text, anything else as it is."""
    if isinstance(part, str) or not part.is_literal:
        return part
    return _written(part.literal)


def _in_quotes(part: str | Value) -> str:
    """A literal as it stands in the quotes of an intrinsic."""
    if isinstance(part, Value):
        return part.quoted or escape(_written(part.literal))
    return escape(part)


def _joined(parts: list[str | Value]) -> Value:
    """One text of literals."""
    text = "".join(map(str, map(_said, parts)))
    if not any(isinstance(part, Value) for part in parts):
        return literal(text, "string")
    quoted = "".join(map(_in_quotes, parts))
    return Value("string", text, parts=tuple(parts), quoted=quoted)


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
        return f"'{_in_quotes(value)}'"
    if value.literal is None or isinstance(value.literal, (Mapping, list, tuple)):
        return json_value(value.literal).expression
    return _written(value.literal)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, ensure_ascii=False)
