"""git in a folder of a test, as somebody without settings of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(folder: Path, *words: str) -> str:
    """Run `git WORDS` there; what it printed."""
    identity = ["-c", "user.name=n", "-c", "user.email=e"]
    found = subprocess.run(
        ["git", *identity, *words],
        cwd=folder,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return found.stdout.strip()
