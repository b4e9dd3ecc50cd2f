"""The picture as PNG."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.drawing.png import rendered
from mlmax_pipelines.drawing.render import render


def test_a_png_has_two_pixels_per_unit(training, pipeline):
    pytest.importorskip("resvg_py")
    compiled = pipeline(training)
    image = render(compiled, "png")
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    root = ET.fromstring(render(compiled, "svg").decode())
    size = int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")
    assert size == (2 * int(root.get("width")), 2 * int(root.get("height")))


def test_a_missing_package_is_named_with_what_installs_it(
    training, pipeline, monkeypatch
):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(PipelineError, match="'resvg_py'") as caught:
        render(pipeline(training), "png")
    assert "mlmax-pipelines[local]" in caught.value.problem.hint


def test_a_huge_picture_keeps_within_forty_megapixels():
    pytest.importorskip("resvg_py")
    image = rendered(
        '<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="20000"></svg>'
    )
    size = int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")
    assert size[0] == size[1] and size[0] * size[1] <= 40_100_000
