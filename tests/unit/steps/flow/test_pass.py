"""pass: values that later steps read."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute, problems


def test_values_are_set_and_read_as_deep_as_they_stand(tmp_path: Path) -> None:
    steps = """
  P: {type: pass, result: {a: {b: [1, {c: "${pipeline.name}"}]}}}
  Q: {type: pass, result: {deep: "${steps.P.outputs.a.b[1].c}"}}
"""
    ran = execute(compiled(tmp_path, steps))
    assert ran.output["steps"]["P"]["outputs"] == {"a": {"b": [1, {"c": "p"}]}}
    assert ran.output["steps"]["Q"]["outputs"] == {"deep": "p"}


def test_one_that_sets_nothing_changes_nothing(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, "  P: {type: pass}\n"))
    assert (ran.status, ran.output["steps"]) == ("SUCCEEDED", {})


def test_a_key_that_is_an_expression_of_the_language_is_refused(
    tmp_path: Path,
) -> None:
    steps = "  P: {type: pass, result: {a: [{b: {'c.$': '$.x'}}]}}\n"
    (found,) = problems(tmp_path, steps)
    assert "key 'c.$' cannot end with '.$' | write ${...} as its value" in found
