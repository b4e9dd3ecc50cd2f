"""The secrets a module uses -> ARNs, and what fetching them takes.

What comes in: a step bound to its module. What goes out: `Secret`s. Never: a value; a
script fetches it, or a run on this machine finds it in the caller's environment.

Sources: AWS Secrets Manager User Guide, "What's in a Secrets Manager secret?" (six
characters behind the name), "Finding a secret from a partial ARN", "Secret encryption
and decryption" (kms:ViaService).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mlmax_pipelines.declared import Secret, Statement
from mlmax_pipelines.resolve.bindings import Binding, Place
from mlmax_pipelines.resolve.permissions import deployed_text
from mlmax_pipelines.resolve.reading import Reader
from mlmax_pipelines.steps import iam
from mlmax_pipelines.steps.contract import EXECUTION_ROLE, Found, ResolvedStep, StepType

_WHOLE = re.compile(r"-[A-Za-z0-9]{6}")
_SUFFIX = "-??????"
_REGION = "${AWS::Region}"


def read_secrets(binding: Binding, reader: Reader) -> tuple[Secret, ...]:
    """What the step's module fetches; faults go to the reader's problems."""
    module = binding.module
    if module is None:
        return ()
    place = Place(module.document, ("secrets",))
    return tuple(
        _secret(variable, told, binding, place.at(variable), reader)
        for variable, told in module.secrets.items()
    )


def _secret(
    variable: str,
    told: Mapping[str, str],
    binding: Binding,
    place: Place,
    reader: Reader,
) -> Secret:
    name = deployed_text(told["name"], binding, place, reader)
    is_arn = name.startswith("arn:")
    arn = name if is_arn else iam.arn("secretsmanager", f"secret:{name}")
    # The role may read this secret and no other, whatever its six characters are.
    whole = is_arn and _WHOLE.fullmatch(arn[-7:])
    place_of_it = arn if whole else arn + _SUFFIX
    reason = f"fetches the secret that '{variable}' stands for"
    needs = [iam.allow(("secretsmanager:GetSecretValue",), [place_of_it], reason)]
    if "kms_key" in told:
        key = deployed_text(told["kms_key"], binding, place, reader)
        region = arn.split(":")[3] if is_arn else _REGION
        through = f"secretsmanager.{region}.${{AWS::URLSuffix}}"
        only = {"StringEquals": {"kms:ViaService": through}}
        needs.append(Statement(("kms:Decrypt",), (key,), reason, only))
    return Secret(variable, arn, tuple(needs))


def check(step: ResolvedStep, step_type: StepType) -> Iterator[Found]:
    """Secrets of what runs no code, or under names that are taken."""
    if step.secrets and (step_type.role == EXECUTION_ROLE or not step_type.is_job):
        text = (
            f"a {step.type} step runs no code of yours: '{step.name}' fetches nothing"
        )
        yield ("secrets",), text, "give it to the module that needs it"
    taken = step.fields.get("environment", {})
    for secret in step.secrets:
        for name in (secret.variable, secret.arn_variable):
            if name in taken:
                text = f"'{name}' is in 'environment' and stands for a secret"
                yield ("secrets", secret.variable), text, "rename one of them"


def warn(step: ResolvedStep) -> Iterator[Found]:
    """Names that a partial ARN cannot find for certain."""
    for secret in step.secrets:
        name = secret.arn.rpartition(":")[2]
        if secret.allowed[0].resources[0] != secret.arn and _WHOLE.search(name[-7:]):
            text = f"'{name}' ends in a hyphen and six characters, as whole ARNs do"
            hint = (
                "Secrets Manager may not find it by a partial ARN: give its whole ARN"
            )
            yield ("secrets", secret.variable), text, hint
