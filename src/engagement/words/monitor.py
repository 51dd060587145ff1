"""A monitor as plain text: where the series stands, with priors and false alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engagement.changes.online.monitoring import Monitor
    from engagement.counting.series import CountSeries

__all__ = ["monitor_in_words"]


def monitor_in_words(state: Monitor) -> str:
    """Return where the series stands."""
    series = state.series
    lines = [f"{state.name}: {_extent(series)}"]
    verdict = "ALARM" if state.is_alarm else "no alarm"
    periods = "period" if state.within == 1 else f"{state.within} periods"
    lines.append(
        f"probability that the rate changed within the latest {periods}: {state.probability:.3f}, "
        f"threshold {state.threshold:.3f}: {verdict}"
    )
    if state.since is not None:
        middle, low, high = state.rate()
        lines.append(
            f"present regime most probably since {state.since}, "
            f"at {middle:.3g} a year (95% {low:.3g} to {high:.3g})"
        )
    begun = state.to_frame().query("begins")["period"]
    told = ", ".join(str(period) for period in begun[-8:])
    if len(begun):
        lines.append(
            f"alarms that began: {len(begun)}{', latest' if len(begun) > 8 else ''} in {told}"
        )
    lines += [
        "",
        (
            f"prior: a change has the chance {state.hazard:g} in every year, whatever came before "
            "(not the prior of change_posterior)"
        ),
        f"prior on the rate of each regime {state.prior}",
        f"counts: {_scatter(state)}",
        _false_alarms(state),
        f"runs dropped as too improbable: {state.left_out:.1g} in all",
    ]
    return "\n".join(lines)


def _extent(series: CountSeries) -> str:
    if not len(series):
        return "nothing taken in yet"
    return (
        f"{series.n_observed} observed of {len(series)} periods, {series.periods[0]} to "
        f"{series.periods[-1]}, {series.total:g} events"
    )


def _scatter(state: Monitor) -> str:
    if len(state.dispersions) == 1:
        (given,) = state.dispersions
        scatter = (
            "Poisson"
            if given == 1
            else f"negative binomial, variance {given:.3g} times the mean at the prior's mean rate"
        )
        return f"{scatter}, as was given; independent from period to period"
    listed = ", ".join(
        f"{dispersion:g} ({chance:.2f})"
        for dispersion, chance in state.dispersion.items()
        if chance >= 0.005
    )
    return f"variance over mean at the prior's mean rate, with its probability: {listed}"


def _false_alarms(state: Monitor) -> str:
    known = state.calibration
    if known is None:
        return "the threshold was given, so that the rate of false alarms is not known"
    scatter = f"variance {known.dispersion:.3g} times the mean"
    if known.dispersion_high > known.dispersion_low:
        scatter += f" (90% {known.dispersion_low:.3g} to {known.dispersion_high:.3g})"
    if known.dependence:
        scatter += (
            f", levels of neighbouring periods correlated by {known.dependence:.2g} on average"
        )
    return (
        f"false alarms: in {known.n_series} simulated series without change, at {known.rate:.3g} "
        f"events a year, {scatter}: one began {known.found:.3g} times a year (Monte Carlo error "
        f"{known.error:.1g}) in {known.n_counted} periods after {known.n_before}; asked for at "
        f"most {known.asked:g}"
    )
