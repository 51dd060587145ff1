"""Hints at what a text that is not a date may have been meant to be."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engagement.errors import DateError
from engagement.values.date_guesses import guess_dates
from engagement.values.edtf import read_text, suggest_dates
from strategies.dates import date_texts, day_texts, mutated_texts

MEANT = [
    ("May 2019", "2019-05"),
    ("Sept 2019", "2019-09"),
    ("September, 2019", "2019-09"),
    ("2019 Oct", "2019-10"),
    ("16 May 2019", "2019-05-16"),
    ("May 6th, 2019", "2019-05-06"),
    ("6-May-2019", "2019-05-06"),
    ("circa May 2019", "2019-05~"),
    ("c. 2019", "2019~"),
    ("around the 1990s", "199X~"),
    ("1990s", "199X"),
    ("summer 2019", "2019-22"),
    ("Fall 2019", "2019-23"),
    ("2019Q3", "2019-35"),
    ("Q1 2019", "2019-33"),
    ("2019-10-16T12:00", "2019-10-16"),
    ("2019-10-16 12:00:00", "2019-10-16"),
    ("16/10/2019", "2019-10-16"),
    ("16.10.2019", "2019-10-16"),
    ("10/2019", "2019-10"),
    ("2019/10/16", "2019-10-16"),
    ("2019/10", "2019-10"),
    ("2019.10.16", "2019-10-16"),
    ("20191016", "2019-10-16"),
    ("201910", "2019-10"),
    ("2019-1", "2019-01"),
    ("2019-1-5", "2019-01-05"),
    (" 2019-10\t", "2019-10"),
    ("[2013, 2014]", "[2013,2014]"),
    ("2019 - 10", "2019-10"),
    ("201x", "201X"),
    ("20XX", "[2000..2099]"),
    ("\uff12\uff10\uff11\uff19", "2019"),
    ("\u0662\u0660\u0661\u0669-\u0661\u0660", "2019-10"),
    ("2019\N{EN DASH}10", "2019-10"),
    ("2019\N{MINUS SIGN}10", "2019-10"),
    ("2019~?", "2019%"),
    ("2019~-10", "2019-10~"),
    ("2019/", "2019/.."),
    ("/2019", "../2019"),
    ("2021/2019", "2019/2021"),
    ("2019.0", "2019"),
]


@pytest.mark.parametrize(("written", "meant"), MEANT)
def test_what_was_meant(written, meant):
    """What people write for a date leads to what to write instead."""
    with pytest.raises(DateError) as caught:
        read_text(written)

    assert str(caught.value).endswith(f". Did you mean '{meant}'?")


@pytest.mark.parametrize("written", ["2019-2021", "2019..2021", "2019 to 2021"])
def test_two_years_are_an_interval_or_a_set(written):
    """Where two years were written, both of their meanings are hinted at."""
    assert suggest_dates(written) == ". Did you mean '2019/2021' or '[2019..2021]'?"


@given(day_texts())
@example("2019-02-01")
def test_both_orders_of_day_and_month(text):
    """Day, month and year with slashes lead to every day that they can be, and no other."""
    year, month, day = text.split("-")
    hint = suggest_dates(f"{day}/{month}/{year}")

    assert f"'{text}'" in hint
    assert (f"'{year}-{day}-{month}'" in hint) == (int(day) <= 12)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "2019-13",
        "2019-02-30",
        "1 May",
        "May 2019 to June 2020",
        "mayor 2019",
        "2019~?/2020",
        "?",
        "ma 1",
    ],
)
def test_no_hint_is_better_than_a_wrong_one(written):
    """Where nothing is near, nothing is suggested."""
    assert suggest_dates(written) == ""


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (2019, "2019"),
        (2019.0, "2019"),
        (np.int64(2019), "2019"),
        (20191016, "2019-10-16"),
        (date(2019, 10, 16), "2019-10-16"),
        (datetime(2019, 10, 16, 12), "2019-10-16"),  # noqa: DTZ001
        (pd.Timestamp("2019-10-16"), "2019-10-16"),
    ],
)
def test_values_that_are_not_texts(value, meant):
    """A number or a day leads to its text."""
    assert suggest_dates(value) == f". Did you mean '{meant}'?"


@pytest.mark.parametrize("value", [None, float("nan"), pd.NaT, True, b"2019", [2019], 0, 1e300])
def test_values_that_mean_no_date(value):
    """What is not near a date gets no hint."""
    assert suggest_dates(value) == ""


def test_long_text_gets_no_guess():
    """A page of text is not searched for a date."""
    assert list(guess_dates("May 2019" + " " * 100)) == []


@given(st.text() | mutated_texts() | date_texts())
def test_every_suggestion_is_a_date(text):
    """What is suggested can be read."""
    hint = suggest_dates(text)

    assert all(read_text(guess) for guess in hint.split("'")[1::2])


def test_a_year_has_four_quarters():
    """A fifth, or none, is no quarter of any year and is not guessed to be one."""
    for text in ("2019 Q5", "Q0 2019", "2019Q5"):
        assert not any("2019-3" in guess for guess in guess_dates(text))
