"""What is passed for data by mistake, and data of which there is little or too much to say."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

import engagement as eg
from settings_matrix import counts, log

YEARS = range(1993, 2001)
_UNSEEN = [math.nan] * 8


def series(numbers, exposure=None, periods=YEARS):
    """Make a series."""
    return eg.CountSeries.from_arrays(numbers, periods, exposure)


def panel(numbers, exposure=None):
    """Make a table of one series."""
    made = series(numbers, exposure)
    columns = {"period": list(YEARS), "count": made.counts, "exposure": made.exposure_years}
    asked = {name: name for name in columns}
    return eg.Counts.from_frame(
        pd.DataFrame({"country": "KGZ", **columns}), by="country", freq="Y", **asked
    )


def meetings(*dates, **more):
    """Make a log of meetings that states no coverage."""
    parties = {"channel": "bilateral", "initiator": "CHN", "countries": ["KGZ"]}
    return eg.EventLog(
        eg.Meeting(date=date, note=str(number), **parties, **more)
        for number, date in enumerate(dates)
    )


NO_DATA = {
    "None": None,
    "a number": 7,
    "NaN": math.nan,
    "a text": "KGZ",
    "a text with a null character": "a\x00b",
    "no text": "",
    "a long text": "x" * 5000,
    "bytes": b"x",
    "an empty list": [],
    "numbers in a list": [1, 2, 3],
    "a list of None": [None],
    "a mapping": {"a": 1},
    "an object": object(),
    "a function": len,
    "a class": eg.EventLog,
    "NA": pd.NA,
    "NaT": pd.NaT,
    "an array": np.arange(8.0),
    "an array of NaN": np.full(8, np.nan),
    "a series of pandas": pd.Series([1, 2, 3]),
    "an empty frame": pd.DataFrame(),
    "a frame of other columns": pd.DataFrame({"a": [1]}),
    "events in a list": list(log())[:3],
}
"""What is no data of any kind, or of another."""

POOR_DATA = {
    "an empty log": eg.EventLog(),
    "a log of one event": meetings("2001"),
    "a log of one day": meetings("2001-05-05", "2001-05-05"),
    "a log of planned events": meetings("2001", status="planned"),
    "a log of open dates": meetings("../2001", "2003/.."),
    "events picked by place": log()[:2],
    "a log without coverage": log().with_coverage(None),
    "a log of which nothing was observed": log().with_coverage(eg.Coverage(is_stated=True)),
    "no periods": series([], periods=[]),
    "one period": series([3], periods=[1999]),
    "zeros": series([0] * 8),
    "nothing observed": series(_UNSEEN, [0] * 8),
    "one period observed": series([*_UNSEEN[1:], 3], [0] * 7 + [1]),
    "parts of events": series([0.5] * 8),
    "huge counts": series([1e14] * 8),
    "tiny exposures": series([1, 0] * 4, [1e-12] * 8),
    "huge exposures": series([1, 0] * 4, [1e12] * 8),
    "a table without series": counts().select(country=[]),
    "a table of zeros": panel([0] * 8),
    "a table of nothing observed": panel(_UNSEEN, [0] * 8),
    "a table of parts of events": panel([0.5] * 8),
    "a table of huge counts": panel([1e14] * 8),
    "a table of one period": eg.count_events(log(), by="country", window=("2001", "2001")),
    "a table of no events": eg.count_events(eg.EventLog(), by="country"),
}
"""Data that are what they should be, but hardly anything follows from them."""
