"""What AWS would refuse of a step, found while it is compiled.

What comes in: a resolved step. What goes out: (place, message, hint) for each thing
wrong; a place is a path in the step's fields, or `("inputs", name)`. Never: a value
that is known only while the pipeline runs is judged.

The numbers are those of the API's own model: botocore's service-2.json of sagemaker
(ContainerArgument, HyperParameterValue, ProcessingEnvironmentValue, ...).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from mlmax_pipelines.base import tags
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import METRIC_REGEX, TAGS
from mlmax_pipelines.base.names import LONGEST_GROUP, OWN_TAGS
from mlmax_pipelines.compiled import Image
from mlmax_pipelines.steps.contract import Found, ResolvedStep
from mlmax_pipelines.steps.services.sagemaker.requests import image_of
from mlmax_pipelines.steps.values import Value, as_value, refers, to_text

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# AWS page "CreateModelPackage": a group's name, or its ARN.
_GROUP_ARN = re.compile(
    r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:model-package-group/"
    r"[A-Za-z0-9](-*[A-Za-z0-9]){0,62}"
)
_GROUP = re.compile(r"[A-Za-z0-9](-*[A-Za-z0-9])*")
_INSTANCE = re.compile(r"ml\.[a-z0-9-]+\.(?:\d*x?large|medium|small|nano|micro|metal)")
_TOKEN = re.compile(r"\$\{[A-Za-z0-9]+\}")
# Four are of every job (`requests.job_tags`).
_MOST_TAGS = TAGS - 4
_SOURCES = ("framework", "uri", "ecr")


def check_image(step: ResolvedStep, scope: str) -> list[Found]:
    """One image is named, and the SDK's tables have it."""
    image = step.fields.get("image") or {}
    given = [key for key in _SOURCES if key in image]
    if len(given) != 1:
        hint = "image: {framework: sklearn, version: 1.4-2} or image: {uri: ...}"
        if given:
            text = f"'image' of step '{step.name}' has {_listed(given)}"
            return [(("image",), text, "keep one of them")]
        return [(("image",), f"step '{step.name}' needs 'image'", hint)]
    if given != ["framework"] or any(isinstance(v, Value) for v in image.values()):
        return []
    return list(_unknown_image(image_of(step.fields, scope), image))


def _unknown_image(image: Image, written: dict[str, Any]) -> Iterator[Found]:
    message, hint = _fault(image)
    if message:
        keys = [key for key in written if f"'{written[key]}' " in f"{message} "]
        keys += [key for key in written if f"'{written[key]}'" in message]
        yield ("image", *keys[:1]), message, hint


@cache
def _fault(image: Image) -> tuple[str, str]:
    """What the tables have against an image, and what to do; empty for nothing."""
    from mlmax_pipelines.steps.services.sagemaker.images import image_repository

    try:
        image_repository(image)
    except PipelineError as error:
        return error.problem.message, error.problem.hint
    return "", ""


def check_instance(step: ResolvedStep) -> list[Found]:
    """The type is written as SageMaker's are: `ml.m5.large`, not EC2's `m5.large`."""
    kind = step.fields.get("instance", {}).get("type")
    if not isinstance(kind, str) or is_instance_type(kind):
        return []
    text = f"'{kind}' of step '{step.name}' is no instance type of SageMaker"
    guess = f"ml.{kind}"
    hint = f"did you mean '{guess}'?" if is_instance_type(guess) else "ml.m5.large"
    return [(("instance", "type"), text, hint)]


def is_instance_type(kind: str) -> bool:
    """True for what has the form of the API's; which a region has, AWS knows."""
    return _INSTANCE.fullmatch(kind) is not None


def check_environment(step: ResolvedStep, longest: int) -> list[Found]:
    """Names are those of variables, values at most `longest` characters."""
    found: list[Found] = []
    for name, value in step.fields.get("environment", {}).items():
        place = ("environment", name)
        if not _VARIABLE.fullmatch(name):
            hint = "letters, digits and '_', not beginning with a digit"
            found.append((place, f"'{name}' cannot be an environment variable", hint))
        what = f"environment variable '{name}'"
        found += check_text(place, what, value, longest)
    for secret in step.secrets:
        # What a template fills in is shorter than the names it is known by here.
        what = f"the ARN of secret '{secret.variable}'"
        found += too_long(("secrets", secret.variable), what, secret.arn, longest)
    return found


