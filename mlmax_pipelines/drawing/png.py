"""SVG -> PNG, without anything installed on the machine but Python packages.

What comes in: an SVG drawn by this package. What goes out: the bytes of a PNG. Never:
draws anything that is not in the SVG.

`resvg_py` renders the very SVG; the font comes from matplotlib, whose package holds
DejaVu Sans. Both are in the extra `local`. The machine's own fonts, if it has any,
serve for characters that DejaVu Sans lacks.
"""

from __future__ import annotations

import re
from pathlib import Path

from mlmax_pipelines.base.errors import PipelineError

_MOST_PIXELS = 40_000_000
_SIZE = re.compile(r'^<svg [^>]* width="(\d+)" height="(\d+)"')


def rendered(svg: str) -> bytes:
    """The picture in two pixels per unit, fewer if it were over 40 megapixels.

    Raises PipelineError when the packages it needs are not installed.
    """
    try:
        import resvg_py
    except ImportError:
        raise _missing("resvg_py") from None
    width, height = map(float, _SIZE.findall(svg)[0])
    scale = min(2.0, (_MOST_PIXELS / (width * height)) ** 0.5)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            font_files=[str(_font())],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
    )


def _font() -> Path:
    from importlib.util import find_spec

    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise _missing("matplotlib")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"


def _missing(package: str) -> PipelineError:
    return PipelineError(
        f"a PNG needs the package '{package}', which is not installed",
        hint="pip install 'mlmax-pipelines[local]', or use --format svg",
    )
