"""What an execution ran: digests, commits, versions.

What comes in: a project folder. What goes out: plain data for the record. Never: fails
for want of git, or imports the packages whose versions it tells.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from mlmax_pipelines import __version__

_PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "xgboost", "xgboost-cpu")
_INSTALLED = re.compile(r"(.+?)-([^-]+)\.dist-info")


def caller() -> str:
    """The user of this machine, and the machine."""
    from getpass import getuser
    from socket import gethostname

    try:
        user = getuser()
    except (KeyError, OSError):
        # A user without a name, as containers have them.
        user = f"user {os.getuid()}"
    return f"{user} on {gethostname()}"


class GitState:
    """The commit that is checked out, asked for while other work goes on."""

    def __init__(self, root: Path) -> None:
        # Without its locks, git refreshes nothing: who looks writes nothing.
        command = ["git", "--no-optional-locks", "status"]
        command += ["--porcelain=v2", "--branch"]
        try:
            self._process: subprocess.Popen[str] | None = subprocess.Popen(
                command,
                cwd=root,
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._process = None

    def read(self) -> dict[str, Any]:
        """`commit`, and whether files differ from it (`dirty`); {} without git."""
        if self._process is None:
            return {}
        text, _ = self._process.communicate()
        lines = text.splitlines()
        commits = [line.split()[-1] for line in lines if line[:13] == "# branch.oid "]
        if self._process.returncode or not commits:
            return {}
        return {
            "commit": commits[0],
            "dirty": any(not line.startswith("#") for line in lines),
        }


def versions() -> dict[str, Any]:
    """Versions of this package, Python, and what jobs are likely to use."""
    return {
        "mlmax_pipelines": __version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "packages": _installed(),
    }


def _installed() -> dict[str, str]:
    """From the names of the folders that an installer leaves (PyPA specification
    "Recording installed projects"): a tenth of the time of importlib.metadata."""
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder) if folder.endswith("-packages") else []
        except OSError:
            continue
        for name in names:
            match = _INSTALLED.fullmatch(name)
            if match:
                found.setdefault(match[1].lower().replace("_", "-"), match[2])
    return {name: found[name] for name in _PACKAGES if name in found}
