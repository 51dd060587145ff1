"""Shared changes as plain text."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from engagement.words.changes import aligned

if TYPE_CHECKING:
    from engagement.changes.shared.shared_changes import Participation, SharedChanges

__all__ = ["shared_in_words"]


def shared_in_words(answer: SharedChanges) -> str:
    """Return the shared changes, who takes part, and what moves the sum of all."""
    n_series = len(answer.own)
    number = len(answer)
    chances = [f"{k}: {p:.2f}" for k, p in answer.n_shared.items() if p >= 0.005]
    title = (
        f"{number} shared change{'' if number == 1 else 's'} of {n_series} series; "
        f"probability of each number {', '.join(chances)}"
    )
    percent = f"{100 * answer.level:g}%"
    lines = [title]
    for change in answer.found:
        lines += [
            "",
            (
                f"{change.date} ({percent} {change.date_low} to {change.date_high}), probability "
                f"{change.probability:.3f}: {len(change.taking_part)} take part"
            ),
        ]
        rows = [["", "takes part", "times", ""], *map(_member_cells, change.members)]
        lines += [f"  {line}" for line in aligned(rows, n_left=1)]
    alone = answer.own[answer.own >= 0.5]
    if len(alone):
        told = ", ".join(f"{label} {value:.1f}" for label, value in alone.items())
        lines += ["", f"changes that a series has alone, expected number: {told}"]
    if answer.total:
        lines += ["", "changes of the sum of all series:"]
        for total in answer.total:
            told = total.warning or f"{len(total.members)} of {total.n_series} members change too"
            mark = "! " if total.warning else "  "
            lines.append(
                f"{mark}{total.date} ({total.date_low} to {total.date_high}), times "
                f"{total.ratio:.3g}: {told}"
            )
    return "\n".join([*lines, "", *_notes(answer)])


def _member_cells(member: Participation) -> list[str]:
    if isnan(member.probability):
        return [member.label, "", "", "not observed on both sides"]
    ratio = "" if isnan(member.ratio) else f"{member.ratio:.3g}"
    told = member.answer
    return [member.label, f"{member.probability:.2f}", ratio, told]


def _notes(answer: SharedChanges) -> list[str]:
    scatter = (
        "Poisson"
        if answer.dispersion == 1
        else f"negative binomial, variance {answer.dispersion:.3g} times the mean"
    )
    return [
        (
            "given dates, who takes part and all rates are summed over exactly; dates are sampled: "
            f"{answer.n_draws} draws from two chains, which differ by {answer.disagreement:.2f} "
            "at most in a probability above"
        ),
        (
            f"expected beforehand: {answer.changes_prior * answer.shared_prior:.3g} dates at which "
            "any number may take part, their chance uniform and the same for all, and "
            f"{answer.changes_prior * (1 - answer.shared_prior):.3g} changes of each series alone; "
            "dates uniform; each rate gamma with the weight of one event at the series' own rate"
        ),
        f"counts {scatter}, independent from period to period and from series to series",
        "shared: two or more series take part; listed, and yes, from a probability of 0.8 on",
    ]
