"""What else could explain a change, as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.words.changes import aligned

if TYPE_CHECKING:
    from engagement.changes.detect.found import Change
    from engagement.sensitivity.reporting import ReportingSensitivity
    from engagement.sensitivity.trimming import WindowSensitivity

__all__ = ["reporting_in_words", "windows_in_words"]


def _title(change: Change) -> str:
    percent = f"{100 * change.level:g}%"
    return (
        f"{change.label}: {'rise' if change.is_rise else 'fall'} in {change.date} "
        f"({change.date_low} to {change.date_high}), times {change.ratio:.3g} "
        f"({percent} {change.ratio_low:.3g} to {change.ratio_high:.3g}), "
        f"probability {change.probability:.3f}"
    )


def reporting_in_words(answer: ReportingSensitivity) -> str:
    """Return what a change in reporting would have to be, and what is stated about it."""
    change = answer.change
    lines = [
        _title(change),
        "",
        (
            "completeness after the change over completeness before, from "
            f"{change.date} to {change.after_to} against {change.before_from} to {change.date - 1}:"
        ),
        *(f"  {line}" for line in _factor_lines(answer)),
        "",
        f"completeness as stated: {answer.verdict}",
        *(f"  {line}" for line in _statement_lines(answer)),
        "",
        (
            "reporting is taken to change once, at the date, and to stay so; "
            f"family {change.family}, priors as of the change"
        ),
    ]
    return "\n".join(lines)


def _factor_lines(answer: ReportingSensitivity) -> list[str]:
    rows = [["factor", "would", ""]]
    where = f"before {answer.change.date}" if answer.change.is_rise else "since then"
    doubt = answer.factor_to_doubt
    if doubt == 1.0:
        rows.append(["1", "put 1 inside the interval of the ratio: it is there anyway", ""])
    else:
        rows.append(
            [
                f"{doubt:.3g}",
                (
                    "put 1 inside the interval of the ratio: "
                    f"{answer.n_missing:.3g} unrecorded events {where}"
                ),
                "",
            ]
        )
    lose = answer.factor_to_lose
    if lose is None:
        rows.append(["none", "make the change less probable than not", ""])
    elif lose == 1.0:
        rows.append(["1", "make the change less probable than not: it is so anyway", ""])
    else:
        rows.append([f"{lose:.3g}", "make the change less probable than not", ""])
    rows.append([f"{answer.factor:.3g}", "explain all of it", ""])
    width = max(len(row[0]) for row in rows)
    return [f"{row[0]:>{width}}  {row[1]}" for row in rows]


def _statement_lines(answer: ReportingSensitivity) -> list[str]:
    stated = answer.stated
    if not stated.statements:
        return ["no statement of coverage is at hand for this series"]
    lines = []
    for one in stated.statements:
        share = "no share" if one.completeness is None else f"{one.completeness:.0%}"
        told = ": ".join(text for text in (share, one.note) if text)
        source = f" [{one.source}]" if one.source else ""
        lines.append(f"{' '.join(one.key)}, {one.since} to {one.until}: {told}{source}")
    if stated.reach is not None and stated.lowest is not None:
        lines.append(
            f"the stated shares leave room for a factor of {stated.reach:.3g} at most, with all "
            "that is missing where the rate is lower"
        )
        if answer.factor_to_doubt != 1.0:
            lines.append(
                f"doubt needs a completeness of {answer.share_needed:.0%} or less in all, against "
                f"{stated.lowest:.0%} stated"
            )
    return lines


def windows_in_words(answer: WindowSensitivity) -> str:
    """Return the windows in a table, and on what the change leans."""
    head = ["window", "periods before", "after", "events", "probability", ""]
    rows = [head]
    for window in answer.windows:
        cut = {"neither": "whole", "start": "start cut", "end": "end cut"}[window.end]
        rows.append(
            [
                f"{window.since} to {window.until}",
                str(window.n_before),
                str(window.n_after),
                str(window.n_events),
                f"{window.probability:.3f}",
                cut if window.is_found else f"{cut}, not found",
            ]
        )
    return "\n".join(
        [
            _title(answer.change),
            "",
            *aligned(rows, n_left=1),
            "",
            *_leaning(answer),
            (
                "found: a change within the interval of the date is more probable than not, from "
                "the window alone"
            ),
        ]
    )


def _leaning(answer: WindowSensitivity) -> list[str]:
    change, lines = answer.change, []
    if change.empty_until == answer.last_before:
        lines.append(
            f"nothing was counted up to {change.empty_until}, right before it: the change rests on "
            "those periods having been observed"
        )
    elif change.empty_until is not None:
        without = "lost" if answer.is_lost_without_empty_start else "still found"
        lines.append(
            f"nothing was counted up to {change.empty_until}: without that stretch the change is "
            f"{without}"
        )
    if answer.leans_on_start and not answer.is_lost_without_empty_start:
        lines.append("it leans on the start: lost with half of the periods before it still there")
    if answer.leans_on_end:
        lines.append("it leans on the end: lost with half of the periods after it still there")
    if not (answer.leans_on_start or answer.leans_on_end):
        lines.append(
            f"it leans on neither end: found in each window that starts by {answer.latest_since}, "
            f"and in each that ends in {answer.earliest_until} or later"
        )
    return lines
