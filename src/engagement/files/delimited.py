"""Tables of text: cells between commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import io
from collections import deque
from contextlib import contextmanager, suppress
from math import inf
from threading import Lock
from typing import TYPE_CHECKING, Any

from engagement.errors import FormatError
from engagement.files.content import Content, cut_table
from engagement.files.limits import Limits
from engagement.settings.checks import check_choice
from engagement.tables.formulas import guard_text, restore_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

__all__ = [
    "DELIMITERS",
    "check_delimiter",
    "csv_bytes",
    "find_escape",
    "read_delimited",
    "restored",
]

DELIMITERS = (",", ";", "\t", "|")

_LIMIT = Lock()


def check_delimiter(delimiter: str | None) -> None:
    r"""
    Raise SettingError unless a delimiter is one of the four, or left open.

    Examples
    --------
    >>> check_delimiter("\t")
    """
    check_choice("delimiter", delimiter, DELIMITERS, optional=True)


@contextmanager
def _cells_of_length(characters: int) -> Iterator[None]:
    """Change the limit that csv sets for the whole process to a cell's length, for a while."""
    with _LIMIT:
        limit = csv.field_size_limit(min(characters, 2**31 - 1))
        try:
            yield
        finally:
            csv.field_size_limit(limit)


def find_escape(lines: Callable[[], Iterable[str]], delimiter: str) -> str | None:
    r"""
    Find out whether a backslash stands before quotes within a cell, which others write twice.

    Parameters
    ----------
    lines
        Gives the lines of the file.
    delimiter
        What stands between cells.

    Returns
    -------
    str or None
        A backslash, where the lines are CSV with it and are none without.

    Examples
    --------
    >>> find_escape(lambda: [r'"said \"no\"",7'], ",")
    '\\'
    >>> find_escape(lambda: [r'"C:\",7'], ",") is None
    True
    """
    if not any('\\"' in line for line in lines()):
        return None
    for escape in (None, "\\"):
        with suppress(csv.Error):
            deque(csv.reader(lines(), delimiter=delimiter, escapechar=escape, strict=True), 0)
            return escape
    return None


def _reader(text: str, delimiter: str) -> Any:
    def lines() -> Iterable[str]:
        return io.StringIO(text, newline="")

    escape = find_escape(lines, delimiter)
    return csv.reader(lines(), delimiter=delimiter, escapechar=escape, strict=True)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    yield from enumerate(_reader(text, delimiter), 1)


def read_delimited(
    text: str,
    name: str,
    known: Collection[str],
    *,
    delimiter: str | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
) -> Content:
    """
    Read a table of text.

    Parameters
    ----------
    text
        The file; a line ``sep=;`` above the header says the delimiter, as spreadsheets write it.
    name
        Of the file, for errors.
    known
        Names of columns, lower-case, by which the delimiter is found.
    delimiter
        ``None`` for the one under which the header has most of the known columns.
    header_row, limits
        See `cut_table`.

    Raises
    ------
    FormatError
        If it is no such table, or a larger one than the limits.
    """
    limits = limits or Limits()
    first, _, rest = text.partition("\n")
    if first.startswith("sep=") and first.strip()[4:] in DELIMITERS and len(first.strip()) == 5:
        text, delimiter = rest, delimiter or first.strip()[4:]
    with _cells_of_length(limits.characters):
        found = delimiter or _find_delimiter(text, known, header_row)
        lines = _lines(text, found)
        try:
            return cut_table(lines, name=name, header_row=header_row, limits=limits)
        except csv.Error as error:
            line = _line_of_error(text, found)
            if "field limit" in str(error):
                what = f"more than {limits.characters} characters in a cell of line {line}"
                limits.hold("characters", inf, name, what)
            raise FormatError(f"{name}: line {line}: not CSV: {error}") from None


def _line_of_error(text: str, delimiter: str) -> int:
    reader = _reader(text, delimiter)
    with suppress(csv.Error):
        deque(reader, 0)
    return int(reader.line_num)


def _find_delimiter(text: str, known: Collection[str], header_row: int | None) -> str:
    best, found = (-1, -1), ","
    for delimiter in DELIMITERS:
        try:
            cells = next(
                cells
                for number, cells in _lines(text, delimiter)
                if (
                    any(cell.strip() for cell in cells)
                    if header_row is None
                    else number == header_row
                )
            )
        except (StopIteration, csv.Error):
            continue
        score = sum(cell.strip().casefold() in known for cell in cells), len(cells)
        if score > best:
            best, found = score, delimiter
    return found


def restored(row: Mapping[str, Any]) -> dict[str, Any]:
    """Take away what guards the texts of a row from being run as formulas."""
    return {
        name: restore_text(cell) if isinstance(cell, str) and cell[:1] == "'" else cell
        for name, cell in row.items()
    }


def csv_bytes(
    columns: Iterable[str], rows: Iterable[Mapping[str, Any]], *, delimiter: str = ","
) -> bytes:
    r"""
    Write a table as CSV: UTF-8, one kind of line end, and no text that is a formula.

    Examples
    --------
    >>> csv_bytes(["note"], [{"note": "=1+1"}])
    b"note\n'=1+1\n"
    """
    names = list(columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", delimiter=delimiter)
    writer.writerow([guard_text(name) for name in names])
    writer.writerows([[_cell(row.get(name)) for name in names] for row in rows])
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return guard_text(value)
    return "" if value is None else str(value)
