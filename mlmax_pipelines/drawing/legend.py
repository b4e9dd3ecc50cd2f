"""What the marks of a picture mean: a row below it, of the marks that are used.

What comes in: a picture and the statuses drawn into it. What goes out: SVG elements.
Never: explains a mark that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Mapping

from mlmax_pipelines.drawing.fonts import text_width
from mlmax_pipelines.drawing.model import CATCH
from mlmax_pipelines.drawing.palette import CATCH_INK, FAINT, STATUSES
from mlmax_pipelines.drawing.picture import Picture

_SIZE, _SAMPLE, _ROOM = 11.0, 26.0, 18.0
_HEIGHT = 26.0


@dataclass(frozen=True)
class Legend:
    """Samples with the words for them; `kind` is catch or a status."""

    entries: tuple[tuple[str, str], ...]

    @property
    def width(self) -> float:
        return sum(_SAMPLE + text_width(w, _SIZE) + _ROOM for _, w in self.entries)

    @property
    def height(self) -> float:
        return _HEIGHT if self.entries else 0.0

    def draw(self, x: float, y: float) -> str:
        """The row, from `x` on, its base line at `y`."""
        parts = []
        for kind, words in self.entries:
            parts.append(_sample(kind, x, y - 4))
            parts.append(
                f'<text x="{x + _SAMPLE:.1f}" y="{y:.1f}" fill="{FAINT}"'
                f' font-size="{_SIZE:.0f}">{words}</text>'
            )
            x += _SAMPLE + text_width(words, _SIZE) + _ROOM
        return "".join(parts)


def legend(picture: Picture, statuses: Mapping[str, str] | None) -> Legend:
    """The legend of a picture: dashes if there are any, statuses if they are used."""
    return Legend(tuple(_entries(picture, statuses)))


def _entries(
    picture: Picture, statuses: Mapping[str, str] | None
) -> Iterator[tuple[str, str]]:
    if any(route.kind == CATCH for route in picture.routes):
        yield CATCH, "on error"
    if statuses is not None:
        used = {statuses.get(box.node.id, "") for box in picture.boxes}
        yield from (
            (status, words)
            for status, (_, _, words) in STATUSES.items()
            if status in used
        )


def _sample(kind: str, x: float, y: float) -> str:
    if kind == CATCH:
        return (
            f'<path d="M{x:.1f} {y:.1f}h20" stroke="{CATCH_INK}" stroke-width="1.4"'
            ' stroke-dasharray="5 4"/>'
        )
    fill, stroke, _ = STATUSES[kind]
    return (
        f'<rect x="{x + 4:.1f}" y="{y - 6:.1f}" width="16" height="12" rx="3"'
        f' fill="{fill}" stroke="{stroke}"/>'
    )
