"""An execution's data -> its metrics, parameters and what tells two of them apart.

What comes in: execution records and, for what still runs, their events. What goes
out: flat mappings and rows. Never: says which of two numbers is the better one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Iterator, Mapping

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.forms import parse_json


@dataclass(frozen=True)
class Difference:
    """One row of a comparison. `delta` and `percent` (of `a`) are None unless both
    values are numbers; `percent` is None too when `a` is 0."""

    name: str
    a: Any
    b: Any
    delta: float | None = None
    percent: float | None = None

    @property
    def differs(self) -> bool:
        return bool(self.a != self.b)


@dataclass(frozen=True)
class Comparison:
    """Two executions side by side; a value only one of them has is None in the
    other."""

    a: ExecutionRecord
    b: ExecutionRecord
    metrics: tuple[Difference, ...]
    parameters: tuple[Difference, ...]
    evidence: tuple[Difference, ...]


def data(record: ExecutionRecord, events: Iterable[HistoryEvent] = ()) -> Any:
    """The last known data of an execution: its output, or what a state left last."""
    if isinstance(record.output, Mapping):
        return record.output
    known: Any = {"parameters": record.input or {}, "steps": {}}
    for event in events:
        if event.type.endswith("StateExited"):
            left = _parsed(event.details.get("output"))
            if isinstance(left, Mapping) and "steps" in left:
                known = left
    return known


def metrics(data: Any) -> dict[str, float]:
    """`<step>.<name>` -> number, of every output of type metrics and of the final
    metrics of training jobs; the last step's come first."""
    steps = data.get("steps", {}) if isinstance(data, Mapping) else {}
    found: dict[str, float] = {}
    for step, result in reversed(steps.items()):
        if isinstance(result, Mapping):
            for name, value in _numbers(result):
                found[f"{step}.{name}"] = value
    return found


def _numbers(result: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    outputs = result.get("outputs")
    for output in outputs.values() if isinstance(outputs, Mapping) else ():
        values = output.get("values") if isinstance(output, Mapping) else None
        if isinstance(values, Mapping):
            yield from _flat(values, "")
    # DescribeTrainingJob's FinalMetricDataList, as a training step keeps it.
    for entry in result.get("metrics") or ():
        yield str(entry["MetricName"]), entry["Value"]


def _flat(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif _is_number(value):
            yield f"{prefix}{name}", value


def parameters(data: Any, record: ExecutionRecord) -> dict[str, Any]:
    """The parameters it ran with: defaults and input merged, if it came that far."""
    merged = data.get("parameters") if isinstance(data, Mapping) else None
    found = merged if isinstance(merged, Mapping) else record.input
    return dict(found) if isinstance(found, Mapping) else {}


def compare(
    a: ExecutionRecord,
    b: ExecutionRecord,
    events_a: Iterable[HistoryEvent] = (),
    events_b: Iterable[HistoryEvent] = (),
) -> Comparison:
    """Metrics, parameters and evidence of two executions, row by row."""
    data_a, data_b = data(a, events_a), data(b, events_b)
    return Comparison(
        a,
        b,
        _rows(metrics(data_a), metrics(data_b)),
        _rows(parameters(data_a, a), parameters(data_b, b)),
        _rows(flat_text(a.evidence), flat_text(b.evidence)),
    )


def _rows(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Difference, ...]:
    names = [*a, *(name for name in b if name not in a)]
    return tuple(_row(name, a.get(name), b.get(name)) for name in names)


def _row(name: str, a: Any, b: Any) -> Difference:
    if not (_is_number(a) and _is_number(b)):
        return Difference(name, a, b)
    delta = b - a
    return Difference(name, a, b, delta, 100.0 * delta / abs(a) if a else None)


def flat_text(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one: `packages.numpy`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found.update(flat_text(value, f"{prefix}{name}."))
        else:
            found[f"{prefix}{name}"] = value
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _parsed(text: Any) -> Any:
    try:
        return parse_json(text)
    except (TypeError, ValueError):
        return None
