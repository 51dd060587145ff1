"""Tables of claims in CSV files, and the claims that come with the library."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import fields_dict

from engagement.claims.claim import Claim
from engagement.datasets import DATASETS
from engagement.errors import DataError, EventError, FormatError, TableError, named, shown, suggest
from engagement.writing import write_whole

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from engagement.tables import RowFault

__all__ = ["load_claims", "read_claims", "write_claims"]

COLUMNS = tuple(fields_dict(Claim))
"""Columns of a table of claims, in the order in which they are written."""
REQUIRED = ("id", "kind", "statement", "source", "where")
"""Columns that a table of claims must have."""


def load_claims(name: str = "china-central-asia") -> tuple[Claim, ...]:
    """
    Load what the documents of a bundled data set claim.

    Parameters
    ----------
    name
        Name of the data set, see `load_dataset`.

    Returns
    -------
    tuple of Claim
        Without verdicts, which `check_claims` computes.

    Raises
    ------
    DataError
        If there is no such data set; close names are suggested.

    Examples
    --------
    >>> claims = load_claims("china-central-asia")
    >>> print([claim.statement for claim in claims if claim.id == "meetings-kgz"])
    ['At least 80 bilateral meetings with Kyrgyzstan']
    """
    if not isinstance(name, str) or name not in DATASETS:
        listed = ", ".join(f"'{known}'" for known in DATASETS)
        raise DataError(
            f"no claims come with a data set {shown(name)}; there is {listed}"
            + suggest(named(name), DATASETS)
        )
    return read_claims(Path(__file__).parent.parent / "data" / f"{name}.claims.csv")


def read_claims(path: str | os.PathLike[str]) -> tuple[Claim, ...]:
    """
    Read a table of claims.

    Parameters
    ----------
    path
        A CSV file in UTF-8 with the columns ``id``, ``kind``, ``statement``, ``source`` and
        ``where``, and, where there are any, ``query`` (a JSON object), ``reason`` and ``note``.

    Returns
    -------
    tuple of Claim
        In the order of the rows.

    Raises
    ------
    TableError
        All faults of all rows, each with its row, counted from 1, and its column.
    FormatError
        If the file is no CSV in UTF-8.
    FileNotFoundError
        If there is no such file.
    """
    file = Path(path)
    header, rows = _rows(file)
    faults = _header_faults(header)
    if faults:
        raise TableError(file.name, faults, len(rows))
    claims: list[Claim] = []
    row_of_id: dict[str, int] = {}
    for number, cells in enumerate(rows, 1):
        if len(cells) != len(header):
            problem = f"the row has {len(cells)} cells, the header {len(header)}"
            faults.append((number, header[0], None, problem))
            continue
        try:
            claim = Claim(**_values(dict(zip(header, cells, strict=True))))
        except EventError as error:
            faults += [(number, *fault) for fault in error.faults]
            continue
        if claim.id in row_of_id:
            problem = f"id {claim.id!r} stands in row {row_of_id[claim.id]} already"
            faults.append((number, "id", claim.id, problem))
        row_of_id.setdefault(claim.id, number)
        claims.append(claim)
    if faults:
        raise TableError(file.name, faults, len(rows))
    return tuple(claims)


def _values(cells: dict[str, str]) -> dict[str, Any]:
    return {name: cells.get(name, "") for name in COLUMNS}


def _rows(file: Path) -> tuple[list[str], list[list[str]]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{file.name}: not UTF-8: {error}; save the file as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        return header, [cells for cells in reader if cells]
    except csv.Error as error:
        raise FormatError(f"{file.name}: line {reader.line_num}: not CSV: {error}") from None


def _header_faults(header: list[str]) -> list[RowFault]:
    faults: list[RowFault] = [
        (0, name, None, f"unknown column '{name}'{suggest(name, COLUMNS)}")
        for name in dict.fromkeys(header)
        if name not in COLUMNS
    ]
    faults += [
        (0, name, None, f"column '{name}' stands twice")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    faults += [
        (0, name, None, f"column '{name}' is required and missing")
        for name in REQUIRED
        if name not in header
    ]
    return faults


def write_claims(claims: Iterable[Claim], path: str | os.PathLike[str]) -> None:
    """
    Write claims to a CSV file, so that reading it gives equal claims.

    No verdict is written: it belongs to a claim and a log together.

    Parameters
    ----------
    claims
        In the order in which they are to stand.
    path
        What stands there is replaced.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for claim in claims:
        cells = {name: str(getattr(claim, name)) for name in COLUMNS if name != "query"}
        data = "" if claim.query is None else json.dumps(claim.query.to_data(), ensure_ascii=False)
        writer.writerow([{**cells, "query": data}[name] for name in COLUMNS])
    write_whole({Path(path): text.getvalue().encode()})
