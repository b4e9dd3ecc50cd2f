"""CONTRIBUTING's recipes, followed to the letter in a copy of the package.

Each block below a line that ends with the name of a file is written into that file: a
whole one, or (`diff`) lines into one that exists. Nothing else is touched.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from tests.patience import LONGEST_SECONDS

REPOSITORY = Path(__file__).parents[2]
_BLOCK = re.compile(r"`([\w/.]+)`:\n\n```(python|yaml|diff)\n(.*?)```", re.DOTALL)
_HEAD = re.compile(r"^### (.*)$", re.MULTILINE)
_COPIED = ("mlmax_pipelines", "docs", "tests", "README.md", "setup.cfg", ".ruff.toml")
GENERATED = {
    "README.md",
    "docs/step-types.md",
    "docs/commands.md",
    "docs/errors.md",
}
_LEFT_OUT = ("__pycache__",)

Run = Callable[..., "subprocess.CompletedProcess[str]"]

MODULES = {
    "tell": """
name: tell
type: send_message
implementation: {queue: news}
""",
    "night": """
name: night
type: glue
interface: {inputs: {day: {type: string}}, outputs: {run: {type: string}}}
implementation: {job: nightly}
""",
}
SPEC = """
name: recipes
parameters: {day: {type: string, default: today}}
steps:
  Night: {module: night, inputs: {day: "${parameters.day}"}}
  Tell: {module: tell, inputs: {text: "done: ${steps.Night.outputs.run}"}}
  Keep: {type: pass, result: {message: "${steps.Tell.outputs.message_id}"}}
"""
TWINS = """
name: twins
steps:
  Load: {type: pass}
  load: {type: pass}
"""


def recipes() -> Mapping[str, list[tuple[str, str, str]]]:
    """Title -> (file, language, text) of each block."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text()
    _, *parts = _HEAD.split(text)
    found = {
        title: _BLOCK.findall(body) for title, body in zip(parts[::2], parts[1::2])
    }
    return {title: blocks for title, blocks in found.items() if blocks}


def follow(tree: Path, name: str, form: str, text: str) -> None:
    path = tree / name
    if form != "diff":
        assert not path.exists(), f"{name} exists"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return
    lines = text.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if not line.startswith("+"))
    after = "".join(line[1:] for line in lines)
    existing = path.read_text()
    assert existing.count(before) == 1, f"{name} does not have: {before}"
    path.write_text(existing.replace(before, after))


