"""Segmentations by the quadratic recursion, from sums that grow one period at a time."""

from itertools import pairwise
from math import inf, log


def segment_cost(events, exposure):
    """Minus the largest Poisson log likelihood of a segment, without factorials."""
    return events - events * log(events / exposure) if events else 0.0


def least_objective(counts, exposures, penalty, min_length=1):
    """Return the least sum of costs and penalties; infinite if a segment finds no room."""
    best = [-penalty] + [inf] * len(counts)
    for end in range(1, len(counts) + 1):
        events = exposure = 0.0
        for start in range(end - 1, -1, -1):
            events += counts[start]
            exposure += exposures[start]
            if end - start >= min_length and best[start] < inf:
                value = best[start] + penalty + segment_cost(events, exposure)
                best[end] = min(best[end], value)
    return best[-1]


def costs_between(changes, counts, exposures):
    """List the costs of the segments between changes."""
    return [
        segment_cost(float(sum(counts[a:b])), sum(exposures[a:b]))
        for a, b in pairwise((0, *changes, len(counts)))
    ]
