"""A model is served by what it was trained with, or somebody is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import FIT, compiled, problems

KEEP = """
name: keep
type: register_model
implementation: {group: g, image: {framework: %s, version: %s}}
"""
SCORE = """
name: score
type: batch_inference
implementation: {image: {framework: xgboost, version: 1.7-1}}
"""
FIT_STEP = "  Fit: {module: fit, inputs: {rows: 's3://b/k'}}\n"
KEEP_STEP = "  Keep: {module: keep, inputs: {model_data: '%s'}}\n"
MODEL = "${steps.Fit.outputs.model}"


def warned(root: Path, steps: str, keep: str, fit: str = FIT) -> list[str]:
    modules = {"fit": fit, "keep": keep, "score": SCORE}
    found = compiled(root, steps, modules=modules).warnings
    return [f"{one.where}: {one.message} | {one.hint}" for one in found]


def test_another_version_is_told_with_both(tmp_path: Path) -> None:
    steps = FIT_STEP + KEEP_STEP % MODEL
    (found,) = warned(tmp_path, steps, KEEP % ("xgboost", "1.7-1"))
    assert found == (
        "modules/keep.yaml:4:65: step 'Keep' serves with xgboost 1.7-1 the model that "
        "'Fit' trains with xgboost 3.0-5 | give both the same version, or the model "
        "may not load"
    )


def test_another_framework_is_told(tmp_path: Path) -> None:
    steps = FIT_STEP + KEEP_STEP % MODEL
    (found,) = warned(tmp_path, steps, KEEP % ("sklearn", "1.2-1"))
    assert "serves with sklearn 1.2-1" in found


@pytest.mark.parametrize("uri", ["s3://b/model.tar.gz", "${parameters.model}"])
def test_a_model_from_elsewhere_is_not_judged(tmp_path: Path, uri: str) -> None:
    modules = {"fit": FIT, "keep": KEEP % ("xgboost", "1.7-1")}
    head = "{model: {type: s3, default: 's3://b/m'}}"
    made = compiled(tmp_path, KEEP_STEP % uri, modules=modules, parameters=head)
    assert made.warnings == ()


@pytest.mark.parametrize("image", ["xgboost, version: 3.0-5", "uri: 'own:1'"])
def test_the_same_one_and_one_of_the_user_s_own_are_fine(
    tmp_path: Path, image: str
) -> None:
    keep = KEEP % ("x", "y")
    keep = keep.replace("framework: x, version: y", "IMAGE")
    keep = keep.replace("IMAGE", image if "uri" in image else f"framework: {image}")
    assert warned(tmp_path, FIT_STEP + KEEP_STEP % MODEL, keep) == []


def test_what_steps_hand_on_is_followed(tmp_path: Path) -> None:
    steps = f"""{FIT_STEP}
  Pass: {{type: pass, result: {{best: "{MODEL}"}}}}
  Score:
    module: score
    inputs: {{model_data: "${{steps.Pass.outputs.best}}", input_path: "s3://b/r"}}
"""
    (found,) = warned(tmp_path, steps, KEEP % ("xgboost", "3.0-5"))
    assert "step 'Score' serves with xgboost 1.7-1" in found


def test_a_version_without_a_hosting_image_says_so(tmp_path: Path) -> None:
    modules = {"fit": FIT, "keep": KEEP % ("sklearn", "1.4-2")}
    (found,) = problems(tmp_path, FIT_STEP + KEEP_STEP % MODEL, modules=modules)
    assert found.startswith(
        "modules/keep.yaml:4:65: version '1.4-2' of sklearn has an image to train "
        "with, and none to serve a model with | these have one: "
    )
    assert "1.2-1" in found
