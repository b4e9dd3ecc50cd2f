"""What every job script here has in common: folders, known failures, files.

In: the paths and rows that a script hands over. Out: argparse options that default
to the paths SageMaker mounts, CSV and JSON files, and for a known failure one line
on stderr, the same line in the file SageMaker shows it from, and exit code 1.
It never knows what the data means.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

# Where SageMaker mounts everything. A run outside a container may lay the same folders
# out elsewhere and name that place in ML_ROOT.
ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
INPUTS = ROOT / "processing" / "input"
OUTPUTS = ROOT / "processing" / "output"

# AWS pages "Save and Access Metadata Information About Your Processing Job" and
# "How Amazon SageMaker AI Runs Your Training Image": the first KB is shown.
PROCESSING_MESSAGE = "message"
TRAINING_MESSAGE = "failure"
MESSAGE_BYTES = 1024


class JobError(Exception):
    """A failure that the user can act on: shown as one line, without a traceback."""


def run(main: Callable[[], None], message_file: str) -> None:
    """Run `main`; turn a known failure into a message and exit code 1."""
    try:
        main()
    except (JobError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        _leave_message(str(error), message_file)
        raise SystemExit(1) from None


def _leave_message(text: str, message_file: str) -> None:
    folder = Path(os.environ.get("SM_OUTPUT_DIR", ROOT / "output"))
    if folder.is_dir():
        kept = text.encode()[:MESSAGE_BYTES].decode(errors="ignore")
        (folder / message_file).write_text(kept, encoding="utf-8")


def note(text: str) -> None:
    """Tell the log about something that does not stop the job."""
    print(f"note: {text}", file=sys.stderr)


def parser(script_doc: str | None) -> argparse.ArgumentParser:
    """A parser whose --help is the script's docstring, followed by every default."""
    return argparse.ArgumentParser(
        description=script_doc,
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )


class _HelpFormatter(
    argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter
):
    """Keeps the docstring's line breaks and adds the defaults there are."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if action.default is None:
            return action.help
        return super()._get_help_string(action)


def fraction(text: str) -> float:
    """An argparse type: a number above 0 and below 1."""
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def share(text: str) -> float:
    """An argparse type: a number above 0, at most 1."""
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return value


def count(text: str) -> int:
    """An argparse type: a whole number, zero or more."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return value


def write_csv(
    path: Path, header: Sequence[str] | None, rows: Iterable[Sequence[object]]
) -> None:
    """Write rows, with a header line if one is given; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if header is not None:
            writer.writerow(header)
        writer.writerows(rows)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write one JSON object, keys in the order given; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
