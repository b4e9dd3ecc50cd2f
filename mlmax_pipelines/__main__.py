"""`pipeline` and `python -m mlmax_pipelines`: the process around the command line.

What comes in: sys.argv. What goes out: an exit code. Never: anything else.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    from mlmax_pipelines.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
