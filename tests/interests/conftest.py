"""What several tests of interests look at."""

import pytest

import engagement as eg


@pytest.fixture(autouse=True)
def closed_figures():
    """Close the figures that a test draws."""
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


@pytest.fixture(scope="session")
def meetings():
    """Give the bilateral meetings of the bundled data."""
    log = eg.load_dataset("china-central-asia")
    return log.where(channel="bilateral", activity="meeting", since="1993", until="2020")
