"""Writes a Metaflow flow of no-op steps: `write_jobs.py COUNT FLOW.py`.

What comes in: how many steps, at least 2. What goes out: the flow, a file to run.
Never: Metaflow is imported; it reads a flow's source, so a loop will not do.
"""

from __future__ import annotations

import sys
from pathlib import Path

HEAD = """\
from metaflow import FlowSpec, step


class Jobs(FlowSpec):
"""
STEP = """\
    @step
    def {name}(self):
        {body}

"""
TAIL = """\

if __name__ == "__main__":
    Jobs()
"""


def main() -> None:
    count, path = int(sys.argv[1]), Path(sys.argv[2])
    names = ["start", *(f"step_{number}" for number in range(2, count)), "end"]
    bodies = [f"self.next(self.{name})" for name in names[1:]] + ["pass"]
    steps = [STEP.format(name=name, body=body) for name, body in zip(names, bodies)]
    path.write_text(HEAD + "".join(steps) + TAIL, encoding="utf-8")


if __name__ == "__main__":
    main()
