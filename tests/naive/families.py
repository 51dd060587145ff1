"""
Marginal likelihoods of segments by prediction: each value given those before it in its segment.

A family is a list of chances and functions that give the log density of the next value from
what came before; all constants are kept, so that they can be compared with one another.
"""

from itertools import combinations, pairwise
from math import exp, fsum, lgamma, log, log1p, pi


def log_beta(first, second):
    """Log of the beta function."""
    return lgamma(first) + lgamma(second) - lgamma(first + second)


def poisson(shape, rate):
    """Predict a Poisson count whose rate has a gamma prior."""

    def predict(count, years, counts, exposures):
        size, known = shape + sum(counts), rate + sum(exposures)
        ways = lgamma(size + count) - lgamma(size) - lgamma(count + 1)
        return ways - size * log1p(years / known) + count * log(years / (known + years))

    return predict


def negative_binomial(shape, rate, size):
    """Predict a count of a given size a year, whose odds have a beta prime prior."""

    def predict(count, years, counts, exposures):
        first, second = shape + sum(counts), (rate + sum(exposures)) * size + 1
        own = size * years
        ways = lgamma(own + count) - lgamma(own) - lgamma(count + 1)
        return ways + log_beta(first + count, second + own) - log_beta(first, second)

    return predict


def gaussian(mean, sd, variance):
    """Predict a normal total of a given variance a year, whose rate has a normal prior."""

    def predict(total, years, totals, exposures):
        precision = sd**-2 + sum(exposures) / variance
        middle = (mean * sd**-2 + sum(totals) / variance) / precision
        spread = years**2 / precision + variance * years
        return -0.5 * (log(2 * pi * spread) + (total - middle * years) ** 2 / spread)

    return predict


def predictors(name, prior, dispersions, counts, exposures):
    """List what predicts for each dispersion (or variance) of a family."""
    if name == "gaussian":
        return [gaussian(prior.mean, prior.sd, variance) for variance in dispersions]
    own_rate = (sum(counts) or 0.5) / sum(exposures)
    return [
        poisson(prior.shape, prior.rate)
        if phi == 1
        else negative_binomial(prior.shape, prior.rate, own_rate / (phi - 1))
        for phi in dispersions
    ]


def log_marginal(changes, counts, exposures, predict):
    """Log likelihood of a segmentation, each rate integrated over its prior."""
    return fsum(
        predict(counts[place], exposures[place], counts[start:place], exposures[start:place])
        for start, end in pairwise((0, *changes, len(counts)))
        for place in range(start, end)
    )


def posterior(counts, exposures, predicting, chances, *, odds):
    """Give the probability of every pair of a segmentation and a likelihood."""
    n_periods = len(counts)
    ways = [way for size in range(n_periods) for way in combinations(range(1, n_periods), size)]
    alike = [sum(len(way) == size for way in ways) for size in range(n_periods)]
    logs = {
        (way, which): log(chance)
        + log_marginal(way, counts, exposures, predict)
        + len(way) * log(odds)
        - log(alike[len(way)])
        for which, (chance, predict) in enumerate(zip(chances, predicting, strict=True))
        for way in ways
    }
    top = max(logs.values())
    total = sum(exp(value - top) for value in logs.values())
    return {pair: exp(value - top) / total for pair, value in logs.items()}


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
