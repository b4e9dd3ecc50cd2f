"""`pipeline create`."""

from __future__ import annotations

from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Pipeline


def test_what_changed_is_written_and_named(project: Path, pipeline: Pipeline) -> None:
    first = pipeline(project, "create")
    assert first.code == 0 and "wrote templates/small.yaml" in first.out
    again = pipeline(project, "create")
    assert again.out == "" and "nothing changed since it was made" in again.err
    (project / "templates/small.yaml").unlink()
    mended = pipeline(project, "create")
    assert mended.out == "wrote templates/small.yaml\n"
    assert mended.err.startswith("unchanged: ")


def test_a_stale_template_is_told_and_left(project: Path, pipeline: Pipeline) -> None:
    pipeline(project, "create")
    path = project / "templates/small.yaml"
    path.write_text(path.read_text().replace("Description", "Discription"))
    before = path.read_text()
    checked = pipeline(project, "create", "--check")
    assert checked.code == 2
    assert "small.yaml: differs" in checked.out
    assert "1 template is not what the specs make: small.yaml" in checked.err
    assert path.read_text() == before


@pytest.mark.skipif(
    not list(distributions(name="mlmax-pipelines")),
    reason="asks the installed package which sagemaker it requires",
)
def test_images_of_another_sagemaker_are_not_a_specs_fault(
    project: Path, pipeline: Pipeline
) -> None:
    pipeline(project, "create")
    path = project / "templates/small.yaml"
    lines = path.read_text().splitlines(keepends=True)
    start = lines.index("  Images:\n")
    number = next(n for n in range(start, len(lines)) if "us-east-1" in lines[n])
    lines[number] = lines[number].replace("us-east-1", "us-nowhere-1")
    path.write_text("".join(lines))
    checked = pipeline(project, "create", "--check")
    assert checked.code == 2
    assert "only the addresses of container images differ" in checked.err
