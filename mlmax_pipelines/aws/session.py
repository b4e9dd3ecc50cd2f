"""One door to AWS's APIs: clients made when first asked for, calls counted.

What comes in: an environment's region, calls by service and operation. What goes out:
AWS's answers as boto3 gives them, or a `Refused` that says what to do. Never: retries
of our own; boto3 retries throttling, 5xx answers and lost connections ("Retries" in
the boto3 guide, mode standard) as AWS_RETRY_MODE and AWS_MAX_ATTEMPTS say.

Credentials, profile and endpoint are boto3's business: AWS_PROFILE, AWS_ENDPOINT_URL
and the like mean what they mean to every AWS tool.
"""

from __future__ import annotations

import gc
import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mlmax_pipelines.aws.failures import Refused, translate
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.environment import FOLDER, Environment
from mlmax_pipelines.yaml.document import no_collection

if TYPE_CHECKING:
    from collections.abc import Callable

_ATTEMPTS = 6
_CONNECT_SECONDS = 10
_CALLER = "mlmax-pipelines"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Identity:
    """Who calls: account id, the partition it is in, the caller's ARN."""

    account: str
    partition: str
    arn: str


class Session:
    """AWS as one environment uses it. Safe for several threads.

    `region` may be "": boto3 then finds one, or the first call raises Refused. `place`
    is the environment that says where it may be and whom it is asked as.
    """

    def __init__(self, region: str = "", place: Environment | None = None) -> None:
        self._region, self._place = region, place
        self._clients: dict[str, Any] = {}
        self.calls: Counter[str] = Counter()
        self.retries = 0
        self._making = RLock()

    @cached_property
    def _session(self) -> Any:
        import boto3

        place = self._place
        with self._translated("boto3"):
            made = boto3.session.Session(
                region_name=self._region or None,
                profile_name=(place and place.profile) or None,
            )
            return _assumed(made, place.role_arn) if place and place.role_arn else made

    @property
    def region(self) -> str:
        """The region of every call. Raises Refused when there is none."""
        found: str = self._session.region_name or os.environ.get("AWS_REGION", "")
        if not found:
            from botocore.exceptions import NoRegionError

            with self._translated("boto3"):
                raise NoRegionError
        return found

    @property
    def partition(self) -> tuple[str, str]:
        """The region's partition and its domain: `aws`, `amazonaws.com`; offline."""
        with self._translated("boto3"):
            partition: str = self._session.get_partition_for_region(self.region)
        # The session itself does not tell the domain; the data it is made from do.
        loader = self._session._session.get_component("data_loader")
        known = loader.load_data("partitions")["partitions"]
        suffixes = {one["id"]: one["outputs"]["dnsSuffix"] for one in known}
        return partition, suffixes[partition]

    @property
    def is_here(self) -> bool:
        """Whether its calls go to this machine: to an emulator of AWS, say."""
        host = urlsplit(self.client("cloudformation").meta.endpoint_url).hostname or ""
        return host == "localhost" or host.startswith("127.") or host == "::1"

    def is_beside(self, region: str) -> bool:
        """Whether another region is in the same partition; offline."""
        from botocore.exceptions import UnknownRegionError

        try:
            found: str = self._session.get_partition_for_region(region)
        except UnknownRegionError:
            return False
        return found == self.partition[0]

    @cached_property
    def identity(self) -> Identity:
        """Who calls. Raises Refused."""
        answer = self.call("sts", "get_caller_identity")
        arn = answer["Arn"]
        return Identity(answer["Account"], arn.split(":")[1], arn)

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        """One API call, `operation` in boto3's spelling. Raises Refused."""
        with self._translated(service):
            return getattr(self.client(service), operation)(**arguments)

    def pages(self, service: str, operation: str, **arguments: Any) -> Iterator[Any]:
        """The pages of a call, each asked for when it is wanted. Raises Refused."""
        with self._translated(service):
            paginator = self.client(service).get_paginator(operation)
            yield from paginator.paginate(**arguments)

    def upload(
        self,
        path: Path,
        bucket: str,
        key: str,
        done: Callable[[int], None],
        extra: Mapping[str, str],
    ) -> None:
        """Put a file, in parts when it is large; `done` gets bytes as they go out.

        The object appears whole or not at all. Raises Refused.
        """
        from boto3.exceptions import S3UploadFailedError

        with self._translated("s3"):
            try:
                self.client("s3").upload_file(
                    str(path), bucket, key, Callback=done, ExtraArgs=dict(extra)
                )
            except S3UploadFailedError as error:
                # boto3 keeps what really happened in the context only.
                raise error.__context__ or error from None

    def client(self, service: str) -> Any:
        """The boto3 client of a service."""
        if service not in self._clients:
            # boto3 makes its clients in one thread at a time ("Multithreading"), of
            # some hundred thousand objects that stay: no use in looking for garbage
            # among them, now or later.
            with self._making, no_collection():
                if service not in self._clients:
                    self._check_place(service)
                    self._clients[service] = self._make_client(service)
                    gc.freeze()
                return self._clients[service]
        return self._clients[service]

    def _check_place(self, service: str) -> None:
        """Raises UsageError for a region, AwsError for an account, that is none of the
        environment's: before anything is read or written there."""
        place = self._place
        if place is None or service == "sts":
            return
        file = f"{FOLDER}/{place.name}.yaml"
        if place.allowed_regions and self.region not in place.allowed_regions:
            allowed = ", ".join(place.allowed_regions)
            raise UsageError(
                f"environment '{place.name}' may not be in region '{self.region}'",
                hint=f"'allowed_regions' in {file} are: {allowed}",
            )
        if place.account and self.identity.account != place.account:
            raise AwsError(
                f"environment '{place.name}' is in account {place.account}, and this "
                f"is {self.identity.account} ({self.identity.arn})",
                hint="sign in to that account; or 'profile:' or 'role_arn:' in "
                f"{file} says whom AWS is asked as",
            )

    def _make_client(self, service: str) -> Any:
        from botocore.config import Config

        attempts = _attempts()
        mode = os.environ.get("AWS_RETRY_MODE", "standard")
        with self._translated(service):
            config = Config(
                retries={"mode": mode, "total_max_attempts": attempts},
                connect_timeout=_CONNECT_SECONDS,
                user_agent_extra=_CALLER,
            )
            client = self._session.client(
                service, region_name=self.region, config=config
            )
        client.meta.events.register("before-call", self._count)
        client.meta.events.register("before-send", self._count_sends)
        _LOG.info(
            "%s: region %s, endpoint %s, retries %s, at most %d attempts",
            *(service, self.region, client.meta.endpoint_url, mode, attempts),
        )
        return client

    def renew(self) -> None:
        """Forget clients and credentials: the next call reads them anew."""
        with self._making:
            self._clients = {}
            self.__dict__.pop("_session", None)

    @property
    def summary(self) -> str:
        """How many calls were made, by operation: for `--debug`."""
        total = sum(self.calls.values())
        each = ", ".join(f"{name} {n}" for name, n in sorted(self.calls.items()))
        again = f", {self.retries} of them sent again" if self.retries else ""
        return f"{total} AWS API calls{again}" + (f": {each}" if each else "")

    def _count(self, model: Any, **_: Any) -> None:
        name = f"{model.service_model.service_name}:{model.name}"
        _LOG.debug("%s", name)
        self.calls[name] += 1
        self.retries -= 1

    def _count_sends(self, **_: Any) -> None:
        self.retries += 1

    @contextmanager
    def _translated(self, service: str) -> Iterator[None]:
        try:
            yield
        except Refused:
            raise
        except Exception as error:
            refused = translate(error, service, self._region)
            if refused is None:
                raise
            raise refused from error


def _assumed(source: Any, role: str) -> Any:
    """A session with the rights of a role, assumed anew before they end.

    Source: AWS SDKs and Tools Reference Guide, "Assume role credential provider".
    """
    import boto3
    from botocore.credentials import (
        AssumeRoleCredentialFetcher,
        DeferredRefreshableCredentials,
    )
    from botocore.exceptions import NoCredentialsError

    own = source.get_credentials()
    if own is None:
        raise NoCredentialsError
    fetcher = AssumeRoleCredentialFetcher(
        source._session.create_client,
        own,
        role,
        extra_args={"RoleSessionName": _CALLER},
    )
    made = boto3.session.Session(region_name=source.region_name)
    made._session._credentials = DeferredRefreshableCredentials(
        fetcher.fetch_credentials, "assume-role"
    )
    return made


def _attempts() -> int:
    """How often a call is made at most. Raises UsageError."""
    text = os.environ.get("AWS_MAX_ATTEMPTS", str(_ATTEMPTS))
    if text.isdecimal() and int(text):
        return int(text)
    raise UsageError(f"AWS_MAX_ATTEMPTS is '{text}', must be a whole number above 0")
