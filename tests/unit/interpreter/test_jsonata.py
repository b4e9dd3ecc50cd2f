"""As much of JSONata as runs."""

PASS = {"Type": "Pass"}


def test_jsonata_states_without_expressions_run(interpret, machine):
    rule = {"Condition": True, "Next": "P"}
    choice = {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [rule]}
    output = {**PASS, "QueryLanguage": "JSONata", "Output": {"done": True}}
    assert interpret(machine(C=choice, P=output)).output == {"done": True}


def test_jsonata_expressions_are_refused_by_name(interpret, machine):
    state = {**PASS, "QueryLanguage": "JSONata", "Output": "{% $states.input %}"}
    got = interpret(machine(P=state))
    assert (got.status, got.error) == ("FAILED", "States.QueryEvaluationError")
    assert "JSONata is not supported yet: '{% $states.input %}'" in got.cause
