"""Shared changes by going through every set of dates and everyone who may take part."""

from functools import cache
from itertools import combinations, pairwise, product
from math import comb, exp, log

from scipy import integrate


@cache
def marginal(events, years, median):
    """Log likelihood of Poisson counts, their rate integrated over its log-logistic prior."""
    if not years:
        return 0.0

    def weight(rate):
        return rate**events * exp(-rate * years) * median / (median + rate) ** 2

    ends = (0.0, events / years, 4 * (events + 4) / years, 40 * (events + 4) / years)
    return log(sum(integrate.quad(weight, a, b, epsrel=1e-11)[0] for a, b in pairwise(ends)))


def series_weight(own, counts, exposures, median):
    """Log likelihood of one series of Poisson counts with given changes."""
    bounds = (0, *own, len(counts))
    return sum(marginal(sum(counts[a:b]), sum(exposures[a:b]), median) for a, b in pairwise(bounds))


def can_change(exposures, place):
    """Tell whether anything was observed on both sides of a place."""
    return any(exposures[:place]) and any(exposures[place:])


def configurations(panel, odds, shared):
    """
    Give the probability of every set of dates with everyone who takes part.

    *panel* holds counts, exposures and the median of the prior of each series. The chance of
    taking part is uniform at a shared date, so that s of c who can have the weight
    1 / ((c + 1) over-s ways); at another date one changes alone, each of them with that weight.
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
