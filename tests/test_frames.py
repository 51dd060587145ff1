"""Counting of frames: every engine gives what the typed log gives."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from engagement.counting import count_events
from engagement.frames import EventFrame
from strategies.counting import axes, events, exact_dates, logs
from strategies.counting import settings as choices
from strategies.frames import arrow_table

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


@pytest.mark.parametrize("engine", ENGINES)
@limits(max_examples=40)
@given(logs(), choices(by=axes(3)), st.tuples(st.booleans(), st.booleans()))
def test_frame_counts_as_the_log(engine, log, chosen, how):
    """A frame counts as the log that is read from it, on every engine and with every setting."""
    as_lists, canonical = how
    frame = ENGINES[engine](arrow_table(log.to_frame(), as_lists=as_lists))
    source = EventFrame(frame, coverage=log.coverage, canonical=canonical)

    counts = count_events(source, **chosen, rng=1)

    assert_same(counts, count_events(log, **chosen, rng=1))


@pytest.mark.parametrize("engine", ENGINES)
@limits(max_examples=25)
@given(logs(events(dates=exact_dates)), choices(by=axes(2)), st.booleans())
def test_days_count_as_their_texts(engine, log, chosen, canonical):
    """A column of a type for days counts as the same days written as texts."""
    table = arrow_table(log.to_frame(), as_lists=True, as_days=True)
    source = EventFrame(ENGINES[engine](table), coverage=log.coverage, canonical=canonical)

    counts = count_events(source, **chosen, rng=1)

    assert_same(counts, count_events(log, **chosen, rng=1))
