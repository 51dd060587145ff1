"""
The posterior over segmentations by going through every set of changes, one rate at a time.

A component is (linear, square, memory): the variance is ``mu (1 + linear + square mu)``.
"""

from itertools import pairwise
from math import exp, fsum, lgamma, log, log1p, sqrt

from naive.changes import segmentations


def log_count(count, mean, excess):
    """Log probability of a count, without the factorial: negative binomial, or Poisson."""
    if excess == 0:
        return count * log(mean) - mean
    size = mean / excess
    ways = lgamma(size + count) - lgamma(size)
    return ways + count * log(excess / (1 + excess)) - size * log1p(excess)


def log_period(t, rate, series, component, *, is_first):
    """Log probability of one period given the rate and, unless it is the first, the one before."""
    counts, exposures, steps = series
    linear, square, memory = component
    mean = exposures[t] * rate
    excess = linear + square * mean
    if is_first or not memory:
        return log_count(counts[t], mean, excess)
    before = exposures[t - 1] * rate
    excess_before = linear + square * before
    covariance = memory * mean * before * min(excess / mean, excess_before / before)
    if steps[t] > 1:
        told = excess * excess_before / ((1 + excess) * (1 + excess_before))
        covariance *= (memory * sqrt(told)) ** (steps[t] - 1)
    variance, variance_before = mean * (1 + excess), before * (1 + excess_before)
    moved = mean + covariance / variance_before * (counts[t - 1] - before)
    left = 1 - covariance**2 / (variance * variance_before)
    return log_count(counts[t], moved, (1 + excess) * left - 1)


def log_segment(start, end, rate, series, component):
    """Log probability of the periods of a segment given its rate."""
    return fsum(
        log_period(t, rate, series, component, is_first=t == start) for t in range(start, end)
    )


def marginal(start, end, grid, series, component):
    """Probability of the periods of a segment, over rates and their masses on a grid."""
    return fsum(mass * exp(log_segment(start, end, rate, series, component)) for rate, mass in grid)


def posterior(series, components, grids, *, odds, min_length, max_changes):
    """
    Give the joint probability of component and segmentation.

    *components* are pairs of weight and component, *grids* their lists of (rate, mass).
    """
    n = len(series[0])
    ways = segmentations(n, min_length, max_changes)
    alike = {size: sum(len(way) == size for way in ways) for size in range(max_changes + 1)}
    joint = {}
    for which, ((weight, component), grid) in enumerate(zip(components, grids, strict=True)):
        known = {}
        for way in ways:
            value = weight * odds ** len(way) / alike[len(way)]
            for start, end in pairwise((0, *way, n)):
                if (start, end) not in known:
                    known[start, end] = marginal(start, end, grid, series, component)
                value *= known[start, end]
            joint[which, way] = value
    total = fsum(joint.values())
    return {key: value / total for key, value in joint.items()}


def rate_masses(start, end, grid, series, component):
    """Probabilities of the rates of one segment."""
    odds = [mass * exp(log_segment(start, end, rate, series, component)) for rate, mass in grid]
    total = fsum(odds)
    return [value / total for value in odds]
