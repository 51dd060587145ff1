"""The engines that hold frames in the tests, and what it means that two counts are the same."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

ENGINES = {
    "pandas": lambda table: table.to_pandas(),
    "pandas, Arrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "polars, lazy": lambda table: pl.from_arrow(table).lazy(),
    "DuckDB": lambda table: duckdb.connect().from_arrow(table),
}


def assert_same(counts, expected):
    """Hold that two counts have the same labels, periods, counts, exposures and rest."""
    assert counts.axes == expected.axes
    assert counts.periods.equals(expected.periods)
    np.testing.assert_allclose(counts.values, expected.values, atol=1e-9)
    np.testing.assert_array_equal(counts.exposure_years, expected.exposure_years)
    assert counts.settings == expected.settings
    assert counts.coverage_stated == expected.coverage_stated
    for column in ("share", "amount"):
        left, rest = (
            frame.groupby("reason")[column].sum().to_dict()
            for frame in (counts.left_out, expected.left_out)
        )
        assert left == pytest.approx(rest, abs=1e-9)
