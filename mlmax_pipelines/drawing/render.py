"""A compiled pipeline -> a picture of it, in the format somebody asks for.

What comes in: a compiled pipeline, and optionally what became of its steps. What
goes out: text, Mermaid, SVG or PNG. Never: writes a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.drawing.model import Graph, read
from mlmax_pipelines.drawing.parts import whole

FORMATS = ("text", "mermaid", "svg", "png")


@dataclass(frozen=True)
class Mark:
    """What became of a node: a status of an execution, and a line of text for it."""

    status: str
    note: str = ""


Marks = Mapping[str, Mark]


def graph_of(pipeline: CompiledPipeline, states: bool = False) -> Graph:
    """The steps of a pipeline as a graph; with `states` every state of it."""
    definition = whole(pipeline, states)
    return read(definition, pipeline.states, every_state=states)


def render(pipeline: CompiledPipeline, format: str, states: bool = False) -> bytes:
    """The picture as a file's content, UTF-8 unless it is a PNG.

    Raises UsageError for an unknown format, PipelineError when a package is missing.
    """
    graph = graph_of(pipeline, states)
    if format == "text":
        return text(graph).encode()
    if format == "mermaid":
        return mermaid(graph).encode()
    if format == "svg":
        return svg(graph, pipeline.name).encode()
    if format == "png":
        return png(graph, pipeline.name)
    allowed = ", ".join(f"'{name}'" for name in FORMATS)
    raise UsageError(f"unknown format '{format}'", hint=f"one of {allowed}")


def text(graph: Graph) -> str:
    """Lines for a terminal."""
    from mlmax_pipelines.drawing.text import lines

    return "\n".join(lines(graph)) + "\n"


def mermaid(graph: Graph, marks: Marks | None = None) -> str:
    """A Mermaid flowchart; with `marks`, coloured by status."""
    from mlmax_pipelines.drawing.mermaid import flowchart

    return flowchart(graph, _notes(marks), _statuses(marks))


def svg(graph: Graph, title: str, marks: Marks | None = None) -> str:
    """An SVG document; with `marks`, coloured by status."""
    from mlmax_pipelines.drawing.columns import arranged
    from mlmax_pipelines.drawing.svg import draw

    return draw(arranged(graph, _notes(marks)), title, _statuses(marks))


def png(graph: Graph, title: str, marks: Marks | None = None) -> bytes:
    """A PNG of that SVG. Raises PipelineError when a package is missing."""
    from mlmax_pipelines.drawing.png import rendered

    return rendered(svg(graph, title, marks))


def _notes(marks: Marks | None) -> dict[str, str]:
    return {key: mark.note for key, mark in (marks or {}).items()}


def _statuses(marks: Marks | None) -> dict[str, str] | None:
    return None if marks is None else {key: m.status for key, m in marks.items()}
