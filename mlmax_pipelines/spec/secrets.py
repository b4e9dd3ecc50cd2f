"""The secrets a module uses, checked for form.

What comes in: the mapping under `secrets`. What goes out: for each variable the name of
its secret, and the key if there is one; and problems. Never: a secret's value.

Source: AWS Secrets Manager API Reference, "CreateSecret" (Name).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.spec.fields import EXPRESSION, Path, Reader, shown
from mlmax_pipelines.spec.tables import SECRET

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"\$\{[^}]*\}")
_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_ARN = re.compile(
    r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:" + _NAME.pattern
)
_KEY = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")


def read_secrets(
    reader: Reader, data: Mapping[str, Any], path: Path
) -> dict[str, Mapping[str, str]]:
    """Variable -> `name` and, where there is one, `kms_key`: those that are right."""
    found: dict[str, Mapping[str, str]] = {}
    for variable, written in data.items():
        at = (*path, variable)
        if not _VARIABLE.fullmatch(variable):
            text = f"'{variable}' cannot be an environment variable"
            hint = "letters, digits and '_', not beginning with a digit"
            reader.report(text, at, hint, key=True)
        told = _read(reader, written, at)
        if "name" in told:
            _check(reader, told, at)
            found[variable] = told
    return found


def _read(reader: Reader, written: Any, path: Path) -> dict[str, str]:
    if isinstance(written, Mapping):
        return reader.read_keys(SECRET, written, path)
    if isinstance(written, str):
        return {"name": written}
    reader.expect("the name or the ARN of a secret", written, path)
    return {}


def _check(reader: Reader, told: Mapping[str, str], path: Path) -> None:
    name = _REFERENCE.sub("x", told["name"])
    if not _NAME.fullmatch(name) and not _ARN.fullmatch(name):
        text = f"{shown(told['name'])} cannot be the name of a secret"
        hint = "its name in AWS Secrets Manager, such as prod/db, or its ARN"
        reader.report(text, path, hint)
    key = told.get("kms_key", EXPRESSION)
    if not key.startswith(EXPRESSION) and not _KEY.fullmatch(key):
        text = f"{shown(key)} is no ARN of a KMS key"
        hint = "arn:aws:kms:eu-west-1:123456789012:key/..."
        reader.report(text, (*path, "kms_key"), hint)
