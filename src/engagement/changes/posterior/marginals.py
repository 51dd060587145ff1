"""The marginal likelihoods of all segments of a series, by arrays or by compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engagement import compiling
from engagement.models.log_gamma import log_gamma_of_steps
from engagement.models.negative_binomial import SizedCounts
from engagement.models.poisson import Poisson
from engagement.models.priors import GammaPrior

if TYPE_CHECKING:
    from engagement.changes.posterior.compiled_marginals import Segments
    from engagement.models.families import Likelihood
    from engagement.models.priors import Prior

__all__ = ["marginals_of_all"]

Floats = NDArray[np.float64]

_BLOCK = 8192
"""Segments that are looked at together, so that what is in hand stays in the cache."""

_LARGEST_TOTAL = 1 << 16
"""Events up to which compiled code looks up what their number decides."""


def marginals_of_all(
    logs: Floats,
    *,
    likelihood: Likelihood,
    sums: Floats,
    prior: Prior,
    weight: float,
    min_length: int,
) -> Floats:
    """
    Fill in the log marginals of all segments.

    Parameters
    ----------
    logs
        Room for them, shape ``(n + 1, n + 1)``, at ``[end, start]``: minus infinity on the
        diagonal and where segments are too short, anything above the diagonal.
    likelihood
        What values are taken to be.
    sums
        Statistics of all segments, as
        `engagement.changes.posterior.recursion.segment_sums` gives them.
    prior
        On the rate of each segment.
    weight
        Power to which the likelihood is raised.
    min_length
        Periods in a segment.

    Returns
    -------
    numpy.ndarray
        What was filled.
    """
    if len(logs) > compiling.LONG and isinstance(prior, GammaPrior):
        segments = _segments(sums, prior, weight=weight, min_length=min_length)
        if segments is not None and isinstance(likelihood, Poisson | SizedCounts):
            return _compiled(logs, likelihood, segments)
    n_bounds = len(logs)
    none = ~np.tri(n_bounds, k=-min_length, dtype=bool)
    step = max(_BLOCK // n_bounds, 1)
    for first in range(0, n_bounds, step):
        part = slice(first, first + step), slice(0, min(first + step, n_bounds))
        logs[part] = likelihood.log_marginal(sums[:, *part], prior, weight)
        np.copyto(logs[part], -np.inf, where=none[part])
    return logs


def _segments(
    sums: Floats, prior: GammaPrior, *, weight: float, min_length: int
) -> Segments | None:
    """Give what compiled code needs, if counts are whole and not too many."""
    from engagement.changes.posterior.compiled_marginals import Segments

    events = sums[0, :, 0].astype(np.int64)
    if events[-1] > _LARGEST_TOTAL or not (events == sums[0, :, 0]).all():
        return None
    log_gammas = log_gamma_of_steps(np.arange(events[-1] + 1.0), prior.shape, weight)
    return Segments(
        events=events,
        exposure=sums[1],
        log_gammas=log_gammas - log_gammas[0],
        shape=prior.shape,
        rate=prior.rate,
        min_length=min_length,
        weight=weight,
    )


def _compiled(logs: Floats, likelihood: Poisson | SizedCounts, segments: Segments) -> Floats:
    """Fill them in by compiled code, which several threads can run at the same time."""
    from engagement.changes.posterior.compiled_marginals import poisson_marginals, sized_marginals

    if isinstance(likelihood, Poisson):
        poisson_marginals(segments, logs)
    else:
        sized_marginals(segments, likelihood.size, logs)
    return logs
