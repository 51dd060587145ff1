"""
Measure how often `lead_lag` is right, on simulated series of causes and effects.

``size`` cells hold effects that do not heed causes, whatever else the two have in common, and
give the share of p-values up to .05, of single countries and of five together, and the share of
curves that leave the simultaneous band. ``planted`` cells hold effects whose rate after a cause is
a multiple of that otherwise, and give the share found, the share of intervals that hold the
multiple, and the middle of the estimates. ``waits`` cells measure the interval of the median wait.

Each cell has its own seed and is written as soon as it is done, with its Monte Carlo error. A
file that exists is read first, and cells that it holds are not run again::

    python benchmarks/sequence.py --out benchmarks/sequence.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd
from attrs import asdict, frozen
from scipy.stats import gamma

from engagement.sequence.measuring import measure
from engagement.sequence.survival import median_of, pooled_survival, waits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    World = Callable[[np.random.Generator], tuple[Floats, Floats]]

N_COUNTRIES, N_YEARS, WINDOW = 5, 19, 6
MONTHS = np.arange(12 * N_YEARS)
SHAPE = (N_COUNTRIES, len(MONTHS))

SETTINGS = {
    "as by default": {"keep_season": True, "block_years": 4},
    "shifts by months": {"keep_season": False, "block_years": 4},
    "one block, shifts by months": {"keep_season": False, "block_years": N_YEARS},
}


def scaled(profile: Floats, a_year: float) -> Floats:
    """Scale a profile over the months to so many events a year."""
    return np.broadcast_to(profile / profile.mean() * a_year / 12, SHAPE)


FLAT = np.ones(len(MONTHS))
RISE = 10.0 ** (MONTHS / len(MONTHS))
STEP = np.where(MONTHS < 107, 1.0, 6.0)


def in_season(month: int) -> Floats:
    """Put nearly all events within a month of one month of the year."""
    return np.where(np.abs(MONTHS % 12 - month) <= 1, 1.0, 0.05)


def poisson(profile: Floats, a_year: float) -> Callable[[np.random.Generator], Floats]:
    """Draw Poisson counts."""
    return lambda rng: rng.poisson(scaled(profile, a_year)).astype(float)


def overdispersed(profile: Floats, a_year: float) -> Callable[[np.random.Generator], Floats]:
    """Draw counts of months that have several events or none."""
    return lambda rng: rng.poisson(
        scaled(profile, a_year) * rng.gamma(0.15, 1 / 0.15, SHAPE)
    ).astype(float)


def clustered(profile: Floats, a_year: float) -> Callable[[np.random.Generator], Floats]:
    """Draw counts whose rate wanders: log-normal, correlated by .7 from month to month."""

    def draw(rng: np.random.Generator) -> Floats:
        path = np.empty(SHAPE)
        path[:, 0] = rng.normal(size=N_COUNTRIES)
        for month in MONTHS[1:]:
            fresh = rng.normal(size=N_COUNTRIES)
            path[:, month] = 0.7 * path[:, month - 1] + (1 - 0.49) ** 0.5 * fresh
        return rng.poisson(scaled(profile, a_year) * np.exp(path - 0.5)).astype(float)

    return draw


def rhythmic(every: int) -> Callable[[np.random.Generator], Floats]:
    """Draw one event in so many months, a month early or late, from a month of each country's."""

    def draw(rng: np.random.Generator) -> Floats:
        counts = np.zeros(SHAPE)
        for row in counts:
            months = np.arange(rng.integers(every), len(MONTHS), every)
            np.add.at(row, (months + rng.integers(-1, 2, len(months))) % len(MONTHS), 1.0)
        return counts

    return draw


def alike(draw: Callable[[np.random.Generator], Floats]) -> Callable[[np.random.Generator], Floats]:
    """Give all countries the series of the first, as if all events were held with all."""
    return lambda rng: np.broadcast_to(draw(rng)[:1], SHAPE).copy()


KINDS: dict[str, tuple[Callable[..., Floats], Callable[..., Floats]]] = {
    "Poisson": (poisson(FLAT, 2), poisson(FLAT, 1)),
    "few: .3 effects a year": (poisson(FLAT, 2), poisson(FLAT, 0.3)),
    "many: 6 causes, 6 effects a year": (poisson(FLAT, 6), poisson(FLAT, 6)),
    "overdispersed": (overdispersed(FLAT, 2), overdispersed(FLAT, 1)),
    "clustered": (clustered(FLAT, 2), clustered(FLAT, 1)),
    "each with its season": (poisson(in_season(4), 2), poisson(in_season(7), 1)),
    "rhythms of 12 and 12 months": (rhythmic(12), rhythmic(12)),
    "rhythms of 7 and 11 months": (rhythmic(7), rhythmic(11)),
    "both rise tenfold": (poisson(RISE, 2), poisson(RISE, 1)),
    "both step up sixfold at once": (poisson(STEP, 2), poisson(STEP, 1)),
    "both step up, clustered": (clustered(STEP, 2), clustered(STEP, 1)),
    "effects shared by all countries": (poisson(FLAT, 2), alike(poisson(FLAT, 1))),
    "both shared, clustered, rising": (alike(clustered(RISE, 2)), alike(clustered(RISE, 1))),
}
"""Pairs of causes and effects that have nothing to do with each other."""


