"""Lists and objects that the state machine puts together while it runs."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from mlmax_pipelines.asl.query.expression import Scope, compile_expression
from mlmax_pipelines.steps.assembled import Member, is_certain, list_of, object_of
from mlmax_pipelines.steps.values import Value, expression, literal, state_data

ODD = 'say "it\'s" \\ {done} \u00e9'
A, B, TEXT = (state_data(f"$.{name}") for name in ("a", "b", "text"))


def evaluated(value: Any, **data: Any) -> Any:
    assert isinstance(value, Value)
    return compile_expression(expression(value))(Scope(data, {}, dict))


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_what_is_not_there_leaves_no_trace(order: tuple[int, ...]) -> None:
    members = [
        Member(literal(ODD)),
        Member(TEXT),
        Member(literal("--a"), when=A),
        Member(literal("--b"), when=B),
    ]
    given = [members[index] for index in order]
    words = [[ODD, ODD, "--a", "--b"][index] for index in order]
    for a, b in itertools.product((True, False, None), repeat=2):
        gone = {word for word, there in (("--a", a), ("--b", b)) if not there}
        found = evaluated(list_of(given), a=a, b=b, text=ODD)
        assert found == [word for word in words if word not in gone]


def test_an_object_has_keys_only_for_what_is_there() -> None:
    made = object_of(
        [Member(literal("x"), "a b", when=A), Member(TEXT, "c"), Member(B, "d")]
    )
    assert evaluated(made, a=True, b=0.5, text=ODD) == {
        "a b": "x",
        "c": ODD,
        "d": "0.5",
    }
    assert evaluated(made, a=False, b=1, text="") == {"c": "", "d": "1"}


def test_what_is_always_there_needs_no_text() -> None:
    members = [Member(literal("x"), "k")]
    assert list_of(members) == literal(["x"], "list")
    assert object_of(members) == {"k": literal("x")}
    assert object_of([]) == {}


def test_whether_something_is_certain() -> None:
    assert is_certain([Member(TEXT, when=A), Member(TEXT)])
    assert not is_certain([Member(TEXT, when=A)])
    assert not is_certain([])
