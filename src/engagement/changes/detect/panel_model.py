r"""
What the series of a panel tell of one another: how much counts vary, and how many series change.

An empirical Bayes fit by expectation and maximisation. With :math:`l_{ic}(K)` the log marginal
likelihood of series i under component c and K changes, w the probabilities of the components and
q that of any change,

.. math::
    L_{ic}(0) = e^{l_{ic}(0)}, \quad
    L_{ic}(1) = \sum_{K \ge 1} a^{K-1} e^{l_{ic}(K)} / \text{norm},
    \quad p_i(c, z) \propto w_c\, q^z (1 - q)^{1 - z} L_{ic}(z)

where each further change is a times as probable. Both are set to their means over the series, w
as if two more series had had its prior probabilities, and q as if two more had, one of them with a
change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.posterior.segmentation_inference import likelihoods_of_change
from engagement.models.negative_binomial import AnyDispersion
from engagement.progress import worked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.changes.detect.dating import Dating

__all__ = ["PanelModel", "fit_panel_model"]

Floats = NDArray[np.float64]

STEPS = 100
"""Steps of expectation and maximisation."""

PSEUDO_SERIES = 2.0
"""Series that the prior probabilities of the components weigh as much as."""

MANY = 50
"""Series from which on several are worked on at a time."""


@frozen(kw_only=True)
class PanelModel:
    """What was learned from the series of a panel together."""

    n_series: int
    """Series that told something: with two observed periods and two events or more."""
    weights: tuple[float, ...]
    """Probability of each component of the family ``auto``, for a series of the panel."""
    changed: float
    """Share of the series with any change."""

    def __str__(self) -> str:
        """Return it as a sentence."""
        return (
            f"learned from {self.n_series} series together: counts are Poisson with probability "
            f"{self.weights[0]:.2g}; {self.changed:.0%} of the series change"
        )

    @property
    def family(self) -> AnyDispersion:
        """The family ``auto`` with the probabilities that were learned."""
        return AnyDispersion(weights=self.weights)


def fit_panel_model(panel: Sequence[Dating]) -> PanelModel:
    """
    Learn from the series of a panel how much their counts vary, and how many change.

    The answer does not depend on the order of the series, nor on those that were not observed.

    Parameters
    ----------
    panel
        The series; of several draws of dates the first one is taken.

    Returns
    -------
    PanelModel
        With the prior probabilities of the components where no series tells anything.
    """
    told = [one for one in panel if len(one.exposures) > 1 and one.rows[0].sum() > 1]
    prior = AnyDispersion().rows(np.ones(2), np.ones(2), np.ones(2)).weights
    tables = worked(_likelihoods, told, "comparing", at_least=MANY)
    tables.sort(key=lambda table: table.tobytes())  # sums are then the same in any order
    weights, changed = np.array(prior), 0.5
    likelihoods = np.array(tables).reshape(-1, len(prior), 2)
    for _ in range(STEPS if len(tables) else 0):
        odds = np.array([1 - changed, changed])
        shares = weights[:, None] * odds * likelihoods
        shares /= shares.sum(axis=(1, 2), keepdims=True)
        weights = (PSEUDO_SERIES * prior + shares.sum(axis=(0, 2))) / (PSEUDO_SERIES + len(tables))
        changed = (1 + float(shares[:, :, 1].sum())) / (2 + len(tables))
    return PanelModel(
        n_series=len(tables), weights=tuple((weights / weights.sum()).tolist()), changed=changed
    )


def _likelihoods(series: Dating) -> Floats:
    return likelihoods_of_change(series.rows[0], series.exposures, series.steps)
