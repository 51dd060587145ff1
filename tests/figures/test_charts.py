"""The figures show what was counted, and can be drawn of anything countable."""

from io import StringIO

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
    """The cells have the shape of the counts, masked where unobserved, the first row on top."""
    counts = panel(["KGZ", "TJK"])

    ax = counts.plot()

    (cells,) = ax.collections
    assert cells.get_array().shape == (2, 6)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-0.5, 5.5), (1.5, -0.5))
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "KGZ bilateral", "TJK bilateral",
    ]  # fmt: skip


def test_an_empty_picture_can_be_drawn():
    """Counts without periods give axes without cells."""
    ax = draw_picture(np.zeros((0, 0)), [], panel(["KGZ"]).periods[:0], None)

    assert not ax.collections


def test_a_picture_is_of_vectors():
    """A file of vectors holds no image, neither of the cells nor of the bar of colours."""
    file = StringIO()

    panel(["KGZ", "TJK"]).plot().figure.savefig(file, format="svg")

    assert "<image" not in file.getvalue()


def test_given_axes_are_used():
    """A caller's axes are drawn into and given back."""
    ax = new_axes(None)

    assert new_axes(ax) is ax
    assert panel(["KGZ"]).series(country="KGZ").plot(ax) is ax
