"""Exports as workbooks and as JSON, as rows of texts below a header."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from engagement.sources.published import PublishedFile

__all__ = ["is_workbook", "objects_of_json", "rows_of_objects", "rows_of_workbook"]


def is_workbook(path: Path) -> bool:
    """Tell whether a file is an Excel workbook."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def rows_of_workbook(file: PublishedFile) -> tuple[list[list[str]], dict[int, str]]:
    """
    Read the rows of a workbook's only sheet, or of the one named "events".

    Returns
    -------
    tuple
        The rows, of which the first is the header; and for those with a cell that shows no
        value, counted from 1 below the header, what is wrong.

    Raises
    ------
    FormatError
        If it is none, is larger than the limits, or several sheets may be meant.
    """
    from engagement.files.workbooks import read_workbook

    file.limits.hold("megabytes", file.path.stat().st_size / 2**20, file.name)
    found = read_workbook(file.path.read_bytes(), file.name, limits=file.limits)
    rows = [[_text(row.get(title)) for title in found.header] for row in found.rows]
    place = {number: row for row, number in enumerate(found.numbers, 1)}
    wrong = {
        place[number]: f"column '{column}': {problem}"
        for number, column, _, problem in found.unread
        if number in place
    }
    return [list(map(str, found.header)), *rows], wrong


def objects_of_json(file: PublishedFile) -> list[dict[str, Any]]:
    """
    Read objects: a list, alone or within an answer such as ``{"data": [...]}``, or one a line.

    Returns
    -------
    list
        The objects; none where the text is none of this.

    Raises
    ------
    LimitError
        If it is larger than the limits; its cells are no more than its commas and colons.
    """
    text = file.text()
    file.limits.hold("cells", text.count(",") + text.count("["), file.name)
    try:
        found = json.loads(text)
    except RecursionError:
        return []
    except ValueError:
        try:
            found = [json.loads(line) for line in text.split("\n") if line.strip()]
        except (ValueError, RecursionError):
            return []
    if not isinstance(found, dict):
        return found if _is_table(found) else []
    return next(filter(_is_table, found.values()), [found])


def rows_of_objects(objects: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Give a header and a row for each object."""
    names = list(dict.fromkeys(name for one in objects for name in one))
    return [names, *([_text(one.get(name)) for name in names] for one in objects)]


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value) if isinstance(value, (bool, list, dict)) else str(value)
