"""The reference project, out of a built wheel in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.patience import LONGEST_SECONDS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("pipelines", "modules", "src", "data", "envs")
FILES = (".gitignore", "deploy.sh", "project.yaml")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what is in the repository."""
    from shutil import copytree, ignore_patterns

    source = tmp_path_factory.mktemp("source")
    for name in ("mlmax_pipelines", *FOLDERS):
        copytree(ROOT / name, source / name, ignore=ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", *FILES):
        (source / name).write_bytes((ROOT / name).read_bytes())
    folder = tmp_path_factory.mktemp("wheel")
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder)
    subprocess.run([sys.executable, "-m", "pip", *build, source], check=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `pipeline` of a new environment; it borrows the dependencies."""
    home = tmp_path_factory.mktemp("environment")
    new = [sys.executable, "-m", "venv", "--without-pip", home]
    subprocess.run(new, check=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps"]
    subprocess.run([*pip, "--quiet", wheel], check=True)
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(where, check=True, capture_output=True, text=True).stdout
    (Path(packages.strip()) / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin" / "pipeline"


def run(
    command: Path, *args: object, cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ
    }
    return subprocess.run(
        [command, *map(str, args)],
        cwd=cwd,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )


def test_the_wheel_holds_every_file_of_the_project_once(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = [name for name in archive.namelist() if "/share/" in name]
    expected = [
        f"{folder}/{path.name}"
        for folder in FOLDERS
        for path in (ROOT / folder).iterdir()
        if path.is_file()
    ]
    names = [name.partition("/share/mlmax-pipelines/")[2] for name in held]
    assert sorted(names) == sorted([*expected, *FILES])


def test_a_new_project_compiles_to_the_same_templates_and_can_be_deployed(
    installed: Path, tmp_path: Path
) -> None:
    made = run(installed, "init", "mine", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "cd mine" in made.stdout
    project = tmp_path / "mine"
    assert run(installed, "validate", cwd=project).returncode == 0
    created = run(installed, "create", cwd=project)
    assert created.returncode == 0, created.stderr
    for path in (ROOT / "templates").iterdir():
        assert (project / "templates" / path.name).read_bytes() == path.read_bytes()
    script = project / "deploy.sh"
    arguments = ("dev", "b", "--dry-run")
    deployed = run(script, *arguments, cwd=tmp_path, **nobody(installed))
    # The templates are current, and cfn-lint has nothing to say; there it ends.
    assert deployed.returncode == 3, deployed.stderr
    assert deployed.stdout == ""
    current, error, _ = deployed.stderr.splitlines()
    assert current.startswith("templates/ is up to date")
    assert error == "error: no AWS credentials found"


def nobody(installed: Path) -> dict[str, str]:
    """No credentials; `pipeline` is the installed one, cfn-lint that of the tests."""
    places = (installed.parent, Path(sys.executable).parent, os.environ["PATH"])
    return {
        "PATH": os.pathsep.join(map(str, places)),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_the_new_projects_deploy_sh_can_be_run(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "init", "mine", cwd=tmp_path).returncode == 0
    script = tmp_path / "mine" / "deploy.sh"
    assert script.read_bytes() == (ROOT / "deploy.sh").read_bytes()
    refused = run(script, cwd=tmp_path)
    assert refused.returncode == 2
    error, hint = refused.stderr.splitlines()
    assert error == "error: no environment given"
    assert hint.startswith("  hint: ./deploy.sh ENV BUCKET")


def test_what_to_type_next_can_be_pasted(installed: Path, tmp_path: Path) -> None:
    made = run(installed, "init", "my project", cwd=tmp_path)
    assert "\n  cd 'my project'\n" in made.stdout


def test_init_refuses_a_folder_with_something_in_it(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    refused = run(installed, "init", "mine", cwd=tmp_path)
    assert refused.returncode == 2
    assert "'mine' is not empty" in refused.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
