from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.base.errors import SpecError, UsageError
from mlmax_pipelines.compiled import CompiledPipeline, DataFile, Part, Sub
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.local import plan
from mlmax_pipelines.local.orders import Function, Plan
from mlmax_pipelines.steps.services.lambda_ import resources

HERE = Environment("local", "local")


def pipeline(definition: Any, **more: Any) -> CompiledPipeline:
    fields = {"substitutions": {}, "states": (), "limits": (), **more}
    return CompiledPipeline("p", "", "Pipeline", (), definition, **fields)


def make(root: Path, pipeline: CompiledPipeline) -> Plan:
    return plan.make(root, root / ".mlmax" / "local", HERE, pipeline)


def test_everything_has_a_value_and_an_address(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "job.py").write_text("pass")
    (tmp_path / "in.csv").write_text("1")
    compiled = pipeline(
        {"States": {"A": {"Result": ["${Data}", "${Part}"]}}},
        substitutions={"Data": DataFile("in.csv", "data"), "Part": Sub("${Part1.Arn}")},
        parts=(Part("Part1", "p-part-1", {"States": {"B": {"Result": "${Data}"}}}),),
        resources=(
            resources.function(
                "loader", ("src", "key"), "load.run", "python3.12", 3, 128, "S"
            ),
        ),
        code=("src",),
    )
    made = make(tmp_path, compiled)
    assert made.machine.endswith(":stateMachine:mlmax-local-p")
    [part] = made.machines
    data, told = made.definition["States"]["A"]["Result"]
    assert told == part and part.endswith(":stateMachine:p-part-1")
    assert made.machines[part]["States"]["B"]["Result"] == data
    [(arn, function)] = made.functions.items()
    assert arn.endswith(f":function:{function.name}")
    key = function.folder
    assert key.startswith("code/") and key.endswith("/src")
    assert function == Function(function.name, key, "load.run", 128, 3)
    store = tmp_path / ".mlmax" / "local" / "s3"
    assert (store / data.removeprefix("s3://")).read_text() == "1"
    assert (store / "artifacts" / key / "job.py").is_file()


def test_all_that_is_missing_is_told_and_nothing_kept(tmp_path: Path) -> None:
    compiled = pipeline(
        {"States": {}},
        substitutions={"A": DataFile("a.csv", "first"), "B": DataFile("b.csv", "b")},
        code=("src",),
    )
    with pytest.raises(SpecError) as caught:
        make(tmp_path, compiled)
    assert len(caught.value.problems) == 3
    assert list(tmp_path.iterdir()) == []


def test_data_that_is_none_of_the_projects_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to("/etc/passwd")
    data = {"A": DataFile("data", "first")}
    with pytest.raises(UsageError, match="'data/link' leads out of the project"):
        make(tmp_path, pipeline({"States": {}}, substitutions=data))


def test_jobs_act_with_the_profile_that_the_environment_names(tmp_path: Path) -> None:
    environment = Environment("local", "local", job_profile="sandbox")
    compiled = pipeline({"States": {}})
    made = plan.make(tmp_path, tmp_path / "home", environment, compiled)
    assert made.job_profile == "sandbox"
