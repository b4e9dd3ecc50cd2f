"""What AWS would refuse of a step is found while it is compiled, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.loaders import Loader

from mlmax_pipelines.steps.services.sagemaker import checks
from tests.unit.compiler.projects import compiled, problems

PROCESS = """\
name: m
type: processing
interface: {{inputs: {inputs}, outputs: {outputs}}}
implementation:
  image: {image}
  entry_point: src/copy.py
  environment: {environment}
  arguments: {arguments}
"""
TRAIN = """\
name: m
type: training
interface: {{inputs: {inputs}}}
implementation:
  image: {{framework: xgboost, version: 3.0-5}}
  entry_point: src/fit.py
  environment: {environment}
  hyperparameters: {hyperparameters}
  metric_definitions: {metrics}
"""
SKLEARN = "{framework: sklearn, version: 1.4-2}"


def of_processing(root: Path, step: str = "", **more: str) -> list[str]:
    keys = {"inputs": "{}", "outputs": "{}", "environment": "{}", "arguments": "[]"}
    module = PROCESS.format(**{**keys, "image": SKLEARN, **more})
    return problems(root, f"  A: {{module: m{step}}}\n", modules={"m": module})


def of_training(root: Path, step: str = "", **more: str) -> list[str]:
    keys = {"inputs": "{rows: {type: s3, default: s3://b/r}}", "environment": "{}"}
    keys |= {"hyperparameters": "{}", "metrics": "[]", **more}
    module = TRAIN.format(**keys)
    return problems(root, f"  A: {{module: m{step}}}\n", modules={"m": module})


@pytest.mark.parametrize(
    ("image", "place", "message"),
    [
        (
            "{framework: sklern, version: 1.4-2}",
            "5:22",
            "unknown framework 'sklern'",
        ),
        (
            "{framework: sklearn, version: 1.4-3}",
            "5:40",
            "unknown version of sklearn '1.4-3'",
        ),
        ("{framework: sklearn}", "5:10", "missing version of sklearn"),
        (
            "{framework: sklearn, version: 1.4-2, py_version: py2}",
            "5:59",
            "unknown py_version of sklearn 1.4-2 'py2'",
        ),
        (
            "{framework: sklearn, version: 1.4-2, uri: a/b:1}",
            "5:10",
            "'image' of step 'A' has 'framework' and 'uri'",
        ),
        ("{processor: cpu}", "5:10", "step 'A' needs 'image'"),
    ],
)
def test_an_image_that_there_is_not(
    tmp_path: Path, image: str, place: str, message: str
) -> None:
    (found,) = of_processing(tmp_path, image=image)
    assert found.startswith(f"modules/m.yaml:{place}: {message}")


@pytest.mark.parametrize("image", ["{uri: my.registry/a:1}", "{ecr: 'team/own:1'}"])
def test_an_image_of_ones_own_is_not_looked_up(tmp_path: Path, image: str) -> None:
    assert of_processing(tmp_path, image=image) == []


def test_an_argument_that_is_too_long(tmp_path: Path) -> None:
    inputs = "{word: {type: string}}"
    long = "x" * 257
    (found,) = of_processing(tmp_path, f", inputs: {{word: {long}}}", inputs=inputs)
    assert found.startswith("pipelines/p.yaml:3:33: input 'word' of step 'A', an arg")
    assert "has 257 characters; the API takes 256" in found
    assert not of_processing(tmp_path, f", inputs: {{word: {long[1:]}}}", inputs=inputs)


def test_a_default_that_is_too_long_stands_in_its_module(tmp_path: Path) -> None:
    inputs = "{word: {type: string, default: %s}}" % ("x" * 257)
    (found,) = of_processing(tmp_path, inputs=inputs)
    assert found.startswith("modules/m.yaml:3:52: input 'word' of step 'A'")


def test_a_further_argument_that_is_too_long(tmp_path: Path) -> None:
    (found,) = of_processing(tmp_path, arguments=f"[--a, {'x' * 257}]")
    assert found.startswith("modules/m.yaml:8:20: argument 2 of step 'A' has 257")


@pytest.mark.parametrize("value", ["{a: '${env.x}'}", "[1, {a: '${env.x}'}]"])
def test_a_reference_inside_an_object_makes_no_text(tmp_path: Path, value: str) -> None:
    for found in (
        of_processing(tmp_path, arguments=f"[{value}]"),
        of_processing(tmp_path, environment=f"{{A: {value}}}"),
        of_training(tmp_path, hyperparameters=f"{{a: {value}}}"),
    ):
        assert len(found) == 1
        assert "a reference cannot stand inside an object | refer to" in found[0]


@pytest.mark.parametrize(("of", "longest"), [(of_processing, 256), (of_training, 512)])
def test_environment_variables(tmp_path: Path, of, longest: int) -> None:
    assert of(tmp_path, environment=f"{{A_1: {'x' * longest}}}") == []
    (found,) = of(tmp_path, environment=f"{{A_1: {'x' * (longest + 1)}}}")
    assert f"'A_1' has {longest + 1} characters; the API takes {longest}" in found
    (found,) = of(tmp_path, environment="{1-A: x}")
    assert "'1-A' cannot be an environment variable" in found
    assert found.startswith("modules/m.yaml:7:")


def test_hyperparameters_that_are_too_long(tmp_path: Path) -> None:
    (found,) = of_training(tmp_path, hyperparameters=f"{{a: {'x' * 2501}}}")
    assert "hyperparameter 'a' of step 'A' has 2,501 characters" in found
    assert found.startswith("modules/m.yaml:8:24")


@pytest.mark.parametrize(
    ("regex", "message"),
    [
        ("'loss: ([0-9.]+'", "is not valid: missing ), unterminated subpattern"),
        ("'loss: .*'", "has 0 groups; one is the value"),
        ("'(loss): (.*)'", "has 2 groups; one is the value"),
        (f"'(x){'x' * 500}'", "has 503 characters; the API takes 500"),
    ],
)
def test_regular_expressions_of_metrics(
    tmp_path: Path, regex: str, message: str
) -> None:
    (found,) = of_training(tmp_path, metrics=f"[{{name: loss, regex: {regex}}}]")
    assert f"the regex of metric 'loss' {message}" in found
    assert found.startswith("modules/m.yaml:9:")


def test_too_many_folders(tmp_path: Path) -> None:
    def ports(count: int, more: str = "") -> str:
        return "{" + ", ".join(f"p{n}: {{type: s3{more}}}" for n in range(count)) + "}"

    default = ", default: s3://b/r"
    assert of_processing(tmp_path, inputs=ports(9, default), outputs=ports(10)) == []
    found = of_processing(tmp_path, inputs=ports(10, default), outputs=ports(11))
    assert [one.split(": ")[1].split(";")[0] for one in found] == [
        "step 'A' has 11 input folders",
        "step 'A' has 11 output folders",
    ]
    (found,) = of_training(tmp_path, inputs=ports(21, default))
    assert "step 'A' has 21 channels; a job has at most 20" in found


def test_scalars_are_no_folders(tmp_path: Path) -> None:
    ports = ", ".join(f"p{n}: {{type: integer, default: 1}}" for n in range(20))
    assert of_processing(tmp_path, inputs=f"{{{ports}}}") == []


@pytest.mark.parametrize("kind", ["register_model", "latest_model"])
@pytest.mark.parametrize("group", ["breast_cancer", "a--", "x" * 47])
def test_names_of_model_groups(tmp_path: Path, kind: str, group: str) -> None:
    module = f"name: m\ntype: {kind}\nimplementation:\n  group: {group}\n"
    if kind == "register_model":
        module += "  image: {framework: xgboost, version: 3.0-5}\n"
    steps = "  A: {module: m, inputs: {model_data: s3://b/m}}\n"
    steps = steps if kind == "register_model" else "  A: {module: m}\n"
    (found,) = problems(tmp_path, steps, modules={"m": module})
    assert found.startswith(f"modules/m.yaml:4:10: '{group}' cannot be a model package")


def test_limits_say_what_is_used(tmp_path: Path) -> None:
    module = PROCESS.format(
        inputs="{word: {type: string, default: abcd}, rows: {type: s3, default: s3://b}}",
        outputs="{}",
        image=SKLEARN,
        environment="{}",
        arguments="[--what]",
    )
    pipeline = compiled(tmp_path, "  A: {module: m}\n", modules={"m": module})
    (state,) = (one for one in pipeline.states if one.name == "A")
    used = {limit.name: (limit.used, limit.allowed) for limit in state.limits}
    assert used == {
        "job name characters": (47, 63),
        "container argument characters": (6, 256),
        "container arguments": (3, 100),
        "processing inputs": (2, 10),
    }


@pytest.mark.parametrize(
    ("kind", "hint"),
    [("m5.large", "did you mean 'ml.m5.large'?"), ("ml.m5.lrge", "hint: ml.m5.large")],
)
def test_an_instance_type_that_sagemaker_does_not_have(
    tmp_path: Path, kind: str, hint: str
) -> None:
    (found,) = of_processing(tmp_path, arguments=f"[]\n  instance: {{type: {kind}}}")
    assert f"'{kind}' of step 'A' is no instance type of SageMaker" in found
    assert found.startswith("modules/m.yaml:9:20")


def test_every_instance_type_of_the_api_is_one() -> None:
    shapes = Loader().load_service_model("sagemaker", "service-2")["shapes"]
    for job in ("Processing", "Training", "Transform"):
        for kind in shapes[f"{job}InstanceType"]["enum"]:
            assert checks.is_instance_type(kind), kind


@pytest.mark.parametrize("value", ["null", "~", ""])
def test_null_is_no_text(tmp_path: Path, value: str) -> None:
    (found,) = of_processing(tmp_path / "a", environment=f"{{LEVEL: {value}}}")
    assert "m.yaml:7:24: environment variable 'LEVEL' has no value | leave it" in found
    (found,) = of_training(tmp_path / "b", hyperparameters=f"{{eta: {value}}}")
    assert "m.yaml:8:26: hyperparameter 'eta' of step 'A' has no value" in found
    if value:
        (found,) = of_processing(tmp_path / "c", arguments=f"[--eta, {value}]")
        assert "m.yaml:8:22: argument 2 of step 'A' has no value" in found


def test_a_reference_deep_in_a_value_is_found(tmp_path: Path) -> None:
    inside = "{A: {b: ['${pipeline.name}', '${pipeline.execution_name}']}}"
    (found,) = of_processing(tmp_path, environment=inside)
    assert "environment variable 'A': a reference cannot stand inside" in found


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ("{'aws:x': y}", "tag 'aws:x' of step 'A' begins with 'aws:'"),
        ("{'mlmax:step': y}", "begins with 'mlmax:', as those that every job has"),
        ("{a: 'b;c'}", "tag 'a' of step 'A' has a value that has ';'"),
        ("{a: '%s'}" % ("x" * 257), "has 257 characters, at most 256 can be"),
        (
            "{%s}" % ", ".join(f"k{number}: v" for number in range(47)),
            "step 'A' has 47 tags, at most 46 can be | the others are of every job",
        ),
        ("{a: '${pipeline.execution_name}', b: '${env.team}', c: 3, d: ümlaut}", ""),
    ],
)
def test_tags_that_a_job_cannot_have(tmp_path: Path, tags: str, message: str) -> None:
    found = of_processing(tmp_path, arguments=f"[]\n  tags: {tags}")
    assert len(found) == bool(message)
    assert message in "".join(found)
