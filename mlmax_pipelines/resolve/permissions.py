"""What a module allows -> IAM statements, their texts as a template has them.

What comes in: a step bound to its module. What goes out: statements whose resources are
`Fn::Sub` texts. Never: a value that only an execution has; a role is made before it.
"""

from __future__ import annotations

import re
from typing import Any

from mlmax_pipelines.declared import Statement
from mlmax_pipelines.resolve.bindings import Binding, Place
from mlmax_pipelines.resolve.expressions import (
    ENV,
    PIPELINE,
    Ref,
    Template,
    read,
)
from mlmax_pipelines.resolve.reading import Reader

# What every template knows of where it is deployed.
KNOWN = (
    "AWS::Partition",
    "AWS::Region",
    "AWS::AccountId",
    "AWS::URLSuffix",
    "ArtifactBucket",
    "Environment",
    "JobOwner",
    "Prefix",
)
_KNOWN = re.compile(r"(?<!\$)\$\{(?:" + "|".join(KNOWN) + r")\}")
# Characters for private use: no text has them.
_STAND_IN = 0xE000


def read_statements(binding: Binding, reader: Reader) -> tuple[Statement, ...]:
    """What the step's module allows; faults go to the reader's problems."""
    module = binding.module
    if module is None:
        return ()
    place = Place(module.document, ("iam",))
    return tuple(
        _statement(written, binding, place.at(index), reader)
        for index, written in enumerate(module.iam)
    )


def _statement(
    written: Any, binding: Binding, place: Place, reader: Reader
) -> Statement:
    def text(value: str, *path: Any) -> str:
        return deployed_text(value, binding, place.at(*path), reader)

    def texts(value: Any, *path: Any) -> str | tuple[str, ...]:
        if isinstance(value, list):
            return tuple(text(one, *path, index) for index, one in enumerate(value))
        return text(value, *path)

    conditions = {
        operator: {
            key: texts(value, "conditions", operator, key)
            for key, value in tests.items()
        }
        for operator, tests in written.get("conditions", {}).items()
    }
    return Statement(
        tuple(written["actions"]),
        tuple(text(r, "resources", i) for i, r in enumerate(written["resources"])),
        written["reason"],
        conditions,
        written.get("wildcard", ""),
    )


def deployed_text(text: str, binding: Binding, place: Place, reader: Reader) -> str:
    """A text whose references have a value when a stack is deployed: `Fn::Sub`'s."""
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        hidden.append(match[0])
        return chr(_STAND_IN + len(hidden) - 1) * len(match[0])

    # As long as what it stands for, so that columns are those of the file.
    template = read(place.document, place.path, _KNOWN.sub(hide, text), reader.problems)
    parts = (_part(part, binding, place, reader) for part in template.parts)
    joined = "".join(parts)
    for index, known in enumerate(hidden):
        joined = joined.replace(chr(_STAND_IN + index) * len(known), known)
    return joined


def _part(part: str | Ref, binding: Binding, place: Place, reader: Reader) -> str:
    if isinstance(part, str):
        return part
    if part.kind == ENV or (part.kind, part.name) == (PIPELINE, "name"):
        value = reader.references.value(Template((part,)), binding, place)
        return str(value.literal)
    text = f"'${{{part.text}}}' has no value when the role is made"
    hint = f"these have: env.X, pipeline.name, {', '.join(KNOWN)}"
    reader.problems.append(
        place.document.problem(text, place.path, hint, offset=part.offset)
    )
    return ""
