"""Whether a region has the images that pipelines run.

What comes in: pipelines, an environment, its region. What goes out: a problem for each
image that the region lacks, with the regions that have all of them. Never: asks AWS.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import Problem, SpecError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.compiled import CompiledPipeline, Image
from mlmax_pipelines.environment import FOLDER, Environment


def check(
    root: Path,
    environment: Environment,
    pipelines: Sequence[CompiledPipeline],
    session: Session,
) -> None:
    """Raises SpecError, at the environment's region, for every image it lacks."""
    from mlmax_pipelines.steps.services.sagemaker.images import image_uris

    region = session.region
    found = {
        (one.name, image): frozenset(image_uris(image))
        for one in pipelines
        for image in one.substitutions.values()
        if isinstance(image, Image) and not image.uri
    }
    lacking = [key for key, regions in found.items() if region not in regions]
    if not lacking:
        return
    everywhere = frozenset.intersection(*found.values())
    near = [one for one in sorted(everywhere) if session.is_beside(one)]
    there = ", ".join(near) or "none"
    hint = f"{question(region, near)} regions of its partition that have all: {there}"
    texts = [_text(region, *key) for key in lacking]
    raise SpecError([_problem(root, environment, t, hint.lstrip()) for t in texts])


def _text(region: str, pipeline: str, image: Image) -> str:
    what = f"{image.framework} {image.version} ({image.scope})"
    return f"region '{region}' has no image of {what}, which pipeline '{pipeline}' runs"


def _problem(root: Path, environment: Environment, text: str, hint: str) -> Problem:
    from mlmax_pipelines.yaml.document import load

    file = f"{FOLDER}/{environment.name}.yaml"
    document = load(root / file, file)
    if "region" not in document.data:
        return Problem(text, hint=hint)
    return document.problem(text, ("region",), hint)
