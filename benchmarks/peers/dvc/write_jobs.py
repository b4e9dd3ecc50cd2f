"""Writes a DVC pipeline of no-op stages: `write_jobs.py COUNT FOLDER COMMAND ...`.

What comes in: how many stages, the folder, the command of each. What goes out:
dvc.yaml there. Never: DVC is imported, or a stage run.
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path


def main() -> None:
    count, folder, *command = sys.argv[1:]
    stage = {"cmd": shlex.join(command)}
    stages = {f"step-{number}": stage for number in range(1, int(count) + 1)}
    # JSON is YAML.
    text = json.dumps({"stages": stages}, indent=2)
    (Path(folder) / "dvc.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
