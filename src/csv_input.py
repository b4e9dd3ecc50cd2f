"""CSV files in a folder -> their lines as text, once each header has been checked.

In: a folder (or one file) and the columns needed. Out: one `Line` per row, cells
stripped of blanks around them. A byte order mark, Windows line ends, quoted commas,
any column order and extra columns are all fine; a file without the needed columns is
a JobError. It never looks at the values.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from job import JobError, note


@dataclass(frozen=True)
class Line:
    """One row: its file (relative to the folder), where it ends there, its cells."""

    file: str
    number: int
    header: list[str]
    cells: list[str]

    def get(self, column: str) -> str:
        """A cell by its column; empty where the row is too short to have it."""
        index = self.header.index(column)
        return self.cells[index] if index < len(self.cells) else ""


def read_lines(
    folder: Path, option: str, needed: Sequence[str], quiet: bool = False
) -> Iterator[Line]:
    """Every row of every CSV file; `quiet` leaves the note on extra columns out."""
    for path in csv_files(folder, option):
        name = path.relative_to(folder).as_posix() if path != folder else path.name
        try:
            yield from _file_lines(path, name, needed, quiet)
        except UnicodeDecodeError as error:
            raise JobError(f"'{name}' is not UTF-8 text: {error.reason}") from None
        except csv.Error as error:
            raise JobError(f"'{name}' is not a CSV file: {error}") from None


def csv_files(folder: Path, option: str) -> list[Path]:
    """Every CSV file in a folder and the folders below it, in a fixed order.

    Raises JobError, naming the option that chose the folder, when there is none.
    """
    if folder.is_file():
        return [folder]
    if not folder.exists():
        raise JobError(f"input '{folder}' does not exist: name another with {option}")
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".csv")
    if not found:
        raise JobError(f"no CSV file (*.csv) in '{folder}', the folder of {option}")
    return found


def _file_lines(
    path: Path, name: str, needed: Sequence[str], quiet: bool
) -> Iterator[Line]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, strict=True)
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(name, header, needed)
        extra = [column for column in header if column not in needed]
        if extra and not quiet:
            note(f"'{name}': {_listed(extra)} not used")
        for cells in reader:
            if cells:
                stripped = [cell.strip() for cell in cells]
                yield Line(name, reader.line_num, header, stripped)


def _check_header(name: str, header: list[str], needed: Sequence[str]) -> None:
    if not header:
        raise JobError(f"'{name}' is empty: its first line must name the columns")
    twice = [column for column in needed if header.count(column) > 1]
    if twice:
        raise JobError(f"'{name}' has {_listed(twice)} more than once")
    missing = [column for column in needed if column not in header]
    if missing:
        hint = _hint(header, needed, missing[0])
        raise JobError(f"'{name}' lacks {_listed(missing)}; {hint}")


def _hint(header: list[str], needed: Sequence[str], missing: str) -> str:
    if len(header) == 1:
        return "its first line is one field: is it separated by commas?"
    unknown = [column for column in header if column not in needed]
    close = difflib.get_close_matches(missing, unknown, n=1)
    if close:
        return f"is '{close[0]}' meant to be '{missing}'?"
    return f"its first line has {_listed(header)}"


def _listed(columns: list[str]) -> str:
    shown = ", ".join(f"'{column}'" for column in columns[:3])
    more = f" and {len(columns) - 3} more" if len(columns) > 3 else ""
    return f"column{'s' if len(columns) > 1 else ''} {shown}{more}"
