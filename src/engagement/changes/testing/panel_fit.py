"""What the series of a panel say together about their dispersion and dependence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.changes.testing.autocorrelation import residuals_of_best_window
from engagement.changes.testing.null_layout import NullLayout
from engagement.changes.testing.panel_evidence import log_evidence
from engagement.changes.testing.trend_and_step import TrendAndStep
from engagement.settings.tuned import (
    EXCESSES,
    FIRST_CORRELATION,
    FOREIGN,
    FOREIGN_EXCESS,
    LEVELS,
    PANEL_CHANGES_PRIOR,
    PANEL_MOST_CHANGES,
    QUIET,
    SPREADS,
    TELLS_DEPENDENCE,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Member", "PanelFit", "PanelReading", "fit_panel"]

Floats = NDArray[np.float64]

_ALIEN: Floats = np.where(EXCESSES >= FOREIGN_EXCESS, 1.0, 0.0)  # the excesses that those may have
_ALIEN /= _ALIEN.sum()
_SLIGHT = 1e-4  # probability of a form that is passed over


@frozen(kw_only=True, eq=False)
class Member:
    """A series of a panel, and what it says by itself."""

    counts: Floats
    layout: NullLayout
    exposures: Floats
    """Weighed by the season, shape ``(n,)``, of mean 1."""
    evidence: Floats
    """From `log_evidence`, shape ``(n_excesses, 4)``."""
    lags: tuple[float, float]
    """Lag-1 correlation of residuals from one rate and from the best window or trend, unbiased."""
    dispersion: float
    """Variance of the residuals from the best window or trend, by that of Poisson counts."""

    @classmethod
    def of(cls, counts: Floats, layout: NullLayout, exposures: Floats) -> Member:
        """Look at a series of two observed periods and one event at least."""
        follows = layout.steps == 1
        total = counts.sum() * exposures / exposures.sum()
        plain = (counts - total) / np.sqrt(total)
        best, n_fitted = _residuals(counts, exposures, layout)
        return cls(
            counts=counts,
            layout=layout,
            exposures=exposures,
            evidence=log_evidence(counts, exposures),
            lags=(
                _lag(plain, follows) + 1 / len(counts),
                _lag(best, follows) + n_fitted / len(counts),
            ),
            dispersion=float(best @ best) / max(len(counts) - n_fitted, 1),
        )

    def strangeness(self, excess: float, dependence: float) -> float:
        """
        Tell how much more dispersed and dependent the series is than it should be.

        Beyond the best window or trend, so that neither a change nor a drift makes it strange.

        Parameters
        ----------
        excess, dependence
            What the panel makes its excess and its correlation of neighbours.

        Returns
        -------
        float
            About standard normal for a series like the others.
        """
        n_periods = len(self.counts)
        mean = float(self.counts.mean())
        error = (1 + excess) * ((2 + (1 + 6 * excess) / mean) / n_periods) ** 0.5
        by_dispersion = (self.dispersion - 1 - excess) / error
        by_lag = (self.lags[1] - dependence) * n_periods**0.5
        return float((by_dispersion + by_lag) / 2**0.5)


def _residuals(counts: Floats, exposures: Floats, layout: NullLayout) -> tuple[Floats, int]:
    """Return Pearson residuals from the best window or the trend, and how much was fitted."""
    times = 2 * (layout.ordinals - layout.ordinals[0]) / (layout.ordinals[-1] - layout.ordinals[0])
    rivals = TrendAndStep(times=times - 1, exposures=exposures)
    slope = float(rivals.slopes(counts[None, :])[0])
    means = np.maximum(counts.sum() * rivals.trend_shares(slope), 1e-300)
    drift = (counts - means) / np.sqrt(means)
    best, n_segments = residuals_of_best_window(counts, exposures)
    return (drift, 2) if drift @ drift < best @ best else (best, n_segments)


def _lag(residuals: Floats, follows: NDArray[np.bool_]) -> float:
    power = float(residuals @ residuals)
    return float((residuals[1:] * residuals[:-1])[follows].sum()) / power if power else 0.0


@frozen(kw_only=True, eq=False)
class PanelReading:
    """What a panel says about some of its series."""

    weights: Floats
    """Probability of each excess, shape ``(n_series, n_excesses)``."""
    usual: Floats
    """Excess to be expected before the series is seen, shape ``(n_series,)``."""
    lags: Floats
    """Lag-1 correlation of the residuals of each series, shape ``(n_series,)``."""

    @property
    def excesses(self) -> Floats:
        """Expected excess, shape ``(n_series,)``."""
        return np.asarray(self.weights @ EXCESSES, dtype=np.float64)

    @property
    def shares(self) -> Floats:
        """Expected share of the excess in the variance, shape ``(n_series,)``."""
        return np.asarray(self.weights @ (EXCESSES / (1 + EXCESSES)), dtype=np.float64)


@frozen(kw_only=True, eq=False)
class PanelFit:
    """What the series of a panel have in common."""

    forms: Floats
    """
    Probability of each form that dispersion may take, share of quiet and share of foreign
    series, shape ``(n_forms, 3, 3)``.
    """
    rate: float
    """Geometric mean of the rates of the series."""
    common: float
    """Correlation of neighbours that all series have."""
    slope: float
    """Correlation of neighbours by the share of the excess in the variance."""
    certainty: float
    """The larger of these two by its standard error."""

    def dependence(self, shares: Floats) -> Floats:
        """Return the correlation of neighbours of series, given their shares of excess."""
        by_share = np.clip(self.slope, 0.0, 0.9) * shares
        return np.asarray(np.clip(np.maximum(self.common, by_share), 0.0, 0.6), dtype=np.float64)

    def read(self, members: Sequence[Member]) -> PanelReading:
        """Say what the panel makes of some of its series."""
        evidence = np.stack([member.evidence for member in members])
        rates = np.array([member.counts.mean() for member in members])
        dependence = np.full(len(members), FIRST_CORRELATION)
        for _ in range(2):
            mixed = Mixed.of(_temper(evidence, dependence))
            reading = _read(mixed, _priors(rates, self.rate)[0], self.forms, members)
            dependence = self.dependence(reading.shares)
        return reading


def _read(mixed: Mixed, priors: Floats, forms: Floats, members: Sequence[Member]) -> PanelReading:
    weights, usual, steady = mixed.weigh(priors, forms)
    lags = np.array([member.lags for member in members])
    return PanelReading(
        weights=weights,
        usual=usual,
        lags=steady * lags[:, 0] + (1 - steady) * lags[:, 1],
    )


def fit_panel(members: Sequence[Member]) -> PanelFit:
    """
    Fit dispersion, dependence and the share of series with changes to a whole panel.

    Dispersions are alike in one of three ways, between which the panel decides: there is none;
    the excess of the variance is the same share of the mean in all series, or of its square; up
    to a spread, and but for some series which have any. Runs of high counts speak for changes
    and for dependence alike: the evidence for changes is therefore tempered by what dependence
    would make of it, twice.

    Parameters
    ----------
    members
        The series, two at least.
    """
    evidence = np.stack([member.evidence for member in members])
    rates = np.array([member.counts.mean() for member in members])
    told = np.array([member.counts.sum() >= TELLS_DEPENDENCE for member in members])
    centre = float(np.exp(np.log(rates).mean()))
    priors, log_prior = _priors(rates, centre)
    dependence = np.full(len(members), FIRST_CORRELATION)
    for _ in range(2):
        mixed = Mixed.of(_temper(evidence, dependence))
        fit = PanelFit(
            forms=mixed.judge(priors, log_prior), rate=centre, common=0, slope=0, certainty=0
        )
        reading = _read(mixed, priors, fit.forms, members)
        common, slope, certainty = _dependence(reading.lags[told], reading.shares[told])
        fit = evolve(fit, common=common, slope=slope, certainty=certainty)
        dependence = fit.dependence(reading.shares)
    return fit


def _temper(evidence: Floats, dependence: Floats) -> Floats:
    """Weaken what speaks for changes by the factor by which dependence inflates it."""
    factor = ((1 - dependence) / (1 + dependence))[:, None, None]
    none = evidence[:, :, :1]
    with np.errstate(invalid="ignore"):
        tempered = none + (evidence - none) * factor
    return np.where(np.isneginf(evidence), -np.inf, tempered)


def _dependence(lags: Floats, shares: Floats) -> tuple[float, float, float]:
    """Estimate the common correlation and its slope, and how certain the larger of them is."""
    if len(lags) < 2:
        return 0.0, 0.0, 0.0
    trim = int(0.1 * len(lags))
    kept = np.sort(lags)[trim : len(lags) - trim]
    common = float(kept.mean())
    error = float(lags.std(ddof=1)) / len(lags) ** 0.5
    power = float(shares @ shares)
    slope = float(lags @ shares) / power if power else 0.0
    spread = float((((lags - slope * shares) * shares) ** 2).sum()) ** 0.5
    certainty = max(
        common / error if error else 0.0, slope * power / spread if power and spread else 0.0
    )
    return common, slope, certainty


@frozen(kw_only=True, eq=False)
class Mixed:
    """Likelihoods of series by excess, with changes averaged over."""

    steady: Floats
    """Without change, shape ``(n_series, n_excesses)``."""
    mixed: Floats
    """For each share of quiet series, shape ``(3, n_series, n_excesses)``."""

    @classmethod
    def of(cls, evidence: Floats) -> Mixed:
        """Average over the number of changes, as far as there is room for them."""
        likelihood = np.exp(evidence - evidence.max(axis=(1, 2), keepdims=True))
        room = np.isfinite(evidence[:, 0, 1:])
        odds = np.where(room, PANEL_CHANGES_PRIOR ** np.arange(1, PANEL_MOST_CHANGES + 1), 0.0)
        odds /= np.maximum(odds.sum(axis=1, keepdims=True), 1e-300)
        steady = likelihood[:, :, 0]
        changed = np.einsum("ixk,ik->ix", likelihood[:, :, 1:], odds)
        changed = np.where(room.any(axis=1, keepdims=True), changed, steady)
        mixed = np.stack([quiet * steady + (1 - quiet) * changed for quiet in QUIET])
        return cls(steady=steady, mixed=mixed)

    def judge(self, priors: Floats, log_prior: Floats) -> Floats:
        """Return the probability of each form, shape ``(n_forms, 3, 3)``."""
        like = np.einsum("fix,qix->fqi", priors, self.mixed)
        alien = (self.mixed @ _ALIEN)[None]
        shares = np.array(FOREIGN)[:, None, None, None]
        with np.errstate(divide="ignore"):  # a form may be impossible
            logs = np.log((1 - shares) * like + shares * alien).sum(axis=3)
        logs = np.moveaxis(logs, 0, 2)
        logs += log_prior[:, None, None]
        forms = np.exp(logs - logs.max())
        return np.asarray(forms / forms.sum(), dtype=np.float64)

    def weigh(self, priors: Floats, forms: Floats) -> tuple[Floats, Floats, Floats]:
        """
        Weigh excesses, given how probable each form is.

        Returns
        -------
        tuple of numpy.ndarray
            Probability of each excess, shape ``(n_series, n_excesses)``; expected excess before
            the series is seen, and probability of no change, shape ``(n_series,)``.
        """
        weights = np.zeros_like(self.steady)
        usual, no_change = np.zeros((2, len(weights)))
        for form, quiet, place in np.argwhere(forms > _SLIGHT):
            prior = (1 - FOREIGN[place]) * priors[form] + FOREIGN[place] * _ALIEN
            joint = prior * self.mixed[quiet]
            total = joint.sum(axis=1)
            weight = forms[form, quiet, place]
            weights += weight * joint / total[:, None]
            usual += weight * (priors[form] @ EXCESSES)
            no_change += weight * QUIET[quiet] * (prior * self.steady).sum(axis=1) / total
        whole = weights.sum(axis=1)
        return weights / whole[:, None], usual / whole, no_change / whole


def _priors(rates: Floats, centre: float) -> tuple[Floats, Floats]:
    """Spell out how excesses of a panel may be alike, with the log prior of each way."""
    centred = np.log(rates / centre)
    ladder = np.log(EXCESSES[1:])
    forms = [np.tile(np.eye(len(EXCESSES))[0], (len(rates), 1))]
    logs = [np.log(0.5)]
    for by_rate in (False, True):
        for level in LEVELS:
            middle = np.log(level) + (centred if by_rate else np.zeros(len(rates)))
            for spread, weight in SPREADS:
                form = np.zeros((len(rates), len(EXCESSES)))
                form[:, 1:] = _near(ladder, np.clip(middle, ladder[0], ladder[-1]), spread)
                forms.append(form)
                logs.append(np.log(0.25 * weight / len(LEVELS)))
    return np.stack(forms), np.array(logs)


def _near(ladder: Floats, middle: Floats, spread: float) -> Floats:
    """Share one among the rungs of a ladder, normally about a middle, or on the two beside it."""
    if spread:
        density = np.exp(-0.5 * ((ladder - middle[:, None]) / spread) ** 2)
    else:
        step = ladder[1] - ladder[0]
        density = np.maximum(1 - np.abs(ladder - middle[:, None]) / step, 0.0)
    return np.asarray(density / density.sum(axis=1, keepdims=True), dtype=np.float64)
