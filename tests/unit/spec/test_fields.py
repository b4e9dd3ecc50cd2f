"""Values read by a table of fields: their form, and every problem in its place."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.base.errors import Problem, Where
from mlmax_pipelines.spec.fields import Reader, canonical, in_order, label, shown
from mlmax_pipelines.steps.contract import Field
from mlmax_pipelines.yaml.document import parse

ANY = {
    "text": Field("string"),
    "count": Field("integer", minimum=1),
    "share": Field("number", minimum=0.5),
    "on": Field("boolean"),
    "speed": Field("string", enum=("slow", "fast")),
    "next": Field("step"),
    "anything": Field("any"),
    "free": Field("mapping"),
    "image": Field("mapping", fields={"version": Field("string", required=True)}),
    "sizes": Field("mapping", items=Field("integer")),
    "items": Field("list"),
    "names": Field("list", items=Field("string")),
    "until": Field("integer", references=True),
}
REQUIRED = {
    "module": Field("string", "the module to run", required=True),
    "next": Field("step"),
}


def read(
    text: str, fields: dict[str, Field] = ANY, templated: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """What was read, and `line:column: message | hint` of each problem."""
    reader = Reader(parse(text, "f.yaml"))
    chosen = reader.templated if templated else reader
    found = chosen.read_keys(fields, reader.document.data, ())
    return found, [
        f"{str(p.where).removeprefix('f.yaml:')}: {p.message}"
        + (f" | {p.hint}" if p.hint else "")
        for p in reader.problems
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("text: 1.10", "1.10"),
        ("text: 007", "007"),
        ("count: 1", 1),
        ("share: 1", 1),
        ("on: true", True),
        ("speed: fast", "fast"),
        ("anything: null", None),
        ("free: {a: [1]}", {"a": [1]}),
        ("image: {version: 1.20}", {"version": "1.20"}),
        ("sizes: {a: 1, b: 2}", {"a": 1, "b": 2}),
        ("items: [1, a]", [1, "a"]),
        ("names: [1.0, a]", ["1.0", "a"]),
    ],
)
def test_what_is_right_comes_in_the_form_of_its_field(text: str, value: Any) -> None:
    (found,), problems = read(text)[0].values(), read(text)[1]
    assert (found, problems) == (value, [])
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("text: true", "1:7: 'text' must be text, found true | quote it: \"true\""),
        ("text: [a]", "1:7: 'text' must be text, found a list"),
        ("text:", "1:6: 'text' has no value | remove it or give it one"),
        ("count: 0", "1:8: 'count' must be at least 1, found 0"),
        ("count: 1.5", "1:8: 'count' must be a whole number, found 1.5"),
        ("count: true", "1:8: 'count' must be a whole number, found true"),
        ("share: 0.4", "1:8: 'share' must be at least 0.5, found 0.4"),
        ("share: much", "1:8: 'share' must be a number, found 'much'"),
        (
            "on: 'yes'",
            "1:5: 'on' must be true or false, found 'yes' | write true, without quotes",
        ),
        ("speed: fats", "1:8: 'speed' cannot be 'fats' | did you mean 'fast'?"),
        ("free: []", "1:7: 'free' must be keys with values, found an empty list"),
        ("image: {}", "1:1: 'image' lacks the key 'version'"),
        ("sizes: {a: 1, b: x}", "1:18: 'sizes.b' must be a whole number, found 'x'"),
        ("names: a", "1:8: 'names' must be a list, found 'a' | write [a]"),
        ("names: '*'", "1:8: 'names' must be a list, found '*' | write ['*']"),
        ("names: [a, {}]", "1:12: 'names[1]' must be text, found no keys"),
        ("${x}: 1", "1:1: unknown key '${x}'"),
    ],
)
def test_what_is_wrong_is_said_in_its_place(text: str, problem: str) -> None:
    assert [one.partition(" | allowed")[0] for one in read(text)[1]] == [problem]


def test_what_is_wrong_is_left_out_and_the_rest_is_read() -> None:
    found, problems = read("count: x\nnames: [a, [], b]\nsizes: {a: 1, b: x}\n")
    assert found == {"names": ["a", "b"], "sizes": {"a": 1}}
    assert len(problems) == 3


def test_a_reference_stands_where_its_field_says_so() -> None:
    text = "until: ${parameters.n}\nanything: ['${item}']\ntext: costs $${x}\n"
    found, problems = read(text, templated=True)
    assert found == {
        "until": "${parameters.n}",
        "anything": ["${item}"],
        "text": "costs $${x}",
    }
    assert problems == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("text: ${env.a}", "1:7: 'text'"),
        ("text: $$${env.a} and $${x} and ${env.b}", "1:7: 'text'"),
        ("count: ${parameters.n}", "1:8: 'count'"),
        ("speed: ${env.s}", "1:8: 'speed'"),
        ("names: ['${item}']", "1:9: 'names[0]'"),
        ("image: ${parameters.i}", "1:8: 'image'"),
        ("image: {version: '${parameters.v}'}", "1:18: 'image.version'"),
        ("sizes: ${parameters.sizes}", "1:8: 'sizes'"),
    ],
)
def test_elsewhere_a_reference_is_refused(text: str, at: str) -> None:
    problem = next(p for p in read(text, templated=True)[1] if "lacks" not in p)
    assert problem.startswith(f"{at} takes no reference, found '")


def test_entries_that_are_wrong_keep_their_names() -> None:
    inner = {"type": Field("string")}
    table = {"inputs": Field("mapping", items=Field("mapping", fields=inner))}
    found, problems = read("inputs: {a: {type: s3}, b: 5}\n", table)
    assert found == {"inputs": {"a": {"type": "s3"}, "b": {}}}
    assert len(problems) == 1


def test_a_missing_key_is_asked_for_with_what_it_is() -> None:
    assert read("next: B\n", REQUIRED)[1] == [
        "1:1: the file lacks the key 'module' | the module to run"
    ]


def test_a_misspelt_key_is_not_missing_as_well() -> None:
    assert read("modul: a\n", REQUIRED)[1] == [
        "1:1: unknown key 'modul' | did you mean 'module'?"
    ]


def test_keys_of_the_older_spelling_are_the_present_ones() -> None:
    assert read("ModuleId: 12346\nNext: B\n", REQUIRED) == (
        {"module": "12346", "next": "B"},
        [],
    )
    assert canonical("Next", {"Next": Field("step"), "next": Field("step")}) == "Next"


def test_a_key_in_both_spellings_is_one_too_many() -> None:
    found, problems = read("module: a\nModuleId: b\n", REQUIRED)
    assert found == {"module": "a"}
    assert problems == ["2:1: 'ModuleId' repeats 'module' | keep one of them"]


def test_keys_that_somebody_else_reads_are_offered_too() -> None:
    reader = Reader(parse("branchs: 1\n", "f.yaml"))
    reader.read_keys({}, reader.document.data, (), also=["branches"])
    assert reader.problems[0].hint == "did you mean 'branches'?"


def test_problems_in_the_order_of_the_file() -> None:
    places = [Where("b", 1, 1), Where("a", 10, 1), Where("a", 2, 9), Where("a", 2, 3)]
    problems = [Problem("", where) for where in places] + [Problem("")]
    found = [str(problem.where) for problem in in_order(problems)]
    assert found == ["None", "a:2:3", "a:2:9", "a:10:1", "b:1:1"]


def test_places_and_values_in_words() -> None:
    assert label(("steps", "A", "retry", 0, "errors")) == "'steps.A.retry[0].errors'"
    assert label(()) == "the file"
    values: list[Any] = [None, True, 1.5, {}, [], ["x"]]
    assert list(map(shown, values)) == [
        "nothing",
        "true",
        "1.5",
        "no keys",
        "an empty list",
        "a list",
    ]
    assert shown("x" * 99) == f"'{'x' * 60}...'"
