"""What an environment lends to its pipelines: a network, buckets, roles of its own.

What comes in: what envs/<name>.yaml says of them, and of the pipelines it has. What
goes out: buckets with their keys, the roles of a pipeline, and what is wrong with what
is said. Never: AWS is asked anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.base.limits import SECURITY_GROUPS, SUBNETS

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_Path = tuple[Any, ...]
_SPECS = "pipelines"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]+[a-z0-9]")
_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+")
_KEY = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")


def pipeline_problems(document: Document, path: _Path, value: Any) -> list[Problem]:
    """What is wrong with `pipelines`, which lists those that an environment has."""
    if not isinstance(value, list) or not value:
        return [_wrong(document, path, "a list of pipelines")]
    texts = [isinstance(one, str) for one in value]
    return [
        _wrong(document, (*path, index), "the name of a pipeline")
        for index, is_text in enumerate(texts)
        if not is_text
    ]


def missing_pipelines(root: Path, document: Document) -> list[Problem]:
    """Names under `pipelines` that no spec of the project has."""
    known = {path.stem for path in (root / _SPECS).glob("*.y*ml")}
    return [
        document.problem(
            f"no pipeline '{name}'", ("pipelines", index), did_you_mean(name, known)
        )
        for index, name in enumerate(document.data.get("pipelines") or ())
        if name not in known
    ]


class Bucket(NamedTuple):
    """A bucket that jobs may read, and the key that encrypts it."""

    name: str
    kms_key: str = ""


def buckets(written: Sequence[Any]) -> tuple[Bucket, ...]:
    """`data_buckets`: each a name, or a name and a key."""
    return tuple(
        Bucket(**one) if isinstance(one, Mapping) else Bucket(one) for one in written
    )


def parameters(lent: Sequence[Bucket], partition: str) -> dict[str, str]:
    """What the templates are told of these buckets and of their keys."""
    arns = [f"arn:{partition}:s3:::{bucket.name}" for bucket in lent]
    keys = dict.fromkeys(bucket.kms_key for bucket in lent if bucket.kms_key)
    reads = ",".join(f"{arn},{arn}/*" for arn in arns)
    return {"DataReadArns": reads, "DataKeyArns": ",".join(keys)}


def bucket_problems(document: Document, path: _Path, value: Any) -> list[Problem]:
    """What is wrong with `data_buckets`."""
    if not isinstance(value, list):
        return [_wrong(document, path, "a list")]
    found = (_bucket(document, (*path, i), one) for i, one in enumerate(value))
    return [problem for problems in found for problem in problems]


# In `vpc`: those of single pipelines in place of it.
OWN_NETWORKS = "pipelines"
# What an id begins with, and how many of each SageMaker takes.
_VPC = {"subnets": ("subnet", SUBNETS), "security_groups": ("sg", SECURITY_GROUPS)}


def vpc_problems(document: Document, path: _Path, value: Any) -> list[Problem]:
    """Those of the VPC of all pipelines, and of the ones that some have instead."""
    if not isinstance(value, Mapping):
        return _network(document, path, value)
    own = value.get(OWN_NETWORKS, {})
    found = _network(
        document, path, {k: v for k, v in value.items() if k != OWN_NETWORKS}
    )
    if not isinstance(own, Mapping):
        return [*found, _wrong(document, (*path, OWN_NETWORKS), "a mapping")]
    for name, one in own.items():
        found += _network(document, (*path, OWN_NETWORKS, name), one)
    return found


def _network(document: Document, path: _Path, value: Any) -> list[Problem]:
    """Subnets and security groups: both, or no VPC at all."""
    both = " and ".join(f"'{key}'" for key in _VPC)
    if not isinstance(value, Mapping) or set(value) != set(_VPC):
        return [_wrong(document, path, f"a mapping with {both}")]
    found: list[Problem] = []
    for key, (prefix, quota) in _VPC.items():
        at, ids = (*path, key), value[key]
        if not isinstance(ids, list):
            found.append(_wrong(document, at, "a list"))
            continue
        form, what = re.compile(f"{prefix}-[0-9a-f]+"), f"the id of one ({prefix}-...)"
        for index, one in enumerate(ids):
            found += _shaped(document, (*at, index), one, form, what)
        if not found and not 1 <= len(ids) <= quota:
            text = f"'{key}' must have 1 to {quota} ids, found {len(ids)}"
            found.append(document.problem(text, at))
    return found


class Roles(NamedTuple):
    """ARNs of roles that stand in for those that a template would make: the state
    machine's, its jobs', its functions', its schedules'; "" for one that it makes."""

    execution: str = ""
    job: str = ""
    function: str = ""
    schedule: str = ""


def roles(written: Mapping[str, Any], pipeline: str) -> Roles:
    """The roles of one pipeline: its own ones go before those of all."""
    common = {kind: arn for kind, arn in written.items() if isinstance(arn, str)}
    own = written.get(pipeline)
    return Roles(**{**common, **(own if isinstance(own, Mapping) else {})})


def role_problems(document: Document, path: _Path, value: Any) -> list[Problem]:
    """What is wrong with `roles`: kinds with ARNs, and the same by pipeline."""
    if not isinstance(value, Mapping):
        return [_wrong(document, path, f"ARNs by kind ({', '.join(Roles._fields)})")]
    found: list[Problem] = []
    for key, one in value.items():
        if isinstance(one, Mapping):
            for kind, arn in one.items():
                found += _role(document, (*path, key, kind), arn)
        else:
            found += _role(document, (*path, key), one)
    return found


def _role(document: Document, path: _Path, value: Any) -> Iterator[Problem]:
    if path[-1] not in Roles._fields:
        hint = did_you_mean(str(path[-1]), Roles._fields)
        yield document.problem(f"unknown kind of role '{path[-1]}'", path, hint, True)
    else:
        yield from _shaped(document, path, value, _ROLE, "the ARN of a role")


def _bucket(document: Document, path: _Path, value: Any) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield from _shaped(document, path, value, _BUCKET, "a bucket's name")
        return
    for key in value:
        if key not in Bucket._fields:
            hint = did_you_mean(str(key), Bucket._fields)
            yield document.problem(f"unknown key '{key}'", (*path, key), hint, True)
    if "name" not in value:
        yield document.problem(
            "a bucket lacks 'name'", path, "{name: ..., kms_key: ...}"
        )
    else:
        at = (*path, "name")
        yield from _shaped(document, at, value["name"], _BUCKET, "a bucket's name")
    if "kms_key" in value:
        at, what = (*path, "kms_key"), "the ARN of a KMS key"
        yield from _shaped(document, at, value["kms_key"], _KEY, what)


def _shaped(
    document: Document, path: _Path, value: Any, form: re.Pattern[str], what: str
) -> Iterator[Problem]:
    if not isinstance(value, str) or not form.fullmatch(value):
        yield _wrong(document, path, what)


def _wrong(document: Document, path: _Path, what: str) -> Problem:
    shown = document.text_of(path) or "keys or a list"
    name = next(key for key in reversed(path) if isinstance(key, str))
    return document.problem(f"'{name}' must be {what}, found '{shown}'", path)
