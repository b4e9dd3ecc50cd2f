from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.local.jobs.metrics import compile_patterns, final_metrics

LOSS = {"Name": "loss", "Regex": "loss=([0-9.]+)"}
NAME = {"Name": "name", "Regex": "name=(.*)"}
NO_GROUP = {"Name": "none", "Regex": "loss"}


def test_the_last_number_of_each_counts(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"loss=3.5 loss=2\nname=x\n\xff loss=1.5\nloss=..\n")
    found = final_metrics(log, [NAME, LOSS, NO_GROUP], 7)
    assert found == [{"MetricName": "loss", "Value": 1.5, "Timestamp": 7}]


@pytest.mark.parametrize("last", ["inf", "-Infinity", "NaN", "1e999"])
def test_what_did_not_end_with_a_number_has_none(tmp_path: Path, last: str) -> None:
    log = tmp_path / "log"
    log.write_text(f"loss=0.5\nloss={last}\nauc=1\nauc={last}\nauc=0.9\n")
    given = [{"Name": name, "Regex": f"{name}=(.*)"} for name in ("loss", "auc")]
    found = final_metrics(log, given, 7)
    assert [(one["MetricName"], one["Value"]) for one in found] == [("auc", 0.9)]


def test_without_definitions_no_log_is_read(tmp_path: Path) -> None:
    assert final_metrics(tmp_path / "none", [], 7) == []


def test_an_expression_that_does_not_parse_is_named() -> None:
    with pytest.raises(ValueError, match="of metric 'bad' does not parse"):
        compile_patterns([{"Name": "bad", "Regex": "("}])


def test_a_line_without_end_is_read_in_parts(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"loss=1 " + b"x" * 200_000 + b" loss=2.5\rloss=3\r")
    [found] = final_metrics(log, [LOSS], 7)
    assert found["Value"] == 3
