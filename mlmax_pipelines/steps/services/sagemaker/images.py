"""Container images of the SDK, from the tables that the sagemaker package ships.

What comes in: an `Image`. What goes out: its registry path in every region of the
table, as `sagemaker.image_uris.retrieve` gives it. Never: sagemaker is imported (that
takes seconds), a region, a session or the network.

Some tables need more than a framework, a version, a Python and a processor to pick an
image (Hugging Face's base framework, the Neuron SDK's version, an instance family for
Graviton). They are refused: a module that wants one of them names its `uri`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.compiled import Image

# DNS suffix of a region's partition, by how its name begins: botocore's endpoints.
_SUFFIXES = (
    ("cn-", "amazonaws.com.cn"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-iso-", "c2s.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("eusc-", "amazonaws.eu"),
)
# Of parts of names; the last one is no table of images.
_UNSUPPORTED = (
    "huggingface",
    "neuron",
    "tritonserver",
    "base-python",
    "instance_gpu_info",
)
_UNSUPPORTED_SCOPE = "inference_graviton"
_OWN_IMAGE = "to use an image of your own, write image: {uri: ...} or image: {ecr: ...}"


def image_uris(image: Image) -> Mapping[str, str]:
    """Region -> registry path of an image of the tables, regions sorted.

    Raises PipelineError when the tables have no such image; the message names what
    is allowed.
    """
    entry, tag = _find(image)
    path = entry["repository"] + (f":{tag}" if tag else "")
    return {
        region: f"{account}.dkr.ecr.{region}.{_suffix(region)}/{path}"
        for region, account in sorted(entry["registries"].items())
    }


def image_repository(image: Image) -> str:
    """The name of the repository an image of the tables is in, without its tag."""
    repository: str = _find(image)[0]["repository"]
    return repository


def check_image(image: Image) -> str:
    """What is wrong with an image of the tables; "" when nothing is."""
    try:
        _find(image)
    except PipelineError as error:
        return str(error)
    return ""


def _find(image: Image) -> tuple[Mapping[str, Any], str]:
    """The table's entry of an image, and the image's tag."""
    table = _scope(image, _table(image.framework))
    versions, aliases = table["versions"], table.get("version_aliases", {})
    what = f"version of {image.framework}"
    if image.version not in {*versions, *aliases} and _trains(image):
        raise _unserved(image, sorted({*versions, *aliases}))
    _require(what, image.version, [*versions, *aliases])
    entry = versions[aliases.get(image.version, image.version)]
    python = _python(image, entry)
    entry = entry.get(python) or entry
    processor = _processor(image, table.get("processors") or entry.get("processors"))
    prefix = entry.get("tag_prefix", image.version)
    build = entry.get("container_version", {}).get(processor, "")
    return entry, "-".join(filter(None, (prefix, processor, python, build)))


def full_version(image: Image) -> str:
    """The version that a short one stands for: `2.13` of tensorflow is `2.13.0`."""
    aliases = _scope(image, _table(image.framework)).get("version_aliases", {})
    version: str = aliases.get(image.version, image.version)
    return version


def _trains(image: Image) -> bool:
    """Whether a version that serves nothing is one to train with."""
    training = _table(image.framework).get("training", {})
    known = {*training.get("versions", {}), *training.get("version_aliases", {})}
    return image.scope == "inference" and image.version in known


def _unserved(image: Image, served: Sequence[str]) -> PipelineError:
    message = (
        f"version '{image.version}' of {image.framework} has an image to train with, "
        "and none to serve a model with"
    )
    hint = f"these have one: {', '.join(served)}; {_OWN_IMAGE}"
    return PipelineError(message, hint=hint)


@cache
def _table(framework: str) -> Mapping[str, Any]:
    folder = _folder()
    path = folder / f"{framework}.json"
    if not framework.replace("-", "").isalnum() or not path.is_file():
        names = [table.stem for table in folder.glob("*.json")]
        _require("framework", framework, [name for name in names if _known(name)])
    if not _known(framework):
        message = f"images of framework '{framework}' cannot be picked by version alone"
        raise PipelineError(message, hint=_OWN_IMAGE)
    table: Mapping[str, Any] = json.loads(path.read_bytes())
    return table


def _folder() -> Path:
    # Looking a top-level package up does not run any of it.
    from importlib.util import find_spec

    spec = find_spec("sagemaker")
    places = list(spec.submodule_search_locations or ()) if spec else []
    folders = [Path(place, "image_uri_config") for place in places]
    for folder in folders:
        if folder.is_dir():
            return folder
    message = "the image tables of the sagemaker package are missing"
    hint = "install this package again, with what it requires: pip install -e ."
    raise PipelineError(message, hint=hint)


def _known(framework: str) -> bool:
    return framework != "spark" and not any(map(framework.__contains__, _UNSUPPORTED))


def _scope(image: Image, table: Mapping[str, Any]) -> Mapping[str, Any]:
    scopes = [s for s in table.get("scope", table) if s != _UNSUPPORTED_SCOPE]
    if len(scopes) > 1:
        _require(f"image scope of {image.framework}", image.scope, scopes)
    scope = scopes[0] if len(scopes) == 1 else image.scope
    part: Mapping[str, Any] = table if "scope" in table else table[scope]
    if "versions" not in part:
        message = f"images of framework '{image.framework}' have no versions"
        raise PipelineError(message, hint=_OWN_IMAGE)
    return part


def _python(image: Image, entry: Mapping[str, Any]) -> str:
    pythons = entry.get("py_versions") if "repository" in entry else list(entry)
    if not pythons:
        return ""
    if not image.py_version and len(pythons) == 1:
        return str(pythons[0])
    what = f"py_version of {image.framework} {image.version}"
    _require(what, image.py_version, pythons)
    return image.py_version


def _processor(image: Image, processors: Collection[str] | None) -> str:
    if not processors:
        return ""
    what = f"processor of {image.framework} {image.version}"
    _require(what, image.processor, processors)
    return image.processor


def _suffix(region: str) -> str:
    for beginning, suffix in _SUFFIXES:
        if region.startswith(beginning):
            return suffix
    return "amazonaws.com"


def _require(what: str, found: str, allowed: Collection[str]) -> None:
    if found in allowed:
        return
    names = sorted(map(str, allowed))
    begun = [name for name in names if found and name.startswith(found)]
    message = f"unknown {what} '{found}'" if found else f"missing {what}"
    asked = question(begun[0] if begun else found, names)
    hint = asked or f"allowed: {', '.join(names)}; {_OWN_IMAGE}"
    raise PipelineError(message, hint=hint)
