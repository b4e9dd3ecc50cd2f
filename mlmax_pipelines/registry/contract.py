"""What is asked of a registry of models, whichever keeps them.

What comes in: requests in the shapes of SageMaker's API. What goes out: its answers,
as data: times are seconds since the epoch. Never: how a registry keeps a package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from mlmax_pipelines.base.errors import PipelineError

Request = Mapping[str, Any]
Answer = dict[str, Any]


class RegistryError(PipelineError):
    """A request that is refused: a name, a status, or what is not there."""


class ModelRegistry(Protocol):
    """Packages are the versions of a group's model. Every method raises RegistryError
    for a request that is refused, and any PipelineError when it cannot be asked."""

    def create_package(self, request: Request) -> Answer:
        """A new version; its `ModelPackageArn`."""
        ...

    def describe_package(self, name: str) -> Answer:
        """All that is known of a version, by its ARN."""
        ...

    def update_package(self, request: Request) -> Answer:
        """Change a version's approval or description; its `ModelPackageArn`."""
        ...

    def list_packages(self, request: Request) -> Answer:
        """One page of summaries, sorted and filtered as the request says."""
        ...
