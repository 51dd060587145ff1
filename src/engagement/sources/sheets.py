"""Published files as rows of cells: opened, unpacked, decoded and cut, whatever their layout."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement.errors import FormatError, SettingError, shown
from engagement.files.recognition import archive_as, looks_like, packed_as
from engagement.sources.other_forms import is_workbook, rows_of_json, rows_of_workbook
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = [
    "BROKEN_ARCHIVE",
    "Sheet",
    "cut_text",
    "find_header",
    "only_member",
    "read_headed",
    "read_text_of",
    "unquoted",
]

MOST_BYTES = 4 * 2**30
"""What an archive's member may unpack to."""

DELIMITERS = (",", "\t", ";", "|")

BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    LookupError,
)
"""What is raised where an archive cannot be read."""


@frozen
class Sheet:
    """
    Rows of cells below a header.

    Rows that do not fit the header are there too; `ragged` tells which, and why.
    """

    name: str
    """The name of the file."""
    columns: tuple[str, ...]
    """The header as printed."""
    rows: Sequence[Sequence[str]]
    """The cells."""
    ragged: dict[int, str] = field(factory=dict)
    """Row, counted from 1, to what is wrong with its shape."""

    def places(self) -> dict[str, int]:
        """Give the place of each column by its folded name; of one that stands twice, the first."""
        found: dict[str, int] = {}
        for place, name in enumerate(self.columns):
            found.setdefault(fold_term(name), place)
        return found


def read_text_of(path: str | os.PathLike[str], encoding: str) -> tuple[str, str]:
    """
    Read the name and the text of a file, or of the one member of a zip archive.

    Bytes that are not of the encoding become lone surrogates, so that a fault can be told of
    the one cell that holds them.

    Raises
    ------
    FormatError
        If it is an archive that cannot be read or has not exactly one member, or no text.
    SettingError
        If there is no such encoding.
    FileNotFoundError
        If there is no such file.
    """
    file = Path(path)
    content = file.read_bytes()
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        content = _unpack(file.name, content)
    packed = packed_as(content)
    if packed:
        raise FormatError(f"{file.name}: not a text{packed}")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding == "utf-8":
        raise FormatError(f"{file.name}: the text is UTF-16; give encoding='utf-16'")
    try:
        text = content.decode(encoding, errors="surrogateescape")
    except LookupError:
        raise SettingError(f"unknown encoding {shown(encoding)}") from None
    except (UnicodeError, TypeError, ValueError):
        raise FormatError(f"{file.name}: the text is not {shown(encoding)}") from None
    return file.name, text.removeprefix("\ufeff")


