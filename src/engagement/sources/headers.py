"""Where the columns of a file stand whose header names them."""

from __future__ import annotations

import csv
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve

from engagement.errors import FormatError
from engagement.files.recognition import archive_as, looks_like
from engagement.sources.cut import FileLayout, cut_text
from engagement.sources.other_forms import (
    is_workbook,
    objects_of_json,
    rows_of_objects,
    rows_of_workbook,
)
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engagement.sources.published import PublishedFile

__all__ = ["find_headless", "headed_layout"]

DELIMITERS = (",", "\t", ";", "|")

Records: TypeAlias = """Callable[
    [Sequence[Mapping[str, Any]]], tuple[dict[str, str], list[list[str]]] | None
]"""


def headed_layout(
    file: PublishedFile,
    *,
    what: str,
    required: Sequence[str],
    n_preamble: int = 0,
    reaches: str | None = None,
    headless: Sequence[str] = (),
    records: Records | None = None,
) -> FileLayout:
    """
    Find out where the columns of a file stand, whatever separates them.

    A workbook is read too, and JSON that is a list of objects or has one a line.

    Parameters
    ----------
    file
        The file.
    what
        What it should be, to be named in the error.
    required
        Folded names of columns that it must have.
    n_preamble
        So many lines may stand above the header.
    reaches
        Folded name of the last column that a row must reach; ``None`` if it must reach all.
    headless
        Columns, the first of which holds numbers, of files that were published without a header.
    records
        Takes objects of JSON that are no rows apart: for each column the name of its field, and
        the rows; ``None`` where they are others.

    Raises
    ------
    FormatError
        If it is something else, with what it looks like.
    """
    hint = ""
    if is_workbook(file.path):
        (header, *rows), unread = rows_of_workbook(file)
        if set(required) <= set(map(fold_term, header)):
            layout = _layout(file, what, header, required, reaches)
            return evolve(layout, rows=rows, unread=unread)
        hint = f"; this looks like {archive_as({'xl/workbook.xml'}, file.path.suffix)}"
    text = "" if hint else file.head()
    if text.lstrip()[:1] in ("[", "{"):
        objects = objects_of_json(file)
        fields, rows = (records and records(objects)) or ({}, [])
        if fields:
            layout = _layout(file, what, list(fields), required, reaches)
            return evolve(layout, rows=rows, printed=fields)
        header, *rows = rows_of_objects(objects)
        if set(required) <= set(map(fold_term, header)):
            return evolve(_layout(file, what, header, required, reaches), rows=rows)
    found = find_header(text, required, n_preamble)
    delimiter = find_headless(text, {len(headless)}) if headless and found is None else None
    if delimiter is not None:
        return evolve(_layout(file, what, headless, required, reaches), delimiter=delimiter)
    if found is None:
        lacking = ", ".join(f"'{column}'" for column in required)
        raise FormatError(
            f"{file.name}: not {what}: there is no header with the columns {lacking}"
            + (hint or looks_like(text))
        )
    start, delimiter = found
    try:
        header = next(cut_text(text[start:], delimiter))
    except csv.Error as error:
        raise FormatError(f"{file.name}: not {what}: not CSV: {error}") from None
    if delimiter == "\t":
        start = text.find("\n", start) + 1 or len(text)
    return evolve(
        _layout(file, what, header, required, reaches),
        delimiter=delimiter,
        n_skipped=len(text[:start].encode(errors=file.errors)),
        has_header=delimiter != "\t",
    )


def _layout(
    file: PublishedFile,
    what: str,
    header: Sequence[str],
    required: Sequence[str],
    reaches: str | None,
) -> FileLayout:
    columns = tuple(cell.strip().removeprefix("\ufeff") for cell in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    folded = [fold_term(column) for column in columns]
    twice = [column for column in required if folded.count(column) > 1]
    if twice:
        raise FormatError(f"{file.name}: column '{twice[0]}' stands twice in the header")
    return FileLayout(
        what=what,
        widths={len(columns): folded},
        printed=dict(zip(reversed(folded), reversed(columns), strict=True)),
        misfit=f"the row has {{n}} cells, the header {len(columns)}",
        least=len(columns) if reaches is None else folded.index(reaches) + 1,
    )


def find_header(text: str, required: Sequence[str], n_preamble: int) -> tuple[int, str] | None:
    """Find where the header begins, and what separates its cells; ``None`` where there is none."""
    start = 0
    for _ in range(n_preamble + 1):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else None]
        for delimiter in DELIMITERS:
            try:
                cells = next(cut_text(line, delimiter), [])
            except csv.Error:
                continue
            if set(required) <= {fold_term(cell.removeprefix("\ufeff")) for cell in cells}:
                return start, delimiter
        if end < 0:
            return None
        start = end + 1
    return None


def find_headless(text: str, widths: set[int]) -> str | None:
    """Find what separates the cells of a first row that is as wide and begins with a number."""
    for delimiter in DELIMITERS:
        with suppress(csv.Error):
            cells = next(cut_text(text, delimiter), [])
            if len(cells) in widths and cells[0].strip().isdecimal():
                return delimiter
    return None
