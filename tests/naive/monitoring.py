"""Since when the present regime runs, by going through every set of changes."""

from functools import cache
from itertools import combinations, pairwise
from math import exp, lgamma, log

from naive.segmentations import marginal


def log_segment(counts, exposures, shape, rate):
    """Log likelihood of one regime of Poisson counts: its rate integrated over a gamma prior."""
    events, years = sum(counts), sum(exposures)
    return (
        shape * log(rate)
        - lgamma(shape)
        + lgamma(shape + events)
        - (shape + events) * log(rate + years)
    )


def latest_starts(counts, exposures, chances, *, shape, rate):
    """
    Give the probability of each place that the present regime began there.

    *chances* are those of a change at each place but the first.
    """

    def log_weight(first, last):
        return log_segment(counts[first:last], exposures[first:last], shape, rate)

    weights = start_weights(len(counts), chances, log_weight)
    total = sum(weights.values())
    return {place: weight / total for place, weight in weights.items()}


def start_weights(n_periods, chances, log_weight):
    """Give the likelihood of each place, times its chance beforehand."""
    weights = dict.fromkeys(range(n_periods), 0.0)
    for number in range(n_periods):
        for changes in combinations(range(1, n_periods), number):
            value = sum(
                log(chances[place]) if place in changes else log(1 - chances[place])
                for place in range(1, n_periods)
            )
            for a, b in pairwise((0, *changes, n_periods)):
                value += log_weight(a, b)
            weights[changes[-1] if changes else 0] += exp(value)
    return weights


def starts_and_components(counts, exposures, chances, prior, components):
    """
    Give the probability of each place and component of the counts, both at once.

    *components* has weight, linear, square and memory of each.
    """
    weights = {}
    rates = [exp(-9 + 0.05 * step) for step in range(280)]
    grid = [(rate, exp(float(prior.log_density(rate))) * rate * 0.05) for rate in rates]
    series = counts, exposures, [1] * len(counts)
    for which, (chance, *component) in enumerate(components):

        @cache
        def log_weight(first, last, component=tuple(component)):
            return log(marginal(first, last, grid, series, component))

        for place, weight in start_weights(len(counts), chances, log_weight).items():
            weights[place, which] = weight * chance
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}
