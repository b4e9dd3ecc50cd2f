"""How data flows through a JSONPath state, from its raw input to its output.

What comes in: a state's fields, then visits. What goes out: effective input and output.
The order is AWS's: InputPath, Parameters, (the work), ResultSelector, Assign and
ResultPath, OutputPath. Never: runs the state's work.
"""

from __future__ import annotations

from typing import Any, Mapping

from mlmax_pipelines.asl import resultpath
from mlmax_pipelines.asl.payload import compile_template
from mlmax_pipelines.asl.query.expression import (
    Expression,
    compile_expression,
    constant,
    evaluate_path,
)
from mlmax_pipelines.interpreter.visit import Visit


class Flow:
    """The compiled data-flow fields of one state; None where a field does nothing."""

    __slots__ = ("_input", "_parameters", "_selector", "_result", "_output", "_assign")

    def __init__(self, state: Mapping[str, Any], parameters: str = "Parameters"):
        self._input = _path(state, "InputPath")
        self._parameters = _template(state, parameters)
        self._selector = _template(state, "ResultSelector")
        self._result = resultpath.check(state.get("ResultPath", "$"))
        self._output = _path(state, "OutputPath")
        self._assign = _template(state, "Assign")

    def chosen_input(self, visit: Visit) -> Any:
        """The raw input after InputPath."""
        if self._input is None:
            return visit.input
        return evaluate_path(self._input, visit.scope)

    def effective_input(self, visit: Visit) -> Any:
        """The raw input after InputPath and Parameters; raises EvaluationError."""
        chosen = self.chosen_input(visit)
        if self._parameters is None:
            return chosen
        return self._parameters(visit.scope.on(chosen))

    def output(self, visit: Visit, result: Any) -> Any:
        """The state's output for its result; raises EvaluationError."""
        if self._selector is not None:
            result = self._selector(visit.scope.on(result))
        if self._assign is not None:
            visit.assigned.update(self._assign(visit.scope.on(result)))
        output = result
        if self._result != "$":
            output = resultpath.put_result(self._result, visit.input, result)
        if self._output is None:
            return output
        return evaluate_path(self._output, visit.scope.on(output))


def _path(state: Mapping[str, Any], field: str) -> Expression | None:
    """A path's expression; a null path yields an empty object, as AWS has it."""
    path = state.get(field, "$")
    if path is None:
        return constant({})
    return None if path == "$" else compile_expression(path)


def _template(state: Mapping[str, Any], field: str) -> Expression | None:
    return compile_template(state[field]) if field in state else None
