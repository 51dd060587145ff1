"""Shared changes by going through every set of dates and everyone who may take part."""

from itertools import combinations, pairwise, product
from math import comb, exp, lgamma, log


def segment(counts, exposures, shape, rate):
    """Log likelihood of one regime of Poisson counts, its rate integrated over the prior."""
    events, years = sum(counts), sum(exposures)
    return (
        shape * log(rate)
        - lgamma(shape)
        + lgamma(shape + events)
        - (shape + events) * log(rate + years)
    )


def series_weight(own, counts, exposures, shape, rate):
    """Log likelihood of one series with given changes."""
    bounds = (0, *own, len(counts))
    return sum(segment(counts[a:b], exposures[a:b], shape, rate) for a, b in pairwise(bounds))


def can_change(exposures, place):
    """Tell whether anything was observed on both sides of a place."""
    return any(exposures[:place]) and any(exposures[place:])


def configurations(panel, odds, shared):
    """
    Give the probability of every set of dates with everyone who takes part.

    *panel* holds counts, exposures, shape and rate of each series. The chance of taking part is
    uniform at a shared date, so that s of c who can have the weight 1 / ((c + 1) over-s ways);
    at another date one changes alone, each of them with that weight.
    """
    n_periods = len(panel[0][0])
    places = [t for t in range(1, n_periods) if any(can_change(one[1], t) for one in panel)]
    weights = {}
    for number in range(len(places) + 1):
        for dates in combinations(places, number):
            able = [[k for k, one in enumerate(panel) if can_change(one[1], t)] for t in dates]
            subsets = [
                [set(chosen) for size in range(len(who) + 1) for chosen in combinations(who, size)]
                for who in able
            ]
            for taking in product(*subsets):
                value = number * log(odds / len(places))
                for who, chosen in zip(able, taking, strict=True):
                    together = shared / ((len(who) + 1) * comb(len(who), len(chosen)))
                    alone = (1 - shared) * (len(chosen) == 1)
                    value += log(together + alone)
                for k, one in enumerate(panel):
                    own = [t for t, chosen in zip(dates, taking, strict=True) if k in chosen]
                    value += series_weight(own, *one)
                key = tuple((t, frozenset(c)) for t, c in zip(dates, taking, strict=True) if c)
                weights[key] = weights.get(key, 0.0) + exp(value)
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}
