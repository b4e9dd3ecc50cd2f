"""Code that ran, held against the commit that it is said to be.

What comes in: a project under git, an execution's evidence, its backend. What goes out:
what was compared. Never: the files that are checked out are looked at; a commit that
this clone lacks, or a file that git left out, is no fault.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from mlmax_pipelines.backends.contract import Backend
from mlmax_pipelines.base import layout
from mlmax_pipelines.observe.evidence import Finding

_SHORT = 12


def check(
    root: Path, backend: Backend, evidence: Mapping[str, Any]
) -> Iterator[Finding]:
    """Each version of code that ran from a commit without changes."""
    git = evidence["git"] or {}
    if not git.get("commit") or git.get("dirty", True):
        return
    text = json.dumps(backend.definition(evidence["execution"]["id"]))
    for uri, version in layout.code_places(text):
        names = [item.uri[len(uri) :] for item in backend.objects(uri)]
        names = [name for name in names if not layout.is_packed(name)]
        found = _digests(root, git["commit"], names)
        if found is not None:
            what = f"code {version[:_SHORT]} at commit {git['commit'][:_SHORT]}"
            yield Finding(what, version, layout.listed_digest(found))


def _digests(root: Path, commit: str, names: Sequence[str]) -> dict[str, str] | None:
    """SHA-256 of these files of a commit; None when one is not in it, or none is."""
    asked = "".join(f"{commit}:./{name}\n" for name in names)
    try:
        answer = subprocess.run(
            ["git", "cat-file", "--batch"],
            cwd=root,
            input=asked.encode(),
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = {}
    for name in names:
        # `<object> <type> <size>`, its bytes, a line's end; or `<asked> missing`.
        head, _, rest = answer.partition(b"\n")
        if not head or head.endswith((b" missing", b" ambiguous")):
            return None
        size = int(head.split()[-1])
        found[name], answer = sha256(rest[:size]).hexdigest(), rest[size + 1 :]
    return found or None
