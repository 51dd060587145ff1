"""Forecasts by going through every segmentation and every way in which the future may change."""

from itertools import pairwise, product
from math import exp, factorial, lgamma, log

from naive.changes import log_marginal, segmentations


def gamma_poisson(count, shape, rate, years):
    """Probability of a count in so many years, given a gamma distribution of its rate."""
    return exp(
        lgamma(shape + count)
        - lgamma(shape)
        - log(factorial(count))
        + shape * log(rate / (rate + years))
        + (count * log(years / (rate + years)) if count else 0)
    )


def last_segments(counts, exposures, prior, odds):
    """List the posterior probability, events and years of every possible last segment."""
    shape, rate = prior
    n_periods = len(counts)
    by_number = {}
    for changes in segmentations(n_periods):
        by_number.setdefault(len(changes), []).append(changes)
    found = []
    for number, several in by_number.items():
        for changes in several:
            weight = odds**number / len(several)
            likelihood = exp(log_marginal(changes, counts, exposures, shape, rate))
            start = (0, *changes)[-1]
            found.append((weight * likelihood, sum(counts[start:]), sum(exposures[start:])))
    total = sum(weight for weight, _, _ in found)
    return [(weight / total, events, years) for weight, events, years in found]


def probabilities(counts, exposures, years, *, turns, prior, odds, n_counts):
    """
    Give the probability of every tuple of future counts below a bound.

    *turns* holds the probability of a change before each future period.
    """
    shape, rate = prior
    answer = {}
    for future in product(range(n_counts), repeat=len(years)):
        total = 0.0
        for way in product((False, True), repeat=len(years)):
            chance = 1.0
            for turned, turn in zip(way, turns, strict=True):
                chance *= turn if turned else 1 - turn
            starts = [k for k, turned in enumerate(way) if turned]
            bounds = [0, *starts, len(years)]
            for place, (a, b) in enumerate(pairwise(bounds)):
                if place == 0:
                    chance *= sum(
                        weight * run(future[a:b], years[a:b], shape + events, rate + seen)
                        for weight, events, seen in last_segments(counts, exposures, prior, odds)
                    )
                else:
                    chance *= run(future[a:b], years[a:b], shape, rate)
            total += chance
        answer[future] = total
    return answer


def run(counts, years, shape, rate):
    """Probability of counts that have one rate in common, one after the other."""
    chance = 1.0
    for count, exposure in zip(counts, years, strict=True):
        chance *= gamma_poisson(count, shape, rate, exposure)
        shape, rate = shape + count, rate + exposure
    return chance
