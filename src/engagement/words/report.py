"""The sentences of the report: what was found about each series, to be quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.counting.series import format_count
from engagement.values.places import country_name
from engagement.values.vocabulary import NONE_LABEL, Activity

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "listed",
    "name_label",
    "name_series",
    "number_of",
    "write_chance",
    "write_rate",
    "write_ratio",
    "write_side",
    "write_span",
]

_ACTIVITIES = {str(activity): f"{activity}s" for activity in Activity}
_ACTIVITIES[Activity.MECHANISM] = "foundings of mechanisms"


def name_label(axis: str, label: str) -> str:
    """
    Write a label of an axis in words.

    Examples
    --------
    >>> name_label("country", "KGZ"), name_label("activity", "meeting"), name_label("x", "a")
    ('Kyrgyzstan', 'meetings', 'a')
    """
    if axis == "country":
        return "no partner country" if label == NONE_LABEL else country_name(label)
    return _ACTIVITIES.get(label, label) if axis == "activity" else label


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
    >>> name_series({"series": "monthly visits"})
    'monthly visits'
    """
    if set(axes) == {"series"}:
        return axes["series"]
    parts = dict(axes)
    country = parts.pop("country", "")
    channel = parts.pop("channel", "")
    activity = parts.pop("activity", "")
    topic = parts.pop("topic", "")
    what = _ACTIVITIES.get(activity, "events")
    words = [channel, what, f"on {topic}" if topic else ""]
    own = " ".join(word for word in words if word)
    others = [f"{axis} {label}" for axis, label in parts.items()]
    where = name_label("country", country) if country else ""
    return ", ".join(part for part in (where, own, *others) if part)


def number_of(number: float, one: str, many: str | None = None) -> str:
    """
    Write a number with its noun.

    Examples
    --------
    >>> number_of(1, "event"), number_of(2.5, "event"), number_of(3, "series", "series")
    ('1 event', '2.5 events', '3 series')
    """
    text = format_count(number)
    return f"{text} {one if text == '1' else many or one + 's'}"


def listed(texts: list[str]) -> str:
    """
    Join texts as a sentence does.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    return " and ".join(part for part in (", ".join(texts[:-1]), *texts[-1:]) if part)


def write_side(events: float, years: float) -> str:
    """
    Write raw counts with the years in which they were counted.

    Examples
    --------
    >>> write_side(11, 17), write_side(1.5, 1), write_side(3, 2.25)
    ('11 in 17 years', '1.5 in 1 year', '3 in 2.25 years')
    """
    text = format_count(years)
    return f"{format_count(events)} in {text} {'year' if text == '1' else 'years'}"


def write_span(first: object, last: object) -> str:
    """
    Write a span of periods.

    Examples
    --------
    >>> write_span(2006, 2012), write_span(2006, 2006)
    ('2006 to 2012', '2006')
    """
    return f"{first}" if first == last else f"{first} to {last}"


def write_rate(value: float) -> str:
    """Write events per year with two or more digits that say something."""
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def write_ratio(value: float) -> str:
    """Write a ratio of rates; beyond a hundred its digits say nothing."""
    return "over 100" if value >= 99.95 else write_rate(value)


def write_chance(value: float, n_draws: int) -> str:
    """
    Write a p-value or q-value of a test by simulation.

    Examples
    --------
    >>> write_chance(0.0345, 999), write_chance(0.001, 999)
    ('0.035', '0.001 or less')
    """
    floor = value <= 1 / (n_draws + 1) * (1 + 1e-9)
    return f"{value:.2g}{' or less' if floor else ''}"
