"""The keys of envs/<env>.yaml, each with the check of what it holds.

What comes in: the file, with positions. What goes out: what is wrong with a value.
Never: whether what it names is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.base import tags
from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.base.names import LONGEST_PREFIX
from mlmax_pipelines.environment import lent
from mlmax_pipelines.environment.backends import BACKENDS, installed_backends
from mlmax_pipelines.yaml import forms
from mlmax_pipelines.yaml.forms import Check, Path, list_of, mapping_of, shaped, typed

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_REGION = r"[a-z]{2,}(-[a-z]+)+-[0-9]+"
_SHOWN = 60


def _backend(document: Document, path: Path, value: Any) -> list[Problem]:
    if not isinstance(value, str):
        return typed(document, path, value, (), "the name of one")
    if value in BACKENDS or value in (known := (*BACKENDS, *installed_backends())):
        return []
    allowed = " or ".join(f"'{item}'" for item in known)
    return [document.problem(f"backend must be {allowed}, found '{value}'", path)]


def _account(document: Document, path: Path, value: Any) -> list[Problem]:
    """Digits: a number to YAML, of which it would drop those that are 0."""
    if re.fullmatch(r"\d{12}", document.text_of(path)):
        return []
    return typed(document, path, value, (), "the 12 digits of an account")


def _turned_on(document: Document, path: Path, value: Any) -> list[Problem]:
    """All schedules of a pipeline, or those with these names."""
    if isinstance(value, list):
        return list_of(forms.text)(document, path, value)
    return typed(document, path, value, (bool,), "true, false or names of schedules")


def _locks(document: Document, path: Path, value: Any) -> list[Problem]:
    """Names of parameters, or lists of them by pipeline."""
    if isinstance(value, dict):
        return mapping_of(list_of(forms.text))(document, path, value)
    if isinstance(value, list):
        return list_of(forms.text)(document, path, value)
    return typed(document, path, value, (), "a list of parameters, or one by pipeline")


def _most(document: Document, path: Path, value: Any) -> list[Problem]:
    """What may be asked for at most: a number above 0."""
    if isinstance(value, (int, float)) and value <= 0:
        return typed(document, path, value, (), "more than 0")
    return typed(document, path, value, (int, float), "a number")


def _limits(document: Document, path: Path, value: Any) -> list[Problem]:
    if not isinstance(value, dict):
        return typed(document, path, value, (), "a mapping of limits")
    known: Mapping[str, Check] = {
        "instance_types": list_of(
            shaped(r"ml\.[a-z0-9.*-]+", "like ml.m5.large, ml.m5.*")
        ),
        "max_instance_count": _most,
        "instance_hours": _most,
        "executions_per_day": _most,
    }
    found = []
    for key, one in value.items():
        if check := known.get(key):
            found += check(document, (*path, key), one)
        else:
            hint = did_you_mean(str(key), known, "there are")
            text = f"no limit '{key}'"
            found.append(document.problem(text, (*path, key), hint, key=True))
    return found


def _whole(document: Document, path: Path, value: Any) -> list[Problem]:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return []
    return typed(document, path, value, (), "a whole number, 1 or more")


def _step_settings(document: Document, path: Path, value: Any) -> list[Problem]:
    """Settings of one step: machines, and what may be chosen besides."""
    if not isinstance(value, dict):
        return typed(document, path, value, (), "a mapping")
    checks: Mapping[str, Check] = {
        "max_runtime_seconds": _whole,
        "volume_gb": _whole,
        "spot": _spot,
    }
    return [
        problem
        for key, one in value.items()
        for problem in checks.get(key, forms.scalar)(document, (*path, key), one)
    ]


def _spot(document: Document, path: Path, value: Any) -> list[Problem]:
    if isinstance(value, bool):
        return []
    if not isinstance(value, dict) or value.keys() - {"max_wait_seconds"}:
        what = "true, false or {max_wait_seconds: ...}"
        return typed(document, path, value, (), what)
    return mapping_of(_whole)(document, path, value)


def _days(document: Document, path: Path, value: Any) -> list[Problem]:
    return typed(document, path, value, (int,), "a whole number of days")


def _anything(document: Document, path: Path, value: Any) -> list[Problem]:
    return []


def _tags(document: Document, path: Path, value: Any) -> list[Problem]:
    """As many as every resource can take, and of a form that all of them take."""
    found = mapping_of(forms.text)(document, path, value)
    if found:
        return found
    if len(value) > tags.MOST:
        text = f"'tags' has {len(value)} tags, at most {tags.MOST} can be"
        hint = f"a resource takes {tags.MOST + tags.OWN}, and {tags.OWN} are ours"
        found.append(document.problem(text, path, hint, key=True))
    for key, text in value.items():
        if fault := tags.fault(str(key), text):
            text = f"tag '{str(key)[:_SHOWN]}' {fault}"
            found.append(document.problem(text, (*path, key), key=True).unseen)
    return found


KEYS: Mapping[str, Check] = {
    "backend": _backend,
    "account": _account,
    "allowed_regions": list_of(shaped(_REGION, "an AWS region's name")),
    "profile": shaped(r"[^\s=]+", "the name of an AWS profile"),
    "role_arn": shaped(
        r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+", "the ARN of a role"
    ),
    "region": shaped(_REGION, "an AWS region's name, such as us-east-1"),
    "stack": shaped(
        f"[a-z][a-z0-9-]{{0,{LONGEST_PREFIX - 2}}}[a-z0-9]",
        f"up to {LONGEST_PREFIX} lowercase letters, digits and hyphens, a letter first",
    ),
    "tags": _tags,
    "steps": mapping_of(mapping_of(_step_settings)),
    "parameters": mapping_of(mapping_of(_anything)),
    "values": mapping_of(forms.scalar),
    "schedule": mapping_of(_turned_on),
    "alert_email": shaped(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address"),
    "permissions_boundary": shaped(
        r"arn:[a-z-]+:iam::(\d{12}|aws):policy/.+", "the ARN of a policy"
    ),
    "job_profile": shaped(r"[^\s=]+", "the name of an AWS profile"),
    "log_retention_days": _days,
    "data_retention_days": _whole,
    "vpc": lent.vpc_problems,
    "kms_key": shaped(
        r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+", "the ARN of a KMS key"
    ),
    "access_logs": shaped(r"[a-z0-9][a-z0-9.-]+[a-z0-9]", "a bucket's name"),
    "data_buckets": lent.bucket_problems,
    "pipelines": lent.pipeline_problems,
    "roles": lent.role_problems,
    "locked": _locks,
    "network_isolation": forms.flag,
    "encrypt_traffic": forms.flag,
    "tracing": forms.flag,
    "dashboard": forms.flag,
    "limits": _limits,
    "max_concurrent_executions": mapping_of(_whole),
    "prices": mapping_of(_most),
    "budget": _most,
    "alert_topic": shaped(
        r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+", "the ARN of a topic"
    ),
}
