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


def least_costs(counts, exposures, max_changes, min_length=1):
    """Return the least sum of costs for each number of changes; infinite if there is no room."""
    size = len(counts)
    best = [0.0] + [inf] * size
    found = []
    for _ in range(max_changes + 1):
        longer = [inf] * (size + 1)
        for start in range(size):
            events = exposure = 0.0
            for end in range(start + 1, size + 1):
                events += counts[end - 1]
                exposure += exposures[end - 1]
                if end - start >= min_length and best[start] < inf:
                    longer[end] = min(longer[end], best[start] + segment_cost(events, exposure))
        best = longer
        found.append(best[size])
    return found
