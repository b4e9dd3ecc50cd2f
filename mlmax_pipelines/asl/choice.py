"""Choice rules of the JSONPath query language.

What comes in: a rule, then scopes. What goes out: whether the rule matches.
Never: decides where to go; the Choice state does.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.choice_operators import COMPARISONS, TYPE_TESTS
from mlmax_pipelines.asl.failures import RUNTIME, EvaluationError, PathNotFound
from mlmax_pipelines.asl.query.expression import (
    Expression,
    Scope,
    compile_expression,
    constant,
)

Rule = Callable[[Scope], bool]


def compile_rule(rule: Mapping[str, Any]) -> Rule:
    """Compile a rule; raises ValueError when it has no operator that exists.

    Evaluating raises EvaluationError when a path it compares finds nothing.
    """
    if "And" in rule:
        rules = [compile_rule(part) for part in rule["And"]]
        return lambda scope: all(part(scope) for part in rules)
    if "Or" in rule:
        rules = [compile_rule(part) for part in rule["Or"]]
        return lambda scope: any(part(scope) for part in rules)
    if "Not" in rule:
        inner = compile_rule(rule["Not"])
        return lambda scope: not inner(scope)
    return _comparison(rule)


def _comparison(rule: Mapping[str, Any]) -> Rule:
    variable = compile_expression(rule["Variable"])
    for operator, operand in rule.items():
        if operator == "IsPresent":
            return _is_present(variable, operand)
        if operator in TYPE_TESTS:
            return _type_test(variable, operator, operand)
        if operator in COMPARISONS:
            return _compare(variable, operator, constant(operand))
        if operator.endswith("Path") and operator[:-4] in COMPARISONS:
            return _compare(variable, operator[:-4], compile_expression(operand))
    raise ValueError(f"no comparison operator among {', '.join(map(repr, rule))}")


def _is_present(variable: Expression, wanted: bool) -> Rule:
    def matches(scope: Scope) -> bool:
        try:
            variable(scope)
        except PathNotFound:
            return not wanted
        return wanted

    return matches


def _type_test(variable: Expression, operator: str, wanted: bool) -> Rule:
    test = TYPE_TESTS[operator]
    return lambda scope: test(_value(variable, scope)) is wanted


def _compare(variable: Expression, operator: str, operand: Expression) -> Rule:
    holds = COMPARISONS[operator]
    return lambda scope: holds(_value(variable, scope), _operand(operand, scope))


def _operand(expression: Expression, scope: Scope) -> Any:
    """What to compare with; AWS takes an array of one element for its element."""
    value = _value(expression, scope)
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _value(expression: Expression, scope: Scope) -> Any:
    try:
        return expression(scope)
    except PathNotFound as missing:
        raise EvaluationError(
            RUNTIME,
            f"Invalid path '{missing.text}': The choice state's condition path "
            "references an invalid value.",
        ) from None
