from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mlmax_pipelines.local.jobs import process
from mlmax_pipelines.local.workspace import Workspace
from tests.patience import wait_for

ACTION = "sagemaker:createProcessingJob.sync"
CODE = "s3://artifacts/code/"


def job(workspace: Workspace, script: str, *arguments: str, **more: Any) -> Any:
    """A processing job whose entry point is this script; input `in`, output `out`."""
    workspace.store.write(CODE + "job.py", script.encode())
    workspace.store.write("s3://b/in/x.csv", b"1,2\n")
    name = more.pop("name", "job-1")
    return {
        "ProcessingJobName": name,
        "RoleArn": "arn:aws:iam::000000000000:role/local",
        "AppSpecification": {
            "ImageUri": "image",
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/job.py"],
            "ContainerArguments": list(arguments),
        },
        "ProcessingInputs": [
            processing_input("code", CODE),
            processing_input("in", "s3://b/in/"),
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "out",
                    "S3Output": {
                        "S3Uri": f"s3://b/{name}/out/",
                        "LocalPath": "/opt/ml/processing/output/out",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
        "ProcessingResources": {"ClusterConfig": {"InstanceCount": 1}},
        **more,
    }


def processing_input(name: str, uri: str) -> dict[str, Any]:
    path = f"/opt/ml/processing/input/{name}"
    return {"InputName": name, "S3Input": {"S3Uri": uri, "LocalPath": path}}


COPY = """
import sys, pathlib
source, target = map(pathlib.Path, sys.argv[1:3])
(target / "y.csv").write_text((source / "x.csv").read_text() * 2)
print("copied")
"""
PATHS = ("/opt/ml/processing/input/in", "/opt/ml/processing/output/out")


def test_inputs_are_copied_in_and_outputs_kept(workspace: Workspace, call: Any) -> None:
    result = call(ACTION, job(workspace, COPY, *PATHS))
    assert workspace.store.read("s3://b/job-1/out/y.csv") == b"1,2\n1,2\n"
    assert result["ProcessingJobStatus"] == "Completed"
    assert result["ProcessingJobArn"].endswith(":processing-job/job-1")
    assert result["ProcessingOutputConfig"]["Outputs"][0]["OutputName"] == "out"
    started, ended = result["ProcessingStartTime"], result["ProcessingEndTime"]
    assert result["CreationTime"] <= started <= ended


def test_the_result_has_what_describe_processing_job_has(
    workspace: Workspace, call: Any
) -> None:
    session = pytest.importorskip("botocore.session").get_session()
    model = session.get_service_model("sagemaker")
    shape = model.operation_model("DescribeProcessingJob").output_shape
    result = call(ACTION, job(workspace, COPY, *PATHS, Environment={"A": "b"}))
    assert set(shape.required_members) <= set(result) <= set(shape.members)


def test_an_input_changed_by_a_job_is_unchanged_in_the_store(
    workspace: Workspace, call: Any
) -> None:
    script = "import sys; open(sys.argv[1] + '/x.csv', 'w').write('spoiled')"
    call(ACTION, job(workspace, script, PATHS[0]))
    assert workspace.store.read("s3://b/in/x.csv") == b"1,2\n"


def test_a_failed_job_tells_its_last_lines(workspace: Workspace, failure: Any) -> None:
    script = "print('reading'); raise ValueError('row 3 has no label')"
    error, cause = failure(ACTION, job(workspace, script))
    assert error == "States.TaskFailed"
    assert cause["ProcessingJobStatus"] == "Failed"
    assert cause["FailureReason"].startswith("AlgorithmError: ")
    assert "ValueError: row 3 has no label" in cause["FailureReason"]
    assert cause["FailureReason"].endswith(", exit code: 1")


def test_a_job_may_leave_a_message(workspace: Workspace, failure: Any) -> None:
    script = """
import os, sys
open(os.environ["SM_OUTPUT_DIR"] + "/message", "w").write("no rows left")
print("noise")
sys.exit(3)
"""
    _, cause = failure(ACTION, job(workspace, script))
    assert cause["ExitMessage"] == "no rows left"
    assert cause["FailureReason"] == "AlgorithmError: no rows left, exit code: 3"


def test_a_long_message_is_cut_to_what_aws_shows(
    workspace: Workspace, failure: Any
) -> None:
    _, cause = failure(ACTION, job(workspace, "raise SystemExit('x' * 5000)"))
    assert len(cause["FailureReason"]) <= 1024


def test_outputs_of_a_failed_job_are_not_kept(
    workspace: Workspace, failure: Any
) -> None:
    failure(ACTION, job(workspace, COPY + "\nraise SystemExit(1)", *PATHS))
    assert workspace.store.objects("s3://b/job-1/out/") == []
    assert list(workspace.folder.glob("jobs/job-1/**/y.csv"))


@pytest.mark.parametrize("ending", ["", "\nraise SystemExit(1)"])
def test_only_a_job_that_failed_keeps_copies_of_large_inputs(
    workspace: Workspace, call: Any, failure: Any, ending: str
) -> None:
    workspace.store.write("s3://b/in/large", b"x" * (1 << 20))
    run = failure if ending else call
    run(ACTION, job(workspace, COPY + ending, *PATHS))
    folder = workspace.folder / "jobs/job-1/opt/ml/processing/input/in"
    assert (folder / "x.csv").exists()
    assert (folder / "large").exists() == bool(ending)
    assert len(workspace.store.read("s3://b/in/large")) == 1 << 20


def test_a_link_among_the_outputs_becomes_a_file(
    workspace: Workspace, call: Any
) -> None:
    script = """
import os, sys
source, target = sys.argv[1:3]
os.symlink(source + "/x.csv", target + "/linked.csv")
os.symlink(source, target + "/folder")
os.symlink("/nowhere", target + "/dangling")
"""
    call(ACTION, job(workspace, script, *PATHS))
    assert workspace.store.read("s3://b/job-1/out/linked.csv") == b"1,2\n"
    kept = workspace.store.path("s3://b/job-1/out/")
    assert [path.name for path in kept.iterdir()] == ["linked.csv"]
    assert not (kept / "linked.csv").is_symlink()


LEFT = {
    "out.rmdir(); out.write_text('x')": "is a file, it must be a folder",
    "out.rmdir()": "is gone",
    "out.rmdir(); out.symlink_to('/tmp')": "is a link, it must be a folder",
    "out.rmdir(); out.symlink_to(out.parent)": "is a link, it must be a folder",
    "open(bytes(out) + b'/caf\\xe9', 'w')": r"'caf\xe9' has a name that is no UTF-8",
}


@pytest.mark.parametrize("script", LEFT)
def test_an_output_that_is_no_folder_any_more_fails_the_job(
    workspace: Workspace, failure: Any, script: str
) -> None:
    text = f"import pathlib, sys\nout = pathlib.Path(sys.argv[2])\n{script}\n"
    error, described = failure(ACTION, job(workspace, text, *PATHS))
    assert error == "States.TaskFailed"
    reason = described["FailureReason"]
    assert (
        "Data upload failed: " in reason and "'/opt/ml/processing/output/out'" in reason
    )
    assert LEFT[script] in reason
    assert workspace.store.objects("s3://b/job-1/out/") == []


def test_names_may_be_as_long_as_the_disk_allows(
    workspace: Workspace, call: Any
) -> None:
    name = "é" * 125 + ".csv"
    script = f"import sys; open(sys.argv[2] + '/{name}', 'w').write('1')"
    call(ACTION, job(workspace, script, *PATHS))
    assert workspace.store.read(f"s3://b/job-1/out/{name}") == b"1"


def test_a_missing_input_fails_the_job_by_name(
    workspace: Workspace, failure: Any
) -> None:
    arguments = job(workspace, COPY)
    arguments["ProcessingInputs"].append(processing_input("raw", "s3://b/none/"))
    _, cause = failure(ACTION, arguments)
    assert (
        "no S3 objects found under 's3://b/none/' (input 'raw')"
        in (cause["FailureReason"])
    )


def test_a_path_outside_the_container_is_refused(
    workspace: Workspace, failure: Any, tmp_path: Path
) -> None:
    arguments = job(workspace, COPY)
    item = processing_input("raw", "s3://b/in/")
    item["S3Input"]["LocalPath"] = "/opt/ml/processing/../../../../../../tmp"
    arguments["ProcessingInputs"].append(item)
    _, cause = failure(ACTION, arguments)
    assert "is not a path under /opt/ml" in cause["FailureReason"]


@pytest.mark.parametrize("name", ["a/b", "..", "", "-a", "a" * 64, None])
def test_names_that_sagemaker_refuses_are_refused(
    workspace: Workspace, failure: Any, name: Any
) -> None:
    error, cause = failure(ACTION, job(workspace, "", name=name))
    assert error == "SageMaker.AmazonSageMakerException"
    assert "'ProcessingJobName' failed to satisfy constraint" in cause


def test_a_name_is_used_once(workspace: Workspace, call: Any, failure: Any) -> None:
    call(ACTION, job(workspace, ""))
    error, _ = failure(ACTION, job(workspace, ""))
    assert error == "SageMaker.ResourceInUseException"


def test_a_program_that_does_not_exist_fails_the_job(
    workspace: Workspace, failure: Any
) -> None:
    arguments = job(workspace, "")
    arguments["AppSpecification"]["ContainerEntrypoint"] = ["no-such-program"]
    _, cause = failure(ACTION, arguments)
    assert "cannot start 'no-such-program'" in cause["FailureReason"]
    assert cause["FailureReason"].endswith("exit code: 127")


def test_an_image_without_entry_point_cannot_run(
    workspace: Workspace, failure: Any
) -> None:
    arguments = job(workspace, "")
    arguments["AppSpecification"] = {"ImageUri": "image"}
    _, cause = failure(ACTION, arguments)
    assert "no ContainerEntrypoint" in cause["FailureReason"]


SHOW = "import os, json; print(json.dumps(dict(os.environ)))"


def environment(workspace: Workspace, call: Any, **more: Any) -> dict[str, str]:
    import json

    call(ACTION, job(workspace, SHOW, **more))
    [(_, log)] = workspace.logs.list()
    shown: dict[str, str] = json.loads(log.read_text())
    return shown


def test_credentials_and_settings_of_the_shell_do_not_reach_a_job(
    workspace: Workspace, call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "PYTHONPATH", "MY_TOKEN"):
        monkeypatch.setenv(name, "secret")
    shown = environment(workspace, call)
    assert "secret" not in shown.values()
    assert shown["PATH"] == os.environ["PATH"]


def test_a_job_gets_its_own_environment_with_paths_of_this_machine(
    workspace: Workspace, call: Any
) -> None:
    given = {"DATA": "/opt/ml/processing/input/in", "MODE": "train"}
    shown = environment(workspace, call, Environment=given)
    container = workspace.folder / "jobs" / "job-1" / "opt" / "ml"
    assert shown["MODE"] == "train"
    assert shown["DATA"] == f"{container}/processing/input/in"
    assert shown["ML_ROOT"] == str(container)


def test_only_container_paths_are_rewritten(workspace: Workspace, call: Any) -> None:
    words = ["--a=/opt/ml/x", "s3://b/opt/ml/x", "/opt/mlx", "x/opt/ml", "/opt/ml"]
    script = "import sys; print(*sys.argv[1:], sep='\\n')"
    call(ACTION, job(workspace, script, *words))
    [(_, log)] = workspace.logs.list()
    container = workspace.folder / "jobs" / "job-1" / "opt" / "ml"
    assert log.read_text().splitlines() == [
        f"--a={container}/x",
        "s3://b/opt/ml/x",
        "/opt/mlx",
        "x/opt/ml",
        str(container),
    ]


def test_the_container_finds_its_configuration(workspace: Workspace, call: Any) -> None:
    script = """
import json, sys
print(json.load(open(sys.argv[1] + "/processingjobconfig.json"))["ProcessingJobArn"])
print(json.load(open(sys.argv[1] + "/resourceconfig.json"))["current_host"])
"""
    call(ACTION, job(workspace, script, "/opt/ml/config"))
    [(_, log)] = workspace.logs.list()
    arn, host = log.read_text().split()
    assert arn.endswith(":processing-job/job-1") and host == "algo-1"


# A child that ignores SIGTERM and a job that waits for it.
STUBBORN = """
import subprocess, sys, time, pathlib
child = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(900)"], stdout=subprocess.PIPE)
child.stdout.readline()
pathlib.Path(sys.argv[1], "pid").write_text(str(child.pid))
child.wait()
"""


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def ends(pid: int) -> None:
    wait_for(lambda: not is_running(pid))


def pid_file(workspace: Workspace) -> Path:
    return workspace.folder / "jobs/job-1/opt/ml/processing/output/out/pid"


def has_child(workspace: Workspace) -> bool:
    """Whether the job has said which its child is: a file is there before its text."""
    file = pid_file(workspace)
    return file.exists() and bool(file.read_text())


def test_a_time_limit_ends_the_job_and_its_children(
    workspace: Workspace, failure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its time runs out once its child is there, however long that takes.
    clock = SimpleNamespace(
        time=time.time, monotonic=lambda: 3600 * has_child(workspace)
    )
    monkeypatch.setattr(process, "time", clock)
    limit = {"MaxRuntimeInSeconds": 60}
    arguments = job(workspace, STUBBORN, PATHS[1], StoppingCondition=limit)
    error, cause = failure(ACTION, arguments)
    assert error == "States.TaskFailed"
    assert cause["ProcessingJobStatus"] == "Stopped"
    ends(int(pid_file(workspace).read_text()))


def test_a_stop_ends_the_job_and_its_children(
    workspace: Workspace, failure: Any
) -> None:
    stop = threading.Event()

    def stop_once_started() -> None:
        wait_for(lambda: has_child(workspace))
        stop.set()

    threading.Thread(target=stop_once_started, daemon=True).start()
    _, cause = failure(ACTION, job(workspace, STUBBORN, PATHS[1]), stop=stop)
    assert cause["ProcessingJobStatus"] == "Stopped"
    ends(int(pid_file(workspace).read_text()))


def test_what_a_job_leaves_running_ends_with_it(
    workspace: Workspace, call: Any
) -> None:
    script = STUBBORN.replace("child.wait()", "")
    call(ACTION, job(workspace, script, PATHS[1]))
    ends(int(workspace.store.read("s3://b/job-1/out/pid")))


def test_arguments_that_lack_a_member_are_one_clear_error(failure: Any) -> None:
    error, cause = failure(ACTION, {"ProcessingJobName": "a"})
    assert error == "States.Runtime"
    assert "bad arguments for 'sagemaker:createProcessingJob.sync'" in cause
    assert "'AppSpecification'" in cause
