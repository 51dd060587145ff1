"""The figures show what was counted, and can be drawn of anything countable."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from engagement import CountSeries, EventLog, Meeting, count_events
from engagement.figures.charts import draw_picture, new_axes, unobserved_spans


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def panel(codes):
    """Count a meeting a year with each of some countries."""
    log = EventLog(
        Meeting(date=str(year), channel="bilateral", countries=[code], id=f"{code}{year}{n}")
        for place, code in enumerate(codes)
        for year in range(2000, 2006)
        for n in range(place + 1)
    )
    return count_events(log, by=("country", "channel"))


def test_bars_are_rates_and_gaps_are_hatched():
    """A series is drawn as events a year, and its unobserved stretch is marked."""
    series = CountSeries.from_arrays(
        [2, np.nan, 3], ["2000", "2001", "2002"], [1, 0, 0.5], name="meetings"
    )

    ax = series.plot()

    bars = [path.get_extents() for path in ax.collections[0].get_paths()]
    assert [bar.height for bar in bars] == [2, 6]
    assert [bar.width for bar in bars] == [366, 365]
    (gap,) = unobserved_spans(series)
    assert [str(edge)[:10] for edge in gap] == ["2001-01-01", "2002-01-01"]
    assert ax.get_ylabel() == "events per year"


def test_a_picture_has_a_row_a_series_and_a_column_a_period():
    """The picture's image has the shape of the counts, masked where unobserved."""
    counts = panel(["KGZ", "TJK"])

    ax = counts.plot()

    (image,) = ax.images
    assert image.get_array().shape == (2, 6)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "KGZ bilateral", "TJK bilateral",
    ]  # fmt: skip


def test_an_empty_picture_can_be_drawn():
    """Counts without periods give axes without an image."""
    ax = draw_picture(np.zeros((0, 0)), [], panel(["KGZ"]).periods[:0], None)

    assert not ax.images


def test_given_axes_are_used():
    """A caller's axes are drawn into and given back."""
    ax = new_axes(None)

    assert new_axes(ax) is ax
    assert panel(["KGZ"]).series(country="KGZ").plot(ax) is ax
