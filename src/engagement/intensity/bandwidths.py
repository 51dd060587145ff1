"""Kernel smoothing of events on days, and how wide the kernel should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KERNELS", "RULES", "DayEvents", "choose_bandwidth", "kernel_weights", "smooth_days"]

Floats = NDArray[np.float64]

DAYS_A_YEAR = 365.2425
"""Days in a calendar year, on average."""


def _gaussian(distance: Floats) -> Floats:
    return np.asarray(np.exp(-(distance**2) / 2), dtype=np.float64)


def _epanechnikov(distance: Floats) -> Floats:
    """Return the parabola with the standard deviation 1, so that widths compare."""
    return np.maximum(1 - distance**2 / 5, 0.0)


KERNELS: dict[str, Callable[[Floats], Floats]] = {
    "gaussian": _gaussian,
    "epanechnikov": _epanechnikov,
}
"""Shapes by name, of standard deviation 1 and any height."""

_REACH = {"gaussian": 6.0, "epanechnikov": 5**0.5}  # beyond it a kernel is as good as zero


@frozen(kw_only=True, eq=False)
class DayEvents:
    """
    Events on consecutive days, each spread evenly over the days that it may mean.

    Parameters
    ----------
    start, end
        First day of each event and the day after its last, counted from the first day; parts
        outside of what was observed are not counted.
    mass
        How much of each event lies on each of its days.
    observed
        Which part of each day was observed, 0 or 1, shape ``(n_days,)``.
    """

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    mass: Floats
    observed: Floats

    def daily(self) -> Floats:
        """Return the events of each day, shape ``(n_days,)``."""
        steps = np.zeros(len(self.observed) + 1)
        np.add.at(steps, self.start, self.mass)
        np.add.at(steps, self.end, -self.mass)
        return np.asarray(np.cumsum(steps)[:-1] * (self.observed > 0), dtype=np.float64)


def kernel_weights(kernel: str, bandwidth_days: float, n_days: int) -> Floats:
    """
    Return the kernel on whole days, which sums to one, from minus to plus its reach.

    Parameters
    ----------
    kernel
        One of `KERNELS`.
    bandwidth_days
        Its standard deviation, positive.
    n_days
        Days that there are; the kernel reaches no further.
    """
    reach = min(int(np.ceil(_REACH[kernel] * bandwidth_days)), max(n_days - 1, 0))
    weights = KERNELS[kernel](np.arange(-reach, reach + 1) / bandwidth_days)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def smooth_days(values: Floats, weights: Floats) -> Floats:
    """Average over neighbouring days by a kernel's weights, beyond the ends nothing."""
    from scipy.signal import fftconvolve

    reach = len(weights) // 2
    smoothed = fftconvolve(values, weights)[reach : reach + len(values)]
    return np.asarray(np.maximum(smoothed, 0.0), dtype=np.float64)


def choose_bandwidth(
    events: DayEvents, kernel: str, rule: str, candidates: Floats
) -> tuple[float, Floats]:
    """
    Choose the width that best foretells each event from all others.

    Parameters
    ----------
    events
        At least two.
    kernel
        One of `KERNELS`.
    rule
        One of `RULES`.
    candidates
        Widths to try, in days.

    Returns
    -------
    tuple
        The best width, and the criterion of each, which is largest there.
    """
    criterion = np.array(
        [RULES[rule](*_left_out(events, kernel, float(width))) for width in candidates]
    )
    return float(candidates[int(np.argmax(criterion))]), criterion


def _left_out(events: DayEvents, kernel: str, width: float) -> tuple[Floats, Floats, Floats]:
    """
    Return what other events say of the intensity where each event is, and the whole of it.

    Events that may mean several days are looked at on each of these, and averaged.
    """
    n_days = len(events.observed)
    weights = kernel_weights(kernel, width, n_days)
    seen = smooth_days((events.observed > 0).astype(np.float64), weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        intensity = np.where(events.observed > 0, smooth_days(events.daily(), weights) / seen, 0.0)
    others = np.zeros(len(events.start))
    own: dict[int, Floats] = {}
    for place, (start, end) in enumerate(zip(events.start, events.end, strict=True)):
        days, length = slice(start, end), int(end - start)
        kept = events.observed[days] > 0
        if not kept.all():
            share = _own_share(weights, kept)
        elif length in own:
            share = own[length]
        else:
            share = own[length] = _own_share(weights, kept)
        alone = events.mass[place] * share[kept] / seen[days][kept]
        others[place] = np.maximum(intensity[days][kept] - alone, 0.0).mean()
    return others, intensity, events.observed


def _own_share(weights: Floats, kept: NDArray[np.bool_]) -> Floats:
    """Return what days, each with the mass 1 where it is kept, give to each of themselves."""
    reach = len(weights) // 2
    near = weights[max(reach - len(kept) + 1, 0) : reach + len(kept)]
    around = len(near) // 2
    return np.convolve(kept.astype(np.float64), near)[around : around + len(kept)]


def _by_likelihood(others: Floats, intensity: Floats, observed: Floats) -> float:
    """Return the log likelihood of events foretold by others; minus infinity if one is not."""
    with np.errstate(divide="ignore"):
        return float(np.log(others).sum() - (intensity * observed).sum())


def _by_least_squares(others: Floats, intensity: Floats, observed: Floats) -> float:
    """Return minus the integrated squared error, but for what is the same for all widths."""
    return float(2 * others.sum() - (intensity**2 * observed).sum())


RULES = {"likelihood": _by_likelihood, "least-squares": _by_least_squares}
"""What is made as large as possible, by name."""