def years_only(effects: Floats, rng: np.random.Generator, n_draws: int = 5) -> Floats:
    """Forget the month of each effect with chance a half, and draw it again within its year."""
    drawn = np.empty((N_COUNTRIES, n_draws, len(MONTHS)))
    kept = rng.binomial(effects.astype(int), 0.5)
    by_year = (effects - kept).reshape(N_COUNTRIES, N_YEARS, 12).sum(axis=2).astype(int)
    for draw in range(n_draws):
        spread = rng.multinomial(by_year, np.full(12, 1 / 12))
        drawn[:, draw] = kept + spread.reshape(SHAPE)
    return drawn


def is_after(causes: Floats) -> NDArray[np.bool_]:
    """Tell which months have a cause in the window before and none themselves."""
    padded = np.concatenate([np.zeros((N_COUNTRIES, WINDOW)), causes], axis=1)
    before = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)[:, :-1].sum(axis=2)
    return (before > 0) & (causes == 0)


PLANTED: dict[str, tuple[Callable[..., Floats], Floats, float, float]] = {
    "twice, Poisson": (poisson(FLAT, 1.2), FLAT, 1, 2),
    "three times, Poisson": (poisson(FLAT, 1.2), FLAT, 1, 3),
    "three times, few effects": (poisson(FLAT, 1.2), FLAT, 0.3, 3),
    "three times, in a season": (poisson(FLAT, 1.2), in_season(7), 1, 3),
    "three times, both rise tenfold": (poisson(RISE, 1.2), RISE, 1, 3),
    "three times, clustered causes": (clustered(FLAT, 1.2), FLAT, 1, 3),
    "a third, Poisson": (poisson(FLAT, 1.2), FLAT, 2, 1 / 3),
}
"""Causes, profile and number a year of effects otherwise, and the multiple after a cause."""


@frozen
class Row:
    """One measured share or number."""

    kind: str
    world: str
    settings: str
    measure: str
    value: float
    error: float
    runs: int


def share(hits: list[bool]) -> tuple[float, float, int]:
    """Return a share, its Monte Carlo error and the number of runs."""
    value = float(np.mean(hits))
    return value, (value * (1 - value) / len(hits)) ** 0.5, len(hits)


def found_in(causes: Floats, effects: Floats, name: str, rng: np.random.Generator) -> tuple:
    """Measure one set of countries; effects have draws on their second axis or none."""
    at_risk = np.ones(SHAPE, dtype=bool)
    at_risk[:, :WINDOW] = False
    drawn = effects if effects.ndim == 3 else effects[:, None]
    return measure(
        [str(number) for number in range(N_COUNTRIES)],
        np.repeat(causes[:, None], drawn.shape[1], axis=1),
        drawn,
        at_risk,
        freq="M",
        n_periods=WINDOW,
        level=0.95,
        n_draws=499,
        rng=rng,
        **SETTINGS[name],
    )[:2]


def leaves_band(curve: pd.DataFrame) -> bool:
    """Tell whether a curve leaves the simultaneous band anywhere."""
    low, high = (curve[name] * curve["expected"] for name in ("low_all", "high_all"))
    return bool(((curve["pairs"] < low - 1e-9) | (curve["pairs"] > high + 1e-9)).any())


