"""Logs as Parquet, with coverage and topics in the file's metadata."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from engagement.errors import FormatError
from engagement.files.content import Content, TableRows, objects_of
from engagement.tables.cells import read_json
from engagement.tables.records import COLUMNS, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    from engagement.files.limits import Limits

__all__ = ["parquet_bytes", "read_parquet"]

_METADATA_KEY = b"engagement"


def read_parquet(content: bytes, name: str, *, limits: Limits) -> Content:
    """
    Read a Parquet file.

    Texts that are repeated stay one text until they are known to be short.

    Raises
    ------
    FormatError
        If it is something else, its metadata are damaged, or it is larger than the limits.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        _hold_size(file.metadata, name, limits)
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=_paths_of_texts(file))
        n_bytes, parts = 0, []
        for batch in file.iter_batches(_batch_size(file, limits)):
            for column in batch.columns:
                n_bytes += _n_bytes(column, name, limits)
                limits.hold("megabytes", n_bytes / 2**20, name)
            parts.append(batch)
        table = _spelled_out(pa.Table.from_batches(parts, file.schema_arrow))
        names = table.column_names
        is_whole = len(set(names)) == len(names)  # or else its header is refused
    except FormatError:
        raise
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
        rows=TableRows(table, name) if is_whole else [],
        numbers=range(1, len(table) + 1) if is_whole else [],
        table=table if is_whole else None,
        coverage=objects_of(parts, "coverage", name),
        topics=objects_of(parts, "topics", name),
    )


def _paths_of_texts(file: Any) -> list[str]:
    """Name the columns of texts, and the items of lists of texts, as the file does."""
    import pyarrow as pa

    fields = list(file.schema_arrow)
    paths = [file.schema.column(place).path for place in range(len(file.schema))]
    lists = tuple(f"{field.name}." for field in fields if _is_list_of_texts(field.type))
    texts = [field.name for field in fields if pa.types.is_string(field.type)]
    return texts + [path for path in paths if path.startswith(lists)]


def _is_list_of_texts(kind: pa.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_list(kind) and types.is_string(kind.value_type))


def _is_coded_list(kind: pa.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_list(kind) and types.is_dictionary(kind.value_type))


def _spelled_out(table: pa.Table) -> pa.Table:
    """Write out the texts of lists, and of columns in which hardly any is repeated."""
    import pyarrow as pa

    def written(chunk: Any) -> Any:
        texts = chunk.values.cast(chunk.type.value_type.value_type)
        return pa.ListArray.from_arrays(chunk.offsets, texts, mask=chunk.is_null())

    def spelled_out(column: pa.ChunkedArray) -> pa.ChunkedArray:
        if _is_coded_list(column.type):
            texts = pa.list_(column.type.value_type.value_type)
            return pa.chunked_array(map(written, column.chunks), texts)
        is_coded = pa.types.is_dictionary(column.type)
        n_texts = sum(len(chunk.dictionary) for chunk in column.chunks) if is_coded else 0
        return column.cast(column.type.value_type) if n_texts * 2 > len(column) else column

    columns = map(spelled_out, table.columns)
    made: pa.Table = pa.table(list(columns), table.column_names)
    return made.replace_schema_metadata(table.schema.metadata)


def _hold_size(metadata: Any, name: str, limits: Limits) -> None:
    """Hold what a file says of its size to the limits, before anything of it is unpacked."""
    limits.hold_shape(metadata.num_rows, metadata.num_columns, name)
    chunks = [
        metadata.row_group(group).column(column)
        for group in range(metadata.num_row_groups)
        for column in range(metadata.num_columns)
    ]
    limits.hold("cells", sum(chunk.num_values for chunk in chunks), name)
    limits.hold("megabytes", sum(c.total_uncompressed_size for c in chunks) / 2**20, name)


def _batch_size(file: Any, limits: Limits) -> int:
    """Give how many rows at a time fit into memory, even if each repeats the longest list."""
    import pyarrow as pa

    kinds = [field.type for field in file.schema_arrow]
    if all(_is_coded_list(kind) or not pa.types.is_nested(kind) for kind in kinds):
        return 2**16
    largest = max(
        (
            file.metadata.row_group(group).column(column).total_uncompressed_size
            for group in range(file.metadata.num_row_groups)
            for column in range(file.metadata.num_columns)
        ),
        default=1,
    )
    return max(1, min(2**16, limits.bytes // max(1, largest)))


def _n_bytes(column: Any, name: str, limits: Limits) -> int:
    """Tell how large a column is with repeated texts spelled out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_large_string(column.type):
        column = column.dictionary_encode()
    if _is_coded_list(column.type):
        return 4 * len(column) + _n_bytes(column.flatten(), name, limits)
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.utf8_length(column.dictionary)
    longest = pc.max(lengths).as_py() or 0
    limits.hold("characters", longest, name, f"a text of {longest} characters")
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)


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
