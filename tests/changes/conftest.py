"""Series that several tests look at."""

from pathlib import Path

import pandas as pd
import pytest

from engagement.changes import kernels
from engagement.series import CountSeries


@pytest.fixture(params=["on arrays", "compiled"])
def way(request, monkeypatch):
    """Work in either of both ways, whatever the length of a series."""
    monkeypatch.setattr(kernels, "LONG", 2 if request.param == "compiled" else 10**9)


@pytest.fixture(autouse=True)
def closed_figures():
    """Close the figures that a test draws."""
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


@pytest.fixture(scope="session")
def coal():
    """Give yearly coal-mining disasters, 1851 to 1962."""
    table = pd.read_csv(Path(__file__).parent.parent / "data" / "coal_yearly.csv")
    return CountSeries.from_arrays(table["count"], table["year"].tolist(), name="disasters")
