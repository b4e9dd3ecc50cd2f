"""SageMaker's model registry.

What comes in: requests in the shapes of its API. What goes out: its answers as data.
Never: a page that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.registry.contract import Answer, RegistryError, Request

_SERVICE = "sagemaker"
# "Common error types", and the errors of each action, in the API Reference. The second
# is what the service's emulator says.
_REFUSED = ("ValidationException", "ValidationError", "ResourceNotFound")


class Registry:
    """The registry of the account and region that a session is for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def create_package(self, request: Request) -> Answer:
        """The group must be there: templates make it."""
        return self._call("create_model_package", **request)

    def describe_package(self, name: str) -> Answer:
        return self._call("describe_model_package", ModelPackageName=name)

    def update_package(self, request: Request) -> Answer:
        return self._call("update_model_package", **request)

    def list_packages(self, request: Request) -> Answer:
        return self._call("list_model_packages", **request)

    def _call(self, operation: str, **arguments: Any) -> Answer:
        try:
            answer = self._session.call(_SERVICE, operation, **arguments)
        except Refused as error:
            if error.code not in _REFUSED:
                raise
            raise RegistryError(error.text) from error
        answer.pop("ResponseMetadata", None)
        found: Answer = _with_seconds(answer)
        return found


def _with_seconds(value: Any) -> Any:
    """The same with times as seconds since the epoch."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, list):
        return [_with_seconds(item) for item in value]
    if isinstance(value, dict):
        return {key: _with_seconds(item) for key, item in value.items()}
    return value


def models(session: Session, prefixes: Sequence[str]) -> list[str]:
    """The names of the models that begin with one of these; none, when looking is
    refused."""
    try:
        found = [
            model["ModelName"]
            for prefix in prefixes
            for page in session.pages("sagemaker", "list_models", NameContains=prefix)
            for model in page["Models"]
        ]
    except Refused:
        return []
    return [name for name in dict.fromkeys(found) if name.startswith((*prefixes,))]
