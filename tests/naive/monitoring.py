"""Since when the present regime runs, by going through every set of changes."""

from itertools import combinations, pairwise
from math import exp, lgamma, log

from scipy import integrate


def log_segment(counts, exposures, shape, rate, size):
    """Log likelihood of one regime: its rate integrated over the prior, by formula or by steps."""
    events, years = sum(counts), sum(exposures)
    if size is None:
        return (
            shape * log(rate)
            - lgamma(shape)
            + lgamma(shape + events)
            - (shape + events) * log(rate + years)
        )

    def likelihood(part):
        # part is size / (size + level): Beta(rate size + 1, shape)
        value = rate * size * log(part) + (shape - 1) * log(1 - part)
        for count, exposure in zip(counts, exposures, strict=True):
            value += size * exposure * log(part) + count * log(1 - part)
        return exp(value)

    area, _ = integrate.quad(likelihood, 0, 1, epsabs=0, epsrel=1e-10, limit=200)
    first = rate * size + 1
    beta = lgamma(first) + lgamma(shape) - lgamma(first + shape)
    return log(area) - beta


def latest_starts(counts, exposures, chances, *, shape, rate, size=None):
    """
    Give the probability of each place that the present regime began there.

    *chances* are those of a change at each place but the first.
    """
    weights = start_weights(counts, exposures, chances, (shape, rate), size)
    total = sum(weights.values())
    return {place: weight / total for place, weight in weights.items()}


def start_weights(counts, exposures, chances, prior, size):
    """Give the likelihood of each place, times its chance beforehand."""
    n_periods = len(counts)
    weights = dict.fromkeys(range(n_periods), 0.0)
    for number in range(n_periods):
        for changes in combinations(range(1, n_periods), number):
            value = sum(
                log(chances[place]) if place in changes else log(1 - chances[place])
                for place in range(1, n_periods)
            )
            for a, b in pairwise((0, *changes, n_periods)):
                value += log_segment(counts[a:b], exposures[a:b], *prior, size)
            weights[changes[-1] if changes else 0] += exp(value)
    return weights


def starts_and_sizes(counts, exposures, chances, *, shape, rate, sizes):
    """
    Give the probability of each place and size of the negative binomial, both at once.

    *sizes* has the chance of each; None stands for Poisson counts.
    """
    weights = {}
    for size, chance in sizes.items():
        own = 0.0
        if size is not None:
            for count, exposure in zip(counts, exposures, strict=True):
                own += lgamma(count + size * exposure) - lgamma(size * exposure)
                own -= count * log(exposure)
        for place, weight in start_weights(counts, exposures, chances, (shape, rate), size).items():
            weights[place, size] = weight * exp(own) * chance
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}
