"""A small project on disk, whose two steps are jobs that need nothing but Python."""

from __future__ import annotations

from pathlib import Path

from tests.functional.conftest import FILES

AWS = "region: us-east-1\nstack: ml-small\n"


def make(root: Path) -> Path:
    """The project in folder `root`, with an environment `dev` on AWS, too."""
    for name, text in {**FILES, "envs/dev.yaml": AWS}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root
