"""What a report consists of: sections of blocks, as data that any renderer can draw.

What goes out: frozen dataclasses. Values are a user's own and stand as they are: to
escape, shorten or colour them is for whoever draws them. Never: HTML, Markdown, or a
word on where something stands on a page beyond what is declared here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.drawing.model import Graph
from mlmax_pipelines.drawing.render import Mark
from mlmax_pipelines.observe.timeline import Row

# What a column holds: words, something to be copied, a metric, a count of bytes.
TEXT, CODE, NUMBER, SIZE = "text", "code", "number", "size"


@dataclass(frozen=True)
class Code:
    """A value to be told from the words around it."""

    value: Any


@dataclass(frozen=True)
class Text:
    """A line; its parts are joined by colons. `lead` says what it is, where no title
    above it does."""

    parts: Sequence[str | Code]
    lead: str = ""


@dataclass(frozen=True)
class Note:
    """A line of less weight, left out where there is little room."""

    text: str


@dataclass(frozen=True)
class Verbatim:
    """Text in lines of its own, such as an error's cause; none when it is ""."""

    text: str


@dataclass(frozen=True)
class Log:
    """The last lines of a log, and where the whole of it lies ("" if nowhere)."""

    title: str
    place: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Column:
    """`detail`: left out where there is little room. `begins`: so many characters are
    enough there."""

    head: str
    type: str = TEXT
    detail: bool = False
    begins: int = 0


@dataclass(frozen=True)
class Noted:
    """A table's value with a word about it below."""

    value: Any
    note: str


@dataclass(frozen=True)
class Table:
    """Rows of as many values as there are columns; the first one names its row."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Steps:
    """A pipeline's graph, with what became of each node."""

    title: str
    graph: Graph
    marks: Mapping[str, Mark]


@dataclass(frozen=True)
class Times:
    """Visits of steps, beside each other in time. `started`, `now`: seconds since the
    epoch; `seconds`: how long the whole took."""

    rows: Sequence[Row]
    started: float
    seconds: float
    now: float


@dataclass(frozen=True)
class Picture:
    """A PNG an execution made."""

    artifact: Artifact
    content: bytes


@dataclass(frozen=True)
class Pictures:
    """Pictures, beside each other."""

    pictures: Sequence[Picture]


Block = Union[Text, Note, Verbatim, Log, Table, Steps, Times, Pictures]


@dataclass(frozen=True)
class Section:
    """Blocks under a title. `alarming`: what a reader has to see first. `aside`: may
    stand beside the graph. `folded`: the words it is folded under where there is little
    room: its title, unless others are given; "" when it always stands open."""

    title: str
    blocks: Sequence[Block]
    alarming: bool = False
    aside: bool = False
    folded: str | None = None


@dataclass(frozen=True)
class Head:
    """Which execution a report is about. Times are seconds, `started` since the epoch;
    `ended` is False while it runs."""

    pipeline: str
    description: str
    execution: str
    environment: str
    status: str
    started: float
    seconds: float
    ended: bool


@dataclass(frozen=True)
class Report:
    """What there is to say of an execution, in the order in which it is read."""

    head: Head
    sections: Sequence[Section]
