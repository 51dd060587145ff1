"""What the report says is written in plain words."""

import pytest

from engagement.words.report import (
    listed,
    name_label,
    name_series,
    number_of,
    write_chance,
    write_ratio,
    write_side,
)


@pytest.mark.parametrize(
    ("axes", "name"),
    [
        ({"country": "KGZ", "channel": "bilateral"}, "Kyrgyzstan, bilateral events"),
        ({"channel": "multilateral", "activity": "exercise"}, "multilateral exercises"),
        ({"country": "(none)", "activity": "measure"}, "no partner country, measures"),
        ({"country": "TJK", "rank": "minister"}, "Tajikistan, events, rank minister"),
        ({"series": "visits"}, "visits"),
        ({}, "events"),
    ],
)
def test_series_are_named_by_their_labels(axes, name):
    """Labels become words in one order, whatever the axes."""
    assert name_series(axes) == name


@pytest.mark.parametrize(
    ("axis", "label", "name"),
    [
        ("country", "(none)", "no partner country"),
        ("activity", "mechanism", "foundings of mechanisms"),
        ("activity", "other", "other"),
        ("topic", "meeting", "meeting"),
    ],
)
def test_labels_are_written_by_their_axis(axis, label, name):
    """Only a country or an activity has other words than itself."""
    assert name_label(axis, label) == name


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (write_side(1, 1), "1 in 1 year"),
        (write_side(0.5, 0.25), "0.5 in 0.25 years"),
        (number_of(1, "series", "series"), "1 series"),
        (listed(["a", "b"]), "a and b"),
        (write_ratio(99.94), "99.9"),
        (write_ratio(99.96), "over 100"),
        (write_ratio(0.456), "0.46"),
        (write_chance(1 / 100, 99), "0.01 or less"),
        (write_chance(2 / 100, 99), "0.02"),
    ],
)
def test_numbers_are_written_with_what_they_count(told, expected):
    """One has another noun than several, and digits that say nothing are left out."""
    assert told == expected
