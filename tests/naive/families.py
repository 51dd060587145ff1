"""What segments cost by the definition of the density of their values."""

from itertools import pairwise
from math import fsum, lgamma, log, pi


def log_density(name):
    """Give the log density of a value, given its exposure and the rate of its segment."""

    def density(value, years, rate):
        mean = rate * years
        if name == "gaussian":  # with a variance of 1 a year
            return -0.5 * (log(2 * pi * years) + (value - mean) ** 2 / years)
        if not mean:
            return 0.0 if not value else float("-inf")
        return value * log(mean) - mean - lgamma(value + 1)

    return density


def cost(changes, counts, exposures, density):
    """Minus the largest log likelihood of a segmentation, every constant included."""
    total = 0.0
    for start, end in pairwise((0, *changes, len(counts))):
        rate = sum(counts[start:end]) / sum(exposures[start:end])
        total -= fsum(density(counts[k], exposures[k], rate) for k in range(start, end))
    return total
