"""The content of a file by its ending: its header and rows, and what stands beside them."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from attrs import evolve

from engagement.errors import FormatError, LimitError, named, shown, suggest
from engagement.files.atomic_write import read_whole
from engagement.files.beside import BESIDE, path_beside, read_beside
from engagement.files.decoding import decode
from engagement.files.delimited import read_delimited
from engagement.files.json_files import read_json_file, read_json_lines
from engagement.files.parquet import read_parquet
from engagement.files.recognition import looks_like, packed_as
from engagement.files.workbooks import read_workbook
from engagement.tables.records import COLUMNS
from engagement.tables.table_settings import OTHER_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from engagement.files.content import Content
    from engagement.files.opening import Opening
    from engagement.tables.layouts import Layout

__all__ = ["SUFFIXES", "TEXTS", "holds_guarded_texts", "read_content", "suffix_of"]

_DELIMITED = (".csv", ".tsv")
TEXTS = (*_DELIMITED, ".jsonl")
"""Files beside which coverage and topics stand."""


def holds_guarded_texts(file: Path) -> bool:
    """Tell whether texts in a file are guarded from being run as formulas."""
    return suffix_of(file) in _DELIMITED


def suffix_of(file: Path) -> str:
    """
    Give the ending of a file of events, in lower case.

    Raises
    ------
    FormatError
        If files that end so are not read or written.
    """
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        name, listed = file.name or str(file), ", ".join(SUFFIXES)
        raise FormatError(
            f"{name}: events are kept in files that end in {listed}; got {shown(file.suffix)}"
            + suggest(suffix, SUFFIXES)
        )
    return suffix


def read_content(file: Path, opening: Opening, layout: Layout) -> Content:
    """
    Read the cells of a file.

    Raises
    ------
    FormatError
        If it is of another format than its ending says.
    LimitError
        If it is larger than the limits.
    SettingError
        If *opening* says what such files have no use for.
    """
    suffix = suffix_of(file)
    called, used = _FORMATS[suffix]
    opening.refuse_useless(suffix, used)
    beside = [path_beside(file, what) for what in BESIDE if suffix in TEXTS]
    contents = read_whole(file, beside, limits=opening.limits)
    raw = contents[file]
    if raw is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    packed = packed_as(raw)
    magic = {".xlsx": b"PK", ".parquet": b"PAR1"}.get(suffix, b"")
    if packed and not (magic and raw.startswith(magic)):
        raise FormatError(f"{file.name}: not {called}{packed}")
    try:
        content = _read(file, raw, opening, layout)
        opening.limits.hold_shape(len(content.rows), len(content.header), file.name)
        if content.table is None:  # of which they are held where it is read
            opening.limits.hold_cells(content.rows, content.numbers, file.name)
    except LimitError:
        raise
    except FormatError as error:
        hint = "" if packed else _text_looks_like(raw, opening.encoding)
        if suffix in _DELIMITED and hint.endswith("name it .csv"):
            hint = ""  # it is, and something else is wrong with it
        raise FormatError(f"{error}{hint}") from None
    targets = layout.targets(content.header)
    strange = len(targets) < len(content.header)
    hint = _text_looks_like(raw, opening.encoding) if suffix in _DELIMITED and strange else ""
    if hint and "date" not in targets.values() and not layout.columns:
        raise FormatError(f"{file.name}: not a table of events{hint}")
    if suffix not in TEXTS:
        return content
    coverage, topics = read_beside(file, contents)
    return evolve(content, coverage=coverage, topics=topics)


def _text_looks_like(raw: bytes, encoding: str | None) -> str:
    """Say what the text of a file that ends otherwise looks like."""
    hint = looks_like(raw[:100_000].decode(encoding or "utf-8", "replace"))
    return hint.replace("use read_events", "name it .csv")


def _read(file: Path, raw: bytes, opening: Opening, layout: Layout) -> Content:
    """Read the bytes of a file as those of its ending."""
    name, suffix, limits = file.name, suffix_of(file), opening.limits
    if suffix == ".parquet":
        return read_parquet(raw, name, limits=limits)
    if suffix == ".xlsx":
        sheet, header_row = opening.sheet, opening.header_row
        return read_workbook(raw, name, sheet=sheet, header_row=header_row, limits=limits)
    text = decode(raw, name, opening.encoding)
    if suffix == ".json":
        return read_json_file(text, name)
    if suffix == ".jsonl":
        return read_json_lines(text, name)
    theirs = {named(column).casefold() for column in layout.columns.values()}
    return read_delimited(
        text,
        name,
        {*COLUMNS, *OTHER_COLUMNS, *theirs},
        delimiter=opening.delimiter or ("\t" if suffix == ".tsv" else None),
        header_row=opening.header_row,
        limits=limits,
    )


_FORMATS = {
    ".csv": ("CSV", ("encoding", "delimiter", "header_row")),
    ".tsv": ("a text with tabs", ("encoding", "delimiter", "header_row")),
    ".xlsx": ("an Excel workbook", ("sheet", "header_row")),
    ".json": ("JSON", ("encoding",)),
    ".jsonl": ("JSON", ("encoding",)),
    ".parquet": ("Parquet", ()),
}
"""By the ending of a file what it is called, and the settings by which it is opened."""

SUFFIXES = tuple(_FORMATS)
"""How files end that are read and written."""
