"""What a step leaves behind: its folders, and of its result what is read."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled

CALL = "  A: {module: call}\n"


def kept(root: Path, reads: str) -> dict[str, object]:
    steps = CALL + (f"  B: {{type: pass, result: {{x: {reads}}}}}\n" if reads else "")
    state = compiled(root, steps).definition["States"]["A"]
    return {key: state.get(key) for key in ("ResultSelector", "ResultPath")}


def test_what_nobody_reads_is_not_kept(tmp_path: Path) -> None:
    assert kept(tmp_path, "") == {
        "ResultSelector": {"kept": False},
        "ResultPath": "$.dropped",
    }


def test_of_a_raw_result_the_keys_that_are_read_are_kept(tmp_path: Path) -> None:
    assert kept(tmp_path, '"${steps.A.output.Payload.a.b}"') == {
        "ResultSelector": {"output": {"Payload.$": "$.Payload"}},
        "ResultPath": "$.steps.A",
    }


def test_a_raw_result_that_is_read_whole_is_kept_whole(tmp_path: Path) -> None:
    assert kept(tmp_path, '"${steps.A.output}"') == {
        "ResultSelector": {"output.$": "$"},
        "ResultPath": "$.steps.A",
    }


def test_an_output_has_a_folder_of_its_execution_and_step(tmp_path: Path) -> None:
    states = compiled(tmp_path, "  A b: {module: copy}\n").definition["States"]
    outputs = states["A b"]["Parameters"]["ProcessingOutputConfig"]["Outputs"]
    assert [one["S3Output"]["S3Uri.$"] for one in outputs][0] == (
        "States.Format('s3://${ArtifactBucket}/p/{}/A_b/rows/', "
        "$.pipeline.execution_name)"
    )