def _unpack(name: str, content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            member = only_member(Path(name), archive)
            with archive.open(member) as opened:
                unpacked = opened.read(MOST_BYTES + 1)
    except FormatError:
        raise
    except BROKEN_ARCHIVE as error:
        raise FormatError(f"{name}: not a zip archive that can be read: {error}") from None
    if len(unpacked) > MOST_BYTES:
        raise FormatError(f"{name}: unpacks to more than 4 GiB; unpack it and cut the file")
    return unpacked


def only_member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """
    Find the one file in an archive.

    Raises
    ------
    FormatError
        If there is not exactly one, or it is packed by another method.
    """
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if any(member.filename == "[Content_Types].xml" for member in members):
        told = archive_as({member.filename for member in members}, path.suffix)
        raise FormatError(f"{path.name}: not a text; this looks like {told}")
    if len(members) != 1:
        raise FormatError(
            f"{path.name}: the archive has {len(members)} files, not one; "
            "unpack it and give the file with the events"
        )
    if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FormatError(f"{path.name}: packed by a method that is not read; unpack it")
    return members[0]


def read_headed(
    path: str | os.PathLike[str],
    encoding: str,
    *,
    what: str,
    required: Sequence[str],
    n_preamble: int = 0,
    reaches: str | None = None,
    headless: Sequence[str] = (),
) -> Sheet:
    """
    Read a file whose columns are named in a header, whatever separates them.

    Columns are separated by a tab, without quotes but those around a whole cell, or by a comma,
    a semicolon or a bar, as CSV. A workbook is read too, and JSON that is a list of objects.

    Parameters
    ----------
    path
        The file, or a zip archive of a text alone.
    encoding
        That of the text.
    what
        What the file should be, to be named in the error.
    required
        Folded names of columns that it must have.
    n_preamble
        So many lines may stand above the header.
    reaches
        Folded name of the last column that a row must reach; ``None`` if it must reach all.
    headless
        Columns, the first of which holds numbers, of files that were published without a header.

    Raises
    ------
    FormatError
        If it is something else, with what it looks like.
    """
    file = Path(path)
    content = file.read_bytes()
    if is_workbook(content):
        table, ragged = rows_of_workbook(content, file.name)
        if not table[0] or not set(required) <= set(map(fold_term, table[0])):
            told = archive_as({"xl/workbook.xml"}, file.suffix)
            raise _lacking(file.name, what, required, f"; this looks like {told}")
        return _sheet(file.name, table, ragged, required, reaches)
    name, text = read_text_of(path, encoding)
    rows = rows_of_json(text) if text.lstrip()[:1] in ("[", "{") else None
    if rows is not None and set(required) <= set(map(fold_term, rows[0])):
        return _sheet(name, rows, {}, required, reaches)
    found = find_header(text, required, n_preamble)
    if found is None and headless:
        delimiter = find_headless(text, len(headless))
        if delimiter is not None:
            found = 0, delimiter
            text = delimiter.join(headless) + "\n" + text
    if found is None:
        raise _lacking(name, what, required, looks_like(text))
    start, delimiter = found
    try:
        table = list(cut_text(text[start:], delimiter))
    except csv.Error as error:
        raise FormatError(f"{name}: not {what}: not CSV: {error}") from None
    return _sheet(name, table, {}, required, reaches)


def _lacking(name: str, what: str, required: Sequence[str], hint: str) -> FormatError:
    lacking = ", ".join(f"'{column}'" for column in required)
    return FormatError(f"{name}: not {what}: there is no header with the columns {lacking}{hint}")


def _sheet(
    name: str,
    table: list[list[str]],
    ragged: dict[int, str],
    required: Sequence[str],
    reaches: str | None,
) -> Sheet:
    columns = tuple(cell.strip().removeprefix("\ufeff") for cell in table[0])
    while columns and not columns[-1]:
        columns = columns[:-1]
    folded = [fold_term(column) for column in columns]
    twice = [column for column in required if folded.count(column) > 1]
    if twice:
        raise FormatError(f"{name}: column '{twice[0]}' stands twice in the header")
    least = len(columns) if reaches is None else folded.index(reaches) + 1
    rows = [_trimmed(cells, len(columns)) for cells in table[1:]]
    for number, cells in enumerate(rows, 1):
        if not least <= len(cells) <= len(columns):
            ragged[number] = f"the row has {len(cells)} cells, the header {len(columns)}"
    return Sheet(name, columns, rows, ragged)


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


def find_headless(text: str, width: int) -> str | None:
    """Find what separates the cells of a first row that is as wide and begins with a number."""
    for delimiter in DELIMITERS:
        with suppress(csv.Error):
            cells = next(cut_text(text, delimiter), [])
            if len(cells) == width and cells[0].strip().isdecimal():
                return delimiter
    return None


def cut_text(text: str, delimiter: str) -> Iterator[list[str]]:
    """Cut a text into rows of cells; rows of blanks are none."""
    if delimiter == "\t":
        for line in text.split("\n"):
            stripped = line.removesuffix("\r")
            if stripped.strip():
                yield [unquoted(cell) for cell in stripped.split("\t")]
        return
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
        if cells and not (len(cells) == 1 and not cells[0].strip()):
            yield cells


def unquoted(cell: str) -> str:
    """Take quotes off that stand around a cell."""
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _trimmed(cells: list[str], width: int) -> list[str]:
    """Drop what is empty behind the last column."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return cells