def size_rows(world: str, name: str, runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Measure how often effects are said to heed causes that they do not heed."""
    imprecise = world.endswith(", half dated by the year")
    draw_causes, draw_effects = KINDS[world.removesuffix(", half dated by the year")]
    single, together, curves = [], [], []
    for _ in range(runs):
        causes, effects = draw_causes(rng), draw_effects(rng)
        found, pooled = found_in(
            causes, years_only(effects, rng) if imprecise else effects, name, rng
        )
        single += [one.p_value <= 0.05 for one in found]
        together.append(pooled.p_value <= 0.05)
        curves.append(leaves_band(pooled.curve))
    yield Row("size", world, name, "p <= .05, a country", *share(single))
    yield Row("size", world, name, "p <= .05, together", *share(together))
    yield Row("size", world, name, "curve leaves the band, together", *share(curves))


def planted_rows(world: str, name: str, runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Measure power, what the intervals hold, and the middle of the estimates."""
    draw_causes, profile, a_year, ratio = PLANTED[world]
    single, together, held, held_together, ratios = [], [], [], [], []
    for _ in range(runs):
        causes = draw_causes(rng)
        means = scaled(profile, a_year) * np.where(is_after(causes), ratio, 1.0)
        found, pooled = found_in(causes, rng.poisson(means).astype(float), name, rng)
        single += [one.p_value <= 0.05 for one in found]
        together.append(pooled.p_value <= 0.05)
        held += [one.low <= ratio <= one.high for one in found if np.isfinite(one.low)]
        held_together.append(pooled.low <= ratio <= pooled.high)
        ratios.append(pooled.ratio)
    yield Row("planted", world, name, "found, a country", *share(single))
    yield Row("planted", world, name, "found, together", *share(together))
    yield Row("planted", world, name, "ratio in its interval, a country", *share(held))
    yield Row("planted", world, name, "ratio in its interval, together", *share(held_together))
    spread = 1.25 * float(np.std(ratios)) / runs**0.5
    yield Row(
        "planted", world, name, "median ratio, together", float(np.median(ratios)), spread, runs
    )


GAPS: dict[str, tuple[float, float, int]] = {
    "2 a year by chance, dates known": (1.0, 182.6, 1),
    "2 a year by chance, months known": (1.0, 182.6, 30),
    "regular, 2 a year, months known": (8.0, 182.6, 30),
    "1 in 3 years by chance, dates known": (1.0, 1095.7, 1),
}
"""Shape of gamma gaps, their mean in days, and to how many days a date is known."""


def waits_rows(world: str, name: str, runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Measure how often the interval of the median wait holds it, over 20 years observed."""
    shape, mean, width = GAPS[world]
    truth = float(gamma(shape, scale=mean / shape).median())
    span = ((0, 365 * N_YEARS),)
    held, medians = [], []
    for _ in range(runs):
        ends = np.cumsum(rng.gamma(shape, mean / shape, 40 + int(60 * 365 / mean)))
        days = np.floor(ends - 20 * 365).astype(int)  # from the middle of a long history
        days = days[(days >= 0) & (days < span[0][1])]
        waits = []
        for _draw in range(1 if width == 1 else 10):
            again = days // width * width + rng.integers(width, size=len(days))
            waits.append(waits_of(np.sort(np.minimum(again, span[0][1] - 1)), span))
        curve = pooled_survival(waits, 0.95)
        if not len(curve):
            held.append(False)
            continue
        median, low, high = median_of(curve)
        held.append(low <= truth <= high)
        medians.append(median / truth)
    yield Row("waits", world, name, "median in its interval", *share(held))
    spread = 1.25 * float(np.nanstd(medians)) / len(medians) ** 0.5
    middle = float(np.nanmedian(medians))
    yield Row("waits", world, name, "median over the true one", middle, spread, len(medians))


def cells() -> Iterator[tuple[str, str, str, Callable[..., Iterator[Row]]]]:
    """List what there is to run."""
    for world in (*KINDS, "Poisson, half dated by the year"):
        yield "size", world, "as by default", size_rows
    for world in ("both rise tenfold", "both step up sixfold at once"):
        yield "size", world, "one block, shifts by months", size_rows
    for world in ("each with its season", "clustered"):
        yield "size", world, "shifts by months", size_rows
    for world in GAPS:
        yield "waits", world, "as by default", waits_rows
    for world in PLANTED:
        yield "planted", world, "as by default", planted_rows
    yield "planted", "three times, Poisson", "shifts by months", planted_rows


def main() -> None:
    """Run the cells that the file does not hold yet."""
    parser = argparse.ArgumentParser(description="Measure how often lead_lag is right.")
    parser.add_argument(
        "--runs", type=int, default=400, help="sets of countries with a lag planted"
    )
    parser.add_argument("--size-runs", type=int, default=1000, help="sets of five without")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("sequence.csv"))
    asked = parser.parse_args()
    done = set()
    if asked.out.exists():
        table = pd.read_csv(asked.out)
        done = set(table[["kind", "world", "settings"]].itertuples(index=False, name=None))
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(Row.__annotations__))
        if not done:
            writer.writeheader()
        for kind, world, name, run in cells():
            if (kind, world, name) in done:
                continue
            runs = asked.size_runs if kind == "size" else asked.runs
            key = crc32(f"{kind} | {world} | {name}".encode())
            rows = list(run(world, name, runs, np.random.default_rng([asked.seed, key])))
            writer.writerows(asdict(row) for row in rows)
            file.flush()
            told = ", ".join(f"{row.measure} {row.value:.3f}" for row in rows)
            print(f"{kind} | {world} | {name}: {told}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
