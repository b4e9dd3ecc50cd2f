"""What an artifact is, whichever store keeps it.

What comes in: nothing. What goes out: the form in which `disk` and `s3` tell of what
they keep. Never: where a store keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Artifact:
    """A file an execution made: `uri`, the step and output it belongs to, size in
    bytes, SHA-256 in hex ("" when the backend does not know it without reading).
    `mark` is what the store itself tells contents apart by ("" when it does not): an
    ETag."""

    uri: str
    step: str
    output: str
    size: int
    sha256: str = ""
    mark: str = ""
