"""
Hold forecasts against what came, beside those of simple rules and of exponential smoothing.

The origin rolls: every method sees the series up to a period and tells the distribution of the
next ones, which are scored by the log score and the ranked probability score. Lower is better
for both. Series are those of the bundled data, by year and by quarter, and simulated ones.

Methods of one number get a distribution as their users would give them one: a Poisson
distribution around the number (the last count or the one a year ago, at least a half), or for
exponential smoothing the normal distribution of its errors, at whole numbers, what lies below
zero counted as zero::

    python benchmarks/forecasting.py --out benchmarks/forecasting.csv

Each series is written as soon as it is done; a file that exists is read first, and series that
it holds are not run again. Needs nothing but the library and what it depends on.
"""

from __future__ import annotations

import argparse
import csv
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from engagement.counting.counting import count_events
from engagement.counting.series import CountSeries
from engagement.files.datasets import load_dataset
from engagement.forecasting.forecasts import forecast
from engagement.forecasting.scores import log_score, ranked_probability_score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

HORIZON = 3
FIRST = {"Y": 12, "Q": 32}
"""Periods that a method sees before its first forecast."""

_TOP = 400
_COUNTS = np.arange(_TOP)


def ours(family: str) -> Callable[[CountSeries, int], list[NDArray[np.float64]]]:
    """Forecast from the posterior of the last segment."""

    def tell(seen: CountSeries, season: int) -> list[NDArray[np.float64]]:
        del season
        coming = forecast(seen, horizon=HORIZON, family=family)
        return [coming.probabilities(period).to_numpy() for period in coming.periods]

    return tell


def last_count(seen: CountSeries, season: int) -> list[NDArray[np.float64]]:
    """Tell a Poisson distribution around the last count."""
    del season
    return [stats.poisson.pmf(_COUNTS, max(float(seen.counts[-1]), 0.5))] * HORIZON


def count_a_year_ago(seen: CountSeries, season: int) -> list[NDArray[np.float64]]:
    """Tell a Poisson distribution around the count of the same season a year before."""
    means = [float(seen.counts[-season + step % season]) for step in range(HORIZON)]
    return [stats.poisson.pmf(_COUNTS, max(mean, 0.5)) for mean in means]


def mean_count(seen: CountSeries, season: int) -> list[NDArray[np.float64]]:
    """Tell the gamma-Poisson distribution of one rate for all times."""
    del season
    n = len(seen)
    shape, rate = 1 + seen.total, n + n / max(seen.total, 0.5)
    return [stats.nbinom.pmf(_COUNTS, shape, rate / (rate + 1))] * HORIZON


def smoothed(seen: CountSeries, season: int) -> list[NDArray[np.float64]]:
    """Smooth exponentially, with a season where there is one, and tell the normal errors."""
    counts = seen.counts
    seasonal = {"seasonal": "add", "seasonal_periods": season} if season > 1 else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = ExponentialSmoothing(counts, initialization_method="estimated", **seasonal).fit()
    means = np.asarray(fit.forecast(HORIZON))
    alpha = float(fit.params["smoothing_level"])
    n_parameters = 2 + (season if season > 1 else 0)
    scale = max(float(fit.sse) / max(len(counts) - n_parameters, 1), 1e-3)
    told = []
    for step, mean in enumerate(means):
        sd = (scale * (1 + step * alpha**2)) ** 0.5
        below = stats.norm.cdf(_COUNTS + 0.5, mean, sd)
        told.append(np.diff(below, prepend=0.0))
    return told


METHODS: dict[str, Callable[[CountSeries, int], list[NDArray[np.float64]]]] = {
    "forecast, auto": ours("auto"),
    "forecast, poisson": ours("poisson"),
    "mean of all": mean_count,
    "last count": last_count,
    "a year ago": count_a_year_ago,
    "exponential smoothing": smoothed,
}


def bundled() -> Iterator[tuple[str, str, CountSeries]]:
    """List the series of bilateral meetings: by country and together, by year and quarter."""
    log = load_dataset("china-central-asia")
    log = log.where(channel="bilateral", activity="meeting", since="1993", until="2020")
    for freq, name in (("Y", "bundled, years"), ("Q", "bundled, quarters")):
        counts = count_events(log, by="country", freq=freq, window=("1993", "2020"))
        for country in counts.axes["country"]:
            yield name, country, counts.series(country=country)
        whole = count_events(log, by=(), freq=freq, window=("1993", "2020"))
        yield name, "all", whole.series()


