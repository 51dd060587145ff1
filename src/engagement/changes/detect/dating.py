"""The posterior of a series over one row of counts, or over several draws of imprecise dates."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.segmentation_inference import infer_counts
from engagement.models.families import Family

if TYPE_CHECKING:
    from engagement.changes.posterior.segmentations import Segmentations

__all__ = ["Dating"]

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class Dating:
    """
    Number, dates and sizes of changes, over one row of counts or several draws of it.

    Several rows are so many equally probable worlds, and every answer is the mixture of their
    posteriors; given a number of changes, each row counts by its probability of that number.
    """

    rows: Floats = field(repr=False)
    """Whole counts, shape ``(n_rows, n)``."""
    exposures: Floats = field(repr=False)
    """Shape ``(n,)``, a season's profile taken in."""
    steps: Floats = field(repr=False)
    """Periods from each observed one to the one before, shape ``(n,)``."""
    family: Family
    """What counts are taken to be."""
    min_length: int
    """Least number of periods in a segment."""
    changed: float | None = None
    """Prior probability of any change, where a panel has told it."""

    @cached_property
    def posteriors(self) -> tuple[Segmentations, ...]:
        """The posterior of each row."""
        return tuple(
            infer_counts(
                row,
                self.exposures,
                self.steps,
                family=self.family,
                min_length=self.min_length,
                changed=self.changed,
                n_alike=len(self.rows),
            )[0]
            for row in self.rows
        )

    @cached_property
    def probabilities(self) -> Floats:
        """Of each number of changes, shape ``(max_changes + 1,)``."""
        means = np.mean([one.probabilities for one in self.posteriors], axis=0)
        return np.asarray(means, dtype=np.float64)

    @property
    def unchanged(self) -> float:
        """Probability that there is no change."""
        return float(self.probabilities[0])

    @property
    def most_probable(self) -> int:
        """The most probable number, given that there is one at all; 0 without room for any."""
        return 1 + int(np.argmax(self.probabilities[1:])) if len(self.probabilities) > 1 else 0

    @property
    def dispersion(self) -> float:
        """Variance over mean within segments, at the mean count: posterior mean."""
        return float(np.mean([one.dispersion for one in self.posteriors]))

    @property
    def dependence(self) -> float:
        """Correlation of neighbouring periods within segments: posterior mean."""
        return float(np.mean([one.dependence for one in self.posteriors]))

    def probability_between(self, first: int, last: int) -> float:
        """Return the probability that some change lies between places, whatever their number."""
        return float(np.mean([one.probability_between(first, last) for one in self.posteriors]))
