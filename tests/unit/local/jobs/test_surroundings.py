"""A job on this machine reaches no account, unless it is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlmax_pipelines.local.jobs.surroundings import guard, inherited

# What SDKs for Python make of it: an access key, or nothing.
ASK = """
import botocore.session
found = botocore.session.get_session().get_credentials()
print(found and found.access_key)
"""
PROFILE = "[{}]\naws_access_key_id = {}\naws_secret_access_key = secret\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of somebody with credentials of every kind."""
    files = {
        ".aws/credentials": PROFILE.format("default", "DEFAULT"),
        ".aws/config": PROFILE.format("profile sandbox", "SANDBOX"),
        ".boto": PROFILE.format("Credentials", "BOTO"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    variables = {
        "HOME": str(tmp_path),
        "AWS_ACCESS_KEY_ID": "VARIABLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_PROFILE": "sandbox",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / ".boto"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def found(profile: str, **own: str) -> str:
    environment = {**inherited(profile), **own, **guard(profile)}
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.usefixtures("home")
def test_an_sdk_finds_nothing() -> None:
    assert found("") == "None"


def test_a_job_cannot_undo_it(home: Path) -> None:
    own = {
        "AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws" / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "false",
    }
    assert found("", **own) == "None"


@pytest.mark.usefixtures("home")
def test_with_a_profile_it_is_that_profile() -> None:
    assert found("sandbox") == "SANDBOX"


def test_what_a_job_inherits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_CONFIG_FILE", "PYTHONPATH", "MY_TOKEN"):
        monkeypatch.setenv(name, "mine")
    values = {**inherited(""), **guard("")}
    assert "mine" not in values.values()
    assert values["PATH"] == os.environ["PATH"]
    assert values["AWS_REGION"] == "us-east-1"
    with_profile = inherited("p")
    assert with_profile["AWS_REGION"] == with_profile["AWS_CONFIG_FILE"] == "mine"
    assert with_profile["AWS_PROFILE"] == "p" and not guard("p")
