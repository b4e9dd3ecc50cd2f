"""What an environment lends to its pipelines: others' buckets, roles of its own.

What comes in: what envs/<name>.yaml says under `data_buckets`. What goes out: buckets
with their keys, and what is wrong with them. Never: AWS is asked anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_Path = tuple[Any, ...]
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]+[a-z0-9]")
_KEY = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")


class Bucket(NamedTuple):
    """A bucket that jobs may read, and the key that encrypts it."""

    name: str
    kms_key: str = ""


def buckets(written: Sequence[Any]) -> tuple[Bucket, ...]:
    """`data_buckets`: each a name, or a name and a key."""
    return tuple(
        Bucket(**one) if isinstance(one, Mapping) else Bucket(one) for one in written
    )


def bucket_problems(document: Document, path: _Path, value: Any) -> list[Problem]:
    """What is wrong with `data_buckets`."""
    if not isinstance(value, list):
        return [_wrong(document, path, "a list")]
    found = (_bucket(document, (*path, i), one) for i, one in enumerate(value))
    return [problem for problems in found for problem in problems]


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
