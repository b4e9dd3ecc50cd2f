"""What a job on this machine has of the environment of whoever runs it.

What comes in: this process's environment, and the AWS profile that an environment names
for jobs, if it does. What goes out: variables. Never: credentials, or a way to them,
unless a profile is named.

Variables that name credentials are not passed on. Those that name the files in which
SDKs look for them (for profiles, single sign-on and processes that fetch some, too)
name an empty one; the metadata of a machine in AWS is turned off, and nowhere.

Sources: AWS SDKs and Tools Reference Guide, "Settings reference" and "IMDS credential
provider"; botocore's `credentials.py`, which reads what BOTO_CONFIG names too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from mlmax_pipelines.local.workspace import REGION

# What programs need to run at all and to find libraries, certificates and proxies. No
# PYTHON*: a job sees the packages of its interpreter, not those of a shell.
_INHERITED = (
    "PATH HOME USER LOGNAME SHELL LANG LANGUAGE LC_ALL LC_CTYPE TZ TMPDIR VIRTUAL_ENV "
    "CONDA_PREFIX LD_LIBRARY_PATH DYLD_LIBRARY_PATH SSL_CERT_FILE SSL_CERT_DIR "
    "REQUESTS_CA_BUNDLE HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy "
    "no_proxy OMP_NUM_THREADS CUDA_VISIBLE_DEVICES"
).split()
# Where profiles are; and, with one named, what else there is to it.
_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
_WITH_PROFILE = (*_INHERITED, *_FILES, "AWS_REGION", "AWS_DEFAULT_REGION")
# A port at which nobody listens.
_NOWHERE = "http://127.0.0.1:9"
_NO_ACCOUNT = {
    **dict.fromkeys(_FILES, os.devnull),
    "BOTO_CONFIG": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT": _NOWHERE,
    # As SDKs for Rust's object_store call it.
    "AWS_METADATA_ENDPOINT": _NOWHERE,
}


def inherited(profile: str) -> dict[str, str]:
    """What every job gets, before what is its own. `profile` is "" for no account."""
    names = _WITH_PROFILE if profile else _INHERITED
    values = {key: os.environ[key] for key in names if key in os.environ}
    if profile:
        # Its region is the profile's, unless whoever runs it says another.
        # Older SDKs read profiles of the configuration only if they are told to.
        return {**values, "AWS_PROFILE": profile, "AWS_SDK_LOAD_CONFIG": "1"}
    return {**values, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}


def guard(profile: str) -> Mapping[str, str]:
    """What goes before anything that a job says of its own."""
    return {} if profile else _NO_ACCOUNT
