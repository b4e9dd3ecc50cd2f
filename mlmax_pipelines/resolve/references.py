"""References of a spec -> values of a definition, each one checked.

What comes in: a parsed `${...}` template and the step it stands in. What goes out: a
`Value`, or a problem: the step exists, ran before this one on every path, declares
that output. Never: text is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.compiled import Parameter, Quoted, Setting, Sub, Substitution
from mlmax_pipelines.resolve.bindings import INDEX, Binding, Place, output_of
from mlmax_pipelines.resolve.expressions import (
    ENV,
    ITEM,
    PARAMETER,
    PIPELINE,
    STEP_ERROR,
    STEP_OUTPUT,
    STEP_RAW,
    Ref,
    Template,
)
from mlmax_pipelines.resolve.targets import (
    ASK,
    INSTEAD,
    Refused,
    asked,
    check_failed,
    check_order,
    error_of,
    gathers,
    item_type,
    maps_around,
    may_be_null,
    own_maps,
    path_of,
    port_of,
)
from mlmax_pipelines.resolve.types import a
from mlmax_pipelines.spec.model import Port
from mlmax_pipelines.spec.order import OrderFacts
from mlmax_pipelines.steps.context import digest, identifier
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.values import Value, join, literal, state_data

_PIPELINE = {
    "execution_name": state_data("$.pipeline.execution_name", "string"),
    "execution_id": state_data("$.pipeline.execution_id", "string"),
    "start_time": state_data("$.pipeline.start_time", "string"),
}
# What its outputs are kept under: its name, if that will do.
_TAG = state_data("$.pipeline.execution_tag", "string")

# Names that no two of make the same token: `team_name`.
_PLAIN = re.compile(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*")
# Stands for a value that a reported problem kept away: it fits anywhere, so that one
# slip is one message. Nothing is built from it.
UNKNOWN = state_data("$.unknown")


@dataclass
class References:
    """Turns the references of one pipeline into values, and notes who reads what.

    `reads` maps the name of a top-level step to the keys of the top-level steps that
    it, or a step inside it, reads. `unbound` are steps whose module is missing: what
    refers to them is not at fault.
    """

    pipeline: str
    parameters: Mapping[str, Parameter]
    bindings: Mapping[str, Binding]
    facts: OrderFacts
    unbound: frozenset[str] = frozenset()
    substitutions: dict[str, Substitution] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    reads: dict[str, set[str]] = field(default_factory=dict)

    def value(
        self, template: Template, reader: Binding, place: Place, wanted: str = "any"
    ) -> Value:
        """The value of a template, or UNKNOWN when a problem was found in it."""
        inner = wanted if template.single else "string"
        parts: list[str | Value] = []
        for part in template.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            try:
                value = self._reference(part, reader, inner)
                if value.optional and not template.single:
                    raise Refused(f"{may_be_null(part.name)}, which is no text", ASK)
                parts.append(value)
            except Refused as why:
                found = place.document.problem(
                    str(why), place.path, why.hint, offset=part.offset
                )
                self.problems.append(found)
                return UNKNOWN
            if parts[-1] is UNKNOWN:
                return UNKNOWN
        only = parts[0] if len(parts) == 1 else None
        if isinstance(only, Value):
            return only
        return replace(join(*parts), type="s3" if _is_uri(parts[0]) else "string")

    def _reference(self, ref: Ref, reader: Binding, wanted: str) -> Value:
        if ref.kind == PARAMETER:
            return self._parameter(ref, reader)
        if ref.kind in (STEP_OUTPUT, STEP_RAW, STEP_ERROR):
            return self._step(ref, reader, wanted)
        if ref.kind == PIPELINE:
            return self._pipeline(ref)
        if ref.kind == ENV:
            return self._env(ref)
        return _item(ref, reader, wanted, self.parameters)

    def _parameter(self, ref: Ref, reader: Binding) -> Value:
        parameter = self.parameters.get(ref.name)
        if parameter is None:
            hint = did_you_mean(ref.name, self.parameters)
            raise Refused(f"unknown parameter '{ref.name}'", hint)
        if ref.path and parameter.type not in ("object", "list"):
            text = f"parameter '{ref.name}' is {a(parameter.type)}: nothing is in it"
            raise Refused(text, f"${{parameters.{ref.name}}}")
        path = path_text(("parameters", ref.name, *ref.path))
        type = "any" if ref.path else parameter.type
        value = state_data(path, type, Origin(parameter=ref.name))
        if parameter.default is not None or self._is_asked_for(ref.name, reader):
            return value
        if ref.path:
            raise Refused(f"{may_be_null(ref.name)}: nothing is in it", ASK)
        return replace(value, optional=True)

    def _is_asked_for(self, name: str, reader: Binding) -> bool:
        """Whether a choice on every path to a step has looked at a parameter."""
        return any(
            self.facts.dominates(choice, reader.name)
            for choice, names in self._asked.items()
            if name in names
        )

    @cached_property
    def _asked(self) -> Mapping[str, set[str]]:
        return asked(self.bindings)

    def _pipeline(self, ref: Ref) -> Value:
        if ref.name == "name":
            return literal(self.pipeline, "string")
        if ref.name == "base_location":
            folder = (f"{self.pipeline}/", _TAG)
            return replace(self._uri(*folder), type="s3")
        return _PIPELINE[ref.name]

    def _env(self, ref: Ref) -> Value:
        name = f"Env{_env_name(ref.name)}"
        text = f"value '{ref.name}' of the environment"
        self.substitutions[name] = Setting("String", "", "", ref.name, text, "value")
        self.substitutions[f"Quoted{name}"] = Quoted(name)
        return Value("string", f"${{{name}}}", quoted=f"${{Quoted{name}}}")

    def _step(self, ref: Ref, reader: Binding, wanted: str) -> Value:
        source = self.bindings.get(ref.name)
        if source is None and ref.name in self.unbound:
            return UNKNOWN
        if source is None:
            hint = did_you_mean(ref.name, self.bindings)
            raise Refused(f"unknown step '{ref.name}'", hint)
        if ref.kind == STEP_OUTPUT and gathers(ref, source, reader, wanted):
            return self._gathered(ref, source, reader)
        base = path_of(source, reader)
        if ref.kind == STEP_ERROR:
            check_failed(self.facts, source, reader)
            self.note(source, reader)
            # The language compares what stands at a path, and nothing made of it.
            return error_of(base, ref.output, as_path=wanted == "integer")
        check_order(self.facts, source, reader)
        self.note(source, reader)
        if ref.kind == STEP_OUTPUT:
            return self._output(ref, source, base, wanted)
        self._check_result(ref, source)
        source.raw_reads.add(str(ref.path[0]) if ref.path else "")
        path = path_text((*base, "output", *ref.path))
        return state_data(path, "any", Origin(step=source.key))

    def _check_result(self, ref: Ref, source: Binding) -> None:
        """Only jobs have a result of their own, and maps the list of their items."""
        type = source.step_type.type
        if type == "map" and ref.path[:1] == ("items",):
            for inner in self.bindings.values():
                if source in inner.containers:
                    inner.read.update(inner.output_ports or ())
            return
        if not source.step_type.is_job:
            text = f"step '{source.name}' is a {type}, which has no result of its own"
            raise Refused(text, INSTEAD.get(type, "refer to a job before it"))

    def note(self, source: Binding, reader: Binding) -> None:
        """That a step reads what another one left."""
        chain = (*source.containers, source)
        outside = [box for box in chain if box not in reader.containers]
        for box in outside[1:]:
            box.is_read_outside = True
        top = (*reader.containers, reader)[0]
        if chain[0] is not top:
            self.reads.setdefault(top.name, set()).add(chain[0].key)

    def _output(
        self, ref: Ref, source: Binding, base: tuple[str, ...], wanted: str
    ) -> Value:
        port = port_of(ref, source)
        path = (*base, "outputs", ref.output)
        if port.type == "metrics":
            return self._metrics(ref, source, port, path, wanted)
        if ref.path and port.type not in ("object", "list", "any"):
            text = f"output '{port.name}' of step '{source.name}' is {a(port.type)}"
            raise Refused(text, "nothing is inside it")
        source.read.add(port.name)
        type = "any" if ref.path else port.type
        origin = Origin(step=source.key, output=port.name)
        return state_data(path_text((*path, *ref.path)), type, origin)

    def _gathered(self, ref: Ref, source: Binding, reader: Binding) -> Value:
        """The folder in which every item of a map has one with its files."""
        outermost = own_maps(source, reader)[0]
        check_order(self.facts, outermost, reader)
        around = (INDEX,) if maps_around(source, reader) else ()
        folder = output_of(self.pipeline, source, ref.output, *around)
        origin = Origin(step=source.key, output=ref.output)
        return replace(self._uri(*folder), type="s3", origins=(origin,))

    def _metrics(
        self,
        ref: Ref,
        source: Binding,
        port: Port,
        path: tuple[str, ...],
        wanted: str,
    ) -> Value:
        """A value in the file, all of them, or where a folder is wanted the folder."""
        if not ref.path and wanted in ("s3", "metrics", "string"):
            tail = port.file if wanted == "metrics" else ""
            item = (INDEX,) if source.in_map else ()
            folder = output_of(self.pipeline, source, port.name, *item)
            return replace(self._uri(*folder, tail), type=wanted)
        name = str(ref.path[0]) if ref.path else ""
        if name and port.values and name not in port.values:
            text = f"output '{port.name}' of step '{source.name}' has no value '{name}'"
            raise Refused(text, did_you_mean(name, port.values))
        type = port.values.get(name, "any") if name else "object"
        return state_data(path_text((*path, "values", *ref.path)), type)

    def _uri(self, *key: str | Value) -> Value:
        bucket = "ArtifactBucket"
        self.substitutions[bucket] = Sub(f"${{{bucket}}}")
        return join(layout.uri(f"${{{bucket}}}"), *key)


def _is_uri(beginning: str | Value) -> bool:
    """Whether a text that begins so is a place in S3."""
    if isinstance(beginning, str):
        return beginning.startswith(layout.SCHEME)
    return beginning.type == "s3"


def _env_name(name: str) -> str:
    """A name of the environment as part of a token that no other name has."""
    text = identifier(name)
    return text if _PLAIN.fullmatch(name) else text + digest(name)


def _item(
    ref: Ref, reader: Binding, wanted: str, parameters: Mapping[str, Parameter]
) -> Value:
    if not reader.in_map:
        text = f"'${{{ref.text}}}' has a value only inside a map step"
        raise Refused(text, "use it in the steps of a map step")
    if ref.kind == ITEM:
        *_, inmost = [b for b in reader.containers if b.step_type.type == "map"]
        path = path_text(("item", *ref.path))
        type = "any" if ref.path else item_type(inmost, parameters)
        return state_data(path, type, Origin(item=inmost.key))
    if wanted in ("integer", "number"):
        return state_data("$.number", "integer")
    return state_data("$.index", "string")
