"""map: each item has values, folders and names of its own."""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.observe.steps import folded
from mlmax_pipelines.observe.timeline import read
from tests.unit.compiler.projects import compiled, execute, problems

EACH = """
  First: {type: pass, result: {word: hello}}
  Each:
    type: map
    items: ${parameters.days}
    max_concurrency: 2
    steps:
      Day:
        module: copy
        inputs:
          rows: s3://b/${item.name}/${map.index}/${steps.First.outputs.word}
          level: ${item.n}
      Inner:
        type: map
        items: ${item.hours}
        steps:
          Hour:
            module: fit
            inputs: {rows: "${steps.Day.outputs.rows}", depth: "${item}"}
"""
DAYS = [
    {"name": "mo", "n": 1, "hours": [7, 7]},
    {"name": "tu", "n": 2, "hours": [7]},
]
LIST = "{days: {type: list}}"


def inputs_of(request) -> dict[str, str]:
    places = {
        p["InputName"]: p["S3Input"]["S3Uri"] for p in request["ProcessingInputs"]
    }
    return {name: uri for name, uri in places.items() if name != "code"}


def test_each_item_of_a_map_has_its_values_and_folders(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, EACH, parameters=LIST), {"days": DAYS})
    assert ran.status == "SUCCEEDED", ran.cause
    found = ran.all_arguments("Day")
    assert sorted(inputs_of(one)["rows"] for one in found) == [
        "s3://b/mo/0/hello",
        "s3://b/tu/1/hello",
    ]
    outputs = [one["ProcessingOutputConfig"]["Outputs"][0] for one in found]
    assert sorted(one["S3Output"]["S3Uri"] for one in outputs) == [
        "s3://artifacts/p/a-run/Day/rows/0/",
        "s3://artifacts/p/a-run/Day/rows/1/",
    ]


def test_nested_items_have_places_of_their_own(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, EACH, parameters=LIST), {"days": DAYS})
    hours = ran.all_arguments("Hour")
    assert sorted(one["OutputDataConfig"]["S3OutputPath"] for one in hours) == [
        f"s3://artifacts/p/a-run/Hour/model/{place}/" for place in ("0/0", "0/1", "1/0")
    ]
    sources = [one["InputDataConfig"][0]["DataSource"]["S3DataSource"] for one in hours]
    assert sorted(source["S3Uri"] for source in sources) == [
        "s3://artifacts/p/a-run/Day/rows/0/",
        "s3://artifacts/p/a-run/Day/rows/0/",
        "s3://artifacts/p/a-run/Day/rows/1/",
    ]
    assert {one["HyperParameters"]["depth"] for one in hours} == {"7"}


def test_job_names_differ_between_the_items_of_nested_maps(tmp_path: Path) -> None:
    names = execute(
        compiled(tmp_path, EACH, parameters=LIST), {"days": DAYS}
    ).job_names()
    assert len(names) == 5
    assert len(set(names)) == 5


def test_job_names_differ_between_items_that_start_at_once(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(
        "tests.unit.compiler.projects._Clock.now", lambda clock: clock.time
    )
    names = execute(
        compiled(tmp_path, EACH, parameters=LIST), {"days": DAYS}
    ).job_names()
    assert len(set(names)) == 5


def test_items_register_versions_of_their_own(tmp_path: Path, monkeypatch) -> None:
    keep = """
name: keep
type: register_model
implementation: {group: g, image: {framework: xgboost, version: 3.0-5}}
"""
    steps = """
  Each:
    type: map
    items: ${parameters.days}
    steps: {Keep: {module: keep, inputs: {model_data: "s3://b/m.tar.gz"}}}
"""
    monkeypatch.setattr(
        "tests.unit.compiler.projects._Clock.now", lambda clock: clock.time
    )
    pipeline = compiled(tmp_path, steps, modules={"keep": keep}, parameters=LIST)
    ran = execute(pipeline, {"days": [1, 2]})
    tokens = [one["ClientToken"] for one in ran.all_arguments("Keep")]
    assert len(set(tokens)) == 2


def test_the_outputs_of_all_items_come_as_a_list(tmp_path: Path) -> None:
    steps = f"""{EACH}
  All:
    module: call
    inputs:
      all: ${{steps.Each.output.items}}
      first: ${{steps.Each.output.items[0].Day.outputs.rows}}
"""
    ran = execute(compiled(tmp_path, steps, parameters=LIST), {"days": DAYS})
    assert ran.status == "SUCCEEDED", ran.cause
    payload = ran.arguments("All")["Payload"]
    assert len(payload["all"]) == 2
    assert payload["first"] == "s3://artifacts/p/a-run/Day/rows/0/"


def test_a_map_over_nothing_goes_on(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, EACH, parameters=LIST), {"days": []})
    assert ran.status == "SUCCEEDED"
    assert ran.calls == []


