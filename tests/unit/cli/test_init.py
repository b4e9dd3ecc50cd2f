"""`pipeline init`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_a_project_is_made_and_the_way_on_told(
    tmp_path: Path, pipeline: Pipeline
) -> None:
    made = pipeline(tmp_path, "init", "my project")
    assert made.code == 0 and "made a project of" in made.err
    assert "  cd 'my project'\n" in made.out
    assert pipeline(tmp_path / "my project", "validate").code == 0
    again = pipeline(tmp_path, "init", "my project")
    assert again.code == 2 and "'my project' is not empty" in again.err


def test_a_new_project_has_an_id_and_stacks_of_its_name(
    tmp_path: Path, pipeline: Pipeline
) -> None:
    for folder in ("Fraud_Scoring", "2nd"):
        pipeline(tmp_path, "init", folder)
    ids = [
        (tmp_path / folder / "project.yaml").read_text().partition("\n")[0]
        for folder in ("Fraud_Scoring", "2nd")
    ]
    assert ids[0].startswith("id: fraud-scoring-") and ids[0] != ids[1]
    assert ids[1].startswith("id: project-2nd-")
    for env in ("dev", "prod"):
        text = (tmp_path / "Fraud_Scoring" / "envs" / f"{env}.yaml").read_text()
        assert f"\nstack: fraud-scoring-{env}\n" in text


def test_a_project_gets_an_id_once(tmp_path: Path, pipeline: Pipeline) -> None:
    (tmp_path / "mine" / "pipelines").mkdir(parents=True)
    (tmp_path / "mine" / "project.yaml").write_text("# ours\nspec: 1\n")
    given = pipeline(tmp_path, "init", "mine")
    assert given.code == 0 and "gave the project an id, 'mine-" in given.err
    text = (tmp_path / "mine" / "project.yaml").read_text()
    assert text.startswith("id: mine-") and text.endswith("\n# ours\nspec: 1\n")
    again = pipeline(tmp_path, "init", "mine")
    assert again.code == 2 and "is project 'mine-" in again.err
    assert (tmp_path / "mine" / "project.yaml").read_text() == text
