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
from dataclasses import dataclass, replace
from typing import Any, Mapping, Sequence

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import DEFINITION, check
from mlmax_pipelines.cloudformation.parameters import settings, shared_name
from mlmax_pipelines.cloudformation.tags import Tag, ref, sub
from mlmax_pipelines.compiled import (
    CompiledPipeline,
    DataFile,
    Image,
    Setting,
    Substitution,
)
from mlmax_pipelines.declared import Statement

# JSON bytes of all definitions up to which they stand in the template, where their
# indentation makes them up to twice as long.
_INLINE_BYTES = 400_000
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


def definitions(pipeline: CompiledPipeline, shared: bool) -> list[Definition]:
    """The parts of a pipeline, then the state machine that runs them."""
    machines: list[tuple[str, str, Any]] = [
        (part.logical_id, part.name, part.definition) for part in pipeline.parts
    ]
    machines.append(("StateMachine", pipeline.name, pipeline.definition))
    texts = [_text(definition) for _, _, definition in machines]
    renamed = _renaming(pipeline) if shared else {}
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


def values(pipeline: CompiledPipeline, shared: bool) -> dict[str, Any]:
    """Substitution name -> what the template writes for it."""
    found: dict[str, Any] = {}
    images: dict[Image, str] = {}
    for name, value in pipeline.substitutions.items():
        if isinstance(value, Setting):
            name = shared_name(value) if shared else name
        found[name] = _value(name, value, images)
    return found


def renamed(pipeline: CompiledPipeline) -> CompiledPipeline:
    """A pipeline with shared parameters whose statements and resources call them by
    their shared names."""
    names = {f"${{{old}}}": f"${{{new}}}" for old, new in _renaming(pipeline).items()}

    def deep(value: Any) -> Any:
        if isinstance(value, str):
            return _PLACEHOLDER.sub(lambda m: names.get(m[0], m[0]), value)
        if isinstance(value, Mapping):
            return {key: deep(item) for key, item in value.items()}
        return tuple(map(deep, value)) if isinstance(value, (list, tuple)) else value

    def allowed(needs: Sequence[Statement]) -> tuple[Statement, ...]:
        return tuple(
            need._replace(
                resources=deep(need.resources), conditions=deep(need.conditions)
            )
            for need in needs
        )

    return replace(
        pipeline,
        states=tuple(
            replace(
                state,
                execution_role=allowed(state.execution_role),
                job_role=allowed(state.job_role),
            )
            for state in pipeline.states
        ),
        resources=tuple(
            one._replace(properties=deep(one.properties), role=allowed(one.role))
            for one in pipeline.resources
        ),
    )


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


def _value(name: str, value: Substitution, known: dict[Image, str]) -> Any:
    if isinstance(value, (Setting, DataFile)):
        return ref(name)
    if isinstance(value, Image):
        if value.uri:
            return sub(value.uri)
        key = known.setdefault(value, name)
        return Tag("FindInMap", ["Images", ref("AWS::Region"), key])
    return sub(value.text)


def _renaming(pipeline: CompiledPipeline) -> dict[str, str]:
    return {name: shared_name(one) for name, one in settings(pipeline).items()}


def _replace(names: Mapping[str, str]) -> Any:
    return lambda match: f"${{{names.get(match[1], match[1])}}}"


def _text(definition: Mapping[str, Any]) -> str:
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
