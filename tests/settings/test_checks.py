"""The checks of settings: what each takes, and what it says of the rest."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from engagement.errors import SettingError
from engagement.settings.checks import (
    MOST_YEARS,
    check_below_one,
    check_choice,
    check_flag,
    check_instance,
    check_positive,
    check_share,
    check_table,
    check_whole,
    is_number,
    list_several,
    read_choice,
    read_exposures,
)


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers_of_numpy_become_pythons_own(value):
    """A whole number is one whoever made it, and is given back as an int."""
    assert type(check_whole("n", value, least=0)) is int


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "n must be a whole number of at least 1, got True"),
        (0, "n must be a whole number of at least 1, got 0"),
        ("2", "n must be a whole number of at least 1, got '2'"),
        (2.0, "n must be a whole number of at least 1, got 2.0"),
        (np.array([2]), "n must be a whole number of at least 1, got array"),
        (pd.NA, "n must be a whole number of at least 1, got <NA>"),
        (10, "n must be a whole number of at most 9, got 10"),
        pytest.param(
            10**5000, "n must be a whole number of at most 9, got a value of int", id="long"
        ),
    ],
)
def test_what_is_no_such_whole_number(value, told):
    """The setting, the rule and the value are told, however long the value is."""
    with pytest.raises(SettingError) as caught:
        check_whole("n", value, least=1, most=9)

    assert str(caught.value).startswith(told)


@pytest.mark.parametrize("value", [0.5, Fraction(1, 2), np.float32(0.5)])
def test_a_share_is_given_back_as_a_float(value):
    """Any real number strictly between 0 and 1 is a share."""
    assert check_share("level", value) == 0.5
    assert type(check_share("level", value)) is float


@pytest.mark.parametrize(
    "value", [0, 1, True, "0.5", float("nan"), 10**400, Decimal("0.5"), None, np.array(0.5)]
)
def test_what_is_no_share(value):
    """A text, an array, a decimal and NaN are no shares, nor is either end."""
    with pytest.raises(SettingError, match="level must lie strictly between 0 and 1, got"):
        check_share("level", value)


@pytest.mark.parametrize("value", [1e-13, 1 - 1e-13, 5e-324])
def test_a_share_next_to_an_end_is_refused(value):
    """Intervals that take in all, or nothing, are not asked for by a share."""
    with pytest.raises(SettingError, match="level must lie at least 1e-12 from 0 and from 1"):
        check_share("level", value)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "positive finite number, got 0"),
        (float("inf"), "positive finite number, got inf"),
        (10**400, "positive finite number, got 1000"),
        (11.0, "at most 10, got 11.0"),
        (0.01, "at least 0.1, got 0.01"),
    ],
)
def test_what_is_no_positive_number(value, told):
    """Bounds on either side are told with the value."""
    with pytest.raises(SettingError, match=f"x must be (a )?{told}"):
        check_positive("x", value, most=10)


def test_chances_below_one():
    """Zero is such a chance, one is none."""
    assert check_below_one("hazard", 0) == 0

    with pytest.raises(SettingError, match="hazard must be a chance of at least 0 and below 1"):
        check_below_one("hazard", 1)


def test_flags_are_true_or_false():
    """A truth value of NumPy is one, a number is none."""
    assert check_flag("implied", np.True_) is True

    with pytest.raises(SettingError, match="implied must be True or False, got 1"):
        check_flag("implied", 1)


@pytest.mark.parametrize("value", [None, 1, ["a"], np.array(["a", "b"]), pd.Series(["a"]), pd.NA])
def test_a_choice_is_a_word(value):
    """Whatever is no text is no choice, and is never asked whether it equals one."""
    with pytest.raises(SettingError, match="way must be one of 'a', 'b', got"):
        read_choice("way", value, {"a": 1, "b": 2})


def test_close_words_are_suggested():
    """A misspelt word is met with what was probably meant; None is named where it may be."""
    with pytest.raises(SettingError) as caught:
        check_choice("counting", "fractionl", ["whole", "fractional"], optional=True)

    assert str(caught.value) == (
        "counting must be one of 'whole', 'fractional' or None, got 'fractionl'. "
        "Did you mean 'fractional'?"
    )
    assert check_choice("counting", None, ["whole"], optional=True) is None


def test_instances():
    """What must be of a class is given back, or refused with a hint."""
    assert check_instance("x", "text", str) == "text"

    with pytest.raises(SettingError, match="x must be an Event, got 3; make one"):
        check_instance("x", 3, type("Event", (), {}), "; make one")


def test_several():
    """Arrays, sets and generators are several things; a text, a mapping and a number are not."""
    assert list_several("dates", np.array([1, 2]), "dates") == [1, 2]
    assert list_several("dates", (x for x in "ab"), "dates") == ["a", "b"]

    for value in ("ab", {"a": 1}, 3, np.array(3)):
        with pytest.raises(SettingError, match="dates must be several dates, got"):
            list_several("dates", value, "dates")


@pytest.mark.parametrize("value", [2, [2, 2, 2], np.array([2, 2, 2]), pd.Series([2.0] * 3)])
def test_exposures_are_one_number_or_one_a_period(value):
    """One number is spread over all periods."""
    assert read_exposures("exposure_years", value, 3).tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2000", "must be a number, or one for each of 3 periods, got '2000'"),
        (True, "must be a number, or one for each of 3 periods, got True"),
        ([1, 1], "must be a number, or one for each of 3 periods"),
        ([1, "1", 1], "must be a positive finite number, got '1'"),
        ([1, True, 1], "must be a positive finite number, got True"),
        ([1, None, 1], "must be a positive finite number, got None"),
        (-1, "must be a positive finite number, got -1"),
        (MOST_YEARS * 2, "must be at most 10000, got 20000.0"),
    ],
)
def test_what_are_no_exposures(value, told):
    """A text is no number of years, even if it has digits only, and True is not one year."""
    with pytest.raises(SettingError, match=f"exposure_years {told}"):
        read_exposures("exposure_years", value, 3)


def test_tables_that_are_too_large_are_refused():
    """What a setting would have kept in memory is told in numbers."""
    check_table("n_draws=10 for 10 events", 10, 10)

    with pytest.raises(SettingError, match="n_draws=9 for 9 events make a table of 90,000,000,000"):
        check_table("n_draws=9 for 9 events", 300_000, 300_000)


def test_numbers():
    """NaN, texts and truth values are no numbers."""
    assert not any(
        map(is_number, (float("nan"), "1", True, None, 1j, 10**400, np.datetime64("NaT", "D")))
    )
