"""Image paths equal the SDK's, and a wrong image is explained."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Iterator

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.compiled import Image
from mlmax_pipelines.steps.services.sagemaker import images

# Runs apart, because importing sagemaker changes loggers, YAML and the excepthook.
# The SDK reads botocore's endpoints for each image; once is enough.
RETRIEVE = """
import functools, json, logging, sys
from sagemaker import image_uris, utils
logging.disable(logging.CRITICAL)
utils._botocore_resolver = functools.cache(utils._botocore_resolver)
def retrieve(framework, region, version, py_version, instance_type, scope):
    try:
        return image_uris.retrieve(framework, region, version, py_version or None,
                                   instance_type, image_scope=scope)
    except ValueError as error:
        return str(error)
print(json.dumps([retrieve(*case) for case in json.load(sys.stdin)]))
"""
INSTANCES = {"cpu": "ml.m5.xlarge", "gpu": "ml.g5.xlarge"}


def every_image() -> Iterator[Image]:
    """One image for each entry of each table that is supported."""
    for path in sorted(images._folder().glob("*.json")):
        if not images._known(path.stem):
            continue
        table = json.loads(path.read_bytes())
        for scope in table.get("scope", table):
            part = table if "scope" in table else table[scope]
            if scope != "inference_graviton" and "versions" in part:
                yield from _of_scope(path.stem, scope, part)


def _of_scope(framework: str, scope: str, part: dict[str, Any]) -> Iterator[Image]:
    aliases = part.get("version_aliases", {})
    for version in {**part["versions"], **aliases}:
        entry = part["versions"][aliases.get(version, version)]
        pythons = entry.get("py_versions") if "repository" in entry else list(entry)
        for python in pythons or [""]:
            inner = entry.get(python) or entry
            processors = part.get("processors") or inner.get("processors") or ["cpu"]
            for processor in processors:
                yield Image(framework, version, scope, python or "", processor)


def retrieved(cases: list[tuple[Image, str]]) -> list[str]:
    asked = [
        (
            *(image.framework, region, image.version, image.py_version),
            INSTANCES.get(image.processor, f"ml.{image.processor}.xlarge"),
            image.scope,
        )
        for image, region in cases
    ]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RETRIEVE],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[str] = json.loads(done.stdout.splitlines()[-1])
    return answers


# Every region for what the reference pipelines use; these for all images, "" for all.
@pytest.mark.proof("images", ["us-east-1"], [""])
@pytest.mark.functional
def test_images_are_the_sdks_in_every_region(case: str) -> None:
    cases = [
        (image, region)
        for image in every_image()
        for region in images.image_uris(image)
        if case in ("", region) or image.framework in ("sklearn", "xgboost")
    ]
    assert len(cases) > 1_000
    found = [images.image_uris(image)[region] for image, region in cases]
    assert found == retrieved(cases)


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.amazonaws.com"),
        ("cn-north-1", "cn-north-1.amazonaws.com.cn"),
        ("us-iso-east-1", "us-iso-east-1.c2s.ic.gov"),
        ("us-isob-east-1", "us-isob-east-1.sc2s.sgov.gov"),
    ],
)
def test_the_registry_of_a_region_has_its_partitions_suffix(
    region: str, host: str
) -> None:
    uri = images.image_uris(Image("sklearn", "1.2-1"))[region]
    assert uri.partition("/")[0].partition(".dkr.ecr.")[2] == host


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (Image("sklern", "1.2-1"), r"'sklern'\n  hint: did you mean 'sklearn'"),
        (Image("", "1.2-1"), "missing framework"),
        (Image("../sklearn", "1.2-1"), "unknown framework"),
        (Image("sklearn", "1.2"), r"unknown version of sklearn '1.2'\n.*'1.2-1'"),
        (Image("sklearn"), r"missing version of sklearn\n.*allowed: 0.20.0"),
        (Image("pytorch", "2.1.0", scope="serving"), "unknown image scope of pytorch"),
        (Image("pytorch", "1.8.0", py_version="py9"), "unknown py_version of pytorch"),
        (Image("sklearn", "1.2-1", processor="gpu"), r"unknown processor .*\n.*'cpu'"),
        (Image("huggingface", "4.26"), "cannot be picked by version alone"),
    ],
)
def test_an_image_that_does_not_exist_is_explained(image: Image, message: str) -> None:
    with pytest.raises(PipelineError, match=message):
        images.image_uris(image)
    assert images.check_image(image) != ""


def test_an_image_that_exists_has_no_complaint() -> None:
    assert images.check_image(Image("xgboost", "1.7-1")) == ""
    assert images.image_repository(Image("xgboost", "1.7-1")) == "sagemaker-xgboost"


def test_the_sdk_is_not_imported_to_find_an_image() -> None:
    code = (
        "import sys; from mlmax_pipelines.compiled import Image; "
        "from mlmax_pipelines.steps.services.sagemaker.images import image_uris; "
        "image_uris(Image('sklearn', '1.2-1')); print('sagemaker' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize(
    ("framework", "version", "full"),
    [("tensorflow", "2.13", "2.13.0"), ("xgboost", "3.0-5", "3.0-5")],
)
def test_a_short_version_stands_for_a_full_one(
    framework: str, version: str, full: str
) -> None:
    for scope in ("training", "inference"):
        assert images.full_version(Image(framework, version, scope)) == full


@pytest.mark.parametrize(
    ("framework", "version", "python"),
    [("pytorch", "2.8", "py312"), ("sklearn", "1.4-2", "py3")],
)
def test_a_version_that_only_trains_says_so(
    framework: str, version: str, python: str
) -> None:
    assert images.check_image(Image(framework, version, "training", python)) == ""
    message = images.check_image(Image(framework, version, "inference", python))
    assert "has an image to train with, and none to serve a model with" in message
