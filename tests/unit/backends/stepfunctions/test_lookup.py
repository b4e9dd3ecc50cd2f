from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.artifacts.s3 import Store
from mlmax_pipelines.backends.stepfunctions.deployment import Deployment
from mlmax_pipelines.backends.stepfunctions.lookup import Lookup, arn
from mlmax_pipelines.backends.stepfunctions.trail import Trail
from mlmax_pipelines.base.errors import UsageError
from tests.patience import wait_for


@pytest.fixture
def lookup(dev: Any) -> Lookup:
    for pipeline, name in (("quick", "same"), ("slow", "same"), ("quick", "only")):
        dev.start(pipeline, name)
    return looking(dev)


def looking(dev: Any) -> Lookup:
    deployment = Deployment(dev.environment, dev.session)
    trail = Trail(dev.session, deployment, Store(dev.session, print))
    return Lookup(dev.session, deployment, trail)


def names(found: Any) -> set[str]:
    return {item["name"] for item in found}


@pytest.mark.parametrize("wanted", ["only", "quick/only"])
def test_an_execution_is_found_by_its_name(lookup: Lookup, wanted: str) -> None:
    found = lookup.find(wanted)
    assert found["executionArn"].endswith(":execution:ml-quick:only")
    assert lookup.find(found["executionArn"])["name"] == "only"


def test_the_latest_may_be_that_of_one_pipeline(lookup: Lookup) -> None:
    assert lookup.find("latest")["name"] in ("same", "only")
    assert ":ml-slow:" in lookup.find("slow/latest")["executionArn"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("same", "name of 2 executions: 'quick/same', 'slow/same'"),
        ("slow/only", "no execution 'slow/only'"),
        ("olny", "did you mean 'only'"),
        ("none/x", "pipeline 'none' is not deployed"),
    ],
)
def test_what_is_not_one_is_told(lookup: Lookup, wanted: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        lookup.find(wanted)
    assert message in str(caught.value)


def test_an_unknown_arn_is_no_execution(lookup: Lookup, dev: Any) -> None:
    unknown = arn(Deployment(dev.environment, dev.session).machine("quick"), "none")
    with pytest.raises(UsageError, match="no execution 'arn:"):
        lookup.find(unknown)


def test_there_may_be_none_yet(dev: Any) -> None:
    empty = looking(dev)
    with pytest.raises(UsageError, match="'pipeline run quick' starts one"):
        empty.find("quick/latest")


def test_executions_are_listed_by_pipeline_and_status(lookup: Lookup) -> None:
    assert names(lookup.newest("quick", "", 9)) == {"same", "only"}
    assert len(list(lookup.newest("", "", 2))) == 2
    # The quick ones end; one of a slow pipeline stays.
    wait_for(lambda: names(lookup.newest("", "RUNNING", 9)) == {"same"})
