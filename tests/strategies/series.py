"""Series of counts with unequal exposures, unobserved periods and gaps."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from engagement.counting.counts import Counts
from engagement.counting.series import CountSeries

even = st.just(1.0)
uneven = st.sampled_from([1.0, 0.5, 0.25, 3.0])
extreme = st.sampled_from([1e-6, 1e-3, 1.0, 1e3, 1e6])
few = st.integers(0, 6)
any_counts = few | st.just(0) | st.sampled_from([40, 1000, 10**7])


@st.composite
def count_series(draw, min_observed=1, max_observed=8, counts=any_counts, gaps=True):  # noqa: FBT002
    """Yearly series; some years have no exposure, some are missing where they are made."""
    n_observed = draw(st.integers(min_observed, max_observed))
    exposures = draw(st.sampled_from([even, uneven, uneven, extreme]))
    values = draw(st.lists(counts, min_size=n_observed, max_size=n_observed))
    years = draw(st.lists(exposures, min_size=n_observed, max_size=n_observed))
    states = ["seen"] * n_observed
    if gaps:
        for state in draw(st.lists(st.sampled_from(["blind", "missing"]), max_size=4)):
            states.insert(draw(st.integers(0, len(states))), state)
    return build(states, values, years)


def build(states, values, years, first=1990):
    """Make a series of years that were seen, were not observed, or are missing."""
    rows = []
    seen = iter(zip(values, years, strict=True))
    for place, state in enumerate(states):
        if state != "missing":
            rows.append((first + place, *(next(seen) if state == "seen" else (np.nan, 0.0))))
    index = pd.PeriodIndex([str(year) for year, _, _ in rows], freq="Y-DEC")
    return CountSeries.from_arrays(
        [row[1] for row in rows], index, [row[2] for row in rows], missing="unobserved"
    )


def seen_parts(series):
    """Give counts and exposures of the observed periods as lists."""
    seen = series.observed
    return series.counts[seen].tolist(), series.exposure_years[seen].tolist()


def closed(series):
    """Drop what was not observed and put the rest in a row of years."""
    counts, exposures = seen_parts(series)
    return build(["seen"] * len(counts), counts, exposures)


def mirrored(series):
    """Turn the observed periods round."""
    counts, exposures = seen_parts(series)
    return build(["seen"] * len(counts), counts[::-1], exposures[::-1])


def scaled(series, factor):
    """Multiply every exposure."""
    return CountSeries.from_arrays(series.counts, series.periods, series.exposure_years * factor)


def places_of(series, dates):
    """Give the places of dates among the observed periods."""
    observed = list(series.periods[series.observed])
    return [observed.index(date) for date in dates]


def panel(series, labels=None):
    """Put series over the same periods in a table with one axis."""
    labels = labels or [f"S{place}" for place in range(len(series))]
    return Counts(
        axes={"country": tuple(labels)},
        periods=series[0].periods,
        values=np.array([one.counts for one in series]),
        exposure_years=np.array([one.exposure_years for one in series]),
        freq=series[0].periods.freqstr.lstrip("0123456789")[:1],
        settings={},
        coverage_stated=True,
        left_out=pd.DataFrame(columns=["id", "date", "reason", "share", "amount"]),
    )
