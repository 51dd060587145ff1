"""Data frames of several engines, asked in one way."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from attrs import frozen

from engagement.errors import SettingError
from engagement.tables.cells import is_absent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import narwhals as nw
    import pandas as pd
    import pyarrow as pa

__all__ = ["LIST_MARK", "LIST_SEPARATOR", "OpenFrame", "open_frame"]

_ENGINES = {"pandas": "pandas", "polars": "polars", "duckdb": "DuckDB", "pyspark": "PySpark"}
LIST_MARK, LIST_SEPARATOR = "\x02", "\x03"
"""What begins the text of a list of pandas, and what stands between its items."""


@frozen(eq=False)
class OpenFrame:
    """A frame that can be asked, see `open_frame`."""

    engine: str
    """Name of the engine."""
    native: Any
    """The frame as the engine has it."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(map(str, self.native.columns)) if self.engine != "polars" else self._schema()

    def _schema(self) -> tuple[str, ...]:
        return tuple(self.native.collect_schema().names())

    def has_texts(self, column: str) -> bool:
        """Tell whether lists of texts, or texts, are taken apart on the engine."""
        import narwhals as nw

        if self.engine == "pandas":  # which is no faster at it than at reading whole lists
            return False
        dtype = nw.from_native(self.native).lazy().collect_schema()[column]
        inner = dtype.inner if isinstance(dtype, nw.List) else dtype
        return inner in (nw.String, *_as_texts(nw))

    def select(self, columns: Mapping[str, str]) -> nw.LazyFrame[Any]:
        """
        Take columns under new names, in types that can be grouped and joined.

        Parameters
        ----------
        columns
            For each new name the name in the frame.
        """
        import narwhals as nw

        native = self.native
        if self.engine == "pandas":
            native = _settled({name: native[theirs] for name, theirs in columns.items()})
        table: nw.LazyFrame[Any] = nw.from_native(native).lazy()
        if self.engine == "pandas":
            return table
        table = table.select(nw.col(theirs).alias(name) for name, theirs in columns.items())
        texts = [name for name, dtype in table.collect_schema().items() if dtype in _as_texts(nw)]
        return table.with_columns(nw.col(name).cast(nw.String) for name in texts)

    def attach(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """Bring a small local table to where the frame is, to be joined with it."""
        import narwhals as nw

        made: Any
        if self.engine == "pandas":
            made = _arrow_frame(table)
        elif self.engine == "polars":
            import polars as pl

            made = pl.from_arrow(table)
        elif self.engine == "DuckDB":
            local = table  # found by its name, on the connection of the relation
            made = self.native.query("engagement_frame", "select * from local")
            del local
        else:
            made = _spark_frame(self.native.sparkSession, table)
        attached: nw.LazyFrame[Any] = nw.from_native(made).lazy()
        return attached

    def take_apart(self, table: nw.LazyFrame[Any], column: str) -> nw.LazyFrame[Any]:
        """
        Give each item of lists a row of its own, and a list of none one without an item.

        Returns
        -------
        narwhals.LazyFrame
            With whole numbers in a new column ``doubt`` and the name, whose sum is 0 unless a
            list names something twice: the cheapest such that an engine has.
        """
        import narwhals as nw

        doubt = f"doubt_{column}"
        if self.engine == "polars":  # of which narwhals lacks n_unique, which is the fastest
            import polars as pl

            items = pl.col(column).list
            n_lost = items.len().cast(pl.Int64) - items.n_unique().cast(pl.Int64)
            told = table.to_native().with_columns(n_lost.fill_null(0).alias(doubt))
            apart: nw.LazyFrame[Any] = nw.from_native(told.explode(column)).lazy()
            return apart
        if self.engine != "DuckDB":
            lists = nw.col(column).list
            n_less = lists.len().cast(nw.Int64) - lists.unique().list.len().cast(nw.Int64)
            return table.with_columns(n_less.fill_null(0).alias(doubt)).explode(column)
        # explode of narwhals would read the file twice here; and where an item stands first is
        # found faster than the different ones: these places sum to less if one stands twice
        opened = table.to_native().project(
            f"* exclude ({column}), {column} as whole, "
            f"unnest(case when len({column}) > 0 then {column} else [null] end) as {column}"
        )
        place = f"coalesce(len(whole) + 1 - 2 * list_position(whole, {column}), 0)"
        made: nw.LazyFrame[Any] = nw.from_native(
            opened.project(f"* exclude (whole), {place} as {doubt}")
        ).lazy()
        return made

    def collect(self, table: nw.LazyFrame[Any]) -> pa.Table:
        """Compute a table and bring it here; it is to be small."""
        how = {"engine": "streaming"} if self.engine == "polars" else {}
        return table.collect(backend="pyarrow", **how).to_native()


def open_frame(frame: Any) -> OpenFrame:
    """
    Take a data frame.

    Raises
    ------
    SettingError
        If it is of no engine that is known here.
    """
    import narwhals as nw

    try:
        known = nw.from_native(frame)
        name = _ENGINES.get(known.implementation.name.lower())
    except TypeError:
        name = None
    if name is None:
        raise SettingError(
            "events are counted from an EventLog or from a data frame of pandas, polars, DuckDB "
            f"or PySpark, got {type(frame).__name__}"
        )
    return OpenFrame(name, frame)


def _as_texts(nw: Any) -> Sequence[Any]:
    return (nw.Categorical, nw.Enum)


def _settled(columns: Mapping[str, pd.Series[Any]]) -> pd.DataFrame:
    """Bring columns of pandas into types of Arrow, lists into texts."""
    import pyarrow as pa

    return _arrow_frame(pa.table({name: _arrow(column) for name, column in columns.items()}))


def _arrow_frame(table: pa.Table) -> pd.DataFrame:
    import pandas as pd

    made: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return made


def _arrow(column: pd.Series[Any]) -> pa.Array:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    try:
        array = pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array([_text(cell) for cell in column], pa.string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_large_list(array.type) or pa.types.is_fixed_size_list(array.type):
        array = array.cast(pa.list_(array.type.value_type))
    if not pa.types.is_list(array.type):
        return array
    items = array.values.cast(pa.string()).fill_null("")  # noqa: PD011 - of Arrow
    filled = pa.ListArray.from_arrays(array.offsets, items, mask=array.is_null())
    return pc.binary_join_element_wise(LIST_MARK, pc.binary_join(filled, LIST_SEPARATOR), "")


def _text(cell: Any) -> str | None:
    """Write a cell of a column that holds values of several classes as a text."""
    if isinstance(cell, (list, tuple, set, frozenset)) or type(cell).__name__ == "ndarray":
        items = sorted(cell) if isinstance(cell, (set, frozenset)) else cell
        return LIST_MARK + LIST_SEPARATOR.join("" if is_absent(i) else str(i) for i in items)
    if is_absent(cell):
        return None
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _spark_frame(session: Any, table: pa.Table) -> Any:
    import pyarrow as pa
    from pyspark.sql import types

    made = {
        pa.types.is_integer: types.LongType(),
        pa.types.is_date: types.DateType(),
        pa.types.is_floating: types.DoubleType(),
        pa.types.is_boolean: types.BooleanType(),
        pa.types.is_list: types.ArrayType(types.StringType()),
    }
    kinds = [
        next((kind for test, kind in made.items() if test(field.type)), types.StringType())
        for field in table.schema
    ]
    schema = types.StructType(
        [
            types.StructField(name, kind)
            for name, kind in zip(table.column_names, kinds, strict=True)
        ]
    )
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return session.createDataFrame(rows, schema)
