from __future__ import annotations

import json
import os
import pickle
import re
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.base.errors import PipelineError, SpecError, UsageError
from mlmax_pipelines.compiled import DataFile, Part, Sub
from mlmax_pipelines.environment import Environment
from tests.patience import LONGEST_SECONDS, OUTLASTS_SECONDS, wait_for
from tests.repository import git

WRITE = """
import pathlib, sys
print("working on", *sys.argv[1:-1])
pathlib.Path(sys.argv[-1], "made.txt").write_text("made")
"""
PASS = {"Pass": {"Type": "Pass", "End": True}}


def code(root: Path, text: str) -> None:
    (root / "src" / "job.py").write_text(text)


def printed(backend: LocalBackend, *words: Any, **more: Any) -> list[tuple[str, str]]:
    """Visits and lines; each was printed while the job ran."""
    lines = list(backend.logs(*words, **more))
    record = backend.describe(words[0])
    for line in lines:
        assert line.at and record.start_time - 1 < line.at
        assert record.stop_time is None or line.at < record.stop_time + 1
    return [(line.visit, line.text) for line in lines]


def test_an_execution_runs_to_its_end(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    code(root, WRITE)
    record = run(make.pipeline({"Make": make.task("Make", "x")}), {"a": 1})
    assert record.status == "SUCCEEDED"
    assert record.input == {"a": 1}
    assert record.output["ProcessingJobStatus"] == "Completed"
    assert record.start_time <= record.stop_time
    assert record.id.endswith(f":execution:mlmax-local-p:{record.name}")


def test_its_artifacts_are_listed_and_fetched(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    code(root, WRITE)
    record = run(make.pipeline({"Make": make.task("Make")}))
    [artifact] = backend.artifacts(record.name)
    assert (artifact.step, artifact.output, artifact.size) == ("Make", "out", 4)
    assert artifact.uri == f"s3://artifacts/p/{record.name}/Make/out/made.txt"
    assert artifact.sha256 == sha256(b"made").hexdigest()
    fetched = backend.fetch(artifact.uri, root / "here.txt")
    assert fetched.read_text() == "made"
    assert backend.fetch(artifact.uri, root) == root / "made.txt"
    folder = backend.fetch(artifact.uri.rpartition("/")[0], root / "all")
    assert (folder / "made.txt").read_text() == "made"
    with pytest.raises(UsageError, match="nothing at 's3://artifacts/none'"):
        backend.fetch("s3://artifacts/none", root)


def test_its_history_is_that_of_aws(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    code(root, WRITE)
    record = run(make.pipeline({"Make": make.task("Make")}))
    assert [event.type for event in backend.events(record.name)] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


def test_its_logs_are_kept_by_state(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    code(root, WRITE)
    states = {
        "First": make.task("First", "1", Next="Second"),
        "Second": make.task("Second", "2"),
    }
    record = run(make.pipeline(states))
    assert printed(backend, record.name) == [
        ("First", "working on 1"),
        ("Second", "working on 2"),
    ]
    assert printed(backend, record.name, "Second") == [("Second", "working on 2")]
    assert printed(backend, record.name, after=1) == [("Second", "working on 2")]
    location = Path(backend.log_location(record.name, "First"))
    assert location.read_text() == "working on 1\n"
    with pytest.raises(UsageError, match="state 'Third' of '.*' has no log"):
        backend.log_location(record.name, "Third")


def test_a_failure_keeps_its_error_and_cause(root: Path, run: Any, make: Any) -> None:
    code(root, "raise SystemExit('column age is missing')")
    record = run(make.pipeline({"Make": make.task("Make")}))
    assert (record.status, record.error) == ("FAILED", "States.TaskFailed")
    assert "column age is missing" in json.loads(record.cause)["FailureReason"]


def test_a_failure_can_be_caught_and_retried(root: Path, run: Any, make: Any) -> None:
    code(root, WRITE + "\nraise SystemExit(1)")
    states = {
        "Make": make.task(
            "Make", Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "Rescued"}]
        ),
        "Rescued": {"Type": "Pass", "Result": "rescued", "End": True},
    }
    record = run(make.pipeline(states))
    assert (record.status, record.output) == ("SUCCEEDED", "rescued")


def test_a_task_over_its_time_is_a_timeout(root: Path, run: Any, make: Any) -> None:
    code(root, "import time; time.sleep(60)")
    states = {"Make": make.task("Make", TimeoutSeconds=1)}
    record = run(make.pipeline(states))
    assert (record.status, record.error) == ("FAILED", "States.Timeout")


def test_branches_run_at_the_same_time(root: Path, run: Any, make: Any) -> None:
    # Each job ends only once it has seen the other one.
    meet = """
import pathlib, sys, time
me, other = sys.argv[1:3]
(pathlib.Path(other).parent / me).touch()
while not pathlib.Path(other).exists():
    time.sleep(0.01)
"""
    code(root, meet)

    def branch(me: str, other: str) -> dict[str, Any]:
        state = make.task(me, me, str(root / other))
        return {"StartAt": me, "States": {me: state}}

    branches = [branch("A", "B"), branch("B", "A")]
    states = {"Both": {"Type": "Parallel", "Branches": branches, "End": True}}
    assert run(make.pipeline(states)).status == "SUCCEEDED"


# A job that tells who it is and then waits to be ended, with a child of its own.
CHILD = f"""
import os, pathlib, signal, subprocess, sys
code = "import time; time.sleep({OUTLASTS_SECONDS})"
child = subprocess.Popen([sys.executable, "-c", code])
"""
TELL = """
pathlib.Path(sys.argv[1] + ".part").write_text(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".part", sys.argv[1])
child.wait()
"""
WAIT = CHILD + TELL
# Its child does not hear that it is to end; it hears it, says so, and does not end.
DEAF = f"""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
{CHILD}
signal.signal(signal.SIGTERM, lambda *_: pathlib.Path(sys.argv[2]).touch())
{TELL}
"""


def is_running(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def pids(path: Path) -> list[int]:
    wait_for(path.exists)
    return [int(word) for word in path.read_text().split()]


def test_a_stopped_execution_leaves_nothing_running(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    code(root, WAIT)
    states = {"Wait": make.task("Wait", str(root / "pids"))}
    record = backend.start(make.pipeline(states), {})
    jobs = pids(root / "pids")
    assert backend.describe(record.name).status == "RUNNING"
    backend.stop(record.name, "no longer needed")
    ended = backend.describe(record.name)
    assert (ended.status, ended.cause) == ("ABORTED", "no longer needed")
    wait_for(lambda: not any(map(is_running, jobs)))
    assert [e.type for e in backend.events(record.name)][-1] == "ExecutionAborted"
    assert backend.artifacts(record.name) == []
    backend.stop(record.name, "again")
    assert backend.describe(record.name).cause == "no longer needed"


def test_a_second_interrupt_kills_jobs_that_do_not_listen(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    code(root, DEAF)
    states = {"Wait": make.task("Wait", str(root / "pids"), str(root / "heard"))}
    record = backend.start(make.pipeline(states), {})
    jobs = pids(root / "pids")
    runner = runner_of(root, record.name)

    def interrupt() -> None:
        # By then the stop below has asked the jobs to end, and waits for it.
        wait_for((root / "heard").exists)
        # Whatever the execution's own process would do to its jobs now, it does not.
        os.kill(runner, signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGINT)

    Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        backend.stop(record.name, "interrupted")
    wait_for(lambda: not any(map(is_running, jobs)))
    os.kill(runner, signal.SIGCONT)
    wait_for(lambda: backend.describe(record.name).status != "RUNNING")
    ended = backend.describe(record.name)
    assert (ended.status, ended.cause) == ("ABORTED", "interrupted")


def folder_of(root: Path, name: str) -> Path:
    return root / ".mlmax" / "local" / "executions" / "p" / name


def runner_of(root: Path, name: str) -> int:
    return int((folder_of(root, name) / "lock").read_text())


def test_an_execution_whose_process_is_killed_does_not_run_for_ever(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    code(root, WAIT)
    states = {"Wait": make.task("Wait", str(root / "pids"))}
    record = backend.start(make.pipeline(states), {})
    jobs = pids(root / "pids")
    os.kill(runner_of(root, record.name), signal.SIGKILL)
    ended = wait_for(
        lambda: (r := backend.describe(record.name)).status != "RUNNING" and r
    )
    assert ended.status == "ABORTED"
    assert "ended without finishing it" in ended.cause
    wait_for(lambda: not any(map(is_running, jobs)))
    assert [e.type for e in backend.events(record.name)][-1] == "ExecutionAborted"


def test_half_a_line_of_history_is_not_read(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    code(root, WAIT)
    states = {"Wait": make.task("Wait", str(root / "pids"))}
    record = backend.start(make.pipeline(states), {})
    pids(root / "pids")
    folder = folder_of(root, record.name)
    os.kill(runner_of(root, record.name), signal.SIGKILL)
    with (folder / "history.jsonl").open("a") as file:
        file.write('{"id": 5, "previous_id"')
    wait_for(lambda: backend.describe(record.name).status == "ABORTED")
    events = list(backend.events(record.name))
    assert [event.id for event in events] == list(range(1, len(events) + 1))


def test_following_shows_events_as_they_happen(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    code(root, WAIT)
    states = {"Wait": make.task("Wait", str(root / "pids"))}
    record = backend.start(make.pipeline(states), {})
    events = backend.events(record.name, follow=True)
    seen = [next(events).type for _ in range(4)]
    assert seen[-1] == "TaskStarted"
    assert backend.describe(record.name).status == "RUNNING"
    pids(root / "pids")
    backend.stop(record.name, "enough")
    assert [event.type for event in events][-1] == "ExecutionAborted"


def test_an_execution_outlives_the_process_that_started_it(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    until = "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists():"
    code(root, until + " time.sleep(0.01)")
    pipeline = make.pipeline({"Wait": make.task("Wait", str(root / "go"))})
    script = f"""
import pickle, sys
sys.path[:0] = {sys.path!r}
from pathlib import Path
from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.environment import Environment
pipeline = pickle.loads({pickle.dumps(pipeline)!r})
backend = LocalBackend(Path({str(root)!r}), Environment("local", "local"))
print(backend.start(pipeline, {{}}).name)
"""
    command = [sys.executable, "-c", script]
    # A pipe that the execution kept open would keep this waiting for its end.
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    name = done.stdout.strip()
    assert backend.describe(name).status == "RUNNING"
    (root / "go").touch()
    assert [e.type for e in backend.events(name, follow=True)][-1] == (
        "ExecutionSucceeded"
    )


THREADS = """
import logging, sys, threading
sys.path[:0] = {path!r}
from pathlib import Path
from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment

definition = {{"StartAt": "P", "States": {{"P": {{"Type": "Pass", "End": True}}}}}}
pipeline = CompiledPipeline("p", "", "Pipeline", (), definition, {{}}, (), ())
backend = LocalBackend(Path({root!r}), Environment("local", "local"))
held, done = threading.Lock(), threading.Event()


def hold():
    # At any moment one of them is in the middle of all three.
    while not done.is_set():
        with held, logging.getLogger().handlers[0].lock:
            print("holding", flush=True)


def start(number):
    for turn in range(3):
        name = backend.start(pipeline, {{}}, f"e-{{number}}-{{turn}}").name
        list(backend.events(name, follow=True))
        logging.warning("%s %s", name, backend.describe(name).status)


logging.basicConfig(stream=sys.stderr)
holders = [threading.Thread(target=hold, daemon=True) for _ in range(2)]
starters = [threading.Thread(target=start, args=(n,)) for n in range(4)]
for thread in (*holders, *starters):
    thread.start()
for thread in starters:
    thread.join()
done.set()
"""


def test_threads_of_a_process_that_hold_locks_start_executions_that_end(
    root: Path, backend: LocalBackend
) -> None:
    script = THREADS.format(path=sys.path, root=str(root))
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=LONGEST_SECONDS
    )
    assert done.returncode == 0, done.stderr
    ended = {record.name: record.status for record in backend.list(limit=100)}
    assert ended == {
        f"e-{n}-{turn}": "SUCCEEDED" for n in range(4) for turn in range(3)
    }
    assert done.stderr.count("SUCCEEDED") == 12


def test_a_prepared_execution_that_is_not_started_leaves_nothing(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    backend.prepare()
    with pytest.raises(SpecError):
        backend.start(make.pipeline(PASS, code=("none",)), {})
    assert not (root / ".mlmax").exists()
    backend.prepare()
    name = backend.start(make.pipeline(PASS), {}).name
    assert [e.type for e in backend.events(name, follow=True)][-1] == (
        "ExecutionSucceeded"
    )


def test_two_executions_at_once_do_not_disturb_each_other(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    code(root, WRITE)
    pipeline = make.pipeline({"Make": make.task("Make")})
    records = [backend.start(pipeline, {"n": n}) for n in range(4)]
    for record in records:
        list(backend.events(record.name, follow=True))
    ended = [backend.describe(record.name) for record in records]
    assert [record.status for record in ended] == ["SUCCEEDED"] * 4
    assert [record.input["n"] for record in ended] == [0, 1, 2, 3]
    assert len({a.uri for r in ended for a in backend.artifacts(r.name)}) == 4


def test_a_made_up_name_says_what_and_when(run: Any, make: Any) -> None:
    first, second = (run(make.pipeline(PASS)).name for _ in range(2))
    assert re.fullmatch(r"p-\d{8}-\d{6}-[a-z2-9]{4}", first)
    assert first != second
    long = run(make.pipeline(PASS, name="x" * 80)).name
    assert len(long) == 80


def test_a_name_is_given_once(backend: LocalBackend, run: Any, make: Any) -> None:
    run(make.pipeline(PASS), {"a": 1}, "nightly")
    with pytest.raises(UsageError, match="already exists and is SUCCEEDED"):
        backend.start(make.pipeline(PASS), {"a": 1}, "nightly")
    with pytest.raises(UsageError, match="already exists and has another input"):
        backend.start(make.pipeline(PASS), {"a": 2}, "nightly")


def test_starting_what_already_runs_gives_it_back(
    backend: LocalBackend, make: Any
) -> None:
    waiting = make.pipeline({"W": {"Type": "Wait", "Seconds": 60, "End": True}})
    first = backend.start(waiting, {"a": 1}, "once")
    again = backend.start(waiting, {"a": 1}, "once")
    assert again.start_time == first.start_time
    with pytest.raises(UsageError, match="has another input"):
        backend.start(waiting, {}, "once")
    backend.stop("once", "done")


@pytest.mark.parametrize("name", ["a/b", "..", "-x", "a" * 81, "a b", ".hidden"])
def test_names_that_cannot_be_are_refused(
    backend: LocalBackend, make: Any, name: str
) -> None:
    with pytest.raises(UsageError, match="cannot be the name of an execution"):
        backend.start(make.pipeline(PASS), {}, name)


def test_executions_are_listed_newest_first(
    backend: LocalBackend, run: Any, make: Any
) -> None:
    failing = make.pipeline({"F": {"Type": "Fail", "Error": "E"}}, name="q")
    for number in range(3):
        run(make.pipeline(PASS), {}, f"run-{number}")
    run(failing, {}, "bad")
    names = [record.name for record in backend.list()]
    assert names == ["bad", "run-2", "run-1", "run-0"]
    assert [record.name for record in backend.list("p", limit=2)] == ["run-2", "run-1"]
    assert [record.name for record in backend.list(status="FAILED")] == ["bad"]
    assert backend.list("none") == []


def test_listing_reads_no_more_records_than_it_shows(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    for number in range(3):
        run(make.pipeline(PASS), {}, f"run-{number}")
    folder = root / ".mlmax" / "local" / "executions" / "p"
    (folder / "run-0" / "record.json").write_text("unreadable")
    assert [record.name for record in backend.list(limit=2)] == ["run-2", "run-1"]


def test_an_execution_is_found_by_latest_name_path_and_arn(
    backend: LocalBackend, run: Any, make: Any
) -> None:
    first = run(make.pipeline(PASS), {}, "first")
    run(make.pipeline(PASS), {}, "second")
    assert backend.describe("latest").name == "second"
    for wanted in ("first", "p/first", first.id):
        assert backend.describe(wanted) == first


def test_latest_may_be_that_of_one_pipeline(
    backend: LocalBackend, run: Any, make: Any
) -> None:
    run(make.pipeline(PASS), {}, "first")
    run(make.pipeline(PASS, name="q"), {}, "second")
    assert backend.describe("p/latest").name == "first"
    assert backend.describe("latest").name == "second"
    with pytest.raises(UsageError, match="no execution of 'other' yet"):
        backend.describe("other/latest")


def test_a_name_of_two_pipelines_needs_the_pipeline(
    backend: LocalBackend, run: Any, make: Any
) -> None:
    run(make.pipeline(PASS), {}, "same")
    run(make.pipeline(PASS, name="q"), {}, "same")
    with pytest.raises(UsageError, match="2 executions: 'p/same', 'q/same'"):
        backend.describe("same")
    assert backend.describe("q/same").pipeline == "q"


@pytest.mark.parametrize("wanted", ["frist", "p/frist", "../first", "", "p/../first"])
def test_an_unknown_execution_is_told_with_the_nearest(
    backend: LocalBackend, run: Any, make: Any, wanted: str
) -> None:
    run(make.pipeline(PASS), {}, "first")
    with pytest.raises(UsageError, match=f"no execution '{re.escape(wanted)}'"):
        backend.describe(wanted)


def test_the_nearest_name_is_told(backend: LocalBackend, run: Any, make: Any) -> None:
    run(make.pipeline(PASS), {}, "first")
    with pytest.raises(UsageError) as caught:
        backend.describe("frist")
    assert "did you mean 'first'?" in str(caught.value)


def test_without_executions_there_is_no_latest(backend: LocalBackend) -> None:
    with pytest.raises(UsageError, match="there is no execution yet"):
        backend.describe("latest")
    assert backend.list() == []


def test_missing_files_are_told_at_once_and_before_anything_starts(
    root: Path, backend: LocalBackend, make: Any
) -> None:
    substitutions = {
        "A": DataFile("data/a.csv", "first"),
        "B": DataFile("data/b.csv", "second"),
    }
    pipeline = make.pipeline(PASS, substitutions=substitutions, code=("lib",))
    with pytest.raises(SpecError) as caught:
        backend.start(pipeline, {})
    text = str(caught.value)
    assert "no file 'data/a.csv', the default of parameter 'first'" in text
    assert "no file 'data/b.csv', the default of parameter 'second'" in text
    assert "no folder 'lib', where the code of 'p' should be" in text
    assert backend.list() == []


def test_a_data_file_is_shipped_and_named_in_the_definition(
    root: Path, run: Any, make: Any
) -> None:
    (root / "a.csv").write_text("1")
    states = {"Pass": {"Type": "Pass", "Result": "${A}", "End": True}}
    record = run(make.pipeline(states, substitutions={"A": DataFile("a.csv", "x")}))
    assert re.fullmatch(r"s3://artifacts/data/[0-9a-f]{64}/a\.csv", record.output)


def test_the_record_says_what_ran(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    (root / "a.csv").write_text("1")
    uri = backend.upload(root / "a.csv")
    code(root, WRITE)
    pipeline = make.pipeline({"Make": make.task("Make")}, digest="1234")
    evidence = run(pipeline, {"data": uri, "n": 1}).evidence
    assert evidence["spec"] == "1234"
    assert evidence["data"] == {"data": uri.split("/")[4]}
    assert re.fullmatch("[0-9a-f]{64}", evidence["definition"])
    assert re.fullmatch("[0-9a-f]{64}", evidence["code"])
    assert evidence["python"] == ".".join(map(str, sys.version_info[:3]))
    assert "commit" not in evidence


def test_the_record_names_the_commit(root: Path, run: Any, make: Any) -> None:
    code(root, WRITE)
    git(root, "init", "-q")
    git(root, "add", "src")
    git(root, "commit", "-qm", "first")
    (root / ".gitignore").write_text(".mlmax\n.gitignore\n")
    clean = run(make.pipeline(PASS)).evidence
    assert re.fullmatch("[0-9a-f]{40}", clean["commit"]) and clean["dirty"] is False
    code(root, WRITE + "\n")
    assert run(make.pipeline(PASS)).evidence["dirty"] is True


def test_a_part_runs_as_a_nested_execution(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    code(root, WRITE)
    inner = {"StartAt": "In", "States": {"In": make.task("In", "inside")}}
    states = {
        "Part": {
            "Type": "Task",
            "Resource": "${StartExecutionSync2}",
            "Parameters": {"StateMachineArn": "${PartArn}", "Input.$": "$"},
            "OutputPath": "$.Output",
            "End": True,
        }
    }
    substitutions = {
        "StartExecutionSync2": Sub("arn:aws:states:::states:startExecution.sync:2"),
        "PartArn": Sub("${Part1.Arn}"),
    }
    parts = (Part("Part1", "p-part-1", inner),)
    record = run(make.pipeline(states, substitutions=substitutions, parts=parts))
    assert record.status == "SUCCEEDED"
    assert record.output["ProcessingJobStatus"] == "Completed"
    assert printed(backend, record.name) == [("In", "working on inside")]
    assert [found.name for found in backend.list()] == [record.name]


def test_a_nested_execution_that_fails_fails_the_task(run: Any, make: Any) -> None:
    inner = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Bad"}}}
    states = {
        "Part": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {"StateMachineArn": "${PartArn}"},
            "End": True,
        }
    }
    pipeline = make.pipeline(
        states,
        substitutions={"PartArn": Sub("${Part1.Arn}")},
        parts=(Part("Part1", "p-part-1", inner),),
    )
    record = run(pipeline)
    assert record.error == "States.TaskFailed"
    cause = json.loads(record.cause)
    assert (cause["Status"], cause["Error"]) == ("FAILED", "Bad")


def test_a_definition_that_cannot_be_run_fails_the_execution(
    backend: LocalBackend, run: Any, make: Any
) -> None:
    record = run(make.pipeline({"A": {"Type": "Pass", "Next": "Nowhere"}}))
    assert record.status == "FAILED"
    assert "Nowhere" in record.cause
    assert [e.type for e in backend.events(record.name)][-1] == "ExecutionFailed"


def test_environments_are_kept_apart(root: Path, run: Any, make: Any) -> None:
    run(make.pipeline(PASS), {}, "mine")
    other = LocalBackend(root, Environment("test", "local"))
    assert other.list() == []
    with pytest.raises(UsageError, match="no execution 'mine'"):
        other.describe("mine")


def test_what_does_not_exist_cannot_be_uploaded(
    root: Path, backend: LocalBackend
) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        backend.upload(root / "none.csv")


def test_models_that_were_not_deleted_are_found(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    assert backend.models_left({"p"}) == []
    named = ("local-p-score-1", "local-q-score-1", "mine")
    states = {
        name: {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createModel",
            "Parameters": {"ModelName": name},
            **({"Next": after} if after else {"End": True}),
        }
        for name, after in zip(named, (*named[1:], ""), strict=True)
    }
    assert run(make.pipeline(states)).status == "SUCCEEDED"
    assert backend.models_left({"p"}) == ["local-p-score-1"]
    assert backend.models_left({"p", "q"}) == ["local-p-score-1", "local-q-score-1"]
    assert backend.models_left(()) == []


UNREADABLE = ["", "{", "[]", "null", '{"status": 1}', '{"status": "FAILED"}', None]


@pytest.mark.parametrize("record", UNREADABLE)
def test_a_record_that_cannot_be_read_hides_no_other(
    root: Path, run: Any, make: Any, record: str | None
) -> None:
    told: list[str] = []
    backend = LocalBackend(root, Environment("local", "local"), tell=told.append)
    known = run(make.pipeline(PASS), name="known")
    broken = run(make.pipeline(PASS), name="broken")
    file = root / ".mlmax/local/executions/p/broken/record.json"
    file.unlink()
    if record is not None:
        file.write_text(record)
    assert [one.id for one in backend.list()] == [known.id]
    assert told[0].startswith("p/broken is left out: ")
    with pytest.raises(UsageError if record is None else PipelineError):
        backend.describe(broken.name)


def test_what_a_newer_release_adds_to_a_record_is_no_fault(
    root: Path, backend: LocalBackend, run: Any, make: Any
) -> None:
    known = run(make.pipeline(PASS))
    file = root / f".mlmax/local/executions/p/{known.name}/record.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "mood": "good"}))
    assert backend.describe(known.name) == known


# Starts a daemon of its own session, without the marks of the environment.
DAEMON = f"""
import pathlib, subprocess, sys
code = "import time; time.sleep({OUTLASTS_SECONDS})"
command = [sys.executable, "-c", code]
child = subprocess.Popen(command, start_new_session=True, env={{}})
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
"""


def test_a_daemon_ends_with_the_job_that_started_it(
    root: Path, run: Any, make: Any
) -> None:
    code(root, DAEMON)
    record = run(make.pipeline({"Make": make.task("Make", str(root / "pid"))}))
    assert record.status == "SUCCEEDED"
    assert not any(map(is_running, pids(root / "pid")))


def test_jobs_act_with_the_profile_of_their_environment(root: Path, make: Any) -> None:
    code(root, "import os; print(os.environ.get('AWS_PROFILE'))")
    backend = LocalBackend(root, Environment("local", "local", job_profile="sandbox"))
    record = backend.start(make.pipeline({"Make": make.task("Make")}), {})
    wait_for(lambda: backend.describe(record.name).status != "RUNNING")
    assert printed(backend, record.name) == [("Make", "sandbox")]