def digests(tree: Path) -> dict[str, str]:
    files = (f for f in tree.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    return {str(f.relative_to(tree)): sha256(f.read_bytes()).hexdigest() for f in files}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    assert before.keys() <= after.keys()
    return {name for name in after if before.get(name) != after[name]}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which every recipe was followed, and `make docs`."""
    tree = tmp_path_factory.mktemp("tree")
    ignored = shutil.ignore_patterns(*_LEFT_OUT)
    for name in _COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=ignored)
        else:
            shutil.copy(source, tree / name)
    before = digests(tree)
    blocks = [block for recipe in recipes().values() for block in recipe]
    for block in blocks:
        follow(tree, *block)
    followed = digests(tree)
    assert changed(before, followed) == {name for name, _, _ in blocks}
    done = run_in(tree, tree, "docs/generate.py")
    assert done.returncode == 0, done.stderr
    assert changed(followed, digests(tree)) == GENERATED
    return tree


def run_in(tree: Path, cwd: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Any Python program, with the package of the tree, which nobody measures."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env={**ours, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )


@pytest.fixture
def used(tree: Path, tmp_path: Path) -> Path:
    """A project that uses what the recipes made."""
    files = {f"modules/{name}.yaml": text for name, text in MODULES.items()}
    files["pipelines/recipes.yaml"] = SPEC
    files["envs/shared.yaml"] = "backend: one_at_a_time\n"
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def pipeline(tree: Path, used: Path) -> Run:
    """`pipeline` of that package, in that project, which must do as it is told."""

    def run(*words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = run_in(tree, used, "-m", "mlmax_pipelines", *words)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return run


def kept(project: Path, environment: str, service: str, name: str) -> list[dict]:
    """What a service of this machine was told, in the one execution there was."""
    (file,) = (project / ".mlmax" / environment).rglob(f"services/{service}/{name}")
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_there_is_a_recipe_for_each_thing_that_is_added() -> None:
    assert list(recipes()) == [
        "A step type",
        "A service",
        "A command",
        "A section of the report",
        "A check of specs",
        "A backend",
    ]


def test_what_they_show_is_formatted_and_checked(tree: Path) -> None:
    blocks = [block for recipe in recipes().values() for block in recipe]
    files = [name for name, _, _ in blocks if name.endswith(".py")]
    for check in (["format", "--check"], ["check"]):
        done = run_in(tree, tree, "-m", "ruff", *check, *files)
        assert done.returncode == 0, done.stdout
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = run_in(tree, tree, "-c", lint, "--no-cache")
    assert done.returncode == 0, done.stdout


def test_a_step_type_and_a_service(pipeline: Run, used: Path) -> None:
    schema = json.loads(pipeline("schema").stdout)
    types = schema["definitions"]["step"]["properties"]["type"]["enum"]
    assert {"send_message", "glue"} <= {*types}
    explained = pipeline("explain", "recipes").stdout
    assert "sqs:SendMessage\n" in explained
    assert "on arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:news" in (
        explained
    )
    pipeline("run", "recipes")
    (run,) = kept(used, "local", "glue", "runs.jsonl")
    assert (run["JobName"], run["Arguments"]) == ("nightly", {"--day": "today"})
    (message,) = kept(used, "local", "sqs", "news.jsonl")
    assert message["MessageBody"] == f"done: {run['Id']}"


def test_what_every_step_type_must_be_they_are(tree: Path) -> None:
    asked = ["tests/unit/steps/conformance", "-k", "glue or send_message"]
    done = run_in(tree, tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", *asked)
    assert done.returncode == 0, done.stdout


def test_a_service_has_the_permissions_it_says_and_no_other(
    pipeline: Run, used: Path
) -> None:
    explained = pipeline("explain", "recipes", "Night").stdout
    account = "${AWS::Region}:${AWS::AccountId}"
    assert explained.splitlines()[2:] == [
        "    execution role",
        "        starts, follows and stops its run:",
        "            glue:StartJobRun, GetJobRun, GetJobRuns, BatchStopJobRun",
        f"            on arn:${{AWS::Partition}}:glue:{account}:job/nightly",
    ]
    pipeline("create")
    template = (used / "templates" / "recipes.yaml").read_text()
    assert template.count("glue:") == 1 + 4 + 1  # the integration, actions, the job


def test_a_command(pipeline: Run) -> None:
    assert "steps" in pipeline("--help").stdout
    assert pipeline("steps", "recipes").stdout.splitlines() == [
        "Night: glue",
        "Tell: send_message",
        "Keep: pass",
    ]


@pytest.mark.parametrize("form", ["html", "md", "txt"])
def test_a_section_of_the_report(pipeline: Run, form: str) -> None:
    pipeline("run", "recipes")
    text = pipeline("report", "--format", form, "-o", "-").stdout
    assert "slowest step" in text.lower()


def test_a_check_of_specs(pipeline: Run, used: Path) -> None:
    (used / "pipelines" / "twins.yaml").write_text(TWINS)
    told = pipeline("validate", "twins", code=2).stderr
    where = "error: pipelines/twins.yaml:5:3: "
    assert f"{where}steps 'Load' and 'load' differ in nothing but case\n" in told
    assert "hint: rename one of them, or people will mix them up\n" in told


def test_a_backend(pipeline: Run, used: Path) -> None:
    pipeline("run", "recipes", "-e", "shared", "--name", "first")
    assert "first" in pipeline("list", "-e", "shared").stdout
    (run,) = kept(used, "shared", "glue", "runs.jsonl")
    assert run["JobName"] == "nightly"
