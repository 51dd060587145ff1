"""
The numbers that simulation set, each under the benchmark that measures what depends on it.

None of them follows from a formula. After a change of one, its benchmark is run again and its
table compared. Numbers that follow from the floating-point format, or from how much memory is taken
at a time, stand beside the code that needs them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _doubling(first: float, number: int) -> Floats:
    """Give numbers of which every second is twice the one before."""
    return np.asarray(first * 2.0 ** (np.arange(number) / 2), dtype=np.float64)


# What a series without a change looks like, in the scan test: benchmarks/calibration.py.

STAGES: Final = (99, 999)
"""Draws of the stages; further ones follow only while the p-value is at most `GIVE_UP`."""

GIVE_UP: Final = 0.2
"""P-value above which the second stage is not drawn."""

LATENT_CORRELATION: Final = 0.4
"""Correlation of latent rates from one period to the next, which counts show through noise."""

LIKELY_CORRELATION: Final = 0.5
"""Lag-1 correlation that is likely beforehand, by the excess share of the variance."""

LIKELY_WEIGHT: Final = 28
"""Periods that what is likely beforehand weighs as much as."""

CORRELATION_RAISED: Final = 1.1
"""What an estimated lag-1 correlation is raised by, for it is not known."""

EXCESSES_OF_ONE: Final = np.concatenate(([0.0], _doubling(0.05, 28)))
"""Excess of the variance over the mean, as a share of the mean, that is tried for a series."""

ALIKE: Final = 0.3
"""Correlation of neighbours from which on the model is asked too whether there is a change."""

MODEL_SHARE: Final = 0.05
"""Share of the level that the model's bound has then."""

# What the choice of the best window takes from the correlation: benchmarks/dependence.py.

LOST_BY_LOG_LENGTH: Final = 1.2
"""How much more is lost with each unit of the log of the number of periods."""

LOST_AT_ONE: Final = -0.4
"""What is lost with one period, on that line."""

# How often a monitored series without a change raises an alarm: benchmarks/monitoring.py.

TOP_EXCESS: Final = 25.6
"""Excess of the variance over the mean that is allowed for at least, as a share of the mean."""

LEAST_EXCESS: Final = 0.05
"""The least excess of a simulated series that is overdispersed."""

CANDIDATES: Final = (400, 4000)
"""The fewest and the most simulated series among which those like the known one are sought."""

KEPT_CANDIDATES: Final = 20
"""Of so many candidates the one most like the known series is kept."""

POISSON_CANDIDATES: Final = 0.2
"""Share of candidates without overdispersion."""

ALIKE_CANDIDATES: Final = 0.7
"""Share of candidates whose neighbouring periods are alike to some degree."""

MOST_ALIKE: Final = 0.6
"""The largest correlation of neighbouring periods of a candidate."""

CALIBRATION_SERIES: Final = (50, 4000)
"""The fewest and the most series that a threshold is calibrated on."""

# How changes are shared among series: benchmarks/shared_changes.py.

N_CHANCES: Final = 8
"""Probabilities of taking part that are averaged over, at each date."""

N_MOVES: Final = 2
"""Dates that are moved in each step, at most."""

N_BEFORE: Final = 100
"""Steps of each chain that are passed over."""

SURE: Final = 0.8
"""From this probability on a shared change is listed, and a series is said to take part."""

# Trends of few clusters, and dispersions: benchmarks/intensity.py.

FEW_CLUSTERS: Final = 40
"""Clusters below which errors clustered by them are too small."""
