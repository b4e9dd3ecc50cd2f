"""`pipeline create`, `validate`, `graph`, `explain`, `schema` on a small project."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]
FILES = ["master.yaml", "shared.yaml", "small.yaml"]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_create_writes_what_changed_and_only_that(
    pipeline: Pipeline, project: Path
) -> None:
    result = pipeline("create", cwd=project)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [f"wrote templates/{name}" for name in FILES]
    edit(project / "modules/work.yaml", "volume_gb: 30", "volume_gb: 31")
    result = pipeline("create", cwd=project / "src")
    assert result.returncode == 0, result.stderr
    assert "small.yaml" in result.stdout
    assert "shared.yaml" in result.stderr
    assert sorted(path.name for path in (project / "templates").iterdir()) == FILES


def test_an_up_to_date_create_says_so_and_loads_nothing(
    pipeline: Pipeline, project: Path
) -> None:
    pipeline("create", cwd=project)
    result = pipeline("create", cwd=project)
    assert (result.returncode, result.stdout) == (0, "")
    assert "up to date" in result.stderr
    code = (
        "import sys; from mlmax_pipelines.cli.main import run\n"
        "assert run(['create']) == 0\n"
        "names = {name.split('.')[0] for name in sys.modules}\n"
        "heavy = {'yaml', 'boto3', 'sagemaker', 'stepfunctions', 'pathspec'}\n"
        "assert not names & heavy, names\n"
        "assert 'mlmax_pipelines.compiler' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code], cwd=project, check=True, capture_output=True
    )


def test_check_finds_a_stale_template_and_writes_nothing(
    pipeline: Pipeline, project: Path
) -> None:
    pipeline("create", cwd=project)
    assert pipeline("create", "--check", cwd=project).returncode == 0
    edit(project / "modules/work.yaml", "volume_gb: 30", "volume_gb: 31")
    before = (project / "templates/small.yaml").read_bytes()
    for _ in range(2):
        result = pipeline("create", "--check", cwd=project)
        assert result.returncode == 2
        assert "small.yaml: differs" in result.stdout
        assert "31" in result.stdout
        assert "not what the specs make: " in result.stderr
        assert "run 'pipeline create'" in result.stderr
    assert (project / "templates/small.yaml").read_bytes() == before


def test_check_says_so_when_only_the_images_are_others(
    pipeline: Pipeline, project: Path
) -> None:
    pipeline("create", cwd=project)
    template = project / "templates" / "small.yaml"
    made = template.read_text()
    account = re.search(r"Images:\n    \S+:\n      \w+: \"(\d+)", made)
    assert account
    template.write_text(made.replace(account[1], "111111111111"))
    result = pipeline("create", "--check", cwd=project)
    assert result.returncode == 2
    assert "only the addresses of container images differ in small.yaml" in (
        result.stderr
    )
    assert f"{version('sagemaker')} is here and 'sagemaker" in result.stderr
    edit(project / "modules/work.yaml", "volume_gb: 30", "volume_gb: 31")
    result = pipeline("create", "--check", cwd=project)
    assert "not what the specs make: small.yaml" in result.stderr


def test_a_template_edited_by_hand_is_stale(pipeline: Pipeline, project: Path) -> None:
    pipeline("create", cwd=project)
    with (project / "templates/small.yaml").open("a") as file:
        file.write("# mine\n")
    result = pipeline("create", "--check", cwd=project)
    assert result.returncode == 2
    assert "-# mine" in result.stdout


def test_the_template_of_a_removed_spec_is_removed(
    pipeline: Pipeline, project: Path
) -> None:
    spec = (project / "pipelines/small.yaml").read_text()
    (project / "pipelines/other.yaml").write_text(spec.replace("small", "other"))
    pipeline("create", cwd=project)
    (project / "templates/notes.yaml").write_text("# by hand\n")
    (project / "pipelines/other.yaml").unlink()
    result = pipeline("create", cwd=project)
    assert "removed templates/other.yaml" in result.stdout
    assert (project / "templates/notes.yaml").exists()


def test_create_with_a_name_leaves_the_others(
    pipeline: Pipeline, project: Path
) -> None:
    spec = (project / "pipelines/small.yaml").read_text()
    (project / "pipelines/other.yaml").write_text(spec.replace("small", "other"))
    pipeline("create", cwd=project)
    edit(project / "modules/work.yaml", "volume_gb: 30", "volume_gb: 31")
    result = pipeline("create", "other", cwd=project)
    assert "wrote templates/other.yaml" in result.stdout
    assert "small.yaml" not in result.stdout
    assert pipeline("create", "--check", cwd=project).returncode == 2
    result = pipeline("create", "othre", cwd=project)
    assert result.returncode == 2
    assert "did you mean 'other'" in result.stderr


def test_problems_come_all_at_once_and_nothing_is_written(
    pipeline: Pipeline, project: Path
) -> None:
    edit(project / "pipelines/small.yaml", "${parameters.text}", "${parameters.txt}")
    edit(
        project / "pipelines/small.yaml",
        "${parameters.data}",
        "${steps.Nope.outputs.x}",
    )
    for command in ("create", "validate"):
        result = pipeline(command, cwd=project)
        assert result.returncode == 2
        assert result.stderr.count("error: pipelines/small.yaml:") == 2
        assert "did you mean 'text'?" in result.stderr
        assert "Traceback" not in result.stderr
    assert not (project / "templates").exists()


def test_validate_says_what_is_fine(pipeline: Pipeline, project: Path) -> None:
    result = pipeline("validate", cwd=project)
    assert result.returncode == 0
    assert "small: 2 steps, no problem" in result.stderr


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("g.txt", b""),
        ("g.mmd", b"flowchart"),
        ("g.svg", b"<svg"),
        ("g.png", b"\x89PNG"),
    ],
)
def test_a_graph_is_written_in_the_format_of_its_file(
    pipeline: Pipeline, project: Path, name: str, start: bytes
) -> None:
    result = pipeline("graph", "small", "-o", name, cwd=project)
    assert result.returncode == 0, result.stderr
    assert (project / name).read_bytes().startswith(start)


def test_a_graph_is_text_unless_asked_otherwise(
    pipeline: Pipeline, project: Path
) -> None:
    result = pipeline("graph", "small", cwd=project)
    assert result.stdout.index("First") < result.stdout.index("Second")


def test_explain_names_lines_and_permissions(pipeline: Pipeline, project: Path) -> None:
    result = pipeline("explain", "small", cwd=project)
    assert "from step 'First', pipelines/small.yaml:11:3" in result.stdout
    assert "sagemaker:CreateProcessingJob" in result.stdout
    one = pipeline("explain", "small", "Second", cwd=project)
    assert "step 'First'" not in one.stdout
    wrong = pipeline("explain", "small", "Secnd", cwd=project)
    assert wrong.returncode == 2
    assert "did you mean 'Second'?" in wrong.stderr


def test_schema_is_json_schema(pipeline: Pipeline, project: Path) -> None:
    schema = json.loads(pipeline("schema", cwd=project).stdout)
    assert "json-schema.org" in schema["$schema"]
