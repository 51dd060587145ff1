"""Change points by going through every segmentation, one at a time."""

from itertools import combinations, pairwise
from math import exp, factorial, lgamma, log, prod


def segmentations(n_periods, min_length=1, max_changes=None):
    """List every way to cut periods into segments, as the places where new ones start."""
    most = n_periods - 1 if max_changes is None else max_changes
    return [
        changes
        for size in range(min(most, n_periods - 1) + 1)
        for changes in combinations(range(1, n_periods), size)
        if all(b - a >= min_length for a, b in pairwise((0, *changes, n_periods)))
    ]


def segments(changes, counts, exposures):
    """List events and exposure of each segment."""
    return [
        (sum(counts[a:b]), sum(exposures[a:b])) for a, b in pairwise((0, *changes, len(counts)))
    ]


def cost(changes, counts, exposures):
    """Minus the largest Poisson log likelihood of a segmentation, without factorials."""
    return sum(
        events - events * log(events / years) if events else 0.0
        for events, years in segments(changes, counts, exposures)
    )


def log_marginal(changes, counts, exposures, shape, rate):
    """Log likelihood of a segmentation, each rate integrated over its gamma prior."""
    return sum(
        shape * log(rate)
        - lgamma(shape)
        + lgamma(shape + events)
        - (shape + events) * log(rate + years)
        for events, years in segments(changes, counts, exposures)
    )


def posterior(counts, exposures, shape, rate, *, odds, min_length=1, max_changes=None):
    """Give the probability of every segmentation."""
    ways = segmentations(len(counts), min_length, max_changes)
    alike = {size: sum(len(way) == size for way in ways) for size in {len(way) for way in ways}}
    logs = {
        way: log_marginal(way, counts, exposures, shape, rate)
        + len(way) * log(odds)
        - log(alike[len(way)])
        for way in ways
    }
    top = max(logs.values())
    total = sum(exp(value - top) for value in logs.values())
    return {way: exp(value - top) / total for way, value in logs.items()}


def mean_ratios(counts, exposures, lengths):
    """Average the likelihood ratio over all splits, and over inner windows of some lengths."""
    n_periods, total, years = len(counts), sum(counts), sum(exposures)

    def ratio(start, end):
        inside = sum(counts[start:end])
        share = sum(exposures[start:end]) / years
        rest = sum(exposures[:start] + exposures[end:]) / years
        value = 0.0
        if inside:
            value += inside * log(inside / total / share)
        if total - inside:
            value += (total - inside) * log((total - inside) / total / rest)
        return exp(value)

    splits = [ratio(0, end) for end in range(1, n_periods)]
    inner = [
        ratio(start, start + length)
        for length in lengths
        for start in range(1, n_periods)
        if start + length < n_periods
    ]
    return [log(sum(values) / len(values)) if values else 0.0 for values in (splits, inner)]


def multinomial(counts, shares):
    """Give the chance that events fall into periods like this."""
    ways = factorial(sum(counts)) // prod(factorial(count) for count in counts)
    return ways * prod(share**count for share, count in zip(shares, counts, strict=True))


def in_order(values, slots, path):
    """Put the least value of each slot where the path is least there, and so on."""
    placed = [None] * len(values)
    for slot in set(slots.tolist()):
        places = [place for place, other in enumerate(slots) if other == slot]
        ordered = sorted(values[place] for place in places)
        for value, place in zip(ordered, sorted(places, key=lambda p: path[p]), strict=True):
            placed[place] = value
    return placed


def excess_evidence(counts, exposures, excess):
    """Average the evidence over all sets of up to three changes, by their number, as logs."""
    n_periods = len(counts)
    years = [e * n_periods / sum(exposures) for e in exposures]
    rate = sum(counts) / n_periods
    size = rate / excess if excess else None
    logs = []
    for n_changes in range(4):
        ways = [
            sum(excess_marginal(*part, rate, size) for part in segments(way, counts, years))
            for way in segmentations(n_periods, 2, n_changes)
            if len(way) == n_changes
        ]
        logs.append(log(sum(map(exp, ways)) / len(ways)) if ways else float("-inf"))
    outside = sum(
        lgamma(y + size * e) - lgamma(size * e) if size else y * log(e)
        for y, e in zip(counts, years, strict=True)
    )
    return [value + outside for value in logs]


def excess_marginal(events, years, rate, size):
    """Log likelihood of a segment with its rate, or its chance, integrated over its prior."""
    if size is None:
        return log(1 / rate) + lgamma(1 + events) - (1 + events) * log(1 / rate + years)
    prior = size / rate
    whole = prior + size * years
    return (
        lgamma(prior + 1)
        - lgamma(prior)
        + lgamma(whole)
        + lgamma(1 + events)
        - lgamma(whole + 1 + events)
    )
