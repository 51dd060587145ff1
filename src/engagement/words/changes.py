"""The answers as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engagement.models.observed import label_of

if TYPE_CHECKING:
    from engagement.changes.continuous.located import LocatedChanges
    from engagement.changes.detect.found import Change, Changes, SeriesVerdict
    from engagement.changes.posterior.answer import ChangePosterior
    from engagement.changes.posterior.prior_sensitivity import PriorSensitivity

__all__ = ["aligned", "changes_in_words", "located_in_words", "posterior_in_words"]


def changes_in_words(changes: Changes) -> str:
    """Return the changes as a table in plain text, with the settings and what they rest on."""
    n_series = len(changes.verdicts)
    n_changed = sum(verdict.verdict == "change" for verdict in changes.verdicts)
    n_little = sum(verdict.verdict == "too little observed" for verdict in changes.verdicts)
    n_found = len(changes)
    title = (
        f"{n_found} change{'' if n_found == 1 else 's'} in {n_changed} of {n_series} series, "
        f"{n_little} with too little observed to say"
    )
    percent = f"{100 * changes.level:g}%"
    head = [
        *changes.by, "date", "between", "a year before", "after", f"times ({percent})",
        "probability", "p", "q", "verdict",
    ]  # fmt: skip
    rows = [head]
    for verdict in changes.verdicts:
        own = changes.of(verdict)
        labels = [verdict.axes[name] for name in changes.by]
        rows += [[*labels, *_change_cells(change), *_verdict_cells(verdict)] for change in own]
        if not own:
            rows.append([*labels, *[""] * 6, *_verdict_cells(verdict)])
    table = aligned(rows, n_left=len(changes.by))
    return "\n".join([title, "", *table, "", *_notes(changes, percent)])


def _change_cells(change: Change) -> list[str]:
    return [
        str(change.date) + ("*" if change.leans_on_start else ""),
        f"{change.date_low} to {change.date_high}",
        f"{change.rate_before:.3g}",
        f"{change.rate_after:.3g}",
        f"{change.ratio:.3g} ({change.ratio_low:.3g} to {change.ratio_high:.3g})",
        f"{change.probability:.3f}",
    ]


def _verdict_cells(verdict: SeriesVerdict) -> list[str]:
    tested = verdict.verdict != "too little observed"
    told = [f"{verdict.p_value:.3g}", f"{verdict.q_value:.3g}"] if tested else ["", ""]
    return [*told, verdict.verdict]


def aligned(rows: list[list[str]], n_left: int) -> list[str]:
    """Lay cells out in columns: the first *n_left* and the last to the left, others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    last = len(widths) - 1
    return [
        "  ".join(
            cell.ljust(width) if place < n_left or place == last else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _notes(changes: Changes, percent: str) -> list[str]:
    periods = "period" if changes.min_length == 1 else "periods"
    season = f", season of {changes.season} periods" if changes.season else ""
    settings = (
        f"family {changes.family}, null {changes.null}{season}, intervals {percent}, "
        f"seed {changes.seed}"
    )
    priors = (
        "priors: each rate gamma with the weight of one event at the series' own rate; "
        "each further change 0.25 times as probable, dates uniform; "
        f"segments of {changes.min_length} observed {periods} or more"
    )
    borrowed = [] if changes.borrowed is None else [changes.borrowed.words()]
    notes = [settings, *borrowed, priors, *_found_of_counts(changes)]
    n_tested = sum(verdict.verdict != "too little observed" for verdict in changes.verdicts)
    if n_tested > 1:
        notes.append(
            f"false discovery rate held at {changes.fdr:g} over {n_tested} tested series "
            "(Benjamini-Hochberg), if the series are independent or positively dependent"
        )
    else:
        notes.append(f"a change is said where p is at most {changes.fdr:g}")
    if any(change.leans_on_start for change in changes):
        notes.append("* not found once the empty stretch before the first event is left out")
    if not all(verdict.coverage_stated for verdict in changes.verdicts):
        notes.append("coverage is not stated: taken as first to last event's period")
    unseen = sum(verdict.n_periods - verdict.n_observed for verdict in changes.verdicts)
    if unseen:
        notes.append(
            f"{unseen} periods without exposure were passed over; "
            "a change beside them may lie anywhere among them"
        )
    return notes


def _found_of_counts(changes: Changes) -> list[str]:
    """Say what was found of how counts scatter, of trends, and of dates that were drawn."""
    notes = []
    changed = [verdict for verdict in changes.verdicts if verdict.verdict == "change"]
    if changed:
        dispersions = sorted(verdict.dispersion for verdict in changed)
        middle = dispersions[len(dispersions) // 2]
        notes.append(
            "variance over mean within the segments of changed series (1 for Poisson counts): "
            f"{dispersions[0]:.2g} to {dispersions[-1]:.2g}, median {middle:.2g}"
        )
    trends = [verdict.label for verdict in changed if verdict.is_trend]
    if trends:
        notes.append(f"rather a trend than steps: {', '.join(trends)}")
    n_drawn = sum(verdict.n_imputations > 0 for verdict in changes.verdicts)
    if n_drawn:
        most = max(verdict.n_imputations for verdict in changes.verdicts)
        notes.append(
            f"{n_drawn} series have imprecise dates within their counts: they were drawn "
            f"{most} times, and the answers are over all draws"
        )
    return notes


def posterior_in_words(posterior: ChangePosterior) -> str:
    """Return the numbers of changes and their dates in plain text, with the priors in force."""
    series, numbers = posterior.series, posterior.n_changes
    likely = int(numbers.to_numpy().argmax())
    extent = f"{series.periods[0]} to {series.periods[-1]}" if len(series) else "no periods"
    title = (
        f"{label_of(series)}: {series.n_observed} observed periods of {len(series)}, {extent}, "
        f"{series.total:g} events"
    )
    family = (
        f"family {posterior.family_in_words()}; segments of {posterior.min_length} or more "
        "observed periods"
    )
    priors = (
        f"prior on each rate {posterior.prior}; each further change {posterior.changes_prior:g} "
        f"times as probable, up to {posterior.max_changes}, dates uniform"
    )
    lines = [title, family, priors, *_dispersion_in_words(posterior), "", "changes  probability"]
    shown = numbers[numbers >= 0.0005]
    lines += [f"{number:>7}  {value:11.3f}" for number, value in shown.items()]
    if likely:
        lines += ["", f"if there are {likely}:", "change  most probable  95% interval"]
        for place, date in enumerate(posterior.most_probable(likely), 1):
            first, last = posterior.interval(place, likely)
            lines.append(f"{place:>6}  {date!s:>13}  {first} to {last}")
    return "\n".join(lines)


def _dispersion_in_words(posterior: ChangePosterior) -> list[str]:
    """Say what was found of a dispersion, or a variance, that was left open."""
    chances = posterior.dispersion
    if len(chances) == 1:
        return []
    held = chances.cumsum()
    low, high = (float(chances.index[int((held < share).sum())]) for share in (0.025, 0.975))
    name = chances.index.name
    told = (
        f"{name} within segments: mean {posterior.dispersion_mean:.3g}, 95% {low:.3g} to {high:.3g}"
    )
    if name == "dispersion":
        told += f"; Poisson (1) has probability {chances.get(1.0, 0.0):.3f}"
    return [told]


def sensitivity_in_words(found: PriorSensitivity) -> str:
    """Return the answers under several priors in plain text, and how far apart they are."""
    tried = found.tried
    title = (
        f"{label_of(found.series)}: number and date of changes under {len(tried)} pairs of priors, "
        f"family {found.family}, up to {found.max_changes} changes"
    )
    rows = [["prior on rates", "changes", "none", "one", "two", "more", "if one", "95%"]]
    for one in tried:
        dated = [str(one.date), f"{one.date_low} to {one.date_high}"] if one.date else ["", ""]
        mark = "*" if one.in_force else ""
        rows.append(
            [
                one.name,
                f"{one.changes_prior:g}{mark}",
                *[f"{chance:.3f}" for chance in one.numbers],
                *dated,
            ]
        )
    rates = {one.name: one.prior for one in tried}
    notes = [
        "changes: each further one is so many times as probable beforehand; * priors in force",
        *[f"{name}: {prior}" for name, prior in rates.items()],
    ]
    likeliest = sorted({one.likeliest for one in tried})
    none = [one.numbers[0] for one in tried]
    dates = sorted({one.date for one in tried if one.date})
    agree = [
        f"likeliest number of changes: {_from_to(likeliest)}",
        f"probability of no change: {_from_to([f'{min(none):.3g}', f'{max(none):.3g}'])}",
    ]
    if dates:
        agree.append(f"date if there is one: {_from_to(dates)}")
    return "\n".join([title, "", *aligned(rows, n_left=1), "", *agree, "", *notes])


def _from_to(values: list[Any]) -> str:
    first, last = values[0], values[-1]
    return f"{first} under all" if first == last else f"{first} to {last}"


def located_in_words(found: LocatedChanges) -> str:
    """Return the numbers of changes and their days in plain text, with the priors in force."""
    numbers = found.n_changes
    likely = max(int(numbers.to_numpy().argmax()), min(found.max_changes, 1))
    stated = "" if found.window_stated else " (not stated: first to last event)"
    lines = [
        (
            f"{found.n_events} events on {found.n_days} days observed, {found.observed_from} to "
            f"{found.observed_to}{stated}"
        ),
        (
            f"Poisson process in continuous time; prior on each rate {found.prior}; each further "
            f"change {found.changes_prior:g} times as probable, up to {found.max_changes}, "
            "instants uniform"
        ),
        "",
        "changes  probability",
    ]
    lines += [f"{number:>7}  {value:11.3f}" for number, value in numbers.items()]
    if likely:
        dates = found.most_probable(likely)
        lines += ["", f"if there are {likely}:", "change  most probable  95% interval"]
        for place, day in enumerate(dates, 1):
            first, last = found.interval(place, likely)
            lines.append(f"{place:>6}  {day!s:>13}  {first} to {last}")
        rates = found.rates(dates)
        lines += ["", "events a year in the segments between the most probable dates:"]
        lines += [
            f"{row.start:%Y-%m-%d} to {row.end:%Y-%m-%d}: {row.mean:.3g} "
            f"({row.low:.3g} to {row.high:.3g})"
            for row in rates.itertuples()
        ]
    return "\n".join(lines)
