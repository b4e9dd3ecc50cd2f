"""Peers installed, each into an environment of its own, once.

What comes in: a folder of peers/ with a requirements.txt (PyPI) or a package.json (npm)
of exact versions. What goes out: the environment below the build folder. Never: the
environment that ours runs in is touched; a peer is fetched again while what it
requires stays the same.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile, rmtree, which

from bench import HERE, Bench
from measure import Failed, last_line

PEERS = HERE / "peers"
_INSTALLED = "installed"
_LONGEST_SECONDS = 1800


def python(bench: Bench, peer: str) -> Path:
    """The interpreter of a peer's environment. Raises Failed."""
    requirements = PEERS / peer / "requirements.txt"
    folder = bench.build / peer
    if _is_stale(folder, requirements):
        pip: list[str | Path] = [
            folder / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
        ]
        _run(bench, peer, [sys.executable, "-m", "venv", folder])
        _run(bench, peer, [*pip, "--requirement", requirements])
        copyfile(requirements, folder / _INSTALLED)
    return folder / "bin" / "python"


def node(bench: Bench, peer: str) -> tuple[Path, Path]:
    """node, and the folder that a peer's package is installed in. Raises Failed."""
    program = require_node()
    package = PEERS / peer / "package.json"
    folder = bench.build / peer
    if _is_stale(folder, package):
        npm = which("npm")
        if not npm:
            raise Failed("needs npm, which is not on this machine")
        folder.mkdir(parents=True)
        copyfile(package, folder / "package.json")
        words: list[str | Path] = [
            npm,
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            folder,
        ]
        _run(bench, peer, words)
        copyfile(package, folder / _INSTALLED)
    return program, folder


def require_node() -> Path:
    """Where node is. Raises Failed."""
    program = which("node")
    if not program:
        raise Failed("needs node, which is not on this machine")
    return Path(program)


def version(peer: str) -> str:
    """The version of a peer that is measured: its first requirement's."""
    folder = PEERS / peer
    found = next(folder.glob("requirements.txt"), folder / "package.json")
    text = found.read_text(encoding="utf-8")
    match = re.search(r'(?:==|"dependencies".*?: *")(\d[\w.]*)', text, re.DOTALL)
    return match[1] if match else ""


def _is_stale(folder: Path, requirements: Path) -> bool:
    """Whether to install; what is left of another version is removed then."""
    installed = folder / _INSTALLED
    if installed.is_file() and installed.read_bytes() == requirements.read_bytes():
        return False
    if folder.exists():
        rmtree(folder)
    print(f"  installing {requirements.parent.name} (once)", file=sys.stderr)
    return True


def _run(bench: Bench, peer: str, words: Sequence[str | Path]) -> None:
    log = bench.log(f"install-{peer}")
    with log.open("w") as output:
        try:
            done = subprocess.run(
                [str(word) for word in words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_LONGEST_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise Failed("could not be installed in half an hour") from None
    if done.returncode:
        raise Failed(f"could not be installed: {last_line(log)} (see {log})")
