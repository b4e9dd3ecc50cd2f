"""`pipeline simulate`."""

import io
import json

import pytest

from mlmax_pipelines.cli.main import run

DEFINITION = {
    "StartAt": "Train",
    "States": {
        "Train": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Next": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": 3600, "End": True},
    },
}
MOCKS = "Train:\n  result: {TrainingJobName: job-1}\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "machine.json").write_text(json.dumps(DEFINITION))
    (tmp_path / "mocks.yaml").write_text(MOCKS)
    return tmp_path


def simulate(capsys, *args):
    code = run(["simulate", *args])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_output_goes_to_stdout_and_the_way_to_stderr(files, capsys):
    code, out, err = simulate(capsys, "machine.json", "-m", "mocks.yaml")
    assert (code, json.loads(out)) == (0, {"TrainingJobName": "job-1"})
    assert [line.split()[1:] for line in err.splitlines()] == [
        ["Task", "Train"],
        ["Wait", "Wait"],
    ]


@pytest.mark.parametrize("given", ['{"x": 1}', "input.json"])
def test_the_input_is_json_or_a_file(files, capsys, given):
    (files / "input.json").write_text('{"x": 1}')
    states = {"P": {"Type": "Pass", "End": True}}
    (files / "machine.json").write_text(json.dumps({"StartAt": "P", "States": states}))
    code, out, _ = simulate(capsys, "machine.json", "-i", given)
    assert (code, json.loads(out)) == (0, {"x": 1})


def test_a_failed_execution_ends_with_4(files, capsys):
    (files / "mocks.yaml").write_text("Train: {error: Boom, cause: it broke}\n")
    code, out, err = simulate(capsys, "machine.json", "-m", "mocks.yaml")
    assert (code, out) == (4, "")
    assert "the execution failed: Boom: it broke" in err


def test_mocks_of_step_functions_local_are_read(files, capsys):
    config = {
        "StateMachines": {"M": {"TestCases": {"Happy": {"Train": "R"}}}},
        "MockedResponses": {"R": {"0": {"Return": "done"}}},
    }
    (files / "mocks.json").write_text(json.dumps(config))
    args = ["machine.json", "-m", "mocks.json", "--test-case", "Happy"]
    code, out, _ = simulate(capsys, *args)
    assert (code, json.loads(out)) == (0, "done")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "no definition given"),
        (["no.json"], "cannot read 'no.json'"),
        (["mocks.json"], "'mocks.json' is not JSON"),
        (["machine.json", "-i", "{x"], "the input is neither a file nor JSON"),
        (["machine.json", "-i", '{"x": "%s' % ("x" * 9999)], "neither a file nor JSON"),
        (["machine.json", "-i", "[" * 9999], "nested deeper than 200 levels"),
        (["machine.json"], "no mock answers the task 'Train'"),
        (["machine.json", "-m", "typo.yaml"], "did you mean 'Train'?"),
    ],
)
def test_what_cannot_be_used_ends_with_2(files, capsys, args, message):
    (files / "mocks.json").write_text("{")
    (files / "typo.yaml").write_text("Trian: {result: 1}\n")
    code, out, err = simulate(capsys, *args)
    assert (code, out) == (2, "")
    assert message in err


def test_lines_are_answered_line_by_line(capsys, monkeypatch):
    states = {"P": {"Type": "Pass", "End": True}}
    asked = {"definition": {"StartAt": "P", "States": states}, "input": 7}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(asked) + "\n"))
    code, out, _ = simulate(capsys, "--jsonl")
    assert (code, json.loads(out)["output"]) == (0, 7)
