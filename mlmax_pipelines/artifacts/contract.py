"""What an artifact is, and what is asked of a store, whichever keeps it.

What comes in: s3:// URIs, files and folders. What goes out: the same, elsewhere; the
form in which `disk` and `s3` tell of what they keep. Never: where a store keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Artifact:
    """A file an execution made: `uri`, the step and output it belongs to, size in
    bytes, SHA-256 in hex ("" when the backend does not know it without reading).
    `mark` is what the store itself tells contents apart by ("" when it does not): an
    ETag; `version` is which one of its contents it was, where that was recorded."""

    uri: str
    step: str
    output: str
    size: int
    sha256: str = ""
    mark: str = ""
    version: str = ""


class Artifacts(Protocol):
    """Objects by URI. Every method raises PipelineError for known errors."""

    def list(self, uri: str) -> Iterator[Artifact]:
        """The object at `uri`, or all below it, be it written with a slash or not."""
        ...

    def read(self, uri: str) -> bytes | None:
        """An object's bytes; None when there is none."""
        ...

    def write(self, uri: str, content: bytes) -> None:
        """Make or replace an object."""
        ...

    def fetch(self, uri: str, to: Path) -> Path:
        """Copy an object to the path `to` (into it, when it is a folder), or all below
        a prefix into the folder `to`. Raises UsageError when there is nothing."""
        ...

    def put_data(self, path: Path, bucket: str) -> str:
        """Keep a file or folder of the user's under its digest, unless it is there;
        its URI."""
        ...
