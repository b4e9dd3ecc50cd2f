"""Commands on executions of AWS, beside a bare boto3 call, against an emulator here.

    python benchmarks/on_aws.py [--rounds N] [--executions N]

What comes in: nothing; the emulator is the tests' own, started on a free port with a
deployed project in build/bench/on_aws. What goes out: a table on stdout: wall and CPU
time of whole processes, run in turn, as medians and as multiples of the bare call.
Never: reaches AWS.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
EMULATOR = HERE.parent / "tests" / "functional" / "aws" / "emulator.py"
ROOT = HERE.parent / "build" / "bench" / "on_aws"
PIPELINE = [sys.executable, "-m", "mlmax_pipelines"]
ACCOUNT = "300000000001"
SPEC = "name: short\ntype: Pipeline\nsteps:\n  Step: {type: pass}\n"
MACHINE = f"us-east-1:{ACCOUNT}:stateMachine:bench-short"
BARE = f"""
import boto3
client = boto3.client("stepfunctions")
client.describe_execution(
    executionArn="arn:aws:states:us-east-1:{ACCOUNT}:execution:bench-short:one"
)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--executions", type=int, default=2000)
    arguments = parser.parse_args()
    with _emulator() as url:
        variables = _variables(url)
        _deploy(variables)
        _start(variables, arguments.executions)
        rows = {
            "bare boto3 describe": [sys.executable, "-c", BARE],
            "status of one by name": [*PIPELINE, "status", "one", "-e", "dev"],
            "status of the latest": [*PIPELINE, "status", "-e", "dev"],
            "list, 20": [*PIPELINE, "list", "-e", "dev"],
            f"list, all {arguments.executions}": [
                *(*PIPELINE, "list", "-e", "dev", "-n", str(arguments.executions))
            ],
        }
        _print({name: [] for name in rows}, rows, variables, arguments.rounds)


@contextmanager
def _emulator() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    with (ROOT / "emulator.log").open("wb") as log:
        command = [sys.executable, str(EMULATOR), str(port)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{url}/_ministack/health").close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _variables(url: str) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return {
        **inherited,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _deploy(variables: dict[str, str]) -> None:
    for name, text in {
        "pipelines/short.yaml": SPEC,
        "envs/dev.yaml": "region: us-east-1\nstack: bench\n",
    }.items():
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(text)
    (ROOT / "modules").mkdir()
    _client("s3", variables).create_bucket(Bucket="code-bench")
    deploy = ("deploy", "-e", "dev", "--bucket", "code-bench", "--yes")
    _checked([*PIPELINE, *deploy], variables)


def _start(variables: dict[str, str], count: int) -> None:
    machines = _client("stepfunctions", variables)
    arn = f"arn:aws:states:{MACHINE}"
    for number in range(count - 1):
        machines.start_execution(stateMachineArn=arn, name=f"n{number}", input="{}")
    _checked([*PIPELINE, "run", "short", "-e", "dev", "--name", "one"], variables)


def _client(service: str, variables: dict[str, str]) -> Any:
    import boto3

    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="test",
    )


def _checked(command: list[str], variables: dict[str, str]) -> None:
    subprocess.run(command, cwd=ROOT, env=variables, check=True, capture_output=True)


def _print(
    taken: dict[str, list[tuple[float, float]]],
    rows: dict[str, list[str]],
    variables: dict[str, str],
    rounds: int,
) -> None:
    for number in range(rounds + 1):
        for name, command in rows.items():
            wall, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
            _checked(command, variables)
            after, seconds = getrusage(RUSAGE_CHILDREN), time.perf_counter() - wall
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            # The first round warms caches up.
            taken[name] += [(seconds, cpu)] if number else []
    bare = [median(one[k] for one in taken[next(iter(rows))]) for k in (0, 1)]
    print(f"{'':<24}{'wall':>9}{'':>8}{'CPU':>9}")
    for name, times in taken.items():
        own = [median(one[k] for one in times) for k in (0, 1)]
        shown = [f"{o:.3f} s {o / b:6.2f} x" for o, b in zip(own, bare)]
        print(f"{name:<24}  {'   '.join(shown)}")


if __name__ == "__main__":
    main()
