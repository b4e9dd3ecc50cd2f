"""The whole project: one slip is one message, in the order of the files."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from mlmax_pipelines.base.errors import SpecError, UsageError
from mlmax_pipelines.compiler.entry import compile_project

REPOSITORY = Path(__file__).parents[3]
FOLDERS = ("pipelines", "modules", "src", "data")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in FOLDERS:
        copytree(REPOSITORY / folder, tmp_path / folder)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def problems(project: Path) -> list[str]:
    with pytest.raises(SpecError) as found:
        compile_project(project)
    return [str(problem).splitlines()[0] for problem in found.value.problems]


def test_a_missing_module_is_not_blamed_on_what_refers_to_its_step(
    project: Path,
) -> None:
    edit(project / "pipelines/training.yaml", "module: train\n", "module: trian\n")
    (only,) = problems(project)
    assert only.endswith("unknown module 'trian'")


def test_a_wrong_reference_is_one_problem_whatever_needs_its_value(
    project: Path,
) -> None:
    spec = project / "pipelines/training.yaml"
    edit(
        spec,
        "outputs.evaluation.roc_auc}\n          greater",
        "outputs.x.y}\n          greater",
    )
    edit(spec, "model_data: ${steps.Train", "model_data: ${steps.Trian")
    first, second = problems(project)
    assert first.endswith("step 'Evaluate' has no output 'x'")
    assert second.endswith("unknown step 'Trian'")


def test_both_endings_of_yaml_are_specs(project: Path) -> None:
    training = project / "pipelines/training.yaml"
    training.rename(training.with_suffix(".yml"))
    names = [pipeline.name for pipeline in compile_project(project)]
    assert names == ["inference", "training"]


def test_one_name_in_two_files_is_refused(project: Path) -> None:
    training = project / "pipelines/training.yaml"
    training.with_suffix(".yml").write_text(training.read_text())
    with pytest.raises(UsageError, match="'training.yml' are both pipeline 'training'"):
        compile_project(project)
