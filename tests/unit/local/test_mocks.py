"""Mocked answers of tasks."""

import threading

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.interpreter import StateError, TaskRequest
from mlmax_pipelines.local.mocks import check_names, mock_handler, read_mocks

DEFINITION = {
    "StartAt": "Train",
    "States": {
        "Train": {"Type": "Task", "Resource": "arn:train", "End": True},
        "Map": {
            "Type": "Map",
            "ItemProcessor": {
                "StartAt": "Inner",
                "States": {"Inner": {"Type": "Task", "Resource": "arn:inner"}},
            },
        },
    },
}
CONFIG = {
    "StateMachines": {
        "M": {"TestCases": {"Happy": {"Train": "Flaky"}, "Sad": {"Train": "Bad"}}},
        "N": {"TestCases": {"Happy": {"Train": "Missing"}}},
    },
    "MockedResponses": {
        "Flaky": {
            "0-1": {"Throw": {"Error": "E", "Cause": "C"}},
            "2": {"Return": {"ok": True}},
        },
        "Bad": {"0": {"Raise": 1}},
    },
}


def request(state="Train", resource="arn:train"):
    return TaskRequest(resource, {}, state, {}, None, None, threading.Event())


def answers(handler, *requests):
    given = []
    for asked in requests:
        try:
            given.append(handler(asked))
        except StateError as error:
            given.append((error.error, error.cause))
    return given


def test_answers_come_in_order_and_the_last_repeats():
    mocks = read_mocks({"Train": [{"error": "E", "cause": "C"}, {"result": 1}]})
    assert answers(mock_handler(mocks), *[request()] * 3) == [("E", "C"), 1, 1]


def test_one_answer_needs_no_list_and_a_result_may_be_null():
    assert answers(
        mock_handler(read_mocks({"Train": {"result": None}})), request()
    ) == [None]


def test_a_state_s_mock_comes_before_its_resource_s():
    mocks = read_mocks({"arn:train": {"result": "r"}, "Train": {"result": "s"}})
    asked = [request(), request("Other")]
    assert answers(mock_handler(mocks), *asked) == ["s", "r"]


def test_a_task_without_a_mock_is_named():
    with pytest.raises(UsageError, match="no mock answers the task 'Train'") as error:
        mock_handler(read_mocks({}))(request())
    assert "add 'Train' to the mocks" in str(error.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "mocks must map"),
        ({"Train": {"reslut": 1}}, "the mock of 'Train' is not an answer"),
        (
            {"Train": {"result": 1, "error": "E"}},
            "the mock of 'Train' is not an answer",
        ),
        ({"Train": {"cause": "C"}}, "the mock of 'Train' is not an answer"),
        ({"Train": "ok"}, "the mock of 'Train' is not an answer"),
        ({"Train": []}, "the mock of 'Train' has no answers"),
    ],
)
def test_what_is_no_mock_is_refused(content, message):
    with pytest.raises(UsageError, match=message):
        read_mocks(content)


def test_a_mock_for_nothing_is_refused_with_the_nearest_name():
    for name in ("Train", "Inner", "arn:inner"):
        check_names({name: []}, DEFINITION)
    with pytest.raises(UsageError, match="no task 'Trian'") as error:
        check_names({"Trian": []}, DEFINITION)
    assert "did you mean 'Train'?" in str(error.value)


@pytest.mark.parametrize("test_case", ["M#Happy", "Sad"])
def test_a_test_case_of_step_functions_local_is_found_by_name(test_case):
    if test_case == "Sad":
        with pytest.raises(UsageError, match="'Bad' has no 'Return' and no 'Throw'"):
            read_mocks(CONFIG, test_case)
    else:
        handler = mock_handler(read_mocks(CONFIG, test_case))
        assert answers(handler, *[request()] * 4) == [
            ("E", "C"),
            ("E", "C"),
            {"ok": True},
            {"ok": True},
        ]


@pytest.mark.parametrize(
    ("test_case", "message"),
    [
        (None, "do not say which test case to use"),
        ("Happy", "do not say 'Happy'"),
        ("Nope", "there are 'M#Happy', 'M#Sad', 'N#Happy'"),
        ("N#Happy", "no mocked response 'Missing'"),
    ],
)
def test_a_test_case_that_is_not_there_is_refused(test_case, message):
    with pytest.raises(UsageError) as error:
        read_mocks(CONFIG, test_case)
    assert message in str(error.value)


def test_plain_mocks_have_no_test_cases():
    with pytest.raises(UsageError, match="no test case 'Happy'"):
        read_mocks({"Train": {"result": 1}}, "Happy")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"StateMachines": []}, "'StateMachines' must be an object, found a list"),
        (
            {"StateMachines": {"M": {"TestCases": {"Happy": {"Train": 1}}}}},
            "must be te",
        ),
        ({"MockedResponses": {"Flaky": [1]}}, "'MockedResponses.Flaky' must be an obj"),
        ({"MockedResponses": {"Flaky": {}}}, "response 'Flaky' answers no call"),
        ({"MockedResponses": {"Flaky": {"0": {"Throw": {}}}}}, "no 'Return' and no"),
        ({"MockedResponses": {"Flaky": {"first": {"Return": 1}}}}, "for calls 'first'"),
        ({"MockedResponses": {"Flaky": {"3-1": {"Return": 1}}}}, "for calls '3-1'"),
        ({"MockedResponses": {"Flaky": {"0-99999": {"Return": 1}}}}, "calls '0-99999'"),
    ],
)
def test_a_configuration_of_another_form_is_refused(wrong, message):
    with pytest.raises(UsageError, match=message):
        read_mocks({**CONFIG, **wrong}, "M#Happy")


def test_an_error_s_name_is_text():
    with pytest.raises(UsageError, match="the mock of 'Train' is not an answer"):
        read_mocks({"Train": {"error": ["E"]}})
