"""What several tests of forecasts look at."""

import pytest


@pytest.fixture(autouse=True)
def closed_figures():
    """Close the figures that a test draws."""
    yield
    from matplotlib import pyplot as plt

    plt.close("all")
