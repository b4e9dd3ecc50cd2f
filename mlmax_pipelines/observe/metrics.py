"""An execution's data -> its metrics, parameters and what tells two of them apart.

What comes in: execution records and, for what still runs, their events. What goes
out: flat mappings and rows. Never: says which of two numbers is the better one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Iterator, Mapping, NamedTuple

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.forms import parse_json
from mlmax_pipelines.base.names import visit_name
from mlmax_pipelines.observe.billing import by_step
from mlmax_pipelines.observe.timeline import Row, Timeline

# What a state that may leave metrics ends with.
_LEFT = ("TaskStateExited", "ParallelStateExited")


class Metric(NamedTuple):
    """A number, a text or a truth value; `item` is "" outside of a map."""

    step: str
    item: str
    name: str
    value: Any

    @property
    def place(self) -> str:
        return visit_name(self.step, self.item)


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
    billed: tuple[Difference, ...]


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


def found(record: ExecutionRecord, events: Iterable[HistoryEvent] = ()) -> list[Metric]:
    """Every metric, those of the last step first: of outputs of type metrics, and the
    final ones of training jobs. What ran in a branch or for an item of a map is in the
    history only; of steps that ran again the last visit counts."""
    events = list(events)
    timeline = Timeline()
    inside: dict[tuple[str, str], list[Metric]] = {}
    outer: list[HistoryEvent] = []
    for event in events:
        timeline.feed(event)
        row = timeline.visit(event.id)
        if row is None or row.parent is None:
            outer.append(event)
        elif event.type in _LEFT:
            for metric in _own(row, event, timeline):
                inside.setdefault((metric.step, metric.item), []).append(metric)
    last = {key: {m.name: m for m in some}.values() for key, some in inside.items()}
    return [*_of(data(record, outer)), *(m for some in last.values() for m in some)]


def _own(row: Row, event: HistoryEvent, timeline: Timeline) -> Iterator[Metric]:
    """The metrics that a state inside another one left, and that were not there before
    its branch or item began."""
    text = event.details.get("output") or ""
    if '"values"' not in text and '"metrics"' not in text:
        return
    before = _steps(_parsed(timeline.begun(row.parent)))
    left = {k: v for k, v in _steps(_parsed(text)).items() if before.get(k) != v}
    yield from _each(left, row.iteration)


def _of(data: Any) -> Iterator[Metric]:
    yield from _each(dict(reversed([*_steps(data).items()])), "")


def _steps(data: Any) -> Mapping[str, Any]:
    steps = data.get("steps") if isinstance(data, Mapping) else None
    return steps if isinstance(steps, Mapping) else {}


def _each(steps: Mapping[str, Any], item: str) -> Iterator[Metric]:
    for step, result in steps.items():
        if isinstance(result, Mapping):
            for name, value in _values(result):
                yield Metric(step, item, name, value)


def metrics(
    record: ExecutionRecord, events: Iterable[HistoryEvent] = ()
) -> dict[str, Any]:
    """`<step>.<name>`, of an item of a map `<step>[<item>].<name>` -> value."""
    return {f"{one.place}.{one.name}": one.value for one in found(record, events)}


def _values(result: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    outputs = result.get("outputs")
    for output in outputs.values() if isinstance(outputs, Mapping) else ():
        values = output.get("values") if isinstance(output, Mapping) else None
        if isinstance(values, Mapping):
            yield from _flat(values, "")
    # DescribeTrainingJob's FinalMetricDataList, as a training step keeps it.
    for entry in result.get("metrics") or ():
        yield str(entry["MetricName"]), entry["Value"]


def _flat(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, (int, float, str)):
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
    """Metrics, parameters, evidence and what is billed of two, row by row."""
    events_a, events_b = list(events_a), list(events_b)
    data_a, data_b = data(a, events_a), data(b, events_b)
    return Comparison(
        a,
        b,
        _rows(metrics(a, events_a), metrics(b, events_b)),
        _rows(parameters(data_a, a), parameters(data_b, b)),
        _rows(flat_text(a.evidence), flat_text(b.evidence)),
        _rows(by_step(events_a), by_step(events_b)),
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
