"""Raw CSV files -> rows that fit the schema, and rejects with a reason each.

In: a folder of CSV files. Out: `Row`s (a missing measurement is NaN) and `Reject`s;
together they are every row read. A file that is not the data at all (no header,
a column missing, not UTF-8) is a JobError; one bad row never is. It never changes,
guesses or fills a value.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import wdbc
from csv_input import Line, read_lines
from job import JobError

REASONS = (
    "field_count",
    "bad_id",
    "duplicate_id",
    "bad_label",
    "missing_values",
    "not_a_number",
    "out_of_range",
    "duplicate_row",
)

_INTEGER = re.compile(r"[0-9]{1,18}")
# Stricter than float(), which also takes "1_000", "infinity" and other alphabets.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_MISSING = {"", "na", "n/a", "nan", "null", "none"}


@dataclass(frozen=True)
class Row:
    """One row that fits the schema; `label` is None where labels were not asked for."""

    id: int
    label: int | None
    values: tuple[float, ...]


@dataclass(frozen=True)
class Reject:
    """One row that was set aside: where it stands and what is wrong with it."""

    file: str
    line: int
    id: str
    reason: str
    detail: str


class _BadRow(Exception):
    """A row breaks a rule: args are one of REASONS and a detail for people."""


class Checker:
    """Checks rows one by one; remembers those before, to find the repeated."""

    def __init__(self, labelled: bool, max_missing: int) -> None:
        self.labelled = labelled
        self.max_missing = max_missing
        self._ids: dict[int, str] = {}
        self._values: dict[tuple[float, ...], int] = {}

    def check(self, record: dict[str, str], place: str) -> Row:
        """The row in a record of column -> text; raises _BadRow."""
        row_id = self._new_id(record[wdbc.ID])
        label = _label(record[wdbc.LABEL]) if self.labelled else None
        values = self._values_of(record)
        if self.labelled:
            self._refuse_repeated(values)
            self._values[values] = row_id
        self._ids[row_id] = place
        return Row(row_id, label, values)

    def _new_id(self, text: str) -> int:
        if not _INTEGER.fullmatch(text):
            raise _BadRow("bad_id", f"id '{text}' is not a whole number")
        if int(text) in self._ids:
            first = self._ids[int(text)]
            raise _BadRow("duplicate_id", f"id {text} was first used in {first}")
        return int(text)

    def _values_of(self, record: dict[str, str]) -> tuple[float, ...]:
        values = tuple(_number(name, record[name]) for name in wdbc.FEATURES)
        missing = sum(map(math.isnan, values))
        if missing > self.max_missing:
            raise _BadRow(
                "missing_values",
                f"{missing} of {len(values)} measurements are missing, "
                f"at most {self.max_missing} may be",
            )
        return values

    def _refuse_repeated(self, values: tuple[float, ...]) -> None:
        # The same sample under two ids could end up in train and in test.
        if values in self._values:
            other = self._values[values]
            raise _BadRow("duplicate_row", f"the same measurements as id {other}")


def _label(text: str) -> int:
    if text not in wdbc.LABELS:
        allowed = " or ".join(f"'{label}'" for label in wdbc.LABELS)
        raise _BadRow("bad_label", f"{wdbc.LABEL} is '{text}', not {allowed}")
    return wdbc.LABELS.index(text)


def _number(name: str, text: str) -> float:
    if text.lower() in _MISSING:
        return math.nan
    if not _NUMBER.fullmatch(text):
        raise _BadRow("not_a_number", f"'{name}' is '{text}', not a number")
    low, high = wdbc.FEATURES[name]
    value = float(text)
    if not low <= value <= high:
        raise _BadRow("out_of_range", f"'{name}' is {text}, not {low:g} to {high:g}")
    return value


def read_rows(
    folder: Path, option: str, labelled: bool, max_missing: int
) -> tuple[list[Row], list[Reject]]:
    """Read every CSV file of a folder, in the order of their names.

    Raises JobError when there is no file, a file cannot be read as the schema says,
    or no file has a row.
    """
    checker = Checker(labelled, max_missing)
    rows: list[Row] = []
    rejects: list[Reject] = []
    needed = [wdbc.ID, *([wdbc.LABEL] if labelled else []), *wdbc.FEATURES]
    for line in read_lines(folder, option, needed):
        try:
            rows.append(checker.check(_record(line), f"{line.file} line {line.number}"))
        except _BadRow as bad:
            row_id = line.get(wdbc.ID)
            rejects.append(Reject(line.file, line.number, row_id, *bad.args))
    if not rows and not rejects:
        raise JobError(f"no data rows in '{folder}': only header lines")
    return rows, rejects


def _record(line: Line) -> dict[str, str]:
    if len(line.cells) != len(line.header):
        found, wanted = len(line.cells), len(line.header)
        raise _BadRow("field_count", f"{found} fields, the header line has {wanted}")
    return dict(zip(line.header, line.cells, strict=True))


def read_ids(folder: Path, option: str) -> set[int]:
    """Every usable id in a folder's CSV files; other columns may be anything."""
    lines = read_lines(folder, option, [wdbc.ID], quiet=True)
    texts = (line.get(wdbc.ID) for line in lines)
    return {int(text) for text in texts if _INTEGER.fullmatch(text)}