def simulated(n_series: int, seed: int) -> Iterator[tuple[str, str, CountSeries]]:
    """List simulated series of 30 years, or of 15 years by quarter."""
    years = np.arange(30)
    worlds: dict[str, tuple[NDArray[np.float64], float, str]] = {
        "steady": (np.full(30, 3.0), 0.0, "Y"),
        "steady, variance 2x": (np.full(30, 3.0), 1.0, "Y"),
        "one step, 1 to 4": (np.where(years < 18, 1.0, 4.0), 0.0, "Y"),
        "steps 2, 6, 2": (np.select([years < 10, years < 20], [2.0, 6.0], 2.0), 0.0, "Y"),
        "trend, 1 to 6": (np.linspace(1, 6, 30), 0.0, "Y"),
        "seasons, quarters": (np.tile([0.5, 1.5, 2.0, 4.0], 15), 0.0, "Q"),
    }
    for name, (means, excess, freq) in worlds.items():
        for number in range(n_series):
            rng = np.random.default_rng([seed, crc32(name.encode()), number])
            rates = rng.gamma(means / excess, excess) if excess else means
            periods = pd.period_range("1990", periods=len(means), freq=freq)
            counts = rng.poisson(rates)
            yield name, str(number), CountSeries.from_arrays(counts, periods)


def cut(series: CountSeries, stop: int) -> CountSeries:
    """Return the first periods of a series."""
    return CountSeries.from_arrays(
        series.counts[:stop], series.periods[:stop], series.exposure_years[:stop]
    )


def rows_of(name: str, label: str, series: CountSeries) -> Iterator[dict[str, object]]:
    """Forecast from every origin by every method, and score what came."""
    freq = series.periods.freqstr[0]
    season = 4 if freq == "Q" else 1
    origins = range(FIRST[freq], len(series) - HORIZON + 1, 2 if freq == "Q" else 1)
    for method, tell in METHODS.items():
        if season == 1 and method == "a year ago":
            continue
        for step in range(HORIZON):
            yield {
                "series": name,
                "label": label,
                "method": method,
                "step": step + 1,
                **score(series, origins, tell, season, step),
            }


_TOLD: dict[tuple[int, int, int], list[NDArray[np.float64]]] = {}


def score(
    series: CountSeries,
    origins: range,
    tell: Callable[[CountSeries, int], list[NDArray[np.float64]]],
    season: int,
    step: int,
) -> dict[str, float]:
    """Average the scores over the origins."""
    logs, ranked, held = [], [], []
    for stop in origins:
        key = (id(series), id(tell), stop)
        if key not in _TOLD:
            _TOLD[key] = tell(cut(series, stop), season)
        chances = _TOLD[key][step]
        came = int(series.counts[stop + step])
        logs.append(min(log_score(chances, came), 20.0))
        ranked.append(ranked_probability_score(chances, came))
        below = np.cumsum(chances)
        low, high = np.searchsorted(below, [0.1, 0.9])
        held.append(low <= came <= high)
    return {
        "log_score": float(np.mean(logs)),
        "ranked_probability_score": float(np.mean(ranked)),
        "within_80": float(np.mean(held)),
        "n_origins": len(logs),
    }


def main() -> None:
    """Run the series that the file does not hold yet, and print the means."""
    parser = argparse.ArgumentParser(description="Hold forecasts against what came.")
    parser.add_argument("--series", type=int, default=20, help="simulated series of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("forecasting.csv"))
    asked = parser.parse_args()
    done = set()
    if asked.out.exists():
        table = pd.read_csv(asked.out, dtype={"label": str})
        done = set(table[["series", "label"]].itertuples(index=False, name=None))
    columns = ["series", "label", "method", "step", "log_score", "ranked_probability_score"]
    columns += ["within_80", "n_origins"]
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        if not done:
            writer.writeheader()
        for name, label, series in (*bundled(), *simulated(asked.series, asked.seed)):
            if (name, label) in done:
                continue
            _TOLD.clear()
            writer.writerows(rows_of(name, label, series))
            file.flush()
            print(f"{name} | {label}", file=sys.stderr, flush=True)
    print(summary(pd.read_csv(asked.out, dtype={"label": str})).to_string())


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Average over series and steps: one row per kind of series, one column per method."""
    order = list(dict.fromkeys(table["series"]))
    methods = [name for name in METHODS if name in set(table["method"])]
    scores = ["log_score", "ranked_probability_score"]
    means = table.pivot_table(index="series", columns="method", values=scores, aggfunc="mean")
    return means.loc[order].reindex(columns=methods, level="method").round(3)


if __name__ == "__main__":
    main()
