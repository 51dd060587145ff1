"""Changes of a Poisson process in continuous time, by integrating over their instants."""

from itertools import pairwise
from math import exp, lgamma, log

from scipy import integrate


def log_marginal(instants, times, length, shape, rate):
    """Log likelihood given the instants of changes, rates integrated over a gamma prior."""
    total = 0.0
    for start, end in pairwise((0.0, *instants, length)):
        events = sum(start < when < end for when in times)
        total += shape * log(rate) - lgamma(shape) + lgamma(shape + events)
        total -= (shape + events) * log(rate + end - start)
    return total


def stretches(low, high, times):
    """Cut a span at events, but where two are so near that what lies between has no weight."""
    cuts = [low, *(when for when in times if low < when < high), high]
    return [(a, b) for a, b in pairwise(cuts) if b - a > 1e-12]


def mass(span, times, length, shape, rate):
    """Integrate the likelihood of one change over a span of instants, uniform beforehand."""
    return sum(
        integrate.quad(
            lambda when: exp(log_marginal((when,), times, length, shape, rate)) / length, low, high
        )[0]
        for low, high in stretches(*span, times)
    )


def evidence(n_changes, times, length, shape, rate):
    """Mean likelihood over all instants of up to two changes."""
    if n_changes == 0:
        return exp(log_marginal((), times, length, shape, rate))
    if n_changes == 1:
        return mass((0.0, length), times, length, shape, rate)
    total = 0.0
    for a, b in stretches(0.0, length, times):
        for c, d in stretches(a, length, times):
            total += integrate.dblquad(
                lambda late, early: exp(log_marginal((early, late), times, length, shape, rate)),
                a,
                b,
                lambda early, c=c: max(c, early),
                d,
                epsrel=1e-7,
            )[0]
    return 2 * total / length**2
