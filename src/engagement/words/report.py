"""What was found about each series, in a sentence that an analyst may quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.counting.series import format_count
from engagement.values.places import country_name
from engagement.values.vocabulary import NONE_LABEL, Activity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engagement.changes.detect.found import Change, Changes, SeriesVerdict

__all__ = ["name_series", "sentences"]

_PLURALS = {
    Activity.MEETING: "meetings",
    Activity.EXERCISE: "exercises",
    Activity.TRAINING: "trainings",
    Activity.VISIT: "visits",
    Activity.OPERATION: "operations",
    Activity.TRANSFER: "transfers",
    Activity.AGREEMENT: "agreements",
    Activity.MECHANISM: "foundings of mechanisms",
    Activity.MEASURE: "measures",
}


def name_series(axes: Mapping[str, str]) -> str:
    """
    Say what a series counts.

    Parameters
    ----------
    axes
        The label on each axis.

    Examples
    --------
    >>> name_series({"country": "KGZ", "channel": "bilateral", "activity": "meeting"})
    'Kyrgyzstan, bilateral meetings'
    >>> name_series({"channel": "domestic", "topic": "terrorism"})
    'domestic events on terrorism'
    """
    parts = dict(axes)
    country = parts.pop("country", "")
    channel = parts.pop("channel", "")
    activity = parts.pop("activity", "")
    topic = parts.pop("topic", "")
    what = _PLURALS.get(Activity(activity), activity) if activity in _values() else "events"
    words = [channel, what, f"on {topic}" if topic else ""]
    own = " ".join(word for word in words if word)
    others = [f"{axis} {label}" for axis, label in parts.items()]
    where = "no partner country" if country == NONE_LABEL else country and country_name(country)
    return ", ".join(part for part in (where, own, *others) if part)


def _values() -> set[str]:
    return {str(activity) for activity in Activity}


def sentences(
    changes: Changes,
    *,
    of: Sequence[SeriesVerdict] | None = None,
    initiators: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """
    Say for each change, and for each series without one, what was found and how sure it is.

    Parameters
    ----------
    changes
        The answer of `detect_changes`.
    of
        Verdicts to tell of; ``None`` tells of all.
    initiators
        By a series' label the state that all its events are of, if it is one; then it is
        named.

    Returns
    -------
    tuple
        First one for each change, then one for each series without, then one for each with
        too little observed, each in the order of the panel; last one for all series in which
        no event was recorded. What there is to warn of follows in the same text.
    """
    told: dict[str, list[str]] = {"change": [], "no change found": [], "too little observed": []}
    empty = []
    for verdict in changes.verdicts if of is None else of:
        name = _name(verdict, (initiators or {}).get(verdict.label))
        if own := changes.of(verdict):
            told[verdict.verdict] += [f"{name}: {_change(change, changes)}" for change in own]
        elif verdict.n_events or not verdict.n_observed:
            told[verdict.verdict].append(f"{name}: {_no_change(verdict, changes)}")
        else:
            empty.append(f"{name} ({_years(verdict)})")
    last = "Observed without any event, so that nothing can be said of change: "
    return (
        *(sentence for group in told.values() for sentence in group),
        *([last + "; ".join(empty) + "."] if empty else []),
    )


def _name(verdict: SeriesVerdict, initiator: str | None) -> str:
    if set(verdict.axes) == {"series"}:
        return verdict.axes["series"]
    name = name_series(verdict.axes)
    if initiator is None or verdict.axes.get("country") in {None, NONE_LABEL, initiator}:
        return name
    return f"{country_name(initiator)} with {name}"


def _change(change: Change, changes: Changes) -> str:
    verdict = change.series
    verb = ("rose" if change.is_rise else "fell") if change.is_direction_sure else "changed"
    low, high = _ratio(change.ratio_low), _ratio(change.ratio_high)
    text = (
        f"{verb} from {_rate(change.rate_before)} to {_rate(change.rate_after)} per year "
        f"from {change.date} on ({100 * changes.level:g}% interval {_between(change)}), "
        f"rate ratio {_ratio(change.ratio)} ({low} to {high}); "
        f"{_chance(verdict, changes)}. {_basis(verdict)}"
    )
    if not change.is_direction_sure:
        text += " Whether it went up or down there is not sure."
    if verdict.is_trend:
        text += " The counts are rather a trend than steps: they drift, and the date says little."
    if change.empty_until is None:
        return text
    first, last = verdict.observed_from, change.empty_until
    span = f"in {last}" if first == last else f"from {first} to {last}"
    stretch = f"No event is recorded {span}, where observation begins"
    if change.leans_on_start:
        return f"{text} {stretch}: the change rests on that empty stretch, not found without it."
    return f"{text} {stretch}; the change is found without that stretch too."


def _between(change: Change) -> str:
    if change.date_low == change.date_high:
        return f"{change.date_low} alone"
    return f"{change.date_low} to {change.date_high}"


def _no_change(verdict: SeriesVerdict, changes: Changes) -> str:
    if not verdict.n_observed:
        return "not observed."
    if verdict.verdict == "too little observed":
        return f"too little observed to say whether anything changed. {_basis(verdict)}"
    return (
        f"no change found, {_rate(verdict.rate)} per year throughout; "
        f"{_chance(verdict, changes)}. {_basis(verdict)}"
    )


def _chance(verdict: SeriesVerdict, changes: Changes) -> str:
    floor = 1 / (verdict.n_draws + 1)
    sign = "at most" if verdict.p_value <= floor * (1 + 1e-9) else "="
    told = f"p {sign} {verdict.p_value:.2g}"
    n_tested = sum(one.verdict != "too little observed" for one in changes.verdicts)
    return (
        f"{told}, q {sign} {verdict.q_value:.2g} over {n_tested} series" if n_tested > 1 else told
    )


def _basis(verdict: SeriesVerdict) -> str:
    told = format_count(verdict.n_events)
    events = "1 event" if told == "1" else f"{told} events"
    stated = "stated" if verdict.coverage_stated else "not stated"
    return f"Based on {events} in {_years(verdict)} (coverage {stated})."


def _years(verdict: SeriesVerdict) -> str:
    years = "1 year" if verdict.exposure_years == 1 else f"{verdict.exposure_years:.3g} years"
    return f"{years} observed, {verdict.observed_from} to {verdict.observed_to}"


def _rate(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _ratio(value: float) -> str:
    if value >= 100:
        return "over 100"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"
