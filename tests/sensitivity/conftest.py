"""What these tests have in common."""

import pytest


@pytest.fixture(autouse=True)
def closed_figures():
    """Close the figures that a test draws."""
    yield
    from matplotlib import pyplot as plt

    plt.close("all")
