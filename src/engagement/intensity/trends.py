"""Regressions of counts on time and labels, with errors that fit a panel of countries."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.counting.panels import read_panel
from engagement.display import NOT_STATED, Column, names, percent
from engagement.errors import SeriesError, SettingError
from engagement.intensity.design import read_formula, regression_frame
from engagement.settings.checks import check_share, read_choice
from engagement.settings.tuned import FEW_CLUSTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.counting.panels import CountsLike

__all__ = ["TrendFit", "fit_trend"]

FAMILIES = {"poisson": "Poisson", "negative_binomial": "negative binomial (NB2)"}
ERRORS = {name: name for name in ("cluster", "robust", "model")}

_WIDEST = 30.0  # standard error of a coefficient that the data do not tell
_ALPHAS = (1e-6, 1e3)  # between which the dispersion of NB2 is looked for


@frozen(kw_only=True, eq=False, repr=False)
class TrendFit(Answer):
    """
    A regression on counts, from `fit_trend`.

    Its rows are the terms, by which the data frame is indexed: coefficient, std_error, p_value,
    and ratio, low and high: the rate ratio of a step of one in the term, for ``year`` of a year.
    Errors are NaN where they cannot be estimated.
    """

    formula: str
    """What was fitted."""
    family: str
    """``poisson`` or ``negative_binomial``."""
    errors: str
    """How standard errors were made: ``cluster``, ``robust`` or ``model``."""
    level: float
    """Level of the intervals."""
    results: Any = field(repr=False)
    """The results of statsmodels, of its class ``GLMResultsWrapper``."""
    frame: pd.DataFrame = field(repr=False)
    """What was fitted to: one row per observed cell."""
    alpha: float
    """Dispersion of NB2, whose variance is mean + alpha mean squared; 0 for Poisson."""
    n_clusters: int
    """Countries by which errors are clustered; 0 where they are not."""
    not_told: tuple[str, ...]
    """Terms whose error these errors cannot tell."""
    not_found: tuple[str, ...]
    """Terms that have no finite estimate, such as a label without events."""
    coverage_stated: bool
    """Whether the exposure rests on stated coverage, or on the first and last event."""

    @property
    def title(self) -> str:
        """The formula, and what was fitted."""
        total = f"{self.frame['count'].sum():g} events in {len(self.frame)} observed cells"
        return f"{self.formula}: {total}"

    @property
    def columns(self) -> list[Column]:
        """Coefficient, error and rate ratio of each term."""
        return [
            Column("term", "term", is_index=True),
            *names("coefficient", "std_error", "p_value", "ratio"),
            Column(
                "found",
                "rate ratio",
                "{:.4g}",
                value=lambda row: None if row["term"] in self.not_found else row["ratio"],
                in_frame=False,
            ),
            Column("low", f"{percent(self.level)} interval", "{:.4g} to {high:.4g}"),
            *names("high"),
            Column("p", "p", "{:.3g}", value=lambda row: row["p_value"], in_frame=False),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per term."""
        results = self.results
        ends = results.conf_int(alpha=1 - self.level)
        frame = pd.DataFrame(
            {
                "coefficient": results.params,
                "std_error": results.bse,
                "p_value": results.pvalues,
                "ratio": np.exp(np.clip(results.params, -700, 700)),
                "low": np.exp(np.clip(ends[0], -700, 700)),
                "high": np.exp(np.clip(ends[1], -700, 700)),
            }
        ).rename_axis("term")
        blank = frame.index.isin([*self.not_told, *self.not_found])
        frame.loc[blank, ["std_error", "p_value", "low", "high"]] = np.nan
        return frame.reset_index()

    @property
    def dispersion(self) -> float:
        """Pearson's chi-square over its degrees of freedom; 1 where the family fits."""
        return float(self.results.pearson_chi2 / max(self.results.df_resid, 1))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the fit should know."""
        told = [f"family {FAMILIES[self.family]}, exposure as offset"]
        if self.family == "negative_binomial":
            told.append(f"dispersion alpha {self.alpha:.3g}, by maximum likelihood")
        if self.errors == "cluster":
            told.append(
                f"errors clustered by country: {self.n_clusters} clusters, taken to be independent"
            )
            if self.n_clusters < FEW_CLUSTERS:
                told.append(
                    f"with fewer than about {FEW_CLUSTERS} clusters such errors are too small; t "
                    f"with {self.n_clusters - 1} degrees of freedom makes up for most of that"
                )
        elif self.errors == "robust":
            told.append("errors robust to unequal variance, not to dependence between periods")
        else:
            told.append("errors as the family has them")
        if self.errors == "model" and self.family == "poisson" and self.dispersion > 1.5:
            told.append(f"dispersion {self.dispersion:.2f}: errors of the Poisson are too small")
        if self.not_told:
            told.append(
                "no clustered error for what differs between clusters alone: "
                + ", ".join(self.not_told)
            )
        if self.not_found:
            told.append("no finite estimate for: " + ", ".join(self.not_found))
        if not self.coverage_stated:
            told.append(NOT_STATED)
        return tuple(told)


def fit_trend(
    counts: CountsLike,
    formula: str = "year",
    *,
    periods: object = None,
    family: Literal["poisson", "negative_binomial"] = "poisson",
    errors: Literal["cluster", "robust", "model"] | None = None,
    level: float = 0.95,
) -> TrendFit:
    """
    Regress counts on time, season and labels, with exposure as offset.

    The model is log-linear: a coefficient is the logarithm of the ratio by which the rate
    grows with its term. Cells that were not observed take no part.

    Parameters
    ----------
    counts
        A table of counts or one series. Whole numbers.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    formula
        Terms in the language of statsmodels' formulas: names of axes (``country``, ``channel``,
        ``activity``, ...), ``year`` (in years from the middle of what was observed), and
        ``season`` (quarter or month, where periods are shorter than a year). ``count ~`` may
        stand before them.
    family
        ``"poisson"``, or ``"negative_binomial"`` for NB2, whose variance is the mean plus alpha
        times its square; alpha is found by maximum likelihood, and errors take it as known.
    errors
        ``"cluster"``: by country, for counts of a country in one year and another hang together
        [1]_. ``"robust"``: to a variance other than the family's. ``"model"``: the family's.
        ``None``: by country where there are several, else robust.
    level
        Level of the intervals, strictly between 0 and 1.

    Returns
    -------
    TrendFit
        With statsmodels' own results.

    Raises
    ------
    SeriesError
        If a count is not whole, nothing was observed, or no event was counted.
    SettingError
        If the formula cannot be read or its terms say the same, there are no countries to
        cluster by, or a setting is outside of what it may be.

    References
    ----------
    .. [1] A. C. Cameron and D. L. Miller (2015), *Journal of Human Resources* 50(2), 317-372.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> series = CountSeries.from_arrays([1, 2, 2, 4, 3, 6, 7], range(1990, 1997))
    >>> fit = fit_trend(series, errors="model")
    >>> print(fit.to_frame()["ratio"].round(3).to_dict())
    {'Intercept': 3.041, 'year': 1.334}
    """
    level = check_share("level", level)
    read_choice("family", family, FAMILIES)
    panel, _ = read_panel(counts, periods)
    frame = regression_frame(panel)
    chosen = _errors(errors, frame)
    if not frame["count"].any():
        raise SeriesError(
            f"no event was counted in {len(frame)} observed cells, so there is nothing to fit; "
            "estimate_rate tells how high the rate may be"
        )
    text = read_formula(formula, frame.columns)
    clusters = pd.factorize(frame["country"])[0] if chosen == "cluster" else None
    results, alpha = _fit(text, frame, family, chosen, clusters)
    told = _untold(results, clusters)
    return TrendFit(
        formula=text,
        family=family,
        errors=chosen,
        level=level,
        results=results,
        frame=frame,
        alpha=alpha,
        n_clusters=0 if clusters is None else int(clusters.max()) + 1,
        not_told=told,
        not_found=_unfound(results),
        coverage_stated=all(series.coverage_stated for series in panel),
    )


def _errors(errors: str | None, frame: pd.DataFrame) -> str:
    n_countries = frame["country"].nunique() if "country" in frame else 0
    if errors is None:
        return "cluster" if n_countries > 1 else "robust"
    chosen = read_choice("errors", errors, ERRORS)
    if chosen == "cluster" and n_countries < 2:
        raise SettingError(
            f"errors='cluster' needs several observed countries to cluster by, got {n_countries}; "
            "count by country, or use errors='robust'"
        )
    return chosen


def _fit(
    formula: str,
    frame: pd.DataFrame,
    family: str,
    errors: str,
    clusters: NDArray[np.intp] | None,
) -> tuple[Any, float]:
    """Fit by statsmodels, and return its results with the dispersion."""
    import statsmodels.api as sm
    from scipy.optimize import minimize_scalar
    from statsmodels.formula.api import glm

    def model(alpha: float) -> Any:
        kind = sm.families.NegativeBinomial(alpha=alpha) if alpha else sm.families.Poisson()
        offset = np.log(frame["exposure_years"])
        try:
            return glm(formula, frame, family=kind, offset=offset)
        except Exception as error:  # noqa: BLE001 - what reads the formula has errors of its own
            raise SettingError(f"formula {formula!r} cannot be read: {error}") from None

    first = model(0.0)
    rank = int(np.linalg.matrix_rank(first.exog))
    if rank < first.exog.shape[1]:
        raise SettingError(
            f"terms of {formula!r} say the same: {first.exog.shape[1]} coefficients "
            f"({', '.join(first.exog_names)}) but only {rank} can be told apart"
        )
    ways: dict[str, dict[str, Any]] = {
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": clusters}, "use_t": True},
        "robust": {"cov_type": "HC1"},
        "model": {},
    }
    alpha = 0.0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what they warn of, `not_found` and `not_told` tell
        if family == "negative_binomial":
            found = minimize_scalar(
                lambda log_alpha: -model(float(np.exp(log_alpha))).fit().llf,
                bounds=np.log(_ALPHAS).tolist(),
                method="bounded",
                options={"xatol": 1e-4},
            )
            alpha = float(np.exp(found.x))
        return model(alpha).fit(maxiter=200, **ways[errors]), alpha


def _unfound(results: Any) -> tuple[str, ...]:
    """Name the terms whose estimate runs away, such as that of a label without events."""
    with np.errstate(all="ignore"):
        errors = np.sqrt(np.diag(np.linalg.pinv(-results.model.hessian(results.params))))
    lost = (errors > _WIDEST) | ~np.isfinite(errors)
    return tuple(np.asarray(results.model.exog_names)[lost].tolist())


def _untold(results: Any, clusters: NDArray[np.intp] | None) -> tuple[str, ...]:
    """
    Name the terms of which clusters tell no error.

    Where every cluster has a level of its own, its scores sum to zero at the estimate, and
    clustered errors of what differs between clusters alone are a meaningless zero.
    """
    if clusters is None:
        return ()
    exog = results.model.exog
    means = np.stack([exog[clusters == g].mean(axis=0) for g in range(clusters.max() + 1)])
    constant = np.isclose(exog, means[clusters]).all(axis=0)
    saturated = np.linalg.matrix_rank(means[:, constant]) == len(means)
    with np.errstate(all="ignore"):
        usual = np.sqrt(np.abs(np.diag(np.linalg.pinv(-results.model.hessian(results.params)))))
        vanished = np.asarray(results.bse) < 1e-6 * usual
    lost = vanished | (constant & saturated)
    return tuple(np.asarray(results.model.exog_names)[lost].tolist())
