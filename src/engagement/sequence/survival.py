"""How long waits last: Kaplan-Meier curves with censoring, averaged over draws of the dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["median_of", "pooled_survival", "waits_of"]

Floats = NDArray[np.float64]

_SAME = 1e-12  # shares that differ by rounding alone


def waits_of(
    days: NDArray[np.int64], spans: tuple[tuple[int, int], ...]
) -> tuple[Floats, NDArray[np.bool_]]:
    """
    Return the waits between increasing days in half-open spans, and whether an event ended each.

    Examples
    --------
    >>> length, ended = waits_of(np.array([3, 5, 5, 21]), ((0, 10), (20, 30)))
    >>> length.tolist(), ended.tolist()
    ([2.0, 0.0, 4.0, 8.0], [True, True, False, False])
    """
    lengths: list[Floats] = [np.zeros(0)]
    ended: list[NDArray[np.bool_]] = [np.zeros(0, dtype=bool)]
    for start, end in spans:
        inside = days[(days >= start) & (days < end)]
        if len(inside):
            lengths.append(np.diff(np.append(inside, end - 1)).astype(np.float64))
            ended.append(np.arange(len(inside)) < len(inside) - 1)
    return np.concatenate(lengths), np.concatenate(ended)


def pooled_survival(waits: list[tuple[Floats, NDArray[np.bool_]]], level: float) -> pd.DataFrame:
    """
    Average the survival curves of several draws, with the variance within and between.

    The frame has days, waiting, and low and high, which are pointwise, on the scale of the
    logarithm of the cumulative hazard. It is empty if no wait of some draw ended.
    """
    from scipy.stats import norm
    from statsmodels.duration.survfunc import SurvfuncRight

    columns = ["days", "waiting", "low", "high"]
    if not waits or not all(ended.any() for _, ended in waits):
        return pd.DataFrame(columns=columns, dtype=np.float64)
    curves = [SurvfuncRight(lengths, ended.astype(int)) for lengths, ended in waits]
    days = np.unique(np.concatenate([curve.surv_times for curve in curves]))
    share, error = np.ones((len(curves), len(days))), np.zeros((len(curves), len(days)))
    for row, curve in enumerate(curves):
        place = np.searchsorted(curve.surv_times, days, side="right") - 1
        with np.errstate(invalid="ignore"):
            errors = np.nan_to_num(np.asarray(curve.surv_prob_se, dtype=np.float64))
        share[row] = np.where(place >= 0, curve.surv_prob[place], 1.0)
        error[row] = np.where(place >= 0, errors[place], 0.0)
    mean, variance = share.mean(axis=0), (error**2).mean(axis=0)
    if len(curves) > 1:
        variance += (1 + 1 / len(curves)) * share.var(axis=0, ddof=1)
    z = norm.ppf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.exp(z * np.sqrt(variance) / np.abs(mean * np.log(mean)))
        inner = (mean > 0) & (mean < 1)
        low = np.where(inner, mean**width, mean)
        high = np.where(inner, mean ** (1 / width), mean)
    low = np.maximum.accumulate(low[::-1])[::-1]  # what is longer is not more
    high = np.minimum.accumulate(high)
    return pd.DataFrame({"days": days, "waiting": mean, "low": low, "high": high})


def median_of(curve: pd.DataFrame) -> tuple[float, float, float]:
    """Return the first lengths at which the curve, and the ends of its band, pass a half."""
    shares = (curve["waiting"] < 0.5 - _SAME, curve["low"] <= 0.5, curve["high"] < 0.5 - _SAME)
    passed = [curve["days"][below] for below in shares]
    never = (float("nan"), float("inf"), float("inf"))
    median, low, high = (
        float(days.iloc[0]) if len(days) else none for days, none in zip(passed, never, strict=True)
    )
    return median, low, high
