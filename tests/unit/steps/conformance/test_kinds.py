"""What a kind of job declares is so: in its service's model and on this machine."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
from botocore.model import Shape as Model

from mlmax_pipelines.base.names import SAGEMAKER_FORM
from mlmax_pipelines.declared import JobKind, Protection
from mlmax_pipelines.steps import jobs
from tests.unit.compiler.service_models import operation
from tests.unit.steps.conformance.examples import plugged_in

with plugged_in():
    KINDS = dict(jobs.all_kinds())
# Integrations of Step Functions' own, that no service's API has: their page.
NO_API = {
    "http:invoke": "Step Functions Developer Guide, 'Call HTTPS APIs'",
    "lambda:function": "Step Functions Developer Guide, 'Specifying a Lambda function'",
}
NAMED = [name for name, kind in KINDS.items() if kind.name]
every_kind = pytest.mark.parametrize("name", KINDS)


def request(name: str) -> Model:
    """The model of a kind's request."""
    service, _, action = name.removeprefix("aws-sdk:").partition(":")
    return operation(service, action).input_shape


def member(shape: Model, name: str) -> Any:
    """A member of a request; Step Functions begins all of them with a capital."""
    found = {key[0].upper() + key[1:]: one for key, one in shape.members.items()}
    return found.get(name)


def reached(shape: Any, path: tuple[Any, ...]) -> bool:
    """Whether a request may have something at a path, and what is put there."""
    for key in path:
        shape = member(shape, key) if shape.type_name == "structure" else None
        if shape is None:
            return False
    return True


@every_kind
def test_an_integration_is_an_operation_of_its_service(name: str) -> None:
    assert KINDS[name].integration == name
    assert KINDS[name].label, f"say what '{name}' is in a word: its `label`"
    if name not in NO_API:
        assert request(name).type_name == "structure"


@every_kind
def test_its_functions_exist(name: str) -> None:
    kind = KINDS[name]
    assert kind.local, f"name who answers '{name}' on this machine: its `local`"
    for pattern, place in kind.local.items():
        assert pattern in kind.patterns, f"'{name}' has no pattern '{pattern}'"
        module, _, function = place.partition(":")
        with plugged_in():
            assert callable(getattr(import_module(module), function, None)), place


@every_kind
def test_its_images_are_members_of_its_request(name: str) -> None:
    for image in KINDS[name].images:
        assert image in set(_members(request(name))), f"'{name}' has no '{image}'"


def _members(shape: Any, seen: tuple[str, ...] = ()) -> Any:
    if shape.name in seen:
        return
    inner = {"list": "member", "map": "value"}.get(shape.type_name)
    if inner:
        yield from _members(getattr(shape, inner), (*seen, shape.name))
    for key, one in getattr(shape, "members", {}).items():
        yield key
        yield from _members(one, (*seen, shape.name))


@pytest.mark.parametrize("name", NAMED)
def test_its_name_is_the_apis_in_length_and_form(name: str) -> None:
    kind = KINDS[name]
    model = member(request(name), kind.name)
    assert model is not None, f"'{name}' has no member '{kind.name}'"
    assert kind.name_length == model.metadata["max"], f"'{name}': `name_length`"
    if kind.name_length and kind.resource:
        longest = "a" * int(kind.name_length)
        pattern = model.metadata.get("pattern", ".*")
        assert re.fullmatch(pattern, longest) and SAGEMAKER_FORM.fullmatch(longest)


@pytest.mark.parametrize("what", ["network", "key"])
@pytest.mark.parametrize("name", NAMED)
def test_what_it_makes_has_network_and_key_or_says_why_not(
    name: str, what: str
) -> None:
    protection: Protection = getattr(KINDS[name], what)
    assert protection.fields or protection.why_no_fields, (
        f"'{name}' makes something with a name: declare the fields of its `{what}`, "
        "or say in `why_no_fields` why there are none"
    )


@pytest.mark.parametrize("what", ["network", "key"])
@every_kind
def test_its_fields_are_in_its_request(name: str, what: str) -> None:
    protection: Protection = getattr(KINDS[name], what)
    for field in protection.fields:
        assert reached(request(name), field), f"'{name}' has no {field}"
        assert not protection.why_no_fields, f"'{name}' has fields of its `{what}`"


def prints(kind: JobKind) -> bool:
    """Whether it is a job that runs with a role, and is waited for: one with a log."""
    return bool(kind.principal) and any(p.startswith(".sync") for p in kind.patterns)


@every_kind
def test_a_job_that_prints_is_found_again(name: str) -> None:
    kind = KINDS[name]
    if not prints(kind):
        assert not kind.log_group, f"'{name}' has a log, but no principal or '.sync'"
        return
    for what in ("log_group", "console", "namespace", "dimension", "name", "resource"):
        assert getattr(kind, what), f"'{name}' runs jobs: declare its `{what}`"
    assert "#" in kind.console and "{name}" in kind.console
    assert kind.follows, f"'{name}' is waited for: say what that takes, `follows`"
