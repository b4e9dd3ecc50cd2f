"""The definitions of a pipeline's state machines, as a template holds them.

What comes in: a compiled pipeline. What goes out: for each state machine its
definition, in the template or as a file beside it, and the substitutions it uses.
Never: a placeholder that nothing fills in.

A template may have a million bytes. Definitions that are too large together to stand
in it are files of their own, JSON with one state per line, found in S3 by content. So
is one with a null, which CloudFormation refuses in a template.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Mapping

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import DEFINITION, check
from mlmax_pipelines.cloudformation.sharing import Names
from mlmax_pipelines.cloudformation.tags import Tag, ref, replaced, sub
from mlmax_pipelines.compiled import (
    CodeFolder,
    CompiledPipeline,
    DataFile,
    Image,
    Quoted,
    Setting,
    Sub,
)

# JSON bytes of all definitions up to which they stand in the template, where their
# indentation makes them up to twice as long.
_INLINE_BYTES = 400_000
# How a text is written in JSON's quotes, and before that in those of an intrinsic.
# CloudFormation's provider of state machines replaces text in the definition's JSON,
# and goes on until nothing is left to replace (DefinitionProcessor of
# aws-cloudformation-resource-providers-stepfunctions): so no `$` may stay.
_IN_JSON = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    ("$", "\\u0024"),
    ("\n", "\\n"),
    ("\t", "\\t"),
)
_IN_INTRINSIC = tuple((char, f"\\{char}") for char in "\\'{}")
# Types of settings with values in which nothing of that is.
_PLAIN = ("Word", "Number", "Count", "Boolean")
_SPECIAL = re.compile("[" + re.escape("".join(old for old, _ in _IN_JSON)) + "]")
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)\}")


@dataclass(frozen=True)
class Definition:
    """One state machine's definition: `inline`, or the bytes of a `file`."""

    logical_id: str
    name: str
    inline: Any
    file: bytes
    used: frozenset[str]

    @property
    def properties(self) -> dict[str, Any]:
        if not self.file:
            return {"Definition": self.inline}
        place = {"Bucket": ref("CodeBucket"), "Key": definition_key(self.file)}
        return {"DefinitionS3Location": place}


def definition_key(content: bytes) -> str:
    """Where a definition that is a file of its own has to be in CodeBucket."""
    import hashlib

    return layout.definition(hashlib.sha256(content).hexdigest())


def definitions(pipeline: CompiledPipeline, names: Names) -> list[Definition]:
    """The parts of a pipeline, then the state machine that runs them."""
    machines: list[tuple[str, str, Any]] = [
        (part.logical_id, part.name, part.definition) for part in pipeline.parts
    ]
    machines.append(("StateMachine", pipeline.name, pipeline.definition))
    texts = [_json_lines(definition) for _, _, definition in machines]
    renamed = {token: name for token, name in names.items() if token != name}
    if renamed:
        texts = [_PLACEHOLDER.sub(_replace(renamed), text) for text in texts]
    fit = sum(map(len, texts)) <= _INLINE_BYTES
    made = []
    for (logical_id, name, definition), text in zip(machines, texts):
        content = text.encode()
        check(f"definition of '{name}'", len(content), DEFINITION)
        used = frozenset(_PLACEHOLDER.findall(text))
        if not fit or _holds_null(definition):
            made.append(Definition(logical_id, name, None, content, used))
        else:
            whole = json.loads(text) if renamed else definition
            made.append(Definition(logical_id, name, whole, b"", used))
    return made


def values(pipeline: CompiledPipeline, names: Names) -> dict[str, Any]:
    """Substitution name -> what the template writes for it."""
    found: dict[str, Any] = {}
    images: dict[Image, str] = {}
    for name, value in pipeline.substitutions.items():
        if isinstance(value, Quoted):
            found[name] = _text(ref(names[value.name]), *_IN_INTRINSIC, *_IN_JSON)
        else:
            name = names.get(name, name)
            found[name] = _value(name, value, images)
    return found


def substitutions(definition: Definition, filled: Mapping[str, Any]) -> dict[str, Any]:
    """The DefinitionSubstitutions of one state machine: those it uses, by name.

    Raises PipelineError for a placeholder without a value.
    """
    unknown = sorted(definition.used.difference(filled))
    if unknown:
        message = f"nothing fills in '${{{unknown[0]}}}' in '{definition.name}'"
        raise PipelineError(message)
    return {name: filled[name] for name in sorted(definition.used)}


def images(pipeline: CompiledPipeline) -> dict[str, Image]:
    """Name in the Images mapping -> image of the SDK's tables, each once."""
    found: dict[Image, str] = {}
    for name, value in pipeline.substitutions.items():
        if isinstance(value, Image) and not value.uri:
            found.setdefault(value, name)
    return {name: image for image, name in found.items()}


def _value(
    name: str,
    value: Sub | Image | Setting | DataFile | CodeFolder,
    known: dict[Image, str],
) -> Any:
    if isinstance(value, Setting) and not _is_plain(value):
        return _text(ref(name), *_IN_JSON)
    if isinstance(value, (Setting, DataFile, CodeFolder)):
        return ref(name)
    if isinstance(value, Image):
        if value.uri:
            return sub(value.uri)
        key = known.setdefault(value, name)
        return Tag("FindInMap", ["Images", ref("AWS::Region"), key])
    return sub(value.text)


def _is_plain(setting: Setting) -> bool:
    """Whether no value of a setting has anything that JSON escapes."""
    listed = setting.enum and not any(map(_SPECIAL.search, map(str, setting.enum)))
    return setting.type in _PLAIN or bool(listed)


def _text(text: Any, *replacements: tuple[str, str]) -> Any:
    for old, new in replacements:
        text = replaced(text, old, new)
    return text


def _replace(names: Mapping[str, str]) -> Any:
    return lambda match: f"${{{names.get(match[1], match[1])}}}"


def _json_lines(definition: Mapping[str, Any]) -> str:
    """Compact JSON, but with a line for each state so that a difference is readable."""
    fields = []
    for key, value in definition.items():
        if key == "States":
            lines = (f"{_json(name)}:{_json(state)}" for name, state in value.items())
            text = "{\n" + ",\n".join(lines) + "\n}"
        else:
            text = _json(value)
        fields.append(f"{_json(key)}:{text}")
    return "{" + ",".join(fields) + "}\n"


def _holds_null(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_null, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_holds_null, value))
    return value is None


def _json(value: Any) -> str:
    """ASCII only: CloudFormation reads a definition's file in its machine's charset
    (DefinitionProcessor of its provider of AWS::StepFunctions::StateMachine)."""
    return json.dumps(value, separators=(",", ":"))
