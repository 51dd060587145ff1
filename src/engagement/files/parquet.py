"""Logs as Parquet, with coverage and topics in the file's metadata."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from engagement.errors import FormatError
from engagement.files.content import Content, objects_of
from engagement.tables.cells import read_json
from engagement.tables.records import COLUMNS, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["parquet_bytes", "read_parquet"]

_METADATA_KEY = b"engagement"


def read_parquet(content: bytes, name: str) -> Content:
    """
    Read a Parquet file.

    Raises
    ------
    FormatError
        If it is something else, or its metadata are damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(pa.BufferReader(content)).read()
        names = table.column_names
        # pyarrow makes no rows of a table that has a column twice; its header is refused anyway
        rows = table.to_pylist() if len(set(names)) == len(names) else []
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise FormatError(f"{name}: not Parquet: {error}") from None
    try:
        parts = read_json((table.schema.metadata or {}).get(_METADATA_KEY, b"{}").decode())
    except ValueError as error:
        raise FormatError(f"{name}: metadata 'engagement' is not JSON: {error}") from None
    if not isinstance(parts, dict):
        raise FormatError(f"{name}: metadata 'engagement' must be a JSON object")
    return Content(
        header=names,
        rows=rows,
        numbers=list(range(1, len(rows) + 1)),
        coverage=objects_of(parts, "coverage", name),
        topics=objects_of(parts, "topics", name),
    )


def parquet_bytes(
    rows: Iterable[Mapping[str, Any]],
    coverage: Iterable[Mapping[str, Any]],
    topics: Iterable[Mapping[str, Any]],
) -> bytes:
    """Write a log as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"value": pa.float64(), "personnel_low": pa.int64(), "personnel_high": pa.int64()}
    as_floats = [
        {**row, "value": None if row["value"] is None else float(row["value"])} for row in rows
    ]
    own = sorted({name for row in as_floats for name in row}.difference(COLUMNS))
    schema = pa.schema([(c, kinds[c] if c in NUMBERS else pa.string()) for c in (*COLUMNS, *own)])
    metadata = json.dumps({"coverage": list(coverage), "topics": list(topics)}, ensure_ascii=False)
    schema = schema.with_metadata({_METADATA_KEY: metadata.encode()})
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(as_floats, schema=schema), sink)
    return sink.getvalue()
