"""The whole project: one slip is one message, in the order of the files."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import copytree

import pytest

from mlmax_pipelines.base.errors import SpecError, UsageError
from mlmax_pipelines.compiler import entry
from mlmax_pipelines.compiler.entry import compile_project
from tests.unit.compiler.projects import write

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


# What a misspelt or missing key of a module is, however much hangs on the module.
HALF_KNOWN = {
    "name: train\n": ("nmae: train\n", "unknown key 'nmae'"),
    "type: training\n": ("tpye: training\n", "unknown key 'tpye'"),
    "\nimplementation:": ("\nimplementaton:", "unknown key 'implementaton'"),
    "  image: {framework": ("  imag: {framework", "unknown key 'imag' in"),
    "    train: {type: s3}": ("    train: {tpye: s3}", "unknown key 'tpye' in"),
    "    train: {type: s3}\n": (
        "    train: s3\n",
        "must be keys with values, found 's3'",
    ),
    "model: {type: s3, ": ("model: {", "lacks the key 'type'"),
    "num_round: {type: integer": ("num_round: {type: int", "cannot be 'int'"),
}


@pytest.mark.parametrize("right", HALF_KNOWN)
def test_a_slip_in_a_module_is_that_slip_and_hides_no_other(
    project: Path, right: str
) -> None:
    wrong, message = HALF_KNOWN[right]
    edit(project / "modules/train.yaml", right, wrong)
    edit(project / "pipelines/training.yaml", "default: Rejected", "default: Rejectd")
    edit(project / "modules/evaluate.yaml", "version: 3.0-5", "version: 3.0-6")
    first, second, *others = problems(project)
    assert first.startswith("modules/evaluate.yaml:") and "'3.0-6'" in first
    assert second.startswith("modules/train.yaml:") and message in second
    assert [one.partition(": ")[2] for one in others] == ["unknown step 'Rejectd'"]


def test_a_step_that_cannot_be_read_is_not_missing_as_well(project: Path) -> None:
    spec = project / "pipelines/training.yaml"
    text = spec.read_text()
    start, end = text.index("  Train:\n"), text.index("  Evaluate:\n")
    spec.write_text(text[:start] + "  Train: train\n" + text[end:])
    (only,) = problems(project)
    assert only.endswith("'steps.Train' must be keys with values, found 'train'")


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


@pytest.mark.parametrize("folder", ["pipelines", "modules"])
def test_files_that_cannot_be_specs_are_refused(project: Path, folder: str) -> None:
    os.mkfifo(project / folder / "pipe.yaml")
    (project / folder / "folder.yaml").mkdir()
    (project / folder / "link.yaml").symlink_to("gone.yaml")
    found = problems(project)
    assert [one.partition(": ")[2] for one in found] == [
        "cannot read: is a directory",
        "cannot read: no such file or directory",
        "cannot read: it is no file",
    ]
    (project / folder / os.fsdecode(b"caf\xe9.yaml")).write_text("name: x")
    with pytest.raises(UsageError, match=r"'%s/caf\\xe9.yaml' has a name" % folder):
        compile_project(project)


# What people write who come from elsewhere, in the place of what, and what helps.
FROM_ELSEWHERE = [
    ("num_round: ${parameters.num_round}", "num_round: $parameters.num_round")
    + ("write ${parameters.num_round}",),
    ("num_round: ${parameters.num_round}", 'num_round: "{{ num_round }}"')
    + ("write ${parameters.num_round}",),
    ("num_round: ${parameters.num_round}", "num_round: {{ num_round }}")
    + ("a reference is written ${...}",),
    ("    module: train\n", "    module: train\n    catch: Rejected\n")
    + ("write [{errors: [States.ALL], next: Rejected}]",),
    ("    module: train\n", "    module: train\n    catch: {next: Rejected}\n")
    + ("put it into a list: [{...}]",),
    ("    module: train\n", "    module: train\n    depends_on: [Preprocess]\n")
    + ("a step runs after the one above it",),
    ("    module: train\n", "    module: train\n    end: no\n")
    + ("write false, without quotes",),
    ("default: data/wdbc.csv", "default: ~/wdbc.csv")
    + ("given with: -i input_data=~/wdbc.csv",),
    ("name: training\n", "name: my training!\n") + ("such as 'my-training'",),
]


@pytest.mark.parametrize(("right", "written", "hint"), FROM_ELSEWHERE)
def test_habits_of_other_tools_get_the_hint_that_helps(
    project: Path, right: str, written: str, hint: str
) -> None:
    edit(project / "pipelines/training.yaml", right, written)
    with pytest.raises(SpecError) as found:
        compile_project(project, ["training"])
    assert hint in str(found.value.problems[0])


def test_a_variable_of_a_shell_is_told_how_to_be_one(project: Path) -> None:
    edit(
        project / "modules/preprocess.yaml",
        "implementation:\n",
        'implementation:\n  command: [sh, "run ${X:-y}"]\n',
    )
    with pytest.raises(SpecError, match="a shell's own is written"):
        compile_project(project, ["training"])


def test_a_pipeline_is_named_without_its_file(project: Path) -> None:
    with pytest.raises(UsageError, match="say its name alone: training"):
        compile_project(project, ["pipelines/training.yaml"])


def test_a_dynamic_reference_of_cloudformation_is_refused(project: Path) -> None:
    """It would put a secret's value into a definition, and arrives here as text."""
    secret = "'{{resolve:secretsmanager:prod/db}}'"
    edit(project / "modules/train.yaml", "id: 10002", f"id: {secret}")
    edit(project / "pipelines/training.yaml", "mode: train", f"mode: {secret}")
    found = [one for one in problems(project) if "{{resolve:" in one]
    assert found and all("CloudFormation puts" in one for one in found[:1])


def test_no_pipeline_is_left_out_without_a_word(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry, "_compile_file", lambda *given: (None, []))
    with pytest.raises(RuntimeError, match="does not compile, and nothing says why"):
        compile_project(project)


def test_an_environment_chooses_of_a_step_what_its_module_says_otherwise(
    tmp_path: Path,
) -> None:
    root = write(tmp_path, "  A: {module: fit, inputs: {rows: s3://b/rows}}\n")
    chosen = {
        "max_runtime_seconds": 7_200,
        "volume_gb": 99,
        "spot": True,
        "instance_type": "ml.c5.xlarge",
    }
    (before,) = compile_project(root)
    (made,) = compile_project(root, (), {"p": {"A": chosen}})
    request = made.definition["States"]["A"]["Parameters"]
    assert request["StoppingCondition"]["MaxRuntimeInSeconds"] == 7_200
    assert request["ResourceConfig"]["VolumeSizeInGB"] == 99
    assert request["EnableManagedSpotTraining"] is True
    # Its machines are parameters of the template.
    assert "ml.c5.xlarge" not in str(made.definition)
    assert made.definition["TimeoutSeconds"] > before.definition["TimeoutSeconds"]
