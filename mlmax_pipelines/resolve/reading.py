"""What a spec writes -> values: texts with references, however deep they stand.

What comes in: plain data of a spec and where it stands. What goes out: `Value`s, or
problems. Never: what a value is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.base.hints import meant_reference
from mlmax_pipelines.base.literals import written
from mlmax_pipelines.resolve.bindings import Binding, Place
from mlmax_pipelines.resolve.expressions import read
from mlmax_pipelines.resolve.references import UNKNOWN, References
from mlmax_pipelines.resolve.targets import ASK, may_be_null
from mlmax_pipelines.resolve.types import a, type_fits
from mlmax_pipelines.spec.fields import label
from mlmax_pipelines.steps.contract import Field
from mlmax_pipelines.steps.values import Value, array, literal

_ANY = Field("any")
_NUMBERS = ("integer", "number")

# Types of steps in whose fields a null may stand.
_TAKE_NULL = ("pass", "choice")


class Reader:
    """Reads what the steps of one pipeline say; `problems` are the references' own."""

    def __init__(self, references: References) -> None:
        self.references = references
        self.problems = references.problems

    def value(
        self, raw: Any, binding: Binding, place: Place, wanted: str = "any"
    ) -> Value:
        """One value, wanted as a declared type; UNKNOWN when a problem was found."""
        if isinstance(raw, list) and any(map(_refers, raw)):
            return array(
                [
                    self.value(item, binding, place.at(index))
                    for index, item in enumerate(raw)
                ]
            )
        if not isinstance(raw, str):
            return self._whole(raw, place, wanted)
        if "${" not in raw:
            return UNKNOWN if self._is_mistaken(raw, place) else literal(raw, wanted)
        template = read(place.document, place.path, raw, self.problems)
        if template.faults:
            return UNKNOWN
        return self.references.value(template, binding, place, wanted)

    def _is_mistaken(self, text: str, place: Place) -> bool:
        """Whether a text is a reference in the form of another tool: a problem then."""
        meant = meant_reference(text, self.references.parameters)
        if meant:
            message = f"'{text}' is a text, and refers to nothing"
            self.problems.append(place.problem(message, f"write {meant}"))
        return bool(meant)

    def _whole(self, raw: Any, place: Place, wanted: str) -> Value:
        """A number, a list or an object without references, as it stands."""
        if _refers(raw):
            hint = "give the input the whole object: ${parameters.X}"
            text = "a reference cannot stand inside an object"
            self.problems.append(place.problem(text, hint))
            return UNKNOWN
        return literal(written(raw), wanted)

    def fields(self, binding: Binding) -> dict[str, Any]:
        """The keys of a step's type, with values where references stood."""
        forms = binding.step_type.fields
        return {
            name: self._deep(raw, binding, (name,), forms.get(name, _ANY))
            for name, raw in binding.fields.items()
        }

    def _deep(
        self, raw: Any, binding: Binding, path: tuple[Any, ...], form: Field
    ) -> Any:
        """Texts with references become values, however deep they stand."""
        if isinstance(raw, Mapping):
            keys = form.fields or {}
            other = form.items or _ANY
            return {
                written(k): self._deep(v, binding, (*path, k), keys.get(k, other))
                for k, v in raw.items()
            }
        if isinstance(raw, (list, tuple)):
            item = form.items or _ANY
            return [self._deep(v, binding, (*path, i), item) for i, v in enumerate(raw)]
        if isinstance(raw, str) and raw.startswith("$.") and path[0] == "choices":
            raw = f"${{{raw[2:]}}}"  # a path of a condition in the older spelling
        if isinstance(raw, str) and "${" in raw:
            place = binding.field_place(path)
            # A condition compares the index of an item as a number.
            number = path[0] == "choices" or form.type in _NUMBERS
            wanted = "integer" if number else "any"
            value = self.value(raw, binding, place, wanted)
            if form.type in _NUMBERS and not type_fits(value.type, form.type):
                text = f"{label(path)} takes {a(form.type)}, found {a(value.type)}"
                hint = "refer to a value of that type"
                self.problems.append(place.problem(text, hint))
            if value.optional and binding.step_type.type not in _TAKE_NULL:
                text = f"{label(path)} needs a value, and "
                text += may_be_null(value.origins[0].parameter)
                self.problems.append(place.problem(text, ASK))
            return raw if value.is_literal and value.type == "any" else value
        if isinstance(raw, str) and self._is_mistaken(raw, binding.field_place(path)):
            return UNKNOWN
        return raw


def _refers(raw: Any) -> bool:
    """Whether a reference stands anywhere in a value."""
    if isinstance(raw, Mapping):
        return any(map(_refers, raw.values()))
    if isinstance(raw, list):
        return any(map(_refers, raw))
    return isinstance(raw, str) and "${" in raw.replace("$${", "")
