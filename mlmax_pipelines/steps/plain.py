"""Values that look like secrets and stand in a spec.

What comes in: a resolved step. What goes out: a warning for each; what a job is given
stands in its description, in the template and in the state machine. Never: the value
itself, in any message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from mlmax_pipelines.compiled import MISSING, Parameter
from mlmax_pipelines.steps.contract import Found, ResolvedStep
from mlmax_pipelines.steps.values import Value, as_value

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET = frozenset(
    "password passwd passphrase pwd secret secrets token apikey credential "
    "credentials".split()
)
_ENDS = ("password", "passwd")
# Before `key`: what makes a key one that is kept.
_KEYS = frozenset(
    "api access private secret auth account encryption signing master".split()
)
# At the end of a name: it says where a secret is, or how it is.
_ABOUT = frozenset(
    "arn name names id ids file path dir folder uri length size count limit ttl type "
    "url version field column header param parallelism".split()
)
# What services hand out, and what nobody else writes: keys of AWS, GitHub, GitLab,
# Slack, Hugging Face, OpenAI, Google; private keys; web tokens; passwords in addresses.
_FORMS = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_\w{30}"
    r"|\bgithub_pat_\w{20}|\bglpat-[\w-]{20}|\bxox[abeprs]-[\w-]{10}|\bhf_\w{30}"
    r"|\bsk-[\w-]{20}|\bAIza[\w-]{35}|\beyJ[\w-]{10,}\.eyJ[\w-]{10}"
    r"|\w://[^/\s:@]*:[^/\s@$]+@"
)
_ENVIRONMENT = re.compile(r"\$\{Env(\w+)\}")
_HINT = "keep it in AWS Secrets Manager, and name it under 'secrets' of the module"


def warn(step: ResolvedStep) -> Iterator[Found]:
    """Every variable, hyperparameter or input that has a secret for a value."""
    for key in ("environment", "hyperparameters"):
        for name, written in step.fields.get(key, {}).items():
            if _is_secret(name, as_value(written), references=True):
                text = f"{key} variable" if key == "environment" else "hyperparameter"
                yield (key, name), _said(text.split()[-1], name, step), _HINT
    for port in step.inputs.values():
        if _is_secret(port.name, port.value, references=False):
            yield ("inputs", port.name), _said("input", port.name, step), _HINT


def warn_of_defaults(parameters: Iterable[Parameter]) -> Iterator[Found]:
    """Every parameter that has a secret for a default."""
    for one in parameters:
        if one.default is not MISSING and _is_secret(
            one.name, as_value(one.default), references=False
        ):
            text = (
                f"the default of parameter '{one.name}' looks like a secret: it stands "
                "in the template and in every execution's input"
            )
            yield ("parameters", one.name, "default"), text, _HINT


def _said(what: str, name: str, step: ResolvedStep) -> str:
    return (
        f"{what} '{name}' of step '{step.name}' looks like a secret: it stands in the "
        "template and in the job's description"
    )


def looks_secret(name: str) -> bool:
    """Whether a name is that of a secret: `DB_PASSWORD`, `apiKey`; not `TOKEN_ID`."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _ABOUT or words == ["pwd"]:
        return False
    pairs = zip(words, words[1:], strict=False)
    return any(word in _SECRET or word.endswith(_ENDS) for word in words) or any(
        second == "key" and first in _KEYS for first, second in pairs
    )


def _is_secret(name: str, value: Value, references: bool) -> bool:
    if not value.is_literal:
        return references and value.type != "s3" and looks_secret(name)
    written: Any = value.literal
    if isinstance(written, str):
        return _is_secret_text(name, written)
    is_number = isinstance(written, int | float) and not isinstance(written, bool)
    return is_number and "pass" in name.lower() and looks_secret(name)


def _is_secret_text(name: str, text: str) -> bool:
    if not text or text.startswith(("arn:", "s3://")):
        return False
    environment = _ENVIRONMENT.findall(text)
    if any(map(looks_secret, environment)) or _FORMS.search(text):
        return True
    return looks_secret(name) and text.lower() not in ("true", "false", "none")
