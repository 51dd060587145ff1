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
    from collections.abc import Callable
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
    read, used = _READERS[suffix]
    opening.refuse_useless(suffix, used)
    beside = [path_beside(file, what) for what in BESIDE if suffix in TEXTS]
    contents = read_whole(file, beside, limits=opening.limits)
    raw = contents[file]
    if raw is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    packed = packed_as(raw)
    magic = {".xlsx": b"PK", ".parquet": b"PAR1"}.get(suffix, b"")
    if packed and not (magic and raw.startswith(magic)):
        raise FormatError(f"{file.name}: not {_CALLED[suffix]}{packed}")
    try:
        content: Content = read(file, raw, opening, layout)
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


_CALLED = {
    ".csv": "CSV",
    ".tsv": "a text with tabs",
    ".xlsx": "an Excel workbook",
    ".json": "JSON",
    ".jsonl": "JSON",
    ".parquet": "Parquet",
}


def _text_looks_like(raw: bytes, encoding: str | None) -> str:
    """Say what the text of a file that ends otherwise looks like."""
    hint = looks_like(raw[:100_000].decode(encoding or "utf-8", "replace"))
    return hint.replace("use read_events", "name it .csv")


def _read_csv(file: Path, content: bytes, opening: Opening, layout: Layout) -> Content:
    text = decode(content, file.name, opening.encoding)
    known = {
        *COLUMNS,
        *OTHER_COLUMNS,
        *(named(name).casefold() for name in layout.columns.values()),
    }
    delimiter = opening.delimiter or ("\t" if suffix_of(file) == ".tsv" else None)
    return read_delimited(
        text,
        file.name,
        known,
        delimiter=delimiter,
        header_row=opening.header_row,
        limits=opening.limits,
    )


def _read_xlsx(file: Path, content: bytes, opening: Opening, layout: Layout) -> Content:
    del layout
    return read_workbook(
        content,
        file.name,
        sheet=opening.sheet,
        header_row=opening.header_row,
        limits=opening.limits,
    )


def _read_json(file: Path, content: bytes, opening: Opening, layout: Layout) -> Content:
    del layout
    return read_json_file(decode(content, file.name, opening.encoding), file.name)


def _read_json_lines(file: Path, content: bytes, opening: Opening, layout: Layout) -> Content:
    del layout
    return read_json_lines(decode(content, file.name, opening.encoding), file.name)


def _read_parquet(file: Path, content: bytes, opening: Opening, layout: Layout) -> Content:
    del layout
    return read_parquet(content, file.name, limits=opening.limits)


_READERS: dict[str, tuple[Callable[[Path, bytes, Opening, Layout], Content], tuple[str, ...]]] = {
    ".csv": (_read_csv, ("encoding", "delimiter", "header_row")),
    ".tsv": (_read_csv, ("encoding", "delimiter", "header_row")),
    ".xlsx": (_read_xlsx, ("sheet", "header_row")),
    ".json": (_read_json, ("encoding",)),
    ".jsonl": (_read_json_lines, ("encoding",)),
    ".parquet": (_read_parquet, ()),
}
SUFFIXES = tuple(_READERS)
"""How files end that are read and written."""
