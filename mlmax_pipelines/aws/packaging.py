"""A project's code, data and templates -> objects named by their content.

What comes in: the project's folder, its templates, what its pipelines ship. What goes
out: a `Package`: the objects that have to be in the bucket, and the root template that
points to them. Never: asks AWS anything, or packs what may not leave the project
(`base.leaving`).

Where they lie says `base.layout`. Training and serving containers want a code folder as
`.tar.gz`, functions as `.zip`, processing jobs its files.

The digest of code is the one a local run keeps (`archives.code_files`, `digest`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Union

from mlmax_pipelines.aws import templates
from mlmax_pipelines.base import archives, layout, leaving

ROOT = "master.yaml"
_DEFINITION = ".definition.json"


@dataclass(frozen=True)
class Archive:
    """An archive that is made when it is needed: `.tar.gz` or `.zip` of files."""

    files: tuple[tuple[str, Path], ...]


Source = Union[Path, bytes, Archive]


@dataclass(frozen=True)
class Contents:
    """What a project ships.

    `code` are folders of the project, `tarred` and `zipped` those of them that jobs
    and functions want as archives; `data` are files or folders.
    """

    templates: Mapping[str, bytes]
    code: Sequence[str] = ()
    tarred: Sequence[str] = ()
    zipped: Sequence[str] = ()
    data: Sequence[str] = ()


@dataclass(frozen=True)
class Package:
    """What has to be in `bucket`: key -> source. `code`: folder -> its version, a key;
    `data`: project path -> S3 URI.

    `root` is the root template with the addresses of the nested ones filled in,
    `nested` the nested templates by their logical id in it.
    """

    bucket: str
    objects: Mapping[str, Source]
    code: Mapping[str, str]
    data: Mapping[str, str]
    root: Mapping[str, Any]
    root_key: str
    nested: Mapping[str, Mapping[str, Any]]

    @property
    def key(self) -> str:
        """Where the list of all objects is, once they are there."""
        return layout.package(_digest(self.listing))

    @property
    def listing(self) -> bytes:
        names = {"root": self.root_key, "objects": sorted(self.objects)}
        return json.dumps(names, indent=1).encode()


def package(root: Path, contents: Contents, bucket: str, address: str) -> Package:
    """The package of the project in folder `root`.

    `address` is what a key in the bucket is appended to for CloudFormation to find it.
    Raises UsageError for files that must not leave this machine.
    """
    data = {
        path: archives.data_files(root, path) for path in sorted(set(contents.data))
    }
    objects: dict[str, Source] = {}
    code = {one: _add_code(objects, root, one, contents) for one in contents.code}
    uris = {}
    for path, files in data.items():
        uris[path] = layout.uri(bucket, _add_data(objects, root / path, files))
    made, nested = _add_templates(objects, contents.templates, address)
    return rooted(Package(bucket, objects, code, uris, made, "", nested))


def handed_down(made: Package, values: Mapping[str, Mapping[str, str]]) -> Package:
    """The package with these values of parameters of nested stacks, by logical id."""
    root = deepcopy(dict(made.root))
    for logical_id, given in values.items():
        templates.parameters(root, logical_id).update(given)
    return rooted(replace(made, root=root))


def rooted(made: Package) -> Package:
    """With the root template among the objects, in place of an earlier one."""
    text = json.dumps(made.root, indent=1).encode()
    key = layout.template(_digest(text), ".json")
    rest = {name: one for name, one in made.objects.items() if name != made.root_key}
    return replace(made, objects={**rest, key: text}, root_key=key)


def _add_code(
    objects: dict[str, Source], root: Path, folder: str, contents: Contents
) -> str:
    """Put a code folder among the objects; its version."""
    files = archives.code_files(root, [folder])
    leaving.check(root, files)
    version = layout.code(archives.digest(files))
    objects.update({f"{version}/{name}": path for name, path in files})
    for suffix, packed in ((".tar.gz", contents.tarred), (".zip", contents.zipped)):
        if folder in packed:
            name = layout.packed(folder, suffix)
            objects[f"{version}/{name}"] = Archive(_below(folder, files))
    return version


def _below(
    folder: str, code: Sequence[tuple[str, Path]]
) -> tuple[tuple[str, Path], ...]:
    start = f"{folder}/"
    found = ((name, path) for name, path in code if name.startswith(start))
    return tuple((name[len(start) :], path) for name, path in found)


def _add_data(
    objects: dict[str, Source], place: Path, files: Sequence[tuple[str, Path]]
) -> str:
    """Put shipped data among the objects; its key, a folder's ending in a slash."""
    name = place.name
    if not place.is_dir():
        key = layout.data(archives.file_digest(place), name)
        objects[key] = place
        return key
    below = [(str(path.relative_to(place).as_posix()), path) for _, path in files]
    folder = layout.data(archives.digest(below), f"{name}/")
    objects.update({f"{folder}{name}": path for name, path in below})
    return folder


def _add_templates(
    objects: dict[str, Source], files: Mapping[str, bytes], address: str
) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """Put nested templates and definitions among the objects.

    Returns the root template that points to them, and the nested ones by logical id.
    """
    keys: dict[str, str] = {}
    for name, content in files.items():
        if name.endswith(_DEFINITION):
            objects[layout.definition(_digest(content))] = content
        elif name != ROOT:
            keys[name] = layout.template(_digest(content), ".yaml")
            objects[keys[name]] = content
    made = templates.parse(files[ROOT])
    nested: dict[str, Mapping[str, Any]] = {}
    for logical_id, resource in made["Resources"].items():
        if resource["Type"] == templates.STACK:
            name = resource["Properties"]["TemplateURL"].removeprefix("./")
            resource["Properties"]["TemplateURL"] = f"{address}{keys[name]}"
            nested[logical_id] = templates.parse(files[name])
    return made, nested


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
