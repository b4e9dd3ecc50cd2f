"""What cannot be run is refused before it starts."""

import pytest

from mlmax_pipelines.base.errors import UsageError

PASS = {"Type": "Pass"}


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({}, "no state that 'StartAt' names"),
        ({"StartAt": "A", "States": {"B": PASS}}, "no state that 'StartAt' names"),
        (
            {"StartAt": "A", "States": {"A": {**PASS, "Next": "B"}}},
            "'A' cannot be run: it goes to 'B'",
        ),
        ({"StartAt": "A", "States": {"A": {"Type": "Psas"}}}, "no state type 'Psas'"),
        ({"StartAt": "A", "States": {"A": {"Type": "Task"}}}, "no field 'Resource'"),
        (
            {"StartAt": "A", "States": {"A": {**PASS, "InputPath": "$["}}},
            "state 'A' cannot be run: no '\\]' closes",
        ),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Map", "ItemReader": {}}}},
            "'ItemReader' is not supported yet",
        ),
        (
            {"StartAt": "A", "States": {"A": {**PASS, "QueryLanguage": "SQL"}}},
            "no query language 'SQL'",
        ),
        ({"StartAt": "A", "States": {"A": 1}}, "state 'A' is malformed"),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Map", "MaxConcurrency": "x"}}},
            "'MaxConcurrency' must be a number, found 'x'",
        ),
    ],
)
def test_what_cannot_be_run_is_refused_before_it_starts(interpret, definition, message):
    with pytest.raises(UsageError, match=message):
        interpret(definition)
