"""What README, CONTRIBUTING and docs/ lead to is there; house and walk are true."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import pytest

from mlmax_pipelines.compiler.entry import compile_project
from mlmax_pipelines.yaml.document import load

REPOSITORY = Path(__file__).parents[2]
PAGES = [
    page.relative_to(REPOSITORY).as_posix()
    for folder in (".", "docs", "benchmarks", "data")
    for page in sorted((REPOSITORY / folder).glob("*.md"))
]
_LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([\w-]+))?\)")
_TITLE = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """What sections are called in an address, as GitHub has it."""
    titles = _TITLE.findall(page.read_text())
    return {re.sub(r"[^\w -]", "", t).replace(" ", "-").lower() for t in titles}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    path = REPOSITORY / page
    for name, anchor in _LINK.findall(path.read_text()):
        target = path.parent / name if name else path
        assert target.exists(), f"{page}: {name}"
        assert not anchor or anchor in anchors(target), f"{page}: {name}#{anchor}"


def test_the_house_has_the_floors_that_imports_go_down() -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text()
    house = text.partition("## The house")[2].partition("\n## ")[0]
    floors = re.findall(r"^    ([a-z]+(?: \| [a-z]+)*)(?:  |$)", house, re.MULTILINE)
    contracts = configparser.ConfigParser()
    contracts.read(REPOSITORY / "setup.cfg")
    layers = contracts["importlinter:contract:layers"]["layers"]
    assert floors == layers.replace("mlmax_pipelines.", "").split("\n")[1:]


def walk() -> str:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text()
    return text.partition("## One spec's walk")[2].partition("\n## ")[0]


def test_the_walk_begins_with_the_spec_as_it_is() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)   ```", walk(), re.DOTALL)
    lines = "".join(line[3:] for line in shown.splitlines(keepends=True))
    assert lines in (REPOSITORY / "pipelines" / "training.yaml").read_text()


def test_the_walk_knows_where_the_step_stands() -> None:
    spec = REPOSITORY / "pipelines" / "training.yaml"
    place = load(spec, "pipelines/training.yaml").where(
        ("steps", "Train", "inputs", "train")
    )
    assert f"`{place}`" in walk()


def test_the_walk_shows_the_state_that_is_compiled() -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", walk(), re.DOTALL)
    (training,) = compile_project(REPOSITORY, ["training"])
    state = training.definition["States"]["Train"]
    expected = json.loads(shown)
    assert {key: state[key] for key in expected} == expected
