"""The rows of the peers, beside ours.

What comes in: a Bench. What goes out: rows; making the commands of one installs its
peer. Never: a script of a peer's is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import rmtree

import environments
import projects
from bench import Bench
from environments import PEERS
from measure import Command, Each, Times
from rows import COMPILE, JOBS, PASSES, PER_JOB, PER_STATE, Row

# Metaflow knows no flow of one step; moto takes a second per thousand states.
_FEW, _MANY = 2, 12
_FEW_PASSES, _MANY_PASSES = 10, 1_010
_MANY_PASSES_NODE = 50_010
_ROLE = "arn:aws:iam::123456789012:role/bench"
# Metaflow makes a definition only where it is set up for AWS.
_METAFLOW = {
    "METAFLOW_DATASTORE_SYSROOT_S3": "s3://example-bucket/metaflow",
    "METAFLOW_BATCH_JOB_QUEUE": "bench",
    "METAFLOW_ECS_S3_ACCESS_IAM_ROLE": _ROLE,
    "METAFLOW_SFN_IAM_ROLE": _ROLE,
}
# moto answers calls to AWS itself, where they are meant for AWS.
_MOTO = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}


def peers() -> list[Row]:
    """All of the peers', in the table's order."""
    sdk, sagemaker, kfp = "stepfunctions_sdk", "sagemaker_pipelines", "kfp"
    node = "aws_local_stepfunctions"
    return [
        Row("sdk", COMPILE, "Step Functions SDK", _five(sdk), peer=sdk),
        Row("cdk", COMPILE, "AWS CDK", _cdk, peer="cdk"),
        Row(
            "sagemaker",
            COMPILE,
            "SageMaker Pipelines",
            _five(sagemaker),
            peer=sagemaker,
        ),
        Row("metaflow", COMPILE, "Metaflow create", _metaflow, peer="metaflow"),
        Row("cfn-lint", COMPILE, "cfn-lint, one file", _cfn_lint, peer="cfn_lint"),
        Row("kfp", COMPILE, "Kubeflow compile", _five(kfp), peer=kfp),
        Row(
            "metaflow-local",
            JOBS,
            "Metaflow run",
            _metaflow_jobs,
            PER_JOB,
            peer="metaflow",
        ),
        Row("dvc", JOBS, "DVC repro", _dvc_jobs, PER_JOB, peer="dvc"),
        Row("kfp-local", JOBS, "Kubeflow local run", _kfp_jobs, PER_JOB, peer=kfp),
        Row("moto", PASSES, "moto", _moto_passes, PER_STATE, peer="moto"),
        Row(
            "aws-local",
            PASSES,
            "aws-local-stepfunctions",
            _node_passes,
            PER_STATE,
            peer=node,
        ),
    ]


def _five(peer: str) -> Callable[[Bench], Times]:
    """A script that compiles the five-step pipeline, in its peer's environment."""

    def make(bench: Bench) -> Times:
        words = [environments.python(bench, peer), PEERS / peer / "five_steps.py"]
        return Times(bench.command(words, bench.folder(f"work/{peer}")), bench.base())

    return make


def _cdk(bench: Bench) -> Times:
    environments.require_node()
    return _five("cdk")(bench)


def _metaflow(bench: Bench) -> Times:
    flow = PEERS / "metaflow" / "five_steps.py"
    create = ["--datastore", "s3", "step-functions", "create", "--only-json"]
    python = environments.python(bench, "metaflow")
    folder = bench.folder("work/metaflow")
    return Times(
        bench.command([python, flow, *create], folder, more=_METAFLOW), bench.base()
    )


def _cfn_lint(bench: Bench) -> Times:
    program = environments.python(bench, "cfn_lint").with_name("cfn-lint")
    folder = projects.reference(bench)
    bench.do(bench.pipeline(folder, "create"), "create")
    template = "templates/training.yaml"
    return Times(bench.command([program, template], folder), bench.base())


def _metaflow_jobs(bench: Bench) -> Each:
    python = environments.python(bench, "metaflow")
    folder = bench.folder("work/metaflow-local")

    def flow(count: int) -> Command:
        path = folder / f"jobs_{count}.py"
        writer = PEERS / "metaflow" / "write_jobs.py"
        bench.do(bench.python(writer, str(count), path), "write-jobs")
        return bench.command([python, path, "run"], folder, [".metaflow"])

    return _jobs(bench, flow)


def _dvc_jobs(bench: Bench) -> Each:
    program = environments.python(bench, "dvc").with_name("dvc")

    def stages(count: int) -> Command:
        folder = _new(bench, f"work/dvc-{count}")
        bench.do(bench.command([program, "init", "--no-scm"], folder), "dvc-init")
        own = bench.python(projects.no_op(bench)).words
        writer = bench.python(PEERS / "dvc" / "write_jobs.py", str(count), folder, *own)
        bench.do(writer, "write-jobs")
        return bench.command([program, "repro"], folder, ["dvc.lock"])

    return _jobs(bench, stages)


def _kfp_jobs(bench: Bench) -> Each:
    python = environments.python(bench, "kfp")
    script = PEERS / "kfp" / "jobs.py"
    folder = bench.folder("work/kfp-local")
    return _jobs(
        bench,
        lambda count: bench.command([python, script, str(count)], folder, ["out"]),
    )


def _jobs(bench: Bench, run: Callable[[int], Command]) -> Each:
    own = bench.python(projects.no_op(bench))
    return Each(run(_FEW), run(_MANY), _MANY - _FEW, own)


def _moto_passes(bench: Bench) -> Each:
    words = [environments.python(bench, "moto"), PEERS / "moto" / "execute.py"]
    return _passes(bench, words, _MANY_PASSES, _MOTO)


def _node_passes(bench: Bench) -> Each:
    peer = "aws_local_stepfunctions"
    node, installed = environments.node(bench, peer)
    words = [node, PEERS / peer / "execute.mjs", installed]
    return _passes(bench, words, _MANY_PASSES_NODE, {})


def _passes(
    bench: Bench, words: list[Path], many: int, more: Mapping[str, str]
) -> Each:
    folder = bench.folder("work/passes")
    commands = [
        bench.command([*words, projects.passes(bench, count)], folder, more=more)
        for count in (_FEW_PASSES, many)
    ]
    return Each(commands[0], commands[1], many - _FEW_PASSES)


def _new(bench: Bench, name: str) -> Path:
    folder = bench.build / name
    if folder.exists():
        rmtree(folder)
    return bench.folder(name)