def of_a_model_that_exists(step: ResolvedStep) -> Iterator[Found]:
    """What nobody can give a model that exists: its role is its own."""
    if step.iam or step.secrets:
        key = "iam" if step.iam else "secrets"
        text = f"the model of step '{step.name}' exists, with a role of its own"
        yield (key,), text, "give it to the model where it is made"


def check_text(
    place: tuple[Any, ...], what: str, value: Any, longest: int
) -> list[Found]:
    """What cannot become a text of at most `longest` characters: null has none."""
    if value is None:
        hint = 'leave it out, or write "" for an empty text'
        return [(place, f"{what} has no value", hint)]
    if _in_object(value):
        text = f"{what}: a reference cannot stand inside an object"
        return [(place, text, "refer to the whole object: ${parameters.X}")]
    return list(too_long(place, what, value, longest))


def _in_object(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_in_object, value))
    return isinstance(value, Mapping) and refers(value)


def too_long(
    place: tuple[Any, ...], what: str, value: Any, longest: int
) -> Iterator[Found]:
    """A literal that is longer than the API takes, as the text it becomes."""
    length = text_length(value)
    if length > longest:
        text = f"{what} has {length:,} characters; the API takes {longest:,}"
        yield place, text, "write it to a file and give the step its folder"


def text_length(value: Any) -> int:
    """The characters of a literal written out; 0 for what is known at run time."""
    text = to_text(as_value(value))
    return len(text.literal) if text.is_literal else 0


def too_many(what: str, step: ResolvedStep, count: int, allowed: int) -> list[Found]:
    """More of something than a job may have."""
    if count <= allowed:
        return []
    text = f"step '{step.name}' has {count} {what}; a job has at most {allowed}"
    return [((), text, "put several of them into one folder, or split the step")]


def check_metrics(step: ResolvedStep) -> list[Found]:
    """Regular expressions of metrics: each valid, short enough, with one group."""
    found: list[Found] = []
    for index, metric in enumerate(step.fields.get("metric_definitions", ())):
        place = ("metric_definitions", index, "regex")
        what = f"the regex of metric '{metric['name']}'"
        try:
            groups = re.compile(metric["regex"]).groups
        except re.error as error:
            found.append((place, f"{what} is not valid: {error}", "escape with '\\'"))
            continue
        if groups != 1:
            text = f"{what} has {groups} groups; one is the value"
            found.append((place, text, "such as 'loss: ([0-9.]+)'"))
        found += too_long(place, what, metric["regex"], METRIC_REGEX)
    return found


def check_tags(step: ResolvedStep) -> list[Found]:
    """Tags that AWS refuses, and those that every job has already."""
    given = step.fields.get("tags", {})
    found: list[Found] = []
    for key, value in given.items():
        written = to_text(as_value(value))
        known = _TOKEN.sub("x", written.literal) if written.is_literal else "x"
        fault = tags.fault(key, known)
        if key.lower().startswith(OWN_TAGS):
            fault = f"begins with '{OWN_TAGS}', as those that every job has"
        if fault:
            found.append(
                (("tags", key), f"tag '{key}' of step '{step.name}' {fault}", "")
            )
    if len(given) > _MOST_TAGS:
        text = f"step '{step.name}' has {len(given)} tags, at most {_MOST_TAGS} can be"
        found.append((("tags",), text, "the others are of every job"))
    return found


def check_group(step: ResolvedStep) -> list[Found]:
    """The name of a model package group, behind the environment's prefix; or the ARN of
    one that is there."""
    group = step.fields["group"]
    if isinstance(group, Value):
        text = f"'group' of step '{step.name}' must be a name, found a reference"
        return [(("group",), text, "the group is made when the stack is deployed")]
    known = len(group) <= LONGEST_GROUP and _GROUP.fullmatch(group)
    if known or _GROUP_ARN.fullmatch(group):
        return []
    hint = (
        f"letters, digits and single '-' inside, at most {LONGEST_GROUP} characters; "
        "or the ARN of another stack's group"
    )
    return [(("group",), f"'{group}' cannot be a model package group", hint)]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
