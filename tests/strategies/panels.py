"""Panels of counts, and the forms in which somebody may have them."""

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from engagement.counting.counts import Counts


@st.composite
def panels(draw, n_series=4, n_periods=6, freqs="YQM"):
    """Counts by country; the first and the last period have one in some country."""
    labels = draw(st.permutations(["KAZ", "KGZ", "TJK", "UZB"]))[: draw(st.integers(1, n_series))]
    length = draw(st.integers(2, n_periods))
    freq = draw(st.sampled_from(freqs))
    values = draw(
        st.lists(
            st.lists(st.integers(0, 9), min_size=length, max_size=length),
            min_size=len(labels),
            max_size=len(labels),
        )
    )
    values = np.array(values, dtype=float)
    values[draw(st.integers(0, len(labels) - 1)), [0, -1]] = 1
    years = {"Y": 1, "Q": 1 / 4, "M": 1 / 12}[freq]
    order = np.argsort(labels)
    return Counts(
        axes={"country": tuple(np.array(labels)[order].tolist())},
        periods=pd.period_range("2010-01", periods=length, freq=freq),
        values=values[order],
        exposure_years=np.full(values.shape, years),
        freq=freq,
        settings={},
        coverage_stated=True,
        left_out=pd.DataFrame(),
    )


def same_counts(one, other):
    """Tell whether two tables hold the same numbers of the same labels and periods."""
    return (
        dict(one.axes) == dict(other.axes)
        and one.periods.equals(other.periods)
        and np.array_equal(one.values, other.values, equal_nan=True)
        and np.array_equal(one.exposure_years, other.exposure_years)
    )


def long_rows(counts, *, without_zeros=False):
    """Return the counts as a frame of plain columns, one row per cell."""
    frame = counts.to_frame().astype({"period": "str"})
    return frame[frame["count"] > 0] if without_zeros else frame


def event_rows(counts):
    """Return a frame with one row per event: its country and its period."""
    frame = long_rows(counts)
    return frame.loc[frame.index.repeat(frame["count"].astype(int)), ["country", "period"]]


def of_dates(counts, end="start"):
    """Return the wide table with the first or the last days of periods for its index."""
    return counts.wide().set_axis(counts.periods.to_timestamp(how=end), axis=0)


def cells(counts):
    """List the labels and periods of the cells, in order."""
    return list(product(*counts.axes.values(), counts.periods.astype(str)))