def test_a_map_wants_a_list(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, EACH, parameters="{days: {type: string}}")
    assert "'items' of map step 'Each' must be a list, is: string" in found


def test_a_map_wants_one_reference(tmp_path: Path) -> None:
    steps = EACH.replace("${parameters.days}", "days of ${pipeline.name}")
    found = problems(tmp_path, steps, parameters=LIST)
    assert "'items' of map step 'Each' must be one reference" in found[0]


def test_a_list_of_the_spec_is_a_maps_items(tmp_path: Path) -> None:
    steps = """
  Each:
    type: map
    items: [a, 2, {deep: "${parameters.word}"}, "s3://b/k"]
    steps:
      One: {module: call, inputs: {item: "${item}"}}
"""
    pipeline = compiled(tmp_path, steps, parameters="{word: {type: string}}")
    ran = execute(pipeline, {"word": "x"})
    assert ran.status == "SUCCEEDED", ran.cause
    found = [one["Payload"]["item"] for one in ran.all_arguments("One")]
    assert sorted(map(str, found)) == sorted(
        map(str, ["a", 2, {"deep": "x"}, "s3://b/k"])
    )
    assert {s.step for s in pipeline.states if s.step_type == "map"} == {"Each"}
    rows = folded(read(ran.events, pipeline.states).rows)
    assert [(row.name, row.items) for row in rows if not row.parent] == [("Each", 4)]


def test_only_a_list_or_a_reference_can_be_items(tmp_path: Path) -> None:
    steps = "  Each: {type: map, items: %s, steps: {One: {type: pass}}}\n"
    for items in ("text", "3", "{a: 1}", "'${pipeline.name} x'"):
        (found,) = problems(tmp_path, steps % items)
        assert "'items' of map step 'Each' must be one reference or a list" in found


def test_the_index_of_an_item_is_a_number_where_one_is_wanted(tmp_path: Path) -> None:
    steps = """
  Each:
    type: map
    items: [[a, b], [c]]
    steps:
      In:
        type: map
        items: ${item}
        steps:
          One: {module: fit, inputs: {rows: "s3://b/r", depth: "${map.index}"}}
          Gate:
            type: choice
            choices: [{when: {value: "${map.index}", equals: 1}, next: Told}]
            default: Done
          Told: {module: call, inputs: {place: "${map.index}"}}
          Done: {type: succeed}
"""
    ran = execute(compiled(tmp_path, steps))
    assert ran.status == "SUCCEEDED", ran.cause
    depths = [one["HyperParameters"]["depth"] for one in ran.all_arguments("One")]
    assert sorted(depths) == ["0", "0", "1"]
    assert ran.arguments("Told")["Payload"] == {"place": "0/1"}


def test_an_item_is_of_the_type_that_its_list_says(tmp_path: Path) -> None:
    steps = """
  Each:
    type: map
    items: ${parameters.files}
    steps: {One: {module: copy, inputs: {%s: "${item}"}}}
"""
    parameters = (
        "{files: {type: list, items: s3, default: [data/rows.csv, 's3://b/k']}}"
    )
    pipeline = compiled(tmp_path, steps % "rows", parameters=parameters)
    uris = [
        one["ProcessingInputs"][0]["S3Input"]["S3Uri"]
        for one in execute(pipeline).all_arguments("One")
    ]
    assert sorted(uris) == ["s3://b/k", "s3://code/data/rows.csv"]
    (found,) = problems(tmp_path, steps % "level", parameters=parameters)
    assert "takes a number, found an s3" in found


def test_jobs_for_a_list_of_any_length_are_a_warning(tmp_path: Path) -> None:
    """How many there are at a time, somebody has to say."""
    inner = "steps: {Fit: {module: fit, inputs: {rows: s3://b/rows}}}"
    for name, key, warns in (
        ("a", "", True),
        ("b", "max_concurrency: 4, ", False),
        ("c", "max_concurrency: 0, ", False),
    ):
        step = f"  M: {{type: map, items: '${{parameters.l}}', {key}{inner}}}\n"
        made = compiled(
            tmp_path / name, step, parameters="{l: {type: list}}", timeout_seconds="9"
        )
        said = [
            one for one in made.warnings if "for all items of a list" in one.message
        ]
        assert bool(said) is warns
