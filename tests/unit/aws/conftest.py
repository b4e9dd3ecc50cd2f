"""An account in the emulator, reached over a relay that tests can interfere with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from mlmax_pipelines.aws.session import Session
from tests.functional.aws.conftest import Emulator
from tests.functional.aws.relay import Relay

_ACCOUNTS = count(500_000_000_001)


@pytest.fixture
def account() -> str:
    """An account that no other test uses: 12 digits, also its access key."""
    return str(next(_ACCOUNTS))


@pytest.fixture
def relay(
    emulator: Emulator, account: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Relay]:
    """Where this process finds AWS, as that account; nothing is tried again unless a
    test says so."""
    with Relay(emulator.url) as found:
        for name, value in emulator.variables(account, found.url).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield found


@pytest.fixture
def aws(relay: Relay) -> Session:
    return Session("us-east-1")


@pytest.fixture
def bucket(emulator: Emulator, account: str) -> str:
    """A bucket of that account."""
    name = f"code-{account}"
    emulator.client("s3", account).create_bucket(Bucket=name)
    return name
