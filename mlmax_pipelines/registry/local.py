"""Models and model packages of one environment, kept as files.

What comes in: requests in the shapes of SageMaker's API. What goes out: its answers.
Never: gives one version to two packages, or shows half a package, however many
processes use it.

    models/<name>.json    packages/<group>/<version>.json
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mlmax_pipelines.base.files import create_json, locked, read_json, write_json
from mlmax_pipelines.base.limits import SAGEMAKER_NAME
from mlmax_pipelines.base.names import SAGEMAKER_FORM, jobs_prefix
from mlmax_pipelines.registry.contract import RegistryError

APPROVALS = ("Approved", "Rejected", "PendingManualApproval")
_DESCRIBED = (
    "ModelPackageDescription",
    "InferenceSpecification",
    "ModelMetrics",
    "MetadataProperties",
    "CustomerMetadataProperties",
    "DriftCheckBaselines",
    "Domain",
    "Task",
    "SourceUri",
)
_UPDATED = (
    "ModelApprovalStatus",
    "ApprovalDescription",
    "InferenceSpecification",
    "SourceUri",
)
_SUMMARY = (
    "ModelPackageArn",
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
)


class Registry:
    """The registry below one folder; `arn_prefix` is `arn:...:sagemaker:...:`."""

    def __init__(self, root: Path, arn_prefix: str) -> None:
        self._root = root
        self._prefix = arn_prefix

    def create_model(self, request: Mapping[str, Any]) -> dict[str, Any]:
        name = _checked(request.get("ModelName"), "ModelName")
        path = self._model(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        arn = f"{self._prefix}model/{name.lower()}"
        model = {**request, "ModelArn": arn, "CreationTime": time.time()}
        if not create_json(path, model):
            raise RegistryError(f"Cannot create already existing model '{arn}'.")
        return {"ModelArn": arn}

    def describe_model(self, name: str) -> dict[str, Any]:
        try:
            model: dict[str, Any] = read_json(self._model(_checked(name, "ModelName")))
        except FileNotFoundError:
            raise RegistryError(f"Could not find model '{name}'.") from None
        return model

    def models(self, environment: str, pipelines: Iterable[str]) -> list[str]:
        """The names of the models that jobs of these pipelines made."""
        folder = self._model("").parent
        prefixes = tuple(jobs_prefix(environment, name) for name in pipelines)
        names = (path.stem for path in folder.iterdir()) if folder.is_dir() else ()
        return sorted(name for name in names if name.startswith(prefixes))

    def delete_model(self, name: str) -> dict[str, Any]:
        self.describe_model(name)
        self._model(name).unlink(missing_ok=True)
        return {}

    def create_package(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A new version; its group is made with its first one."""
        group = _checked(request.get("ModelPackageGroupName"), "ModelPackageGroupName")
        approval = request.get("ModelApprovalStatus", "PendingManualApproval")
        _check_approval(approval)
        folder = self._group(group)
        folder.mkdir(parents=True, exist_ok=True)
        version = max(self._versions(folder), default=0) + 1
        while not create_json(
            folder / f"{version}.json", self._package(group, version, request, approval)
        ):
            version += 1
        return {"ModelPackageArn": self._arn(group, version)}

    def _package(
        self, group: str, version: int, request: Mapping[str, Any], approval: str
    ) -> dict[str, Any]:
        now = time.time()
        return {
            "ModelPackageName": group,
            "ModelPackageGroupName": group,
            "ModelPackageVersion": version,
            "ModelPackageArn": self._arn(group, version),
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {
                "ValidationStatuses": [],
                "ImageScanStatuses": [],
            },
            "ModelApprovalStatus": approval,
            "CreationTime": now,
            "LastModifiedTime": now,
            **{key: request[key] for key in _DESCRIBED if key in request},
        }

    def describe_package(self, name: str) -> dict[str, Any]:
        """By ARN, or `<group>/<version>`."""
        try:
            package: dict[str, Any] = read_json(self._file(name))
        except FileNotFoundError:
            raise RegistryError(f"ModelPackage '{name}' does not exist.") from None
        return package

    def update_package(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if "ModelApprovalStatus" in request:
            _check_approval(request["ModelApprovalStatus"])
        name = str(request.get("ModelPackageArn", ""))
        with locked(self._root / "lock"):
            return self._update(name, request)

    def _update(self, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        package = self.describe_package(name)
        package.update({key: request[key] for key in _UPDATED if key in request})
        properties = package.get("CustomerMetadataProperties", {})
        properties = {**properties, **request.get("CustomerMetadataProperties", {})}
        for key in request.get("CustomerMetadataPropertiesToRemove", ()):
            properties.pop(key, None)
        package["CustomerMetadataProperties"] = properties
        package["LastModifiedTime"] = time.time()
        write_json(self._file(name), package, lasting=True)
        return {"ModelPackageArn": package["ModelPackageArn"]}

    def list_packages(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Summaries, sorted and filtered; newest first unless SortOrder says else.

        A page is cut before it is filtered, so that one with nothing on it may be
        followed by others (API Reference, "ListTrainingJobs", says so of SageMaker's
        lists). AWS page "ListModelPackages": without a group, only packages of none
        are listed; here every package has a group, so that all are.
        """
        found = list(self._packages(request))
        key = "ModelPackageGroupName" if request.get("SortBy") == "Name" else ""
        found.sort(
            key=lambda p: (p[key] if key else "", p["CreationTime"], _version(p)),
            reverse=request.get("SortOrder", "Descending") == "Descending",
        )
        start = int(request.get("NextToken") or 0)
        end = start + int(request.get("MaxResults", 100))
        answer: dict[str, Any] = {
            "ModelPackageSummaryList": [
                {key: package[key] for key in _SUMMARY if key in package}
                for package in found[start:end]
                if _matches(package, request)
            ]
        }
        if end < len(found):
            answer["NextToken"] = str(end)
        return answer

    def _packages(self, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        groups = self._root / "packages"
        name = request.get("ModelPackageGroupName")
        if name:
            folders = [self._group(_group_name(str(name)))]
        else:
            folders = sorted(groups.iterdir()) if groups.is_dir() else []
        for folder in folders:
            for version in self._versions(folder):
                yield read_json(folder / f"{version}.json")

    @staticmethod
    def _versions(folder: Path) -> list[int]:
        if not folder.is_dir():
            return []
        names = (path.name.removesuffix(".json") for path in folder.iterdir())
        return sorted(int(name) for name in names if name.isdecimal())

    def _model(self, name: str) -> Path:
        return self._root / "models" / f"{name}.json"

    def _group(self, name: str) -> Path:
        return self._root / "packages" / _checked(name, "ModelPackageGroupName")

    def _arn(self, group: str, version: int) -> str:
        return f"{self._prefix}model-package/{group.lower()}/{version}"

    def _file(self, name: str) -> Path:
        group, _, version = name.rpartition("/")
        group = _group_name(group)
        if not version.isdecimal() or not SAGEMAKER_FORM.fullmatch(group):
            raise RegistryError(f"Invalid model package ARN or name: '{name}'.")
        for folder in (self._group(group), *self._same_group(group)):
            if folder.is_dir():
                return folder / f"{version}.json"
        return self._group(group) / f"{version}.json"

    def _same_group(self, group: str) -> list[Path]:
        """The folder of a group whose name an ARN shows in lower case."""
        folder = self._root / "packages"
        names = folder.iterdir() if folder.is_dir() else ()
        return [path for path in names if path.name.lower() == group]


def _group_name(text: str) -> str:
    """The group in an ARN of a group or of a package without its version."""
    return text.rpartition("/")[2]


def _version(package: Mapping[str, Any]) -> int:
    return int(package["ModelPackageVersion"])


def _matches(package: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    approval = request.get("ModelApprovalStatus")
    contained = request.get("NameContains", "")
    return (not approval or package["ModelApprovalStatus"] == approval) and (
        contained.lower() in package["ModelPackageGroupName"].lower()
    )


def _checked(name: Any, member: str) -> str:
    """A name; of a group that is known by its ARN, what it is called there."""
    if isinstance(name, str) and ":model-package-group/" in name:
        name = name.rpartition("/")[2]
    if not isinstance(name, str) or not SAGEMAKER_FORM.fullmatch(name):
        raise RegistryError(
            f"Value '{name}' at '{member}' failed to satisfy constraint: "
            f"up to {SAGEMAKER_NAME} letters, digits and hyphens."
        )
    return name


def _check_approval(status: Any) -> None:
    if status not in APPROVALS:
        allowed = ", ".join(APPROVALS)
        raise RegistryError(
            f"Value '{status}' at 'ModelApprovalStatus' must be one of: {allowed}."
        )
