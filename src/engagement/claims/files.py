"""Tables of claims in CSV files, and the claims that come with the library."""

from __future__ import annotations

import errno
import json
import os
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import fields_dict

from engagement.claims.claim import Claim
from engagement.errors import DataError, EventError, TableError, named, shown, suggest
from engagement.files.atomic_write import read_whole, write_whole
from engagement.files.datasets import DATASETS
from engagement.files.decoding import decode
from engagement.files.delimited import csv_bytes, read_delimited, restored
from engagement.files.limits import read_limits
from engagement.settings.checks import check_instance, check_path, list_several
from engagement.tables.table import header_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


def read_claims(
    path: str | os.PathLike[str], *, limits: Mapping[str, int] | None = None
) -> tuple[Claim, ...]:
    """
    Read a table of claims.

    Parameters
    ----------
    path
        A CSV file in UTF-8 with the columns ``id``, ``kind``, ``statement``, ``source`` and
        ``where``, and, where there are any, ``query`` (a JSON object), ``reason`` and ``note``.
    limits
        What is read at most, see `FileSettings`.

    Returns
    -------
    tuple of Claim
        In the order of the rows.

    Raises
    ------
    TableError
        All faults of all rows, each with its row, of which the header is 1, and its column.
    FormatError
        If the file is no CSV in UTF-8.
    FileNotFoundError
        If there is no such file.
    """
    file = check_path("path", path)
    most = read_limits(limits)
    content = read_whole(file, limits=most)[file]
    if content is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    table = read_delimited(decode(content, file.name), file.name, COLUMNS, limits=most)
    faults = header_faults(table.header, COLUMNS, REQUIRED)
    if faults:
        raise TableError(file.name, faults, len(table.rows))
    faults += table.unread
    unread = {row for row, *_ in faults}
    claims: list[Claim] = []
    row_of_id: dict[str, int] = {}
    for number, cells in zip(table.numbers, table.rows, strict=True):
        if number in unread:
            continue
        try:
            claim = Claim(**_values(restored(cells)))
        except EventError as error:
            faults += [(number, *fault) for fault in error.faults]
            continue
        if claim.id in row_of_id:
            problem = f"id {claim.id!r} stands in row {row_of_id[claim.id]} already"
            faults.append((number, "id", claim.id, problem))
        row_of_id.setdefault(claim.id, number)
        claims.append(claim)
    if faults:
        raise TableError(file.name, sorted(faults, key=itemgetter(0)), len(table.rows))
    return tuple(claims)


def _values(cells: dict[str, str]) -> dict[str, Any]:
    return {name: cells.get(name, "") for name in COLUMNS}


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

    Raises
    ------
    SettingError
        If they are no claims.
    """
    rows = []
    for given in list_several("claims", claims, "claims"):
        claim = check_instance("each of claims", given, Claim)
        cells = {name: str(getattr(claim, name)) for name in COLUMNS if name != "query"}
        data = "" if claim.query is None else json.dumps(claim.query.to_data(), ensure_ascii=False)
        rows.append({**cells, "query": data})
    write_whole({check_path("path", path): csv_bytes(COLUMNS, rows)})
