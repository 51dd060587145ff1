"""Does one kind of event follow another: the question, and the way from a log to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import evolve

from engagement.counting.calendar import check_freq
from engagement.counting.multiple_testing import holm
from engagement.log.eventlog import EventLog
from engagement.sequence.following import LeadLag
from engagement.sequence.measuring import measure
from engagement.sequence.selecting import describe, pair_up, select_events, with_some_coverage
from engagement.settings.checks import (
    MOST_DRAWS,
    MOST_IMPUTATIONS,
    MOST_YEARS,
    check_choice,
    check_flag,
    check_instance,
    check_positive,
    check_share,
    check_whole,
)
from engagement.settings.seeds import Stream, read_seed, stream_generator

if TYPE_CHECKING:
    from engagement.counting.periods import Freq
    from engagement.sequence.selecting import Selection

__all__ = ["lead_lag"]

_MOST_PERIODS = 1_000
"""Periods; tables of pairs grow with it."""


def lead_lag(
    log: EventLog,
    cause: Selection,
    effect: Selection,
    n_periods: int = 6,
    *,
    by: Literal["country"] | None = "country",
    freq: Freq = "M",
    level: float = 0.95,
    keep_season: bool = True,
    block_years: float = 4,
    n_imputations: int = 20,
    n_draws: int = 4999,
    rng: np.random.Generator | int | None = None,
) -> LeadLag:
    """
    Ask whether one kind of event comes more often in the months after another.

    Periods are of three kinds: those *after* a cause, by 1 to *n_periods* periods; those that
    contain a cause, where the order is unknown; and the others. The rate of effects after a
    cause is divided by the rate at other times, within blocks of some years, so that two kinds
    of events that both became frequent are not taken for cause and effect [1]_.

    The p-value comes from shifts [2]_. Within each block of about *block_years* the effects are
    rotated on the calendar, by whole years if seasons are to be kept, in all countries
    together. Each kind keeps its number in each block, its rhythm, its clusters, its season and
    what countries share; only the position of effects relative to causes changes. If effects do
    not depend on causes, all such arrangements are equally likely, apart from drift within a
    block.

    Only periods count in which effects were observed, and causes too, both then and throughout
    the window before. A sequence is not proof of a cause.

    Parameters
    ----------
    log
        The events, with their coverage.
    cause, effect
        Arguments of `EventLog.where` as a mapping, such as ``{"activity": "meeting"}``, or a log
        of the events that are meant. None may be in both.
    n_periods
        How many periods after a cause count as after it.
    by
        ``"country"``: effects in a country follow causes in it. ``None``: one series of all.
    freq
        Length of the periods: ``Y``, ``Q``, ``M``, ``W`` or ``D``. Dates are drawn within their
        imprecision where they may lie in several.
    level
        Of intervals and bands, strictly between 0 and 1.
    keep_season
        Whether effects are shifted by whole years alone, so that two kinds with a season of
        their own are not taken to follow one another. What happens every year at the same time
        cannot then be told from a season.
    block_years
        Length of the blocks. Shorter ones guard better against what drifts, longer ones give
        more shifts.
    n_imputations
        Draws of imprecise dates, where there are any.
    n_draws
        Shifts to draw.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    LeadLag
        A ratio with interval and p-value for each country and for all together, and curves. The
        p-values of countries are also adjusted for their number by Holm's rule.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be, a selection cannot be read, or an event is
        both cause and effect.
    CoverageError
        If the log states coverage, but nothing for such events.

    References
    ----------
    .. [1] T. Lumley and D. Levy (2000), *Environmetrics* 11(6), 689-704.
    .. [2] A. Amarasingham, M. T. Harrison, N. G. Hatsopoulos and S. Geman (2012), *Journal of
       Neurophysiology* 107(2), 517-531.

    Examples
    --------
    >>> from engagement.events.events import Exercise, Meeting
    >>> pair = {"channel": "bilateral", "countries": ["KGZ"]}
    >>> def month(number):
    ...     return f"{2000 + number // 12}-{number % 12 + 1:02}"
    >>> log = EventLog(
    ...     kind(date=month(start + lag), **pair)
    ...     for start in range(0, 240, 7)  # every seven months a meeting, and then an exercise
    ...     for kind, lag in ((Meeting, 0), (Exercise, 2))
    ... )
    >>> found = lead_lag(log, {"activity": "meeting"}, {"activity": "exercise"}, 3)
    >>> found["KGZ"].n_after, found["KGZ"].n_otherwise, found["KGZ"].verdict
    (32.0, 0.0, 'more often after')
    """
    check_instance("log", log, EventLog)
    n_periods = check_whole("n_periods", n_periods, least=1, most=_MOST_PERIODS)
    check_freq(freq)
    check_choice("by", by, ("country",), optional=True)
    level = check_share("level", level)
    keep_season = check_flag("keep_season", keep_season)
    block_years = check_positive("block_years", block_years, most=MOST_YEARS)
    n_imputations = check_whole("n_imputations", n_imputations, least=2, most=MOST_IMPUTATIONS)
    n_draws = check_whole("n_draws", n_draws, least=99, most=MOST_DRAWS)
    seed = read_seed(rng)
    whole = with_some_coverage(log)
    pairing = pair_up(
        select_events(whole, cause, "cause"),
        select_events(whole, effect, "effect"),
        by=by,
        freq=freq,
        n_periods=n_periods,
        n_imputations=n_imputations,
        seed=seed,
    )
    found, pooled, stretches = measure(
        pairing.labels,
        pairing.causes,
        pairing.effects,
        pairing.at_risk,
        freq=freq,
        n_periods=n_periods,
        block_years=block_years,
        keep_season=keep_season,
        level=level,
        n_draws=n_draws,
        rng=stream_generator(seed, Stream.SHIFTS),
    )
    adjusted = holm(np.array([one.p_value for one in found], dtype=np.float64))
    found = [evolve(one, p_adjusted=float(p)) for one, p in zip(found, adjusted, strict=True)]
    n_at_risk = sum(one.n_after + one.n_otherwise + one.n_same for one in found)
    stated = [one.coverage.is_stated for one in (log, cause, effect) if isinstance(one, EventLog)]
    return LeadLag(
        found=tuple(found),
        pooled=pooled,
        cause=describe(cause),
        effect=describe(effect),
        n_periods=n_periods,
        freq=freq,
        block_years=block_years,
        n_blocks=len({one.block for one in stretches}),
        keep_season=keep_season,
        level=level,
        n_imprecise=pairing.n_imprecise,
        n_imputations=n_imputations,
        n_draws=n_draws,
        seed=seed,
        not_observed=pairing.not_observed,
        n_left_out=pairing.n_left_out,
        n_not_at_risk=float(pairing.effects.mean(axis=1).sum() - n_at_risk),
        coverage_stated=all(stated),
    )
