"""Whether a model is served by what it was trained with.

What comes in: a step that names an image for a model, and the steps before it. What
goes out: a warning for each step that trained the model with another image. Never: an
image of the user's own is judged.

A model is most often a pickle, or as good as one: another version of its framework may
not read it, or read it as something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.compiled import Image
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import ResolvedStep
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.registry import find
from mlmax_pipelines.steps.services.sagemaker.images import full_version
from mlmax_pipelines.steps.services.sagemaker.requests import image_of
from mlmax_pipelines.steps.values import origins_of


def warnings(step: ResolvedStep, context: BuildContext) -> Iterator[Problem]:
    """Steps that trained the model of `step` with another framework or version."""
    model = step.inputs.get("model_data")
    served = _image(step, "inference")
    if model is None or not served:
        return
    for origin in origins_of(model.value):
        for other in _trained(origin, context, frozenset()):
            trained = _image(other, "training")
            if trained and trained != served:
                text = (
                    f"step '{step.name}' serves with {served} the model that "
                    f"'{other.name}' trains with {trained}"
                )
                hint = "give both the same version, or the model may not load"
                yield step.problem(("image", "version"), text, hint).unseen


def _image(step: ResolvedStep, scope: str) -> str:
    """An image of the tables as people call it; "" for any other."""
    image: Image = image_of(step.fields, scope)
    return f"{image.framework} {full_version(image)}" if image.framework else ""


def _trained(
    origin: Origin, context: BuildContext, seen: frozenset[Origin]
) -> Iterator[ResolvedStep]:
    """The training steps that a value comes from, through steps that hand it on."""
    step = context.steps.get(origin.step)
    if step is None or origin in seen:
        return
    if step.type == "training":
        yield step
        return
    step_type = find(step.type)
    for inner in step_type.origins(step, origin.output) if step_type else ():
        yield from _trained(inner, context, seen | {origin})
