"""The columns of a table as numbers and the different cells that they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.errors import named
from engagement.events.coded import Cells, Coded
from engagement.values.vocabulary import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

__all__ = ["PLAIN", "arrays_of", "coded_cells", "matches", "read_texts"]

_OF_ONE_TYPE = {"string", "empty", "date", "integer"}
"""What cells of a column of objects are that Arrow holds as they are."""

PLAIN = "^[!-~]([ -~]*[!-~])?$"
"""A text that stands for itself."""

_SOME = 10_000  # texts by which a column is judged
_MARK = "\x1f"  # stands between the items of a list


def arrays_of(df: pd.DataFrame) -> dict[str, Any] | None:
    """Give the columns of a data frame as arrays of Arrow, where each holds cells of one type."""
    import pandas as pd
    import pyarrow as pa

    arrays = {}
    for name in df.columns:
        cells = df[name]
        if cells.dtype == object:
            kind = pd.api.types.infer_dtype(cells, skipna=True)
            if kind not in _OF_ONE_TYPE:
                return None
        # older PyArrow asks pandas for the values of a column, which have no time zone
        given = cells.tolist() if isinstance(cells.dtype, pd.DatetimeTZDtype) else cells
        try:
            arrays[named(name)] = pa.array(given, from_pandas=True)
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            return None
    return arrays if len(arrays) == len(df.columns) else None


def coded_cells(columns: Mapping[str, Any]) -> dict[str, Coded] | None:
    """
    Number the different cells of columns, arrays of Arrow.

    Returns
    -------
    dict or None
        By column; texts are kept as `Cells`. ``None`` where a column holds what cannot be told
        apart so.
    """
    import pyarrow as pa

    try:
        found = {name: _coded(array) for name, array in columns.items()}
    except (pa.ArrowException, ValueError, OverflowError):
        return None
    known = {name: coded for name, coded in found.items() if coded is not None}
    return known if len(known) == len(found) else None


def read_texts(texts: Any) -> Any:
    """
    Read an array of texts as an event reads them; what is absent is empty.

    Those that stand for themselves are not looked at one by one.

    Raises
    ------
    SettingError
        If one is none that a table can keep.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    is_plain = matches(texts, PLAIN)
    odd = pc.invert(is_plain)
    if not is_plain.false_count:
        return texts
    read = [read_text(text or "", "it") for text in texts.filter(odd).to_pylist()]
    return pc.replace_with_mask(texts, odd, pa.array(read, pa.string()))


def matches(texts: Any, pattern: str) -> Any:
    """Tell which texts of an array match a pattern; what is absent does not."""
    import pyarrow.compute as pc

    return pc.fill_null(pc.match_substring_regex(texts, pattern), fill_value=False)


def _coded(column: Any) -> Coded | None:
    """Number the different cells of an array; ``None`` where it holds what cannot be told apart."""
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    kind = column.type
    if pa.types.is_large_string(kind):
        return _coded(column.cast(pa.string()))
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return _coded_lists(column)
    if pa.types.is_dictionary(kind):
        lacking = column.indices.null_count > 0
        meanings = column.dictionary
        if pa.types.is_large_string(meanings.type):
            meanings = meanings.cast(pa.string())
        codes = column.indices.fill_null(len(meanings)) if lacking else column.indices
        meanings = pa.concat_arrays([meanings, pa.nulls(1, meanings.type)]) if lacking else meanings
    elif isinstance(kind, pa.ExtensionType) or any(is_odd(kind) for is_odd in _odd_types()):
        return None
    else:
        if pa.types.is_string(kind) and _are_mostly_different(column):
            return Coded(np.arange(len(column), dtype=np.int32), Cells((column,), _as_it_is))
        encoded = column.dictionary_encode(null_encoding="encode")
        codes, meanings = encoded.indices, encoded.dictionary
    numbers = codes.to_numpy(zero_copy_only=False)
    if pa.types.is_string(meanings.type):
        return Coded(numbers, Cells((meanings,), _as_it_is))
    return Coded(numbers, meanings.to_pylist())


def _odd_types() -> tuple[Callable[[Any], bool], ...]:
    """Give what tells types whose cells cannot be told apart, or which Python writes otherwise."""
    from pyarrow import types

    return types.is_nested, types.is_duration, types.is_time, types.is_interval


def _coded_lists(column: Any) -> Coded | None:
    import pyarrow.compute as pc

    flat = column.flatten()
    if flat.null_count or pc.any(pc.match_substring_regex(flat, f"^$|{_MARK}")).as_py():
        return None  # what is joined could not be taken apart again
    coded = _coded(pc.binary_join(column, _MARK))
    if coded is None:
        return None
    return coded.map(lambda one: one.split(_MARK) if one else [] if one == "" else None)


def _are_mostly_different(texts: Any) -> bool:
    import pyarrow.compute as pc

    some = texts.slice(0, _SOME)
    return bool(pc.count_distinct(some).as_py() > 0.9 * len(some))


def _as_it_is(cell: Any) -> Any:
    return cell
