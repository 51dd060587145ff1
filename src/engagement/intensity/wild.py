"""The wild score bootstrap: a test of one coefficient that few clusters do not mislead."""

from __future__ import annotations

import warnings
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.display import Column, names
from engagement.errors import SettingError, shown, suggest
from engagement.settings.checks import MOST_DRAWS, check_whole
from engagement.settings.seeds import read_generator

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WEBB", "WildBootstrap", "bootstrap_p_value", "score_bootstrap"]

WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
"""Weights of six points with mean 0 and variance 1."""


@frozen(kw_only=True, eq=False, repr=False)
class WildBootstrap(Answer):
    """
    A test of one coefficient, from `TrendFit.bootstrap`.

    Its one row: term, coefficient, ratio, statistic, p_value, n_draws.
    """

    term: str
    """What was tested."""
    estimate: float
    """Its coefficient in the fit."""
    p_value: float
    """That the coefficient is zero, two-sided."""
    statistic: float
    """The score of the term over the root of its clusters' sum of squares."""
    n_clusters: int
    """Clusters whose scores were weighted."""
    n_draws: int
    """Outcomes looked at."""
    is_complete: bool
    """Whether those were all outcomes."""
    drawn: NDArray[np.float64]
    """Statistics of the outcomes, without sign."""

    @property
    def title(self) -> str:
        """The term, its rate ratio and its p-value."""
        return f"{self.term}: rate ratio {np.exp(self.estimate):.4g}, p = {self.p_value:.3g}"

    @property
    def columns(self) -> list[Column]:
        """The term, its coefficient, and the test of it."""
        return [
            *names("term"),
            Column("coefficient", "coefficient", "{:.4g}", value="estimate"),
            Column("ratio", value=lambda test: float(np.exp(test.estimate))),
            Column("statistic", "statistic", "{:.4g}"),
            *names("p_value"),
            Column("n_draws", "outcomes"),
        ]

    @property
    def rows(self) -> tuple[WildBootstrap]:
        """The test is one row."""
        return (self,)

    @property
    def notes(self) -> tuple[str]:
        """How the test was made."""
        how = "all" if self.is_complete else "draws of"
        return (
            (
                f"wild score bootstrap over {self.n_clusters} clusters, Webb's six weights, "
                f"{how} {self.n_draws} outcomes"
            ),
        )


def score_bootstrap(
    *,
    counts: NDArray[np.float64],
    design: pd.DataFrame,
    exposures: NDArray[np.float64],
    alpha: float,
    clusters: NDArray[np.intp],
    term: str,
    estimate: float,
    n_draws: int,
    rng: np.random.Generator | int | None,
) -> WildBootstrap:
    """
    Test one coefficient of a Poisson or NB2 regression.

    Parameters
    ----------
    counts
        Events in each cell, shape ``(n,)``.
    design
        One column per term, shape ``(n, n_terms)``.
    exposures
        Years observed in each, positive.
    alpha
        Dispersion of NB2, 0 for Poisson.
    clusters
        Number of each cell's cluster, from 0.
    term
        Which column.
    estimate
        Its coefficient, to be kept in the answer.
    n_draws
        Most outcomes to look at.
    rng
        A generator or a seed.

    Raises
    ------
    SettingError
        If there is no such term, or *n_draws* is no whole number of at least 1.
    """
    if not isinstance(term, str) or term not in design.columns:
        listed = ", ".join(f"'{name}'" for name in design.columns)
        raise SettingError(
            f"no term {shown(term)} in the fit; there is {listed}"
            + suggest(shown(term), design.columns)
        )
    n_draws = check_whole("n_draws", n_draws, least=1, most=MOST_DRAWS)
    scores = efficient_scores(
        counts, design[term].to_numpy(), design.drop(columns=term).to_numpy(), exposures, alpha
    )
    sums = np.bincount(clusters, scores).astype(np.float64)
    statistic, drawn = _statistics(sums, n_draws, rng)
    is_complete = len(WEBB) ** len(sums) <= n_draws
    return WildBootstrap(
        term=term,
        estimate=estimate,
        p_value=bootstrap_p_value(statistic, drawn, is_complete=is_complete),
        statistic=statistic,
        n_clusters=len(sums),
        n_draws=len(drawn),
        is_complete=is_complete,
        drawn=drawn,
    )


def efficient_scores(
    counts: NDArray[np.float64],
    column: NDArray[np.float64],
    others: NDArray[np.float64],
    exposures: NDArray[np.float64],
    alpha: float,
) -> NDArray[np.float64]:
    """
    Return what each cell adds to the score of a term that is excluded from the fit.

    The score is that at a coefficient of zero, less what the other terms account for: the
    residual times the part of the column that the others, weighted as in the fit, leave over.
    """
    import statsmodels.api as sm

    family = sm.families.NegativeBinomial(alpha=alpha) if alpha else sm.families.Poisson()
    mean = exposures  # with no other term
    if others.shape[1]:
        model: Any = sm.GLM(counts, others, family=family, offset=np.log(exposures))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a fit that meets every count is one too
            mean = np.asarray(model.fit(maxiter=200).fittedvalues, dtype=np.float64)
    slope = 1 / (1 + alpha * mean)
    weights = mean * slope
    if others.shape[1]:
        root = np.sqrt(weights)
        shares = np.linalg.lstsq(others * root[:, None], column * root, rcond=None)[0]
        column = column - others @ shares
    return np.asarray(column * (counts - mean) * slope, dtype=np.float64)


def _statistics(
    sums: NDArray[np.float64], n_draws: int, rng: np.random.Generator | int | None
) -> tuple[float, NDArray[np.float64]]:
    """Return the statistic, and its size under weights of every outcome or of draws."""
    n_clusters = len(sums)
    if len(WEBB) ** n_clusters <= n_draws:
        weights = np.array(list(product(WEBB, repeat=n_clusters)))
    else:
        weights = read_generator(rng).choice(WEBB, size=(n_draws, n_clusters))
    weighted = weights * sums
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt((weighted**2).sum(axis=1))
        drawn = np.abs(weighted.sum(axis=1)) / spread
        statistic = sums.sum() / np.sqrt((sums**2).sum())
    return float(np.nan_to_num(statistic)), np.nan_to_num(drawn)


def bootstrap_p_value(statistic: float, drawn: NDArray[np.float64], *, is_complete: bool) -> float:
    """
    Return the share of outcomes that are at least as large.

    Where they were drawn, the observed one counts among them; where all were gone through it
    is one of them already.
    """
    n_as_large = int((drawn >= abs(statistic) * (1 - 1e-9)).sum())
    if is_complete:
        return n_as_large / len(drawn)
    return (n_as_large + 1) / (len(drawn) + 1)
