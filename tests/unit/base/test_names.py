"""Names that may be used, and names that are made."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mlmax_pipelines.base import names
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.limits import EXECUTION_NAME, MACHINE_NAME, SAGEMAKER_NAME


@pytest.mark.parametrize("name", ["A", "Train Model", "train-1", "x_y", "a" * 70])
def test_names_a_step_may_have(name: str) -> None:
    assert names.step_name_fault(name) == ""


@pytest.mark.parametrize(
    "name", ["", " A", "A ", "1a", "a.b", "a/b", "a" * 71, "é", "A\n"]
)
def test_names_a_step_cannot_have(name: str) -> None:
    assert names.step_name_fault(name) != ""


def test_a_step_s_key_is_safe_in_paths() -> None:
    assert names.step_key("Train Model-2") == "Train_Model_2"


def test_names_that_the_quotas_leave_room_for() -> None:
    prefix, pipeline = "p" * names.LONGEST_PREFIX, "p" * names.LONGEST_PIPELINE
    assert len(names.machine_name(prefix, pipeline)) <= MACHINE_NAME
    stack = names.stack_name("e" * names.LONGEST_ENVIRONMENT)
    assert len(names.group_name(stack, "g" * names.LONGEST_GROUP)) == SAGEMAKER_NAME


@pytest.mark.parametrize(
    ("fault", "good", "bad"),
    [
        (names.pipeline_name_fault, "churn_2-b", "2churn"),
        (names.module_name_fault, "2 fit.v1", "fit!"),
        (names.port_name_fault, "roc-auc_2", "roc auc"),
    ],
)
def test_names_of_other_things(
    fault: Callable[[str], str], good: str, bad: str
) -> None:
    assert fault(good) == ""
    assert fault(bad).startswith("allowed are ")
    assert "at most" in fault("a" * 65)


def test_names_of_what_an_environment_has() -> None:
    stack = names.stack_name("dev")
    assert names.machine_name(stack, "churn") == "mlmax-dev-churn"
    part = names.machine_name(stack, names.part_name("churn", 2))
    assert part == "mlmax-dev-churn-part-2"
    assert names.alarm_name(stack, "churn", "failed") == "mlmax-dev-churn-failed"
    assert names.group_name(stack, "models") == "mlmax-dev-models"


def test_pipelines_that_begin_alike_have_jobs_that_do_not() -> None:
    alike = "customer-churn-training"
    slugs = {names.jobs_slug(f"{alike}-{end}") for end in ("eu", "us", "EU", "us_")}
    assert len(slugs) == 4
    for slug in slugs:
        assert len(slug) == names.JOB_ROOM
        assert names.SAGEMAKER_FORM.fullmatch(slug)
    assert names.jobs_slug("Churn__Training-") == "churn-training"


@pytest.mark.parametrize("kind", ["stateMachine:{}", "execution:{}:night-1"])
def test_the_pipeline_of_an_arn(kind: str) -> None:
    machine = kind.format(names.machine_name("mlmax-dev", "churn"))
    arn = f"arn:aws:states:eu-west-1:123456789012:{machine}"
    assert names.pipeline_of(arn, "mlmax-dev") == "churn"


def test_a_made_up_execution_name_fits_and_sorts_by_time() -> None:
    first = names.execution_name("p" * 80, lambda: 1e9)
    second = names.execution_name("p" * 80, lambda: 1e9 + 1)
    assert first[:-4] < second[:-4]
    assert len(first) == EXECUTION_NAME
    names.check_execution_name(first)


@pytest.mark.parametrize("name", ["", "-a", ".a", "a/b", "a b", "a" * 81])
def test_names_an_execution_cannot_have(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of an execution"):
        names.check_execution_name(name)


def test_a_visit_is_named_for_its_state_and_item() -> None:
    assert names.visit_name("Clean", "") == "Clean"
    assert names.visit_name("Clean it", "3.0") == "Clean it[3.0]"
    assert names.visit_parts("Clean it[3.0]") == ("Clean it", "3.0")
    assert names.visit_parts("Clean [3]") == ("Clean", "3")
    assert names.visit_parts("Clean") == ("Clean", "")


@pytest.mark.parametrize(
    ("visit", "wanted", "yes"),
    [
        ("A", "", True),
        ("A", "A", True),
        ("A[1]", "A", True),
        ("A[1]", "A[1]", True),
        ("A[1]", "A [1]", True),
        ("A[11]", "A[1]", False),
        ("A", "A[1]", False),
        ("AB", "A", False),
    ],
)
def test_a_state_stands_for_all_of_its_visits(
    visit: str, wanted: str, yes: bool
) -> None:
    assert names.is_visit(visit, wanted) is yes


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("my pipeline!", "such as 'my-pipeline'"),
        ("Étape n° 1", "such as 'Etape-n-1'"),
        ("a.b/c", "such as 'a-b-c'"),
        ("1st", ""),
        ("!!", ""),
        ("名前", ""),
        ("x" * 99, ""),
    ],
)
def test_a_name_that_will_not_do_is_told_with_one_that_will(
    name: str, hint: str
) -> None:
    assert names.near(name) == hint


def test_no_execution_is_named_as_the_newest_is_asked_for() -> None:
    with pytest.raises(UsageError, match="no execution can be named 'latest'"):
        names.check_execution_name("latest")
    names.check_execution_name("latest-1")
